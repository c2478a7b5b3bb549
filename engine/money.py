"""Exact money: minor units, rates per million, and the only place that rounds.

Before rounding, a line is counted in *units*: base times rate, a whole number. A `Worth` is a unit's value in
minor units, a fraction that depends on what the base counts; so sums stay small and exact.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from engine.errors import UplineError, excerpt

RATE_SCALE = 1_000_000
"""A rate of 1 (100 %) as an integer: rates are exact to six decimals."""
VOLUME_SCALE = 100
"""Hundredths in a point of volume."""
MOST_DIGITS = 100
"""Characters of a written decimal, and the largest exponent: what is longer takes long to compute with."""
ROUNDINGS = ("half_even", "half_up", "floor")
"""Rounding rules; each works on the absolute value, so that a negative amount mirrors the positive one."""

_NO_DIGITS = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(),
)
_THREE_DIGITS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())


class AmountError(UplineError):
    """A number is no decimal, or has more decimals than the engine keeps."""


def minor_digits(currency: str) -> int:
    """Decimal digits of a currency's minor unit (ISO 4217): 2, but 0 for the yen and 3 for some dinars."""
    if currency in _NO_DIGITS:
        return 0
    return 3 if currency in _THREE_DIGITS else 2


def scaled(value: object, scale: int, what: str = "") -> int:
    """An exact decimal (int, or text such as "0.0125") as a whole number of 1/scale, a power of ten.

    A float is taken as the shortest decimal that represents it, as it is written in a TOML file. Raises
    AmountError, which names the number as `what`, when it is no number or has too many decimals.
    """
    subject = f"{what} " if what else ""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise AmountError(f"{subject}must be a decimal number, not {excerpt(value)}")
    exact = _exact(value, subject)
    whole = exact * scale
    if whole.denominator != 1:
        decimals = len(str(scale)) - 1
        if decimals == 0:
            raise AmountError(f"{subject}must be a whole number, not {value}")
        raise AmountError(f"{subject}must not have more than {decimals} decimals: {value}")
    return int(whole)


def _exact(value: int | float | str | Decimal, subject: str) -> Fraction:
    """A written number without a limit on its size, but with one on its digits."""
    try:
        written = str(value)
        number = Decimal(written) if len(written) <= MOST_DIGITS else None
    except (InvalidOperation, ValueError) as error:  # str() refuses integers of thousands of digits
        if isinstance(value, int):
            number = None
        else:
            raise AmountError(f"{subject}must be a decimal number, not {excerpt(value)}") from error
    if number is None:
        raise AmountError(f"{subject}must not have more than {MOST_DIGITS} digits")
    if not number.is_finite():
        raise AmountError(f"{subject}must be a decimal number, not {excerpt(value)}")
    if number and not -MOST_DIGITS <= number.adjusted() <= MOST_DIGITS:
        raise AmountError(f"{subject}must not have more than {MOST_DIGITS} digits: {excerpt(value)}")
    return Fraction(number) if number else Fraction(0)


def rounded(parts: int, unit: int, rule: str) -> int:
    """Divide by `unit` with a named rule; the sign is treated separately, so round(-x) = -round(x)."""
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
class Worth:
    """The value of one unit: `unit` / `parts` minor units."""

    unit: int
    parts: int

    def minor(self, units: int) -> Fraction:
        """So many units as an exact number of minor units."""
        return Fraction(units * self.unit, self.parts)


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency and its decimals: how minor units are written. `currency` is its code, such as USD."""

    currency: str
    digits: int

    def exact(self, minor: Fraction) -> str:
        """Minor units as exact text in currency units; a fraction where the decimals do not end."""
        value = minor / 10**self.digits
        if not _terminates(value.denominator):
            return f"{value.numerator}/{value.denominator}"
        whole, _, tail = f"{_plain(value)}".partition(".")
        tail = tail.ljust(self.digits, "0")
        return f"{whole}.{tail}" if tail else whole

    def amount(self, minor: int) -> str:
        """Minor units as decimal text in currency units."""
        return decimal(minor, self.digits)


@dataclass(frozen=True, slots=True)
class Money(Currency):
    """How a plan turns volume into money, and how it rounds.

    `volume` is the worth of a hundredth of volume at a rate of one millionth.
    """

    rounding: str
    per_line: bool
    volume: Worth

    def worth(self, basis: str) -> Worth:
        """The worth of a unit, by what a rule's base counts: volume, money, or pieces at a fixed amount."""
        return {"volume": self.volume, "money": Worth(1, RATE_SCALE), "count": Worth(1, 1)}[basis]

    def rounded(self, units: int, worth: Worth) -> int:
        """Units as minor units by the plan's rule."""
        return rounded(units * worth.unit, worth.parts, self.rounding)


def in_currency(code: str) -> Currency:
    """How amounts of a currency are written; raises AmountError for an unknown one."""
    return Currency(code, minor_digits(code))


def money(currency: str, rounding: str, per_line: bool, point_value: Fraction) -> Money:
    """The money of a plan; raises AmountError if the value of a point has too many digits for 64 bits."""
    digits = minor_digits(currency)
    minor_per_hundredth = point_value * 10**digits / VOLUME_SCALE
    worth = Worth(minor_per_hundredth.numerator, RATE_SCALE * minor_per_hundredth.denominator)
    if worth.unit * worth.parts * 2 >= 2**63:
        raise AmountError(f"a point worth {point_value} {currency} has too many digits to compute with")
    return Money(currency, digits, rounding, per_line, worth)


def _plain(value: Fraction) -> str:
    """A terminating fraction as plain decimal text."""
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    return decimal(int(value * 10**digits), digits)


def _terminates(denominator: int) -> bool:
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1
