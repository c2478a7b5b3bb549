"""What live figures cost when somebody moves: those above, each once, however large the group is."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.access.reach import Reach
from engine.answers.standings import standings
from engine.genealogy.operations.kinds import MoveMember, Operation
from engine.genealogy.operations.performing import perform
from engine.graph import database
from engine.graph.database import Ask, Graph
from engine.run import refresh
from engine.runs import climbing
from engine.runs.climbing import EndlessWayError, above, summed
from engine.runs.live import Live, differences
from tests.support.hits import hits as hits_of
from tests.support.living import NOVEMBER, company, sell


@pytest.fixture
def hits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The database hits of each statement of a transaction that is followed by `follow`."""
    counted: list[int] = []
    plain = database._rows

    def profiled(transaction: Any, text: str, params: Any) -> Any:
        result = transaction.run(f"PROFILE {text}", params)
        rows = [dict(row) for row in result]
        counted.append(sum(hits_of(result.consume().profile)))
        return rows

    def within(graph: Graph, work: Any) -> Any:
        with monkeypatch.context() as measured:
            measured.setattr(database, "_rows", profiled)
            return together(graph, work)

    together = Graph.together
    monkeypatch.setattr(Graph, "together", within)
    assert plain is not profiled
    return counted


def test_a_moved_group_costs_its_ancestors_each_once_whatever_its_size(
    graph: Graph, tmp_path: Path, hits: list[int]
) -> None:
    """Two groups, of 10 and of 200, move from one leg 30 deep to another; and both back in one step."""
    parents = {"m0": "-", "x0": "m0", "y0": "m0"}
    parents |= {f"{leg}{n}": f"{leg}{n - 1}" for leg in "xy" for n in range(1, 30)}
    sizes = {"small": 10, "large": 200}
    for head, size in sizes.items():
        parents |= {head: "x29"} | {f"{head}-{n}": head for n in range(size)}
    plan = company(graph, tmp_path, parents)
    for head in sizes:
        sell(graph, head, f"{head}-3", 100)
    refresh(graph, plan, NOVEMBER)

    def followed(*operations: Operation) -> tuple[Live, int, int]:
        for each in operations:
            perform(graph, each)
        hits.clear()
        live = refresh(graph, plan, NOVEMBER)
        assert (live.rebuilt, differences(graph, live.run)) == (False, [])
        return live, len(hits), sum(hits)

    costs = {
        head: followed(MoveMember(member_id=head, parent_id="y29", on=date(2026, 11, 1))) for head in sizes
    }
    for live, statements, _ in costs.values():
        assert live.touched == 61  # the head, and 30 above it in each leg; the root is above both
        assert statements <= 12
    assert costs["large"][2] <= 1.1 * costs["small"][2]
    figures = standings(graph, Reach.everything, costs["large"][0].run, ["m0", "x0", "x29", "y0", "y29"])
    expected = {"m0": 20000, "x0": 0, "x29": 0, "y0": 20000, "y29": 20000}
    assert {member: one.group_volume for member, one in figures.items()} == expected

    back = [MoveMember(member_id=head, parent_id="x29", on=date(2026, 11, 2)) for head in sizes]
    live, statements, both = followed(*back)
    assert (live.touched, live.changes) == (62, 2)  # each of those above is written once for both
    assert statements <= 12
    assert both < 1.5 * costs["small"][2]


def test_ways_that_meet_are_gone_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain of 1,000 with a newcomer next to each tenth member: all are above, no way is gone twice."""
    chain = {n: n - 1 for n in range(1, 1_000)}
    beside = {10_000 + n: n for n in range(0, 1_000, 10)}
    visited, parents = list[int](), chain | beside
    monkeypatch.setattr(climbing, "AT_ONCE", 1_000)
    monkeypatch.setattr(climbing, "SHORTEST", 8)

    def ways_up(_statement: object, *, standings: list[int], most: int) -> list[dict[str, Any]]:
        ways = []
        for start in standings:
            way = [start]
            while len(way) < most and way[-1] in parents:
                way.append(parents[way[-1]])
            visited.extend(way)
            ways.append(way)
        return [{"ways": ways}]

    fake: Ask = ways_up
    ways = above(fake, beside, balanced=False)
    assert ways == {n: parents[n] for n in parents if n <= 990 or n >= 10_000}
    assert len(visited) < 5_000
    assert summed(dict.fromkeys(beside, 1), ways)[0] == len(beside)
    # What comes to nothing in all is not followed above the place where all ways have met.
    visited.clear()
    met = above(fake, [999, 10_990], balanced=True)
    assert min(met.values()) > 400
    totals = summed({999: 5, 10_990: -5}, met)
    assert {standing: volume for standing, volume in totals.items() if volume} == (
        dict.fromkeys(range(991, 1_000), 5) | {10_990: -5}
    )
    with pytest.raises(EndlessWayError):
        summed({1: 1}, {1: 2, 2: 3, 3: 2})
