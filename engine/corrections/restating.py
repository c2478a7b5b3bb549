"""Restated runs: a committed period as it should have been paid, without the volume that was refunded since.

A restated run is a complete run of the committed run's own plan text and rules, on that run's own frozen
standings. It is no result of its period: it stands beside the paid run, which counts for good.

Refunds of closed orders count when those counted (engine/intake/correcting.py), with a later change than the
committed run has seen. So the restated run is the same computation with a later cut. The oldest period comes
first; one whose carried figures are others makes the next one be restated too, until nothing differs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.corrections.frozen import compute, reads_restated
from engine.genealogy.changes.lane import read_company
from engine.graph.database import Row
from engine.passes.carry import carried, properties
from engine.passes.context import Work
from engine.passes.record import RunRecord, complete
from engine.passes.replay import period_of, whole_plan_of
from engine.period import Period
from engine.plans.plan import Plan
from engine.runs.runner import Stage


@dataclass(frozen=True, slots=True)
class Restated:
    """A committed run, and the same period computed without what was refunded since.

    `orders` are the ids of the refunds that correct it, up to the cut of the open run, in order; empty where
    the period differs only because an earlier one does, from which it carries.
    """

    paid: RunRecord
    restated: RunRecord
    orders: tuple[str, ...]


RESTATED = "restated"
"""The name of the finding of a run under way: its `Restated` tuples, oldest first."""


def restatements(work: Work) -> tuple[Restated, ...]:
    """The committed periods that refunds touch, of the plan and calendar of a run under way, oldest first.

    Empty where nothing was refunded of a closed period. The runs are those that the pass at the begin of the
    run has made or taken over, so this asks the database nothing.
    """
    rows: tuple[Restated, ...] = work.findings.get(RESTATED, ())
    return rows


def restate(work: Work, stages: Sequence[Stage]) -> None:
    """Restate what refunds touch before an open period is computed, which then carries from it.

    `stages` is the map of a run. A company without such refunds is asked nothing. Restated runs that are
    there already, of the same refunds, are taken over. Only the first open period of a calendar corrects:
    later ones carry from it.
    """
    if not work.company_has("corrections"):
        return
    held = read_company(work.graph).corrected_ranks == "held"
    runs = [run for run in complete(work.graph) if run.plan == work.plan.name]
    others = dict.fromkeys(
        calendar
        for calendar in (*work.plan.matched_elsewhere(work.period.calendar).values(), work.plan.rank_calendar)
        if calendar not in ("", work.period.calendar)
    )
    own = _Line.of(runs, work.period.calendar, work.period)
    made: list[Restated] = []
    for calendar in others:
        line = _Line.of(runs, calendar, work.period, within=True)
        made += line.restated(work, stages, own.cut if own.committed else line.first_cut, held=held)
    listed = own.restated(work, stages, own.cut, held=held) if own.is_next else []
    work.findings[RESTATED] = tuple(listed)
    made += listed
    if not made:
        return
    facts: dict[str, Any] = {"restated": [each.restated.number for each in made]}
    if work.previous in work.instead:
        facts |= {"previous_paid": work.previous, "previous": work.instead[work.previous]}
        work.previous = work.instead[work.previous]
    work.graph.write_rows("runs/matched", run=work.run, facts=facts)


@dataclass(frozen=True, slots=True)
class _Line:
    """The committed runs of a plan and calendar before an open period, oldest first.

    `is_next`: no run of a period between them and the open one is there, so that this one corrects.
    """

    committed: tuple[RunRecord, ...]
    is_next: bool

    @classmethod
    def of(cls, runs: Sequence[RunRecord], calendar: str, target: Period, *, within: bool = False) -> "_Line":
        """From the complete runs of a plan. `within`: those that end in the open period belong to it too."""
        end = target.last if within else target.previous.last
        of = [run for run in runs if run.facts["calendar"] == calendar]
        committed = [run for run in of if run.facts.get("committed_at") is not None]
        last = max((_last(run) for run in committed), default=None)
        if last is None or (not within and last > end):
            return cls((), is_next=False)
        between = [run for run in of if last < _last(run) <= end and run.facts.get("committed_at") is None]
        before = sorted((run for run in committed if _last(run) <= end), key=_last)
        return cls(tuple(before), is_next=not between)

    @property
    def cut(self) -> int:
        """The last change that the last committed run has seen: what came to it is settled with that run."""
        return int(self.committed[-1].facts["cut"]) if self.committed else 0

    @property
    def first_cut(self) -> int:
        """The same of the first one."""
        return int(self.committed[0].facts["cut"]) if self.committed else 0

    def restated(self, work: Work, stages: Sequence[Stage], since: int, *, held: bool) -> list[Restated]:
        """Restate the periods that refunds after a change touch, and those that carry something else then.

        `Work.instead` names each of these runs from then on.
        """
        orders = work.graph.read("restating/since", since=since, cut=work.cut) if self.committed else []
        made: list[Restated] = []
        before: int | None = None
        for run in self.committed if orders else ():
            plan = whole_plan_of(run)
            target = period_of(run, plan)
            source = run.facts.get("previous")
            differs = before is not None and before != source and _differ(work, plan, target, source, before)
            previous = before if differs else source
            if not differs and not _touched(orders, plan, target) and not reads_restated(run, work.instead):
                before = None
                continue
            done = compute(work, stages, run, plan, target, previous, held=held)
            work.instead[run.number] = done.number
            before = done.number
            made.append(Restated(run, done, tuple(_of_period(work, run, target))))
        return made


def _touched(orders: Sequence[Row], plan: Plan, target: Period) -> bool:
    """Whether a refund takes back an order that counts for a period, for its activity at least."""
    start = min(target.start, target.back(plan.activity_days)) if plan.activity_days else target.start
    return any(start <= _at(row) < target.end for row in orders)


def _of_period(work: Work, run: RunRecord, target: Period) -> list[str]:
    """The refunds that correct a run, by when their orders counted."""
    rows = work.graph.read("restating/since", since=run.facts["cut"], cut=work.cut)
    return [row["order_id"] for row in rows if target.start <= _at(row) < target.end]


def _differ(work: Work, plan: Plan, target: Period, one: int | None, other: int) -> bool:
    """Whether a period carries something else from one run of the period before than from another."""
    if not carried(plan, target):
        return False
    if one is None:
        return True
    names = list(dict.fromkeys([*properties(plan, target.previous), *CARRIED]))
    return bool(work.graph.value("restating/differ", one=one, other=other, names=names))


CARRIED = ("rank", "qualified_rank", "personal_volume")
"""What the next period may read of a standing besides what the plan carries."""


def _at(row: Mapping[str, Any]) -> datetime:
    at: datetime = row["at"].to_native()
    return at


def _last(run: RunRecord) -> Any:
    return run.facts["last_day"].to_native()
