"""The chain of runs: on which earlier runs a period rests, and whether those are still up to date.

A run carries from the run of the period before, matches what the periods of other calendars paid, or takes
the ranks of another calendar. Each of those may be out of date: later changes may have brought orders,
members or moves into its period, or a run on which it rests may have been computed again. A run that rests on
such a run would pay on outdated figures. So it names them, and `upline run --chain` computes them first, in
order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from engine.errors import UplineError
from engine.graph.database import Graph, Row
from engine.passes import carry
from engine.passes.carry import carried
from engine.passes.context import Work
from engine.passes.record import RunRecord, complete
from engine.period import Period, containing, period
from engine.plans.plan import Plan
from engine.plans.reader import parse
from engine.settings import Settings

ALWAYS = {
    "members_updated": "members with another name, status, country or owner",
    "customers_updated": "customers with another member",
    "one_tree_set": "the begin of a placement tree",
}
"""Operations without a day: a period that is computed again sees them, however long ago it was."""
FROM_A_DAY = {
    "members_added": "members who joined by its end",
    "sponsor_moves": "moves in the sponsor tree",
    "placement_moves": "moves in the placement tree",
    "members_placed": "placements",
    "overrides_added": "overrides",
    "overrides_corrected": "corrected overrides",
}
"""Operations that a period sees if they take effect by its last day."""
OF_PERIODS = {
    "facts_added": "facts",
    "facts_corrected": "corrected facts",
    "outside_earnings_added": "outside earnings",
    "outside_earnings_corrected": "corrected outside earnings",
}
"""Operations that only the periods that they name see."""
CORRECTIONS = {
    "corrections_added": "refunds of committed periods",
    "corrections_moved": "refunds that correct a committed period since, or no longer",
}
"""Operations on refunds of closed orders: open periods that begin later, or count those orders, see them."""
OF_NEXT = {"openings_added": "openings", "openings_corrected": "corrected openings"}
"""Operations that only the periods after those that they name see."""


@dataclass(frozen=True, slots=True)
class Link:
    """A complete run on which a period rests, and why computing it again may give another result.

    `reasons` is empty where the run is up to date.
    """

    run: RunRecord
    reasons: tuple[str, ...]


class Chain:
    """The complete runs of one plan, as they were when the chain was made."""

    def __init__(self, graph: Graph, plan_name: str) -> None:
        self._graph = graph
        self._read_changes: list[Row] | None = None
        runs = [run for run in complete(graph) if run.plan == plan_name]
        self._by_number = {run.number: run for run in runs}
        self._by_period = {run.period: run for run in reversed(runs)}
        self._reasons: dict[int, tuple[str, ...]] = {}

    def _changes(self) -> list[Row]:
        """The company's changes, read where a run rests on another one: a first run rests on none."""
        if self._read_changes is None:
            self._read_changes = [row["change"] for row in self._graph.read("runs/changes")]
        return self._read_changes

    def basis(self, plan: Plan, target: Period) -> list[Link]:
        """The runs on which a period rests if it is computed now, by a plan, the earliest first."""
        distinct = {run.number: run for run in sorted(self._read_by(plan, target), key=_last_day)}
        return [Link(run, self.reasons(run)) for run in distinct.values()]

    def reasons(self, run: RunRecord) -> tuple[str, ...]:
        """Why computing a run's period again may give another result; empty where it is up to date."""
        waiting = [run]
        while waiting:
            current = waiting[-1]
            if current.number in self._reasons:  # two runs rest on it
                waiting.pop()
                continue
            missing = [
                self._by_number[number]
                for number in _recorded(current)
                if number in self._by_number and number not in self._reasons
            ]
            if missing:  # a run rests on runs of lower numbers alone, so this ends
                waiting += missing
            else:
                self._reasons[current.number] = tuple(self._why(current))
                waiting.pop()
        return self._reasons[run.number]

    def brings(self, change: Row, run: RunRecord) -> tuple[str, ...]:
        """What one more change would bring into a run's period, in words; empty where it does not touch it.

        `change` are the properties that its node would have.
        """
        if run.is_closed:
            return ()
        try:
            plan = plan_by_text(run)
        except UplineError:
            return ()
        target = period(run.period, plan.zone)
        return tuple(dict.fromkeys(self._touching(change, target, _start(plan, target))))

    def _touching(self, change: Row, target: Period, start: datetime) -> Iterator[str]:
        corrects = any(run.is_closed for run in self._by_number.values())
        return _touching(self._graph, change, target, start, corrects=corrects)

    def before(self, plan: Plan, target: Period) -> list[tuple[Period, Plan]]:
        """The periods to compute before a period, in order, each with its plan.

        A period that has a run is computed by the plan text of that run, a closed one not at all. One without
        a run is computed by `plan`, where an earlier period of its calendar has a run, or where this period
        matches it.
        """
        sources: dict[str, tuple[Period, Plan]] = {}
        waiting = list(self._sources(plan, target))
        while waiting:
            each, matched = waiting.pop()
            run = self._by_period.get(each.name)
            if each.name in sources or not (run or matched or self._has_earlier(each)):
                continue
            if run is not None and run.is_closed:
                continue
            its_plan = plan if run is None else plan_by_text(run)
            sources[each.name] = each, its_plan
            waiting += self._sources(its_plan, each)
        due: set[str] = set()
        # Of two periods that end on one day, the longer one matches the shorter one.
        for each, its_plan in sorted(sources.values(), key=lambda item: _order(item[0])):
            name, run = each.name, self._by_period.get(each.name)
            rests_on_due = any(source.name in due for source, _ in self._sources(its_plan, each))
            if run is None or rests_on_due or self.reasons(run):
                due.add(name)
        return [sources[name] for name in sorted(due, key=lambda name: _order(sources[name][0]))]

    def _sources(self, plan: Plan, target: Period) -> Iterator[tuple[Period, bool]]:
        """The periods on which a period rests, and whether it matches them."""
        matched = {each.name for each in _matched(plan, target)}
        for each in _rests_on(plan, target):
            yield each, each.name in matched
        if plan.rank_calendar not in ("", target.calendar):
            decides = containing(target.last, plan.rank_calendar, target.zone)
            yield (decides.previous if decides.last >= target.last else decides), False

    def _has_earlier(self, target: Period) -> bool:
        """Whether a period of the same calendar that ends before this one has a run."""
        return any(
            run.facts["calendar"] == target.calendar and _last_day(run) < target.first
            for run in self._by_period.values()
        )

    def _ranked(self, plan: Plan, target: Period) -> RunRecord | None:
        """The run whose ranks a period takes, where another calendar decides them."""
        if plan.rank_calendar in ("", target.calendar):
            return None
        decided = [
            run
            for run in self._by_number.values()
            if run.facts["calendar"] == plan.rank_calendar and _last_day(run) <= target.last
        ]
        return max(decided, key=lambda run: (_last_day(run), run.number), default=None)

    def _why(self, run: RunRecord) -> Iterator[str]:
        if run.is_closed:
            return
        try:
            plan = plan_by_text(run)
        except UplineError as error:
            yield f"its plan cannot be read any more: {error.what}"
            return
        target = period(run.period, plan.zone)
        yield from self._changed(run, plan, target)
        expected = self._read_by(plan, target)
        for source in expected:
            if source.number > run.number:
                yield f"{source.period} has been computed since"
            elif self._reasons.get(source.number):
                yield f"{source.period}, on which it rests, is out of date"
        gone = set(_recorded(run)) - self._by_number.keys()
        if gone and not any(source.number > run.number for source in expected):
            yield f"it rests on figures that are gone (run {', '.join(map(str, sorted(gone)))})"

    def _read_by(self, plan: Plan, target: Period) -> list[RunRecord]:
        """The runs that a period reads if it is computed now."""
        names = [each.name for each in _rests_on(plan, target)]
        runs = [self._by_period[name] for name in names if name in self._by_period]
        ranked = self._ranked(plan, target)
        return [*runs, ranked] if ranked else runs

    def _changed(self, run: RunRecord, plan: Plan, target: Period) -> Iterator[str]:
        """What later changes brought into a run's period, in words."""
        start = _start(plan, target)
        later = [change for change in self._changes() if change["number"] > run.facts["cut"]]
        brought = dict.fromkeys(text for change in later for text in self._touching(change, target, start))
        if brought:
            yield f"later changes brought it {_listed(list(brought))}"


def note(work: Work) -> None:
    """Note what is missing of the runs on which this one rests, and which of them are out of date."""
    carry.note(work)
    if work.frozen is not None:  # it rests on what that run rested on
        return
    for link in Chain(work.graph, work.plan.name).basis(work.plan, work.period):
        if link.reasons:
            work.results["notes"].append(out_of_date(link))


def out_of_date(link: Link) -> str:
    """A sentence that says that a run is out of date, and why."""
    return (
        f"run {link.run.number} of {link.run.period}, on which this period rests, is out of date: "
        f"{'; '.join(link.reasons)}. `upline run --chain` computes it first"
    )


def _touching(graph: Graph, change: Row, target: Period, start: datetime, *, corrects: bool) -> Iterator[str]:
    """What a change brought into a period, in words. A change of an earlier release does not record it.

    `corrects`: there are committed periods of the plan, which refunds correct in the next open one.
    """
    touched: Sequence[str] | None = change.get("touched")
    if touched is None:
        yield "changes of an earlier release"
        return
    yield from _corrected(change, touched, target, start, corrects=corrects)
    for operation in touched:
        if operation in ALWAYS:
            yield ALWAYS[operation]
        elif operation in FROM_A_DAY:
            first = _native(change.get(f"{operation}_first"))
            if first is None or first <= target.last:
                yield FROM_A_DAY[operation]
        elif operation in OF_PERIODS:
            names = change.get(f"{operation.rpartition('_')[0]}_periods")
            if names is None or {"", target.name} & set(names):
                yield OF_PERIODS[operation]
        elif operation in OF_NEXT:
            if target.previous.name in (change.get("openings_periods") or ()):
                yield OF_NEXT[operation]
        elif operation == "orders_added":
            first, last = (_native(change.get(f"{operation}_{end}")) for end in ("first", "last"))
            near = first is None or (first < target.end and last >= start)
            window = {"number": change["number"], "start": start, "end": target.end}
            if near and graph.value("runs/orders_of_change", **window):
                yield "orders"


def _corrected(
    change: Row, touched: Sequence[str], target: Period, start: datetime, *, corrects: bool
) -> Iterator[str]:
    """The refunds of committed periods that a change brought or moved, where a period has to do with them."""
    for operation, what in CORRECTIONS.items():
        if operation in touched:
            first, last = (_native(change[f"{operation}_{end}"]) for end in ("first", "last"))
            if first < target.end and (corrects or last >= start):
                yield what


def _start(plan: Plan, target: Period) -> datetime:
    """From when on orders count for a period, for its activity at least."""
    return min(target.start, target.back(plan.activity_days)) if plan.activity_days else target.start


def _rests_on(plan: Plan, target: Period) -> list[Period]:
    """The periods whose runs a period reads: the one before, where it carries, and those that it matches."""
    return [*([target.previous] if carried(plan, target) else []), *_matched(plan, target)]


def _matched(plan: Plan, target: Period) -> list[Period]:
    calendars = dict.fromkeys(plan.matched_elsewhere(target.calendar).values())
    return [each for calendar in calendars for each in target.ending(calendar)]


def _recorded(run: RunRecord) -> list[int]:
    """The numbers of the runs that a run has read."""
    return [*run.facts.get("rests_on", ())]


def plan_by_text(run: RunRecord) -> Plan:
    """The plan of a run's own text, read with today's rules."""
    return parse(run.plan_text, Path(run.plan_path), Settings().rules)


def _order(target: Period) -> tuple[Any, ...]:
    """Sorts periods so that each comes after those on which it can rest."""
    return target.last, target.last - target.first


def _last_day(run: RunRecord) -> date:
    day: date = _native(run.facts["last_day"])
    return day


def _native(value: Any) -> Any:
    return value.to_native() if hasattr(value, "to_native") else value


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
