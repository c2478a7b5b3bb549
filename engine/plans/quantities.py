"""Single values and lists of a plan file as exact numbers; each raises AmountError or ValueError."""

import unicodedata
from collections.abc import Iterable, Sized
from fractions import Fraction
from typing import Any

from engine import ranges
from engine.errors import excerpt
from engine.money import RATE_DIGITS, scaled
from engine.ranges import Range


def volume(value: Any, what: str = "") -> int:
    """A volume that is not negative, in hundredths."""
    return ranges.VOLUME.read(value, what)


def count(value: Any, what: str = "") -> int:
    """A whole number that is not negative."""
    return ranges.COUNT.read(value, what)


class Rates:
    """Reads rates as whole numbers: a rate of 1 is 10 to the power of `digits`.

    A rate with more decimals is refused beyond `most`. Up to there it is rounded down, and `finest` tells the
    reader with how many digits to read the plan once more.
    """

    def __init__(self, digits: int = RATE_DIGITS, most: int = RATE_DIGITS) -> None:
        self.digits, self.most, self.finest = digits, most, digits

    def read(self, value: Any) -> int:
        """A rate, from a decimal or a text in percent."""
        return ranges.RATE.finer(10**self.digits).checked(self._exact(value))

    def share(self, value: Any) -> int:
        """A rate of at most 1."""
        rate, within = self._exact(value), ranges.SHARE.finer(10**self.digits)
        if rate > within.most:
            raise ValueError(f'must be a share of at most 1, not {value}; write 60 % as 0.6 or "60%"')
        return within.checked(rate)

    def cap_share(self, value: Any) -> int:
        """A share of company volume that may be above 1: such a cap never cuts."""
        return ranges.CAP_SHARE.finer(10**self.digits).checked(self._exact(value))

    def tiers(self, value: Any) -> list[list[int]]:
        """Pairs of a volume and a rate, ascending by volume."""
        listed = [[volume(floor, "a tier's volume"), self.read(rate)] for floor, rate in pairs(value)]
        if not _ascending(tier[0] for tier in listed):
            raise ValueError("tiers must be in ascending order of volume")
        return listed

    def multiplied(self, rates: Any, by: Fraction) -> Any:
        """A rate, or nested lists of rates, times an exact factor."""
        if isinstance(rates, list):
            return [self.multiplied(rate, by) for rate in rates]
        product = rates * by
        if product.denominator != 1 and self.finest == self.digits:  # else the rate itself is not exact yet
            spare = next(
                (n for n in range(self.digits + 1, self.most + 1) if _whole(product, n - self.digits)), 0
            )
            if not spare:
                raise ValueError(f"a rate multiplied by {by} has more than {self.most} decimals")
            self.finest = spare
        return ranges.RATE.finer(10**self.digits).checked(int(product // 1), "a rate multiplied by it")

    def _exact(self, value: Any) -> int:
        percent = isinstance(value, str) and value.endswith("%")
        text, places = (value[:-1].strip(), self.most - 2) if percent else (value, self.most)
        exact = scaled(text, 10**places)
        digits = self.most
        while digits > self.digits and exact % 10 ** (self.most - digits + 1) == 0:
            digits -= 1
        self.finest = max(self.finest, digits)
        return int(exact // 10 ** (self.most - self.digits))


def _whole(number: Fraction, digits: int) -> bool:
    return bool((number * 10**digits).denominator == 1)


def factor(value: Any) -> Fraction:
    """An exact factor that is not negative: a decimal of at most six digits, or a fraction such as "1/3"."""
    above, slash, below = value.partition("/") if isinstance(value, str) else (value, "", "1")
    exact = Fraction(ranges.FACTOR.read(above), ranges.FACTOR.scale)
    return exact / ranges.POSITIVE.read(below) if slash else exact


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
    """What each number begins: a list of pairs, or a table such as ``{ 300 = "0.06" }``."""
    if isinstance(value, dict):
        not_longer(value, ranges.ENTRIES)
        return [list(entry) for entry in value.items()]
    form = 'must be pairs such as [[300, "0.06"], [1000, "0.09"]], or { 300 = "0.06", 1000 = "0.09" }'
    if not isinstance(value, list):
        raise ValueError(f"{form}, not {excerpt(value)}")
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in items(value)):
        raise ValueError(f"{form}, not {excerpt(value)}")
    return items(value)


def steps(value: Any, floors: Range) -> list[list[int]]:
    """Pairs of a number to reach and of what reaching it opens, ascending."""
    listed = [[floors.read(floor, "a step"), count(reached, "a step")] for floor, reached in pairs(value)]
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
