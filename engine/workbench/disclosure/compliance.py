"""The compliance report of a run: whether its pay comes from sales, and what that says of the plan.

All of it is from the finished run and the orders that the run knew. Neither changes, so the report of a
period is the same a year later.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine import ranges
from engine.access.areas import Area, Scope
from engine.access.reach import Reach
from engine.errors import UplineError
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.money import Currency
from engine.passes.record import RunRecord, levels_of
from engine.passes.replay import plan_of, window_of
from engine.plans.plan import Plan
from engine.workbench.disclosure.origins import ORIGINS, PayWithoutSale, trace
from engine.workbench.disclosure.spread import share

CUSTOMERS_NEEDED = 5
"""Customers that a member needs where nobody says how many."""
SIDES = ("sales", "not_shown", "recruiting")
"""Sales are behind all pay; nobody can say, as some is computed elsewhere; some has no sale behind it."""


class DisclosureTooLargeError(UplineError):
    """More members than one request reads."""


@dataclass(frozen=True, slots=True)
class BonusShare:
    """What one bonus paid, in minor units, and its part of the volume at the point value (millionths)."""

    bonus: str
    kind: str
    paid: int
    volume_share: int


@dataclass(frozen=True, slots=True)
class OriginShare:
    """Pay of one of ORIGINS: minor units, and its part of all pay (millionths)."""

    origin: str
    paid: int
    share: int


@dataclass(frozen=True, slots=True)
class Compliance:
    """The compliance report of a run. Volume is hundredths, pay minor units, shares millionths, rounded down.

    `members` are all who were enrolled by the period's last day, whatever their status. A member has few
    customers where fewer than `customers_needed` bought in the period. `side` is one of SIDES, `reasons` says
    why in sentences. `without_sale` names everybody who was paid without a sale.
    """

    run: RunRecord
    members: int
    active: int
    active_few_customers: int
    earners: int
    earners_few_customers: int
    earners_no_customer: int
    customers_needed: int
    volume: int
    customer_volume: int
    paid: int
    payout_share: int
    bonuses: tuple[BonusShare, ...]
    origins: tuple[OriginShare, ...]
    without_sale: tuple[PayWithoutSale, ...]
    side: str
    reasons: tuple[str, ...]

    @property
    def customer_share(self) -> int:
        """The part of the volume that customers bought."""
        return share(self.customer_volume, self.volume)

    @property
    def cash(self) -> Currency:
        """The currency of the amounts."""
        return self.run.cash


def compliance(
    graph: Graph,
    reach: Reach,
    run: RunRecord,
    customers_needed: int = CUSTOMERS_NEEDED,
    most_members: int | None = None,
) -> Compliance | None:
    """The compliance report of a run; None where the viewer does not read pay and totals of all.

    Raises AmountError for a number out of range, DisclosureTooLargeError where the run has more than
    `most_members`, and RulesChangedError for a run of an earlier release that kept no rules.
    """
    if not may_disclose(reach):
        return None
    ranges.CUSTOMERS.checked(customers_needed, "the number of customers")
    refuse_too_large(run.facts["members"], most_members)
    plan = plan_of(run)
    counted = _counted(graph, run, plan, customers_needed)
    traced = trace(graph, run, plan)
    bonuses = tuple(_bonus(total, counted["volume"], plan) for total in run.totals)
    paid = sum(each.paid for each in bonuses)
    origins = tuple(_of_origin(each, traced.by_origin[each], paid) for each in ORIGINS)
    side, reasons = _side(run, traced.without_sale, traced.by_origin)
    return Compliance(
        run=run, customers_needed=customers_needed, **counted, paid=paid,
        payout_share=_volume_share(paid, counted["volume"], plan),
        bonuses=bonuses, origins=origins, without_sale=traced.without_sale, side=side, reasons=reasons,
    )  # fmt: skip


def may_disclose(reach: Reach) -> bool:
    """Whether a viewer reads pay and totals of the whole company."""
    return all(reach.scope(area) is Scope.ALL for area in (Area.MONEY, Area.TOTALS))


def refuse_too_large(members: int, most: int | None) -> None:
    """Raise DisclosureTooLargeError where one request would read too many members."""
    if most is not None and members > most:
        raise DisclosureTooLargeError(
            f"this reads {members:,} members, and one request at most {most:,}",
            todo="Use the command line, which has no such limit.",
        )


def _counted(graph: Graph, run: RunRecord, plan: Plan, customers_needed: int) -> dict[str, int]:
    """What is counted of all standings, some levels at a time."""
    statement = query("disclosure/standings").fill(
        chosen=query("answers/of_levels"), buyers=query("disclosure/buyers")
    )
    sums: dict[str, int] = {}
    for first, last in levels_of(graph, run):
        row = graph.read(
            statement, run=run.number, first=first, last=last, customers_needed=customers_needed,
            **window_of(run, plan),
        )[0]  # fmt: skip
        sums = {name: sums.get(name, 0) + value for name, value in row.items()}
    return sums


def _bonus(total: Mapping[str, object], volume: int, plan: Plan) -> BonusShare:
    paid = int(str(total["paid"]))
    return BonusShare(str(total["bonus"]), str(total["kind"]), paid, _volume_share(paid, volume, plan))


def _volume_share(paid: int, volume: int, plan: Plan) -> int:
    """Pay as a part of so much volume at the plan's point value."""
    worth = plan.money.volume
    scale = plan.money.rate_scale
    return paid * worth.parts * 1_000_000 // (volume * worth.unit * scale) if volume > 0 else 0


def _of_origin(origin: str, amount: int, paid: int) -> OriginShare:
    return OriginShare(origin, amount, share(amount, paid))


def _side(
    run: RunRecord, without: tuple[PayWithoutSale, ...], by_origin: Mapping[str, int]
) -> tuple[str, tuple[str, ...]]:
    """On which side of the line the plan is by this run, and the reasons."""
    cash = run.cash
    reasons = []
    flagged = run.facts.get("pay_without_sale") or []
    if without:
        amount = cash.amount(sum(each.amount for each in without))
        payees = len({each.member_id for each in without})
        who = "1 member was" if payees == 1 else f"{payees:,} members were"
        reasons.append(f"{who} paid {amount} {cash.currency} in all without a sale.")
    if flagged:
        verb = "pays" if len(flagged) == 1 else "pay"
        reasons.append(f"By the plan {', '.join(flagged)} {verb} without a sale: this is pay for recruiting.")
    if reasons:
        return "recruiting", tuple(reasons)
    if elsewhere := by_origin["elsewhere"]:
        return "not_shown", (
            f"{cash.amount(elsewhere)} {cash.currency} of the pay was computed by another system: what was "
            "sold for it is not known here.",
        )
    return "sales", ("There is a sale behind all pay, and no bonus of the plan may pay without one.",)
