"""Periods: names, first and last instants in any time zone, the period before."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.period import BadPeriodError, TimeZoneError, containing, period


@pytest.mark.parametrize(
    ("name", "first", "last", "before"),
    [
        ("2026-11", "2026-11-01", "2026-11-30", "2026-10"),
        ("2026-01", "2026-01-01", "2026-01-31", "2025-12"),
        ("2024-02", "2024-02-01", "2024-02-29", "2024-01"),
        ("2026-W01", "2025-12-29", "2026-01-04", "2025-W52"),
        ("2020-W53", "2020-12-28", "2021-01-03", "2020-W52"),
        ("2026-Q1", "2026-01-01", "2026-03-31", "2025-Q4"),
        ("2026", "2026-01-01", "2026-12-31", "2025"),
        ("2026-03-01", "2026-03-01", "2026-03-01", "2026-02-28"),
        ("2026-11-01..2026-11-15", "2026-11-01", "2026-11-15", "2026-10-17..2026-10-31"),
    ],
)
def test_a_name_gives_its_days_and_the_period_before(name: str, first: str, last: str, before: str) -> None:
    actual = period(name)
    assert (actual.first, actual.last) == (date.fromisoformat(first), date.fromisoformat(last))
    assert actual.previous.name == before
    assert actual.previous.last + timedelta(days=1) == actual.first


@pytest.mark.parametrize(
    "name",
    [
        "",
        "2026-13",
        "2026-00",
        "2026-11-31",
        "2026-W54",
        "2021-W53",
        "2026-Q5",
        "26-11",
        "2026-11 ",
        "november",
    ],
)
def test_other_texts_are_refused_and_the_possible_forms_are_named(name: str) -> None:
    with pytest.raises(BadPeriodError, match=r"is not the name of a period .* Write 2026-11"):
        period(name)


def test_a_span_of_days_does_not_end_before_it_begins() -> None:
    with pytest.raises(BadPeriodError):
        period("2026-11-15..2026-11-01")


def test_an_unknown_zone_is_refused() -> None:
    for zone in ("Mars/Base", "", "../etc/passwd"):
        with pytest.raises(TimeZoneError, match="no time zone"):
            period("2026-11", zone)


@pytest.mark.parametrize(
    ("name", "zone", "start", "end"),
    [
        ("2026-11", "UTC", "2026-11-01T00:00", "2026-12-01T00:00"),
        (
            "2026-11",
            "America/New_York",
            "2026-11-01T04:00",
            "2026-12-01T05:00",
        ),  # summer time ends on the 1st
        ("2026-10", "Europe/Berlin", "2026-09-30T22:00", "2026-10-31T23:00"),
        ("2026-03-29", "Europe/Berlin", "2026-03-28T23:00", "2026-03-29T22:00"),  # a day of 23 hours
        ("2026-11", "Asia/Kolkata", "2026-10-31T18:30", "2026-11-30T18:30"),
    ],
)
def test_days_begin_at_local_midnight(name: str, zone: str, start: str, end: str) -> None:
    actual = period(name, zone)
    assert actual.start == datetime.fromisoformat(f"{start}:00+00:00")
    assert actual.end == datetime.fromisoformat(f"{end}:00+00:00")


@given(
    day=st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    calendar=st.sampled_from(["day", "week", "month", "quarter", "year"]),
    zone=st.sampled_from(["UTC", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu"]),
)
def test_periods_of_a_calendar_follow_each_other_without_gap(day: date, calendar: str, zone: str) -> None:
    actual = containing(day, calendar, zone)
    assert actual.calendar == calendar
    assert actual.first <= day <= actual.last
    assert period(actual.name, zone) == actual
    assert actual.previous.end == actual.start
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert actual.start <= noon < actual.end
