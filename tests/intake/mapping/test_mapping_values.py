"""Dates, figures and words as companies write them, and what they become."""

from datetime import date
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.intake.mapping.dates import date_format, iso_texts
from engine.intake.mapping.mapping import Numbers
from engine.intake.mapping.values import figures, in_zone, negative, without, worded


@pytest.mark.parametrize(
    ("form", "calendar", "text", "iso"),
    [
        ("DD.MM.YYYY", "gregorian", "1.2.2026", "2026-02-01"),
        ("DD.MM.YYYY", "gregorian", "01.13.2026", None),
        ("DD.MM.YYYY", "gregorian", "1.2.26", None),
        ("DD/MM/YY", "gregorian", "31/12/26", "2026-12-31"),
        ("YYYYMMDD", "gregorian", "20261231", "2026-12-31"),
        ("YYYY年MM月DD日", "gregorian", "2021年8月15日", "2021-08-15"),
        ("YYYY年MM月DD日", "gregorian", "２０２１年8月15日", "2021-08-15"),
        ("DD MMM YYYY", "gregorian", "3 Sept 2026", "2026-09-03"),
        ("MMM DD, YYYY", "gregorian", "November 5,  2026", "2026-11-05"),
        ("MMM DD, YYYY", "gregorian", "Brumaire 5, 2026", None),
        ("MM/DD/YYYY hh:mm:ss ap", "gregorian", "9/6/2016 6:29:00 PM", "2016-09-06T18:29:00"),
        ("MM/DD/YYYY hh:mm ap", "gregorian", "9/6/2016 12:05 a.m.", "2016-09-06T00:05:00"),
        ("MM/DD/YYYY hh:mm ap", "gregorian", "9/6/2016 13:05 PM", None),
        ("DD.MM.YYYY hh:mm", "gregorian", "1.2.2026 9:05", "2026-02-01T09:05"),
        ("YYYY-MM-DDThh:mm:sszz", "gregorian", "2026-02-01T09:05:07.5+02:00", "2026-02-01T09:05:07.5+02:00"),
        ("ERAY年MM月DD日", "japanese", "令和5年4月1日", "2023-04-01"),
        ("ERAY年MM月DD日", "japanese", "令和元年5月1日", "2019-05-01"),
        ("ERAY年MM月DD日", "japanese", "平成31年4月30日", "2019-04-30"),
        ("ERAY年MM月DD日", "japanese", "平成31年5月1日", None),
        ("ERAY年MM月DD日", "japanese", "㋿5年4月1日", "2023-04-01"),
        ("ERAY.MM.DD", "japanese", "R5.4.1", "2023-04-01"),
        ("ERAY.MM.DD", "japanese", "S64.1.7", "1989-01-07"),
        ("DD/MM/YYYY", "buddhist", "1/2/2569", "2026-02-01"),
        ("YYYY/MM/DD", "minguo", "0115/02/01", "2026-02-01"),
        ("Y/MM/DD", "minguo", "115/2/1", "2026-02-01"),
        ("DD.MM.YYYY", "buddhist", "31.2.2569", None),
    ],
)  # fmt: skip
def test_dates_in_many_forms(form: str, calendar: str, text: str, iso: str | None) -> None:
    assert iso_texts(pa.array([text, None]), (date_format(form, calendar),)).to_pylist() == [iso, None]


def test_the_first_format_that_fits_counts_and_ambiguous_ones_do_not_mix_up_months() -> None:
    forms = (date_format("DD/MM/YYYY"), date_format("MM/DD/YYYY"))
    texts = pa.array(["02/01/2026", "12/31/2026", "31/12/2026", "13/13/2026"])
    assert iso_texts(texts, forms).to_pylist() == ["2026-01-02", "2026-12-31", "2026-12-31", None]


@given(
    st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    st.sampled_from(["DD.MM.YYYY", "MM/DD/YYYY", "YYYY-MM-DD"]),
)
def test_whole_columns_and_single_values_are_read_alike(day: date, form: str) -> None:
    written = (
        form.replace("YYYY", f"{day.year:04d}").replace("MM", str(day.month)).replace("DD", str(day.day))
    )
    at_once = date_format(form)
    assert at_once.plain
    one_by_one = date_format(f"{form} hh:mm ap")
    assert not one_by_one.plain
    assert iso_texts(pa.array([written]), (at_once,)).to_pylist() == [day.isoformat()]
    assert iso_texts(pa.array([f"{written} 1:00 pm"]), (one_by_one,)).to_pylist() == [f"{day}T13:00:00"]


@pytest.mark.parametrize(
    "form",
    ["", "DD.MM", "YYYY-MM", "DD.MM.YYYY DD", "Y-MM-DD", "YYYY-MM-DD mm", "yyyy-MM-DD", "YYYY-MM-DD hh"],
)
def test_a_format_that_cannot_be_read_is_refused(form: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        date_format(form)


@pytest.mark.parametrize(
    ("numbers", "text", "plain"),
    [
        (Numbers(), "1234.5", "1234.5"), (Numbers(), "1,234.5", None), (Numbers(), "", None),
        (Numbers(",", ".", ("zł",)), "1.234,50 zł", "1234.50"), (Numbers(",", "."), "1.5", None),
        (Numbers(",", "."), "12.34,5", None), (Numbers(","), "1.5", None), (Numbers(","), "1,5", "1.5"),
        (Numbers(",", " "), "1\u00a0234\u202f567,8", "1234567.8"), (Numbers(",", " "), "12 34", None),
        (Numbers(".", ",", ("$",)), "-$1,234.00", "-1234.00"), (Numbers(".", "'"), "1'234.5", "1234.5"),
        (Numbers(), "(12.50)", "-12.50"), (Numbers(), "12.50-", "-12.50"), (Numbers(), "\u221212", "-12"),
        (Numbers(), "１２", "12"), (Numbers(), "- 5", "-5"), (Numbers(), "+5", "+5"), (Numbers(), "5.", "5"),
        (Numbers(), "1e5", None), (Numbers(), "NaN", None), (Numbers(), "--5", None),
        (Numbers(".", "", ("pts",)), "5 pts", "5"),
    ],
)  # fmt: skip
def test_figures_in_many_notations(numbers: Numbers, text: str, plain: str | None) -> None:
    assert figures(pa.array([text, None]), numbers).to_pylist() == [plain, None]


@given(st.integers(-(10**11), 10**11), st.sampled_from([".", ","]), st.sampled_from(["", " ", ".", ",", "'"]))
def test_a_figure_that_is_written_in_a_notation_is_read_as_it_was(
    cents: int, decimal: str, group: str
) -> None:
    if decimal == group:
        return
    whole, rest = divmod(abs(cents), 100)
    written = f"{'-' * (cents < 0)}{f'{whole:,}'.replace(',', group)}{decimal}{rest:02d}"
    assert figures(pa.array([written]), Numbers(decimal, group)).to_pylist() == [
        f"{'-' * (cents < 0)}{whole}.{rest:02d}"
    ]


def test_figures_of_a_list_of_refunds_are_negative_whatever_their_sign() -> None:
    texts = pa.array(["5", "-5", "+5.10", "0", "0.00", None])
    assert negative(texts).to_pylist() == ["-5", "-5", "-5.10", "0", "0.00", None]


def test_local_times_of_a_table_become_instants_and_days_stay_days() -> None:
    texts = pa.array(
        ["2026-07-01T12:00", "2026-01-01 12:00:00.5", "2026-07-01", "2026-07-01T10:00+05:00", None]
    )
    assert in_zone(texts, ZoneInfo("Europe/Warsaw")).to_pylist() == [
        "2026-07-01T10:00:00.000000Z", "2026-01-01T11:00:00.500000Z", "2026-07-01",
        "2026-07-01T10:00+05:00", None,
    ]  # fmt: skip


def test_words_are_known_in_any_case_and_unknown_ones_are_told() -> None:
    texts = pa.array(["AKTYWNY", "active", "Usunięty", None])
    known, unknown = worded(texts, {"aktywny": "active"}, None)
    assert (known.to_pylist(), unknown.to_pylist()) == (
        ["active", "active", None, None],
        [False, False, True, False],
    )
    known, unknown = worded(texts, {"aktywny": "active"}, "terminated")
    assert (known.to_pylist()[2], any(unknown.to_pylist())) == ("terminated", False)
    assert without(pa.array(["0", "1", None]), ("0",)).to_pylist() == [None, "1", None]
