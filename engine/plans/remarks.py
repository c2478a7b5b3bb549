"""Remarks on a plan that can be run: what can never pay, can never be reached, or pays too much.

A remark is no error. Each says where in the file to look.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.plans.climbs import climb_of
from engine.plans.plan import Bonus, Plan, Rank, Requirement
from engine.plans.text import PlanText, bonus_tables

AMOUNTS = ("AMOUNTS", "AMOUNT_OF_RANK", "MONEY_STEPS", "AMOUNTS_BY_RANK", "AMOUNT_BY_RANK")
"""Types that hold money, not rates."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark on a plan: a stable name, the place in the file, and a sentence.

    A `note` says what to keep in mind; nothing is to be changed in the plan.
    """

    name: str
    where: str
    what: str
    note: bool = False


def remarks(plan: Plan) -> list[Remark]:
    """Every remark on a plan, in the order of the file's parts."""
    text = PlanText(plan.path, plan.text)
    return [*_floors(plan, text), *_ranks(plan, text), *_bonuses(plan, text), *_payout(plan, text)]


def most_paid(bonus: Bonus) -> int | None:
    """The largest share of its base, as a whole rate, that a bonus can pay on one sale; None without rates.

    For a bonus of fixed amounts it is the largest amount.
    """
    values = bonus.values
    if bonus.module.climb == "border" and isinstance(values.get("border"), int):
        # Members below the border rank are not paid.
        paid: list[list[int]] = values[bonus.module.steps][values["border"] :]
        by_level: list[int] = [max(rates) for rates in zip(*paid, strict=True)]
        return sum(by_level)
    if bonus.module.steps and f"{bonus.module.steps}_most" in values:
        most: list[int] = values[f"{bonus.module.steps}_most"]
        return max(most) if bonus.module.climb == "ranks" else sum(most)
    rates = [rate for param in bonus.module.params for rate in _rates(param.type, values.get(param.name))]
    return max(rates) if rates else None


def _rates(kind: str, value: Any) -> list[int]:
    """Every rate or amount of a parameter that holds some."""
    if value is None:
        return []
    if kind in ("RATE", "PART"):
        return [value]
    if kind in ("RATES", "AMOUNTS", "AMOUNT_OF_RANK"):
        return list(value)
    if kind in ("TIERS", "MONEY_STEPS"):
        return [rate for _, rate in value]
    if kind in ("RATES_BY_RANK", "RATE_BY_RANK", "AMOUNTS_BY_RANK", "AMOUNT_BY_RANK"):
        return [max(rates) for rates in value]
    return []


def _floors(plan: Plan, text: PlanText) -> Iterator[Remark]:
    if plan.floors and len(set(plan.floors)) == 1:
        yield Remark(
            "option_without_effect",
            f"{plan.path}:{text.line('activity', 'personal_volume')}",
            "the activity floor is the same for every rank: a single figure is enough",
        )


def _ranks(plan: Plan, text: PlanText) -> Iterator[Remark]:
    for rank in plan.ranks:
        where = f"{plan.path}:{text.line(f'rank.{rank.number - 1}', None)}"
        for higher in plan.ranks[rank.number :]:
            if _implies(rank, higher):
                yield Remark(
                    "rank_never_held",
                    where,
                    f"nobody ever holds {rank.name}: everyone who qualifies for it also qualifies for the "
                    f"higher rank {higher.name}",
                )
                break
        for requirement in rank.requirements:
            yield from _requirement(plan, rank, requirement, where)


def _requirement(plan: Plan, rank: Rank, requirement: Requirement, where: str) -> Iterator[Remark]:
    """A requirement of a rank that everyone meets, or nobody ever can."""
    kind, values = requirement.module.name, requirement.values
    named_rank = values.get("rank")
    if unmet := _out_of_reach(rank, requirement):
        yield Remark("rank_out_of_reach", where, f"{rank.name} requires {unmet}")
    if isinstance(named_rank, int) and named_rank > rank.number:
        higher = plan.rank_names[named_rank]
        yield Remark("rank_above_itself", where, f"{rank.name} requires the higher rank {higher}")
    if not any(_figures(values.get("at_least", 1))) and kind != "rank_held" and "at_least_fact" not in values:
        yield Remark("requirement_always_met", where, _always_met(rank.name, kind))
    if values.get("leg_cap") == 0:
        yield Remark(
            "rank_out_of_reach", where, f"{rank.name} counts nothing of any leg, because its leg_cap is 0"
        )


def _always_met(name: str, kind: str) -> str:
    return f"{name} requires {kind} of at least 0, which everyone has"


def _out_of_reach(rank: Rank, requirement: Requirement) -> str | None:
    """What a requirement demands that nobody can ever have; None where it can be met."""
    values, kind = requirement.values, requirement.module.name
    if periods := _too_many_periods(requirement):
        return periods
    if values.get("rank") != rank.number or rank.match != "all":
        return None
    if kind == "legs_with_rank":
        return f"legs that contain a {rank.name}, so nobody can be the first"
    if kind == "personally_sponsored":
        return f"recruits who are {rank.name}, so nobody can be the first"
    if kind == "rank_held" and values["by"] == "qualified":
        return f"{rank.name} in earlier periods, so nobody can be the first"
    return None


def _too_many_periods(requirement: Requirement) -> str | None:
    """In words, where a rank must have been held in more periods than are looked at; else None."""
    values = requirement.values
    if requirement.module.name == "rank_held" and (values["at_least"] or 0) > values["periods"]:
        return f"a rank in {values['at_least']} of {values['periods']} periods"
    return None


def _implies(lower: Rank, higher: Rank) -> bool:
    """Whether meeting `lower` always means meeting `higher`: each requirement of `higher` is met by it."""
    if not higher.requirements:  # it is only granted
        return False
    if lower.match != "all" or higher.match != "all" or (lower.must_be_active < higher.must_be_active):
        return False
    return all(any(_asks_less(ours, theirs) for theirs in lower.requirements) for ours in higher.requirements)


def _asks_less(weaker: Requirement, stronger: Requirement) -> bool:
    """Whether whoever meets `stronger` always meets `weaker` too."""
    if weaker.module.name != stronger.module.name:
        return False
    weaker_options, stronger_options = (
        {key: value for key, value in each.values.items() if key not in ("at_least", "at_least_most")}
        for each in (weaker, stronger)
    )
    if "at_least_fact" in weaker.values or "at_least_fact" in stronger.values:
        return False  # each member has a threshold of his own
    needed, reached = (_figures(each.values.get("at_least")) for each in (weaker, stronger))
    return weaker_options == stronger_options and all(
        low <= high for low, high in zip(needed, reached, strict=True)
    )


def _figures(value: Any) -> list[int]:
    """What a requirement must reach: one figure, or one for each rank."""
    return [rates[0] for rates in value] if isinstance(value, list) else [value or 0]


def _bonuses(plan: Plan, text: PlanText) -> Iterator[Remark]:
    for bonus in plan.bonuses:
        where = f"{plan.path}:{text.line(f'bonus.{bonus.index}', None)}"
        if most_paid(bonus) == 0:
            yield Remark("bonus_never_pays", where, f"every rate or amount of {bonus.name} is zero")
        yield from _options(plan, bonus, text)
        yield from _payee_requirements(bonus, where)
        if bonus.module.steps and bonus.module.climb == "levels":
            for level, most in enumerate(bonus.values.get(f"{bonus.module.steps}_most", ()), 1):
                if most == 0:
                    yield Remark(
                        "level_never_pays",
                        where,
                        f"no rank earns level {level} of {bonus.name}: nothing is ever paid at that level",
                    )
        yield from _unlisted(plan, bonus, text)
        yield from _matched_calendars(plan, bonus, where)
        if bonus.module.flow == "binary" and plan.tree != "placement":
            yield Remark(
                "binary_without_legs",
                where,
                f"{bonus.name} needs legs, and the plan's tree is {plan.tree}: only with one tree are "
                "legs there",
            )
        if bonus.module.basis == "count" and bonus.module.scope != "company":
            yield Remark(
                "fixed_amount",
                where,
                f"{bonus.name} pays fixed amounts: make sure that there is a sale behind each of them",
                note=True,
            )
        if bonus.values.get("without_sale"):
            yield Remark(
                "pay_without_sale",
                where,
                f"{bonus.name} pays without a sale: this is pay for recruiting",
            )


def _unlisted(plan: Plan, bonus: Bonus, text: PlanText) -> Iterator[Remark]:
    """Ranks that take the rate of a lower one where each rank with a rate is a step that is paid."""
    name = bonus.module.steps
    if not name or climb_of(bonus.module, bonus.values) not in ("same", "higher"):
        return
    written = bonus_tables(plan.text)[bonus.index].get(name)
    if not isinstance(written, dict) or f"{name}_figure" in bonus.values:
        return
    for number, rank in enumerate(plan.rank_names):
        rate = bonus.values[name][number][0]
        if rate and rank not in written:
            lower = next(each for each in reversed(plan.rank_names[:number]) if each in written)
            yield Remark(
                "rank_not_listed",
                f"{plan.path}:{text.line(f'bonus.{bonus.index}', name)}",
                f"{name} of {bonus.name} does not list {rank}, which takes {plan.money.percent(rate)} "
                f"from {lower} and is a step of its own, paid once more: list {rank}, with 0 if it is not to "
                "be one",
            )


def _matched_calendars(plan: Plan, bonus: Bonus, where: str) -> Iterator[Remark]:
    """A match in every period on bonuses that only some periods pay."""
    for name in bonus.values.get("bonuses", ()) if not bonus.calendar else ():
        calendar = next(each.calendar for each in plan.bonuses if each.name == name)
        if calendar:
            yield Remark(
                "match_only_by_calendar",
                where,
                f"{bonus.name} is computed in every period, but {name} only in periods of the calendar "
                f"{calendar}, and elsewhere there is nothing to match: give {bonus.name} a calendar, and it "
                f"matches what {name} paid in all periods that end in one of its own",
            )


def _payee_requirements(bonus: Bonus, where: str) -> Iterator[Remark]:
    """Requirements of payees that everyone meets, or nobody ever can."""
    for requirement in bonus.requirements:
        kind, values = requirement.module.name, requirement.values
        if periods := _too_many_periods(requirement):
            yield Remark("requirement_out_of_reach", where, f"{bonus.name} requires {periods}")
        elif (
            kind != "rank_held"
            and "at_least_fact" not in values
            and not any(_figures(values.get("at_least", 1)))
        ):
            yield Remark("requirement_always_met", where, _always_met(bonus.name, kind))


def _options(plan: Plan, bonus: Bonus, text: PlanText) -> Iterator[Remark]:
    """Rates above the whole base, and options that have no effect next to the others."""
    written = bonus_tables(plan.text)[bonus.index]
    for param in bonus.module.params:
        where = f"{plan.path}:{text.line(f'bonus.{bonus.index}', param.name)}"
        rates = _rates(param.type, bonus.values.get(param.name)) if param.type not in AMOUNTS else []
        if (most := max(rates, default=0)) > plan.money.rate_scale:
            yield Remark(
                "rate_above_one",
                where,
                f'{bonus.name} pays {plan.money.percent(most)} of its base: 5 % is written 0.05 or "5%"',
            )
        conditions = bonus.module.without_effect(bonus.values).get(param.name)
        if conditions and param.name in written:
            only = " or ".join(_where(condition) for condition in conditions)
            yield Remark(
                "option_without_effect",
                where,
                f"{param.name} of {bonus.name} has no effect: it is used only {only}",
            )


def _where(condition: str) -> str:
    """A condition of a rule's header in words."""
    option = condition.removeprefix("!").replace("=", " = ")
    return f"{'without' if condition.startswith('!') else 'with'} {option}"


def _payout(plan: Plan, text: PlanText) -> Iterator[Remark]:
    costs = {bonus.name: _cost(plan, bonus) for bonus in plan.bonuses}
    total = sum(costs.values())
    if total > plan.money.rate_scale:
        parts = ", ".join(f"{name} {plan.money.percent(most)}" for name, most in costs.items() if most)
        yield Remark(
            "payout_exceeds_volume",
            f"{plan.path}:{text.line('bonus.0', None)}",
            f"one sale can pay out {plan.money.percent(total)} of its commissionable volume: {parts}",
        )
    for index, cap in enumerate(plan.caps):
        where = f"{plan.path}:{text.line(f'cap.{index}', 'amount')}"
        if not any((cap.amount, cap.share, cap.cut)):
            yield Remark(
                "cap_leaves_nothing", where, f"a cap of 0 leaves nothing of {', '.join(cap.bonuses)}"
            )
        if cap.share > plan.money.rate_scale:
            where = f"{plan.path}:{text.line(f'cap.{index}', 'share')}"
            yield Remark(
                "cap_never_cuts",
                where,
                f"a cap of {plan.money.percent(cap.share)} of company volume is above all of it: 5 % is "
                'written 0.05 or "5%"',
            )


def _cost(plan: Plan, bonus: Bonus) -> int:
    """The largest share of one sale's volume that a bonus can pay, matches on that pay included."""
    most = most_paid(bonus) or 0
    if bonus.module.basis == "volume":
        return most
    if bonus.module.basis == "count":
        return 0
    matched = [each for each in plan.bonuses if each.name in bonus.values.get("bonuses", ())]
    return sum(_cost(plan, each) for each in matched) * most // plan.money.rate_scale
