"""Numbers, periods and days of the command line: read within their ranges, and refused by name.

Each is a parser for typer, which calls it with the text of the option, or with a default.
"""

from datetime import date
from typing import Any

import typer

from engine import ranges
from engine.errors import UplineError, excerpt
from engine.money import AmountError
from engine.period import period
from engine.ranges import Range


class NumberOptionError(UplineError):
    """An option is no number, or outside its range."""


class DayOptionError(UplineError):
    """An option is not a day."""


class Figure:
    """A number within a range, in whole units of 1/scale; `option` is the option's name."""

    __name__ = "number"

    def __init__(self, within: Range, option: str) -> None:
        self.within, self.option = within, option

    def __call__(self, value: Any) -> Any:
        """The number; raises NumberOptionError."""
        if not isinstance(value, str):
            return value
        try:
            return self.within.read(value, self.option)
        except AmountError as error:
            least, most = (self.within.text(end) for end in (self.within.least, self.within.most))
            raise NumberOptionError(error.what, todo=f"Give a number from {least} to {most}.") from error


class Seconds(Figure):
    """A number of seconds within a range, as a float."""

    def __call__(self, value: Any) -> Any:
        """The seconds; raises NumberOptionError."""
        number = super().__call__(value)
        return number / self.within.scale if isinstance(value, str) else value


def number(within: Range, *names: str, help: str | None = None) -> Any:
    """An option that takes a number within a range."""
    return typer.Option(*names, parser=Figure(within, names[0]), help=help)


def checked_period(value: str) -> str:
    """The name of a period, as it is; raises BadPeriodError. In which time zone it begins, the plan says."""
    return period(value).name


class Day:
    """A day such as 2026-11-05; `option` is the option's name."""

    __name__ = "day"

    def __init__(self, option: str) -> None:
        self.option = option

    def __call__(self, value: Any) -> date:
        """The day; raises DayOptionError."""
        years = ranges.YEAR
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day is None or day.isoformat() != value or not years.least <= day.year <= years.most:
            raise DayOptionError(
                f"{self.option} must be a day, not {excerpt(value)}",
                todo=f"Write it as 2026-11-05, in one of the years {years.least} to {years.most}.",
            )
        return day
