# mypy: allow-untyped-calls
"""Types for corrections: what a run takes back or pays later of closed periods, and why."""

from typing import Any

from graphene import ID, Argument, Field, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.answers import corrections
from engine.answers.corrections import Chosen
from engine.api.context import Context
from engine.api.types.figures import Cash, cash
from engine.api.types.pages import Listing, SealedPage, connection, most, paged_forward, parted, size
from engine.api.types.scalars import Decimal, Money
from engine.explain.corrections import CorrectionStory, change_json, story
from engine.explain.words import correction_text
from engine.passes.record import CorrectionTotal, RunRecord

# A type of engine/api/types/runs.py by name: that module imports this one.
RUN = "engine.api.types.runs.Run"


class CorrectedSide(ObjectType):
    """A line as it was paid, or as it should have been."""

    base = Decimal(required=True, description="What the rate applies to: volume, money or pieces.")
    rate = Decimal(required=True, description="The rate, or the amount for each piece.")
    amount = Decimal(description="What the line pays, in the run's currency; null if it pays nothing.")
    reason = String(description="Why it pays nothing, in words; null if it pays.")


class CorrectedLine(ObjectType):
    """A line of the closed period that is different without the returned orders."""

    order_id = ID(description="The order; null if the bonus pays on a member's whole volume.")
    source_id = ID(description="The member whose volume it is.")
    level = Int(required=True, description="The level of the bonus, counted after compression.")
    before = Field(CorrectedSide, description="The line as it was paid; null if there was none.")
    after = Field(CorrectedSide, description="The line as it should have been; null if there is none.")


class Correction(ObjectType):
    """What a run takes back from a member, or pays the member later, of one bonus of a closed period.

    An order of that period was returned after the period was committed. Whoever was paid for it gives that
    back here, at the rates of then.
    """

    member_id = ID(required=True, description="The member whose pay is corrected.")
    period = String(required=True, description="The closed period that is corrected.")
    paid_run = Field(RUN, description="The run that the closed period was paid by.")
    bonus = String(required=True, description="The bonus's name in the plan of that run.")
    before = Field(NonNull(Money), description="What the bonus paid in that period.")
    after = Field(NonNull(Money), description="What it should have paid, as is known now.")
    settled = Field(
        NonNull(Money), description="What was settled of it before: what it paid, and earlier corrections."
    )
    amount = Field(
        NonNull(Money), description="What this run adds: `after` less `settled`. Below 0 it is taken back."
    )
    reason = String(
        required=True,
        description="refund: orders that paid the member were returned. restated: returned orders have "
        "changed what others sold or were paid, such as a rank or a share.",
    )
    order_count = Int(required=True, description="The number of returned orders that had paid the member.")
    order_ids = List(
        NonNull(ID), required=True, description="The first hundred of them, those that you may see."
    )
    why = String(required=True, description="All of this in a sentence.")
    changes = List(
        NonNull(CorrectedLine),
        first=most("lines"),
        description="The lines that differ, the largest difference first.",
    )

    @staticmethod
    async def resolve_paid_run(root: corrections.Correction, info: ResolveInfo) -> RunRecord:
        """By its number."""
        context: Context = info.context
        return await context.run(None, None, root.paid_run)

    @staticmethod
    def resolve_before(root: corrections.Correction, info: ResolveInfo) -> Cash:
        """Minor units as text."""
        return _cash(root, info, root.before)

    @staticmethod
    def resolve_after(root: corrections.Correction, info: ResolveInfo) -> Cash:
        """Minor units as text."""
        return _cash(root, info, root.after)

    @staticmethod
    def resolve_settled(root: corrections.Correction, info: ResolveInfo) -> Cash:
        """Minor units as text."""
        return _cash(root, info, root.settled)

    @staticmethod
    def resolve_amount(root: corrections.Correction, info: ResolveInfo) -> Cash:
        """Minor units as text."""
        return _cash(root, info, root.amount)

    @staticmethod
    def resolve_order_count(root: corrections.Correction, _info: ResolveInfo) -> int:
        """All of them."""
        return root.orders

    @staticmethod
    def resolve_why(root: corrections.Correction, info: ResolveInfo) -> str:
        """The sentence of the explanation."""
        return correction_text(root, info.context.runs[root.run].cash)

    @staticmethod
    async def resolve_changes(
        root: corrections.Correction, info: ResolveInfo, first: int
    ) -> list[dict[str, Any]]:
        """The lines of both runs, compared."""
        context: Context = info.context
        most_lines = size(first)
        context.known(await context.run(None, None, root.paid_run))
        told: CorrectionStory = await context.read(story, context.runs[root.run], root)
        bonus = next(each for each in told.plan.bonuses if each.name == root.bonus)
        return [
            {"run": root.paid_run, **change_json(told.plan, bonus, each)}
            for each in told.changes[:most_lines]
        ]


CorrectionConnection: type[ObjectType] = connection(
    "Correction", lambda: Correction, "Corrections of closed periods, a page at a time."
)


class CorrectedBonus(ObjectType):
    """What a run corrects of one bonus of a closed period, for all members together."""

    period = String(required=True, description="The closed period.")
    paid_run = Field(RUN, description="The run that the closed period was paid by.")
    bonus = String(required=True, description="The bonus's name in the plan of that run.")
    payees = Int(required=True, description="Number of members whose pay is corrected.")
    amount = Field(NonNull(Money), description="The sum; below 0 it is taken back.")

    @staticmethod
    async def resolve_paid_run(root: dict[str, Any], info: ResolveInfo) -> RunRecord:
        """By its number."""
        context: Context = info.context
        return await context.run(None, None, root["number"])


def paged_corrections() -> dict[str, Argument]:
    """The arguments of a run's corrections."""
    return paged_forward(
        "corrections",
        member_id=Argument(ID, description="Only those of this member."),
        bonus=Argument(String, description="Only those of this bonus."),
        paid_run=Argument(Int, description="Only those of the closed period that this run paid: its number."),
    )


async def corrections_page(
    run: RunRecord, info: ResolveInfo, arguments: dict[str, Any]
) -> SealedPage[corrections.Correction]:
    """A page of what a run corrects, by member, run and bonus."""
    context: Context = info.context
    paging, choice = parted(arguments)
    chosen = Chosen(**choice)
    listing = Listing(info, paging, run.number)
    page = await context.read(corrections.correction_page, run, chosen, listing.stretch)
    return listing.shown(page, lambda: context.read(corrections.correction_total, run, chosen))


def corrected_bonus(total: CorrectionTotal, run: RunRecord) -> dict[str, Any]:
    """A total of a run as clients see it."""
    return {
        "number": total.paid_run, "period": total.period, "bonus": total.bonus, "payees": total.payees,
        "amount": cash(total.amount, run.cash),
    }  # fmt: skip


def _cash(root: corrections.Correction, info: ResolveInfo, minor: int) -> Cash:
    return cash(minor, info.context.runs[root.run].cash)
