"""Rounding to whole minor units; a negative amount mirrors the positive one."""

from fractions import Fraction


def rounded(exact: Fraction, rule: str) -> int:
    """Round by half_even, half_up (away from zero) or floor (towards zero)."""
    size = abs(exact)
    down = size.numerator // size.denominator
    rest = size - down
    half = Fraction(1, 2)
    if rule == "half_up":
        up = rest >= half
    elif rule == "half_even":
        up = rest > half or (rest == half and down % 2 == 1)
    elif rule == "floor":
        up = False
    else:
        raise ValueError(f"no rounding is called {rule}")
    whole = down + 1 if up else down
    return -whole if exact < 0 else whole
