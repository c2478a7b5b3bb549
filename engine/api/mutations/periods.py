# mypy: allow-untyped-calls
"""A period is reviewed, approved, committed, and opened again."""

from collections.abc import Callable
from typing import Any

from graphene import (
    Boolean,
    DateTime,
    Enum,
    Field,
    InputField,
    InputObjectType,
    Int,
    ObjectType,
    String,
)

from engine.access.areas import Area
from engine.api.context import Context
from engine.api.mutations.payloads import (
    CLIENT_ID,
    KEY,
    Payload,
    allow,
    client_key,
    mutation,
    payload,
    plain,
    request_of,
)
from engine.api.types.plan_periods import PlanPeriod
from engine.api.types.scalars import described, enum_value
from engine.graph.database import Graph
from engine.periods import committing, lives, steps, withdrawing

PERIOD = String(required=True, description="The period, such as 2026-11.")
PLAN = String(description="The plan's name; it may be left out where only one plan has runs of the period.")
REASON = String(description="Why, for the history.")
RESULTS_HASH = String(
    description="The hash of the results that were looked at; its first 12 characters suffice. Other results "
    "are refused (`other_results`)."
)


class LateOrders(Enum):
    """What becomes of orders of committed periods."""

    REFUSE = "refuse"
    BOOK = "book"

    description = described(
        {"refuse": "They are refused.", "book": "They count from the first open instant."}
    )


class PeriodStepInput(InputObjectType):
    """Which period to put in review, or to open again."""

    period = PERIOD
    plan = PLAN
    reason = REASON
    client_mutation_id = CLIENT_ID


class ApprovePeriodInput(InputObjectType):
    """Which results to approve."""

    period = PERIOD
    plan = PLAN
    results_hash = RESULTS_HASH
    reason = REASON
    client_mutation_id = CLIENT_ID


class CommitPeriodInput(InputObjectType):
    """Which run to make the result of its period for good."""

    period = PERIOD
    plan = PLAN
    run = Int(description="The run that is meant; another than the newest is refused (`run_replaced`).")
    results_hash = RESULTS_HASH
    first = Boolean(
        default_value=False, description="Begin with this period, whatever came before it is closed too."
    )
    reason = REASON
    idempotency_key = KEY
    client_mutation_id = CLIENT_ID


class WithdrawPeriodInput(InputObjectType):
    """Which commit to withdraw."""

    period = PERIOD
    plan = PLAN
    reason = String(required=True, description="Why, for the history.")
    client_mutation_id = CLIENT_ID


class CorrectedRanks(Enum):
    """By which ranks, activity and compression refunds correct a committed period."""

    HELD = "held"
    RESTATED = "restated"

    description = described(
        {
            "held": "As they were paid. The default.",
            "restated": "As they would have been without what was refunded.",
        }
    )


class SetPeriodRulesInput(InputObjectType):
    """The company's rules for periods."""

    two_person = Boolean(description="Whether another person approves before a commit. Left out: as before.")
    late_orders = InputField(
        LateOrders, description="What becomes of orders of committed periods. Left out: as before."
    )
    corrected_ranks = InputField(
        CorrectedRanks,
        description="By which ranks refunds correct a committed period. Left out: as before.",
    )
    reason = REASON
    idempotency_key = KEY
    client_mutation_id = CLIENT_ID


class PeriodPayload(ObjectType):
    """A period after a step."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    period = Field(PlanPeriod, description="The period now; null where there are errors.")


class PeriodCommit(ObjectType):
    """A commit."""

    number = Int(required=True, description="The number of its change.")
    period = String(required=True, description="The period.")
    plan = String(required=True, description="The plan's name.")
    run = Int(required=True, description="The number of the run that is committed.")
    results_hash = String(required=True, description="The hash of its results.")
    actor = String(required=True, description="By whom.")
    reason = String(required=True, description="Why; empty if nobody said.")
    committed_at = DateTime(required=True, description="When (UTC).")


class CommitPeriodPayload(ObjectType):
    """What became of a commit."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    commit = Field(PeriodCommit, description="The commit; null where there are errors.")


class SetPeriodRulesPayload(ObjectType):
    """What became of the rules."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    change = Int(description="The number of the change; null where there are errors.")


async def review(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Put a period in review, or say why not."""
    return await _step(context, arguments, Area.PREPARE, steps.review)


async def reopen(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Open a period again, or say why not."""
    return await _step(context, arguments, Area.PREPARE, steps.reopen)


async def approve(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Approve results, or say why not."""
    more = {"results_hash": arguments.get("results_hash")}
    return await _step(context, arguments, Area.APPROVE, steps.approve, **more)


async def withdraw(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Withdraw a commit, or say why not."""
    return await _step(context, arguments, Area.COMMIT, withdrawing.withdraw)


async def _step(
    context: Context,
    arguments: dict[str, Any],
    area: Area,
    step: Callable[..., lives.PlanPeriod],
    **more: Any,
) -> dict[str, Any]:
    actor, writing = allow(context, area)
    reason = arguments.get("reason") or ""

    def take(graph: Graph) -> lives.PlanPeriod:
        return step(graph, arguments["period"], arguments.get("plan"), actor=actor, reason=reason, **more)

    async def work() -> dict[str, Any]:
        return {"period": await writing.do(take)}

    return await payload(arguments, work())


async def commit(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Commit a period, or say why not."""
    actor, writing = allow(context, Area.COMMIT)

    async def work() -> dict[str, Any]:
        key = client_key(arguments)

        def take(graph: Graph) -> committing.Commit:
            return committing.commit(
                graph, arguments["period"], arguments.get("plan"), run=arguments.get("run"),
                results_hash=arguments.get("results_hash"), first=arguments["first"], actor=actor,
                reason=arguments.get("reason") or "", key=key,
            )  # fmt: skip

        return {"commit": await writing.do(take)}

    return await payload(arguments, work())


async def set_rules(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Keep the company's rules for periods, or say why not."""
    actor, writing = allow(context)

    async def work() -> dict[str, Any]:
        asked = request_of(actor, "period_rules", plain(arguments))
        rules = {
            "two_person": arguments.get("two_person"),
            "late_orders": enum_value(arguments.get("late_orders")),
            "corrected_ranks": enum_value(arguments.get("corrected_ranks")),
        }
        reason = arguments.get("reason") or ""
        change = await writing.do(
            lambda graph: steps.set_rules(graph, **rules, actor=actor, reason=reason, request=asked)
        )
        return {"change": change}

    return await payload(arguments, work())


COMMON = "`no_run`, `ambiguous_plan`, `bad_period`, `change_under_way`, `still_working`."


class PeriodSteps:
    """The steps in the life of a period."""

    review_period = mutation(
        PeriodPayload, PeriodStepInput, "Which period.",
        "Put the newest run of a period in review: no other run takes its place until `reopenPeriod`. "
        "Repeated, it changes nothing. Codes: `period_committed`, `run_replaced`, `run_under_way`, " + COMMON,
        review,
    )  # fmt: skip
    reopen_period = mutation(
        PeriodPayload, PeriodStepInput, "Which period.",
        "Open a period that is in review: it can be run again, and approvals end. Codes: `not_in_review`, "
        "`period_committed`, " + COMMON,
        reopen,
    )  # fmt: skip
    approve_period = mutation(
        PeriodPayload, ApprovePeriodInput, "Which results.",
        "Approve the results of a period in review: these and no others. Codes: `not_in_review`, "
        "`other_results`, `same_person`, `period_committed`, `run_replaced`, `run_under_way`, " + COMMON,
        approve,
    )  # fmt: skip
    commit_period = mutation(
        CommitPeriodPayload, CommitPeriodInput, "Which run.",
        "Commit the newest run of a period: it counts for good, and nothing changes any more up to the "
        "period's last day. Codes: `run_replaced`, `other_results`, `run_out_of_date`, "
        "`earlier_period_open`, `not_approved`, `same_person`, `period_committed`, `commit_under_way`, "
        "`commit_withdrawn`, `results_altered`, `ledger_contradicted`, `currency_known`, `run_under_way`, "
        "`company_changed`, `bad_input`, "
        "`key_reused`, " + COMMON,
        commit,
    )  # fmt: skip
    withdraw_period = mutation(
        PeriodPayload, WithdrawPeriodInput, "Which commit.",
        "Withdraw the commit of a period before payment: the period is open again, and its run stays as a "
        "preliminary one. Codes: `reason_missing`, `not_committed`, `period_paid`, "
        "`later_period_committed`, `commit_at_work`, " + COMMON,
        withdraw,
    )  # fmt: skip
    set_period_rules = mutation(
        SetPeriodRulesPayload, SetPeriodRulesInput, "The rules.",
        "Keep whether a period is committed only once another person has approved it, and what becomes of "
        "orders of committed periods. Codes: `bad_rule`, `bad_input`, `change_under_way`, `key_reused`, "
        "`still_working`.",
        set_rules,
    )  # fmt: skip
