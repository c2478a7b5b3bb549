"""The map of Upline: a run is this tuple of stages, and each stage its passes, in order.

Tables come in (engine/intake), passes compute on standings, results go out (engine/answers, engine/explain,
engine/api). Stages meet in the graph alone. A `Parallel` task only reads, and runs next to what follows it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.composition.vetting import vet
from engine.errors import UplineError
from engine.genealogy.changes.requests import Request, fail, keep
from engine.graph.database import Graph
from engine.passes import chain as links
from engine.passes import hashes, intervals, notes
from engine.passes.record import RunRecord, result
from engine.passes.replay import unchanged
from engine.period import Period, period
from engine.plans.plan import Plan
from engine.plans.reader import read
from engine.progress import OnProgress, silent
from engine.runs import life, live
from engine.runs.runner import Each, Parallel, Pass, Stage, execute
from engine.settings import Settings
from engine.stages import activity, checks, compression, openings, push, ranks, standings, statements, volumes
from engine.stages.bonuses import caps, flows, matches, pay
from engine.stages.outside import bring as bring_outside

STAGES = (
    Stage("standings", (
        Pass("openings", openings.bring, live="renewed"), Pass("notes on earlier runs", links.note),
        Pass("notes on overrides", notes.overrides),
        Pass("standings", standings.create, live="kept"),
        Parallel("hashes of inputs", hashes.inputs, recorded=True),
        Parallel("orders of the period", notes.orders, recorded=True),
        Parallel("notes on legs", notes.legs),
        Pass("spans of groups", intervals.number, live="kept"),
    )),
    Stage("volumes", (
        Pass("activity", activity.settle, live="kept"),
        Pass("push-up", push.push_up, live="kept"),
        Parallel("legs with recruits", volumes.legs_with_recruits),
        Pass("group volume and measures", volumes.roll_up, live="renewed"),
        Parallel("company volume", caps.volume),
    )),
    Stage("ranks", (
        Pass("ranks of the period before", ranks.remember, live="kept"),
        Pass("ranks", ranks.qualify),
        Pass("requirements of bonuses", ranks.mark_payees),
        Pass("measures that read ranks", ranks.measure_ranks, needs=("legs with recruits",)),
        Parallel("hash of figures", hashes.figures, recorded=True),
    )),
    Stage("compression", (Pass("compressed trees", compression.compress),)),
    Stage("bonuses", (
        Pass("outside earnings", bring_outside), Pass("matches on other calendars", matches.bring),
        Each("bonus", pay.groups, (("flow", flows.compute), ("earnings", pay.pay)), then=(
            Pass("caps before matching", caps.apply_early, needs=("company volume",)),
        )),
        Pass("caps", caps.apply, needs=("company volume",)),
        Each("bonus", pay.pools, (("flow", flows.compute), ("earnings", pay.pay))), Pass("totals", pay.total),
    )),
    Stage("statements", (
        Pass("statements", statements.total),
        Parallel("hash of results", hashes.results, needs=("hash of figures",), at_once=True, recorded=True),
    )),
    Stage("checks", (Pass("checks", checks.check),)),
)  # fmt: skip


def run(
    graph: Graph,
    plan: Plan,
    target: Period,
    report: OnProgress = silent,
    *,
    replace: bool = False,
    request: Request | None = None,
    on_begun: Callable[[int], None] = lambda _number: None,
) -> RunRecord:
    """Compute a period by a plan, and make it its result: the same input gives the same, to the last unit.

    It continues from live figures if there are some. Raises OtherPlanTextError where the earlier result is by
    another text of the plan, unless `replace`; RunUnderWayError and CheckFailedError, and then keeps nothing.
    `on_begun` is called with the run's number, which is the answer that is kept of a `request`.
    """
    vet(graph, plan, Settings().rules)
    if not replace:
        life.refuse_other_text(graph, plan, target)
    continued = partial(live.ready, graph, plan, target)
    with life.opened(graph, plan, target, report, continued, request, on_begun) as work:
        execute(work, STAGES)
    return result(graph, target.name, plan.name)


@dataclass(frozen=True, slots=True)
class Computed:
    """A period's result; `kept` says that it was there already, and that nothing has changed since."""

    run: RunRecord
    kept: bool


def run_period(
    graph: Graph,
    plan: Plan,
    target: Period,
    report: OnProgress = silent,
    *,
    say: Callable[[str], None] = lambda _sentence: None,
    afresh: bool = False,
    chain: bool = False,
    replace: bool = False,
    request: Request | None = None,
    on_begun: Callable[[int], None] = lambda _number: None,
) -> Computed:
    """Compute a period, unless that would only repeat its result (`afresh`: even then).

    With `chain`, earlier periods that are out of date are computed first; without it, `say` is called with a
    sentence on each. Raises what `run` raises. The number of the run is the answer that is kept of a
    `request`, or else how the run has failed. Who passes one looks first whether it has been answered.
    """
    begun: list[int] = []

    def noted(number: int) -> None:
        begun.append(number)
        on_begun(number)

    try:
        earlier_periods(graph, plan, target, report, say, chain=chain)
        before = None if afresh else unchanged(graph, plan, target)
        if before:
            keep(graph, request, {"run": before.number})
            return Computed(before, kept=True)
        done = run(graph, plan, target, report, replace=replace, request=request, on_begun=noted)
        return Computed(done, kept=False)
    except UplineError as error:
        if begun:  # otherwise nothing is kept: the request is decided anew when it comes again
            failure = {"name": error.name, "what": error.what, "todo": error.todo}
            fail(graph, request, {"run": begun[0], "error": failure})
        raise


def earlier_periods(
    graph: Graph,
    plan: Plan,
    target: Period,
    report: OnProgress = silent,
    say: Callable[[str], None] = lambda _sentence: None,
    *,
    chain: bool = False,
) -> None:
    """Compute the earlier periods on which one rests, where they are out of date, or only say so."""
    if chain:
        for earlier, earlier_plan in links.Chain(graph, plan.name).before(plan, target):
            say(f"{earlier.name} is out of date, so it is computed first")
            run(graph, earlier_plan, earlier, report)
        return
    for link in links.Chain(graph, plan.name).basis(plan, target):
        if link.reasons:
            say(links.out_of_date(link))


@contextmanager
def tried(graph: Graph, plan: Plan, target: Period, report: OnProgress = silent) -> Iterator[RunRecord]:
    """Compute a period by a plan without making it a result: it is removed when the block is left."""
    vet(graph, plan, Settings().rules)
    with life.tried(graph, plan, target, report) as work:
        execute(work, STAGES)
        yield life.try_out(work)


def run_file(graph: Graph, path: Path, period_name: str, report: OnProgress = silent) -> RunRecord:
    """Read the plan file and run it on the period of that name."""
    plan = read(path, Settings().rules)
    return run(graph, plan, period(period_name, plan.zone), report)


def refresh(graph: Graph, plan: Plan, target: Period, report: OnProgress = silent) -> live.Live:
    """Bring the live figures of an open period up to date: see engine/runs/live.py."""
    return live.refresh(graph, plan, target, STAGES, report)
