"""One function per bonus family: family(company, bonus, state) -> Payout.

A family reads the state of its period (and, through it, earlier periods and bonuses computed before it) and
returns exact shares. Rounding, earnings and totals are made of them in one place, compute.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from .compression import Keepers, levels
from .periods import Period
from .plan import Bonus, Plan
from .result import Result, Standing
from .tables import Company, Order


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
    """What a family came to: its shares, what it could have paid, and what flows into the next period."""

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


Family = Callable[[Company, Bonus, State], Payout]


def personal(company: Company, bonus: Bonus, state: State) -> Payout:
    """A rate on own or customers' orders, flat or by personal volume, to the credited member.

    What it could pay is the member's own rate: only inactivity leaves something with the company.
    """
    payout = Payout()
    for order in state.orders:
        if bonus.on == ("own" if order.customer_id else "customers"):
            continue
        member = state.standings[order.member_id]
        rate = _tier(bonus, member.personal_volume)
        reason = None if member.active else "inactive"
        base = order.commissionable_volume * bonus.base
        share = Share(member.member_id, order, 0, 0, base, rate, reason)
        _book(payout, state.plan, share, rate)
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
            level <= deepest and table[plan.step(standings[member].rank)][level - 1] > 0
        ),
    )
    threshold = plan.step(bonus.compression.rank)
    for order in state.orders:
        if order.commissionable_volume == 0:
            continue
        base = order.commissionable_volume * bonus.base
        walk = levels(bonus.compression, threshold, keepers, above, order.member_id)
        for level, best in enumerate(highest, start=1):
            _, distance, payee = next(walk, (level, 0, None))
            if payee is None:
                share = Share(None, order, level, 0, base, Fraction(0), "no_upline")
            else:
                rate = table[plan.step(standings[payee].rank)][level - 1]
                reason = "inactive" if not standings[payee].active else None if rate else "rank"
                share = Share(payee, order, level, distance, base, rate, reason)
            _book(payout, plan, share, best)
    return payout


def rate_at(plan: Plan, bonus: Bonus, rank: str, level: int) -> Fraction:
    """The rate of a rank at a level: by its own list, else that of the nearest lower rank with one."""
    for name in [each.name for each in plan.ranks[plan.step(rank) :: -1]]:
        if name in bonus.rates:
            rates = bonus.rates[name]
            return rates[level - 1] if level <= len(rates) else Fraction(0)
    return Fraction(0)


def _tier(bonus: Bonus, volume: int) -> Fraction:
    return max((floor, rate) for floor, rate in bonus.tiers if floor <= volume)[1]


def _book(payout: Payout, plan: Plan, share: Share, highest: Fraction) -> None:
    """Book one place of one order: the paid share, and beside it what stays below the highest rate.

    The share comes without an exact amount; one with a reason stays with the company whole.
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
