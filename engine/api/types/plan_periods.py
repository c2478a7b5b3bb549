# mypy: allow-untyped-calls
"""Types for the life of a period: its state, who took which step, and who has approved what."""

from graphene import Date, DateTime, Enum, Field, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.api.context import Context
from engine.api.types.runs import Run
from engine.api.types.scalars import described
from engine.passes.record import RunRecord, result
from engine.periods.lives import PlanPeriod as Life


class PeriodState(Enum):
    """Where a period is in its life."""

    OPEN = "open"
    REVIEW = "review"
    COMMITTING = "committing"
    COMMITTED = "committed"
    PAID = "paid"
    CLOSED = "closed"

    description = described(
        {
            "open": "It is run any number of times.",
            "review": "Somebody looks at the newest run, and no other one takes its place.",
            "committing": "A commit is under way; it lasts moments.",
            "committed": "Its run counts for good, and nothing changes in it.",
            "paid": "The commit cannot be withdrawn any more.",
            "closed": "It ended before the first committed period began.",
        }
    )


class PeriodStep(Enum):
    """What has been done to a period."""

    REVIEW = "review"
    REOPEN = "reopen"
    APPROVE = "approve"
    COMMIT = "commit"
    COMMITTED = "committed"
    WITHDRAW = "withdraw"
    PAID = "paid"

    description = described(
        {
            "review": "The newest run was put in review.",
            "reopen": "The review was ended, and the period is open again.",
            "approve": "Somebody approved exactly these results.",
            "commit": "A commit began.",
            "committed": "The commit was completed.",
            "withdraw": "The commit was taken back.",
            "paid": "It was paid.",
        }
    )


class PeriodEvent(ObjectType):
    """One step in the life of a period."""

    number = Int(required=True, description="Its place among the steps of the period, from 1.")
    step = Field(NonNull(PeriodStep), description="What was done.")
    actor = String(required=True, description="By whom.")
    reason = String(required=True, description="Why; empty if nobody said.")
    at = DateTime(required=True, description="When (UTC).")
    day = Date(required=True, description="On which day of the company.")
    run = Int(description="The number of the run that it was about.")
    results_hash = String(description="The hash of the results that it was about.")


class PeriodApproval(ObjectType):
    """Somebody's approval of exactly these results. It ends with the review."""

    actor = String(required=True, description="By whom.")
    run = Int(required=True, description="The number of the run.")
    results_hash = String(required=True, description="The hash of its results.")
    at = DateTime(required=True, description="When (UTC).")
    reason = String(required=True, description="A remark; empty if there is none.")


class PlanPeriod(ObjectType):
    """A period of a plan, from its first run until it is paid."""

    period = String(required=True, description="The period, such as 2026-11.")
    plan = String(required=True, description="The plan's name.")
    calendar = String(required=True, description="The calendar: month, week, quarter, year, day or days.")
    first_day = Date(required=True, description="Its first day.")
    last_day = Date(required=True, description="Its last day.")
    state = Field(NonNull(PeriodState), description="Nothing changes in a committed one.")
    run = Field(
        Run, description="The run in review, or the one that is committed; of an open period the newest."
    )
    committed_at = DateTime(description="When it was committed (UTC); null if it is not.")
    commit = Int(description="The number of the change that has closed it; null if it is open.")
    events = List(NonNull(PeriodEvent), required=True, description="All steps so far, in order.")
    approvals = List(NonNull(PeriodApproval), required=True, description="The approvals that hold now.")

    @staticmethod
    def resolve_period(root: Life, _info: ResolveInfo) -> str:
        """Its name."""
        return root.name

    @staticmethod
    async def resolve_run(root: Life, info: ResolveInfo) -> RunRecord | None:
        """By its number."""
        context: Context = info.context
        if root.run is None:
            return None
        return context.known(await context.ask(result, context.graph, None, None, root.run))
