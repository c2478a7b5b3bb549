"""Disclosures for publication and for programs, as JSON, as CSV and in sentences.

An income disclosure has nobody's name; a compliance report has the ids of whoever was paid without a sale.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.money import decimal
from engine.plans.plan import NO_RANK
from engine.text import csv_writer, grouped, quoted
from engine.workbench.disclosure.compliance import Compliance
from engine.workbench.disclosure.income import IncomeDisclosure
from engine.workbench.disclosure.spread import PERCENTILES, Spread

UNITS = {
    "month": ("month", "months"), "week": ("week", "weeks"), "quarter": ("quarter", "quarters"),
    "year": ("year", "years"), "day": ("day", "days"), "days": ("period", "periods"),
}  # fmt: skip
"""What a period of a calendar is called, one and several."""


ORIGIN_NAMES = {
    "customers": "purchases of customers",
    "own": "the payee's own purchases",
    "members": "purchases of other members",
    "first_orders": "first purchases of recruits",
    "groups": "volume of groups",
    "pay": "pay of others",
    "fixed": "fixed amounts",
    "elsewhere": "computed by another system",
    "no_sale": "no sale",
}
"""What pay is for, in words."""
SIDE_SENTENCES = {
    "sales": "all pay comes from sales",
    "not_shown": "some pay cannot be traced here",
    "recruiting": "there is pay without a sale",
}
"""What a compliance report says of the plan, in words."""


@dataclass(frozen=True, slots=True)
class Group:
    """A row of the tables: who they are, with their shares and periods where it is about ranks."""

    name: str
    spread: Spread
    members_share: int | None = None
    periods: int | None = None
    periods_share: int | None = None


def groups(disclosure: IncomeDisclosure) -> list[Group]:
    """All who took part, before and after expenses; those who took part in every period; and by rank."""
    units = UNITS[disclosure.range.calendar][1]
    listed = [
        Group("all who took part", disclosure.pay),
        Group("all who took part, after their known expenses", disclosure.net),
    ]
    if disclosure.every_period is not None:
        listed.append(Group(f"those who took part in all {units}", disclosure.every_period))
    return listed + ranks(disclosure)


def limits(disclosure: IncomeDisclosure) -> list[str]:
    """The amounts up to which members are counted, in units of the currency, for people."""
    return [grouped(str(each.up_to // 10**disclosure.cash.digits)) for each in disclosure.pay.bands]


def ranks(disclosure: IncomeDisclosure) -> list[Group]:
    """The rows by highest rank, the lowest first."""
    return [
        Group(
            ", ".join("no rank" if name == NO_RANK else name for name in each.ranks),
            each.pay,
            each.members_share,
            each.periods,
            each.periods_share,
        )
        for each in disclosure.ranks
    ]


def as_json(disclosure: IncomeDisclosure) -> dict[str, Any]:
    """The disclosure for programs: money as exact decimals, shares as decimals of 1, null where hidden."""
    cash, within = disclosure.cash, disclosure.range
    profit = disclosure.retail_profit
    return {
        "plan": within.plan, "currency": cash.currency,
        "first_day": within.first_day, "last_day": within.last_day,
        "calendar": within.calendar, "periods": list(disclosure.periods),
        "further_periods": [run.period for run in within.further],
        "missing_periods": list(within.missing), "committed": within.committed,
        "members": disclosure.members, "member_periods": disclosure.member_periods,
        "never_active": disclosure.never_active, "enrolled_within": disclosure.enrolled_within,
        "left_at_unknown": disclosure.left_at_unknown, "customers_not_counted": disclosure.customers,
        "smallest_group": disclosure.smallest,
        "pay": _spread(disclosure, disclosure.pay),
        "net": _spread(disclosure, disclosure.net),
        "every_period": None if disclosure.every_period is None
        else _spread(disclosure, disclosure.every_period),
        "ranks": [
            {
                "ranks": list(each.ranks), "members": each.members, "members_share": part(each.members_share),
                "periods": each.periods, "periods_share": part(each.periods_share),
                "pay": _spread(disclosure, each.pay),
            }
            for each in disclosure.ranks
        ],
        "expenses": [
            {"kinds": list(each.kinds), "members": each.members, "orders": each.orders,
             "amount": cash.amount(each.amount)}
            for each in disclosure.expenses
        ],
        "purchases_in_other_currencies": disclosure.other_currencies,
        "purchases_without_price": disclosure.unpriced,
        "corrected": cash.amount(disclosure.corrected),
        "retail_profit_recorded": disclosure.retail_recorded,
        "retail_profit": None if profit is None else cash.amount(profit),
        "method": method(disclosure),
    }  # fmt: skip


def _spread(disclosure: IncomeDisclosure, of: Spread) -> dict[str, Any]:
    cash = disclosure.cash
    return {
        "members": of.members, "nothing": of.nothing, "nothing_share": part(of.nothing_share),
        "up_to": [
            {"amount": cash.amount(each.up_to), "members": each.members, "share": part(each.share)}
            for each in of.bands
        ],
        "median": _amount(disclosure, of.median),
        "percentiles": [
            {"percent": each, "amount": _amount(disclosure, of.percentiles[each])} for each in PERCENTILES
        ],
        "mean": cash.amount(of.mean),
    }  # fmt: skip


def as_csv(disclosure: IncomeDisclosure) -> str:
    """A row for each group; an empty field where a figure is not shown."""
    bands = [f"up_to_{disclosure.cash.amount(each.up_to)}" for each in disclosure.pay.bands]
    columns = [
        "group", "currency", "first_day", "last_day", "members", "members_share", "periods", "periods_share",
        "nothing", "nothing_share", *bands, "median",
        *(f"p{each}" for each in PERCENTILES if each != 50), "mean",
    ]  # fmt: skip
    text = io.StringIO()
    writer = csv_writer(text)
    writer.writerow(columns)
    writer.writerows([quoted(field) for field in row] for row in _rows(disclosure))
    return text.getvalue()


def _rows(disclosure: IncomeDisclosure) -> Iterator[list[str]]:
    within = disclosure.range
    head = [disclosure.cash.currency, within.first_day.isoformat(), within.last_day.isoformat()]
    for each in groups(disclosure):
        of = each.spread
        percentiles = [of.percentiles[number] for number in PERCENTILES if number != 50]
        periods = "" if each.periods is None else str(each.periods)
        yield [
            each.name, *head, str(of.members), _part(each.members_share), periods, _part(each.periods_share),
            str(of.nothing), part(of.nothing_share), *(str(band.members) for band in of.bands),
            _text(disclosure, of.median), *(_text(disclosure, amount) for amount in percentiles),
            disclosure.cash.amount(of.mean),
        ]  # fmt: skip


def part(share: int) -> str:
    """Millionths as a decimal of 1."""
    return decimal(share, 6)


def _part(share: int | None) -> str:
    return "" if share is None else part(share)


def _amount(disclosure: IncomeDisclosure, amount: int | None) -> str | None:
    return None if amount is None else disclosure.cash.amount(amount)


def _text(disclosure: IncomeDisclosure, amount: int | None) -> str:
    return _amount(disclosure, amount) or ""


def method(disclosure: IncomeDisclosure) -> list[str]:
    """How the figures are made, in sentences for those who read the publication."""
    within = disclosure.range
    unit, units = UNITS[within.calendar]
    count = len(disclosure.periods)
    what = f"the {count} {units}" if count > 1 else f"the {unit}"
    kept = "committed, so that they can no longer change" if within.committed else "as computed last"
    sentences = [
        f"The figures are of {what} {_span(disclosure.periods)}, {kept}. Nothing is estimated, and no {unit} "
        "is made into a longer time.",
        f"Everybody counts who was enrolled in any {unit}, active or not, whether or not they earned "
        "anything; also those who joined or left meanwhile.",
    ]
    if within.missing:
        sentences.append(f"Not included, because there are no final figures: {', '.join(within.missing)}.")
    if within.further:
        further = f"{within.further[0].period} to {within.further[-1].period}"
        sentences.append(f"Pay of periods of other lengths that end meanwhile is included: {further}.")
    if disclosure.left_at_unknown:
        sentences.append(
            f"{disclosure.left_at_unknown:,} of them had left by the end of the first {unit}; when is not "
            "known, so they count."
        )
    if disclosure.customers:
        sentences.append(f"{disclosure.customers:,} who were only customers all the time do not count.")
    sentences += [
        "The median is what at least half of a group did not exceed. A percentile is the amount of the "
        "member at that place in ascending order (nearest rank); one that would be the highest amount of all "
        "is not shown. The mean is the sum divided by the number of members.",
        f"A member counts in the highest rank paid as in any {unit}. A rank with fewer than "
        f"{disclosure.smallest} members is shown together with the next one.",
        "Known expenses are what members bought for themselves, less refunds: products, kits and fees as far "
        "as they are orders. Other expenses, such as travel, are not known and would lower the income.",
    ]
    return [*sentences, *_left_out(disclosure)]


def _left_out(disclosure: IncomeDisclosure) -> Iterator[str]:
    """What is in the figures only where it is recorded, and what is not."""
    if disclosure.corrected:
        corrected = f"{grouped(disclosure.cash.amount(disclosure.corrected))} {disclosure.cash.currency}"
        yield f"Corrections of earlier periods are included where they were booked: {corrected} of all."
    if disclosure.unpriced:
        yield f"{disclosure.unpriced:,} purchases have no price and count as free."
    if disclosure.other_currencies:
        yield f"{disclosure.other_currencies:,} purchases in other currencies are not among the expenses."
    if not disclosure.retail_recorded:
        yield "Profit from selling to customers at a higher price is not recorded, and not included."
    elif disclosure.retail_profit is None:
        yield "Profit from selling to customers is included as far as the plan records it."
    else:
        profit = grouped(disclosure.cash.amount(disclosure.retail_profit)) + f" {disclosure.cash.currency}"
        yield f"Profit from selling to customers is included: {profit} of all members together."


def _span(periods: tuple[str, ...]) -> str:
    return periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"


def compliance_json(report: Compliance) -> dict[str, Any]:
    """A compliance report for programs: volume and money as exact decimals, shares as decimals of 1."""
    cash, run = report.cash, report.run
    return {
        "plan": run.plan, "period": run.period, "run": run.number, "currency": cash.currency,
        "side": report.side, "reasons": list(report.reasons),
        "members": report.members, "active": report.active, "earners": report.earners,
        "customers_needed": report.customers_needed, "active_few_customers": report.active_few_customers,
        "earners_few_customers": report.earners_few_customers,
        "earners_no_customer": report.earners_no_customer,
        "volume": decimal(report.volume, 2), "customer_volume": decimal(report.customer_volume, 2),
        "customer_share": part(report.customer_share),
        "paid": cash.amount(report.paid), "corrected": cash.amount(run.corrected),
        "payout_share": part(report.payout_share),
        "bonuses": [
            {"bonus": each.bonus, "kind": each.kind, "paid": cash.amount(each.paid),
             "volume_share": part(each.volume_share)}
            for each in report.bonuses
        ],
        "origins": [
            {"origin": each.origin, "paid": cash.amount(each.paid), "share": part(each.share)}
            for each in report.origins
        ],
        "without_sale": [
            {"member_id": each.member_id, "bonus": each.bonus, "amount": cash.amount(each.amount),
             "reason": each.reason}
            for each in report.without_sale
        ],
    }  # fmt: skip
