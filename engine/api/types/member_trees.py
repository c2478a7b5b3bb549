# mypy: allow-untyped-calls
"""The trees of today as fields of a member: who is below and above, and who waits for a place."""

from dataclasses import replace
from typing import Any

from graphene import Argument, Field, Int, ObjectType, ResolveInfo

from engine.answers.members import Member
from engine.answers.pages import Page
from engine.answers.search import in_group_today
from engine.answers.today import BelowToday
from engine.api.context import Context
from engine.api.types.pages import STOPPED, Listing, SealedPage, connection, paged
from engine.api.types.trees import (
    MemberFilter,
    MemberOrder,
    conditions_of,
    of_search,
    sort_of,
    tree_argument,
    tree_today,
)  # fmt: skip

# Types of engine/api/types/people.py by name: that module imports this one.
MEMBER, MEMBERS = "engine.api.types.people.Member", "engine.api.types.people.MemberConnection"
TODAY = "the placement tree, in a company of one tree that one"

MemberDownlineConnection: type[ObjectType] = connection(
    "MemberDownline",
    MEMBER,
    "Members of a downline, a page at a time.",
    of_edge={
        "level": Int(required=True, description="The level below the member; 1 for those directly below.")
    },
    of_list={"search_stopped": STOPPED},
)


class MemberTrees:
    """Fields on the trees of today."""

    children = Field(
        MEMBERS,
        **paged("members", tree=tree_argument(TODAY)),
        description="The members directly below today, sorted by id.",
    )
    upline = Field(
        MEMBERS,
        **paged("members", tree=tree_argument(TODAY)),
        description="Everyone above today, nearest first, up to the root.",
    )
    downline = Field(
        lambda: MemberDownlineConnection,
        **paged(
            "members",
            tree=tree_argument(TODAY),
            depth=Int(description="How many levels down. Default: all."),
            filter=Argument(MemberFilter, description="Only those who meet these conditions."),
            order_by=Argument(MemberOrder, description="The order. Default: by id."),
            search=of_search("members"),
        ),
        description="Everyone below today, on all levels. Errors: `hidden_figure`, `search`, `amount`.",
    )
    holding_tank = Field(
        MEMBERS,
        **paged("members"),
        description="The members whom this one sponsors and who wait for their place in the placement tree, "
        "sorted by id. In a company of one tree nobody waits.",
    )

    @staticmethod
    async def resolve_children(
        root: Member, info: ResolveInfo, tree: Any = None, **paging: Any
    ) -> SealedPage[Member]:
        """A page of those directly below."""
        context: Context = info.context
        listing = Listing(info, paging, root.member_id)
        which = await tree_today(context, tree)
        return listing.shown(await context.belows.load((which, listing.stretch, root.member_id)))

    @staticmethod
    async def resolve_upline(
        root: Member, info: ResolveInfo, tree: Any = None, **paging: Any
    ) -> SealedPage[Member]:
        """A page of the members above this one."""
        context: Context = info.context
        listing = Listing(info, paging, root.member_id)
        which = await tree_today(context, tree)
        return listing.shown(await context.uplines_today.load((which, listing.stretch, root.member_id)))

    @staticmethod
    async def resolve_downline(
        root: Member,
        info: ResolveInfo,
        tree: Any = None,
        depth: int | None = None,
        search: str | None = None,
        order_by: Any = None,
        **arguments: Any,
    ) -> SealedPage[Member]:
        """A page of everyone below who meets the conditions, counted if the client selects the total."""
        context: Context = info.context
        listing = Listing(info, arguments, root.member_id)
        which, filters = await tree_today(context, tree), arguments.get("filter")
        sort = sort_of(context.reach, order_by)
        conditions, stopped = conditions_of(filters, depth), False
        if search is not None:
            hits = await context.read(in_group_today, root.member_id, which, search)
            conditions, stopped = replace(conditions, named=hits.ids), hits.stopped
        key = (which, conditions, sort, listing.stretch, root.member_id)
        below: Page[BelowToday] | None = await context.downlines_today.load(key)
        total = (which, conditions, root.member_id)
        return listing.shown(
            below.of(lambda each: each.member) if below else None,
            lambda: context.downline_totals_today.load(total),
            levels=tuple(each.level for each in below.nodes) if below else (),
            stopped=stopped,
        )

    @staticmethod
    async def resolve_holding_tank(root: Member, info: ResolveInfo, **paging: Any) -> SealedPage[Member]:
        """A page of those who wait."""
        context: Context = info.context
        listing = Listing(info, paging, root.member_id)
        return listing.shown(await context.waiting.load((listing.stretch, root.member_id)))
