# mypy: allow-untyped-calls
"""Types for what a company shows of its plan: the compliance report of a run, and the income disclosure."""

from typing import Any

import graphene
from graphene import Boolean, Date, Field, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.api.types.pages import most, size
from engine.api.types.scalars import Decimal, described
from engine.workbench.disclosure.documents import ORIGIN_NAMES, SIDE_SENTENCES
from engine.workbench.disclosure.origins import REASONS

SHARE = "As a part of 1, such as 0.250000 for a quarter; rounded down."
AMOUNT = "In the currency of the whole answer."


class ComplianceSide(graphene.Enum):
    """What a run says of its plan."""

    SALES = "sales"
    NOT_SHOWN = "not_shown"
    RECRUITING = "recruiting"

    description = described({name: f"{text[0].upper()}{text[1:]}." for name, text in SIDE_SENTENCES.items()})


class PayOrigin(graphene.Enum):
    """What pay is for."""

    CUSTOMERS = "customers"
    OWN = "own"
    MEMBERS = "members"
    FIRST_ORDERS = "first_orders"
    GROUPS = "groups"
    PAY = "pay"
    FIXED = "fixed"
    ELSEWHERE = "elsewhere"
    NO_SALE = "no_sale"

    description = described({name: f"{text[0].upper()}{text[1:]}." for name, text in ORIGIN_NAMES.items()})


class WithoutSaleReason(graphene.Enum):
    """Why there is no sale behind some pay."""

    ORDER_WITHOUT_VOLUME = "order_without_volume"
    NO_SALE_IN_GROUP = "no_sale_in_group"
    ON_PAY_WITHOUT_SALE = "on_pay_without_sale"

    description = described({name: f"{text[0].upper()}{text[1:]}." for name, text in REASONS.items()})


class OriginShare(ObjectType):
    """How much of the pay is for one kind of thing."""

    origin = Field(NonNull(PayOrigin), description="What it is for.")
    paid = Decimal(required=True, description=AMOUNT)
    share = Decimal(required=True, description="Of all pay. " + SHARE)


class BonusShare(ObjectType):
    """What one bonus paid."""

    bonus = String(required=True, description="The bonus's name in the plan.")
    kind = String(required=True, description="The rule that computes it, such as unilevel.")
    paid = Decimal(required=True, description=AMOUNT)
    volume_share = Decimal(required=True, description="Of the volume at the plan's point value. " + SHARE)


class PayWithoutSale(ObjectType):
    """Pay of one member behind which there is no sale."""

    member_id = String(required=True, description="Who was paid.")
    bonus = String(required=True, description="By which bonus.")
    amount = Decimal(required=True, description=AMOUNT)
    reason = Field(NonNull(WithoutSaleReason), description="Why there is no sale behind it.")


class Compliance(ObjectType):
    """Whether the pay of a run comes from sales. It is the same whenever it is asked for."""

    plan = String(required=True, description="The plan's name.")
    period = String(required=True, description="The run's period.")
    run = Int(required=True, description="The number of the run.")
    currency = String(required=True, description="The code of the currency of all amounts.")
    side = Field(NonNull(ComplianceSide), description="What the run says of its plan.")
    reasons = List(NonNull(String), required=True, description="Why, in sentences.")
    members = Int(required=True, description="Members who were enrolled, whatever their status.")
    active = Int(required=True, description="How many of them were active.")
    earners = Int(required=True, description="How many were paid something.")
    customers_needed = Int(required=True, description="How many customers a member needs not to have few.")
    active_few_customers = Int(
        required=True, description="Active members from whom fewer customers bought in the period."
    )
    earners_few_customers = Int(required=True, description="Members with fewer who were paid.")
    earners_no_customer = Int(required=True, description="Members without any who were paid.")
    volume = Decimal(required=True, description="Commissionable volume of the period.")
    customer_volume = Decimal(required=True, description="What customers bought of it.")
    customer_share = Decimal(required=True, description="Their part of it. " + SHARE)
    paid = Decimal(required=True, description="All pay of the run. " + AMOUNT)
    corrected = Decimal(
        required=True, description="What the run corrects of closed periods; not in `paid`. " + AMOUNT
    )
    payout_share = Decimal(
        required=True, description="Pay as a part of the volume at the plan's point value. " + SHARE
    )
    bonuses = List(NonNull(BonusShare), required=True, description="The pay by bonus, in the plan's order.")
    origins = List(NonNull(OriginShare), required=True, description="The pay by what it is for.")
    without_sale = List(
        NonNull(PayWithoutSale),
        required=True,
        first=most("rows"),
        description="Pay without a sale, by bonus and member: none in a plan that pays for sales alone.",
    )
    without_sale_total = Int(required=True, description="How many rows `withoutSale` has in all.")

    @staticmethod
    def resolve_without_sale(root: dict[str, Any], _info: ResolveInfo, first: int) -> list[Any]:
        """The first rows."""
        return list(root["without_sale"][: size(first)])

    @staticmethod
    def resolve_without_sale_total(root: dict[str, Any], _info: ResolveInfo) -> int:
        """All rows."""
        return len(root["without_sale"])


class IncomeBand(ObjectType):
    """How many members had at most so much."""

    amount = Decimal(required=True, description=AMOUNT)
    members = Int(required=True, description="Members with at most so much, or nothing.")
    share = Decimal(required=True, description="Of the group. " + SHARE)


class IncomePercentile(ObjectType):
    """The amount that so many of a hundred members did not exceed."""

    percent = Int(required=True, description="Such as 25; 50 is the median.")
    amount = Decimal(
        description="The amount of the member at that place in ascending order (nearest rank); null where it "
        "would be the highest of the group. " + AMOUNT
    )


class IncomeSpread(ObjectType):
    """How the income of a group is spread."""

    members = Int(required=True, description="Members of the group.")
    nothing = Int(required=True, description="How many had nothing, or less.")
    nothing_share = Decimal(required=True, description="Their part of the group. " + SHARE)
    up_to = List(NonNull(IncomeBand), required=True, description="How many had at most small amounts.")
    median = Decimal(required=True, description="What at least half of them did not exceed. " + AMOUNT)
    percentiles = List(NonNull(IncomePercentile), required=True, description="The percentiles, ascending.")
    mean = Decimal(required=True, description="The sum divided by the members, half to even. " + AMOUNT)


class RankIncome(ObjectType):
    """The income of members by the highest rank that they were paid as."""

    ranks = List(
        NonNull(String),
        required=True,
        description="The rank; several where each alone has too few members to be shown.",
    )
    members = Int(required=True, description="Members whose highest rank it was.")
    members_share = Decimal(required=True, description="Of all members. " + SHARE)
    periods = Int(required=True, description="Periods that members, also others, were paid as such.")
    periods_share = Decimal(required=True, description="Of the periods of all members. " + SHARE)
    pay = Field(NonNull(IncomeSpread), description="Their pay in the whole range.")


class IncomeExpense(ObjectType):
    """What members bought for themselves, by the kind of order."""

    kinds = List(
        NonNull(String),
        required=True,
        description="The kind of order; several where too few members bought some of them.",
    )
    members = Int(required=True, description="Members who bought.")
    orders = Int(required=True, description="Orders and refunds.")
    amount = Decimal(required=True, description="Less refunds. " + AMOUNT)


class IncomeDisclosure(ObjectType):
    """What all who took part in some periods earned, ready for publication: nobody is named."""

    plan = String(required=True, description="The plan's name.")
    currency = String(required=True, description="The code of the currency of all amounts.")
    first_day = Date(required=True, description="The first day of the range.")
    last_day = Date(required=True, description="The last day of the range.")
    calendar = String(required=True, description="What members are counted by: month, week, ...")
    periods = List(NonNull(String), required=True, description="The periods that count, in order.")
    further_periods = List(
        NonNull(String), required=True, description="Periods of other lengths whose pay counts too."
    )
    missing_periods = List(
        NonNull(String), required=True, description="Periods of the range that have no run that counts."
    )
    committed = Boolean(required=True, description="Whether all of these periods are committed.")
    members = Int(required=True, description="All who took part, active or not.")
    member_periods = Int(required=True, description="The periods of all members together.")
    never_active = Int(required=True, description="Members who were active in no period.")
    enrolled_within = Int(required=True, description="Members who enrolled in the range.")
    left_at_unknown = Int(
        required=True, description="Members who had left by the end of the first period, it is unknown when."
    )
    customers_not_counted = Int(required=True, description="Those who were only customers all the time.")
    smallest_group = Int(required=True, description="Groups with fewer members are not shown.")
    pay = Field(NonNull(IncomeSpread), description="What they were paid.")
    net = Field(NonNull(IncomeSpread), description="The same, less what each one bought.")
    every_period = Field(
        IncomeSpread,
        description="The pay of those who took part in every period; null where these are all, or where they "
        "or the others are too few.",
    )
    ranks = List(NonNull(RankIncome), required=True, description="The pay by rank, the lowest rank first.")
    expenses = List(NonNull(IncomeExpense), required=True, description="What members bought, by kind.")
    purchases_in_other_currencies = Int(
        required=True, description="Purchases in other currencies, which are in no amount."
    )
    purchases_without_price = Int(required=True, description="Purchases without a price.")
    corrected = Decimal(
        required=True, description="What these periods corrected of closed ones; it counts in them. " + AMOUNT
    )
    retail_profit_recorded = Boolean(
        required=True, description="Whether the plan pays the difference of prices, and so records it."
    )
    retail_profit = Decimal(
        description="The retail profit in the pay of all; null where it is not recorded, or had by too few. "
        + AMOUNT
    )
    method = List(NonNull(String), required=True, description="How the figures are made, in sentences.")
