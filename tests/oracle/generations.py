"""Generations, matching and fast start, computed once more with plain walks over everybody above.

Nothing is gathered on the way: each sale and each earning is carried up to each ancestor by itself.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from .bonuses import Payout, Share, State, counted, meets, rate_at
from .compression import Keepers, levels
from .periods import period
from .plan import Bonus, Plan
from .tables import GONE, Company, Order
from .trees import upline

NOBODY = Fraction(0)


def generation(company: Company, bonus: Bonus, state: State) -> Payout:
    """The first members of the border rank above a sale are generations 1, 2, 3 ...; only they are paid."""
    payout, most = Payout(), _most(state.plan, bonus)
    for order, _ in counted(company, bonus, state):
        walk = (
            (distance, above)
            for distance, above in upline(state.trees[bonus.tree], order.member_id)
            if _is_border(bonus, state, above, bonus.options["border"])
        )
        for level in range(1, len(most) + 1):
            _book_level(payout, bonus, state, order, level, next(walk, None), _volume(bonus, order))
    return payout


def generation_all(company: Company, bonus: Bonus, state: State) -> Payout:
    """Everybody above a sale is paid by the number of border members in between."""
    sales = [(order.member_id, _volume(bonus, order)) for order in state.orders]
    return _by_generation(bonus, state, sales, money=False)


def generation_matching(company: Company, bonus: Bonus, state: State) -> Payout:
    """The same on what members were paid in some bonuses."""
    earned = [(member, amount) for member, _, amount in _earned(bonus, state)]
    return _by_generation(bonus, state, earned, money=True)


def _by_generation(bonus: Bonus, state: State, sources: list[tuple[str, Fraction]], *, money: bool) -> Payout:
    tree = "sponsor" if money and "tree" not in bonus.options else bonus.tree
    seen: dict[tuple[str, int, str, int], Fraction] = {}
    apart = bonus.options.get("lines") == "source"
    payout, most = Payout(), _most(state.plan, bonus)
    for source, amount in sources:
        between = [source] if bonus.options.get("closes", "in") == "out" else []
        for distance, payee in upline(state.trees[tree], source):
            border = bonus.options["border"]
            border = state.standings[payee].rank if border == "own" else border
            level = 1 + sum(_is_border(bonus, state, member, border) for member in between)
            if bonus.options.get("endless"):
                level = min(level, len(most))
            line = (payee, level, source, distance) if apart else (payee, level, payee, 0)
            seen[line] = seen.get(line, NOBODY) + amount
            between.append(payee)
    for (payee, level, origin, distance), amount in seen.items():
        if level <= len(most):
            nameless = _pseudo_order(origin, "")
            _book_level(payout, bonus, state, nameless, level, (distance, payee), amount, money=money)
    return payout


def matching(company: Company, bonus: Bonus, state: State) -> Payout:
    """A rate by level on each earning of some bonuses, after a compression of the tree."""
    payout, plan = Payout(), state.plan
    above = state.trees["sponsor" if "tree" not in bonus.options else bonus.tree]
    most = _most(plan, bonus)
    for member, name, amount in _earned(bonus, state):
        if not amount:
            continue
        walk = levels(
            bonus.compression, plan.step(bonus.compression.rank), _keepers(bonus, state), above, member
        )
        for level in range(1, len(most) + 1):
            entry = next(walk, None)
            reached = entry and (entry[1], entry[2])
            order = _pseudo_order(member, name)
            _book_level(payout, bonus, state, order, level, reached, amount, money=True)
    return payout


def fast_start(company: Company, bonus: Bonus, state: State) -> Payout:
    """A rate by level in the sponsor tree on a recruit's first orders or first days."""
    payout, plan, options = Payout(), state.plan, bonus.options
    above = state.trees["sponsor" if "tree" not in options else bonus.tree]
    by_id = {order.order_id: order for order in company.orders}
    most = _most(plan, bonus)
    for order in state.orders:
        sold = by_id[order.refund_of] if order.refund_of else order
        if not _counts(bonus, sold) or not _is_early(company, plan, bonus, sold):
            continue
        if "first_orders" in options:
            first = [
                each
                for each in company.orders
                if each.member_id == order.member_id and each.kind != "refund" and _counts(bonus, each)
            ]
            first.sort(key=lambda each: (each.ordered_at, each.order_id))
            if sold not in first[: options["first_orders"]]:
                continue
        threshold = plan.step(bonus.compression.rank)
        walk = levels(bonus.compression, threshold, _keepers(bonus, state), above, order.member_id)
        for level in range(1, len(most) + 1):
            entry = next(walk, None)
            reached = entry and (entry[1], entry[2])
            _book_level(payout, bonus, state, order, level, reached, _volume(bonus, order))
    return payout


def _counts(bonus: Bonus, order: Order) -> bool:
    kinds = bonus.options.get("kinds", [])
    return (not kinds or order.kind in kinds) and (
        bonus.options.get("customers", False) or order.customer_id is None
    )


def _is_early(company: Company, plan: Plan, bonus: Bonus, order: Order) -> bool:
    if "days" not in bonus.options:
        return True
    day = order.ordered_at.astimezone(ZoneInfo(plan.time_zone)).date()
    return day < company.members[order.member_id].enrolled_on + timedelta(days=bonus.options["days"])


def _book_level(
    payout: Payout,
    bonus: Bonus,
    state: State,
    order: Order,
    level: int,
    reached: tuple[int, str] | None,
    base: Fraction,
    *,
    money: bool = False,
) -> None:
    """Book what one level of one source pays, and what stays with the company."""
    if not base:
        return
    plan = state.plan
    best = _most(plan, bonus)[level - 1]

    def worth(rate: Fraction) -> Fraction:
        return base * rate if money else plan.worth(base, rate)

    payout.budget += worth(best)
    if reached is None:
        payout.shares.append(Share(None, order, level, 0, base, NOBODY, "no_upline", worth(best)))
        return
    distance, payee = reached
    rate = rate_at(plan, bonus, state.standings[payee].rank, level) * bonus.base
    reason = "inactive" if not state.standings[payee].active else None if rate else "rank"
    share = Share(payee, order, level, distance, base, rate, reason)
    if reason:
        payout.shares.append(replace(share, rate=NOBODY, exact=worth(best)))
        return
    payout.shares.append(replace(share, exact=worth(rate)))
    if rate < best:
        left = replace(share, rate=best - rate, exact=worth(best - rate), reason="lower_rate")
        payout.shares.append(left)


def _earned(bonus: Bonus, state: State) -> Iterator[tuple[str, str, Fraction]]:
    """Each earning: member, bonus (of this period, or of another calendar and with its period), and amount.

    Of another calendar the periods count that end in this one, by what they paid at last.
    """
    for (member, name), amount in state.earnings.items():
        if name in bonus.options["bonuses"]:
            yield member, name, Fraction(amount)
    calendars = {each.name: each.options.get("calendar") for each in state.plan.bonuses}
    last = {result.period: result for result in state.earlier}
    for result in last.values():
        then = period(result.period, state.plan.time_zone)
        for (member, name), amount in result.earnings.items():
            matched = name in bonus.options["bonuses"] and calendars[name] == then.calendar
            ends = state.period.first <= then.last <= state.period.last
            if matched and ends and bonus.options.get("calendar", then.calendar) != then.calendar:
                yield member, f"{name} {result.period}", Fraction(amount)


def _is_border(bonus: Bonus, state: State, member: str, border: str) -> bool:
    standing, options = state.standings[member], bonus.options
    if standing.status in GONE:
        return False
    held = state.plan.step(standing.rank) >= state.plan.step(border)
    return held and (standing.active or options.get("inactive", "lose") == "keep")


def _most(plan: Plan, bonus: Bonus) -> list[Fraction]:
    deepest = max(len(rates) for rates in bonus.rates.values())
    return [
        max(rate_at(plan, bonus, rank.name, level) for rank in plan.ranks) * bonus.base
        for level in range(1, deepest + 1)
    ]


def _volume(bonus: Bonus, order: Order) -> Fraction:
    """The factor of the plan is on the rates, so that the base stays the volume itself."""
    return Fraction(order.commissionable_volume)


def _pseudo_order(member: str, name: str) -> Order:
    """The source of a line that comes from no single order, and its name."""
    return Order(name, datetime.min, member, None, "", 0, 0)


def _keepers(bonus: Bonus, state: State) -> Keepers:
    plan, standings, most = state.plan, state.standings, _most(state.plan, bonus)
    return Keepers(
        status=lambda member: standings[member].status,
        active=lambda member: standings[member].active,
        step=lambda member: plan.step(standings[member].rank),
        earns=lambda member, level: (
            level <= len(most)
            and rate_at(plan, bonus, standings[member].rank, level) > 0
            and meets(bonus, state, member)
        ),
    )
