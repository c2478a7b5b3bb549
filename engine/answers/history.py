"""History: a member's figures period after period, as the newest run of each period has them."""

from dataclasses import dataclass

from engine.access.areas import Area
from engine.access.pieces import standing_in_reach
from engine.access.reach import Reach
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.passes.record import RunRecord, complete
from engine.period import period


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """One period of a member: volumes in hundredths, `earned` in minor units, None where it is not shown."""

    run: RunRecord
    member_id: str
    qualified_rank: str
    rank: str
    active: bool
    personal_volume: int
    group_volume: int
    earned: int | None


def history(
    graph: Graph,
    reach: Reach,
    member_id: str,
    first: int,
    periods: list[str] | None = None,
    plan: str | None = None,
) -> list[PeriodFigures]:
    """A member's periods, the latest first, at most `first`: those of runs that have the member.

    Of several runs of a period and plan the newest counts; `periods` names some. All figures come in one
    statement, after one on the runs. Raises BadPeriodError.
    """
    for name in periods or ():
        period(name)
    newest: dict[tuple[str, str], RunRecord] = {}
    for run in complete(graph, None, plan, by_period=True):
        if periods is None or run.period in periods:
            newest.setdefault((run.period, run.plan), run)
    runs = {run.number: run for run in newest.values()}
    within = standing_in_reach().replaced("$reach", "reach")
    statement = query("answers/history").fill(within=within)
    chosen = [{"run": run.number, "reach": reach.in_run(graph, run)} for run in runs.values()]
    # Each run has a reach of its own, so the parameter of the piece stays empty.
    figures_by_run = graph.value(statement, member_id=member_id, runs=chosen, reach={})
    rows = {row[0]: row[1:] for row in figures_by_run}
    money = reach.sees(Area.MONEY, member_id)
    figures: list[PeriodFigures] = []
    for number, run in runs.items():
        if number in rows and len(figures) < first:
            qualified, rank, active, personal, group, earned = rows[number]
            names = run.facts["ranks"]
            figures.append(
                PeriodFigures(
                    run,
                    member_id,
                    names[qualified],
                    names[rank],
                    active,
                    personal,
                    group,
                    earned if money else None,
                )
            )
    return figures
