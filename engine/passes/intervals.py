"""Spans: numbers for the standings of a run, so that each group of a tree is one interval of them.

Every standing has `span_first` and `span_end` in the main tree, and `sponsored_first` and `sponsored_end`
where the run has a sponsor tree of its own. Whoever is in the group of another one has a first number in that
one's span, so no walk is needed to find out, and the size of a group is a difference.

A number depends on every group to its left, so no sum up the tree gives it, and a pass down a narrow tree
keeps only one core busy. Here the tree is read once, two numbers for each standing, and numbered in memory:
that takes a third of the time of two passes in the store. Volumes and money are never counted here.
"""

from array import array
from collections.abc import Mapping, Sequence

from engine.composition.measures import main_tree, needs_sponsor_tree
from engine.composition.trees import DEPTHS, EDGES, SPANS, believed
from engine.graph.queries import Query, query
from engine.passes import record
from engine.passes.context import Work
from engine.passes.levels import leave_a_core

LegsByStanding = tuple[list[int], list[list[int]]]
"""Two parallel lists: standings that have legs with a member who is sought, and those legs."""
PER_STATEMENT = 25_000
"""Standings that one writer's statement numbers."""


def number(work: Work) -> None:
    """Give every standing its span in each tree of the run, siblings in the order of their ids."""
    for tree, (first, end) in SPANS.items():
        if work.widths.get(tree):
            leave_a_core(work, tree)
            standings, above = _tree(work, tree)
            firsts, ends = numbers(above)
            written = query("intervals/spans").fill(first=first, end=end)
            write(work, written, {"standings": standings, "firsts": firsts, "ends": ends})


def legs_with(work: Work, measure: str) -> LegsByStanding:
    """Look in the groups of some legs for the members that a measure asks about.

    The query of the measure's name gives, for the levels `first` to `last`, the store's numbers of
    `standings` and of those `legs` of each that hold such a member.
    """
    standings: list[int] = []
    holding: list[list[int]] = []
    recruits, known = _recruits(work)
    statement, parameters = query(f"intervals/{measure}").fill(recruits=recruits), {"run": work.run, **known}
    for first, last in record.slices(work.widths["main"]):
        row = work.graph.read(statement, first=first, last=last, **parameters)[0]
        standings += row["standings"]
        holding += row["legs"]
    return standings, holding


def _recruits(work: Work) -> tuple[Query, dict[str, object]]:
    """How to find those whom a standing's member sponsors, and the parameters of that.

    A run on frozen standings takes its own sponsor tree, if it has one: a member may be moved in it.
    """
    if work.frozen is not None:
        in_main = main_tree(work.plan, one_tree=work.one_tree) == "sponsor"
        if in_main or needs_sponsor_tree(work.plan):
            edge = EDGES["main" if in_main else "sponsor"]
            return query("intervals/recruits_of_run").fill(edge=edge), {}
    pieces = believed("sponsor", then=work.frozen is not None)
    return query("intervals/recruits").fill(**pieces), work.known


def hold(work: Work, written: Query, legs_by_standing: LegsByStanding) -> None:
    """Store what `legs_with` returned, by a statement that takes `standings` and `legs`."""
    standings, legs = legs_by_standing
    write(work, written, {"standings": standings, "legs": legs})


def write(work: Work, written: Query, columns: Mapping[str, Sequence[object]]) -> None:
    """Write parallel columns with all writers, PER_STATEMENT rows in a statement."""
    total = len(columns["standings"])
    work.progress(0, total)
    for start in range(0, total, work.writers * PER_STATEMENT):
        stop = min(start + work.writers * PER_STATEMENT, total)
        parts = [slice(at, at + PER_STATEMENT) for at in range(start, stop, PER_STATEMENT)]
        work.in_parallel(
            [(written, {name: list(each[part]) for name, each in columns.items()}) for part in parts]
        )
        work.progress(stop, total)


def numbers(above: "array[int]") -> "tuple[array[int], array[int]]":
    """The first number of each place in a forest, and the one after its last, from 0 on without gaps.

    `above` gives the parent of each place, always an earlier place, or -1.
    """
    sizes = array("q", [1]) * len(above)
    for place in range(len(above) - 1, -1, -1):
        if above[place] >= 0:
            sizes[above[place]] += sizes[place]
    firsts, ends = array("q"), array("q")
    free = 0
    for place, parent in enumerate(above):
        if parent < 0:
            first, free = free, free + sizes[place]
        else:
            first = ends[parent]  # so far: the next number that is free below it
            ends[parent] += sizes[place]
        firsts.append(first)
        ends.append(first + 1)
    return firsts, ends


def _tree(work: Work, tree: str) -> "tuple[array[int], array[int]]":
    """The store's number of every standing, level after level, and the place of its parent in that list."""
    standings, above = array("q"), array("q")
    places: dict[int, int] = {}
    levels = query("intervals/above").fill(depth=DEPTHS[tree], edge=EDGES[tree])
    for first, last in record.slices(work.widths[tree]):
        row = work.graph.read(levels, run=work.run, first=first, last=last)[0]
        earlier, places = places, {}
        for standing, parent in zip(row["standings"], row["above"], strict=True):
            if parent < 0:
                above.append(-1)
            else:
                above.append(places[parent] if parent in places else earlier[parent])
            places[standing] = len(standings)
            standings.append(standing)
    return standings, above
