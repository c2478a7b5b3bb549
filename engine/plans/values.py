"""The plan types: how a value in a plan file becomes the exact value that a rule module computes with."""

import json
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from engine import ranges
from engine.errors import excerpt
from engine.money import VOLUME_SCALE, Money, scaled
from engine.plans import figures, quantities
from engine.plans.quantities import Rates, items, levels
from engine.plans.table import PlanTable
from engine.plans.text import PlanError
from engine.rules.module import Module, Param

LISTS = ("AMOUNTS", "RATES", "VOLUMES")
"""Types that hold one value for each place of a list."""
THRESHOLDS = {"VOLUME": VOLUME_SCALE, "COUNT": 1, "POSITIVE": 1}
"""Types of a requirement's `at_least` that may be a fact of the member, and the units in one of the fact."""
RATED = ("RATE", "RATES", "RATES_BY_RANK", "RATE_BY_RANK", "TIERS")
"""Types that a FACTOR of the same module multiplies."""


class ValueReader:
    """Reads the parameters of a rule module from a table of the plan.

    - VOLUME: hundredths of volume; SIZE: the same, above 0. MONEY: minor units.
    - RATE: per million, or finer where the plan is; PART: a rate of at most 1; FACTOR: multiplies every rate
      of the module. SHARE: a share of at most 1 that a requirement compares, always per million.
    - COUNT: a whole number; POSITIVE: one above 0; DAYS, PERIODS, DEPTH: the same, of days, of periods, of
      levels or places below a member. BOOLEAN. TEXT; TEXTS: a list without repetitions.
    - ONE_OF<a|b>: one of the words. TREE and COMPRESSION: words too.
    - RANK: a rank's number; BORDER: the same, 0 for "own"; RANKS: a list of rank numbers.
    - RATES, AMOUNTS, VOLUMES: lists; SHARES: a list of decimals, in millionths; MATRIX: a list of lists of
      rates.
    - RATES_BY_RANK, AMOUNTS_BY_RANK: a list for each rank number (0 is no rank), all equally long, and
      `<name>_most`, the highest value of each place.
    - RATE_BY_RANK, AMOUNT_BY_RANK, SHARES_BY_RANK, VOLUME_BY_RANK: the same with a single rate, amount, whole
      number or volume for each rank. AMOUNT_OF_RANK: amounts by rank number, 0 for a rank that is not listed.
    - Each of those by rank may go by a figure instead, where the rule allows it: engine/plans/figures.py.
    - TIERS: pairs of a volume and a rate, ascending; MONEY_STEPS: pairs of a volume and an amount, ascending.
    - STEPS: ascending pairs of whole numbers, of which the second never falls; VOLUME_STEPS: the same, but
      the first is a volume.
    - REQUIREMENTS: the lines that a rank has too.

    engine/ranges.py has the least and the most of each. A list is never empty unless that is its default.
    Where the module's walk takes a step for each place of a list, the other lists of the module are as long
    as that one.
    """

    def __init__(self, ranks: tuple[str, ...], money: Money | None, rates: Rates | None = None) -> None:
        self.ranks, self.money, self.rates = ranks, money, rates or Rates()
        self._by_figure: dict[str, figures.ByFigure] = {}
        self._threshold: dict[str, Any] = {}
        rate = self.rates.read
        self._types: dict[str, Callable[[Any], Any]] = {
            "VOLUME": quantities.volume,
            "MONEY": self._amount,
            "RATE": rate,
            "PART": self.rates.share,
            "SHARE": Rates().share,
            "COUNT": quantities.count,
            "POSITIVE": ranges.POSITIVE.read,
            "DAYS": ranges.DAYS.read,
            "PERIODS": ranges.PERIODS.read,
            "DEPTH": ranges.DEPTH.read,
            "BOOLEAN": quantities.boolean,
            "TEXT": quantities.text,
            "TEXTS": lambda value: quantities.different([quantities.text(item) for item in items(value)]),
            "RANK": self._rank,
            "BORDER": lambda value: 0 if value == "own" else self._rank(value),
            "RATES": lambda value: [rate(item) for item in levels(value)],
            "RATES_BY_RANK": self._rates_by_rank,
            "TIERS": self.rates.tiers,
            "STEPS": lambda value: quantities.steps(value, ranges.COUNT),
            "VOLUME_STEPS": lambda value: quantities.steps(value, ranges.VOLUME),
            "MATRIX": lambda value: [[rate(item) for item in levels(row)] for row in levels(value)],
            "SHARES": lambda value: [ranges.PLACE.read(item, "a share") for item in levels(value)],
            "AMOUNTS": lambda value: [self._amount(item) for item in levels(value)],
            "AMOUNTS_BY_RANK": self._amounts_by_rank,
            "RATE_BY_RANK": self._rate_by_rank,
            "AMOUNT_BY_RANK": self.amount_by_rank,
            "AMOUNT_OF_RANK": self._amount_of_rank,
            "SHARES_BY_RANK": self._shares_by_rank,
            "SIZE": ranges.SIZE.read,
            "VOLUME_BY_RANK": self.volume_by_rank,
            "MONEY_STEPS": self._money_steps,
            "VOLUMES": lambda value: [quantities.volume(item) for item in levels(value)],
            "REQUIREMENTS": lambda value: value,
            "RANKS": lambda value: [self._rank(item) for item in levels(value)],
            "FACTOR": quantities.factor,
            "TREE": lambda value: quantities.one_of(value, ("main", "sponsor")),
            "COMPRESSION": lambda value: value,
        }

    def parameters(self, module: Module, table: PlanTable) -> dict[str, Any]:
        """The module's parameters as the table gives them; raises PlanError with path and line."""
        self._by_figure.clear()
        self._threshold.clear()
        values = {param.name: self._value(module, param, table) for param in module.params}
        values |= {
            f"{name}_{ending}": value
            for name, given in self._by_figure.items()
            for ending, value in given.extra.items()
        }
        values |= self._threshold
        for param in module.params:
            if param.type == "FACTOR":
                self._multiply(module, values, values.pop(param.name), table, param.name)
        for param in module.params:
            if param.name in (lacking := module.lacking(values)):
                raise table.error(param.name, f"is missing: it is required {_with(lacking[param.name])}")
            if param.type in LISTS and param.name != module.steps and module.steps and values[param.name]:
                expected, actual = len(values[module.steps]), len(values[param.name])
                if actual != expected:
                    raise table.error(
                        param.name,
                        f"has {actual} values, but {module.steps} has {expected}: they must be equally many",
                    )
        for param in module.params:
            if param.type.endswith("_BY_RANK") and values[param.name] is not None:
                values[f"{param.name}_most"] = [max(rates) for rates in zip(*values[param.name], strict=True)]
        return values

    def _value(self, module: Module, param: Param, table: PlanTable) -> Any:
        default = ... if param.default is None else _default(param.default)
        raw = table.value(param.name, default)
        if raw is None:
            return None
        with table.errors_at(param.name):
            if words := re.fullmatch(r"ONE_OF<(.+)>", param.type):
                return quantities.one_of(raw, tuple(words[1].split("|")))
            if param.type not in self._types:
                raise PlanError(f"the rule module declares the unknown type {param.type}", str(table.place))
            if param.type.endswith("_BY_RANK") and figures.is_by_figure(raw) and "by" not in self.ranks:
                return self._of_figure(module, param, raw)
            if module.kind == "requirement" and param.name == "at_least" and isinstance(raw, dict):
                raw = self._own_threshold(param, raw)
            value = self._types[param.type](raw)
            if value == [] and raw is not default and param.default != "[]":
                raise ValueError("must not be empty")
            return value

    def _of_figure(self, module: Module, param: Param, raw: Any) -> list[list[int]]:
        """The rows of a parameter by tier, 0 below the first."""
        if param.name not in module.by_figure:
            able = f"; {', '.join(module.by_figure)} may go by a figure" if module.by_figure else ""
            raise ValueError(f"goes by rank in the kind {module.name}{able}")
        kind = param.type.removesuffix("_BY_RANK")
        entry: dict[str, Callable[[Any], int]] = {
            "RATE": self.rates.read, "RATES": self.rates.read, "SHARES": quantities.count,
            "AMOUNT": self._amount, "AMOUNTS": self._amount, "VOLUME": quantities.volume,
        }  # fmt: skip
        single = kind not in ("RATES", "AMOUNTS")
        given = figures.read(raw, entry[kind], self._amount, single=single)
        self._by_figure[param.name] = given
        return given.rows

    def _own_threshold(self, param: Param, raw: dict[str, Any]) -> Any:
        """What a member must reach by a fact of his own; returns what holds for whoever does not have it."""
        if param.type not in THRESHOLDS:
            return raw
        if raw.keys() != {"fact", "otherwise"}:
            raise ValueError(
                'must be a number, or { fact = "goal", otherwise = 100 }: the fact, or without it'
            )
        self._threshold["at_least_fact"] = f"fact_{quantities.text(raw['fact'])}"
        self._threshold["at_least_unit"] = THRESHOLDS[param.type]
        return raw["otherwise"]

    def _multiply(
        self, module: Module, values: dict[str, Any], factor: Fraction, table: PlanTable, name: str
    ) -> None:
        for param in module.params:
            if param.type in RATED and values[param.name] is not None:
                with table.errors_at(name):
                    if param.type == "TIERS":
                        tiers = values[param.name]
                        values[param.name] = [
                            [floor, self.rates.multiplied(rate, factor)] for floor, rate in tiers
                        ]
                    else:
                        values[param.name] = self.rates.multiplied(values[param.name], factor)
                    if (unit := f"{param.name}_unit") in values:
                        values[unit] = self.rates.multiplied(values[unit], factor)

    def _amount(self, value: Any) -> int:
        digits = self.money.digits if self.money else 2
        return ranges.AMOUNT.checked(scaled(value, 10**digits))

    def _rank(self, value: Any) -> int:
        if value not in self.ranks:
            raise ValueError(self._no_rank(value, self.ranks))
        return self.ranks.index(value) + 1

    @staticmethod
    def _no_rank(name: Any, ranks: tuple[str, ...]) -> str:
        listed = f"the ranks are {', '.join(ranks)}" if ranks else "the plan has no ranks"
        return f"no rank is called {excerpt(name)}; {listed}"

    def _rate_by_rank(self, value: Any) -> list[list[int]]:
        """One rate by rank name, as lists of one, so that a walk reads them like any other rates."""
        if isinstance(value, dict):
            return self._by_rank({name: [rate] for name, rate in value.items()}, self.rates.read)
        return self._by_rank([value], self.rates.read)

    def _rates_by_rank(self, value: Any) -> list[list[int]]:
        return self._by_rank(value, self.rates.read)

    def _amounts_by_rank(self, value: Any) -> list[list[int]]:
        return self._by_rank(value, self._amount)

    def amount_by_rank(self, value: Any) -> list[list[int]]:
        """One amount by rank name, or one for all, as lists of one."""
        return self._by_rank(_single_lists(value), self._amount)

    def _amount_of_rank(self, value: Any) -> list[int]:
        """Amounts by rank number, 0 for a rank that is not listed."""
        if not isinstance(value, dict):
            raise ValueError("must be a table of amounts by rank name")
        if not value:
            raise ValueError("must name at least one rank")
        if unknown := [name for name in value if name not in self.ranks]:
            raise ValueError(self._no_rank(unknown[0], self.ranks))
        return [0, *(self._amount(value.get(name, 0)) for name in self.ranks)]

    def _shares_by_rank(self, value: Any) -> list[list[int]]:
        """A whole number by rank name, or one for all, as lists of one."""
        return self._by_rank(_single_lists(value), lambda share: quantities.count(share, "a share"))

    def volume_by_rank(self, value: Any) -> list[list[int]]:
        """A volume by rank name, or one for all, as lists of one."""
        return self._by_rank(_single_lists(value), quantities.volume)

    def _money_steps(self, value: Any) -> list[list[int]]:
        """Pairs of a volume and what reaching it pays, ascending."""
        steps = [
            [ranges.SIZE.read(floor, "a step"), self._amount(paid)] for floor, paid in quantities.pairs(value)
        ]
        if not steps or [step[0] for step in steps] != sorted({step[0] for step in steps}):
            raise ValueError("must be pairs of a volume and an amount, in ascending order of volume")
        return steps

    def _by_rank(self, value: Any, exact: Callable[[Any], int]) -> list[list[int]]:
        """Lists by rank name; a rank that is not listed takes those of the nearest lower listed one."""
        if isinstance(value, list):
            value = {"none": value}
        if not isinstance(value, dict):
            raise ValueError(
                "must be a list with one value for each level, or a table of such lists by rank name"
            )
        names = ("none", *self.ranks)
        if unknown := [name for name in value if name not in names]:
            raise ValueError(self._no_rank(unknown[0], names))
        width = max((len(levels(rates)) for rates in value.values()), default=0)
        if width == 0:
            raise ValueError("must list at least one value")
        by_rank, last = [], [0] * width
        for name in names:
            if name in value:
                rates = [exact(rate) for rate in value[name]]
                last = rates + [0] * (width - len(rates))
            by_rank.append(last)
        return by_rank


def _with(condition: str) -> str:
    """A condition of a rule's header in words: ``by=fact`` is "with by = fact"."""
    if condition.startswith("!"):
        return f"without {condition[1:].replace('=', ' = ')}"
    return f"with {condition.replace('=', ' = ')}"


def _default(written: str) -> Any:
    try:
        return json.loads(written)
    except json.JSONDecodeError:
        return written


def _single_lists(value: Any) -> dict[str, list[Any]]:
    """One value by rank name, or one for all, as lists of one."""
    if isinstance(value, dict):
        return {name: [single] for name, single in value.items()}
    return {"none": [value]}
