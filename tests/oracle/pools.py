"""Pools, and pay for an achievement: rank advancement, structure."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from . import volumes
from .bonuses import Payout, Share, State, meets
from .booking import table_of
from .plan import Bonus, Requirement, nested
from .ranks import fulfilled
from .requirements import meets_requirement
from .rounding import rounded
from .tables import GONE, Company, Order, hundredths
from .trees import children


def pool(company: Company, bonus: Bonus, state: State) -> Payout:
    """A share of company volume in whole minor units, divided; each part is rounded down."""
    payout, options = Payout(), bonus.options
    own = {member: each.commissionable_volume for member, each in state.standings.items()}
    countries = options.get("countries", [])
    counted = {member for member in own if not countries or company.members[member].country in countries}
    total = sum(own[member] for member in counted)
    money = rounded(state.plan.worth(max(0, total), Fraction(str(options["share"]))), state.plan.rounding)
    lowest = state.plan.step(options["rank"]) if "rank" in options else 0
    by = options.get("by", "equal")
    contributions = volumes.group(own, state.trees["main"]) if options.get("contribution") == "group" else own
    weights: dict[str, int] = {}
    for member, standing in state.standings.items():
        step = state.plan.step(standing.rank)
        exact = options.get("membership") == "exact"
        away = options.get("qualifiers") == "countries" and member not in counted
        if (
            standing.active
            and (step == lowest if exact else step >= lowest)
            and not away
            and meets(bonus, state, member)
        ):
            each = 1
            if by == "shares":
                each = _by_rank(state, options.get("shares_by_rank", 1), standing.rank)
            elif by == "fact":
                assert state.figures
                each = state.figures.facts.get((member, options["fact"]), 0)
            elif by == "contribution":
                pieces = max(0, contributions[member])
                if "each" in options and options.get("among") == "qualifiers":
                    pieces //= hundredths(options["each"])
                each = pieces * _by_rank(state, options.get("multiplier_by_rank", 1), standing.rank)
            if each > 0:
                weights[member] = each
    listed = [int(Fraction(str(share)) * 10**6) for share in options.get("shares_by_place", [])]
    if by == "place":
        best = _top(company, bonus, state, list(weights))
        weights = {member: share for member, share in zip(best, listed, strict=False) if share}
    elif "top" in options:
        weights = {member: weights[member] for member in _top(company, bonus, state, list(weights))}
    fixed = options.get("shares_in_all", 0) * (10**6 if by == "place" else by != "contribution")
    whole = max(sum(weights.values()), fixed, sum(listed) if by == "place" else 0)
    among_all = by == "contribution" and options.get("among", "company") == "company"
    if among_all and (options.get("overdraw") or whole < total):
        whole = total
    rest = money
    for member, weight in weights.items():
        part = money * weight // whole
        if "most_each" in options:
            part = min(part, int(Fraction(str(options["most_each"])) * state.plan.minor_units))
        rest -= part
        payout.shares.append(_paid(member, 0, part, state))
    if rest:
        reason = "pool_rest" if rest > 0 else "overdrawn"
        reason = reason if weights else "no_qualifier"
        nobody = _nobodys(_first_root(state))
        payout.shares.append(Share(None, nobody, 0, 0, Fraction(1), Fraction(0), reason, Fraction(rest)))
    payout.budget = Fraction(money)
    return payout


def _top(company: Company, bonus: Bonus, state: State, able: list[str]) -> list[str]:
    """The best of those who qualify, by a figure above 0, with the plan's rule for ties."""
    options = bonus.options
    assert state.figures
    figure, figures = options.get("top_by", "personal_volume"), {}
    for member in able:
        if figure == "fact":
            figures[member] = state.figures.facts.get((member, options["top_fact"]), 0)
        elif figure == "customer_volume":
            bought = [order for order in state.orders if order.member_id == member and order.customer_id]
            figures[member] = sum(order.commissionable_volume for order in bought)
        else:
            figures[member] = getattr(state.standings[member], figure)
    since, ties = company.members, options.get("ties", "all")

    def last_sale(member: str) -> datetime:
        sold = [
            each.ordered_at for each in state.orders if each.member_id == member and each.kind != "refund"
        ]
        return max(sold, default=datetime.max.replace(tzinfo=UTC)) if ties == "last_sale" else datetime.min

    ranked = sorted(
        (member for member in able if figures[member] > 0),
        key=lambda member: (-figures[member], last_sale(member), since[member].enrolled_on, member),
    )
    best = ranked[: options.get("top")]
    if len(ranked) == len(best) or ties in ("enrolled", "last_sale") or options.get("by") == "place":
        return best
    last, after = figures[best[-1]], figures[ranked[len(best)]]
    if after < last:
        return best
    everybody = options.get("ties", "all") == "all"
    return [member for member in ranked if figures[member] > last or (everybody and figures[member] == last)]


def rank_advancement(company: Company, bonus: Bonus, state: State) -> Payout:
    """An amount for each rank reached and held, once for good."""
    payout, options = Payout(), bonus.options
    before = state.carried.get(bonus.name, {})
    for member, standing in state.standings.items():
        qualified, reached = state.plan.step(standing.qualified_rank), 0
        able = standing.active and meets(bonus, state, member)
        rewarded = int(before.get(f"{member}/rewarded", 0))
        for step in range(1, len(state.plan.ranks)):
            periods = int(before.get(f"{member}/{step}", 0)) + 1 if qualified >= step else 0
            payout.carry[f"{member}/{step}"] = Fraction(periods)
            if periods >= options.get("held", 1) and able:
                reached = step
        payout.carry[f"{member}/rewarded"] = Fraction(max(rewarded, reached))
        first = rewarded + 1 if options.get("pay_skipped", True) else max(rewarded + 1, reached)
        for step in range(1, len(state.plan.ranks)):
            used = int(before.get(f"{member}/parts/{step}", 0))
            held = able and qualified >= step
            if first <= step <= reached:
                _instalment(payout, bonus, state, member, step, 1, lost=False)
                used = 1
            elif 0 < used < options.get("instalments", 1) and (
                held or options.get("missed", "pay") != "wait"
            ):
                lost = not held and options.get("missed", "pay") == "lose"
                used += 1
                _instalment(payout, bonus, state, member, step, used, lost=lost)
            payout.carry[f"{member}/parts/{step}"] = Fraction(used)
    return payout


def _instalment(
    payout: Payout, bonus: Bonus, state: State, member: str, step: int, part: int, *, lost: bool
) -> None:
    """One of the equal parts of a rank's amount; the last part takes the remainder."""
    amount = Fraction(str(bonus.options["amounts"].get(state.plan.ranks[step].name, 0)))
    whole, parts = int(amount * state.plan.minor_units), bonus.options.get("instalments", 1)
    each = whole // parts
    due = each if part < parts else whole - (parts - 1) * each
    payout.budget += due
    if lost:
        order = _nobodys(member)
        payout.shares.append(
            Share(member, order, step, 0, Fraction(1), Fraction(0), "not_held", Fraction(due))
        )
    else:
        payout.shares.append(_paid(member, step, due, state))


def structure(company: Company, bonus: Bonus, state: State) -> Payout:
    """An amount by rank for each member who meets requirements like those of a rank."""
    payout, options, flat = Payout(), bonus.options, list[Requirement]()
    condition = nested(options.get("match", "all"), options["require"], flat)
    amounts = {rank.name: _by_rank(state, options["amount"], rank.name) for rank in state.plan.ranks}
    assert state.figures
    for member, standing in state.standings.items():
        met = [meets_requirement(state.plan, each, member, state.figures) for each in flat]
        if not fulfilled(condition, met):
            continue
        best, amount = max(amounts.values()), amounts[standing.rank]
        scale = state.plan.minor_units
        reason = "inactive" if not standing.active else "rank" if amount == 0 else None
        payout.budget += best * scale
        left = best - (0 if reason else amount)
        if reason is None:
            payout.shares.append(_paid(member, 0, amount * scale, state))
        if left:
            nobody, why = _nobodys(member), reason or "lower_rate"
            share = Share(member, nobody, 0, 0, Fraction(1), Fraction(0), why, Fraction(left * scale))
            payout.shares.append(share)
    return payout


def filled_levels(company: Company, bonus: Bonus, state: State) -> Payout:
    """An amount for each full level of a matrix, once for good or in every period."""
    payout, options = Payout(), bonus.options
    amounts = table_of(state, options["amounts"], Fraction(state.plan.minor_units))
    best = [max(row[level] for row in amounts) for level in range(len(amounts[0]))]
    before = state.carried.get(bonus.name, {})
    below = children(state.trees[bonus.tree])
    for member, standing in state.standings.items():
        rewarded = 0 if options.get("again") else int(before.get(member, 0))
        full, level_of = 0, below[member]
        while full < len(best) and _counted(state, options, level_of) >= options["width"] ** (full + 1):
            full, level_of = full + 1, [each for above in level_of for each in below[above]]
        able = standing.active and meets(bonus, state, member)
        reached = full if able or options.get("again") else rewarded
        payout.carry[member] = Fraction(max(rewarded, reached))
        for level in range(rewarded + 1, reached + 1):
            amount = amounts[state.plan.step(standing.rank)][level - 1] if standing.active else Fraction(0)
            payout.budget += best[level - 1]
            if amount:
                payout.shares.append(_paid(member, level, int(amount), state))
            if amount < best[level - 1]:
                why = "lower_rate" if amount else "rank" if standing.active else "inactive"
                left = best[level - 1] - amount
                order = _nobodys(member)
                payout.shares.append(Share(member, order, level, 0, Fraction(1), Fraction(0), why, left))
    return payout


def _counted(state: State, options: dict[str, Any], members: list[str]) -> int:
    standings = [state.standings[member] for member in members]
    everybody = options.get("counts") == "all"
    return sum(each.status not in GONE and (each.active or everybody) for each in standings)


def outside(company: Company, bonus: Bonus, state: State) -> Payout:
    """What the company says that members earned elsewhere, active or not; below 0 it is a loss."""
    payout = Payout()
    for row in company.outside:
        named = row.bonus == bonus.options.get("of", bonus.name)
        if named and row.period == state.period.name and row.amount and row.member_id in state.standings:
            minor = row.amount * state.plan.minor_units
            payout.budget += minor
            base = Fraction(1 if row.amount > 0 else -1)
            order = _nobodys(row.member_id)
            payout.shares.append(Share(row.member_id, order, 0, 0, base, abs(row.amount), None, minor))
    return payout


def _paid(member: str, level: int, minor: int, state: State) -> Share:
    rate = Fraction(minor, state.plan.minor_units)
    return Share(member, _nobodys(member), level, 0, Fraction(1), rate, None, Fraction(minor))


def _nobodys(member: str) -> Order:
    """Lines that come from no single order name a member as their source."""
    return Order("", None, member, None, "", 0, 0)  # type: ignore[arg-type]


def _first_root(state: State) -> str:
    return min(member for member, standing in state.standings.items() if standing.depth == 0)


def _by_rank(state: State, table: Any, rank: str) -> int:
    """A whole number by rank name, or that of the nearest lower rank, or one for all."""
    if not isinstance(table, dict):
        return int(table)
    listed = [
        table[each.name] for each in state.plan.ranks[: state.plan.step(rank) + 1] if each.name in table
    ]
    return int(listed[-1]) if listed else 0
