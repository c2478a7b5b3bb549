"""Ranges: what they let through, and that the documentation has the same ones."""

import math
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engine import ranges
from engine.errors import UplineError
from tests.support import hostile

ROOT = Path(__file__).parent.parent


def test_the_ranges_of_the_documentation_are_those_of_the_reader() -> None:
    page = (ROOT / "docs" / "numbers.md").read_text(encoding="utf-8")
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in page.partition("## Ranges")[2].splitlines()
        if line.startswith("| ")
    ][1:]
    assert rows == [
        (entry.what, entry.places, entry.text(entry.least), entry.text(entry.most)) for entry in ranges.RANGES
    ]


@given(scale=st.sampled_from([1, 100, 10**6]), value=hostile.numbers)
def test_a_range_lets_through_what_is_within_it(scale: int, value: str) -> None:
    within = ranges.Range("it", "here", 0, 10**15, scale)
    try:
        number = within.read(value)
    except UplineError:
        return
    assert 0 <= number <= 10**15
    assert math.isclose(number / scale, float(value))
