"""Values that people and programs put where a number, a name or a date belongs: only refusals may follow."""

from hypothesis import strategies as st

NUMBERS = (
    "1e30", "1e999999999", "1e-999999999", "-1e999999999", "0e999999999", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "99999999999", "1000000000", "0", "-1", "0.000000001",
    "1" * 5000, "0." + "1" * 5000, "nan", "inf", "-inf", "1_000", "0x10", "１２", "1,5", "50%", "1e99999999%",
    "1/0", "1/3", "1/1e9999999", " 5 ",
)  # fmt: skip
TEXTS = (
    "", " ", "\x1b[31mred", "a\u0000b", "\ufeffA", "a" * 9_999, "none", "own", "'; MATCH (n) DETACH DELETE n",
    "\u202eabc", "e\u0301", "a\u200bb", "=1+1", "-1", "\u2028", "{}", "`", "\\", "$rule", "\U0010ffff",
)  # fmt: skip
PERIODS = (
    "0001", "9999-12", "0000-01", "9999-W52", "9999", "9999-Q4", "9999-12-31", "0001-01-01",
    "0001-01-01..9999-12-31", "1900-01-01..2199-12-31", "2026-13", "2026-W54", "２０２６-11", "2026-11-31",
    "1899-12", "2200-01", "2026-11-02..2026-11-01", "99999999999-01", "2026-11\n", "1900", "2199-12",
    "2199-W52",
)  # fmt: skip

numbers = st.one_of(
    st.sampled_from(NUMBERS),
    st.integers(-(10**40), 10**40).map(str),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
)
"""Numbers as texts: of every size, and of none."""
texts = st.one_of(
    st.sampled_from(TEXTS), st.text(max_size=30), st.text("\x00\x1b\ufeff\u200b=+-@'\"", max_size=8)
)
"""Names: empty, endless, with signs that other programs obey."""
anything = st.one_of(numbers, texts, st.sampled_from(PERIODS))
