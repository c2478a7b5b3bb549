"""A period is put in review, opened again, and approved; and whether approval is needed."""

from typing import Any

from engine.errors import UplineError
from engine.genealogy.changes.periods import PeriodWriter, keep_rules
from engine.genealogy.changes.requests import Request
from engine.genealogy.changes.undo import settle
from engine.genealogy.refusals import PeriodCommittedError
from engine.graph.database import Ask, Graph
from engine.passes.record import RunRecord
from engine.period import period
from engine.periods.lives import (
    CLOSED,
    PlanPeriod,
    facts_of,
    key_of_run,
    newest_run,
    one,
    refuse_other_results,
)
from engine.runs.life import clear, run_under_way

LATE_ORDERS = ("refuse", "book")
"""What becomes of orders of committed periods."""


class NotInReviewError(UplineError):
    """Only the results of a period in review are approved, and only such a period is opened again."""


class SamePersonError(UplineError):
    """Who has prepared results does not approve them, and who approves them does not commit them."""


class BadRuleError(UplineError):
    """A rule for periods is none."""


class RunReplacedError(UplineError):
    """The run is no longer the newest of its period."""


def review(
    graph: Graph,
    name: str,
    plan: str | None = None,
    *,
    actor: str = "upline",
    reason: str = "",
) -> PlanPeriod:
    """Put the newest run of a period in review: until it is opened again, no other run takes its place.

    Repeated, it changes nothing. Raises NoRunError, AmbiguousPlanError, PeriodCommittedError,
    RunUnderWayError and ChangeUnderWayError.
    """
    settle(graph)
    clear(graph)
    run = newest_run(graph, name, plan)

    def within(ask: Ask) -> None:
        writer = PeriodWriter(ask, actor, reason)
        key, state = key_of_run(run), state_of(writer, run)
        refuse_committed(run, state)
        if state == "review":
            return
        refuse_replaced(ask, run)
        writer.review(key, begins=True)
        facts = {**facts_of(run), "state": "review", "run": run.number}
        writer.step(key, facts, "review", run=run.number, results_hash=run.facts["results_hash"])

    graph.together(within)
    return one(graph, name, run.plan)


def reopen(
    graph: Graph, name: str, plan: str | None = None, *, actor: str = "upline", reason: str = ""
) -> PlanPeriod:
    """Open a period that is in review: other runs may take the place of its result, and approvals end.

    Raises NotInReviewError, and what `one` raises.
    """
    settle(graph)
    run = newest_run(graph, name, plan)

    def within(ask: Ask) -> None:
        writer = PeriodWriter(ask, actor, reason)
        key = key_of_run(run)
        _refuse_unless_in_review(run, state_of(writer, run))
        writer.review(key, begins=False)
        writer.drop_approvals(key)
        writer.step(key, {"state": "open", "run": None}, "reopen", run=run.number)

    graph.together(within)
    return one(graph, name, run.plan)


def approve(
    graph: Graph,
    name: str,
    plan: str | None = None,
    *,
    results_hash: str | None = None,
    actor: str = "upline",
    reason: str = "",
) -> PlanPeriod:
    """Approve the results of a period in review, for its commit.

    `results_hash` says which results were looked at (its first 12 characters suffice). The approval is of
    these results alone: it ends with the review, and with a withdrawn commit. Repeated, it changes nothing.
    Raises NotInReviewError, OtherResultsError, SamePersonError, and what `one` raises.
    """
    settle(graph)
    run = newest_run(graph, name, plan)
    refuse_other_results(run, results_hash)

    def within(ask: Ask) -> None:
        writer = PeriodWriter(ask, actor, reason)
        key = key_of_run(run)
        rows = ask("periods/of_key", key=key)
        _refuse_unless_in_review(run, state_of(writer, run))
        refuse_replaced(ask, run)
        if actor in prepared_by(ask, run):
            raise SamePersonError(
                f"{actor} has prepared run {run.number} of {run.period}",
                todo="Let another person look at its results and approve them.",
            )
        results = str(run.facts["results_hash"])
        if any((each["actor"], each["results_hash"]) == (actor, results) for each in rows[0]["approvals"]):
            return
        facts = {"run": run.number, "results_hash": results, "reason": reason or None}
        writer.approve(key, facts)
        writer.step(key, {}, "approve", run=run.number, results_hash=results)

    graph.together(within)
    return one(graph, name, run.plan)


def set_rules(
    graph: Graph,
    *,
    two_person: bool | None = None,
    late_orders: str | None = None,
    actor: str = "upline",
    reason: str = "",
    request: Request | None = None,
) -> int:
    """Keep the company's rules for periods, as a change of its own; None leaves a rule as it is.

    `two_person`: a period is committed only once another person has approved it. `late_orders`: an order of
    a committed period is refused (``refuse``), or counts from the first open instant (``book``). Returns the
    number of the change. Raises BadRuleError.
    """
    if late_orders not in (None, *LATE_ORDERS):
        words = " or ".join(LATE_ORDERS)
        raise BadRuleError(f"late orders are {words}, not {late_orders!r}", todo=f"Say {words}.")
    if two_person is None and late_orders is None:
        raise BadRuleError("no rule is named", todo="Say whether two persons, or what of late orders.")
    settle(graph)
    return keep_rules(
        graph, two_person=two_person, late_orders=late_orders, actor=actor, reason=reason, request=request
    )


def state_of(writer: PeriodWriter, run: RunRecord) -> str:
    """The state of a run's period, within a transaction."""
    key = key_of_run(run)
    rows = writer.ask("periods/of_key", key=key)
    state = str(rows[0]["period"]["state"]) if rows else "open"
    line, _, name = key.rpartition("\n")
    ends = [each.last_day for each in writer.company.closed if each.line == f"{line}\n"]
    is_before = bool(ends) and period(name).last <= ends[0]
    return "closed" if state in ("open", "review") and is_before else state


def prepared_by(ask: Ask, run: RunRecord) -> set[str]:
    """Who has computed a run, as far as it says so, and who has put it in review."""
    rows: list[dict[str, Any]] = ask("periods/preparers", key=key_of_run(run), run=run.number)
    return {row["actor"] for row in rows}


def refuse_replaced(ask: Ask, run: RunRecord) -> None:
    """Raise RunReplacedError where a run is not, or no longer, the newest of its period that is complete.

    Raises RunUnderWayError where another one of the period has begun.
    """
    rows = [row["run"] for row in ask("periods/runs", period=run.period, plan=run.plan)]
    if rows and rows[0]["state"] == "running":
        raise run_under_way(rows[0])
    complete = [each["number"] for each in rows if each["state"] == "complete"]
    if not complete or complete[0] != run.number:
        raise replaced(run.number, complete[0] if complete else None, run.period, run.plan)


def replaced(number: int, newest: int | None, name: str, plan: str) -> RunReplacedError:
    """The refusal of a run that is not the newest of its period that is complete."""
    now = "there is none" if newest is None else f"that is run {newest}"
    return RunReplacedError(
        f"run {number} is not the newest complete one of {name} by {plan}: {now}",
        todo="Look at the newest run, and name that one.",
    )


def refuse_committed(run: RunRecord, state: str) -> None:
    """Raise PeriodCommittedError where the period of a run is closed."""
    if state in CLOSED:
        raise PeriodCommittedError(
            f"{run.period} of {run.plan} is {state}",
            todo=f"Withdraw the commit first: upline period withdraw {run.period}.",
        )


def _refuse_unless_in_review(run: RunRecord, state: str) -> None:
    refuse_committed(run, state)
    if state != "review":
        raise NotInReviewError(
            f"{run.period} of {run.plan} is {state}, not in review",
            todo=f"Put it in review first: upline period review {run.period}.",
        )
