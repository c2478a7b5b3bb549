"""A plan as a page for the field: every key that its file gives, in words and units.

What a plan leaves at its default is not mentioned.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.plans.plan import Bonus, Cap, Plan, Requirement
from engine.plans.remarks import most_paid
from engine.plans.requirements import lines
from engine.plans.words import Words, goes_by, step_noun
from engine.rules.header import sentence
from engine.rules.module import Module, Param
from engine.text import grouped

IN_TABLES = ("RATES_BY_RANK", "AMOUNTS_BY_RANK")
"""Types that hold a list for each rank: a table of ranks and levels shows them."""
SAID = ("REQUIREMENTS", "FACTOR", "TREE", "COMPRESSION")
"""Types with a sentence of their own."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the first column has names, the others figures."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: `title` and `about` are its heading; the tables come before the sentences."""

    title: str
    about: str
    sentences: tuple[str, ...]
    grids: tuple[Grid, ...] = ()


def sections(plan: Plan) -> Iterator[Section]:
    """The parts of the page: the plan, its ranks, each bonus, its caps."""
    table, words = tomllib.loads(plan.text), Words(plan.rank_names, plan.money)
    about = f"{plan.version}, amounts in {plan.money.currency}"
    yield Section(plan.name, about, (*_activity(plan, words, table), *_terms(plan, words, table)))
    if plan.ranks:
        yield Section("Ranks", "lowest first", (*_ranks(plan, words, table), *_of_all_ranks(plan, table)))
    for bonus in plan.bonuses:
        yield _bonus(plan, words, bonus, table["bonus"][bonus.index])
    if plan.caps:
        yield Section("Caps", "", tuple(_cap(words, cap) for cap in plan.caps))


def _activity(plan: Plan, words: Words, table: Mapping[str, Any]) -> Iterator[str]:
    days = f" in the last {plan.activity_days} days of it" if plan.activity_days else ""
    if plan.floors:
        floors = words.by_rank([[f"{words.single('VOLUME', floor)}"] for floor in plan.floors])
        yield f"Active in a period: personal volume by the rank of the period before: {floors}{days}."
    else:
        yield f"Active in a period: {words.single('VOLUME', plan.floor)} of personal volume{days}."
    if plan.activity:
        keys = table["activity"]["require"]
        ways = _ways(words, plan.activity.requirements, plan.activity.ways, keys)
        yield f"Active members also need: {ways}."


def _terms(plan: Plan, words: Words, table: Mapping[str, Any]) -> Iterator[str]:
    """What holds for the whole plan, a sentence for each key that is given."""
    volume, rounding = table.get("volume", {}), table.get("rounding", {})
    if "tree" in table:
        yield f"The main tree is the {plan.tree} tree."
    if "time_zone" in table:
        yield f"Days and periods begin in the time zone {plan.zone}."
    if "point_value" in table:
        point = f"{grouped(str(table['point_value']))} {plan.money.currency}"
        yield f"A unit of commissionable volume is worth {point}."
    if rounding:
        each = "each line" if plan.money.per_line else "the total of each payee and bonus"
        yield f"Amounts are rounded {plan.money.rounding}, {each}."
    if "customers" in volume:
        counts = "count" if plan.customers else "do not count"
        yield f"Customers' orders {counts} in personal volume."
    if plan.excluded_kinds:
        yield f"Orders of these kinds carry no volume: {', '.join(plan.excluded_kinds)}."
    if "accumulate" in volume:
        yield f"Volume of all periods so far is kept: {'yes' if plan.accumulate else 'no'}."
    if "group_commissionable" in volume:
        kept = "yes" if volume["group_commissionable"] else "no"
        yield f"Group commissionable volume is kept: {kept}."
    if plan.push:
        setting = volume["push_up"]
        keys = setting if isinstance(setting, dict) else {}
        options = _in_brackets(words, plan.push.module, plan.push.values, keys)
        yield f"Volume of members who are not active is pushed up: {_spoken(plan.push.module.name)}{options}."
    elif "push_up" in volume:
        yield "Volume is not pushed up."
    if "rank_calendar" in table and plan.rank_calendar:
        yield f"Ranks are decided for each {plan.rank_calendar}."


def _ranks(plan: Plan, words: Words, table: Mapping[str, Any]) -> Iterator[str]:
    for rank, keys in zip(plan.ranks, table.get("rank", ()), strict=True):
        needs = _ways(words, rank.requirements, rank.ways, keys.get("require", ()))
        more = {
            "must_be_active": "only who is active" if rank.must_be_active else "whether active or not",
            "grace": f"paid for {_periods(rank.grace)} after it is missed",
            "permanent": "never lost for pay" if rank.permanent else "may be lost for pay",
        }
        yield "; ".join(
            [
                f"{rank.name}: {needs or 'granted by the company'}",
                *(text for key, text in more.items() if key in keys),
            ]
        )


def _of_all_ranks(plan: Plan, table: Mapping[str, Any]) -> Iterator[str]:
    if "rank_grace" in table:
        grace = _periods(int(table["rank_grace"]))
        yield f"A rank without a grace of its own is paid for {grace} after it is missed."
    if plan.demotion is not None:
        ranks = "1 rank" if plan.demotion == 1 else f"{plan.demotion} ranks"
        yield f"From one period to the next pay falls by at most {ranks}."


def _periods(number: int) -> str:
    return "1 more period" if number == 1 else f"{number} more periods"


def _bonus(plan: Plan, words: Words, bonus: Bonus, keys: Mapping[str, Any]) -> Section:
    module = bonus.module
    rest = [each for each in module.params if each.type not in (*IN_TABLES, *SAID)]
    grids = tuple(
        _grid(words, bonus, each)
        for each in module.params
        if each.type in IN_TABLES and bonus.values.get(each.name)
    )
    return Section(bonus.name, sentence(module.purpose), tuple(_about(plan, words, bonus, keys, rest)), grids)


def _about(
    plan: Plan, words: Words, bonus: Bonus, keys: Mapping[str, Any], rest: Sequence[Param]
) -> Iterator[str]:
    """The sentences on a bonus, that on its tables excepted."""
    if limit := _most(words, bonus):
        yield f"Pays at most {limit}."
    if options := words.options(rest, bonus.values, keys):
        yield f"Options: {', '.join(options)}."
    for name in (each.name for each in bonus.module.params if each.type == "FACTOR" and each.name in keys):
        yield f"The rates here are those of the plan times its {_spoken(name)} of {keys[name]}."
    if bonus.calendar:
        yield f"Paid for each {bonus.calendar}." if bonus.calendar != "days" else "Paid for periods of days."
    if bonus.requirements:
        own = next((each.name for each in bonus.module.params if each.type == "REQUIREMENTS"), "require")
        yield f"Requires {_ways(words, bonus.requirements, bonus.ways, keys[own])}."
    yield from _walk(plan, words, bonus, keys)


def _most(words: Words, bonus: Bonus) -> str:
    """The most that a bonus pays on one sale; empty where no rates or amounts say it."""
    most, module = most_paid(bonus), bonus.module
    if not most or module.scope == "company":
        return ""
    if module.basis == "count":
        return f"{words.single('MONEY', most)} at a time"
    money = "the amount" if module.scope == "order" else "what was earned"
    return f"{words.money.percent(most)} of {'the volume' if module.basis == 'volume' else money}"


def _walk(plan: Plan, words: Words, bonus: Bonus, keys: Mapping[str, Any]) -> Iterator[str]:
    """Which tree the bonus walks, and whom it skips."""
    setting = keys.get("compression")
    if isinstance(setting, dict):
        module = next(each.module for each in plan.overlays if each.module.name == setting["rule"])
        values = next(
            plan.overlays[each].values for each in bonus.overlays if plan.overlays[each].module is module
        )
        levels = [f"{_spoken(key)} {setting[key]}" for key in ("from_level", "to_level") if key in setting]
        listed = ", ".join([*words.options(module.params, values, setting), *levels])
        name = f"{_spoken(module.name)}{f' ({listed})' if listed else ''}"
    else:
        names = sorted({_spoken(plan.overlays[index].module.name) for index in bonus.overlays})
        name = ", ".join(names)
    if name:
        yield f"Compression: {name}; tree: {bonus.tree}."
    elif any(param.type == "TREE" and param.name in keys for param in bonus.module.params):
        yield f"Tree: {bonus.tree}."


def _grid(words: Words, bonus: Bonus, param: Param) -> Grid:
    """The lists of a parameter by rank; generations where the bonus counts them."""
    kind = "MONEY" if param.type == "AMOUNTS_BY_RANK" else "RATE"
    lists = bonus.values[param.name]
    noun = step_noun(bonus)
    by = f" by {goes_by(bonus.values, param.name)}" if f"{param.name}_figure" in bonus.values else ""
    columns = (f"{_spoken(param.name)}{by}", *(f"{noun} {number}" for number in range(1, len(lists[0]) + 1)))
    rows = (
        (name, *(words.single(kind, value) if value else "-" for value in listed))
        for name, listed in zip(words.row_names(bonus.values, param.name), lists, strict=True)
    )
    return Grid(columns, tuple(rows))


def _cap(words: Words, cap: Cap) -> str:
    limit = (
        words.by_rank([[words.single("MONEY", amount)] for amount in cap.amounts]) if cap.amount
        else f"{words.money.percent(cap.share)} of company volume" if cap.share
        else f"all but {words.money.percent(cap.cut)} of what is earned"
    )  # fmt: skip
    first = ", before others match them" if cap.matched else ""
    return f"Cap per {cap.per}: {limit} for {', '.join(cap.bonuses)}{first}."


def _ways(
    words: Words,
    required: tuple[Requirement, ...],
    ways: tuple[tuple[int, ...], ...],
    listed: Sequence[Mapping[str, Any]],
) -> str:
    """The ways to meet some requirements; `listed` are those of the file."""
    texts = [
        f"{_spoken(each.module.name)}{_in_brackets(words, each.module, each.values, keys)}"
        for each, keys in zip(required, lines(listed), strict=True)
    ]
    between = "; or " if any(len(way) > 1 for way in ways) else " or "
    return between.join(" and ".join(texts[place] for place in way) for way in ways)


def _in_brackets(words: Words, module: Module, values: Mapping[str, Any], keys: Mapping[str, Any]) -> str:
    options = ", ".join(words.options(module.params, values, keys))
    return f" ({options})" if options else ""


def _spoken(name: str) -> str:
    return name.replace("_", " ")
