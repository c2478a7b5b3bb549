"""Single values and lists of a plan file as exact numbers; each raises AmountError or ValueError."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from engine.money import RATE_SCALE, VOLUME_SCALE, scaled


def not_negative(number: int) -> int:
    """The number itself, unless it is negative."""
    if number < 0:
        raise ValueError("must not be negative")
    return number


def positive(number: int) -> int:
    """The number itself, unless it is 0 or negative."""
    if number <= 0:
        raise ValueError("must be more than 0")
    return number


def volume(value: Any, what: str = "") -> int:
    """A volume that is not negative, in hundredths."""
    return not_negative(scaled(value, VOLUME_SCALE, what))


def count(value: Any, what: str = "") -> int:
    """A whole number that is not negative."""
    return not_negative(scaled(value, 1, what))


def per_million(value: Any) -> int:
    """A rate per million, from a decimal or a text in percent."""
    if isinstance(value, str) and value.endswith("%"):
        return not_negative(scaled(value[:-1].strip(), RATE_SCALE // 100))
    return not_negative(scaled(value, RATE_SCALE))


def share(value: Any) -> int:
    """A rate per million of at most 1."""
    rate = per_million(value)
    if rate > RATE_SCALE:
        raise ValueError(f'must be a share of at most 1, not {value}; write 60 % as 0.6 or "60%"')
    return rate


def factor(value: Any) -> Fraction:
    """An exact factor that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"must be a decimal number, not {value!r}")
    try:
        exact = Fraction(str(value))
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError(f"must be a decimal number, not {value!r}") from error
    if exact < 0:
        raise ValueError("must not be negative")
    return exact


def multiplied(rates: Any, by: Fraction) -> Any:
    """A rate per million, or nested lists of rates, times an exact factor."""
    if isinstance(rates, list):
        return [multiplied(rate, by) for rate in rates]
    product = rates * by
    if product.denominator != 1:
        raise ValueError(f"a rate multiplied by {by} has more than six decimals")
    return int(product)


def boolean(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}")
    return value


def text(value: Any) -> str:
    """A text that is not empty."""
    if not isinstance(value, str):
        raise ValueError(f"must be text in quotes, not {value!r}")
    if not value.strip():
        raise ValueError("must not be empty")
    return value


def one_of(value: Any, allowed: tuple[str, ...]) -> str:
    """One of the allowed words."""
    if value not in allowed:
        raise ValueError(f"must be one of {', '.join(allowed)}, not {value!r}")
    return str(value)


def items(value: Any) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise ValueError(f"must be a list, not {value!r}")
    return value


def different(names: list[str]) -> list[str]:
    """The names themselves, unless one is listed twice."""
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"lists {twice!r} twice")
    return names


def pairs(value: Any) -> list[list[Any]]:
    """A list of pairs."""
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in items(value)):
        raise ValueError(f"must be a list of pairs, not {value!r}")
    return items(value)


def tiers(value: Any) -> list[list[int]]:
    """Pairs of a volume and a rate, ascending by volume."""
    found = [[volume(floor, "a tier's volume"), per_million(rate)] for floor, rate in pairs(value)]
    if not _ascending(tier[0] for tier in found):
        raise ValueError("tiers must be in ascending order of volume")
    return found


def steps(value: Any, scale: int) -> list[list[int]]:
    """Pairs of a number to reach and of what reaching it opens, ascending; a table or a list of pairs."""
    listed = list(value.items()) if isinstance(value, dict) else pairs(value)
    found = [
        [not_negative(scaled(floor, scale, "a step")), count(reached, "a step")] for floor, reached in listed
    ]
    if len({step[0] for step in found}) != len(found):
        raise ValueError("two steps begin at the same number")
    if found != sorted(found):
        raise ValueError("steps must be in ascending order of the number at which they begin")
    if [step[1] for step in found] != sorted(step[1] for step in found):
        raise ValueError("a higher step must not open fewer levels than a lower one")
    return found


def _ascending(numbers: Iterable[int]) -> bool:
    listed = list(numbers)
    return listed == sorted(set(listed))
