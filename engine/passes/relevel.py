"""Levels: the depth of every standing of live figures whose trees have changed since it was counted.

A group that moves may be large, so live figures leave the levels in it as they were; the run that continues
from them counts all of them anew, in memory, and writes those that are others now.
"""

from array import array

from engine.composition.trees import DEPTHS, EDGES
from engine.graph.queries import query
from engine.passes import record
from engine.passes.context import Work
from engine.passes.intervals import write
from engine.passes.levels import count_widths


def count_anew(work: Work) -> None:
    """Give each standing its level in every tree of the run, and count the standings on each."""
    for tree, depth in DEPTHS.items():
        standings, before, above = _tree(work, tree)
        depths = levels(above)
        others = [place for place, level in enumerate(depths) if level != before[place]]
        columns = {
            "standings": [standings[place] for place in others],
            "depths": [depths[place] for place in others],
        }
        write(work, query("intervals/levels").fill(depth=depth), columns)
    count_widths(work)


def levels(above: "array[int]") -> "array[int]":
    """The level of each place in a forest, roots on 0; `above` gives the parent of each place, or -1."""
    depths = array("q", [-1]) * len(above)
    for start in range(len(above)):
        way, place = [], start
        while place >= 0 and depths[place] < 0:
            way.append(place)
            place = above[place]
        level = depths[place] if place >= 0 else -1
        for passed in reversed(way):
            level += 1
            depths[passed] = level
    return depths


def _tree(work: Work, tree: str) -> "tuple[array[int], array[int], array[int]]":
    """The store's number of every standing, its level so far, and the place of its parent in that list."""
    standings, before, parents = array("q"), array("q"), array("q")
    statement = query("intervals/leveled").fill(depth=DEPTHS[tree], edge=EDGES[tree])
    for first, last in record.slices(work.widths[tree]):
        row = work.graph.read(statement, run=work.run, first=first, last=last)[0]
        standings.extend(row["standings"])
        before.extend(row["depths"])
        parents.extend(row["above"])
    places = {standing: place for place, standing in enumerate(standings)}
    return standings, before, array("q", [places.get(parent, -1) for parent in parents])
