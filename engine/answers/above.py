"""The upline as members see it: masked names and ranks, as the company's policy says, and nothing else."""

from dataclasses import dataclass
from functools import cache

from engine.access.areas import Area, Scope
from engine.access.pieces import standing_in_reach
from engine.access.policy import shown
from engine.access.reach import Reach
from engine.graph.database import Graph
from engine.graph.queries import Query, query
from engine.passes.record import RunRecord


@dataclass(frozen=True, slots=True)
class PersonAbove:
    """Somebody above, `level` levels up; name and rank are None where they are not shown."""

    level: int
    name: str | None
    rank: str | None


def above(
    graph: Graph, reach: Reach, run: RunRecord, member_ids: list[str], first: int
) -> dict[str, tuple[PersonAbove, ...]]:
    """The nearest members above some members in the main tree, nearest first.

    A member gets those above the own standing, on as many levels as the policy shows; staff get all of them.
    """
    policy, ranks = reach.policy, run.facts["ranks"]
    asked = [each for each in member_ids if reach.all or each == reach.viewer.member_id]
    levels = first if reach.all or policy.upline_levels is None else min(first, policy.upline_levels)
    names = policy.upline_names if not reach.all else "full"
    if reach.scope(Area.NAMES) is Scope.NOBODY:
        names = "none"
    rows = graph.read(
        _above(), run=run.number, member_ids=asked, levels=levels, reach=reach.in_run(graph, run)
    )
    return {
        row["member_id"]: tuple(
            PersonAbove(level, shown(name, names), ranks[rank] if reach.all or policy.upline_ranks else None)
            for level, name, rank in row["rows"]
        )
        for row in rows
    }


@cache
def _above() -> Query:
    return query("answers/above").fill(start=standing_in_reach("start"))
