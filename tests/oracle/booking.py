"""How shares are booked: what is paid, what is left with the company, and for which reason."""

from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from .bonuses import Payout, Share, State
from .plan import Bonus
from .tables import Order

NOTHING = Fraction(0)


def table_of(state: State, figures: Any, factor: Fraction) -> list[list[Fraction]]:
    """Figures by rank and level; a rank that is not listed has those of the nearest lower listed one."""
    listed = figures if isinstance(figures, dict) else {"none": figures}
    rows = {
        rank: [Fraction(each) * factor for each in (row if isinstance(row, list) else [row])]
        for rank, row in listed.items()
    }
    width = max(map(len, rows.values()))
    table, last = [], [NOTHING] * width
    for rank in state.plan.ranks:
        if rank.name in rows:
            last = rows[rank.name] + [NOTHING] * (width - len(rows[rank.name]))
        table.append(last)
    return table


def rate_of(state: State, bonus: Bonus, rank: str, level: int = 1) -> Fraction:
    return table_of(state, bonus.options["rates"], bonus.base)[state.plan.step(rank)][level - 1]


def nobodys(member: str) -> Order:
    """Lines on a whole group come from no single order."""
    return Order("", datetime.min, member, None, "", 0, 0)


def book(
    payout: Payout,
    state: State,
    bonus: Bonus,
    order: Order,
    level: int,
    payee: tuple[int, str] | None,
    volume: int | None,
    rate: Fraction,
    best: Fraction,
    reason: str | None = None,
) -> None:
    """Book a rate on a volume (None: the order's own)."""
    base = Fraction(order.commissionable_volume if volume is None else volume)
    _settle(payout, state, order, level, payee, base, rate, best, reason, state.plan.worth(base, Fraction(1)))


def book_pieces(
    payout: Payout,
    state: State,
    order: Order,
    level: int,
    payee: tuple[int, str] | None,
    pieces: int,
    amount: Fraction,
    best: Fraction,
    reason: str | None = None,
) -> None:
    """Book an amount in currency units for each of some pieces."""
    minor = Fraction(pieces * state.plan.minor_units)
    _settle(payout, state, order, level, payee, Fraction(pieces), amount, best, reason, minor)


def _settle(
    payout: Payout,
    state: State,
    order: Order,
    level: int,
    payee: tuple[int, str] | None,
    base: Fraction,
    rate: Fraction,
    best: Fraction,
    reason: str | None,
    one: Fraction,
) -> None:
    """Pay a rate unless there is a reason against it; the rest of the best rate stays with the company.

    `one` is what a rate of 1 is worth in minor units. A reason with a rate of 0, or for a
    member who may not be paid, leaves everything; a reason with a lower rate only the rest.
    """
    payout.budget += one * best
    if payee is None:
        _leave(payout, Share(None, order, level, 0, base, NOTHING, "no_upline"), one * best)
        return
    distance, member = payee
    share = Share(member, order, level, distance, base, rate, None)
    if reason == "breakaway":
        _leave(payout, replace(share, rate=NOTHING, reason=reason), one * best)
    elif not state.standings[member].active:
        _leave(payout, replace(share, rate=NOTHING, reason="inactive"), one * best)
    elif reason in ("blocked", "level", "receivers"):
        _leave(payout, replace(share, rate=NOTHING, reason=reason), one * best)
    else:
        if rate:
            payout.shares.append(replace(share, exact=one * rate))
        if best > rate:
            why = reason or ("lower_rate" if rate else "rank")
            _leave(payout, replace(share, rate=best - rate, reason=why), one * (best - rate))


def _leave(payout: Payout, share: Share, exact: Fraction) -> None:
    payout.shares.append(replace(share, exact=exact))
