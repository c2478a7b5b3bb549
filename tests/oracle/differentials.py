"""Stairstep, differential, infinity, breakaway, grouped plans, fixed amounts and roles, by plain walks.

Every sale is carried up to each ancestor by itself, and every group is counted anew from all who stand in it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from .bonuses import Payout, Share, State
from .compression import Keepers, levels
from .plan import Bonus
from .tables import Company, Order, hundredths
from .trees import children, upline

NOTHING = Fraction(0)


def stairstep(company: Company, bonus: Bonus, state: State) -> Payout:
    """The own bracket's rate on the group, less what is deducted for each frontline member's group."""
    groups = _Groups(company, bonus, state)
    payout = Payout(carry={member: groups.accumulated(member) for member in state.standings})
    for member in state.standings:
        rate = groups.earned(member)
        apart = groups.apart(member)
        rows = [(member, 0, groups.own(member) - apart, rate)]
        for leg in groups.frontline(member):
            joining = groups.apart(leg)
            rows.append((leg, 1, groups.paid_on(leg) - joining, rate - groups.deducted(leg)))
            rows.append((leg, 1, joining, rate))
        for origin, level, volume, share in rows:
            if share > 0:
                _book(payout, state, bonus, _nobodys(origin), level, (level, member), volume, share, share)
    return payout


class _Groups:
    """Who belongs to a member's group, and what the group counts."""

    def __init__(self, company: Company, bonus: Bonus, state: State) -> None:
        self.company, self.state, self.options = company, state, bonus.options
        self.carried = state.carried.get(bonus.name, {})
        self.below = children(state.trees[bonus.tree])

    def frontline(self, member: str) -> list[str]:
        border = self.options.get("border")
        return [leg for leg in self.below[member] if border is None or not _leads(self.state, leg, border)]

    def everyone(self, member: str) -> Iterator[str]:
        waiting = [member]
        while waiting:
            at = waiting.pop()
            yield at
            waiting += self.frontline(at)

    def own(self, member: str) -> int:
        return self._volume(member, self.options.get("pay_on", "bv"))

    def paid_on(self, member: str) -> int:
        return sum(map(self.own, self.everyone(member)))

    def counted(self, member: str) -> int:
        kind = self.options.get("bracket_on", "pv")
        return sum(self._volume(each, kind) for each in self.everyone(member))

    def accumulated(self, member: str) -> Fraction:
        return self.carried.get(member, NOTHING) + max(0, self.counted(member))

    def bracket(self, member: str) -> Fraction | None:
        reached = self.accumulated(member) if self.options.get("accumulated") else self.counted(member)
        rates = [Fraction(rate) for floor, rate in self.options["brackets"] if reached >= hundredths(floor)]
        return rates[-1] if rates else None

    def deducted(self, member: str) -> Fraction:
        rate = self.bracket(member)
        return Fraction(self.options.get("below_first", 0)) if rate is None else rate

    def earned(self, member: str) -> Fraction:
        if self.bracket(member) is None and not self.options.get("below_first_paid"):
            return NOTHING
        return self.deducted(member)

    def apart(self, member: str) -> int:
        kinds = self.options.get("not_deducted_kinds", [])
        on_bv = self.options.get("pay_on", "bv") == "bv"
        return sum(
            order.commissionable_volume if on_bv else order.qualifying_volume
            for order in self.state.orders
            if order.member_id == member and order.customer_id is None and order.kind in kinds
        )

    def _volume(self, member: str, kind: str) -> int:
        standing = self.state.standings[member]
        return standing.commissionable_volume if kind == "bv" else standing.personal_volume


def differential(company: Company, bonus: Bonus, state: State) -> Payout:
    """The own rate less the highest rate already paid below."""
    payout, plan = Payout(), state.plan
    highest = max(_rate(state, bonus, rank.name) for rank in plan.ranks)
    for order in state.orders:
        paid = _rate(state, bonus, state.standings[order.member_id].rank)
        if not bonus.options.get("source_counts", True):
            paid = NOTHING
        level = 0
        for distance, member in upline(state.trees[bonus.tree], order.member_id):
            rate = _rate(state, bonus, state.standings[member].rank)
            if state.standings[member].active and rate > paid:
                level += 1
                near = "level" if distance < bonus.options.get("from_level", 1) else None
                _book(
                    payout,
                    state,
                    bonus,
                    order,
                    level,
                    (distance, member),
                    None,
                    rate - paid,
                    rate - paid,
                    near,
                )
                paid = rate
        if highest > paid:
            _book(payout, state, bonus, order, level + 1, None, None, NOTHING, highest - paid)
    return payout


def infinity(company: Company, bonus: Bonus, state: State) -> Payout:
    """For each rank with a rate, the first who holds it, unless somebody below blocks."""
    payout, plan, options = Payout(), state.plan, bonus.options
    rated = [rank.name for rank in plan.ranks if _rate(state, bonus, rank.name)]
    for order in state.orders:
        for level, rank in enumerate(rated, start=1):
            rate = _rate(state, bonus, rank)
            asked = 2 if options.get("one_more") else 1
            stands = [
                (distance, member)
                for distance, member in upline(state.trees[bonus.tree], order.member_id)
                if _blocks(state, bonus, member, rank)
            ]
            own = bool(options.get("own_blocks") and _blocks(state, bonus, order.member_id, rank))
            for place in range(asked):
                found = stands[place] if place < len(stands) else None
                reason = None
                if found and (place + own >= asked or state.standings[found[1]].rank != rank):
                    reason = "blocked"
                elif found and found[0] <= options.get("above_levels", 0):
                    reason = "level"
                _book(payout, state, bonus, order, level, found, None, rate, rate, reason)
    return payout


def _blocks(state: State, bonus: Bonus, member: str, rank: str) -> bool:
    held, step = state.standings[member].rank, state.plan.step
    if not state.standings[member].active or not _rate(state, bonus, held):
        return False
    higher = bonus.options.get("blocked_by", "same") == "higher" and step(held) > step(rank)
    return held == rank or higher


def breakaway(company: Company, bonus: Bonus, state: State) -> Payout:
    """Overrides of leaders on the cut groups of the leaders below them."""
    payout, options, above = Payout(), bonus.options, state.trees[bonus.tree]
    border = options["border"]
    leaders = [member for member in above if _leads(state, member, border)]
    cut = {member: 0 for member in above}
    for member in above:
        cut[member] += state.standings[member].commissionable_volume
        if member in leaders:
            continue
        for _, ancestor in upline(above, member):
            cut[ancestor] += state.standings[member].commissionable_volume
            if ancestor in leaders:
                break
    first = {member: next((at for _, at in upline(above, member) if at in leaders), None) for member in above}
    passed = _passed(options, leaders, first, cut)
    deepest = max(len(rates) for rates in bonus.rates.values())
    for leader in leaders:
        over = [found for found in upline(above, leader) if found[1] in leaders]
        for level in range(1, deepest + 1):
            best = max(_rate(state, bonus, rank.name, level) for rank in state.plan.ranks)
            found = over[level - 1] if level <= len(over) else None
            rate, reason = _override(bonus, state, found, level, cut)
            more = passed[leader] - cut[leader] if level == 1 and rate else 0
            _book(
                payout, state, bonus, _nobodys(leader), level, found, cut[leader] + more, rate, best, reason
            )
            if more:
                _book(payout, state, bonus, _nobodys(leader), 0, (0, leader), -more, rate, rate)
    return payout


def _override(
    bonus: Bonus, state: State, found: tuple[int, str] | None, level: int, cut: dict[str, int]
) -> tuple[Fraction, str | None]:
    """A leader's rate at a generation, and why it is less than the plan's highest."""
    if found is None:
        return NOTHING, None
    own = _rate(state, bonus, state.standings[found[1]].rank, level)
    if own and cut[found[1]] < hundredths(bonus.options.get("minimum_group", -(10**12))):
        floor = Fraction(bonus.options.get("floor_rate", 0)) * bonus.base
        return min(own, floor), "minimum_group"
    return own, None if own else "rank"


def _passed(
    options: dict[str, Any], leaders: list[str], first: dict[str, str | None], cut: dict[str, int]
) -> dict[str, int]:
    """The volume that each leader's first leader above is paid on, deepest leaders first."""
    passed: dict[str, int] = {}
    while len(passed) < len(leaders):
        for leader in leaders:
            below = [other for other in leaders if first[other] == leader]
            if leader in passed or any(other not in passed for other in below):
                continue
            wanted = hundredths(options["guaranteed"]) if "guaranteed" in options else cut[leader]
            spare = max(0, sum(passed[other] for other in below))
            passed[leader] = cut[leader] + max(0, min(wanted - cut[leader], spare))
    return passed


def _leads(state: State, member: str, border: str) -> bool:
    standing = state.standings[member]
    return standing.active and state.plan.step(standing.rank) >= state.plan.step(border)


def grouped_level(company: Company, bonus: Bonus, state: State) -> Payout:
    """Rates by level, of the lower-ranked of who buys and who is paid."""
    payout = Payout()
    for order in state.orders:
        table = _table(state, bonus.options["rates"], bonus.base)
        for level, found, rate, best in _by_level(bonus, state, order.member_id, table, grouped=True):
            _book(payout, state, bonus, order, level, found, None, rate, best)
    return payout


def level_amount(company: Company, bonus: Bonus, state: State) -> Payout:
    """Fixed amounts by level for each piece."""
    payout = Payout()
    table = _table(state, bonus.options["amounts"], Fraction(1))
    grouped = bonus.options.get("grouped", False)
    for order, pieces in _pieces(company, bonus, state):
        for level, found, amount, best in _by_level(bonus, state, order.member_id, table, grouped=grouped):
            _book_pieces(payout, state, order, level, found, pieces, amount, best)
    return payout


def _by_level(
    bonus: Bonus, state: State, source: str, table: list[list[Fraction]], *, grouped: bool
) -> Iterator[tuple[int, tuple[int, str] | None, Fraction, Fraction]]:
    """Level, who stands there, what is paid, and the most that could be."""
    plan, standings = state.plan, state.standings

    def step(member: str) -> int:
        return plan.step(standings[member].rank)

    keepers = Keepers(
        status=lambda member: standings[member].status,
        active=lambda member: standings[member].active,
        step=step,
        earns=lambda member, level: level <= len(table[0]) and table[step(member)][level - 1] > 0,
    )
    tree = state.trees[bonus.tree]
    walk = levels(bonus.compression, plan.step(bonus.compression.rank), keepers, tree, source)
    eligible = table[: step(source) + 1] if grouped else table
    for level in range(1, len(table[0]) + 1):
        best = max(row[level - 1] for row in eligible)
        found = next(walk, None)
        if found is None:
            yield level, None, NOTHING, best
        else:
            used = min(step(source), step(found[2])) if grouped else step(found[2])
            yield level, (found[1], found[2]), table[used][level - 1], best


def role_shares(company: Company, bonus: Bonus, state: State) -> Payout:
    """Each role's amount to the first active ancestor who holds the role or a higher one."""
    payout, options, step = Payout(), bonus.options, state.plan.step
    above = state.trees[options.get("tree", "sponsor")]
    for order, pieces in _pieces(company, bonus, state):
        for level, (role, amount) in enumerate(
            zip(options["roles"], options["amounts"], strict=True), start=1
        ):
            holders = (
                (distance, member)
                for distance, member in upline(above, order.member_id)
                if state.standings[member].active and step(state.standings[member].rank) >= step(role)
            )
            due = Fraction(amount)
            _book_pieces(payout, state, order, level, next(holders, None), pieces, due, due)
    return payout


def recruiter(company: Company, bonus: Bonus, state: State) -> Payout:
    """The sponsor's amount by rank; the rest to the next above whose rank has a higher one."""
    payout, options, standings = Payout(), bonus.options, state.standings
    above = state.trees[options.get("tree", "sponsor")]
    direct = {
        rank.name: row[0]
        for rank, row in zip(state.plan.ranks, _table(state, options["direct"], Fraction(1)), strict=True)
    }
    full = Fraction(options.get("full", max(direct.values())))
    for order, pieces in _pieces(company, bonus, state):
        ancestors = list(upline(above, order.member_id))
        if not ancestors:
            _book_pieces(payout, state, order, 1, None, pieces, NOTHING, full)
            continue
        amount = direct[standings[ancestors[0][1]].rank]
        if amount:
            _book_pieces(payout, state, order, 1, ancestors[0], pieces, amount, amount)
        if full > amount:
            higher = (
                found
                for found in ancestors[1:]
                if standings[found[1]].active and direct[standings[found[1]].rank] > amount
            )
            rest = full - amount
            _book_pieces(payout, state, order, 2, next(higher, None), pieces, rest, rest)
    return payout


def _pieces(company: Company, bonus: Bonus, state: State) -> list[tuple[Order, int]]:
    """The orders that count, and for how many pieces each."""
    options, by_id = bonus.options, {order.order_id: order for order in company.orders}
    kinds, per = options.get("kinds", []), options.get("per", "order")
    found: dict[str, list[tuple[Order, int]]] = {}
    for order in sorted(state.orders, key=lambda each: (each.ordered_at, each.order_id)):
        sold = by_id[order.refund_of] if order.refund_of else order
        if kinds and sold.kind not in kinds:
            continue
        volumes = (order.qualifying_volume, order.commissionable_volume)
        if per == "volume":
            each = hundredths(options.get("each", 100))
            pieces = abs(order.commissionable_volume) // each * (1 if order.commissionable_volume > 0 else -1)
        elif volumes == (0, 0) and not options.get("without_sale"):
            pieces = 0
        elif order.kind != "refund":
            pieces = 1
        else:
            given_back = (-sold.qualifying_volume, -sold.commissionable_volume) == volumes
            pieces = -1 if order.refund_of and given_back else 0
        if pieces:
            found.setdefault(order.member_id, []).append((order, pieces))
    if per != "member":
        return [each for listed in found.values() for each in listed]
    return [
        next((order, 1) for order, pieces in listed if pieces > 0)
        for member, listed in found.items()
        if state.standings[member].active and sum(pieces for _, pieces in listed) > 0
    ]


def _table(state: State, given: Any, factor: Fraction) -> list[list[Fraction]]:
    """Figures by rank's place and level: a rank that is not listed has those of the nearest lower listed one."""
    listed = given if isinstance(given, dict) else {"none": given}
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


def _rate(state: State, bonus: Bonus, rank: str, level: int = 1) -> Fraction:
    return _table(state, bonus.options["rates"], bonus.base)[state.plan.step(rank)][level - 1]


def _nobodys(member: str) -> Order:
    """Lines on a whole group come from no single order."""
    return Order("", datetime.min, member, None, "", 0, 0)


def _book(
    payout: Payout,
    state: State,
    bonus: Bonus,
    order: Order,
    level: int,
    found: tuple[int, str] | None,
    volume: int | None,
    rate: Fraction,
    best: Fraction,
    reason: str | None = None,
) -> None:
    """Book a rate on a volume (None: the order's own)."""
    base = Fraction(order.commissionable_volume if volume is None else volume)
    _settle(payout, state, order, level, found, base, rate, best, reason, state.plan.worth(base, Fraction(1)))


def _book_pieces(
    payout: Payout,
    state: State,
    order: Order,
    level: int,
    found: tuple[int, str] | None,
    pieces: int,
    amount: Fraction,
    best: Fraction,
) -> None:
    """Book an amount in currency units for each of some pieces."""
    minor = Fraction(pieces * state.plan.minor_units)
    _settle(payout, state, order, level, found, Fraction(pieces), amount, best, None, minor)


def _settle(
    payout: Payout,
    state: State,
    order: Order,
    level: int,
    found: tuple[int, str] | None,
    base: Fraction,
    rate: Fraction,
    best: Fraction,
    reason: str | None,
    one: Fraction,
) -> None:
    """Pay a rate where nothing stands against it; the rest of the best stays with the company.

    `one` is what a rate of 1 comes to in minor units. A reason that comes with a rate of nothing, or with a
    member who may not be paid, leaves the whole; one that comes with a lower rate only the rest.
    """
    payout.budget += one * best
    if found is None:
        _leave(payout, Share(None, order, level, 0, base, NOTHING, "no_upline"), one * best)
        return
    distance, member = found
    share = Share(member, order, level, distance, base, rate, None)
    if not state.standings[member].active:
        _leave(payout, replace(share, rate=NOTHING, reason="inactive"), one * best)
    elif reason in ("blocked", "level"):
        _leave(payout, replace(share, rate=NOTHING, reason=reason), one * best)
    else:
        if rate:
            payout.shares.append(replace(share, exact=one * rate))
        if best > rate:
            why = reason or ("lower_rate" if rate else "rank")
            _leave(payout, replace(share, rate=best - rate, reason=why), one * (best - rate))


def _leave(payout: Payout, share: Share, exact: Fraction) -> None:
    payout.shares.append(replace(share, exact=exact))
