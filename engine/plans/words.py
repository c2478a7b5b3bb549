"""The values of a plan in words: each in its unit, as the field reads it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine import ranges
from engine.money import Money, decimal, percent
from engine.plans.climbs import climb_of
from engine.plans.plan import Bonus
from engine.rules.module import Param
from engine.text import grouped

LISTS = {
    "RATES": "RATE",
    "AMOUNTS": "MONEY",
    "VOLUMES": "VOLUME",
    "RANKS": "RANK",
    "TEXTS": "TEXT",
    "SHARES": "PLACE",
}
PAIRS = {
    "TIERS": ("VOLUME", "RATE"),
    "MONEY_STEPS": ("VOLUME", "MONEY"),
    "STEPS": ("COUNT", "COUNT"),
    "VOLUME_STEPS": ("VOLUME", "COUNT"),
}
BY_RANK = {
    "RATES_BY_RANK": "RATE",
    "RATE_BY_RANK": "RATE",
    "AMOUNTS_BY_RANK": "MONEY",
    "AMOUNT_BY_RANK": "MONEY",
    "SHARES_BY_RANK": "COUNT",
    "VOLUME_BY_RANK": "VOLUME",
}
"""Plan types that hold several values, and the types of those."""
NAMED = {"roles": "role", "same": "rank", "higher": "rank"}
"""Climbs whose steps have names: each is a role, or a rank with a rate."""


class Words:
    """Puts the values of one plan into words: its ranks have names, its money has a currency."""

    def __init__(self, rank_names: Sequence[str], money: Money) -> None:
        self.rank_names, self.money = rank_names, money

    def options(
        self, params: Iterable[Param], values: Mapping[str, Any], keys: Mapping[str, Any]
    ) -> list[str]:
        """The parameters among the keys that the file gives, each with its value."""
        return [
            f"{param.name.replace('_', ' ')} {self.option(param, values)}"
            for param in params
            if param.name in keys and param.name in values
        ]

    def option(self, param: Param, values: Mapping[str, Any]) -> str:
        """The value of a parameter: the plan's, one by a figure, or the member's own."""
        name, value = param.name, values[param.name]
        text = self.value(param.type, value, self.row_names(values, name))
        if name == "at_least" and "at_least_fact" in values:
            return f"the {values['at_least_fact'].replace('_', ' ', 1)}, or {text} without it"
        if f"{name}_unit" in values:
            kind = BY_RANK[param.type]
            unit, most = (
                self.single(kind, each) for each in (values[f"{name}_unit"], values[f"{name}_most"][0])
            )
            return f"the {values[f'{name}_figure'].replace('_', ' ', 1)} times {unit}, at most {most}"
        return f"by {goes_by(values, name)}: {text}" if f"{name}_figure" in values else text

    def row_names(self, values: Mapping[str, Any], name: str) -> Sequence[str]:
        """The names of the rows of a parameter: of the ranks, or of the tiers of a figure."""
        if f"{name}_figure" not in values:
            return self.rank_names
        if f"{name}_unit" in values:
            return ("none", "most")
        of_fact = values[f"{name}_figure"].startswith("fact")
        kind = "MONEY" if f"{name}_bonuses" in values else "COUNT" if of_fact else "VOLUME"
        return ("below", *(f"from {self.single(kind, floor)}" for floor in values[f"{name}_from"]))

    def value(self, kind: str, value: Any, names: Sequence[str] | None = None) -> str:
        """A parameter's value, by its plan type; `names` are those of its rows, by default of the ranks."""
        if kind in LISTS:
            return ", ".join(self.single(LISTS[kind], item) for item in value) or "none"
        if kind in PAIRS:
            floor_kind, reached_kind = PAIRS[kind]
            pairs = (
                f"from {self.single(floor_kind, floor)} {self.single(reached_kind, reached)}"
                for floor, reached in value
            )
            return ", ".join(pairs)
        if kind in BY_RANK:
            return self.by_rank([[self.single(BY_RANK[kind], item) for item in row] for row in value], names)
        if kind == "AMOUNT_OF_RANK":
            return self.by_rank([[self.single("MONEY", amount)] for amount in value])
        if kind == "MATRIX":
            return "; ".join(", ".join(self.money.percent(rate) for rate in row) for row in value)
        return self.single(kind, value)

    def by_rank(self, rows: list[list[str]], names: Sequence[str] | None = None) -> str:
        """Values by rank number, or by other names: once where all have the same."""
        texts = [", ".join(row) for row in rows]
        if len(set(texts)) == 1:
            return texts[0]
        separator = ", " if len(rows[0]) == 1 else "; "
        return separator.join(
            f"{name} {text}" for name, text in zip(names or self.rank_names, texts, strict=True)
        )

    def single(self, kind: str, value: Any) -> str:
        """One value, by the plan type of a single value."""
        if kind in ("VOLUME", "SIZE"):
            return grouped(decimal(value, 2))
        if kind == "MONEY":
            return f"{grouped(self.money.amount(value))} {self.money.currency}"
        if kind in ("RATE", "PART", "SHARE"):
            return percent(value) if kind == "SHARE" else self.money.percent(value)
        if kind == "PLACE":
            return ranges.PLACE.text(value)
        if kind in ("RANK", "BORDER"):
            return str(self.rank_names[value]) if value or kind == "RANK" else "own"
        flags = {True: "yes", False: "no"}
        return flags[value] if kind == "BOOLEAN" else grouped(str(value))


def goes_by(values: Mapping[str, Any], name: str) -> str:
    """What the table of a parameter goes by, in words: the rank, a figure, or what bonuses paid."""
    bonuses = values.get(f"{name}_bonuses", ())
    figure = str(values.get(f"{name}_figure", "rank"))
    return f"what {' and '.join(bonuses)} paid" if bonuses else figure.replace("_", " ")


def step_noun(bonus: Bonus) -> str:
    """What the steps of a bonus are: levels, generations that a border rank divides, roles or ranks."""
    climb = climb_of(bonus.module, bonus.values) if bonus.module.steps else ""
    if climb in NAMED:
        return NAMED[climb]
    return "generation" if climb == "border" or bonus.module.flow.startswith("generation") else "level"


def step(bonus: Bonus, number: int, rank_names: Sequence[str]) -> str:
    """A step of a bonus as its plan names it: a level or generation by number, a role or rank by name."""
    noun, listed = step_noun(bonus), bonus.values.get(bonus.module.steps, [])
    if noun == "role":
        return f"role {rank_names[listed[number - 1]]}"
    if noun == "rank":
        rated = [rank for rank, rates in enumerate(listed) if rates[0] > 0]
        return f"rank {rank_names[rated[number - 1]]}"
    return f"{noun} {number}"
