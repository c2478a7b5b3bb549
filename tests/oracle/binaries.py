"""Binary: two legs by placement, matched, consumed and carried, one small simulation per kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from . import volumes
from .bonuses import Payout, Share, State, meets
from .plan import Bonus
from .tables import Company, Order, hundredths
from .trees import children

SIDES = {"l": 0, "left": 0, "1": 0, "r": 1, "right": 1, "2": 1}
Legs = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Match:
    """The match of a pair of legs: pieces (volume for percent), the volume consumed, and pay at most."""

    pieces: int
    used: Legs
    paid: Fraction
    could: Fraction
    rate: Fraction


def binary(company: Company, bonus: Bonus, state: State) -> Payout:
    """Match both legs of every position, pay the eligible ones, and carry what the options leave."""
    payout, options = Payout(), bonus.options
    legged = company.one_tree or state.plan.tree == "placement"
    side = sides(company, state.period.last) if legged else {}
    above = state.trees["main"]
    new = _leg_volumes(options, state, side)
    before = state.carried.get(bonus.name, {})
    below = children(above)
    for member, standing in state.standings.items():
        legs = tuple(int(before.get(f"{member}/{leg}", 0)) + new[member][leg] for leg in (0, 1))
        first = bool(options.get("first_double")) and f"{member}/paired" not in before
        match = _KINDS[bonus.kind](options | {"first": first}, state, standing.rank, (legs[0], legs[1]))
        reason = None
        if not standing.active:
            reason = "inactive"
        elif match.rate == 0 and bonus.kind != "binary_steps":
            reason = "rank"
        elif not meets(bonus, state, member):
            reason = "requirement"
        elif options.get("eligible") == "leg_each" and not _one_in_each(member, state, side, below):
            reason = "legs"
        _book(payout, options, standing.member_id, match, reason)
        after = _after(
            options, _most_carried(options, state, standing.rank), (legs[0], legs[1]), match, reason
        )
        if (match.pieces and not reason) or f"{member}/paired" in before:
            payout.carry[f"{member}/paired"] = Fraction(1)
        for leg in (0, 1):
            aged = _aged(options, before, f"{member}/{leg}", new[member][leg], after[leg])
            payout.carry |= {f"{member}/{leg}/{age}": Fraction(volume) for age, volume in enumerate(aged, 1)}
            payout.carry[f"{member}/{leg}"] = Fraction(after[leg] if "expires" not in options else sum(aged))
    return payout


def _aged(
    options: Mapping[str, Any], before: Mapping[str, Fraction], name: str, new: int, after: int
) -> list[int]:
    """Carried volume by how often it was carried, once first; the oldest is used first, and expires."""
    times = options.get("expires", 0)
    batches = [new, *(int(before.get(f"{name}/{age}", 0)) for age in range(1, times + 1))]
    batches = [max(0, batch) for batch in batches]
    if after <= 0:
        return ([after] + [0] * times)[:times]
    used = sum(batches) - after
    for age in reversed(range(len(batches))):
        consumed = min(used, batches[age])
        batches[age], used = batches[age] - consumed, used - consumed
    return batches[:times]


def sides(company: Company, day: date) -> dict[str, int]:
    """The leg, 0 left or 1 right, in which each member is on a day, in the tree in which legs are slots."""
    tree = "sponsor" if company.one_tree else "placement"
    legs = {member.member_id: member.leg for member in company.members.values()}
    for move in company.moves:
        if move.tree == tree and move.effective_on <= day:
            legs[move.member_id] = move.leg
    return {member: SIDES[leg.lower()] for member, leg in legs.items() if leg.lower() in SIDES}


def _leg_volumes(options: Mapping[str, Any], state: State, side: Mapping[str, int]) -> dict[str, list[int]]:
    above = state.trees["main"]
    if options.get("volume", "commissionable") == "qualifying":
        group = {member: standing.group_volume for member, standing in state.standings.items()}
    else:
        own = {member: standing.commissionable_volume for member, standing in state.standings.items()}
        group = volumes.group(own, above)
    new = {member: [0, 0] for member in state.standings}
    for member, parent in above.items():
        if parent is not None and member in side:
            new[parent][side[member]] += group[member]
    return new


def _one_in_each(member: str, state: State, side: Mapping[str, int], below: Mapping[str, list[str]]) -> bool:
    """An active personally sponsored member somewhere in either leg."""
    held = set()
    for child in below[member]:
        waiting = [child]
        while waiting:
            at = waiting.pop()
            waiting += below[at]
            standing = state.standings[at]
            if standing.active and standing.sponsor_id == member and child in side:
                held.add(side[child])
    return held == {0, 1}


def _percent(options: Mapping[str, Any], state: State, rank: str, legs: Legs) -> Match:
    low, high = max(0, min(legs)), max(legs)
    most = _limit(options, state, rank, 100)
    paid = low if most is None else min(low, most)
    used = low if options.get("over") == "lose" else paid
    pieces = paid * low // high if options.get("ratio") and paid else paid
    factor = Fraction(str(options.get("base", "1")))
    rate, best = (factor * each for each in by_rank(state, options.get("rate", 0), rank))
    for floor, tier in options.get("tiers", []):
        if min(legs) >= hundredths(floor):
            rate = best = factor * Fraction(str(tier))
    return Match(pieces, (used, used), state.plan.worth(pieces, rate), state.plan.worth(pieces, best), rate)


def _limit(options: Mapping[str, Any], state: State, rank: str, scale: int) -> int | None:
    """How many pieces, or how much volume, a rank is paid for in a period at most."""
    return None if "most" not in options else int(by_rank(state, options["most"], rank)[0] * scale)


def _most_carried(options: Mapping[str, Any], state: State, rank: str) -> int | None:
    return None if "carry_cap" not in options else int(by_rank(state, options["carry_cap"], rank)[0] * 100)


def _steps(options: Mapping[str, Any], state: State, rank: str, legs: Legs) -> Match:
    reached = [step for step in options["amounts"] if hundredths(step[0]) <= min(legs)]
    if not reached:
        return Match(0, (0, 0), Fraction(0), Fraction(0), Fraction(0))
    volume, amount = hundredths(reached[-1][0]), Fraction(str(reached[-1][1]))
    minor = amount * state.plan.minor_units
    return Match(1, (volume, volume), minor, minor, amount)


def _pairs(options: Mapping[str, Any], state: State, rank: str, legs: Legs) -> Match:
    size = hundredths(options["pair"])

    def sizes(left: int, right: int) -> Legs:
        if not options["first"] or (left, right) != legs:
            return size, size
        return (2 * size, size) if left >= right else (size, 2 * size)

    return _cycled(options, state, rank, legs, "per_pair", sizes)


def _cycles(options: Mapping[str, Any], state: State, rank: str, legs: Legs) -> Match:
    sizes = hundredths(options["left"]), hundredths(options["right"])
    return _cycled(options, state, rank, legs, "per_cycle", lambda left, right: sizes)


def _strong_weak(options: Mapping[str, Any], state: State, rank: str, legs: Legs) -> Match:
    strong, weak = hundredths(options["strong"]), hundredths(options["weak"])
    return _cycled(
        options, state, rank, legs, "per_cycle",
        lambda left, right: (strong, weak) if left >= right else (weak, strong),
    )  # fmt: skip


def _cycled(
    options: Mapping[str, Any],
    state: State,
    rank: str,
    legs: Legs,
    key: str,
    sizes: Callable[[int, int], Legs],
) -> Match:
    """Cycle by cycle, as long as both legs hold enough."""
    left, right = legs
    pieces, most = 0, _limit(options, state, rank, 1)
    lost = options.get("over") == "lose"
    while lost or most is None or pieces < most:
        one, other = sizes(left, right)
        if left < one or right < other:
            break
        left, right, pieces = left - one, right - other, pieces + 1
    pieces = pieces if most is None else min(pieces, most)
    amount, best = by_rank(state, options[key], rank)
    minor = state.plan.minor_units
    used = legs[0] - left, legs[1] - right
    return Match(pieces, used, pieces * amount * minor, pieces * best * minor, amount)


def by_rank(state: State, table: Any, rank: str) -> tuple[Fraction, Fraction]:
    """What a rank gets by a table of one figure by rank name (or one figure for all), and the highest."""
    if not isinstance(table, dict):
        table = {"none": table}
    figures, last = {}, Fraction(0)
    for each in state.plan.ranks:
        last = Fraction(str(table[each.name])) if each.name in table else last
        figures[each.name] = last
    return figures[rank], max(figures.values())


def _book(payout: Payout, options: Mapping[str, Any], member: str, match: Match, reason: str | None) -> None:
    if match.pieces == 0 or (reason and options.get("ineligible", "keep") == "keep"):
        return
    payout.budget += match.could
    order = _nobodys_order(member)
    if reason:
        share = Share(member, order, 0, 0, Fraction(match.pieces), Fraction(0), reason, match.could)
        payout.shares.append(share)
        return
    payout.shares.append(Share(member, order, 0, 0, Fraction(match.pieces), match.rate, None, match.paid))
    if match.could > match.paid:
        left = match.could - match.paid
        payout.shares.append(
            Share(member, order, 0, 0, Fraction(match.pieces), Fraction(0), "lower_rate", left)
        )


def _nobodys_order(member: str) -> Order:
    """Lines that come from no single order name the member as their source."""
    return Order("", None, member, None, "", 0, 0)  # type: ignore[arg-type]


def _after(options: Mapping[str, Any], cap: int | None, legs: Legs, match: Match, reason: str | None) -> Legs:
    ineligible = options.get("ineligible", "keep") if reason else ""
    after = options.get("after", "carry_both")
    rest = legs[0] - match.used[0], legs[1] - match.used[1]
    cleared = min(0, legs[0]), min(0, legs[1])
    if ineligible == "lose":
        left = cleared
    elif ineligible == "keep":
        left = legs
    elif after == "flush":
        left = cleared
    elif match.used == (0, 0):
        left = legs
    elif after == "carry_excess":
        left = (rest[0] if legs[0] > legs[1] else 0), (rest[1] if legs[1] > legs[0] else 0)
    elif after == "net_off":
        left = legs[0] - max(min(legs), match.used[0]), legs[1] - max(min(legs), match.used[1])
    else:
        left = rest
    most = max(legs) if cap is None else cap
    return min(left[0], most), min(left[1], most)


_KINDS = {
    "binary": _percent,
    "binary_steps": _steps,
    "binary_pairs": _pairs,
    "binary_cycles": _cycles,
    "binary_strong_weak": _strong_weak,
}
