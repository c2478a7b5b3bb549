"""An operation is tried out: which periods it touches, and whose figures would be others."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from engine.composition.vetting import vet
from engine.errors import UplineError
from engine.genealogy.changes.lane import read_company
from engine.genealogy.changes.undo import settle
from engine.genealogy.changes.writing import FOLLOWED
from engine.genealogy.operations.kinds import Operation
from engine.genealogy.operations.performing import Changed, Decided, Instruction, decide, make_ready
from engine.graph.database import Graph, MemoryLimitError, Row
from engine.graph.queries import Query
from engine.graph.rehearsed import TookTooLongError, rehearsed
from engine.money import Currency
from engine.passes.chain import Chain, plan_by_text
from engine.passes.record import RunRecord, complete
from engine.passes.replay import checks_hash, made_by, period_of
from engine.period import Period
from engine.plans.plan import Plan
from engine.preview.figures import Difference, Figures, differences, figures_of
from engine.progress import OnProgress, silent
from engine.run import STAGES
from engine.runs.life import Apart, RunDisturbedError, opened
from engine.runs.runner import execute
from engine.settings import Settings

MOST_MEMBERS = 50_000
"""Members of a company whose periods are computed within one transaction."""
MOST_PERIODS = 12
"""Periods that one preview computes."""
PERIODS = 3
"""The same by default: the latest of those that the operation touches."""
SECONDS = 300.0
"""How long the transaction of a preview may last."""
ATTEMPTS = 3
"""How often a preview begins anew because the company has changed under it."""
APART = 1 << 40
"""Runs of previews have numbers above this one, at random, so that none waits for another."""


class PreviewTooLargeError(UplineError):
    """The company is too large, or its periods take too long, for a preview."""


class CompanyBusyError(UplineError):
    """The company has changed again and again while a preview was made."""


@dataclass(frozen=True, slots=True)
class PeriodPreview:
    """What an operation would change in one period of one plan, whose result run `run` is.

    `reasons` say what it would bring the period. `differences` is None where the period was not computed;
    `why_not` then says why. Otherwise `fresh` tells what they start from: the result itself or, because that
    is out of date already, the period computed as the company is now.
    """

    plan: str
    period: str
    run: int
    reasons: tuple[str, ...]
    cash: Currency
    differences: tuple[Difference, ...] | None = None
    why_not: str | None = None
    fresh: bool = True
    earned_before: int = 0
    earned_after: int = 0

    @property
    def winners(self) -> tuple[Difference, ...]:
        """Who would earn more."""
        return tuple(each for each in self.differences or () if each.gain > 0)

    @property
    def losers(self) -> tuple[Difference, ...]:
        """Who would earn less."""
        return tuple(each for each in self.differences or () if each.gain < 0)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an operation would change: places and facts, and each period that it touches, the earliest first.

    `untouched` are the other periods that have a result: plan and period.
    """

    kind: str
    on: date
    changed: tuple[Changed, ...]
    periods: tuple[PeriodPreview, ...]
    untouched: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Touched:
    """A complete run that the operation touches; `plan` is None where it cannot be computed again."""

    run: RunRecord
    reasons: tuple[str, ...]
    fresh: bool
    plan: Plan | None = None
    period: Period | None = None
    why_not: str | None = None
    before: dict[str, Figures] = field(default_factory=dict)


def preview(
    graph: Graph,
    operation: Operation,
    *,
    periods: int = PERIODS,
    seconds: float = SECONDS,
    report: OnProgress = silent,
) -> Preview:
    """What an operation would change, in figures, if it were made now; it is not made.

    Of the periods that it touches, the latest `periods` (0 to MOST_PERIODS) are computed again in their
    order, and no others. Raises what `perform` raises, PreviewTooLargeError for a company of more than
    MOST_MEMBERS or work of more than `seconds`, and CompanyBusyError.
    """
    settle(graph)
    make_ready(graph, [Instruction(operation)])
    periods = max(0, min(periods, MOST_PERIODS))
    members = graph.value("genealogy/member_count")
    if periods and members > MOST_MEMBERS:
        raise PreviewTooLargeError(
            f"the company has {members:,} members, and figures are previewed for up to {MOST_MEMBERS:,}",
            todo="Ask for no figures: which periods it touches is known for any size.",
        )
    for _ in range(ATTEMPTS):
        try:
            return rehearsed(graph, partial(_tried, graph, operation, periods, report), seconds)
        except RunDisturbedError:
            continue
        except (TookTooLongError, MemoryLimitError) as error:
            raise PreviewTooLargeError(
                f"this preview is too large: {error.what}", todo="Ask for the figures of fewer periods."
            ) from error
    raise CompanyBusyError(
        f"the company has changed {ATTEMPTS} times while this preview was made", todo="Try again in a moment."
    )


def _tried(outside: Graph, operation: Operation, periods: int, report: OnProgress, graph: Graph) -> Preview:
    """The preview, made in a transaction that is rolled back. Raises RunDisturbedError."""
    company = read_company(graph)
    cut = company.last_change or 0

    def ask(statement: str | Query, /, **parameters: object) -> list[Row]:
        return graph.write_rows(statement, **parameters)

    decided = decide(ask, operation)
    # Who comes in has the number of the change, so the periods see it; then no other change may have it.
    comes = any(each.what == "enrolled" for each in decided.done.changed)
    now = Apart(APART + random.randrange(APART), cut, company.one_tree is not False)
    then = Apart(now.number + MOST_PERIODS, decided.done.number if comes else cut, decided.one_tree)
    try:
        made = _made(graph, decided, now, then, periods, report)
    except UplineError as error:
        if _disturbed(outside, cut, anything=comes):
            raise RunDisturbedError("the company changed while a preview was made") from error
        raise
    if _disturbed(outside, cut, anything=comes):
        raise RunDisturbedError("the company changed while a preview was made")
    return made


def _made(
    graph: Graph, decided: Decided, now: Apart, then: Apart, periods: int, report: OnProgress
) -> Preview:
    """The periods without the operation, as it is `now`, and with it, as it would be `then`."""
    touched, untouched = _touched(graph, decided.change)
    readable = [each for each in touched if each.plan is not None]
    chosen = readable[-periods:] if periods else []
    for place, each in enumerate(chosen):
        number = each.run.number
        if not each.fresh:
            number = _computed(graph, each, replace(now, number=now.number + place), report)
        each.before = figures_of(graph, number, each.run.facts["ranks"])
    decided.write()
    compared = {}
    for place, each in enumerate(chosen):
        number = _computed(graph, each, replace(then, number=then.number + place), report)
        compared[each.run.number] = _compared(each, figures_of(graph, number, each.run.facts["ranks"]))
    listed = [
        compared.get(each.run.number)
        or _period(each, why_not=each.why_not or f"only the latest {periods} are computed")
        for each in touched
    ]
    done = decided.done
    return Preview(done.kind, done.on, done.changed, tuple(listed), untouched)


def _touched(graph: Graph, change: Row) -> tuple[list[_Touched], tuple[tuple[str, str], ...]]:
    """The complete runs that a change touches, each after those that it rests on; and the others."""
    runs = sorted(complete(graph), key=lambda run: (_day(run, "last_day"), -_days(run), run.number))
    chains: dict[str, Chain] = {}
    touched: dict[int, _Touched] = {}
    untouched = []
    for run in runs:
        chain = chains.setdefault(run.plan, Chain(graph, run.plan))
        reasons = chain.brings(change, run)
        if not reasons:
            reasons = tuple(_rested(run, touched))
        if reasons:
            touched[run.number] = _readable(run, reasons, chain)
        else:
            untouched.append((run.plan, run.period))
    return list(touched.values()), tuple(untouched)


def _rested(run: RunRecord, touched: dict[int, _Touched]) -> Iterator[str]:
    """Why a run is touched that the change itself brings nothing: it rests on others that are."""
    for number in run.facts.get("rests_on", ()):
        if number in touched:
            yield f"{touched[number].run.period}, on which it rests, would be out of date"


def _readable(run: RunRecord, reasons: tuple[str, ...], chain: Chain) -> _Touched:
    """A touched run with its plan and period, and whether its result is up to date so far."""
    try:
        plan = plan_by_text(run)
    except UplineError as error:
        return _Touched(run, reasons, False, why_not=f"its plan cannot be read any more: {error.what}")
    now = {**made_by(plan), "checks_hash": checks_hash(Settings().rules)}
    same = all(run.facts.get(name) == value for name, value in now.items())
    return _Touched(run, reasons, same and not chain.reasons(run), plan, period_of(run, plan))


def _computed(graph: Graph, each: _Touched, apart: Apart, report: OnProgress) -> int:
    """Compute a period within the transaction; returns the number of the run."""
    assert each.plan is not None
    assert each.period is not None
    vet(graph, each.plan, Settings().rules)
    with opened(graph, each.plan, each.period, report, apart=apart) as work:
        execute(work, STAGES)
    return apart.number


def _compared(each: _Touched, after: dict[str, Figures]) -> PeriodPreview:
    return _period(
        each, differences=differences(each.before, after), fresh=each.fresh,
        earned_before=sum(figures.earned for figures in each.before.values()),
        earned_after=sum(figures.earned for figures in after.values()),
    )  # fmt: skip


def _period(each: _Touched, **values: Any) -> PeriodPreview:
    run = each.run
    return PeriodPreview(run.plan, run.period, run.number, each.reasons, run.cash, **values)


def _disturbed(graph: Graph, cut: int, *, anything: bool) -> bool:
    """Whether the company has changed after a change: by anything, or by more than what a run leaves out."""
    return bool(graph.read("runs/disturbing", cut=cut, followed=[] if anything else list(FOLLOWED)))


def _day(run: RunRecord, name: str) -> date:
    day: date = run.facts[name].to_native()
    return day


def _days(run: RunRecord) -> int:
    return (_day(run, "last_day") - _day(run, "first_day")).days
