# mypy: allow-untyped-calls
"""Types for pay: statements, orders, and the lines that pay for them."""

import json
from dataclasses import astuple
from fractions import Fraction
from functools import partial
from typing import Any

from graphene import (
    ID,
    Argument,
    Boolean,
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

from engine.answers import orders, pay
from engine.answers.corrections import Correction as Corrected
from engine.answers.lines import LinePlace
from engine.answers.order_pages import (
    OrderFilter,
    counted_order_total,
    counted_orders,
    in_period,
    order_total,
    orders_of_member,
)
from engine.answers.pages import Page, page
from engine.answers.standings import Standing
from engine.api.context import Context
from engine.api.types.chosen import RUN
from engine.api.types.corrections import Correction
from engine.api.types.figures import EXACT, Cash, Shown, cash, exactly, volume
from engine.api.types.line_nodes import line_key
from engine.api.types.nodes import Node, global_id
from engine.api.types.pages import Listing, SealedPage, connection, paged, paged_forward, parted
from engine.api.types.scalars import Decimal, LineBasis, Money

# Types of engine/api/types/people.py by name: that module imports this one.
MEMBER, STANDING = "engine.api.types.people.Member", "engine.api.types.people.Standing"


def of_counting_run() -> dict[str, Argument]:
    """The arguments that choose a run which counted an order."""
    return {
        "period": Argument(
            String, description="The period of the run. Default: the period that counted the order."
        ),
        "plan": Argument(
            String, description="The plan of the run. Default: the plan of the newest run that counted it."
        ),
        "run": Argument(Int, description=RUN),
    }


class Order(ObjectType):
    """An order, or a refund with negative figures."""

    class Meta:
        """A node."""

        interfaces = (Node,)

    order_id = ID(required=True, description="The company's own id of the order.")
    ordered_at = DateTime(required=True, description="When the order was placed (UTC).")
    counted_at = DateTime(
        required=True,
        description="From when on it counts (UTC): when it was placed or, if its period was committed by "
        "then, from the first open period on.",
    )
    kind = String(required=True, description='"sale", "refund", or another kind that the company uses.')
    member_id = ID(required=True, description="The member who is credited with the order.")
    member = Field(MEMBER, description="The credited member as of today.")
    corrects = Boolean(
        required=True,
        description="Whether it is a refund that corrects a closed period: that of `countedAt`, when the "
        "order counted that it takes back. It counts in no open period.",
    )
    customer_id = ID(description="The customer who bought; null if the member bought.")
    customer = String(description="The customer's name.")
    refund_of = ID(description="The order that a refund takes back; null for other orders.")
    qualifying_volume = Decimal(required=True, description="Volume that counts for activity and ranks.")
    commissionable_volume = Decimal(required=True, description="Volume that bonuses are paid on.")
    amount = Field(NonNull(Money), description="The amount charged.")
    lines = Field(
        lambda: LineConnection,
        **paged(
            "lines",
            **of_counting_run(),
        ),
        description="Every line of the order, paid or unpaid, sorted by bonus and level: who was paid, who "
        "was not, and why. Error: `order_not_counted` if no complete run has counted the order.",
    )

    @staticmethod
    def resolve_id(root: orders.Order, _info: ResolveInfo) -> str:
        """By the order's id."""
        return global_id("Order", root.order_id)

    @staticmethod
    def resolve_ordered_at(root: orders.Order, _info: ResolveInfo) -> Any:
        """When it was placed."""
        return root.placed_at or root.ordered_at

    @staticmethod
    def resolve_counted_at(root: orders.Order, _info: ResolveInfo) -> Any:
        """From when on it counts."""
        return root.ordered_at

    @staticmethod
    async def resolve_member(root: orders.Order, info: ResolveInfo) -> Any:
        """The credited member."""
        context: Context = info.context
        return await context.members.load(root.member_id)

    @staticmethod
    def resolve_qualifying_volume(root: orders.Order, _info: ResolveInfo) -> str:
        """Hundredths as text."""
        return volume(root.qualifying_volume)

    @staticmethod
    def resolve_commissionable_volume(root: orders.Order, _info: ResolveInfo) -> str:
        """Hundredths as text."""
        return volume(root.commissionable_volume)

    @staticmethod
    def resolve_amount(root: orders.Order, _info: ResolveInfo) -> Cash:
        """Minor units as text."""
        return cash(root.amount, root.cash)

    @staticmethod
    async def resolve_lines(
        root: orders.Order,
        info: ResolveInfo,
        **arguments: Any,
    ) -> SealedPage[Shown]:
        """A page of the order's lines in the run that counted it."""
        context: Context = info.context
        paging, choice = parted(arguments)
        run = await context.run_of(root, **choice)
        lines = await context.order_lines.load((run.number, root.order_id))
        return _page(lines, Listing(info, paging, root.order_id, run.number))


OrderConnection: type[ObjectType] = connection("Order", lambda: Order, "Orders, a page at a time.")


def paged_orders(**more: Argument) -> dict[str, Argument]:
    """The arguments of a list of orders, and any others of the field."""
    return paged_forward(
        "orders",
        kinds=Argument(List(NonNull(String)), description="Only orders of these kinds, such as sale."),
        first_day=Argument(Date, description="Only orders of this day and later."),
        last_day=Argument(Date, description="Only orders of this day and earlier."),
        **more,
    )


def _filter(kinds: list[str] | None = None, **days: Any) -> OrderFilter:
    return OrderFilter(None if kinds is None else tuple(kinds), **days)


async def orders_page(info: ResolveInfo, member_id: str, arguments: dict[str, Any]) -> SealedPage[Any]:
    """A page of a member's orders of all time."""
    context: Context = info.context
    paging, chosen = parted(arguments)
    period = chosen.pop("period", None)
    some = _filter(**chosen) if period is None else in_period(period, _filter(**chosen))
    listing = Listing(info, paging, member_id)
    page = await context.read(orders_of_member, member_id, some, listing.stretch.size, listing.stretch.after)
    return listing.shown(page, lambda: context.read(order_total, member_id, some))


async def counted_orders_page(
    info: ResolveInfo, standing: Standing, arguments: dict[str, Any]
) -> SealedPage[Any]:
    """A page of the orders that a run counted for a member, or for a group."""
    context: Context = info.context
    run = context.runs[standing.run]
    paging, chosen = parted(arguments)
    group = chosen.pop("group")
    of_member = (run, context.finished.plan(run), standing.member_id, _filter(**chosen))
    listing = Listing(info, paging, standing.run, standing.member_id)
    page = await context.read(
        partial(counted_orders, group=group), *of_member, listing.stretch.size, listing.stretch.after
    )
    return listing.shown(page, lambda: context.read(partial(counted_order_total, group=group), *of_member))


class Line(ObjectType):
    """One step of a bonus: an order (or a group's volume), a level, and who is paid or why nobody is."""

    class Meta:
        """A node."""

        interfaces = (Node,)

    bonus = String(required=True, description="The bonus's name in the plan.")
    order_id = ID(description="The order; null if the bonus pays on a member's whole volume.")
    order = Field(Order, description="That order.")
    source_id = ID(required=True, description="The member whose volume it is.")
    source = Field(STANDING, description="The standing of that member.")
    payee_id = ID(description="The member who is paid, or would be; null if nobody is left above.")
    payee = Field(STANDING, description="The standing of the payee.")
    level = Int(required=True, description="The level of the bonus, counted after compression.")
    tree_level = Int(description="The number of levels up in the real tree.")
    basis = LineBasis(required=True, description="What `base` counts.")
    base = Decimal(required=True, description="What the rate applies to.")
    rate = Decimal(required=True, description='The rate that is paid, such as "0.05"; "0" if nothing is.')
    budget = Decimal(required=True, description="The highest rate that any rank earns there.")
    paid = Boolean(required=True, description="Whether the line pays anything.")
    reason = String(
        description="Why it pays nothing, or less than the budget; null if it pays in full. "
        "A company's own rules have reasons of their own."
    )
    exact = String(required=True, description="Base times rate. " + EXACT)
    amount = Field(
        Money, description="What the line pays, rounded; null if the plan rounds only the total of a bonus."
    )

    @staticmethod
    def resolve_id(root: Shown, info: ResolveInfo) -> str:
        """By what the line is like."""
        return global_id("Line", line_key(info.context, root))

    @staticmethod
    async def resolve_order(root: Shown, info: ResolveInfo) -> orders.Order | None:
        """One loader for all lines."""
        context: Context = info.context
        return await context.orders.load(root.order_id) if root.order_id else None

    @staticmethod
    async def resolve_source(root: Shown, info: ResolveInfo) -> Standing | None:
        """The source in the line's run."""
        context: Context = info.context
        return await context.standings.load((root.run, root.source_id))

    @staticmethod
    async def resolve_payee(root: Shown, info: ResolveInfo) -> Standing | None:
        """The payee in the line's run."""
        context: Context = info.context
        return await context.standings.load((root.run, root.payee_id)) if root.payee_id else None


LineConnection: type[ObjectType] = connection("Line", lambda: Line, "Lines of one run, a page at a time.")


class Earning(ObjectType):
    """What one bonus pays a member in a run."""

    bonus = String(required=True, description="The bonus's name in the plan.")
    amount = Field(NonNull(Money), description="The amount paid, rounded as the plan says, after caps.")
    exact = String(required=True, description=EXACT)
    cut = Field(NonNull(Money), description="The amount that the plan's caps took.")
    line_count = Int(required=True, description="Number of lines behind it.")


class Statement(ObjectType):
    """A member's earnings of a period, and what it corrects of closed periods."""

    earnings = List(
        NonNull(Earning),
        description="By bonus, in the plan's order; bonuses that pay the member nothing are left out.",
    )
    total = Field(NonNull(Money), description="The total of all bonuses.")
    corrections = List(
        NonNull(Correction),
        description="What the run takes back from the member, or pays later, of closed periods.",
    )
    corrected = Field(Money, description="All corrections together; below 0 they take back.")
    due = Field(Money, description="What is due for the period: the total and the corrections together.")
    openings = List(
        NonNull(String),
        description="Opening balances that the run carries for the member, in words. None where it carries "
        "from a run.",
    )

    @staticmethod
    async def resolve_corrections(root: Standing, info: ResolveInfo) -> tuple[Any, ...]:
        """One query for all members of a level; none where the run corrects nothing."""
        return await _corrections(root, info)

    @staticmethod
    async def resolve_corrected(root: Standing, info: ResolveInfo) -> Cash:
        """The sum of the same."""
        own = await _corrections(root, info)
        return cash(sum(each.amount for each in own), info.context.runs[root.run].cash)

    @staticmethod
    async def resolve_due(root: Standing, info: ResolveInfo) -> Cash:
        """What the run stored, and the corrections."""
        own = await _corrections(root, info)
        return cash(root.earned + sum(each.amount for each in own), info.context.runs[root.run].cash)

    @staticmethod
    async def resolve_openings(root: Standing, info: ResolveInfo) -> tuple[str, ...]:
        """One query for a member of a run that carries from openings; none for others."""
        context: Context = info.context
        run = context.runs[root.run]
        if "openings_of" not in run.facts:
            return ()
        return await context.read(pay.openings, run, root.member_id)

    @staticmethod
    async def resolve_earnings(root: Standing, info: ResolveInfo) -> list[dict[str, Any]]:
        """The earnings of all standings of one level take one query."""
        context: Context = info.context
        earned: tuple[pay.Earning, ...] = await context.earnings.load((root.run, root.member_id)) or ()
        run = context.runs[root.run]
        currency = run.cash
        worth = {total["bonus"]: Fraction(total["unit"], total["parts"]) for total in run.totals}
        return [
            {
                "bonus": each.bonus,
                "amount": cash(each.amount, currency),
                "exact": exactly(each.exact * worth[each.bonus], run),
                "cut": cash(each.cut, currency),
                "line_count": each.lines,
            }
            for each in earned
        ]

    @staticmethod
    def resolve_total(root: Standing, info: ResolveInfo) -> Cash:
        """The total that the run stored."""
        return cash(root.earned, info.context.runs[root.run].cash)


async def _corrections(root: Standing, info: ResolveInfo) -> tuple[Corrected, ...]:
    context: Context = info.context
    return await context.corrections.load((root.run, root.member_id)) or ()


async def lines_page(
    info: ResolveInfo, standing: Standing, bonus: str | None, unpaid: bool, listing: Listing
) -> SealedPage[Shown]:
    """A page of the lines that name a member."""
    context: Context = info.context
    stretch = listing.stretch
    of_member = (standing.run, standing.member_id, bonus, unpaid)
    start = LinePlace(*json.loads(stretch.after)) if stretch.after else None
    nodes, places, more = await context.lines.load((*of_member, stretch.size, start))
    keys = tuple(json.dumps(astuple(place)) for place in places)
    lines = Page(nodes, keys, more, None, bool(stretch.after))
    return listing.shown(lines, lambda: context.line_totals.load(of_member))


def _page(lines: tuple[Shown, ...], listing: Listing) -> SealedPage[Shown]:
    """A page of lines that are sorted and never change, so that the number of a line in them is its key."""
    stretch = listing.stretch
    start, end = int(stretch.after or 0), min(int(stretch.before or len(lines) + 1) - 1, len(lines))
    rows = [(place + 1, lines[place]) for place in range(start, end)]
    if stretch.backward:
        rows.reverse()
    numbered = page(rows[: stretch.size + 1], lambda row: str(row[0]), stretch, len(lines))
    nodes = tuple(line for _, line in numbered.nodes)
    return listing.shown(Page(nodes, numbered.keys, numbered.more, len(lines), numbered.earlier))
