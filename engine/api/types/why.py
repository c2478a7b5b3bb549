# mypy: allow-untyped-calls
"""Types for why nothing was paid: each bonus in a sentence, and its reasons by number."""

from graphene import ID, Boolean, Field, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.answers.orders import Order as OrderFacts
from engine.api.context import Context
from engine.api.types.pay import Order
from engine.explain import nothing


class NotPaidReason(ObjectType):
    """One reason, and how often it came first."""

    reason = String(
        required=True,
        description="The stable name of the reason: that of a line, or paid, own_order, not_reached (the "
        "bonus pays others above the order), no_line (it has no line for the order).",
    )
    why = String(required=True, description="The reason in words.")
    count = Int(
        required=True,
        description="How many orders have it first; lines, for a bonus on whole groups or on earnings.",
    )
    example = ID(description="One of these orders; null where the bonus does not go order by order.")
    example_order = Field(Order, description="That order.")

    @staticmethod
    async def resolve_example_order(root: nothing.Reason, info: ResolveInfo) -> OrderFacts | None:
        """One loader for all examples."""
        context: Context = info.context
        return await context.orders.load(root.example) if root.example else None


class BonusNotPaid(ObjectType):
    """How one bonus treated the orders."""

    bonus = String(required=True, description="The bonus's name in the plan.")
    verdict = String(required=True, description="The answer for the member, in one sentence.")
    reasons = List(NonNull(NotPaidReason), required=True, description="The most frequent one first.")


class WhyNot(ObjectType):
    """Why a member was paid nothing, or no more: for one order, or for every order of the group."""

    member_id = ID(required=True, description="The member.")
    order_id = ID(description="The order that was asked about; null for all of the group's.")
    members = Int(required=True, description="How many members' orders were looked at.")
    complete = Boolean(
        required=True,
        description=f"Whether that was the whole group; at most {nothing.MOST_MEMBERS:,} members, by id.",
    )
    bonuses = List(NonNull(BonusNotPaid), required=True, description="In the plan's order.")

    @staticmethod
    def resolve_member_id(root: nothing.WhyNot, _info: ResolveInfo) -> str:
        """Of the standing."""
        return root.member.member_id
