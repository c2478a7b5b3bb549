"""Which standings are within reach: the piece that chooses them, and the ids of those that are."""

from collections.abc import Iterable
from functools import cache

from engine.access.areas import Area
from engine.access.pieces import standing_in_reach
from engine.access.reach import Reach
from engine.composition.trees import SPANS
from engine.graph.database import Graph
from engine.graph.queries import Query, query
from engine.passes.record import RunRecord


@cache
def of_members() -> Query:
    """The piece that finds the standings of some members, of those within reach."""
    return query("answers/of_members_in_reach").fill(within=standing_in_reach())


@cache
def group_in_run_reach(tree: str) -> Query:
    """Whether a whole group of a run is within reach with its head, `top`."""
    first, end = SPANS[tree]
    low, high = ("first", "end") if tree == "main" else (first, end)
    return query("downline/inherits").fill(low=low, high=high, first=first)


def ids_in_reach(graph: Graph, reach: Reach, run: RunRecord, member_ids: Iterable[str | None]) -> set[str]:
    """The ids of those members of a run who are within reach, in one statement for a member's viewer.

    For staff every id is, and nothing is asked.
    """
    ids = {member_id for member_id in member_ids if member_id is not None}
    if reach.all or not ids:
        return ids
    statement = query("answers/in_reach").fill(chosen=of_members())
    rows = graph.value(statement, run=run.number, member_ids=sorted(ids), reach=reach.in_run(graph, run))
    return set(rows)


def seen_in(graph: Graph, reach: Reach, run: RunRecord, area: Area, member_id: str) -> bool:
    """Whether the viewer reads an area of one member of a run, who need not be within reach."""
    return reach.sees(area, member_id) and member_id in ids_in_reach(graph, reach, run, [member_id])
