"""How a member's team duplicates: of each generation, who recruits, sells and is ranked, how fast."""

from dataclasses import dataclass, fields

from engine.access.pieces import group_in_reach
from engine.access.reach import Reach
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.passes.record import RunRecord, complete

GENERATIONS = 10
"""Generations that are shown unless somebody says how many."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation of a team as of the end of a run's period.

    `number` is the level below the member in the sponsor tree of today. `members` enrolled by the end of the
    period; of them `recruiting` have recruited somebody by then, `selling` had customers' volume in the
    period, `ranked` have ever held the first rank or a higher one. `recruits` is whom they have recruited.

    The days are medians of those who have done it (of two values the lower one), whole days from the day of
    enrolment, None where nobody has: to the enrolment of the first recruit, to the first order that the
    member is credited with, own or a customer's, and to the last day of the first period in which a complete
    run paid the member as one of the first rank or a higher one.
    """

    number: int
    members: int
    recruiting: int
    selling: int
    ranked: int
    recruits: int
    days_to_first_recruit: int | None
    days_to_first_order: int | None
    days_to_first_rank: int | None


COLUMNS = ("generation", *[each.name for each in fields(Generation)][1:])
"""The names of the columns of a table of generations."""


def duplications(
    graph: Graph, reach: Reach, run: RunRecord, member_ids: list[str], generations: int = GENERATIONS
) -> dict[str, tuple[Generation, ...]]:
    """The generations below some members, by member id, the nearest first.

    Members whose whole group in the sponsor tree is not within reach are left out: counts would speak of
    strangers.
    """
    statement = query("answers/duplication").fill(
        group=group_in_reach("top", "sponsor"), levels=str(max(1, generations))
    )
    rows = graph.read(
        statement, run=run.number, runs=_runs(graph, run), member_ids=member_ids, reach=reach.today
    )
    return {
        row["member_id"]: tuple(Generation(*generation) for generation in row["generations"]) for row in rows
    }


def _runs(graph: Graph, run: RunRecord) -> list[int]:
    """The newest complete run of each period of the plan up to this run's, of which there is this run."""
    newest = {run.period: run.number}
    for each in complete(graph, None, run.plan, by_period=True):
        if each.facts["last_day"] <= run.facts["last_day"]:
            newest.setdefault(each.period, each.number)
    return list(newest.values())
