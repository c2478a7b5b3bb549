# mypy: allow-untyped-calls
"""Where a client begins with people: a member, all members, a standing."""

from typing import Any

from graphene import ID, Argument, Field, NonNull, ResolveInfo, String

from engine.answers.members import Member, member_page, unknown_member
from engine.answers.prospects import Prospect, unknown_prospect
from engine.answers.search import search_page
from engine.answers.standings import Standing, missing
from engine.api.context import Context
from engine.api.types import ahead, people, prospects
from engine.api.types.chosen import RUN_ERRORS, chosen, of_run
from engine.api.types.pages import Listing, SealedPage, paged
from engine.api.types.people import MemberConnection
from engine.api.types.trees import of_search


class PeopleRoot:
    """Fields on people."""

    member = Field(
        people.Member,
        member_id=NonNull(ID, description="The company's own id of the member."),
        description="One member as of today. Error: `unknown_member`.",
    )
    members = Field(
        MemberConnection,
        **paged(
            "members",
            id_starts_with=Argument(
                NonNull(String), default_value="", description="Only members whose id starts with this text."
            ),
            search=of_search("members"),
        ),
        description="Members as of today, sorted by id. A search finds at most 5,000 of them. "
        "Error: `search`.",
    )
    prospect = Field(
        prospects.Prospect,
        prospect_id=NonNull(ID, description="The company's own id of the prospect."),
        description="One prospect. Error: `unknown_prospect`.",
    )
    standing = Field(
        people.Standing,
        member_id=NonNull(ID, description="The company's own id of the member."),
        **of_run(),
        description="One member's standing in a finished run, by default that of the latest period. "
        f"{RUN_ERRORS[:-1]}, `unknown_member`, and `not_standing` if the member was not enrolled by the end "
        "of the period.",
    )

    @staticmethod
    async def resolve_member(_root: object, info: ResolveInfo, member_id: str) -> Member:
        """The member, or UnknownMemberError."""
        return await known_member(info.context, member_id)

    @staticmethod
    async def resolve_prospect(_root: object, info: ResolveInfo, prospect_id: str) -> Prospect:
        """The prospect, or UnknownProspectError."""
        context: Context = info.context
        prospect = await context.prospects.load(prospect_id)
        if prospect is None:
            raise unknown_prospect(prospect_id)
        return prospect

    @staticmethod
    async def resolve_members(
        _root: object, info: ResolveInfo, id_starts_with: str, search: str | None = None, **paging: Any
    ) -> SealedPage[Member]:
        """A page by id; the total is counted only if the client requests it."""
        context: Context = info.context
        listing = Listing(info, paging)
        if search is not None:
            rows = await context.read(search_page, search, id_starts_with, listing.stretch)
            return listing.shown(rows.page, stopped=rows.stopped)
        page = await context.read(member_page, id_starts_with, listing.stretch)
        return listing.shown(page, lambda: context.member_totals.load(id_starts_with))

    @staticmethod
    async def resolve_standing(_root: object, info: ResolveInfo, member_id: str, **choice: Any) -> Standing:
        """The standing, or the reason why there is none."""
        context: Context = info.context
        run = await chosen(info, **choice)
        standing = await ahead.standing(info, run.number, member_id)
        if standing is None:
            await known_member(context, member_id)
            raise missing(run, member_id)
        return standing


async def known_member(context: Context, member_id: str) -> Member:
    """The member; raises UnknownMemberError."""
    member = await context.members.load(member_id)
    if member is None:
        raise unknown_member(member_id)
    return member
