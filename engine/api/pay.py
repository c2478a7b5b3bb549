# mypy: allow-untyped-calls
"""Types for pay: runs and their totals, statements, rank cards, orders, and the lines that pay for them."""

import time
from fractions import Fraction
from itertools import groupby
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

from engine import ranks
from engine.answers import Earning as EarningFacts
from engine.answers import Standing as StandingFacts
from engine.api import reads
from engine.api.figures import Cash, Shown, cash, exactly, volume
from engine.api.loaders import Context
from engine.api.pages import Page, connection, key_of, paged, size
from engine.api.reads import Order as OrderFacts
from engine.api.scalars import Decimal, FigureUnit, LineBasis, Money, RankMatch
from engine.graph import Row
from engine.money import decimal
from engine.plan import Plan
from engine.runs import Run as RunFacts

# Types of engine/api/people.py by name: that module imports this one.
MEMBER, STANDING = "engine.api.people.Member", "engine.api.people.Standing"
STANDINGS = "engine.api.people.StandingConnection"

EXACT = "Exact, before rounding, in units of the currency; a fraction such as 1/3 where no decimal ends."


class Unpaid(ObjectType):
    """What a bonus did not pay for one reason."""

    reason = String(
        required=True,
        description="Such as no_upline (nobody is left above), inactive, rank (no rate at it), lower_rate.",
    )
    exact = String(required=True, description=EXACT)


class BonusTotal(ObjectType):
    """What one bonus comes to in a run."""

    bonus = String(required=True, description="The bonus's name in the plan.")
    kind = String(required=True, description="The rule that computes it, such as unilevel.")
    payees = Int(required=True, description="How many members it pays.")
    lines = Int(required=True, description="How many lines it pays.")
    paid = Field(NonNull(Money), description="What is paid, rounded as the plan says, after caps.")
    cut = Field(NonNull(Money), description="What the plan's caps took.")
    paid_exact = String(required=True, description=EXACT)
    breakage_exact = String(required=True, description="What the plan offered and nobody earned. " + EXACT)
    unpaid = List(
        NonNull(Unpaid), required=True, description="The breakage by reason, as many as the rule has."
    )


class Run(ObjectType):
    """One finished computation of a period by a plan. Its figures never change; a newer run replaces it."""

    number = Int(required=True, description="The run's number; a newer run has a higher one.")
    run_id = ID(
        required=True, description="Made of the period and the plan's contents: the same input, the same id."
    )
    period = String(required=True, description="The period, such as 2026-11.")
    first_day = Date(required=True, description="The period's first day.")
    last_day = Date(required=True, description="The period's last day, on which the trees were taken.")
    plan = String(required=True, description="The plan's name.")
    plan_version = String(required=True, description="The plan's version.")
    currency = String(required=True, description="The currency of all money in this run.")
    started_at = DateTime(required=True, description="When computing began (UTC).")
    finished_at = DateTime(required=True, description="When the figures were complete (UTC).")
    age = Int(required=True, description="Seconds since then: how old the figures are.")
    members = Int(required=True, description="How many standings the run has.")
    depth = Int(required=True, description="How many levels the tree has.")
    ranks = List(NonNull(String), required=True, description='The names of the plan\'s ranks from "none" up.')
    bonuses = List(NonNull(BonusTotal), required=True, description="Totals by bonus, in the plan's order.")
    notes = List(NonNull(String), required=True, description="What an operator should know of this run.")
    results_hash = String(
        required=True, description="A hash over all results: the same input gives the same hash."
    )
    roots = NonNull(
        STANDINGS,
        **paged("standings"),
        description="Those whom nobody stands above: where a tree view begins.",
    )

    @staticmethod
    def resolve_first_day(root: RunFacts, _info: ResolveInfo) -> Any:
        """Of the run's record."""
        return root.facts["first_day"].to_native()

    @staticmethod
    def resolve_last_day(root: RunFacts, _info: ResolveInfo) -> Any:
        """Of the run's record."""
        return root.facts["last_day"].to_native()

    @staticmethod
    def resolve_currency(root: RunFacts, _info: ResolveInfo) -> str:
        """Of the run's record."""
        return str(root.facts["currency"])

    @staticmethod
    def resolve_age(root: RunFacts, _info: ResolveInfo) -> int:
        """By this server's clock."""
        return max(0, int(time.time() - root.finished_at.timestamp())) if root.finished_at else 0

    @staticmethod
    def resolve_members(root: RunFacts, _info: ResolveInfo) -> int:
        """Of the run's record."""
        return int(root.facts["members"])

    @staticmethod
    def resolve_depth(root: RunFacts, _info: ResolveInfo) -> int:
        """Of the run's record."""
        return int(root.facts["depth"])

    @staticmethod
    def resolve_ranks(root: RunFacts, _info: ResolveInfo) -> list[str]:
        """Of the run's record."""
        return list(root.facts["ranks"])

    @staticmethod
    def resolve_results_hash(root: RunFacts, _info: ResolveInfo) -> str:
        """Of the run's record."""
        return str(root.facts["results_hash"])

    @staticmethod
    def resolve_bonuses(root: RunFacts, _info: ResolveInfo) -> list[dict[str, Any]]:
        """Totals with their units written out."""
        return [_total(total, root) for total in root.totals]

    @staticmethod
    async def resolve_roots(
        root: RunFacts, info: ResolveInfo, first: int, after: str | None = None
    ) -> Page[StandingFacts]:
        """A page of roots."""
        context: Context = info.context
        return await context.ask(reads.roots, context.graph, root, size(first), key_of(after))


class RankRequirement(ObjectType):
    """One requirement of a rank, and how far a member is."""

    requirement = String(
        required=True, description="The rule's name, such as group_volume or legs_with_rank."
    )
    unit = FigureUnit(required=True, description="What the figures count.")
    required = Decimal(required=True, description="What the rank asks for.")
    actual = Decimal(required=True, description="What counts of the member's period.")
    missing = Decimal(required=True, description="What is left to do; 0 where the requirement is met.")
    passes = Boolean(required=True, description="Whether the requirement is met.")


class RankStep(ObjectType):
    """One rank of the plan as a member sees it."""

    rank = String(required=True, description="The rank's name.")
    match = RankMatch(required=True, description="Whether all requirements must be met or any one.")
    must_be_active = Boolean(required=True, description="Whether only active members can have the rank.")
    requirements = List(
        NonNull(RankRequirement), required=True, description="As many as the plan gives the rank."
    )


class Order(ObjectType):
    """An order, or a refund with figures below zero."""

    order_id = ID(required=True, description="The company's own id of the order.")
    ordered_at = DateTime(required=True, description="When it was placed (UTC).")
    kind = String(required=True, description='"sale", "refund", or another kind that the company uses.')
    member_id = ID(required=True, description="The member who is credited.")
    member = Field(MEMBER, description="The credited member as of today.")
    customer_id = ID(description="The customer who bought; null for the member's own order.")
    customer = String(description="The customer's name.")
    refund_of = ID(description="The order that a refund takes back.")
    qualifying_volume = Decimal(required=True, description="Volume that counts for activity and ranks.")
    commissionable_volume = Decimal(required=True, description="Volume that bonuses are paid on.")
    amount = Field(NonNull(Money), description="What was charged.")
    lines = Field(
        lambda: LineConnection,
        **paged(
            "lines",
            period=Argument(
                String, description="The period of the run; by default the one that counted the order."
            ),
            plan=Argument(String, description="The plan of the run; by default that of the newest run."),
        ),
        description="Every line that the order led to, paid and unpaid, bonus by bonus, level by level: who "
        "was paid for it, who was not, and why. Refused as `order_not_counted` where no complete run has it.",
    )

    @staticmethod
    async def resolve_member(root: OrderFacts, info: ResolveInfo) -> Any:
        """The credited member."""
        context: Context = info.context
        return await context.members.load(root.member_id)

    @staticmethod
    def resolve_qualifying_volume(root: OrderFacts, _info: ResolveInfo) -> str:
        """Hundredths as text."""
        return volume(root.qualifying_volume)

    @staticmethod
    def resolve_commissionable_volume(root: OrderFacts, _info: ResolveInfo) -> str:
        """Hundredths as text."""
        return volume(root.commissionable_volume)

    @staticmethod
    def resolve_amount(root: OrderFacts, _info: ResolveInfo) -> Cash:
        """Minor units as text."""
        return cash(root.amount, root.currency)

    @staticmethod
    async def resolve_lines(
        root: OrderFacts,
        info: ResolveInfo,
        first: int,
        period: str | None = None,
        plan: str | None = None,
        after: str | None = None,
    ) -> Page[Shown]:
        """A page of the order's lines in the run that counted it."""
        context: Context = info.context
        run = await context.run_of(root, period, plan)
        found = await context.order_lines.load((run.number, root.order_id))
        return _page(context, found, run.number, first, after)


class Line(ObjectType):
    """One step of a bonus: an order (or a group's volume), a level, who is paid for it or why nobody is."""

    bonus = String(required=True, description="The bonus's name in the plan.")
    order_id = ID(description="The order; null where the bonus is paid on a member's whole volume.")
    order = Field(Order, description="That order.")
    source_id = ID(required=True, description="Whose volume it is.")
    source = Field(STANDING, description="The standing whose volume it is.")
    payee_id = ID(description="Who is or would be paid; null where nobody is left above.")
    payee = Field(STANDING, description="The standing of the payee.")
    level = Int(required=True, description="The level that is paid, counted after compression.")
    tree_level = Int(description="The steps up in the real tree.")
    basis = LineBasis(required=True, description="What `base` counts.")
    base = Decimal(required=True, description="What the rate applies to.")
    rate = Decimal(required=True, description='The rate that is paid, such as "0.05"; "0" where nothing is.')
    budget = Decimal(required=True, description="The most that any rank earns there.")
    paid = Boolean(required=True, description="Whether the line pays anything.")
    reason = String(description="Why it pays nothing, or less than the budget; null where it pays in full.")
    exact = String(required=True, description="Base times rate. " + EXACT)
    amount = Field(
        Money, description="What the line pays, rounded; null where the plan rounds only the sum of a bonus."
    )

    @staticmethod
    async def resolve_order(root: Shown, info: ResolveInfo) -> OrderFacts | None:
        """One loader for all lines."""
        context: Context = info.context
        return await context.orders.load(root.order_id) if root.order_id else None

    @staticmethod
    async def resolve_source(root: Shown, info: ResolveInfo) -> StandingFacts | None:
        """The source in the line's run."""
        context: Context = info.context
        return await context.standings.load((root.run, root.source_id))

    @staticmethod
    async def resolve_payee(root: Shown, info: ResolveInfo) -> StandingFacts | None:
        """The payee in the line's run."""
        context: Context = info.context
        return await context.standings.load((root.run, root.payee_id)) if root.payee_id else None


LineConnection: type[ObjectType] = connection("Line", lambda: Line, "Lines of one run, a page at a time.")
RunConnection: type[ObjectType] = connection(
    "Run", lambda: Run, "Complete runs, newest first, a page at a time."
)


class Earning(ObjectType):
    """What one bonus pays a member in a run."""

    bonus = String(required=True, description="The bonus's name in the plan.")
    amount = Field(NonNull(Money), description="What is paid.")
    line_count = Int(required=True, description="How many lines make it up.")


class Statement(ObjectType):
    """A member's earnings of a period."""

    earnings = List(
        NonNull(Earning),
        required=True,
        description="By bonus, in the plan's order; without bonuses that pay the member nothing.",
    )
    total = Field(NonNull(Money), description="All bonuses together.")

    @staticmethod
    async def resolve_earnings(root: StandingFacts, info: ResolveInfo) -> list[dict[str, Any]]:
        """Earnings of all standings of a level with one query."""
        context: Context = info.context
        found: tuple[EarningFacts, ...] = await context.earnings.load((root.run, root.member_id)) or ()
        currency = context.runs[root.run].facts["currency"]
        return [
            {"bonus": each.bonus, "amount": cash(each.amount, currency), "line_count": each.lines}
            for each in found
        ]

    @staticmethod
    def resolve_total(root: StandingFacts, info: ResolveInfo) -> Cash:
        """What the run stored."""
        return cash(root.earned, info.context.runs[root.run].facts["currency"])


async def lines_page(
    info: ResolveInfo, standing: StandingFacts, bonus: str | None, unpaid: bool, first: int, after: str | None
) -> Page[Shown]:
    """A page of the lines that name a member; the cursor holds the run and the line before."""
    context: Context = info.context
    found = await context.lines.load((standing.run, standing.member_id, bonus))
    wanted = found if unpaid else tuple(line for line in found if line.paid)
    return _page(context, wanted, standing.run, first, after)


def rank_steps(plan: Plan, rows: list[Row]) -> list[dict[str, Any]]:
    """The rows of a rank card, gathered by rank."""
    return [
        {
            "rank": plan.rank_names[number],
            "match": plan.ranks[number - 1].match,
            "must_be_active": plan.ranks[number - 1].must_be_active,
            "requirements": [_requirement(plan, row) for row in group],
        }
        for number, group in groupby(rows, lambda row: int(row["rank"]))
    ]


def _requirement(plan: Plan, row: Row) -> dict[str, Any]:
    module = plan.ranks[row["rank"] - 1].requirements[row["place"]].module
    unit = ranks.unit(module)
    digits = ranks.DIGITS[unit]
    return {
        "requirement": module.name,
        "unit": unit,
        "required": decimal(row["required"], digits),
        "actual": decimal(row["actual"], digits),
        "missing": decimal(max(0, row["required"] - row["actual"]), digits),
        "passes": row["passes"],
    }


def _page(context: Context, found: tuple[Shown, ...], run: int, first: int, after: str | None) -> Page[Shown]:
    key = key_of(after)
    start = context.checked(run, key) if key else 0
    end = start + size(first)
    nodes = found[start:end]
    keys = tuple(f"{run}:{start + place}" for place in range(1, len(nodes) + 1))
    return Page(nodes, keys, end < len(found), len(found), key)


def _total(total: Row, run: RunFacts) -> dict[str, Any]:
    def exact(units: int) -> str:
        return exactly(Fraction(units * total["unit"], total["parts"]), run)

    reasons = zip(total["reasons"], total["unpaid"], strict=True)
    return {
        **{key: total[key] for key in ("bonus", "kind", "payees", "lines")},
        "paid": cash(total["paid"], run.facts["currency"]),
        "cut": cash(total.get("cut", 0), run.facts["currency"]),
        "paid_exact": exact(total["paid_exact"]),
        "breakage_exact": exact(total["breakage"]),
        "unpaid": [{"reason": reason, "exact": exact(units)} for reason, units in reasons],
    }
