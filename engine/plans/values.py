"""The plan types: how a value in a plan file becomes the exact value that a rule module computes with."""

import json
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from engine.money import RATE_SCALE, VOLUME_SCALE, Money, scaled
from engine.plans.text import PlanError, Table
from engine.rules.contract import Module, Param

LISTS = ("AMOUNTS", "RATES", "VOLUMES")
"""Types that hold one value for each place of a list."""
RATED = ("RATE", "RATES", "RATES_BY_RANK", "RATE_BY_RANK", "TIERS")
"""Types that a FACTOR of the same module multiplies."""


class Values:
    """Reads the parameters of a rule module from a table of the plan.

    VOLUME hundredths; MONEY minor units; RATE per million, SHARE one of at most 1; FACTOR multiplies every
    rate of the module; COUNT a whole number, POSITIVE one above 0; BOOLEAN; TEXT; TEXTS, each once;
    ONE_OF<a|b>; RANK a rank's number;
    BORDER the same, 0 for "own"; RATES a list of rates; RATES_BY_RANK, RATE_BY_RANK and AMOUNTS_BY_RANK a
    list by rank number (0 is none) of equally long lists, with `<name>_most`, the highest of each place;
    AMOUNT_BY_RANK, SHARES_BY_RANK and VOLUME_BY_RANK the same with one amount, whole number or volume
    each; AMOUNT_OF_RANK amounts by rank number, 0 where not listed; SIZE a volume above 0; MONEY_STEPS
    pairs of a volume and an amount, ascending; TIERS pairs of a volume and a rate, ascending; STEPS pairs
    of whole numbers and VOLUME_STEPS of a volume and a number, ascending, of which the second never falls;
    REQUIREMENTS lines as of a rank; TREE, COMPRESSION words. No list is empty unless that is its default, and
    lists beside the one that a walk has a step for each place of are as long as that one.
    """

    def __init__(self, ranks: tuple[str, ...], cash: Money | None) -> None:
        self.ranks, self.cash = ranks, cash
        self._types: dict[str, Callable[[Any], Any]] = {
            "VOLUME": lambda value: _unsigned(scaled(value, VOLUME_SCALE, "it")),
            "MONEY": self._money,
            "RATE": per_million,
            "SHARE": _share,
            "COUNT": lambda value: _unsigned(scaled(value, 1, "it")),
            "POSITIVE": lambda value: _above_0(scaled(value, 1, "it")),
            "BOOLEAN": _boolean,
            "TEXT": _text,
            "TEXTS": lambda value: _once([_text(item) for item in _list(value)]),
            "RANK": self._rank,
            "BORDER": lambda value: 0 if value == "own" else self._rank(value),
            "RATES": lambda value: [per_million(item) for item in _list(value)],
            "RATES_BY_RANK": self._rates_by_rank,
            "TIERS": _tiers,
            "STEPS": lambda value: _steps(value, 1),
            "VOLUME_STEPS": lambda value: _steps(value, VOLUME_SCALE),
            "MATRIX": lambda value: [[per_million(item) for item in _list(row)] for row in _list(value)],
            "AMOUNTS": lambda value: [self._money(item) for item in _list(value)],
            "AMOUNTS_BY_RANK": self._amounts_by_rank,
            "RATE_BY_RANK": self._rate_by_rank,
            "AMOUNT_BY_RANK": self.amount_by_rank,
            "AMOUNT_OF_RANK": self._amount_of_rank,
            "SHARES_BY_RANK": self._shares_by_rank,
            "SIZE": lambda value: _above_0(scaled(value, VOLUME_SCALE, "it")),
            "VOLUME_BY_RANK": self.volume_by_rank,
            "MONEY_STEPS": self._money_steps,
            "VOLUMES": lambda value: [_unsigned(scaled(item, VOLUME_SCALE, "it")) for item in _list(value)],
            "REQUIREMENTS": lambda value: value,
            "RANKS": lambda value: [self._rank(item) for item in _list(value)],
            "FACTOR": _factor,
            "TREE": lambda value: _one_of(value, ("main", "sponsor")),
            "COMPRESSION": lambda value: value,
        }

    def of(self, module: Module, table: Table) -> dict[str, Any]:
        """The module's parameters as the table gives them; raises PlanError with path and line."""
        given = {param.name: self._value(param, table) for param in module.params}
        for param in module.params:
            if param.type == "FACTOR":
                self._multiply(module, given, given.pop(param.name), table, param.name)
        for param in module.params:
            if param.name in (lacking := module.lacking(given)):
                raise table.wrong(
                    param.name, f"is missing: {lacking[param.name].replace('=', ' = ')} asks for it"
                )
            if param.type in LISTS and param.name != module.steps and module.steps and given[param.name]:
                wanted, there = len(given[module.steps]), len(given[param.name])
                if there != wanted:
                    raise table.wrong(
                        param.name, f"has {there} places, {module.steps} has {wanted}: one belongs to each"
                    )
        for param in module.params:
            if param.type.endswith("_BY_RANK") and given[param.name] is not None:
                given[f"{param.name}_most"] = [max(rates) for rates in zip(*given[param.name], strict=True)]
        return given

    def _value(self, param: Param, table: Table) -> Any:
        default = ... if param.default is None else _default(param.default)
        raw = table.take(param.name, default)
        if raw is None:
            return None
        with table.telling(param.name):
            if found := re.fullmatch(r"ONE_OF<(.+)>", param.type):
                return _one_of(raw, tuple(found[1].split("|")))
            if param.type not in self._types:
                raise PlanError(f"a rule module asks for the unknown type {param.type}", str(table.place))
            value = self._types[param.type](raw)
            if value == [] and raw is not default and param.default != "[]":
                raise ValueError("must not be empty")
            return value

    def _multiply(
        self, module: Module, given: dict[str, Any], factor: Fraction, table: Table, name: str
    ) -> None:
        for param in module.params:
            if param.type in RATED and given[param.name] is not None:
                with table.telling(name):
                    if param.type == "TIERS":
                        tiers = given[param.name]
                        given[param.name] = [[floor, _times(rate, factor)] for floor, rate in tiers]
                    else:
                        given[param.name] = _times(given[param.name], factor)

    def _money(self, value: Any) -> int:
        digits = self.cash.digits if self.cash else 2
        return _unsigned(scaled(value, 10**digits, "it"))

    def _rank(self, value: Any) -> int:
        if value not in self.ranks:
            raise ValueError(f"no rank is called {value!r}; known are {', '.join(self.ranks) or 'none'}")
        return self.ranks.index(value) + 1

    def _rate_by_rank(self, value: Any) -> list[list[int]]:
        """One rate by rank name, as lists of one, so that it climbs like any other rates."""
        if isinstance(value, dict):
            return self._by_rank({name: [rate] for name, rate in value.items()}, per_million)
        return self._by_rank([value], per_million)

    def _rates_by_rank(self, value: Any) -> list[list[int]]:
        return self._by_rank(value, per_million)

    def _amounts_by_rank(self, value: Any) -> list[list[int]]:
        return self._by_rank(value, self._money)

    def amount_by_rank(self, value: Any) -> list[list[int]]:
        """One amount by rank name, or one for all, as lists of one."""
        return self._by_rank(_singly(value), self._money)

    def _amount_of_rank(self, value: Any) -> list[int]:
        """Amounts by rank number, 0 for a rank that is not listed."""
        if not isinstance(value, dict):
            raise ValueError("must be a table of amounts by rank name")
        if not value:
            raise ValueError("must name at least one rank")
        if unknown := [name for name in value if name not in self.ranks]:
            raise ValueError(f"no rank is called {unknown[0]!r}; known are {', '.join(self.ranks) or 'none'}")
        return [0, *(self._money(value.get(name, 0)) for name in self.ranks)]

    def _shares_by_rank(self, value: Any) -> list[list[int]]:
        """A whole number by rank name, or one for all, as lists of one."""
        return self._by_rank(_singly(value), lambda share: _unsigned(scaled(share, 1, "a share")))

    def volume_by_rank(self, value: Any) -> list[list[int]]:
        """A volume by rank name, or one for all, as lists of one."""
        return self._by_rank(_singly(value), lambda volume: _unsigned(scaled(volume, VOLUME_SCALE, "it")))

    def _money_steps(self, value: Any) -> list[list[int]]:
        """Pairs of a volume and what reaching it pays, ascending."""
        steps = [
            [_above_0(scaled(floor, VOLUME_SCALE, "a step")), self._money(paid)]
            for floor, paid in _pairs(value)
        ]
        if not steps or [step[0] for step in steps] != sorted({step[0] for step in steps}):
            raise ValueError("must be pairs of a volume and an amount, ascending by volume")
        return steps

    def _by_rank(self, value: Any, exact: Callable[[Any], int]) -> list[list[int]]:
        """Lists by rank name; a rank that is not listed takes those of the nearest lower listed one."""
        if isinstance(value, list):
            value = {"none": value}
        if not isinstance(value, dict):
            raise ValueError("must be a list with one for each level, or a table of such lists by rank name")
        names = ("none", *self.ranks)
        if unknown := [name for name in value if name not in names]:
            raise ValueError(f"no rank is called {unknown[0]!r}; known are {', '.join(names)}")
        width = max((len(_list(rates)) for rates in value.values()), default=0)
        if width == 0:
            raise ValueError("must list at least one rate")
        found, last = [], [0] * width
        for name in names:
            if name in value:
                rates = [exact(rate) for rate in value[name]]
                last = rates + [0] * (width - len(rates))
            found.append(last)
        return found


def _times(rates: Any, factor: Fraction) -> Any:
    if isinstance(rates, list):
        return [_times(rate, factor) for rate in rates]
    product = rates * factor
    if product.denominator != 1:
        raise ValueError(f"a rate times {factor} is finer than 1/{RATE_SCALE:,}")
    return int(product)


def _default(said: str) -> Any:
    try:
        return json.loads(said)
    except json.JSONDecodeError:
        return said


def _unsigned(value: int) -> int:
    if value < 0:
        raise ValueError("must not be negative")
    return value


def _above_0(value: int) -> int:
    if value <= 0:
        raise ValueError("must be more than 0")
    return value


def _singly(value: Any) -> dict[str, list[Any]]:
    return {name: [one] for name, one in value.items()} if isinstance(value, dict) else {"none": [value]}


def per_million(value: Any) -> int:
    """A rate per million, from a decimal or a text in percent; raises AmountError or ValueError."""
    if isinstance(value, str) and value.endswith("%"):
        return _unsigned(scaled(value[:-1].strip(), RATE_SCALE // 100, "it"))
    return _unsigned(scaled(value, RATE_SCALE, "it"))


def _share(value: Any) -> int:
    share = per_million(value)
    if share > RATE_SCALE:
        raise ValueError(f'must be a share of at most 1, not {value}; 60 % is 0.6 or "60%"')
    return share


def _once(items: list[str]) -> list[str]:
    if twice := next((item for item in items if items.count(item) > 1), None):
        raise ValueError(f"names {twice!r} twice")
    return items


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"must be a text, not {value!r}")
    return value


def _steps(value: Any, scale: int) -> list[list[int]]:
    """Pairs of numbers, from how much on and what then holds, ascending; a table or a list of pairs."""
    pairs = list(value.items()) if isinstance(value, dict) else _pairs(value)
    steps = [
        [_unsigned(scaled(floor, scale, "a step")), _unsigned(scaled(reached, 1, "a step"))]
        for floor, reached in pairs
    ]
    if len({step[0] for step in steps}) != len(steps):
        raise ValueError("two steps begin at the same number")
    if steps != sorted(steps):
        raise ValueError("steps must ascend by the number that they begin at")
    if [step[1] for step in steps] != sorted(step[1] for step in steps):
        raise ValueError("a higher step must not hold for fewer")
    return steps


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"must be a list, not {value!r}")
    return value


def _pairs(value: Any) -> list[list[Any]]:
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in _list(value)):
        raise ValueError(f"must be a list of pairs, not {value!r}")
    return _list(value)


def _factor(value: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"must be a decimal number, not {value!r}")
    try:
        factor = Fraction(str(value))
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError(f"must be a decimal number, not {value!r}") from error
    if factor < 0:
        raise ValueError("must not be negative")
    return factor


def _one_of(value: Any, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"must be one of {', '.join(allowed)}, not {value!r}")
    return str(value)


def _tiers(value: Any) -> list[list[int]]:
    tiers = [
        [_unsigned(scaled(floor, VOLUME_SCALE, "a tier's volume")), per_million(rate)]
        for floor, rate in _pairs(value)
    ]
    if [tier[0] for tier in tiers] != sorted({tier[0] for tier in tiers}):
        raise ValueError("tiers must ascend by volume")
    return tiers
