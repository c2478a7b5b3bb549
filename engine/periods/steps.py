"""A period is put in review, opened again, and approved; and whether approval is needed."""

from typing import Any

from engine.errors import UplineError
from engine.genealogy.changes.lane import Company
from engine.genealogy.changes.periods import PeriodWriter, keep_rules
from engine.genealogy.changes.requests import Request
from engine.genealogy.changes.undo import settle
from engine.genealogy.refusals import PeriodCommittedError, SamePersonError
from engine.graph.database import Ask, Graph
from engine.passes.record import RunRecord
from engine.periods.lives import (
    PlanPeriod,
    facts_of,
    key_of_run,
    newest_run,
    one,
    period_within,
    refuse_other_results,
)
from engine.runs.life import clear, run_under_way

LATE_ORDERS = ("refuse", "book")
CORRECTED_RANKS = ("held", "restated")
"""What becomes of orders of committed periods."""


class NotInReviewError(UplineError):
    """Only the results of a period in review are approved, and only such a period is opened again."""


class NotApprovedError(UplineError):
    """The company's rules ask for another person's approval, and there is none of these results."""


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
        now = period_within(ask, run, writer.company.closed)
        _refuse_committed(now)
        if now.state == "review":
            return
        refuse_replaced(ask, run)
        writer.review(now.key, begins=True)
        facts = {**facts_of(run), "state": "review", "run": run.number}
        writer.step(now.key, facts, "review", run=run.number, results_hash=run.facts["results_hash"])

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
        now = period_within(ask, run, writer.company.closed)
        _refuse_unless_in_review(now)
        writer.review(now.key, begins=False)
        writer.drop_approvals(now.key)
        writer.step(now.key, {"state": "open", "run": None}, "reopen", run=run.number)

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
        now = period_within(ask, run, writer.company.closed)
        _refuse_unless_in_review(now)
        refuse_replaced(ask, run)
        if actor in prepared_by(ask, run):
            raise SamePersonError(
                f"{actor} has prepared run {run.number} of {run.period}",
                todo="Let another person look at its results and approve them.",
            )
        results = str(run.facts["results_hash"])
        if any((each.actor, each.results_hash) == (actor, results) for each in now.approvals):
            return
        facts = {"run": run.number, "results_hash": results, "reason": reason or None}
        writer.approve(now.key, facts)
        writer.step(now.key, {}, "approve", run=run.number, results_hash=results)

    graph.together(within)
    return one(graph, name, run.plan)


def set_rules(
    graph: Graph,
    *,
    two_person: bool | None = None,
    late_orders: str | None = None,
    corrected_ranks: str | None = None,
    actor: str = "upline",
    reason: str = "",
    request: Request | None = None,
) -> int:
    """Keep the company's rules for periods, as a change of its own; None leaves a rule as it is.

    `two_person`: a period is committed only once another person has approved it. `late_orders`: an order of
    a committed period is refused (``refuse``), or counts from the first open instant (``book``).
    `corrected_ranks`: where refunds correct a committed period, ranks, activity and compression are as they
    were paid (``held``), or as they would have been (``restated``). Returns the number of the change. Raises
    BadRuleError.
    """
    for what, rule, rules in (
        ("late orders are", late_orders, LATE_ORDERS),
        ("corrected ranks are", corrected_ranks, CORRECTED_RANKS),
    ):
        if rule not in (None, *rules):
            words = " or ".join(rules)
            raise BadRuleError(f"{what} {words}, not {rule!r}", todo=f"Say {words}.")
    if two_person is None and late_orders is None and corrected_ranks is None:
        raise BadRuleError(
            "no rule is named", todo="Say whether two persons, what of late orders, or which ranks."
        )
    settle(graph)
    return keep_rules(
        graph, two_person=two_person, late_orders=late_orders, corrected_ranks=corrected_ranks, actor=actor,
        reason=reason, request=request,
    )  # fmt: skip


def prepared_by(ask: Ask, run: RunRecord) -> set[str]:
    """Who has computed a run, as far as it says so, and who has put it in review."""
    rows: list[dict[str, Any]] = ask("periods/preparers", key=key_of_run(run), run=run.number)
    return {row["actor"] for row in rows}


def refuse_unapproved(ask: Ask, run: RunRecord, company: Company, actor: str) -> None:
    """Raise NotApprovedError, or SamePersonError, unless another person has approved these results."""
    preparers = prepared_by(ask, run)
    valid = [
        each
        for each in period_within(ask, run, company.closed).approvals
        if (each.run, each.results_hash) == (run.number, run.facts["results_hash"])
        and each.actor not in preparers
    ]
    if not valid:
        raise NotApprovedError(
            f"nobody has approved the results of run {run.number} of {run.period}",
            todo=f"Another person approves them: upline period review {run.period}, then "
            f"upline period approve {run.period}.",
        )
    if all(each.actor == actor for each in valid):
        raise SamePersonError(
            f"{actor} has approved run {run.number} of {run.period}, and alone",
            todo="Let another person commit it.",
        )


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


def _refuse_committed(now: PlanPeriod) -> None:
    if now.is_closed:
        raise PeriodCommittedError(
            f"{now.name} of {now.plan} is {now.state}",
            todo=f"Withdraw the commit first: upline period withdraw {now.name}.",
        )


def _refuse_unless_in_review(now: PlanPeriod) -> None:
    _refuse_committed(now)
    if now.state != "review":
        raise NotInReviewError(
            f"{now.name} of {now.plan} is {now.state}, not in review",
            todo=f"Put it in review first: upline period review {now.name}.",
        )
