# mypy: allow-untyped-calls
"""Prospects of members: who may become a customer or a member, how far each has come, and who did it."""

from typing import Any

from graphene import (
    ID,
    Argument,
    Date,
    DateTime,
    Field,
    Int,
    List,
    NonNull,
    ObjectType,
    ResolveInfo,
    String,
)

from engine.answers.members import Member
from engine.answers.prospects import Prospect as ProspectFacts
from engine.answers.prospects import prospect_total, prospects_of
from engine.api.context import Context
from engine.api.types.nodes import Node, global_id
from engine.api.types.pages import Listing, SealedPage, connection, paged
from engine.api.types.scalars import ProspectStatus, enum_value

# A type of engine/api/types/people.py by name: that module imports this one.
MEMBER = "engine.api.types.people.Member"


class ProspectStep(ObjectType):
    """A status that a prospect had, or has."""

    status = Field(NonNull(ProspectStatus), description="The status.")
    on = Field(Date, description="The first day of it; null if the company never said since when.")
    change = Int(required=True, description="The number of the change that gave it.")
    recorded_at = Field(NonNull(DateTime), description="When that was recorded.")
    actor = String(description="Who gave it.")
    reason = String(description="Why; null if nobody said.")


class Prospect(ObjectType):
    """A prospect of a member: somebody who may become a customer or a member, or has become one.

    Prospects have no place in a tree and count in no figure.
    """

    class Meta:
        """A node."""

        interfaces = (Node,)

    prospect_id = ID(required=True, description="The company's own id of the prospect.")
    member_id = ID(required=True, description="The id of the member whose prospect it is.")
    member = Field(MEMBER, description="The member whose prospect it is.")
    name = String(description="The name.")
    source = String(description="Where the prospect comes from, such as fair.")
    status = Field(NonNull(ProspectStatus), description="How far it has come.")
    since = Field(Date, description="The first day as a prospect.")
    became_customer = ID(description="The id of the customer that the prospect has become.")
    became_member = ID(
        description="The id of the member that the prospect has become, at once or as a customer first."
    )
    history = List(
        NonNull(ProspectStep), required=True, description="All statuses, the first one first, today's last."
    )

    @staticmethod
    def resolve_id(root: ProspectFacts, _info: ResolveInfo) -> str:
        """By the prospect's id."""
        return global_id("Prospect", root.prospect_id)

    @staticmethod
    async def resolve_member(root: ProspectFacts, info: ResolveInfo) -> Member | None:
        """One loader for all prospects of a level."""
        context: Context = info.context
        return await context.members.load(root.member_id)


ProspectConnection: type[ObjectType] = connection(
    "Prospect", lambda: Prospect, "Prospects, a page at a time."
)


class MemberProspects:
    """Fields of a member on prospects; no type of its own."""

    prospects = Field(
        lambda: ProspectConnection,
        **paged(
            "prospects",
            statuses=Argument(
                List(NonNull(ProspectStatus)), description="Only prospects with one of these statuses."
            ),
        ),
        description="The member's prospects, sorted by id, those who were won too.",
    )
    prospect = Field(
        lambda: Prospect,
        description="The prospect that the member was; null if there was none, or if it is not yours to see.",
    )

    @staticmethod
    async def resolve_prospects(
        root: Member, info: ResolveInfo, statuses: list[Any] | None = None, **paging: Any
    ) -> SealedPage[ProspectFacts]:
        """A page; the total is counted only if the client requests it."""
        context: Context = info.context
        chosen = None if statuses is None else tuple(enum_value(each) for each in statuses)
        listing = Listing(info, paging, root.member_id)
        page = await context.read(prospects_of, root.member_id, chosen, listing.stretch)
        return listing.shown(page, lambda: context.read(prospect_total, root.member_id, chosen))

    @staticmethod
    async def resolve_prospect(root: Member, info: ResolveInfo) -> ProspectFacts | None:
        """One loader for all members of a level."""
        context: Context = info.context
        return await context.prospects.load(root.prospect_id) if root.prospect_id else None
