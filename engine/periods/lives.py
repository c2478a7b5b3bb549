"""What a period of a plan is, and what has happened to it so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from engine.errors import UplineError
from engine.genealogy.changes.closed import ClosedPeriod, closing_result, key_of, line_of
from engine.genealogy.changes.lane import read_company
from engine.graph.database import Ask, Graph
from engine.passes.chain import plan_by_text
from engine.passes.record import NoRunError, RunRecord, complete
from engine.passes.replay import period_of
from engine.period import period

STATES = ("open", "review", "committing", "committed", "paid", "closed")
"""In the order of a period's life. ``committing`` lasts as long as a commit is under way; ``closed`` is one
before the first period that was committed."""
CLOSED = ("committing", "committed", "paid", "closed")
SHORTEST_HASH = 12
"""Characters of a hash that name it, as commands print them."""


class AmbiguousPlanError(UplineError):
    """Several plans have runs of the period, and none is named."""


class OtherResultsError(UplineError):
    """The results are not those that were approved."""


@dataclass(frozen=True, slots=True)
class PeriodEvent:
    """One step in the life of a period: who took it, why, when (UTC), and on which day of the company.

    `step` is review, reopen, approve, commit, committed, withdraw or paid.
    """

    number: int
    step: str
    actor: str
    reason: str
    at: datetime
    day: date
    run: int | None = None
    results_hash: str | None = None
    commit: int | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's approval of exactly these results."""

    actor: str
    run: int
    results_hash: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PlanPeriod:
    """A period of a plan. `run` is the one that is reviewed or committed, or the newest while it is open.

    `commit` is the number of the change that has closed it, `committed_at` (UTC) when the commit was done.
    """

    plan: str
    calendar: str
    name: str
    first_day: date
    last_day: date
    state: str
    run: int | None = None
    commit: int | None = None
    committed_at: datetime | None = None
    events: tuple[PeriodEvent, ...] = ()
    approvals: tuple[Approval, ...] = ()

    @property
    def key(self) -> str:
        """What its life is kept by."""
        return self.line + self.name

    @property
    def line(self) -> str:
        """Its plan and calendar, as the key begins."""
        return line_of(self.plan, self.calendar)

    @property
    def is_closed(self) -> bool:
        """Whether nothing that it rests on may change."""
        return self.state in CLOSED


def periods(graph: Graph, plan: str | None = None, name: str | None = None) -> list[PlanPeriod]:
    """The periods that have a complete run or a life, the latest first; of a plan or a name, where given.

    Raises BadPeriodError.
    """
    if name is not None:
        period(name)
    newest: dict[str, PlanPeriod] = {}
    for run in complete(graph, name, plan):
        each = open_period(run)
        newest.setdefault(each.key, each)
    lives = {
        row["period"]["key"]: _period(row["period"], newest.pop(row["period"]["key"], None), row)
        for row in graph.read("periods/every", plan=plan, period=name)
    } | newest
    closed = read_company(graph).closed
    listed = [_closed_too(each, closed) for each in lives.values()]
    listed.sort(key=lambda each: (each.plan, each.first_day))
    return sorted(listed, key=lambda each: each.last_day, reverse=True)


def one(graph: Graph, name: str, plan: str | None = None) -> PlanPeriod:
    """A period of a plan; the plan may be left out where only one has runs of it.

    Raises BadPeriodError, NoRunError and AmbiguousPlanError.
    """
    rows = periods(graph, plan, name)
    if not rows:
        by = f" by {plan}" if plan else ""
        raise NoRunError(
            f"there is no complete run of {name}{by}", todo="Compute one: upline run --period ... --plan ..."
        )
    if len(rows) > 1:
        plans = ", ".join(each.plan for each in rows)
        raise AmbiguousPlanError(f"{name} has runs by several plans: {plans}", todo="Name the plan.")
    return rows[0]


def newest_run(graph: Graph, name: str, plan: str | None = None) -> RunRecord:
    """The newest complete run of a period and plan; raises what `one` raises."""
    of = one(graph, name, plan)
    runs = complete(graph, of.name, of.plan, most=1)
    if not runs:
        raise NoRunError(f"there is no complete run of {name} by {of.plan}", todo="Compute one first.")
    return runs[0]


def open_period(run: RunRecord) -> PlanPeriod:
    """The period of a run, as long as nothing has happened to it."""
    first, last = (run.facts[name].to_native() for name in ("first_day", "last_day"))
    return PlanPeriod(run.plan, run.facts["calendar"], run.period, first, last, "open", run.number)


def period_within(ask: Ask, run: RunRecord, closed: Sequence[ClosedPeriod]) -> PlanPeriod:
    """The period of a run as a transaction sees it, without its events."""
    now = open_period(run)
    for row in ask("periods/of_key", key=now.key):
        state = str(row["period"]["state"])
        now = replace(now, state=state, approvals=approvals_of(row["approvals"]))
    return _closed_too(now, closed)


def _closed_too(of: PlanPeriod, closed: Sequence[ClosedPeriod]) -> PlanPeriod:
    """A period, which is closed too where a later one is."""
    if of.state in ("open", "review") and closing_result(closed, of.line, of.last_day):
        return replace(of, state="closed")
    return of


def facts_of(run: RunRecord) -> dict[str, Any]:
    """What the node of a period says of it besides its state."""
    target = period_of(run, plan_by_text(run))
    return {
        "plan": run.plan, "calendar": target.calendar, "period": target.name, "first_day": target.first,
        "last_day": target.last, "ends_at": target.end,
    }  # fmt: skip


def key_of_run(run: RunRecord) -> str:
    """What the life of a run's period is kept by."""
    return key_of(run.plan, period(run.period))


def refuse_other_results(run: RunRecord, results_hash: str | None) -> None:
    """Raise OtherResultsError where a run has other results than a hash, or its begin, says."""
    own = str(run.facts["results_hash"])
    if results_hash is None or (len(results_hash) >= SHORTEST_HASH and own.startswith(results_hash)):
        return
    raise OtherResultsError(
        f"run {run.number} of {run.period} has the results {own[:SHORTEST_HASH]}, not {results_hash!r}",
        todo="Look at the run again, and name the hash of its results.",
    )


def _period(facts: Mapping[str, Any], newest: PlanPeriod | None, row: Mapping[str, Any]) -> PlanPeriod:
    """A period by its node; `newest` has the run that it has while nothing else is said of it."""
    is_open = facts["state"] == "open"
    run = newest.run if is_open and newest else facts.get("run")
    at = facts.get("committed_at")
    return PlanPeriod(
        facts["plan"], facts["calendar"], facts["period"],
        facts["first_day"].to_native(), facts["last_day"].to_native(), facts["state"], run,
        facts.get("commit"), at.to_native() if at else None,
        tuple(_event(each) for each in row["events"]), approvals_of(row["approvals"]),
    )  # fmt: skip


def _event(facts: Mapping[str, Any]) -> PeriodEvent:
    return PeriodEvent(
        facts["number"], facts["step"], facts["actor"], facts.get("reason") or "", facts["at"].to_native(),
        facts["day"].to_native(), facts.get("run"), facts.get("results_hash"), facts.get("commit"),
    )  # fmt: skip


def approvals_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Approval, ...]:
    """Approvals from the properties of their nodes, in the order of time."""
    listed = [
        Approval(
            each["actor"], each["run"], each["results_hash"], each["at"].to_native(),
            each.get("reason") or "",
        )
        for each in rows
    ]  # fmt: skip
    return tuple(sorted(listed, key=lambda each: (each.at, each.actor)))
