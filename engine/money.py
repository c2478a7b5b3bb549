"""Exact money: minor units, rates per million, and the one place that rounds.

An amount before rounding is counted in *parts*: `Money.parts` parts make one minor unit, chosen per plan so
that every product of a volume, a rate and the value of a point is a whole number of parts.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from engine.errors import UplineError

RATE_SCALE = 1_000_000
"""A rate of 1 (100 %) as an integer: rates are exact to six decimals."""
VOLUME_SCALE = 100
"""Hundredths in one unit of volume."""
ROUNDINGS = ("half_even", "half_up", "floor")
"""Rounding rules; each works on the magnitude, so that a negative amount mirrors the positive one."""

_NO_DIGITS = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(),
)
_THREE_DIGITS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())


class AmountError(UplineError):
    """A number is not an exact decimal in the range that the engine keeps."""


def minor_digits(currency: str) -> int:
    """Decimal digits of a currency's minor unit (ISO 4217): 2, but 0 for the yen and 3 for some dinars."""
    if currency in _NO_DIGITS:
        return 0
    return 3 if currency in _THREE_DIGITS else 2


def scaled(value: object, scale: int, what: str) -> int:
    """An exact decimal (int, or text such as "0.0125") as a whole number of 1/scale.

    Floats are taken by their shortest text, as they stand in a TOML file. Raises AmountError when the
    value is no number or has more digits than the scale keeps.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise AmountError(f"{what} must be a decimal number, not {value!r}")
    try:
        exact = Fraction(Decimal(str(value)))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise AmountError(f"{what} must be a decimal number, not {value!r}") from error
    whole = exact * scale
    if whole.denominator != 1:
        raise AmountError(f"{what} is {value}, finer than 1/{scale:,}")
    return int(whole)


def rounded(parts: int, unit: int, rule: str) -> int:
    """Divide by `unit` with a named rule; the sign is kept apart, so round(-x) = -round(x)."""
    whole, rest = divmod(abs(parts), unit)
    if rule == "half_up":
        whole += 2 * rest >= unit
    elif rule == "half_even":
        whole += 2 * rest > unit or (2 * rest == unit and whole % 2 == 1)
    return -whole if parts < 0 else whole


def decimal(units: int, digits: int) -> str:
    """Minor units as plain decimal text: 12345 with two digits is "123.45"."""
    if digits == 0:
        return str(units)
    sign, size = ("-" if units < 0 else ""), abs(units)
    return f"{sign}{size // 10**digits}.{size % 10**digits:0{digits}d}"


@dataclass(frozen=True, slots=True)
class Money:
    """How one plan turns volume into money.

    `volume_parts` is what one hundredth of volume at a rate of one millionth is worth, in parts;
    `money_parts` what one minor unit at a rate of one millionth is worth; `parts` make a minor unit.
    """

    currency: str
    digits: int
    rounding: str
    per_line: bool
    parts: int
    volume_parts: int

    @property
    def money_parts(self) -> int:
        """Parts of one minor unit at a rate of one millionth."""
        return self.parts // RATE_SCALE

    def exact(self, parts: int) -> str:
        """Parts as exact decimal text in currency units, trailing zeros beyond the minor unit left out."""
        value = Fraction(parts, self.parts * 10**self.digits)
        if value.denominator == 1 or _terminates(value.denominator):
            text = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
            whole, _, tail = text.partition(".")
            tail = tail.rstrip("0")
            return f"{whole}.{tail.ljust(self.digits, '0')}" if self.digits or tail else whole
        return f"{value.numerator}/{value.denominator}"

    def amount(self, minor: int) -> str:
        """Minor units as decimal text in currency units."""
        return decimal(minor, self.digits)


def money(currency: str, rounding: str, per_line: bool, point_value: Fraction) -> Money:
    """Choose the parts for a plan: exact for every volume in hundredths and every rate per million."""
    digits = minor_digits(currency)
    minor_per_hundredth = point_value * 10**digits / VOLUME_SCALE
    return Money(
        currency,
        digits,
        rounding,
        per_line,
        RATE_SCALE * minor_per_hundredth.denominator,
        minor_per_hundredth.numerator,
    )


def _terminates(denominator: int) -> bool:
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1
