# mypy: allow-untyped-calls
"""Types for people: members as of today, and their standings in a finished run."""

from collections.abc import Callable
from typing import Any

from graphene import ID, Argument, Boolean, Date, Field, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.answers import above, members, standings
from engine.answers.ranks import Progress
from engine.answers.transfers import Transfer
from engine.api.context import Context
from engine.api.types import ahead, overlays, pay, progress, ranks, runs, transfers
from engine.api.types.chosen import RUN_ERRORS, chosen, of_run
from engine.api.types.days import MemberDays
from engine.api.types.figures import Cash, Shown, cash, volume
from engine.api.types.ledger import MemberLedger
from engine.api.types.live import live_field, live_of
from engine.api.types.member_trees import MemberTrees
from engine.api.types.nodes import Node, global_id
from engine.api.types.pages import (
    STOPPED,
    Listing,
    SealedPage,
    connection,
    most,
    paged,
    paged_forward,
    size,
)
from engine.api.types.prospects import MemberProspects
from engine.api.types.scalars import Decimal, MemberStatus, Money
from engine.api.types.standing_trees import StandingTrees
from engine.api.types.upline import UplineMember


class Member(MemberDays, MemberTrees, MemberProspects, MemberLedger, ObjectType):
    """A member of the company as of today. The figures of a finished run are in `standing`."""

    class Meta:
        """A node."""

        interfaces = (Node,)

    member_id = ID(required=True, description="The company's own id of the member.")
    name = String(description="The member's name, if the company supplies one.")
    status = MemberStatus(required=True, description="The member's status today.")
    country = String(description="The member's country, as the company writes it.")
    owner_id = ID(description="The owner of this position, if one person holds several.")
    enrolled_on = Date(description="The day of enrolment.")
    leg = String(
        description="The leg of today's placement, in trees whose legs have names; in a company of one tree "
        "the leg below the sponsor."
    )
    sponsor = Field(lambda: Member, description="Today's sponsor; null for a member without one.")
    placement = Field(
        lambda: Member,
        description="The member under whom this one is placed today; null for roots, for members in the "
        "holding tank, and if sponsor tree and placement tree are the same.",
    )
    sponsored = Field(
        lambda: MemberConnection,
        **paged("members"),
        description="The members whom this one sponsors today, sorted by id.",
        deprecation_reason="Since 2026-11-30: `children(tree: SPONSOR)` has them.",
    )
    placed = Field(
        lambda: MemberConnection,
        **paged("members"),
        description="The members placed directly under this one today, sorted by id.",
        deprecation_reason="Since 2026-11-30: `children(tree: PLACEMENT)` has them, and in a company of one "
        "tree those of that tree.",
    )
    standing = Field(
        lambda: Standing,
        **of_run(),
        description="The member's standing in a finished run, by default that of the latest period; null if "
        f"the member was not enrolled by the end of that period. {RUN_ERRORS}",
    )

    history = List(
        NonNull(lambda: progress.HistoryPoint),
        first=most("periods"),
        periods=Argument(List(NonNull(String)), description="Only these periods, such as 2026-11."),
        plan=Argument(String, description="Only runs by the plan of this name."),
        description="The member's figures period after period, the latest first: a period counts once for "
        "each plan, by its newest run. Error: `bad_period`.",
    )
    orders = Field(
        lambda: pay.OrderConnection,
        **pay.paged_orders(
            period=Argument(String, description="Only orders of this period, in the company's time zone.")
        ),
        description="The member's orders of all time, newest first. Errors: `bad_period`, `no_days`.",
    )

    live = live_field()

    resolve_history = progress.history_of
    resolve_live = live_of

    @staticmethod
    async def resolve_orders(root: members.Member, info: ResolveInfo, **arguments: Any) -> SealedPage[Any]:
        """A page of the member's orders."""
        return await pay.orders_page(info, root.member_id, arguments)

    @staticmethod
    def resolve_id(root: members.Member, _info: ResolveInfo) -> str:
        """By the member's id."""
        return global_id("Member", root.member_id)

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
        root: members.Member, info: ResolveInfo, **paging: Any
    ) -> SealedPage[members.Member]:
        """A page of the sponsor tree's frontline."""
        return await _below(info, "sponsor", root.member_id, paging)

    @staticmethod
    async def resolve_placed(
        root: members.Member, info: ResolveInfo, **paging: Any
    ) -> SealedPage[members.Member]:
        """A page of the placement tree's frontline."""
        return await _below(info, "placement", root.member_id, paging)

    @staticmethod
    async def resolve_standing(
        root: members.Member, info: ResolveInfo, **choice: Any
    ) -> standings.Standing | None:
        """The standing in the run that the arguments choose."""
        run = await chosen(info, **choice)
        return await ahead.standing(info, run.number, root.member_id)


def _figure(field: str, show: Callable[[int], object]) -> Callable[..., object]:
    def resolve(root: standings.Standing, _info: ResolveInfo) -> object:
        return show(getattr(root, field))

    return resolve


class Standing(StandingTrees, ObjectType):
    """A member's place and figures in one finished run, frozen at the end of the period."""

    class Meta:
        """A node."""

        interfaces = (Node,)

    run = NonNull(lambda: runs.Run, description="The run that these figures come from.")
    member_id = ID(required=True, description="The company's own id of the member.")
    name = String(description="The member's name today.")
    member = Field(Member, description="The member as of today; null if the member has been removed since.")
    parent = Field(lambda: Standing, description="The standing directly above; null for roots.")
    upline_members = List(
        NonNull(UplineMember),
        first=most("members"),
        description="The members above, nearest first, as the company shows them to members: a member gets "
        "those above the own standing, and an empty list for others.",
    )
    leg = String(description="The leg of the parent, in trees whose legs have names.")
    depth = Int(
        description="Levels below the root; 0 for a root. For members: levels below the own place, null of "
        "somebody outside the own group in the tree of the plan."
    )
    status = MemberStatus(required=True, description="The member's status when the run was computed.")
    active = Boolean(
        required=True, description="Whether the member met the plan's activity rule in the period."
    )
    order_count = Int(
        required=True, description="Number of orders of the period that are credited to the member."
    )
    personal_volume = Decimal(
        required=True,
        description="Qualifying volume of the member's own orders and, if the plan counts them, of "
        "customers' orders.",
    )
    commissionable_volume = Decimal(
        required=True, description="Commissionable volume of the member's own and customers' orders."
    )
    customer_volume = Decimal(
        required=True,
        description="Commissionable volume of customers' orders: part of `commissionableVolume`.",
    )
    group_volume = Decimal(
        required=True, description="Personal volume of the member and of everyone below, on all levels."
    )
    group_commissionable_volume = Decimal(
        description="Commissionable volume of the member and of everyone below; null unless the plan asks "
        "for it.",
    )
    qualified_rank = String(
        required=True,
        description='The rank that the member qualifies for in the period; "none" below the lowest.',
    )
    rank = String(required=True, description="The rank that the member is paid as.")
    lifetime_rank = String(
        required=True, description="The highest rank that the member has ever qualified for."
    )
    earned = Field(NonNull(Money), description="The member's pay from all bonuses together.")
    frontline = Int(required=True, description="Number of members directly below.")
    statement = Field(lambda: pay.Statement, description="The member's earnings by bonus.")
    lines = Field(
        lambda: pay.LineConnection,
        **paged_forward(
            "lines",
            bonus=Argument(String, description="Only the lines of this bonus."),
            unpaid=Argument(
                NonNull(Boolean),
                default_value=False,
                description="Include lines that could have paid the member but did not, with the reason.",
            ),
        ),
        description="Every line of the earnings, sorted by bonus, source and order. Error: `rules_changed` "
        "if a run of an earlier release was computed by other rules.",
    )
    orders = Field(
        lambda: pay.OrderConnection,
        **pay.paged_orders(
            group=Argument(
                NonNull(Boolean), default_value=False, description="Include those of everyone below."
            )
        ),
        description="The orders that the run counted, sorted by member and time. Error: `no_days`. "
        "`totalCount` of a large group takes long.",
    )
    rank_card = Field(
        List(NonNull(lambda: ranks.RankStep)),
        description="The member's progress on each rank of the plan, lowest rank first. Error: "
        "`rules_changed` if a run of an earlier release was computed by other rules.",
    )

    near_misses = Field(
        lambda: progress.NearMisses,
        first=most("members"),
        rank=Argument(String, description="Only members whose next rank is this one."),
        description="Who of everyone below is nearest to the next rank, as `upline near` says. Errors: "
        "`unknown_rank`, and `rules_changed`, as for the rank card.",
    )
    next_rank = Field(
        lambda: ranks.NextRank,
        description="What the member still needs for the rank above the qualified rank, and whose groups "
        "could bring it; null at the top. Error: `rules_changed`, as for the rank card.",
    )
    pushed_up = Field(
        lambda: transfers.Transfer,
        description="The volume that push-up moved from the member, or found no receiver for; null if none.",
    )
    received = Field(
        lambda: transfers.TransferConnection,
        **paged("transfers"),
        description="The volume that push-up moved to the member, sorted by the member it came from.",
    )
    compressed = Field(
        lambda: overlays.CompressedPlace,
        overlay=NonNull(String, description="One of the run's `overlays`, by name."),
        description="The member's place in a compressed tree. Errors: `unknown_overlay`, and `rules_changed` "
        "if a run of an earlier release was computed by other rules.",
    )

    @staticmethod
    async def resolve_upline_members(
        root: standings.Standing, info: ResolveInfo, first: int
    ) -> tuple[above.PersonAbove, ...]:
        """The members above of all standings of one level take one query."""
        context: Context = info.context
        return await context.above.load((root.run, size(first), root.member_id)) or ()

    resolve_order_count = _figure("orders", int)
    resolve_personal_volume = _figure("personal_volume", volume)
    resolve_commissionable_volume = _figure("commissionable_volume", volume)
    resolve_customer_volume = _figure("customer_volume", volume)
    resolve_group_volume = _figure("group_volume", volume)

    @staticmethod
    def resolve_id(root: standings.Standing, _info: ResolveInfo) -> str:
        """By the run's number and the member's id."""
        return global_id("Standing", root.run, root.member_id)

    @staticmethod
    def resolve_group_commissionable_volume(root: standings.Standing, _info: ResolveInfo) -> str | None:
        """Hundredths as text; null where they were not counted."""
        figure = root.group_commissionable_volume
        return None if figure is None else volume(figure)

    @staticmethod
    def resolve_run(root: standings.Standing, info: ResolveInfo) -> Any:
        """The run of the standing, which the context knows already."""
        return info.context.runs[root.run]

    @staticmethod
    def resolve_earned(root: standings.Standing, info: ResolveInfo) -> Cash:
        """Money in the run's currency."""
        return cash(root.earned, info.context.runs[root.run].cash)

    @staticmethod
    async def resolve_member(root: standings.Standing, info: ResolveInfo) -> members.Member | None:
        """The member as of today."""
        return await _member(info, root.member_id)

    @staticmethod
    async def resolve_parent(root: standings.Standing, info: ResolveInfo) -> standings.Standing | None:
        """The standing above."""
        context: Context = info.context
        return await context.standings.load((root.run, root.parent_id)) if root.parent_id else None

    @staticmethod
    def resolve_statement(root: standings.Standing, _info: ResolveInfo) -> standings.Standing:
        """The same standing, seen as earnings."""
        return root

    @staticmethod
    async def resolve_lines(
        root: standings.Standing,
        info: ResolveInfo,
        unpaid: bool,
        bonus: str | None = None,
        **paging: Any,
    ) -> SealedPage[Shown]:
        """A page of the lines that name the member."""
        listing = Listing(info, paging, root.run, root.member_id)
        return await pay.lines_page(info, root, bonus, unpaid, listing)

    @staticmethod
    async def resolve_orders(
        root: standings.Standing, info: ResolveInfo, **arguments: Any
    ) -> SealedPage[Any]:
        """A page of the orders that the run counted for the member, or for the group."""
        return await pay.counted_orders_page(info, root, arguments)

    @staticmethod
    async def resolve_rank_card(root: standings.Standing, info: ResolveInfo) -> list[dict[str, Any]]:
        """The rows of the card, grouped by rank."""
        context: Context = info.context
        rows: tuple[Progress, ...] = await context.rank_cards.load((root.run, root.member_id)) or ()
        return ranks.rank_steps(context.finished.plan(context.runs[root.run]), rows, root)

    resolve_near_misses = progress.near_misses_of

    @staticmethod
    async def resolve_next_rank(root: standings.Standing, info: ResolveInfo) -> dict[str, Any] | None:
        """Cards and legs of all standings of one level take one query each."""
        return await ranks.next_rank(info, root)

    @staticmethod
    async def resolve_pushed_up(root: standings.Standing, info: ResolveInfo) -> Transfer | None:
        """The transfer out; no query if the plan moves nothing."""
        context: Context = info.context
        if not transfers.moves(context.runs[root.run]):
            return None
        return await context.transfers_out.load((root.run, root.member_id))

    @staticmethod
    async def resolve_received(
        root: standings.Standing, info: ResolveInfo, **paging: Any
    ) -> SealedPage[Transfer]:
        """A page of the transfers in; no query if the plan moves nothing."""
        context: Context = info.context
        listing = Listing(info, paging, root.run, root.member_id)
        if not transfers.moves(context.runs[root.run]):
            return listing.shown(None)
        return listing.shown(await context.transfers_in.load((root.run, listing.stretch, root.member_id)))

    @staticmethod
    async def resolve_compressed(
        root: standings.Standing, info: ResolveInfo, overlay: str
    ) -> overlays.Compressed | None:
        """The places of all standings of one level take one query."""
        return await overlays.place(info, root, overlay)


MemberConnection: type[ObjectType] = connection(
    "Member", lambda: Member, "Members of the company, a page at a time.", of_list={"search_stopped": STOPPED}
)
StandingConnection: type[ObjectType] = connection(
    "Standing", lambda: Standing, "Standings of one run, a page at a time."
)


async def _member(info: ResolveInfo, member_id: str | None) -> members.Member | None:
    context: Context = info.context
    return await context.members.load(member_id) if member_id else None


async def _below(
    info: ResolveInfo, tree: str, member_id: str, paging: dict[str, Any]
) -> SealedPage[members.Member]:
    context: Context = info.context
    listing = Listing(info, paging, member_id)
    return listing.shown(await context.belows.load((tree, listing.stretch, member_id)))
