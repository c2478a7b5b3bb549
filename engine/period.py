"""Periods: half-open spans of time in the company's time zone, with the names that people use."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine import ranges
from engine.errors import UplineError, excerpt


class BadPeriodError(UplineError):
    """A text is not the name of a period."""


class TimeZoneError(UplineError):
    """No time zone has this name."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included; as instants, from `start` until just before `end`.

    Names: ``2026-11`` a month, ``2026-W47`` an ISO week, ``2026-Q4`` a quarter, ``2026`` a year,
    ``2026-11-05`` a day, ``2026-11-01..2026-11-15`` any span of days.
    """

    name: str
    first: date
    last: date
    zone: str

    @property
    def start(self) -> datetime:
        """The first instant, in UTC."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first instant after the period, in UTC."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    def back(self, days: int) -> datetime:
        """The first instant of the last `days` days up to the period's end."""
        return _midnight(self.last - timedelta(days=days - 1), self.zone)

    @property
    def previous(self) -> "Period":
        """The period of the same calendar that ends where this one begins."""
        before = self.first - timedelta(days=1)
        if self.calendar == "days":
            length = self.last - self.first
            return Period(_span(before - length, before), before - length, before, self.zone)
        return containing(before, self.calendar, self.zone)

    @property
    def next(self) -> "Period":
        """The period of the same calendar that begins where this one ends."""
        after = self.last + timedelta(days=1)
        if self.calendar == "days":
            last = after + (self.last - self.first)
            return Period(_span(after, last), after, last, self.zone)
        return containing(after, self.calendar, self.zone)

    def ending(self, calendar: str) -> "list[Period]":
        """The periods of a calendar (not ``days``) whose last day lies in this one, in order."""
        ending = []
        each = containing(self.first, calendar, self.zone)
        while each.last <= self.last:
            ending.append(each)
            each = each.next
        return ending

    @property
    def calendar(self) -> str:
        """The calendar to which the name belongs: year, quarter, month, week, day or days."""
        return next(kind for kind, pattern in _PATTERNS.items() if pattern.fullmatch(self.name))


_PATTERNS = {
    "month": re.compile(r"(\d{4})-(\d{2})", re.ASCII),
    "week": re.compile(r"(\d{4})-W(\d{2})", re.ASCII),
    "quarter": re.compile(r"(\d{4})-Q([1-4])", re.ASCII),
    "year": re.compile(r"(\d{4})", re.ASCII),
    "day": re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII),
    "days": re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII),
}


def known_zone(name: str) -> bool:
    """Whether a time zone has this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def period(name: str, zone: str = "UTC") -> Period:
    """The period with this name in a time zone; raises BadPeriodError or TimeZoneError.

    The year of its name, and the length of a span of days, are within their ranges.
    """
    if not known_zone(zone):
        what = f"no time zone is called {excerpt(zone)}"
        raise TimeZoneError(what, todo="Use a name such as Europe/Berlin.")
    years, named = ranges.YEAR, any(pattern.fullmatch(name) for pattern in _PATTERNS.values())
    if named and not all(years.least <= int(part[:4]) <= years.most for part in name.split("..")):
        raise BadPeriodError(
            f"the period {name} is outside the calendar",
            todo=f"Use one of the years {years.least} to {years.most}.",
        )
    try:
        first, last = _days(name)
    except ValueError as error:
        raise BadPeriodError(
            f"{excerpt(name)} is not the name of a period",
            todo="Write 2026-11, 2026-W47, 2026-Q4, 2026, 2026-11-05 or 2026-11-01..2026-11-15.",
        ) from error
    if _PATTERNS["days"].fullmatch(name) and (last - first).days >= ranges.SPAN.most:
        raise BadPeriodError(
            f"the period {name} is too long",
            todo=f"A span of days has at most {ranges.SPAN.text(ranges.SPAN.most)} days.",
        )
    return Period(name, first, last, zone)


def containing(day: date, calendar: str, zone: str = "UTC") -> Period:
    """The period of a calendar (not ``days``) that contains a day."""
    name = _name(day, calendar)
    return Period(name, *_days(name), zone)


def _days(name: str) -> tuple[date, date]:
    if match := _PATTERNS["month"].fullmatch(name):
        first = date(int(match[1]), int(match[2]), 1)
        return first, _next_month(first) - timedelta(days=1)
    if match := _PATTERNS["week"].fullmatch(name):
        first = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        return first, first + timedelta(days=6)
    if match := _PATTERNS["quarter"].fullmatch(name):
        first = date(int(match[1]), 3 * int(match[2]) - 2, 1)
        return first, _next_month(first.replace(month=first.month + 2)) - timedelta(days=1)
    if match := _PATTERNS["year"].fullmatch(name):
        return date(int(match[1]), 1, 1), date(int(match[1]), 12, 31)
    if match := _PATTERNS["days"].fullmatch(name):
        first, last = date.fromisoformat(match[1]), date.fromisoformat(match[2])
        if last < first:
            raise ValueError(name)
        return first, last
    if not _PATTERNS["day"].fullmatch(name):
        raise ValueError(name)
    day = date.fromisoformat(name)
    return day, day


def _span(first: date, last: date) -> str:
    return f"{first.isoformat()}..{last.isoformat()}"


def _name(day: date, calendar: str) -> str:
    if calendar == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    return {
        "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
        "year": f"{day.year}",
        "day": day.isoformat(),
    }[calendar]


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
