"""A period: its days, and which instants fall on them in the plan's time zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Period:
    """The days first .. last, both included."""

    name: str
    first: date
    last: date
    zone: str

    @property
    def calendar(self) -> str:
        """month, week, quarter, year, day, or days for any other stretch."""
        if ".." in self.name:
            return "days"
        parts = self.name.split("-")
        if len(parts) != 2:
            return {1: "year", 3: "day"}[len(parts)]
        return {"W": "week", "Q": "quarter"}.get(parts[1][0], "month")

    def holds(self, instant: datetime) -> bool:
        """Whether the instant falls on one of the days by the clocks of the time zone."""
        return self.first <= instant.astimezone(ZoneInfo(self.zone)).date() <= self.last


def period(name: str, zone: str) -> Period:
    """Read 2026-11, 2026-W47, 2026-Q4, 2026, 2026-11-05 or 2026-11-01..2026-11-15."""
    first, after = _first_and_after(name)
    return Period(name, first, after - timedelta(days=1), zone)


def instant(text: str) -> datetime:
    """Read a moment; one that names no offset is in UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _first_and_after(name: str) -> tuple[date, date]:
    if ".." in name:
        first, last = name.split("..")
        return date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1)
    parts = name.split("-")
    year = int(parts[0])
    if len(parts) == 3:
        day = date.fromisoformat(name)
        return day, day + timedelta(days=1)
    if len(parts) == 1:
        return date(year, 1, 1), date(year + 1, 1, 1)
    if parts[1].startswith("W"):
        monday = date.fromisocalendar(year, int(parts[1][1:]), 1)
        return monday, monday + timedelta(days=7)
    month, months = int(parts[1].removeprefix("Q")), 1
    if parts[1].startswith("Q"):
        month, months = 3 * month - 2, 3
    return date(year, month, 1), _month_start(year, month + months)


def _month_start(year: int, month: int) -> date:
    return date(year + 1, month - 12, 1) if month > 12 else date(year, month, 1)
