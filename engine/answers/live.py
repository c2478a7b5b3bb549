"""Live figures of members in an open period, as `upline live` keeps them, with their age."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from engine.access.reach import Reach
from engine.answers.within import of_members
from engine.errors import UplineError
from engine.graph.database import Graph
from engine.graph.queries import Query, query
from engine.passes.record import RunRecord, record_of
from engine.period import period


class NoLiveFiguresError(UplineError):
    """No live figures of the period are kept."""


@dataclass(frozen=True, slots=True)
class LiveFigures:
    """A member's live figures: volumes in hundredths, as of a change of the company.

    `as_of` is when they were brought up to date (UTC); `up_to_date` says whether `change` is the company's
    last one, `delay` for how many seconds the first change after it has been waiting (0: there is none).
    """

    period: str
    plan: str
    member_id: str
    active: bool
    orders: int
    personal_volume: int
    commissionable_volume: int
    customer_volume: int
    group_volume: int
    change: int
    as_of: datetime
    up_to_date: bool
    delay: int


@dataclass(frozen=True, slots=True)
class LiveAge:
    """How old the live figures of a run are; `change`, `as_of` and `delay` as in LiveFigures."""

    change: int
    last_change: int
    as_of: datetime
    delay: int


def live_age(graph: Graph, _reach: Reach, run: RunRecord) -> LiveAge | None:
    """How old the live figures of a run are; None where they are gone. The age is nobody's secret."""
    rows = graph.read("live/age", run=run.number)
    return LiveAge(**{**rows[0], "as_of": rows[0]["as_of"].to_native()}) if rows else None


def live_run(graph: Graph, period_name: str | None = None, plan: str | None = None) -> RunRecord | None:
    """The run that keeps the live figures of a period and plan; None where none are kept.

    By default it is that of the latest period, of several plans the one that was begun last. Raises
    BadPeriodError.
    """
    if period_name is not None:
        period(period_name)
    runs = [record_of(row["run"]) for row in graph.read("runs/in_states", states=["live"])]
    chosen = [run for run in runs if period_name in (None, run.period) and plan in (None, run.plan)]
    return max(chosen, key=lambda run: (run.facts["last_day"].to_native(), run.number), default=None)


def live_figures(
    graph: Graph, reach: Reach, run: RunRecord, member_ids: Sequence[str]
) -> dict[str, LiveFigures]:
    """Live figures by member id, in one statement; without members beyond reach, or not in them yet.

    Empty for a member's viewer too where the trees have changed since the run was chosen: choose it again.
    """
    rows = graph.read(
        _live_figures(), run=run.number, member_ids=list(member_ids), reach=reach.in_run(graph, run)
    )
    return {
        row["member_id"]: LiveFigures(run.period, run.plan, **{**row, "as_of": row["as_of"].to_native()})
        for row in rows
    }


@cache
def _live_figures() -> Query:
    return query("live/figures").fill(age=query("live/age"), chosen=of_members())
