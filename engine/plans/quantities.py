"""Single values and lists of a plan file as exact numbers; each raises AmountError or ValueError."""

import unicodedata
from collections.abc import Iterable, Sized
from fractions import Fraction
from typing import Any

from engine import ranges
from engine.errors import excerpt
from engine.money import RATE_SCALE, scaled
from engine.ranges import Range


def volume(value: Any, what: str = "") -> int:
    """A volume that is not negative, in hundredths."""
    return ranges.VOLUME.read(value, what)


def count(value: Any, what: str = "") -> int:
    """A whole number that is not negative."""
    return ranges.COUNT.read(value, what)


def per_million(value: Any) -> int:
    """A rate per million, from a decimal or a text in percent."""
    return ranges.RATE.checked(_per_million(value))


def share(value: Any) -> int:
    """A rate per million of at most 1."""
    rate = _per_million(value)
    if rate > ranges.SHARE.most:
        raise ValueError(f'must be a share of at most 1, not {value}; write 60 % as 0.6 or "60%"')
    return ranges.SHARE.checked(rate)


def cap_share(value: Any) -> int:
    """A share of company volume, per million, that may be above 1: such a cap never cuts."""
    return ranges.CAP_SHARE.checked(_per_million(value))


def _per_million(value: Any) -> int:
    if isinstance(value, str) and value.endswith("%"):
        return scaled(value[:-1].strip(), RATE_SCALE // 100)
    return scaled(value, RATE_SCALE)


def factor(value: Any) -> Fraction:
    """An exact factor that is not negative: a decimal of at most six digits, or a fraction such as "1/3"."""
    above, slash, below = value.partition("/") if isinstance(value, str) else (value, "", "1")
    exact = Fraction(ranges.FACTOR.read(above), ranges.FACTOR.scale)
    return exact / ranges.POSITIVE.read(below) if slash else exact


def multiplied(rates: Any, by: Fraction) -> Any:
    """A rate per million, or nested lists of rates, times an exact factor."""
    if isinstance(rates, list):
        return [multiplied(rate, by) for rate in rates]
    product = rates * by
    if product.denominator != 1:
        raise ValueError(f"a rate multiplied by {by} has more than six decimals")
    return ranges.RATE.checked(int(product), "a rate multiplied by it")


def boolean(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {excerpt(value)}")
    return value


def text(value: Any) -> str:
    """A text that is not empty."""
    if not isinstance(value, str):
        raise ValueError(f"must be text in quotes, not {excerpt(value)}")
    if not value.strip():
        raise ValueError("must not be empty")
    return printable(value)


def printable(value: str) -> str:
    """The text itself, unless it is too long or has control characters."""
    if len(value) > ranges.NAME_LENGTH.most:
        raise ValueError(f"must not be longer than {ranges.NAME_LENGTH.most} characters")
    if odd := next((sign for sign in value if unicodedata.category(sign) == "Cc"), None):
        raise ValueError(f"has the control character U+{ord(odd):04X}")
    return value


def one_of(value: Any, allowed: tuple[str, ...]) -> str:
    """One of the allowed words."""
    if value not in allowed:
        raise ValueError(f"must be one of {', '.join(allowed)}, not {excerpt(value)}")
    return str(value)


def items(value: Any, longest: Range = ranges.ENTRIES) -> list[Any]:
    """A list that is not too long."""
    if not isinstance(value, list):
        raise ValueError(f"must be a list, not {excerpt(value)}")
    not_longer(value, longest)
    return value


def levels(value: Any) -> list[Any]:
    """A list with one entry for each level, generation or step."""
    return items(value, ranges.LEVELS)


def not_longer(listed: Sized, longest: Range) -> None:
    """Refuse a list or table of too many entries, before anything looks at each."""
    if len(listed) > longest.most:
        raise ValueError(f"has {len(listed):,} entries, and must not have more than {longest.most:,}")


def different(names: list[str]) -> list[str]:
    """The names themselves, unless one is listed twice."""
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"lists {twice!r} twice")
    return names


def pairs(value: Any) -> list[list[Any]]:
    """A list of pairs."""
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in items(value)):
        raise ValueError(f"must be a list of pairs, not {excerpt(value)}")
    return items(value)


def tiers(value: Any) -> list[list[int]]:
    """Pairs of a volume and a rate, ascending by volume."""
    listed = [[volume(floor, "a tier's volume"), per_million(rate)] for floor, rate in pairs(value)]
    if not _ascending(tier[0] for tier in listed):
        raise ValueError("tiers must be in ascending order of volume")
    return listed


def steps(value: Any, floors: Range) -> list[list[int]]:
    """Pairs of a number to reach and of what reaching it opens, ascending; a table or a list of pairs."""
    entries = list(value.items()) if isinstance(value, dict) else pairs(value)
    not_longer(entries, ranges.ENTRIES)
    listed = [[floors.read(floor, "a step"), count(reached, "a step")] for floor, reached in entries]
    if len({step[0] for step in listed}) != len(listed):
        raise ValueError("two steps begin at the same number")
    if listed != sorted(listed):
        raise ValueError("steps must be in ascending order of the number at which they begin")
    if [step[1] for step in listed] != sorted(step[1] for step in listed):
        raise ValueError("a higher step must not open fewer levels than a lower one")
    return listed


def _ascending(numbers: Iterable[int]) -> bool:
    listed = list(numbers)
    return listed == sorted(set(listed))
