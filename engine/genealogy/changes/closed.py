"""Committed periods are closed: no change of the company reaches a day on which one of them rests.

One guard, which every change set and every operation passes within the lane. A commit closes all days up to
the last one of its period. What has no day, such as another name of a member or a fact of every period, holds
from now on: a committed run keeps what it has read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from engine.genealogy.refusals import PeriodCommittedError
from engine.period import Period, period

DATED = (
    "members_added", "sponsor_moves", "placement_moves", "members_placed", "overrides_added",
    "overrides_corrected",
)  # fmt: skip
"""Operations with a first day, which is in an open period."""
TIMED = ("orders_added",)
"""Operations with a first instant."""
OF_PERIODS = (
    "facts_added", "facts_corrected", "outside_earnings_added", "outside_earnings_corrected",
    "openings_added", "openings_corrected",
)  # fmt: skip
"""Operations on periods by their names, which are open ones; of openings, the period before is named."""
FROM_NOW_ON = (
    "members_updated", "customers_added", "customers_updated", "prospects_added", "prospects_updated",
    "one_tree_set", "time_zone_set",
    "refund_rules_set", "preferences_set", "currencies_set", "period_rules_set", "ledger_rules_set",
    "corrections_added", "corrections_moved",
)  # fmt: skip
"""Operations without a day. Where a person does one as from a day (`effective_on`), that day is open.
Corrections are of closed days, and change nothing of what was paid in them."""
ADVICE = "Give a day from {day} on, or withdraw the commit first: upline period withdraw {name}."


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """The last committed period of a plan and calendar, its run, and when the first open period begins."""

    plan: str
    calendar: str
    name: str
    run: int
    last_day: date
    ends_at: datetime

    @classmethod
    def of(cls, text: str) -> "ClosedPeriod":
        """From the text that the company's node keeps."""
        plan, calendar, last_day, name, run, ends_at = text.split("\n")
        ends = datetime.fromisoformat(ends_at).astimezone(UTC)
        return cls(plan, calendar, name, int(run), date.fromisoformat(last_day), ends)

    @property
    def text(self) -> str:
        """What the company's node keeps; `runs/begin` and `runs/adopt` read its first three lines."""
        ends_at = self.ends_at.astimezone(UTC).isoformat()
        return "\n".join([self.line + self.last_day.isoformat(), self.name, str(self.run), ends_at])

    @property
    def line(self) -> str:
        """The plan and calendar, as the text begins."""
        return line_of(self.plan, self.calendar)

    def why(self, what: str) -> str:
        """A sentence without its full stop: what reaches into it, and what it is."""
        return (
            f"{what}, and {self.name} of {self.plan} is committed by run {self.run}: "
            f"nothing changes any more up to {self.last_day}"
        )

    def refusal(self, what: str, field: str | None = None) -> PeriodCommittedError:
        """The refusal of something that reaches into it."""
        return PeriodCommittedError(self.why(what), field, self.todo)

    @property
    def todo(self) -> str:
        """What to do about something that reaches into it."""
        day = date.fromordinal(self.last_day.toordinal() + 1)
        return ADVICE.format(day=day, name=self.name)


def line_of(plan: str, calendar: str) -> str:
    """A plan and calendar, as the text of a closed period of theirs begins."""
    return f"{plan}\n{calendar}\n"


def key_of(plan: str, target: Period) -> str:
    """What the life of a period of a plan is kept by: plan, calendar and name."""
    return line_of(plan, target.calendar) + target.name


def closing_day(closed: Sequence[ClosedPeriod], day: date | None) -> ClosedPeriod | None:
    """The last closed period, where a day is not after it."""
    last = max(closed, key=lambda each: each.last_day, default=None)
    return last if last is not None and day is not None and day <= last.last_day else None


def last_to_end(closed: Sequence[ClosedPeriod]) -> ClosedPeriod | None:
    """The closed period that ends last: whatever counts before its end is closed."""
    return max(closed, key=lambda each: each.ends_at, default=None)


def closing_instant(closed: Sequence[ClosedPeriod], instant: datetime | None) -> ClosedPeriod | None:
    """The last closed period, where an instant is before its end."""
    last = last_to_end(closed)
    if last is None or instant is None:
        return None
    return last if _aware(instant) < last.ends_at else None


def closing_period(closed: Sequence[ClosedPeriod], name: str | None) -> ClosedPeriod | None:
    """The closed period of the calendar of a period, where that one ends no later; None for no name."""
    if not closed or not name:
        return None
    named = period(name)
    return next(
        (each for each in closed if each.calendar == named.calendar and named.last <= each.last_day), None
    )


def closing_result(closed: Sequence[ClosedPeriod], line: str, last_day: date) -> ClosedPeriod | None:
    """The closed period of a plan and calendar, where a period of theirs ends no later."""
    return next((each for each in closed if each.line == line and last_day <= each.last_day), None)


def closing_opening(closed: Sequence[ClosedPeriod], plan: str, name: str) -> ClosedPeriod | None:
    """The closed period that began with an opening as of a period, or comes after those that did."""
    as_of = period(name)
    return next(
        (
            each for each in closed
            if (each.plan, each.calendar) == (plan, as_of.calendar) and as_of.last < each.last_day
        ),
        None,
    )  # fmt: skip


def refuse_closed(
    closed: Sequence[ClosedPeriod], change: Mapping[str, Any], field: str | None = None
) -> None:
    """Raise PeriodCommittedError where a change reaches into a committed period.

    `change` are the properties that its node gets: counts by operation (`orders_added`), the first of their
    days (`orders_added_first`), periods by noun (`facts_periods`), and `effective_on`, which `field` names;
    and `openings_of`, the periods of openings, each with its plan before it.
    """
    if not closed:
        return
    on = _native(change.get("effective_on"))
    if reached := closing_day(closed, on):
        raise reached.refusal(f"{on} is the day from which it would hold", field)
    for name in DATED:
        day = _native(change.get(f"{name}_first"))
        if change.get(name) and (reached := closing_day(closed, day)):
            raise reached.refusal(f"{name.replace('_', ' ')} are of {day}")
    for name in TIMED:
        at = _native(change.get(f"{name}_first"))
        if change.get(name) and (reached := closing_instant(closed, at)):
            raise reached.refusal(f"{name.replace('_', ' ')} are of {at:%Y-%m-%d %H:%M:%S}")
    for noun in ("facts", "outside_earnings"):
        for named in change.get(f"{noun}_periods") or ():
            if reached := closing_period(closed, named):
                raise reached.refusal(f"{noun.replace('_', ' ')} are of {named}")
    for text in change.get("openings_of") or ():
        plan, _, named = text.rpartition("\n")
        if reached := closing_opening(closed, plan, named):
            raise reached.refusal(f"openings are as of {named}")


def _aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _native(value: Any) -> Any:
    return value.to_native() if hasattr(value, "to_native") else value
