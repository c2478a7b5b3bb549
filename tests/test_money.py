"""Exact amounts: how they are read, rounded and written."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.money import (
    ROUNDINGS,
    AmountError,
    Worth,
    decimal,
    in_currency,
    minor_digits,
    money,
    rounded,
    scaled,
)

DECIMAL_RULES = {"half_even": ROUND_HALF_EVEN, "half_up": ROUND_HALF_UP, "floor": ROUND_DOWN}


@pytest.mark.parametrize(
    ("value", "scale", "whole"),
    [
        ("12.34", 100, 1234),
        (12, 100, 1200),
        (0.1, 100, 10),
        ("-0.05", 100, -5),
        ("1e2", 100, 10_000),
        ("0.012500", 1_000_000, 12_500),
        ("99999999999999999999.99", 100, 9999999999999999999999),
    ],
)
def test_an_exact_decimal_is_read(value: object, scale: int, whole: int) -> None:
    assert scaled(value, scale, "it") == whole


@pytest.mark.parametrize("value", ["12.345", "0.001", "", "ten", "1,5", "nan", "inf", True, None, [1], 0.123])
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(AmountError, match="it "):
        scaled(value, 100, "it")


@pytest.mark.parametrize(
    ("parts", "half_even", "half_up", "floor"),
    [
        (149, 1, 1, 1),
        (150, 2, 2, 1),
        (250, 2, 3, 2),
        (251, 3, 3, 2),
        (-150, -2, -2, -1),
        (-250, -2, -3, -2),
        (-99, -1, -1, 0),
        (0, 0, 0, 0),
    ],
)
def test_each_rounding_mirrors_negative_amounts(parts: int, half_even: int, half_up: int, floor: int) -> None:
    assert [rounded(parts, 100, rule) for rule in ROUNDINGS] == [half_even, half_up, floor]


@given(parts=st.integers(-(10**18), 10**18), unit=st.integers(1, 10**9), rule=st.sampled_from(ROUNDINGS))
def test_rounding_agrees_with_decimal_arithmetic(parts: int, unit: int, rule: str) -> None:
    exact = Fraction(parts, unit)
    whole = abs(exact).__floor__()
    twice = abs(exact) * 2 - 2 * whole  # the rest against a half, exactly
    near = Decimal(whole) + (
        Decimal("0.5") if twice == 1 else Decimal("0.25") if twice < 1 else Decimal("0.75")
    )
    near = Decimal(whole) if abs(exact) == whole else near
    expected = int(near.quantize(Decimal(1), DECIMAL_RULES[rule]))
    assert rounded(parts, unit, rule) == (-expected if parts < 0 else expected)


@pytest.mark.parametrize(
    ("units", "digits", "text"),
    [(12345, 2, "123.45"), (-5, 2, "-0.05"), (7, 0, "7"), (-1234, 3, "-1.234"), (0, 2, "0.00")],
)
def test_units_are_written_plainly(units: int, digits: int, text: str) -> None:
    assert decimal(units, digits) == text


@pytest.mark.parametrize(("currency", "digits"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("EUR", 2)])
def test_currencies_have_their_own_minor_unit(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits
    assert money(in_currency(currency), "floor", True, Fraction(1)).amount(12345) == decimal(12345, digits)


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (Fraction(5), "0.05"),
        (Fraction(1, 8), "0.00125"),
        (Fraction(-250), "-2.50"),
        (Fraction(1, 3), "1/300"),
        (Fraction(0), "0.00"),
    ],
)
def test_exact_amounts_keep_all_their_digits(minor: Fraction, text: str) -> None:
    assert money(in_currency("USD"), "floor", True, Fraction(1)).exact(minor) == text


@given(
    units=st.integers(-(10**15), 10**15),
    point=st.fractions(Fraction(1, 1000), 50, max_denominator=1000).filter(
        lambda p: 10**6 % p.denominator == 0
    ),
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
)
def test_a_unit_is_worth_its_share_of_a_point(units: int, point: Fraction, currency: str) -> None:
    cash = money(in_currency(currency), "half_even", True, point)
    value = Fraction(units, 100 * 10**6) * point * 10 ** minor_digits(currency)
    assert cash.volume.minor(units) == value
    assert abs(cash.rounded(units, cash.volume) - value) <= Fraction(1, 2)


def test_what_a_base_counts_decides_the_worth() -> None:
    cash = money(in_currency("USD"), "floor", True, Fraction(2))
    assert cash.worth("money") == Worth(1, 10**6)
    assert cash.worth("count") == Worth(1, 1)
    assert cash.worth("volume").minor(100 * 10**6) == 200  # a point at a rate of 1, in cents


def test_a_point_with_too_many_digits_for_64_bits_is_refused() -> None:
    with pytest.raises(AmountError, match="too many digits"):
        money(in_currency("JPY"), "floor", True, Fraction(1_333_333, 10**6))
