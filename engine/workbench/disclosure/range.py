"""The periods and runs that stand for a range of days: one run for each period, none left out unnoticed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engine.errors import UplineError
from engine.genealogy.changes.lane import read_company
from engine.graph.database import Graph
from engine.passes.chain import plan_by_text
from engine.passes.record import NoRunError, RunRecord, complete, result
from engine.period import containing, period
from engine.periods.lives import AmbiguousPlanError

PREFERRED = ("month", "week", "quarter", "day", "days", "year")
"""The calendar by whose periods members, ranks and purchases are counted: the first that the plan pays by."""


class PeriodsMissingError(UplineError):
    """Periods of the range have no run that counts."""


class BackwardsRangeError(UplineError):
    """A range ends before it begins."""


@dataclass(frozen=True, slots=True)
class RunsOfRange:
    """The runs of a range, in the order of their periods.

    `runs` are those of the main calendar, by which members are counted; `further` those of other calendars,
    which pay too. `before` is the run of the period before the first one, None where there is none.
    `missing` names periods without a run that counts. `committed` says whether the company commits periods
    of the plan: then only committed runs count, otherwise the newest ones.
    """

    plan: str
    calendar: str
    first_day: date
    last_day: date
    runs: tuple[RunRecord, ...]
    further: tuple[RunRecord, ...]
    before: RunRecord | None
    missing: tuple[str, ...]
    committed: bool

    @property
    def newest(self) -> RunRecord:
        """The run of the last period."""
        return self.runs[-1]


def runs_of_range(
    graph: Graph,
    first: str | None = None,
    last: str | None = None,
    plan: str | None = None,
    *,
    gaps: bool = False,
) -> RunsOfRange:
    """The runs of all periods that end within a period such as 2026, or from one period to another.

    Without any it is the latest period that has been computed.

    Raises BadPeriodError, BackwardsRangeError, NoRunError, AmbiguousPlanError, and PeriodsMissingError with
    the names of periods that have no run, unless `gaps` are to be named alone.
    """
    if first is None:
        first = result(graph, plan=plan).period
    start, end = period(first), period(last or first)
    if end.last < start.first:
        raise BackwardsRangeError(f"{last} ends before {first} begins", todo="Name the earlier period first.")
    known = _results(graph, plan)
    within = [run for run in known if start.first <= day_of(run, "last_day") <= end.last]
    name = _one_plan(within, first if last is None else f"{first} to {last}", plan)
    line = {each.calendar for each in read_company(graph).closed if each.plan == name}
    within = [run for run in within if run.plan == name]
    calendars = _calendars(within, line)
    counted = [run for run in within if not line or run.facts.get("committed_at") is not None]
    by_calendar = {each: _of_calendar(counted, each) for each in calendars}
    missing = [
        absent
        for each in calendars
        for absent in _missing(start.first, end.last, each, by_calendar[each])
    ]  # fmt: skip
    if not by_calendar[calendars[0]] or (missing and not gaps):
        raise _incomplete(name, missing, committed=bool(line))
    main = by_calendar[calendars[0]]
    further = tuple(run for each in calendars[1:] for run in by_calendar[each])
    before = _before(known, main[0], committed=bool(line))
    return RunsOfRange(
        name, calendars[0], start.first, end.last, tuple(main), further, before, tuple(missing), bool(line)
    )


def day_of(run: RunRecord, name: str) -> date:
    """The first or the last day of a run's period, by the name of the property."""
    value: Any = run.facts[name]
    day: date = value.to_native()
    return day


def _results(graph: Graph, plan: str | None) -> list[RunRecord]:
    """The runs of a plan, of each period the newest one and the committed one."""
    newest: dict[tuple[str, str], RunRecord] = {}
    committed: dict[tuple[str, str], RunRecord] = {}
    for run in complete(graph, plan=plan):
        newest.setdefault((run.plan, run.period), run)
        if run.facts.get("committed_at") is not None:
            committed.setdefault((run.plan, run.period), run)
    return list({**newest, **committed}.values())


def _one_plan(runs: Sequence[RunRecord], what: str, plan: str | None) -> str:
    """The plan of the runs; raises where there is none, or more than one."""
    names = sorted({run.plan for run in runs})
    if not names:
        by = f" by {plan}" if plan else ""
        raise NoRunError(
            f"no period with a complete run ends in {what}{by}",
            todo="Compute its periods first: upline run --period ... --plan ...",
        )
    if len(names) > 1:
        raise AmbiguousPlanError(f"{what} has runs by several plans: {', '.join(names)}", todo="Name one.")
    return names[0]


def _calendars(runs: Sequence[RunRecord], committed: Collection[str]) -> list[str]:
    """The calendars that the plan pays by, the main one first.

    Those that its bonuses name, and those whose periods are committed. Bonuses that name none are computed in
    every period that is run: of the calendars that nobody commits one alone counts for them, or the same pay
    would count twice.
    """
    newest = max(runs, key=lambda run: run.number)
    bonuses = plan_by_text(newest).bonuses
    ran = sorted({run.facts["calendar"] for run in runs}, key=PREFERRED.index)
    paying = {bonus.calendar for bonus in bonuses if bonus.calendar} | set(committed)
    of_any = not committed and any(not bonus.calendar for bonus in bonuses)
    return [each for each in ran if each in paying or (of_any and each == ran[0])] or ran[:1]


def _of_calendar(runs: Sequence[RunRecord], calendar: str) -> list[RunRecord]:
    of = [run for run in runs if run.facts["calendar"] == calendar]
    return sorted(of, key=lambda run: day_of(run, "last_day"))


def _missing(first: date, last: date, calendar: str, runs: Sequence[RunRecord]) -> list[str]:
    """The periods of a calendar that end in a range and have no run; of spans of days, the days between."""
    if calendar != "days":
        known = {run.period for run in runs}
        every, each = [], containing(first, calendar)
        while each.last <= last:
            every.append(each.name)
            each = each.next
        return [name for name in every if name not in known]
    gaps, day = [], first
    for run in runs:
        begins = day_of(run, "first_day")
        if begins > day:
            gaps.append(f"{day}..{begins - timedelta(days=1)}")
        day = max(day, day_of(run, "last_day") + timedelta(days=1))
    return [*gaps, f"{day}..{last}"] if day <= last else gaps


def _before(runs: Sequence[RunRecord], first: RunRecord, *, committed: bool) -> RunRecord | None:
    """The run of the period before the first one."""
    name = period(first.period).previous.name
    for run in runs:
        if (run.plan, run.period) == (first.plan, name):
            return run if not committed or run.facts.get("committed_at") is not None else None
    return None


def _incomplete(plan: str, missing: Sequence[str], *, committed: bool) -> PeriodsMissingError:
    state = "is not committed" if committed else "has no complete run"
    if len(missing) > 1:
        state = state.replace("is not", "are not").replace("has", "have")
    doing = "Commit them" if committed else "Run them"
    return PeriodsMissingError(
        f"{', '.join(missing)} {state} by {plan}",
        todo=f"{doing} first, or name a range without them. With gaps allowed they are left out and named.",
    )
