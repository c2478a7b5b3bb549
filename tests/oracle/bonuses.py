"""One function per bonus family: family(company, bonus, state) -> Payout.

A family reads the state of its period (and, through it, earlier periods and bonuses computed before it) and
returns exact shares. Rounding, earnings and totals are made of them in one place, compute.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from .compression import Keepers, levels
from .periods import Period
from .plan import Bonus, Plan, Requirement, nested
from .ranks import fulfilled
from .requirements import Figures, meets_requirement
from .result import Result, Standing
from .tables import GONE, Company, Order


@dataclass(frozen=True, slots=True)
class Share:
    """A share of an order at a level: paid to the payee if there is no reason against it."""

    payee_id: str | None
    order: Order
    level: int
    tree_level: int
    base: Fraction
    rate: Fraction
    reason: str | None
    exact: Fraction = Fraction(0)


@dataclass(slots=True)
class Payout:
    """What a family computed: its shares, what it could have paid, and what flows into the next period."""

    shares: list[Share] = field(default_factory=list)
    budget: Fraction = Fraction(0)
    carry: dict[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    """One period as the families see it.

    `trees` holds the parents in the main and the sponsor tree; `earlier` the results of the periods before;
    `carried` what each bonus carried out of the last one; `paid` the bonuses computed before in this period.
    """

    plan: Plan
    period: Period
    trees: Mapping[str, Mapping[str, str | None]]
    standings: Mapping[str, Standing]
    orders: list[Order]
    earlier: tuple[Result, ...]
    carried: Mapping[str, Mapping[str, Fraction]]
    paid: Mapping[str, Payout]
    earnings: Mapping[tuple[str, str], int]
    """What members earned so far in this period, in minor units, by member and bonus."""
    figures: Figures | None = None
    """What requirements look at."""
    ladder: Plan | None = None
    """The plan with its own ranks, where `plan` has the tiers of a bonus in their place."""


Family = Callable[[Company, Bonus, State], Payout]


def meets(bonus: Bonus, state: State, member: str) -> bool:
    """Whether a member meets what the bonus requires; a structure bonus pays for its requirements instead."""
    options, flat = bonus.options, list[Requirement]()
    if "require" not in options or bonus.kind == "structure":
        return True
    condition = nested(options.get("match", "all"), options["require"], flat)
    assert state.figures
    plan = state.ladder or state.plan
    met = [meets_requirement(plan, each, member, state.figures) for each in flat]
    return fulfilled(condition, met)


def personal(company: Company, bonus: Bonus, state: State) -> Payout:
    """A rate on own or customers' orders, flat or by personal volume, to the credited member.

    What it could pay is the member's own rate: only inactivity leaves something with the company.
    """
    payout = Payout()
    for order, _ in counted(company, bonus, state):
        member = state.standings[order.member_id]
        rate = bonus.base * (
            _rate_of_rank(state.plan, bonus.options["rate_by_rank"], member.rank)
            if "rate_by_rank" in bonus.options
            else _tier(bonus, member.personal_volume)
        )
        reason = None if member.active else "inactive"
        base = Fraction(order.commissionable_volume)
        share = Share(member.member_id, order, 0, 0, base, rate, reason)
        _book(payout, state.plan, share, rate)
    return payout


def price_difference(company: Company, bonus: Bonus, state: State) -> Payout:
    """A share of what buyers paid, in money, to the credited member; orders in the plan's currency only."""
    payout = Payout()
    bonus = replace(bonus, on=bonus.options.get("on", "customers"))
    for order, _ in counted(company, bonus, state):
        if order.currency != state.plan.options["currency"]:
            continue
        member = state.standings[order.member_id]
        rate = (
            _rate_of_rank(state.plan, bonus.options["rate_by_rank"], member.rank)
            if "rate_by_rank" in bonus.options
            else _tier(bonus, member.personal_volume)
        )
        exact = order.amount * state.plan.minor_units * rate
        reason, paid = (None, rate) if member.active else ("inactive", Fraction(0))
        base = Fraction(order.commissionable_volume)
        payout.budget += exact
        payout.shares.append(Share(member.member_id, order, 0, 0, base, paid, reason, exact))
    return payout


def unilevel(company: Company, bonus: Bonus, state: State) -> Payout:
    """A rate by level and by rank of the payee on every order below, after the bonus's compression."""
    payout = Payout()
    plan, standings, above = state.plan, state.standings, state.trees[bonus.tree]
    deepest = max((len(rates) for rates in bonus.rates.values()), default=0)
    table = [[rate_at(plan, bonus, rank.name, k + 1) for k in range(deepest)] for rank in plan.ranks]
    highest = [max(rates[k] for rates in table) for k in range(deepest)]
    keepers = Keepers(
        status=lambda member: standings[member].status,
        active=lambda member: standings[member].active,
        step=lambda member: plan.step(standings[member].rank),
        earns=lambda member, level: (
            level <= deepest
            and table[plan.step(standings[member].rank)][level - 1] > 0
            and closed(bonus, state, member, level) is None
            and meets(bonus, state, member)
        ),
    )
    threshold = plan.step(bonus.compression.rank)
    for order, itself in counted(company, bonus, state):
        if order.commissionable_volume == 0:
            continue
        base = order.commissionable_volume * bonus.base
        walk = levels(bonus.compression, threshold, keepers, above, order.member_id, itself=itself)
        for level, best in enumerate(highest, start=1):
            _, distance, payee = next(walk, (level, 0, None))
            if payee is None:
                share = Share(None, order, level, 0, base, Fraction(0), "no_upline")
            else:
                rate = table[plan.step(standings[payee].rank)][level - 1]
                reason = "inactive" if not standings[payee].active else None if rate else "rank"
                reason = reason or closed(bonus, state, payee, level)
                share = Share(payee, order, level, distance, base, rate, reason)
            _book(payout, plan, share, best)
    return payout


def counted(company: Company, bonus: Bonus, state: State) -> list[tuple[Order, bool]]:
    """The orders of a period that a bonus counts, and whether their levels begin with the credited member.

    A refund counts as its order does.
    """
    by_id = {order.order_id: order for order in company.orders}
    orders = []
    for order in state.orders:
        sold = by_id[order.refund_of] if order.refund_of else order
        kinds, start = bonus.options.get("kinds", []), bonus.options.get("start", "above")
        if (not kinds or sold.kind in kinds) and bonus.on != ("own" if sold.customer_id else "customers"):
            orders.append((order, start == "self" or (start == "buyer" and sold.customer_id is not None)))
    return orders


def closed(bonus: Bonus, state: State, member: str, level: int) -> str | None:
    """Why a level that the rank would earn is closed: legs, recruits or own volume are missing."""
    main, standings = state.trees["main"], state.standings
    through = bonus.options.get("legs_through", "none")
    legs = sum(_open_leg(state, through, each) for each, parent in main.items() if parent == member)
    recruits = [each for each, sponsor in state.trees["sponsor"].items() if sponsor == member]
    figures: dict[str, tuple[str, Fraction]] = {
        "active_legs": ("depth_by_active_legs", Fraction(legs)),
        "recruits": ("depth_by_recruits", Fraction(sum(standings[each].active for each in recruits))),
        "personal_volume": ("depth_by_volume", Fraction(standings[member].personal_volume, 100)),
    }
    for reason, (key, figure) in figures.items():
        if key in bonus.options:
            opened = [levels for needed, levels in _steps(bonus.options[key]) if figure >= needed]
            if level > max(opened, default=0):
                return reason
    return None


def _open_leg(state: State, through: str, head: str) -> bool:
    """Whether a leg is active: its head, or, through heads who do not count, somebody at the heads below."""
    standing = state.standings[head]
    if standing.active:
        return True
    passed = through == "inactive" or (through == "terminated" and standing.status in GONE)
    below = [each for each, parent in state.trees["main"].items() if parent == head]
    return passed and any(_open_leg(state, through, each) for each in below)


def _steps(steps: Mapping[str, int] | list[list[int]]) -> list[tuple[Fraction, int]]:
    pairs = list(steps.items()) if isinstance(steps, Mapping) else steps
    return [(Fraction(str(needed)), int(reached)) for needed, reached in pairs]


def rate_at(plan: Plan, bonus: Bonus, rank: str, level: int) -> Fraction:
    """The rate of a rank at a level: by its own list, else that of the nearest lower rank with one."""
    for name in [each.name for each in plan.ranks[plan.step(rank) :: -1]]:
        if name in bonus.rates:
            rates = bonus.rates[name]
            return rates[level - 1] if level <= len(rates) else Fraction(0)
    return Fraction(0)


def _rate_of_rank(plan: Plan, rates: Mapping[str, str], rank: str) -> Fraction:
    listed = [each.name for each in plan.ranks[plan.step(rank) :: -1] if each.name in rates]
    return Fraction(rates[listed[0]]) if listed else Fraction(0)


def _tier(bonus: Bonus, volume: int) -> Fraction:
    return max((floor, rate) for floor, rate in bonus.tiers if floor <= volume)[1]


def _book(payout: Payout, plan: Plan, share: Share, highest: Fraction) -> None:
    """Book one level of one order: the paid share, and what its rate lacks to the highest one.

    The share comes without an exact amount; a share with a reason stays whole with the company.
    """
    could = plan.worth(share.base, highest)
    payout.budget += could
    if share.reason is not None:
        payout.shares.append(replace(share, rate=Fraction(0), exact=could))
        return
    exact = plan.worth(share.base, share.rate)
    payout.shares.append(replace(share, exact=exact))
    if share.rate < highest:
        left = replace(share, rate=highest - share.rate, exact=could - exact, reason="lower_rate")
        payout.shares.append(left)
