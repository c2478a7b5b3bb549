# mypy: allow-untyped-calls
"""Types for people: members as they are today, and their standings in a finished run."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import graphene
from graphene import ID, Argument, Boolean, Date, Field, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.answers import members, standings
from engine.answers.pages import Page, empty
from engine.answers.ranks import Progress
from engine.answers.transfers import Transfer
from engine.api.context import Context
from engine.api.types import overlays, pay, ranks, runs, transfers
from engine.api.types.figures import Cash, Shown, cash, volume
from engine.api.types.pages import connection, key_of, paged, size
from engine.api.types.scalars import Decimal, MemberStatus, Money

PERIOD = "Such as 2026-11, 2026-W47 or 2026-Q4; by default that of the latest run."
PLAN = "The name of a compensation plan; by default that of the latest run."


def of_run() -> dict[str, graphene.Argument]:
    """The arguments that choose a run."""
    return {"period": Argument(String, description=PERIOD), "plan": Argument(String, description=PLAN)}


class Member(ObjectType):
    """A member of the company as of today. What a finished run says of the member is in `standing`."""

    member_id = ID(required=True, description="The company's own id of the member.")
    name = String(description="The member's name, where the company gives one.")
    status = MemberStatus(required=True, description="Today's status.")
    country = String(description="The member's country, as the company writes it.")
    owner_id = ID(description="Who owns this position, where one person holds several.")
    enrolled_on = Date(description="The day of enrolment.")
    leg = String(description="The leg of today's placement that the member stands in, where legs have names.")
    sponsor = Field(lambda: Member, description="Today's sponsor; null for who was not sponsored.")
    placement = Field(
        lambda: Member,
        description="Whom the member is placed under today; null for roots, in the holding tank, and "
        "where sponsoring and placement are one tree.",
    )
    sponsored = NonNull(
        lambda: MemberConnection,
        **paged("members"),
        description="Those whom the member sponsors today, by id.",
    )
    placed = NonNull(
        lambda: MemberConnection,
        **paged("members"),
        description="Those who are placed directly under the member today, by id.",
    )
    standing = Field(
        lambda: Standing,
        **of_run(),
        description="The member's standing in the newest complete run of a period and plan; null for who was "
        "not enrolled by the end of that period. Refused as `no_run` where there is no such run.",
    )

    @staticmethod
    async def resolve_sponsor(root: members.Member, info: ResolveInfo) -> members.Member | None:
        """One loader for all members of a level."""
        return await _member(info, root.sponsor_id)

    @staticmethod
    async def resolve_placement(root: members.Member, info: ResolveInfo) -> members.Member | None:
        """The parent in the placement tree."""
        return await _member(info, root.placement_id)

    @staticmethod
    async def resolve_sponsored(
        root: members.Member, info: ResolveInfo, first: int, after: str | None = None
    ) -> Page[members.Member]:
        """A page of the sponsor tree's frontline."""
        return await _below(info, "sponsor", root.member_id, first, after)

    @staticmethod
    async def resolve_placed(
        root: members.Member, info: ResolveInfo, first: int, after: str | None = None
    ) -> Page[members.Member]:
        """A page of the placement tree's frontline."""
        return await _below(info, "placement", root.member_id, first, after)

    @staticmethod
    async def resolve_standing(
        root: members.Member, info: ResolveInfo, period: str | None = None, plan: str | None = None
    ) -> standings.Standing | None:
        """The standing in the run that the arguments choose."""
        context: Context = info.context
        run = await context.run(period, plan)
        return await context.standings.load((run.number, root.member_id))


def _figure(field: str, show: Callable[[int], object]) -> Callable[..., object]:
    def resolve(root: standings.Standing, _info: ResolveInfo) -> object:
        return show(getattr(root, field))

    return resolve


class Standing(ObjectType):
    """A member's place and figures in one finished run: frozen at the period's end."""

    run = NonNull(lambda: runs.Run, description="The run that all these figures come from.")
    member_id = ID(required=True, description="The company's own id of the member.")
    name = String(description="The member's name today.")
    member = Field(Member, description="The member as of today; null for who has been removed since.")
    parent = Field(lambda: Standing, description="Who stands directly above; null for roots.")
    leg = String(description="The leg of the parent that the member stands in, where legs have names.")
    depth = Int(required=True, description="Steps up to the root; 0 for the root itself.")
    status = MemberStatus(required=True, description="The member's status when the run was computed.")
    active = Boolean(
        required=True, description="Whether the member met the plan's activity rule in the period."
    )
    order_count = Int(required=True, description="Orders of the period credited to the member.")
    personal_volume = Decimal(
        required=True,
        description="Qualifying volume of the member's own and, by the plan, customers' orders.",
    )
    commissionable_volume = Decimal(
        required=True, description="Commissionable volume of the member's own and customers' orders."
    )
    customer_volume = Decimal(required=True, description="Qualifying volume of customers' orders.")
    group_volume = Decimal(
        required=True, description="Personal volume of the member and everyone below, all levels deep."
    )
    qualified_rank = String(
        required=True, description='The rank whose requirements the period meets; "none" below the first.'
    )
    rank = String(required=True, description="The rank that the run pays by.")
    lifetime_rank = String(required=True, description="The highest rank ever qualified for.")
    earned = Field(NonNull(Money), description="What all bonuses pay the member together.")
    frontline = Int(required=True, description="How many stand directly below.")
    children = NonNull(
        lambda: StandingConnection, **paged("standings"), description="Those directly below, by member id."
    )
    upline = NonNull(
        lambda: StandingConnection,
        **paged("standings"),
        description="Everyone above, nearest first, up to the root.",
    )
    statement = Field(lambda: pay.Statement, description="The member's earnings by bonus.")
    lines = Field(
        lambda: pay.LineConnection,
        **paged(
            "lines",
            bonus=Argument(String, description="Only the lines of this bonus."),
            unpaid=Argument(
                NonNull(Boolean),
                default_value=False,
                description="Also those that would pay the member and do not, with the reason.",
            ),
        ),
        description="Every line that makes up the earnings, bonus by bonus, by source and order. Refused as "
        "`rules_changed` when the rules on this server are not those of the run.",
    )
    rank_card = Field(
        List(NonNull(lambda: ranks.RankStep)),
        description="How far the member is on each rank of the plan, lowest first; as many as the plan has. "
        "Refused as `rules_changed` when the rules on this server are not those of the run.",
    )

    next_rank = Field(
        lambda: ranks.NextRank,
        description="What is missing for the rank above the qualified one, and whose groups could bring it; "
        "null at the top. Refused as `rules_changed` like the rank card.",
    )
    pushed_up = Field(
        lambda: transfers.Transfer,
        description="The volume that push-up took from the member, or wanted to; null where none had to go.",
    )
    received = NonNull(
        lambda: transfers.TransferConnection,
        **paged("transfers"),
        description="The volume that push-up brought the member, by the member that it left.",
    )
    compressed = Field(
        lambda: overlays.CompressedPlace,
        overlay=NonNull(String, description="One of the run's `overlays`, by name."),
        description="Where the member stands in a compressed tree. Refused as `unknown_overlay`, and as "
        "`rules_changed` when the rules on this server are not those of the run.",
    )

    resolve_order_count = _figure("orders", int)
    resolve_personal_volume = _figure("personal_volume", volume)
    resolve_commissionable_volume = _figure("commissionable_volume", volume)
    resolve_customer_volume = _figure("customer_volume", volume)
    resolve_group_volume = _figure("group_volume", volume)

    @staticmethod
    def resolve_run(root: standings.Standing, info: ResolveInfo) -> Any:
        """The run is known: the standing was found in it."""
        return info.context.runs[root.run]

    @staticmethod
    def resolve_earned(root: standings.Standing, info: ResolveInfo) -> Cash:
        """Minor units in the run's currency."""
        return cash(root.earned, info.context.runs[root.run].facts["currency"])

    @staticmethod
    async def resolve_member(root: standings.Standing, info: ResolveInfo) -> members.Member | None:
        """The living member."""
        return await _member(info, root.member_id)

    @staticmethod
    async def resolve_parent(root: standings.Standing, info: ResolveInfo) -> standings.Standing | None:
        """The standing above."""
        context: Context = info.context
        return await context.standings.load((root.run, root.parent_id)) if root.parent_id else None

    @staticmethod
    async def resolve_children(
        root: standings.Standing, info: ResolveInfo, first: int, after: str | None = None
    ) -> Page[standings.Standing]:
        """A page of the frontline; without a query where nobody stands below."""
        start = key_of(after)
        if not root.frontline:
            return empty(start)
        context: Context = info.context
        found = await context.frontlines.load((root.run, size(first), start, root.member_id))
        return found or empty(start)

    @staticmethod
    async def resolve_upline(
        root: standings.Standing, info: ResolveInfo, first: int, after: str | None = None
    ) -> Page[standings.Standing]:
        """The way up from the member, or from the ancestor that the cursor names."""
        context: Context = info.context
        start = key_of(after)
        found = await context.uplines.load((root.run, size(first), start or root.member_id))
        return replace(found or empty(), total=root.depth, after=start)

    @staticmethod
    def resolve_statement(root: standings.Standing, _info: ResolveInfo) -> standings.Standing:
        """The same standing, seen as earnings."""
        return root

    @staticmethod
    async def resolve_lines(
        root: standings.Standing,
        info: ResolveInfo,
        first: int,
        unpaid: bool,
        bonus: str | None = None,
        after: str | None = None,
    ) -> Page[Shown]:
        """A page of the lines that name the member."""
        return await pay.lines_page(info, root, bonus, unpaid, first, after)

    @staticmethod
    async def resolve_rank_card(root: standings.Standing, info: ResolveInfo) -> list[dict[str, Any]]:
        """Rows of the card, gathered by rank."""
        context: Context = info.context
        rows: tuple[Progress, ...] = await context.rank_cards.load((root.run, root.member_id)) or ()
        return ranks.rank_steps(context.finished.plan(context.runs[root.run]), rows)

    @staticmethod
    async def resolve_next_rank(root: standings.Standing, info: ResolveInfo) -> dict[str, Any] | None:
        """From the card and the legs of all standings of a level, with one query each."""
        return await ranks.next_rank(info, root)

    @staticmethod
    async def resolve_pushed_up(root: standings.Standing, info: ResolveInfo) -> Transfer | None:
        """What left; without a query where the plan moves nothing."""
        context: Context = info.context
        if not transfers.moves(context.runs[root.run]):
            return None
        return await context.given.load((root.run, root.member_id))

    @staticmethod
    async def resolve_received(
        root: standings.Standing, info: ResolveInfo, first: int, after: str | None = None
    ) -> Page[Transfer]:
        """A page of what came; without a query where the plan moves nothing."""
        context: Context = info.context
        start, most = key_of(after), size(first)
        nothing: Page[Transfer] = empty(start)
        if not transfers.moves(context.runs[root.run]):
            return nothing
        return await context.received.load((root.run, most, start, root.member_id)) or nothing

    @staticmethod
    async def resolve_compressed(
        root: standings.Standing, info: ResolveInfo, overlay: str
    ) -> overlays.Compressed | None:
        """The places of all standings of a level with one query."""
        return await overlays.place(info, root, overlay)


MemberConnection: type[ObjectType] = connection(
    "Member", lambda: Member, "Members of the company, a page at a time."
)
StandingConnection: type[ObjectType] = connection(
    "Standing", lambda: Standing, "Standings of one run, a page at a time."
)


async def _member(info: ResolveInfo, member_id: str | None) -> members.Member | None:
    context: Context = info.context
    return await context.members.load(member_id) if member_id else None


async def _below(
    info: ResolveInfo, tree: str, member_id: str, first: int, after: str | None
) -> Page[members.Member]:
    context: Context = info.context
    start = key_of(after)
    found = await context.belows.load((tree, size(first), start, member_id))
    return found or empty(start)
