"""The map of Upline: a run is this tuple of stages, and each stage its passes, in order.

Tables come in (engine/intake), passes compute on standings, results go out (engine/answers, engine/explain,
engine/api). Stages meet in the graph alone. A `Parallel` task only reads, and runs next to what follows it.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from engine.composition.vetting import vet
from engine.corrections import booking
from engine.corrections.restating import restate
from engine.genealogy.changes.requests import Request
from engine.graph.database import Graph
from engine.passes import chain, hashes, intervals, notes, relevel
from engine.passes.record import RunRecord
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

STAGES: tuple[Stage, ...] = (
    Stage("standings", (
        Pass("restated periods", lambda work: restate(work, STAGES), live="renewed"),
        Pass("openings", openings.bring, live="renewed"), Pass("notes on earlier runs", chain.note),
        Pass("notes on overrides", notes.overrides),
        Pass("standings", standings.create, live="kept"), Pass("levels", relevel.count_anew, live="moved"),
        Parallel("hashes of inputs", hashes.inputs, recorded=True),
        Parallel("orders of the period", notes.orders, recorded=True),
        Parallel("notes on legs", notes.legs), Pass("spans of groups", intervals.number, live="numbered"),
    )),
    Stage("volumes", (
        Pass("activity", activity.settle, live="kept"), Pass("push-up", push.push_up, live="kept"),
        Parallel("legs with recruits", volumes.legs_with_recruits),
        Pass("group volume and measures", volumes.roll_up, live="renewed"),
        Parallel("company volume", caps.volume),
    )),
    Stage("ranks", (
        Pass("ranks of the period before", ranks.remember, live="kept"), Pass("ranks", ranks.qualify),
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
        Pass("statements", statements.total), Pass("corrections", booking.book),
        Parallel("hash of results", hashes.results, needs=("hash of figures",), at_once=True, recorded=True),
    )),
    Stage("checks", (Pass("checks", checks.check),)),
)  # fmt: skip


def run(
    graph: Graph,
    plan: Plan,
    target: Period,
    report: OnProgress = silent,
    *, replace: bool = False, request: Request | None = None,
    on_begun: Callable[[int], None] = lambda _number: None,
) -> RunRecord:  # fmt: skip
    """Compute a period by a plan, and make it its result: the same input gives the same, to the last unit.

    It continues from live figures if there are some. Raises OtherPlanTextError where the earlier result is by
    another text of the plan, unless `replace`; RunUnderWayError and CheckFailedError, and then keeps nothing.
    `on_begun` is called with the run's number, which is the answer that is kept of a `request`.
    """
    vet(graph, plan, Settings().rules)
    if not replace:
        life.refuse_other_text(graph, plan, target)
    ready = partial(live.ready, graph, plan, target)
    with life.opened(graph, plan, target, report, ready, request, on_begun) as work:
        execute(work, STAGES)
    return life.result_of(work)


def run_file(graph: Graph, path: Path, name: str, report: OnProgress = silent) -> RunRecord:
    """Read the plan file and run it on the period of that name."""
    plan = read(path, Settings().rules)
    return run(graph, plan, period(name, plan.zone), report)


def refresh(graph: Graph, plan: Plan, target: Period, report: OnProgress = silent) -> live.Live:
    """Bring the live figures of an open period up to date: see engine/runs/live.py."""
    return live.refresh(graph, plan, target, STAGES, report)
