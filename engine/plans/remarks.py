"""What a plan file means in practice: remarks on what can never pay, never be reached, or pay too much.

A remark is no error: the plan can be run. Each says where in the file to look.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.money import RATE_SCALE, decimal
from engine.plans.plan import Bonus, Plan, Rank, Requirement
from engine.plans.text import PlanText, bonus_tables

AMOUNTS = ("AMOUNTS", "AMOUNT_OF_RANK", "MONEY_STEPS", "AMOUNTS_BY_RANK", "AMOUNT_BY_RANK")
"""Types that hold money, not rates."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark on a plan: a stable name, where, what, and what to think of."""

    name: str
    where: str
    what: str


def remarks(plan: Plan) -> list[Remark]:
    """Every remark on a plan, in the order of the file's parts."""
    text = PlanText(plan.path, plan.text)
    return [*_floors(plan, text), *_ranks(plan, text), *_bonuses(plan, text), *_payout(plan, text)]


def most_paid(bonus: Bonus) -> int | None:
    """The largest share of its base, per million, that a bonus can pay on one sale; None without rates.

    Of a bonus of fixed amounts it is the largest amount.
    """
    values = bonus.values
    if bonus.module.climb == "border" and isinstance(values.get("border"), int):
        # Whoever is below the border is none of its payees.
        paid: list[list[int]] = values[bonus.module.steps][values["border"] :]
        by_level: list[int] = [max(rates) for rates in zip(*paid, strict=True)]
        return sum(by_level)
    if bonus.module.steps and f"{bonus.module.steps}_most" in values:
        most: list[int] = values[f"{bonus.module.steps}_most"]
        return max(most) if bonus.module.climb == "ranks" else sum(most)
    found = [rate for param in bonus.module.params for rate in _rates(param.type, values.get(param.name))]
    return max(found) if found else None


def _rates(kind: str, value: Any) -> list[int]:
    """Every rate or amount of a parameter that holds some."""
    if value is None:
        return []
    if kind in ("RATE", "SHARE"):
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
            "the activity floor is the same for every rank: one figure says it",
        )


def _ranks(plan: Plan, text: PlanText) -> Iterator[Remark]:
    for rank in plan.ranks:
        where = f"{plan.path}:{text.line(f'rank.{rank.number - 1}', None)}"
        for higher in plan.ranks[rank.number :]:
            if _implies(rank, higher):
                yield Remark(
                    "rank_never_held",
                    where,
                    f"nobody is ever {rank.name}: whoever meets it meets the higher {higher.name}",
                )
                break
        for needed in rank.requirements:
            named = needed.values.get("rank")
            if unmet := _out_of_reach(rank, needed):
                yield Remark("rank_out_of_reach", where, f"{rank.name} asks for {unmet}")
            if isinstance(named, int) and named > rank.number:
                higher_name = plan.rank_names[named]
                yield Remark("rank_above_itself", where, f"{rank.name} asks for {higher_name}, a higher rank")
            if not any(_figures(needed.values.get("at_least", 1))) and needed.module.name != "rank_held":
                yield Remark(
                    "requirement_always_met",
                    where,
                    f"{rank.name} asks for {needed.module.name} of at least 0",
                )
            if needed.values.get("leg_cap") == 0:
                yield Remark("rank_out_of_reach", where, f"{rank.name} counts nothing of any leg (leg_cap 0)")


def _out_of_reach(rank: Rank, needed: Requirement) -> str | None:
    """What a requirement asks that nobody can ever bring, if it does."""
    values, kind = needed.values, needed.module.name
    if many := _too_many_periods(needed):
        return many
    if values.get("rank") != rank.number or rank.match != "all":
        return None
    if kind == "legs_with_rank":
        return f"legs that hold a {rank.name}: nobody can be the first"
    if kind == "personally_sponsored":
        return f"recruits who are {rank.name}: nobody can be the first"
    if kind == "rank_held" and values["by"] == "qualified":
        return f"{rank.name} held before: nobody can be the first"
    return None


def _too_many_periods(needed: Requirement) -> str | None:
    """How many of how few periods a rank must have been held in, where that is more than there are."""
    values = needed.values
    if needed.module.name == "rank_held" and (values["at_least"] or 0) > values["periods"]:
        return f"{values['at_least']} of {values['periods']} periods"
    return None


def _implies(lower: Rank, higher: Rank) -> bool:
    """Whether meeting `lower` always means meeting `higher`: every line of it asks no more."""
    if lower.match != "all" or higher.match != "all" or (lower.must_be_active < higher.must_be_active):
        return False
    return all(any(_asks_less(wanted, had) for had in lower.requirements) for wanted in higher.requirements)


def _asks_less(wanted: Any, had: Any) -> bool:
    if wanted.module.name != had.module.name:
        return False
    same, other = (
        {key: value for key, value in each.values.items() if key not in ("at_least", "at_least_most")}
        for each in (wanted, had)
    )
    asked, brought = (_figures(each.values.get("at_least")) for each in (wanted, had))
    return same == other and all(one <= two for one, two in zip(asked, brought, strict=True))


def _figures(value: Any) -> list[int]:
    """What a requirement must reach: one figure, or one for each rank."""
    return [rates[0] for rates in value] if isinstance(value, list) else [value or 0]


def _bonuses(plan: Plan, text: PlanText) -> Iterator[Remark]:
    for bonus in plan.bonuses:
        where = f"{plan.path}:{text.line(f'bonus.{bonus.index}', None)}"
        if most_paid(bonus) == 0:
            yield Remark("bonus_never_pays", where, f"every rate or amount of {bonus.name} is zero")
        yield from _options(plan, bonus, text)
        yield from _asked(bonus, where)
        if bonus.module.steps and bonus.module.climb == "levels":
            for level, most in enumerate(bonus.values.get(f"{bonus.module.steps}_most", ()), 1):
                if most == 0:
                    yield Remark(
                        "level_never_pays",
                        where,
                        f"no rank earns level {level} of {bonus.name}: it stays with the company",
                    )
        for named in bonus.values.get("bonuses", ()) if not bonus.calendar else ():
            calendar = next(each.calendar for each in plan.bonuses if each.name == named)
            if calendar:
                yield Remark(
                    "match_only_by_calendar",
                    where,
                    f"{bonus.name} is computed in every period and matches {named} only where that is a "
                    f"{calendar}: name a calendar to match what was paid in the periods that end in it",
                )
        if bonus.module.flow == "binary" and plan.tree != "placement":
            yield Remark(
                "binary_without_legs",
                where,
                f"{bonus.name} needs the legs of the placement tree, the plan has another",
            )
        if bonus.module.basis == "count" and bonus.module.scope != "company":
            yield Remark(
                "fixed_amount",
                where,
                f"{bonus.name} pays a fixed amount per piece: make sure that a sale stands behind each",
            )
        if bonus.values.get("without_sale"):
            yield Remark(
                "pay_without_sale",
                where,
                f"{bonus.name} pays for what is no sale: this is pay for recruiting",
            )


def _asked(bonus: Bonus, where: str) -> Iterator[Remark]:
    """Requirements of payees that everybody meets, or nobody ever can."""
    for needed in bonus.requirements:
        kind, values = needed.module.name, needed.values
        if many := _too_many_periods(needed):
            yield Remark("requirement_out_of_reach", where, f"{bonus.name} asks for {many}")
        elif kind != "rank_held" and not any(_figures(values.get("at_least", 1))):
            yield Remark("requirement_always_met", where, f"{bonus.name} asks for {kind} of at least 0")


def _options(plan: Plan, bonus: Bonus, text: PlanText) -> Iterator[Remark]:
    """Rates above the whole base, and options that count for nothing beside the others."""
    said = bonus_tables(plan.text)[bonus.index]
    for param in bonus.module.params:
        where = f"{plan.path}:{text.line(f'bonus.{bonus.index}', param.name)}"
        rates = _rates(param.type, bonus.values.get(param.name)) if param.type not in AMOUNTS else []
        if (most := max(rates, default=0)) > RATE_SCALE:
            yield Remark(
                "rate_above_one",
                where,
                f'{bonus.name} pays {percent(most)} of its base: 5 % is written 0.05 or "5%"',
            )
        missed = bonus.module.without_effect(bonus.values).get(param.name)
        if missed and param.name in said:
            wanted = missed.removeprefix("!").replace("=", " = ")
            how = "without" if missed.startswith("!") else "with"
            yield Remark(
                "option_without_effect",
                where,
                f"{param.name} of {bonus.name} has no effect: it counts only {how} {wanted}",
            )


def _payout(plan: Plan, text: PlanText) -> Iterator[Remark]:
    costs = {bonus.name: _cost(plan, bonus) for bonus in plan.bonuses}
    total = sum(costs.values())
    if total > RATE_SCALE:
        parts = ", ".join(f"{name} {percent(most)}" for name, most in costs.items() if most)
        yield Remark(
            "payout_exceeds_volume",
            f"{plan.path}:{text.line('bonus.0', None)}",
            f"one sale can pay out {percent(total)} of its commissionable volume: {parts}",
        )
    for index, cap in enumerate(plan.caps):
        where = f"{plan.path}:{text.line(f'cap.{index}', 'amount')}"
        if not any((cap.amount, cap.share, cap.cut)):
            yield Remark(
                "cap_leaves_nothing", where, f"a cap of 0 leaves nothing of {', '.join(cap.bonuses)}"
            )
        if cap.share > RATE_SCALE:
            where = f"{plan.path}:{text.line(f'cap.{index}', 'share')}"
            yield Remark(
                "cap_never_cuts", where, f"{percent(cap.share)} of company volume is more than there is"
            )


def _cost(plan: Plan, bonus: Bonus) -> int:
    """The largest share of one sale's volume that a bonus can pay, that on others' earnings among them."""
    most = most_paid(bonus) or 0
    if bonus.module.basis == "volume":
        return most
    if bonus.module.basis == "count":
        return 0
    matched = [each for each in plan.bonuses if each.name in bonus.values.get("bonuses", ())]
    return sum(_cost(plan, each) for each in matched) * most // RATE_SCALE


def percent(per_million: int) -> str:
    """A rate in percent: 50000 is "5 %"."""
    text = decimal(per_million, 4).rstrip("0").rstrip(".")
    return f"{text or '0'} %"
