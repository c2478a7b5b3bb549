"""What each kind of requirement looks at, for one member."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from .plan import COUNTED, Plan, Requirement
from .tables import GONE, Order, hundredths


@dataclass(frozen=True, slots=True)
class Figures:
    """What requirements look at."""

    above: Mapping[str, str | None]
    personal: Mapping[str, int]
    group: Mapping[str, int]
    active: Mapping[str, bool]
    facts: Mapping[tuple[str, str], int]
    below: Mapping[str, list[str]]
    status: Mapping[str, str]
    recruits: Mapping[str, list[str]]
    orders: Mapping[str, list[Order]]
    accumulated: Mapping[tuple[str, str], int]
    """By member and "personal" or "group"."""
    recent: Mapping[str, list[int]] = field(default_factory=dict)
    """Own volume of this period and of those before, nearest first."""
    held: Mapping[tuple[str, str], list[int]] = field(default_factory=dict)
    """Ranks of the periods before, nearest first, by member and "qualified" or "paid"."""
    met: dict[str, int] = field(default_factory=dict)
    """The highest rank that a member has met so far, from the foot of the ladder."""
    highest_in_leg: dict[str, int] = field(default_factory=dict)
    """The highest rank at or below a member, known once the walk has passed the member."""
    qualified: dict[str, int] = field(default_factory=dict)
    paid_as: dict[str, int] = field(default_factory=dict)


def actual(plan: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    """The figure that a requirement compares with what it must reach."""
    return FIGURES[requirement.kind](plan, requirement, member, figures)


def needed(plan: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    """What the figure must reach, by the rank of the period before or of this one where the plan says so."""
    if requirement.kind != "personal_volume_by_rank":
        return threshold(requirement, member, figures)
    before = figures.held.get((member, "paid"), [])
    step = before[0] if before else 0
    if requirement.options.get("by") == "now":
        step = figures.paid_as[member]
    return plan.listed(requirement.at_least_by_rank, plan.ranks[step].name)


def threshold(requirement: Requirement, member: str, figures: Figures) -> int:
    """The plan's figure, or a fact of the member in its place."""
    if not requirement.own_fact:
        return requirement.at_least
    own = figures.facts.get((member, requirement.own_fact))
    return requirement.at_least if own is None else own * (1 if requirement.kind in COUNTED else 100)


def meets_requirement(plan: Plan, requirement: Requirement, member: str, figures: Figures) -> bool:
    """Whether the figure is enough."""
    return actual(plan, requirement, member, figures) >= needed(plan, requirement, member, figures)


def _legs_with_rank(plan: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    step = plan.step(requirement.rank)
    if "levels" in requirement.options:
        near = [_near(figures, leg, int(requirement.options["levels"])) for leg in figures.below[member]]
        return sum(any(figures.qualified[each] >= step for each in leg) for leg in near)
    return len([leg for leg in figures.below[member] if figures.highest_in_leg[leg] >= step])


def _near(figures: Figures, leg: str, levels: int) -> list[str]:
    """The members on the first levels of a leg."""
    members, level = [], [leg] if levels else []
    for _level in range(levels):
        members += level
        level = [below for each in level for below in figures.below[each]]
    return members


def _legs_with_volume(_: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    enough = hundredths(requirement.options["volume"])
    return len([leg for leg in figures.below[member] if figures.group[leg] >= enough])


def _active_team(_: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    levels = int(requirement.options.get("levels", 10**9))
    total, level = 0, figures.below[member]
    while level and levels:
        total += sum(figures.active[each] for each in level)
        level, levels = [below for each in level for below in figures.below[each]], levels - 1
    return total


def _recent_volume(_: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    periods, how = int(requirement.options.get("periods", 2)), requirement.options.get("how", "any")
    volumes = [*figures.recent[member], *[0] * periods][:periods]
    return sum(volumes) if how == "sum" else min(volumes) if how == "every" else max(volumes)


def _rank_held(plan: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    options = requirement.options
    ranks = figures.held.get((member, options.get("by", "qualified")), [])
    if options.get("this_period", False):
        ranks = [figures.met.get(member, 0), *ranks]
    return sum(rank >= plan.step(options["rank"]) for rank in ranks[: int(options["periods"])])


def _orders(_: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    on = requirement.options.get("on", "own")
    return len([
        order
        for order in figures.orders[member]
        if max(order.qualifying_volume, order.commissionable_volume) > 0
        and order.kind in requirement.options.get("kinds", [order.kind])
        and order.qualifying_volume >= hundredths(requirement.options.get("volume", -(10**9)))
        and on != ("customers" if order.customer_id is None else "own")
    ])  # fmt: skip


def _smaller(_: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    legs = [figures.group[leg] for leg in figures.below[member]]
    needed, options = threshold(requirement, member, figures), requirement.options
    smaller = sum(legs) - max(legs, default=0)
    if options.get("with_own", False):
        smaller += figures.personal[member]
    short = max(0, math.ceil(needed * (1 - Fraction(str(options["max_leg"])))) - smaller)
    return min(figures.group[member], needed - short) if short else figures.group[member]


def _active_frontline(_: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    options = requirement.options
    heads = [_heads(figures, options.get("through", "none"), leg) for leg in figures.below[member]]
    return sum(heads if options.get("each", False) else [min(1, each) for each in heads])


def _personally_sponsored(plan: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    enough, any_status = (
        hundredths(requirement.options.get("pv", 0)),
        not requirement.options.get("active", True),
    )
    recruits = [
        each
        for each in figures.recruits[member]
        if figures.personal[each] >= enough and (figures.active[each] or any_status)
    ]
    if "rank" in requirement.options:
        group, step = set(_group(figures, member)), plan.step(requirement.options["rank"])
        recruits = [each for each in recruits if each in group and figures.qualified[each] >= step]
    if "per_leg" not in requirement.options:
        return len(recruits)
    legs = [set(_group(figures, leg)) & set(recruits) for leg in figures.below[member]]
    return sum(min(len(leg), requirement.options["per_leg"]) for leg in legs)


def _customers(_: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    bought: dict[str, int] = {}
    for order in figures.orders[member]:
        if order.customer_id:
            bought[order.customer_id] = bought.get(order.customer_id, 0) + order.qualifying_volume
    enough = hundredths(requirement.options.get("volume", 0))
    return len([each for each in bought.values() if each > 0 and each >= enough])


def _counted_group_volume(_: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    """Variant A of the leg cap: a leg counts at most a share of the required volume, or a given volume.

    Of the capped legs, only the best ones count where the plan says how many.
    """
    own = figures.personal[member] if requirement.options.get("own", True) else 0
    best = int(requirement.options.get("best_legs", len(figures.below[member])))
    if requirement.leg_cap is not None:
        cap = math.floor(requirement.leg_cap * threshold(requirement, member, figures))
    elif "leg_most" in requirement.options:
        cap = hundredths(requirement.options["leg_most"])
    else:
        cap = 10**18
    counted = min(own, cap) if requirement.cap_own else own
    legs = sorted((min(figures.group[leg], cap) for leg in figures.below[member]), reverse=True)
    return counted + sum(legs[:best])


def _leg_shape(_: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    legs = [figures.group[leg] for leg in figures.below[member]]
    needed_parts = [hundredths(requirement.options.get(part, 0)) for part in ("largest", "second", "rest")]
    first, second, *_rest = [*sorted((leg for leg in legs if leg > 0), reverse=True), 0, 0]
    return sum(map(min, [first, second, sum(legs) - first - second], needed_parts))


def _heads(figures: Figures, through: str, leg: str) -> int:
    """Active members that a leg counts for: its head, or those reached through heads who do not count."""
    if figures.active[leg]:
        return 1
    if through == "inactive" or (through == "terminated" and figures.status[leg] in GONE):
        return sum(_heads(figures, through, each) for each in figures.below[leg])
    return 0


def _retail_share(_: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    sold, total, whole_group = 0, 0, requirement.options.get("of", "personal") == "group"
    for each in _group(figures, member) if whole_group else [member]:
        for order in figures.orders[each]:
            total += order.commissionable_volume
            sold += order.commissionable_volume if order.customer_id else 0
    return math.floor(Fraction(sold, total) * 1_000_000) if sold > 0 and total > 0 else 0


def _customer_volume(_: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    everyone = _group(figures, member) if requirement.options.get("of") == "group" else [member]
    orders = [order for each in everyone for order in figures.orders[each]]
    return sum(order.commissionable_volume for order in orders if order.customer_id)


def _group(figures: Figures, member: str) -> list[str]:
    members = [member]
    for each in members:
        members.extend(figures.below[each])
    return members


def _team_volume(_: Plan, requirement: Requirement, member: str, figures: Figures) -> int:
    total, level = 0, [member]
    for _level in range(int(requirement.options["levels"]) + 1):
        total += sum(figures.personal[each] for each in level)
        level = [below for each in level for below in figures.below[each]]
    return total


def _after(figures: Figures, border: int, member: str) -> int:
    """Own volume and that of the legs, each down to the first leader of a group of his own."""
    return figures.personal[member] + sum(
        _after(figures, border, leg)
        for leg in figures.below[member]
        if not (figures.active[leg] and figures.paid_as[leg] >= border)
    )


FIGURES: Mapping[str, Callable[[Plan, Requirement, str, Figures], int]] = {
    "personal_volume": lambda plan, requirement, member, figures: figures.personal[member],
    "personal_volume_by_rank": lambda plan, requirement, member, figures: figures.personal[member],
    "group_volume": _counted_group_volume,
    "group_commissionable_volume": lambda plan, requirement, member, figures: sum(
        order.commissionable_volume for each in _group(figures, member) for order in figures.orders[each]
    ),
    "group_volume_smaller": _smaller,
    "group_volume_after": lambda plan, requirement, member, figures: _after(
        figures, plan.step(requirement.options["border"]), member
    ),
    "legs_with_rank": _legs_with_rank,
    "legs_with_volume": _legs_with_volume,
    "active_team": _active_team,
    "recent_volume": _recent_volume,
    "orders": _orders,
    "rank_held": _rank_held,
    "leg_shape": _leg_shape,
    "active_frontline": _active_frontline,
    "personally_sponsored": _personally_sponsored,
    "customers": _customers,
    "retail_share": _retail_share,
    "customer_volume": _customer_volume,
    "team_volume": _team_volume,
    "accumulated_volume": lambda plan, requirement, member, figures: figures.accumulated[
        member, requirement.options.get("of", "group")
    ],
    "fact": lambda plan, requirement, member, figures: figures.facts.get((member, requirement.name), 0),
}
