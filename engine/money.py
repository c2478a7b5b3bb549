"""Exact money: minor units, whole rates, and the only place that rounds.

Before rounding, a line is counted in *units*: base times rate, a whole number. A `Worth` is a unit's value in
minor units, a fraction that depends on what the base counts; so sums stay small and exact.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from engine.errors import UplineError, excerpt

RATE_DIGITS = 6
"""Decimals of a rate; a plan with a finer one counts all its rates by that one, up to MOST_RATE_DIGITS."""
MOST_RATE_DIGITS = 9
RATE_SCALE = 10**RATE_DIGITS
"""A rate of 1 (100 %) as an integer in a plan without finer rates, and a share in a requirement."""
VOLUME_SCALE = 100
"""Hundredths in a point of volume."""
MOST_DIGITS = 100
"""Characters of a written decimal, and the largest exponent: what is longer takes long to compute with."""
ROUNDINGS = ("half_even", "half_up", "floor")
"""Rounding rules; each works on the absolute value, so that a negative amount mirrors the positive one."""

MOST_DIGITS_OF_A_CURRENCY = 6
"""Decimals that tables keep of an amount."""
CODE = r"^[A-Z][A-Z0-9]{2,9}$"
"""What a currency may be called: the three letters of ISO 4217, or a name of the company's own."""

_NO_DIGITS = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(),
)
_THREE_DIGITS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
_TWO_DIGITS = frozenset(
    """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
    IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
    MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD
    SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER
    ZAR ZMW ZWG""".split(),
)


class AmountError(UplineError):
    """A number is no decimal, or has more decimals than the engine keeps."""


def minor_digits(currency: str) -> int:
    """Decimal digits of a currency's minor unit (ISO 4217): 2, but 0 for the yen and 3 for some dinars."""
    if currency in _NO_DIGITS:
        return 0
    return 3 if currency in _THREE_DIGITS else 2


def declared_digits(code: str, digits: object) -> int:
    """The digits that a plan or a company says its currency has; raises AmountError where that cannot be."""
    if not re.fullmatch(CODE, code):
        raise AmountError(f"{excerpt(code)} is not a currency code: three to ten capital letters and digits")
    number = scaled(digits, 1, f"digits of {code}")
    if not 0 <= number <= MOST_DIGITS_OF_A_CURRENCY:
        raise AmountError(f"digits of {code} must be from 0 to {MOST_DIGITS_OF_A_CURRENCY}")
    if is_standard(code) and number != minor_digits(code):
        raise AmountError(f"{code} has {minor_digits(code)} digits by ISO 4217, not {number}")
    return number


def is_standard(code: str) -> bool:
    """Whether ISO 4217 has the currency, and so says its digits."""
    return code in _TWO_DIGITS or code in _NO_DIGITS or code in _THREE_DIGITS


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

    `volume` is the worth of a hundredth of volume at the smallest rate, a millionth unless the plan has finer
    ones: a rate of 1 is 10 to the power of `rate_digits`.
    """

    rounding: str
    per_line: bool
    volume: Worth
    rate_digits: int = RATE_DIGITS

    @property
    def rate_scale(self) -> int:
        """A rate of 1 (100 %) as an integer."""
        return int(10**self.rate_digits)

    def rate(self, rate: int) -> str:
        """A rate as decimal text without zeros at its end: "0.05"."""
        whole, _, rest = decimal(rate, self.rate_digits).partition(".")
        rest = rest.rstrip("0")
        return f"{whole}.{rest}" if rest else whole

    def percent(self, rate: int) -> str:
        """A rate in percent: "5 %"."""
        return percent(rate, self.rate_digits)

    def worth(self, basis: str) -> Worth:
        """The worth of a unit, by what a rule's base counts: volume, money, or pieces at a fixed amount."""
        return {"volume": self.volume, "money": Worth(1, self.rate_scale), "count": Worth(1, 1)}[basis]

    def rounded(self, units: int, worth: Worth) -> int:
        """Units as minor units by the plan's rule."""
        return rounded(units * worth.unit, worth.parts, self.rounding)


def in_currency(code: str, digits: int | None = None) -> Currency:
    """How amounts of a currency are written: with its own digits, or with those of ISO 4217."""
    return Currency(code, minor_digits(code) if digits is None else digits)


def percent(share: int, digits: int = RATE_DIGITS) -> str:
    """A share of so many decimals in percent: 50000 millionths are "5 %"."""
    text = decimal(share, digits - 2).rstrip("0").rstrip(".")
    return f"{text or '0'} %"


def money(
    cash: Currency, rounding: str, per_line: bool, point_value: Fraction, rate_digits: int = RATE_DIGITS
) -> Money:
    """The money of a plan; raises AmountError if the value of a point has too many digits for 64 bits."""
    currency, digits = cash.currency, cash.digits
    minor_per_hundredth = point_value * 10**digits / VOLUME_SCALE
    worth = Worth(minor_per_hundredth.numerator, 10**rate_digits * minor_per_hundredth.denominator)
    if worth.unit * worth.parts * 2 >= 2**63:
        finer = f" next to rates of {rate_digits} decimals" if rate_digits > RATE_DIGITS else ""
        raise AmountError(
            f"a point worth {point_value} {currency} has too many digits to compute with{finer}"
        )
    return Money(currency, digits, rounding, per_line, worth, rate_digits)


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
