"""An operation is tried out: which periods it touches, and whose figures would be others."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from engine.composition.measures import needed
from engine.composition.vetting import vet
from engine.errors import UplineError
from engine.genealogy.changes.lane import read_company
from engine.genealogy.changes.writing import FOLLOWED
from engine.genealogy.operations.kinds import Operation
from engine.genealogy.operations.performing import Changed, Decided, Done, Instruction, begin, decide
from engine.graph.database import Graph, MemoryLimitError, Row
from engine.graph.queries import Query
from engine.graph.rehearsed import TookTooLongError, rehearsed
from engine.money import Currency
from engine.passes.chain import Chain, plan_by_text
from engine.passes.context import Work
from engine.passes.record import RunRecord, complete
from engine.passes.replay import checks_hash, made_by, period_of
from engine.period import Period
from engine.plans.plan import Bonus, Plan
from engine.preview import extent
from engine.preview.figures import Difference, Figures, differences, figures_of
from engine.preview.narrowed import Narrowing, narrow
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
    is out of date already, the period computed as the company is now. Sums are without the bonuses that are
    `left_out`.
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
    computed_for: int | None = None
    """How many members were computed, where that was enough; None: everybody."""
    left_out: tuple[str, ...] = ()
    """Bonuses of which nothing is known, because everybody would have to be computed for them."""

    @property
    def shown(self) -> dict[str, Any]:
        """What every door shows of it next to amounts and members."""
        facts: dict[str, Any] = {
            "plan": self.plan, "period": self.period, "run": self.run, "reasons": list(self.reasons),
            "computed": self.differences is not None, "why_not": self.why_not,
        }  # fmt: skip
        if self.differences is not None:
            facts |= {
                "from_result": self.fresh, "members_changed": len(self.differences),
                "would_earn_more": len(self.winners), "would_earn_less": len(self.losers),
                "computed_for": self.computed_for, "left_out": list(self.left_out),
            }  # fmt: skip
        return facts

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
    left_out: list[Bonus] = field(default_factory=list)
    """The bonuses that cannot be computed for those affected alone."""
    whole: str | None = None
    """Why everybody's figures have to be computed."""


def preview(
    graph: Graph,
    operation: Operation,
    *,
    periods: int = PERIODS,
    seconds: float = SECONDS,
    whole: bool = False,
    report: OnProgress = silent,
) -> Preview:
    """What an operation would change, in figures, if it were made now; it is not made.

    Of the periods that it touches, the latest `periods` (0 to MOST_PERIODS) are computed again in their
    order, and no others: for those affected alone where that gives the same, and it is not to be `whole`.
    In a company of more than MOST_MEMBERS what needs everybody is left out, and the period says so. Raises
    what `perform` raises, PreviewTooLargeError where nothing can be computed, or not in so many `seconds`,
    and CompanyBusyError.
    """
    begin(graph, [Instruction(operation)])
    periods = max(0, min(periods, MOST_PERIODS))
    reach = _Reach(periods, whole, graph.value("genealogy/member_count"))
    for _ in range(ATTEMPTS):
        try:
            return rehearsed(graph, partial(_tried, graph, operation, reach, report), seconds)
        except RunDisturbedError:
            continue
        except (TookTooLongError, MemoryLimitError) as error:
            raise PreviewTooLargeError(
                f"this preview is too large: {error.what}", todo="Ask for the figures of fewer periods."
            ) from error
    raise CompanyBusyError(
        f"the company has changed {ATTEMPTS} times while this preview was made", todo="Try again in a moment."
    )


def _tried(
    outside: Graph, operation: Operation, reach: "_Reach", report: OnProgress, graph: Graph
) -> Preview:
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
        made = _made(_Trial(outside, graph, decided, now, then, report), reach)
    except UplineError as error:
        if _disturbed(outside, cut, anything=comes):
            raise RunDisturbedError("the company changed while a preview was made") from error
        raise
    if _disturbed(outside, cut, anything=comes):
        raise RunDisturbedError("the company changed while a preview was made")
    return made


@dataclass(frozen=True, slots=True)
class _Reach:
    """How many of the latest periods are computed, if for everybody in any case, and of how many members."""

    periods: int
    whole: bool
    members: int


@dataclass(frozen=True, slots=True)
class _Trial:
    """An operation in a transaction (`graph`) that is rolled back; `outside` reads what is stored.

    Periods without the operation are computed as the company is `now`, with it as it would be `then`.
    """

    outside: Graph
    graph: Graph
    decided: Decided
    now: Apart
    then: Apart
    report: OnProgress


def _made(trial: _Trial, reach: _Reach) -> Preview:
    """The periods that an operation touches, as many computed as are to be."""
    touched, untouched = _touched(trial.graph, trial.decided.change)
    readable = [each for each in touched if each.plan is not None]
    chosen = readable[-reach.periods :] if reach.periods else []
    _judge(trial.decided.done, chosen)
    exact = all(each.whole is None and not each.left_out for each in chosen)
    if exact and not reach.whole:
        compared = _narrowed(trial, chosen)
    elif reach.members <= MOST_MEMBERS:
        compared = _for_everybody(trial, chosen)
    else:
        compared = _narrowed(trial, _possible(chosen, reach.members))
    listed = [
        compared.get(each.run.number)
        or _period(each, why_not=each.why_not or f"only the latest {reach.periods} are computed")
        for each in touched
    ]
    done = trial.decided.done
    return Preview(done.kind, done.on, done.changed, tuple(listed), untouched)


def _judge(done: Done, chosen: list[_Touched]) -> None:
    """Find out what of some periods has to be computed for everybody."""
    changed = {each.what for each in done.changed}
    for each in chosen:
        assert each.plan is not None
        assert each.period is not None
        if not each.fresh:
            each.whole = "its result is out of date"
        elif changed & {"enrolled", "became"}:
            each.whole = "somebody comes in"
        elif "owner" in changed and "owner_id" in needed(each.plan):
            each.whole = "a rule reads who owns a position"
        else:
            each.whole = extent.whole_company(each.plan)
        each.left_out = list(extent.left_out(each.plan, each.period.calendar))


def _possible(chosen: list[_Touched], members: int) -> list[_Touched]:
    """Those of some periods that can be computed for those affected alone; the others say why not."""
    possible = [each for each in chosen if each.whole is None]
    if chosen and not possible:
        raise PreviewTooLargeError(
            f"the company has {members:,} members, figures of everybody are previewed for up to "
            f"{MOST_MEMBERS:,}, and {chosen[-1].whole}",
            todo="Ask for no figures: which periods it touches is known for any size.",
        )
    for each in chosen:
        if each.whole is not None:
            each.why_not = f"the company has {members:,} members, and {each.whole}"
    return possible


def _narrowed(trial: _Trial, chosen: list[_Touched]) -> dict[int, PeriodPreview]:
    """Some periods, by run, computed for those affected alone."""
    compared: dict[int, PeriodPreview] = {}
    trial.decided.write()
    kinds = ("sponsor", "placement", "status")
    member_ids = sorted({each.id for each in trial.decided.done.changed if each.what in kinds})
    # Sponsors of before and after may look into their legs for recruits, whatever trees the run has.
    affected = {
        each_id
        for each in trial.decided.done.changed
        if each.what == "sponsor"
        for each_id in (each.before, each.after)
        if each_id is not None
    }  # fmt: skip
    for place, each in enumerate(chosen):
        assert each.plan is not None
        assert each.period is not None
        then = trial.then
        work = Work(
            trial.graph, each.plan, each.period, then.number + place, then.cut, then.one_tree, 1,
            trial.report, "those affected", previous=each.run.facts.get("previous"),
        )  # fmt: skip
        narrowing = Narrowing(trial.outside, each.run, work, each.left_out)
        made, reached = narrow(narrowing, member_ids, affected)
        affected |= reached
        left = {bonus.name for bonus in each.left_out}
        paid = sum(total["paid"] for total in each.run.totals if total["bonus"] not in left)
        different = differences(made.before, made.after)
        compared[each.run.number] = _period(
            each, differences=different, earned_before=paid, left_out=made.left_out,
            earned_after=paid + sum(one.gain for one in different), computed_for=len(reached),
        )  # fmt: skip
    return compared


def _for_everybody(trial: _Trial, chosen: list[_Touched]) -> dict[int, PeriodPreview]:
    """Some periods, by run, computed for everybody without the operation and with it."""
    graph, now, then = trial.graph, trial.now, trial.then
    for place, each in enumerate(chosen):
        number = each.run.number
        if not each.fresh:
            number = _computed(graph, each, replace(now, number=now.number + place), trial.report)
        each.before = figures_of(graph, number, each.run.facts["ranks"])
    trial.decided.write()
    compared = {}
    for place, each in enumerate(chosen):
        number = _computed(graph, each, replace(then, number=then.number + place), trial.report)
        after = figures_of(graph, number, each.run.facts["ranks"])
        compared[each.run.number] = _period(
            each, differences=differences(each.before, after), fresh=each.fresh,
            earned_before=sum(figures.earned for figures in each.before.values()),
            earned_after=sum(figures.earned for figures in after.values()),
        )  # fmt: skip
    return compared


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
