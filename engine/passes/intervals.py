"""Intervals: numbers for the standings of a run, so that each group of its main tree is one interval of them.

A number depends on every group to its left, so no sum up the tree gives it, and a pass down a narrow tree
keeps only one core busy. Here the tree is read once, two numbers for each standing, and numbered in memory:
that takes a third of the time of two passes in the store. Where only a few members are asked about (`hold`),
no number is written at all. Volumes and money are never counted here.
"""

from array import array
from collections.abc import Mapping, Sequence

from engine.graph.database import Row
from engine.graph.queries import Query, query
from engine.passes import record
from engine.passes.context import Work

LegsByStanding = tuple[list[int], list[list[int]]]
"""Two parallel lists: standings that have legs with a member who is sought, and those legs."""
PER_STATEMENT = 25_000
"""Standings that one writer's statement numbers."""


def number(work: Work, written: Query) -> None:
    """Give every standing its interval, by a statement that takes `standings`, `firsts` and `ends`."""
    standings, above = _tree(work)
    firsts, ends = numbers(above)
    _write(work, written, {"standings": standings, "firsts": firsts, "ends": ends})


def legs_with(work: Work, measure: str) -> LegsByStanding:
    """Look in the groups of some legs for the members that a measure asks about.

    The query of the measure's name gives, for the levels `first` to `last`, the store's numbers of each
    `standing`, of its `legs`, and of those `sought`.
    """
    rows: list[Row] = []
    parameters = {"run": work.run, "day": work.period.last}
    for first, last in record.slices(work.widths["main"]):
        rows += work.graph.read(f"intervals/{measure}", first=first, last=last, **parameters)
    intervals = _intervals(work, {one for row in rows for one in (*row["legs"], *row["sought"])})
    standings, holding = [], []
    for row in rows:
        sought = [intervals[one][0] for one in row["sought"]]
        ends = [(leg, *intervals[leg]) for leg in row["legs"]]
        if legs := [leg for leg, first, end in ends if any(first <= one < end for one in sought)]:
            standings.append(row["standing"])
            holding.append(legs)
    return standings, holding


def hold(work: Work, written: Query, legs_by_standing: LegsByStanding) -> None:
    """Store what `legs_with` returned, by a statement that takes `standings` and `legs`."""
    standings, legs = legs_by_standing
    _write(work, written, {"standings": standings, "legs": legs})


def _intervals(work: Work, of: set[int]) -> dict[int, tuple[int, int]]:
    """The intervals of some standings, by the store's number of each."""
    if not of:
        return {}
    standings, above = _tree(work)
    numbered = zip(standings, *numbers(above), strict=True)
    return {standing: (first, end) for standing, first, end in numbered if standing in of}


def _write(work: Work, written: Query, columns: Mapping[str, Sequence[object]]) -> None:
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


def _tree(work: Work) -> "tuple[array[int], array[int]]":
    """The store's number of every standing, level after level, and the place of its parent in that list."""
    standings, above = array("q"), array("q")
    places: dict[int, int] = {}
    for first, last in record.slices(work.widths["main"]):
        row = work.graph.read(query("intervals/above"), run=work.run, first=first, last=last)[0]
        earlier, places = places, {}
        for standing, parent in zip(row["standings"], row["above"], strict=True):
            if parent < 0:
                above.append(-1)
            else:
                above.append(places[parent] if parent in places else earlier[parent])
            places[standing] = len(standings)
            standings.append(standing)
    return standings, above
