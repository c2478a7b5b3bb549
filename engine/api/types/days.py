# mypy: allow-untyped-calls
"""A member on any day, as it is known now or was known then: status, places, who was above and below."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from graphene import ID, Date, DateTime, Field, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.answers import days
from engine.answers.days import CustomerThen, MemberThen, Moment, PlacedThen
from engine.answers.members import Member
from engine.api.context import Context
from engine.api.types.pages import most, size
from engine.api.types.scalars import MemberStatus
from engine.api.types.trees import tree_argument, tree_today

# A type of engine/api/types/people.py by name: that module imports this one.
MEMBER = "engine.api.types.people.Member"
DEPTH = "How many levels. Default: all."
TREE = "the placement tree, in a company of one tree that one"


@dataclass(frozen=True, slots=True)
class OnDay:
    """A member at a moment."""

    member: MemberThen
    at: Moment

    @property
    def member_id(self) -> str:
        """The member's id."""
        return self.member.member_id

    @property
    def owner_id(self) -> str | None:
        """The owner of that day."""
        return self.member.owner_id


class PlaceOnDay(ObjectType):
    """A member's place on a day."""

    level = Int(required=True, description="Levels from the member that was asked about; 1 for the next.")
    member = Field(MEMBER, description="The member, as of today; null if beyond the reader's reach.")
    leg = String(description="The leg of that day.")
    since = Field(NonNull(Date), description="Since when the place was held.")

    @staticmethod
    async def resolve_member(root: PlacedThen, info: ResolveInfo) -> Member | None:
        """One loader for all members of a list."""
        return await _member(info, root.member_id)


class CustomerOnDay(ObjectType):
    """A customer of a member on a day."""

    customer_id = Field(NonNull(ID), description="The id in the company's tables.")
    name = String(description="The name.")
    since = Field(Date, description="The first day as a customer; null if not known.")
    became = Field(MEMBER, description="The member that the customer had become by that day.")

    @staticmethod
    async def resolve_became(root: CustomerThen, info: ResolveInfo) -> Member | None:
        """One loader for all customers of a list."""
        return await _member(info, root.became_id)


class MemberOnDay(ObjectType):
    """A member on a day. Only members within the reader's reach of today are shown."""

    as_of = Field(NonNull(Date), description="The day.")
    known_after = Int(description="The last change that counts; null: everything that is known now.")
    status = Field(NonNull(MemberStatus), description="The status of that day.")
    owner_id = ID(description="The owner of that day.")
    sponsor = Field(MEMBER, description="The sponsor of that day, as a member of today.")
    placement = Field(MEMBER, description="The member under whom this one was placed.")
    leg = String(description="The leg of that day.")
    upline = List(
        NonNull(PlaceOnDay), tree=tree_argument(TREE), first=most("members"),
        description="Everyone above on that day, nearest first.",
    )  # fmt: skip
    downline = List(
        NonNull(PlaceOnDay), tree=tree_argument(TREE), depth=Int(description=DEPTH),
        first=most("members"), description="Everyone below on that day, nearest level first, then by id.",
    )  # fmt: skip
    downline_total = Int(
        tree=tree_argument(TREE), depth=Int(description=DEPTH),
        description="How many were below on that day.",
    )  # fmt: skip
    customers = List(
        NonNull(CustomerOnDay), first=most("customers"), description="The customers of that day, by id.",
    )  # fmt: skip
    customer_total = Int(description="How many customers the member had on that day.")

    @staticmethod
    def resolve_as_of(root: OnDay, _info: ResolveInfo) -> date:
        """The day."""
        return root.at.day

    @staticmethod
    def resolve_known_after(root: OnDay, _info: ResolveInfo) -> int | None:
        """The last change that counts."""
        return root.at.known

    @staticmethod
    def resolve_status(root: OnDay, _info: ResolveInfo) -> str:
        """The status of that day."""
        return root.member.status

    @staticmethod
    def resolve_owner_id(root: OnDay, _info: ResolveInfo) -> str | None:
        """The owner of that day."""
        return root.owner_id

    @staticmethod
    def resolve_leg(root: OnDay, _info: ResolveInfo) -> str | None:
        """The leg of that day."""
        return root.member.leg

    @staticmethod
    async def resolve_sponsor(root: OnDay, info: ResolveInfo) -> Member | None:
        """The sponsor of that day."""
        return await _member(info, root.member.sponsor_id)

    @staticmethod
    async def resolve_placement(root: OnDay, info: ResolveInfo) -> Member | None:
        """The parent of that day in the placement tree."""
        return await _member(info, root.member.placement_id)

    @staticmethod
    async def resolve_upline(
        root: OnDay, info: ResolveInfo, first: int, tree: Any = None
    ) -> list[PlacedThen]:
        """Everyone above."""
        context: Context = info.context
        which = await tree_today(context, tree)
        above: list[PlacedThen] = await context.read(
            days.upline_then, root.member.member_id, which, root.at, None, size(first)
        )
        return above

    @staticmethod
    async def resolve_downline(
        root: OnDay, info: ResolveInfo, first: int, tree: Any = None, depth: int | None = None
    ) -> list[PlacedThen]:
        """Everyone below."""
        context: Context = info.context
        which = await tree_today(context, tree)
        below: list[PlacedThen] = await context.read(
            days.downline_then, root.member.member_id, which, root.at, depth, size(first)
        )
        return below

    @staticmethod
    async def resolve_downline_total(
        root: OnDay, info: ResolveInfo, tree: Any = None, depth: int | None = None
    ) -> int:
        """How many are below."""
        context: Context = info.context
        which = await tree_today(context, tree)
        counts = await context.read(days.counts_then, root.member.member_id, which, root.at, depth)
        return sum(counts.values())

    @staticmethod
    async def resolve_customers(root: OnDay, info: ResolveInfo, first: int) -> list[CustomerThen]:
        """The customers."""
        context: Context = info.context
        customers: list[CustomerThen] = await context.read(
            days.customers_then, root.member.member_id, root.at, size(first)
        )
        return customers

    @staticmethod
    async def resolve_customer_total(root: OnDay, info: ResolveInfo) -> int:
        """How many customers."""
        context: Context = info.context
        total: int = await context.read(days.customer_count_then, root.member.member_id, root.at)
        return total


class MemberDays:
    """The field of a member that leads to another day."""

    on_day = Field(
        MemberOnDay,
        as_of=Date(description="The day. Default: that of `knownAt` or `knownAfter`, otherwise today."),
        known_at=DateTime(description="As it was known at this instant. Default: as it is known now."),
        known_after=Int(
            description="As it was known after the change of this number; it goes before `knownAt`."
        ),
        description="The member on another day, or as it was known then: backdated moves change the past, "
        "and not what was known. Null if the member was not enrolled, or not known.",
    )

    @staticmethod
    async def resolve_on_day(
        root: Member,
        info: ResolveInfo,
        as_of: date | None = None,
        known_at: datetime | None = None,
        known_after: int | None = None,
    ) -> OnDay | None:
        """The member at a moment."""
        context: Context = info.context
        known = known_at if known_after is None else known_after
        at: Moment = await context.ask(days.moment_or_today, context.graph, as_of, known)
        members = await context.read(days.members_then, [root.member_id], at)
        then = members.get(root.member_id)
        return OnDay(then, at) if then is not None else None


async def _member(info: ResolveInfo, member_id: str | None) -> Member | None:
    context: Context = info.context
    return await context.members.load(member_id) if member_id is not None else None
