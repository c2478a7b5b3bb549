"""Stairstep, differential, infinity and breakaway, by plain walks.

Every sale is carried up to each ancestor by itself, and every group is counted anew from all its members.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .bonuses import Payout, State, closed, counted, meets
from .booking import NOTHING, book, nobodys, rate_of
from .compression import Keepers, levels
from .plan import Bonus
from .tables import GONE, Company, hundredths
from .trees import children, upline


def stairstep(company: Company, bonus: Bonus, state: State) -> Payout:
    """The own bracket's rate on the group, less what is deducted for each frontline member's group."""
    groups = _Groups(company, bonus, state)
    payout = Payout(carry={member: groups.accumulated(member) for member in state.standings})
    payout.carry |= {f"{member}/sum": groups.summed(member) for member in state.standings}
    payout.carry |= {f"{member}/now": Fraction(groups.counted(member)) for member in state.standings}
    for member in state.standings:
        if groups.passes(member):
            continue
        rate = groups.earned(member)
        broken_away = groups.apart(member)
        rows = [(member, 0, groups.own(member) - broken_away, rate)]
        for leg in groups.frontline(member):
            if groups.passes(leg):
                for less, volume in groups.passed(leg).items():
                    rows.append((leg, 1, volume, rate - less))
                continue
            joining = groups.apart(leg)
            rows.append((leg, 1, groups.paid_on(leg) - joining, rate - groups.deducted(leg)))
            rows.append((leg, 1, joining, rate))
        for origin, level, volume, share in rows:
            if share > 0:
                book(payout, state, bonus, nobodys(origin), level, (level, member), volume, share, share)
    return payout


class _Groups:
    """Who belongs to a member's group, and what the group counts."""

    def __init__(self, company: Company, bonus: Bonus, state: State) -> None:
        self.company, self.state, self.options = company, state, bonus.options
        self.factor = bonus.base
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

    def summed(self, member: str) -> Fraction:
        """The brackets' volume of all periods together."""
        return self.carried.get(f"{member}/sum", NOTHING) + self.counted(member)

    def accumulated(self, member: str) -> Fraction:
        """The most that it has ever been."""
        return max(self.carried.get(member, NOTHING), self.summed(member))

    def passes(self, member: str) -> bool:
        return self.options.get("inactive") == "pass" and not self.state.standings[member].active

    def passed(self, member: str) -> dict[Fraction, int]:
        """The volume that passes an inactive member, by the rate that is deducted from it."""
        volumes = {NOTHING: self.own(member)}

        def add(rate: Fraction, volume: int) -> None:
            volumes[rate] = volumes.get(rate, 0) + volume

        for leg in self.frontline(member):
            if self.passes(leg):
                for rate, volume in self.passed(leg).items():
                    add(rate, volume)
            else:
                add(self.deducted(leg), self.paid_on(leg) - self.apart(leg))
                add(NOTHING, self.apart(leg))
        return volumes

    def reached(self, member: str) -> Fraction:
        summed, choice = self.options.get("accumulated"), self.options.get("reached", "now")
        now = self.accumulated(member) if summed else Fraction(self.counted(member))
        before = self.carried.get(member if summed else f"{member}/now", NOTHING)
        return before if choice == "before" else max(now, before) if choice == "higher" else now

    def bracket(self, member: str) -> Fraction | None:
        reached = self.reached(member)
        rates = [
            Fraction(rate) * self.factor
            for floor, rate in self.options["brackets"]
            if reached >= hundredths(floor)
        ]
        return rates[-1] if rates else None

    def deducted(self, member: str) -> Fraction:
        rate = self.bracket(member)
        return Fraction(self.options.get("below_first", 0)) * self.factor if rate is None else rate

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
    highest = max(rate_of(state, bonus, rank.name) for rank in plan.ranks)
    for order, _ in counted(company, bonus, state):
        paid = rate_of(state, bonus, state.standings[order.member_id].rank)
        if not bonus.options.get("source_counts", True):
            paid = NOTHING
        level, received = 0, 0
        for distance, member in upline(state.trees[bonus.tree], order.member_id):
            rate = rate_of(state, bonus, state.standings[member].rank)
            if state.standings[member].active and rate > paid and meets(bonus, state, member):
                level += 1
                why = _beyond(bonus, distance)
                if not why and received >= bonus.options.get("receivers", 10**9):
                    why = "receivers"
                received += not why
                book(
                    payout,
                    state,
                    bonus,
                    order,
                    level,
                    (distance, member),
                    None,
                    rate - paid,
                    rate - paid,
                    why,
                )
                paid = rate
        if highest > paid:
            book(payout, state, bonus, order, level + 1, None, None, NOTHING, highest - paid)
    return payout


def infinity(company: Company, bonus: Bonus, state: State) -> Payout:
    """For each rank with a rate, the first holder, unless somebody below blocks."""
    payout, plan, options = Payout(), state.plan, bonus.options
    rated = [rank.name for rank in plan.ranks if rate_of(state, bonus, rank.name)]
    for order, _ in counted(company, bonus, state):
        for level, rank in enumerate(rated, start=1):
            rate = rate_of(state, bonus, rank)
            places = 2 if options.get("one_more") else 1
            stands = [
                (distance, member)
                for distance, member in upline(state.trees[bonus.tree], order.member_id)
                if _blocks(state, bonus, member, rank)
            ]
            own = bool(options.get("own_blocks") and _blocks(state, bonus, order.member_id, rank))
            for place in range(places):
                payee = stands[place] if place < len(stands) else None
                reason = None
                if payee and (place + own >= places or state.standings[payee[1]].rank != rank):
                    reason = "blocked"
                elif payee and payee[0] <= options.get("above_levels", 0):
                    reason = "level"
                elif payee:
                    reason = _beyond(bonus, payee[0])
                book(payout, state, bonus, order, level, payee, None, rate, rate, reason)
    return payout


def _beyond(bonus: Bonus, distance: int) -> str | None:
    """The reason why an ancestor so many steps above is on none of the levels that a bonus pays."""
    options = bonus.options
    return None if options.get("from_level", 1) <= distance <= options.get("to_level", 10**9) else "level"


def _blocks(state: State, bonus: Bonus, member: str, rank: str) -> bool:
    held, step = state.standings[member].rank, state.plan.step
    if not state.standings[member].active or not rate_of(state, bonus, held):
        return False
    if not meets(bonus, state, member):
        return False
    higher = bonus.options.get("blocked_by", "same") == "higher" and step(held) > step(rank)
    return held == rank or higher


def breakaway(company: Company, bonus: Bonus, state: State) -> Payout:
    """Overrides of leaders on the cut groups of the leaders below them."""
    payout, options, above = Payout(), bonus.options, state.trees[bonus.tree]
    border = options["border"]
    keep = options.get("inactive") == "keep"
    leaders = {member: None for member in above if _leads(state, member, border, keep=keep)}
    cut = dict.fromkeys(above, 0)
    for member in above:
        cut[member] += state.standings[member].commissionable_volume
        if member in leaders:
            continue
        for _, ancestor in upline(above, member):
            cut[ancestor] += state.standings[member].commissionable_volume
            if ancestor in leaders:
                break
    first = {member: next((at for _, at in upline(above, member) if at in leaders), None) for member in above}
    passed = _passed(state, options, leaders, first, cut)
    deepest = max(len(rates) for rates in bonus.rates.values())
    for leader in leaders:
        over = [payee for payee in upline(above, leader) if payee[1] in leaders]
        for level in range(1, deepest + 1):
            best = max(rate_of(state, bonus, rank.name, level) for rank in state.plan.ranks)
            payee = over[level - 1] if level <= len(over) else None
            less = None
            if options.get("override") == "difference" and level == 1:
                less = rate_of(state, bonus, state.standings[leader].rank)
                best = max(NOTHING, best - less)
            rate, reason = _override(bonus, state, payee, level, cut, less)
            best = max(best, _full(bonus, state, payee, level, less))
            paid = rate if payee and state.standings[payee[1]].active else 0
            more = passed[leader] - cut[leader] if level == 1 and paid else 0
            book(payout, state, bonus, nobodys(leader), level, payee, cut[leader] + more, rate, best, reason)
            if more:
                book(payout, state, bonus, nobodys(leader), 0, (0, leader), -more, rate, rate)
    return payout


def _full(
    bonus: Bonus, state: State, payee: tuple[int, str] | None, level: int, less: Fraction | None
) -> Fraction:
    """The own rate, or its difference to the rate of the leader below, which is never less than the least."""
    own = rate_of(state, bonus, state.standings[payee[1]].rank, level) if payee else NOTHING
    if less is None or not own:
        return own
    return own - less if own > less else Fraction(bonus.options.get("least", 0)) * bonus.base


def _override(
    bonus: Bonus,
    state: State,
    payee: tuple[int, str] | None,
    level: int,
    cut: dict[str, int],
    less: Fraction | None,
) -> tuple[Fraction, str | None]:
    """A leader's rate at a generation, and why it is less than the plan's highest."""
    if payee is None:
        return NOTHING, None
    own = _full(bonus, state, payee, level, less)
    if own and cut[payee[1]] < hundredths(bonus.options.get("minimum_group", -(10**12))):
        floor = Fraction(bonus.options.get("floor_rate", 0)) * bonus.base
        return min(own, floor), "minimum_group"
    return own, None if own else "rank"


def _passed(
    state: State,
    options: dict[str, Any],
    leaders: dict[str, None],
    first: dict[str, str | None],
    cut: dict[str, int],
) -> dict[str, int]:
    """The volume that each leader's first leader above is paid on, deepest leaders first."""
    passed: dict[str, int] = {}
    while len(passed) < len(leaders):
        for leader in leaders:
            below = [other for other in leaders if first[other] == leader]
            if leader in passed or any(other not in passed for other in below):
                continue
            due = cut[leader]
            if "guaranteed" in options and state.standings[leader].active:
                due = hundredths(options["guaranteed"])
            spare = max(0, sum(passed[other] for other in below))
            passed[leader] = cut[leader] + max(0, min(due - cut[leader], spare))
    return passed


def _leads(state: State, member: str, border: str, *, keep: bool = False) -> bool:
    standing = state.standings[member]
    stays = standing.active or (keep and standing.status not in GONE)
    return stays and state.plan.step(standing.rank) >= state.plan.step(border)


def group_level(company: Company, bonus: Bonus, state: State) -> Payout:
    """Rates by level, up to the first leader at or above the sale."""
    payout, plan, standings = Payout(), state.plan, state.standings
    border, keep = bonus.options["border"], bonus.options.get("inactive") == "keep"
    deepest = max(len(rates) for rates in bonus.rates.values())
    best = [
        max(rate_of(state, bonus, rank.name, level) for rank in plan.ranks) for level in range(1, deepest + 1)
    ]
    keepers = Keepers(
        status=lambda member: standings[member].status,
        active=lambda member: standings[member].active,
        step=lambda member: plan.step(standings[member].rank),
        earns=lambda member, level: (
            level <= deepest
            and rate_of(state, bonus, standings[member].rank, level) > 0
            and closed(bonus, state, member, level) is None
            and meets(bonus, state, member)
        ),
    )
    tree = state.trees[bonus.tree]
    for order, itself in counted(company, bonus, state):
        path = [order.member_id, *(member for _, member in upline(tree, order.member_id))]
        top = next(
            (place for place, at in enumerate(path) if _leads(state, at, border, keep=keep)), len(path)
        )
        threshold = plan.step(bonus.compression.rank)
        walk = levels(bonus.compression, threshold, keepers, tree, order.member_id, itself=itself)
        for level in range(1, deepest + 1):
            entry = next(walk, None)
            if entry is None:
                book(payout, state, bonus, order, level, None, None, NOTHING, best[level - 1])
                continue
            rate = rate_of(state, bonus, standings[entry[2]].rank, level)
            why = "breakaway" if entry[1] > top else None
            if not why and rate and (why := closed(bonus, state, entry[2], level)):
                rate = NOTHING
            reached = entry[1], entry[2]
            book(payout, state, bonus, order, level, reached, None, rate, best[level - 1], why)
    return payout
