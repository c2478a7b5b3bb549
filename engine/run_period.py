"""A period computed as its user means it: not again for nothing, and with what it rests on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from engine.composition.vetting import vet
from engine.errors import UplineError
from engine.genealogy.changes.requests import Request, conclude, keep
from engine.graph.database import Graph
from engine.passes import chain as links
from engine.passes.record import RunRecord
from engine.passes.replay import unchanged
from engine.period import Period
from engine.plans.plan import Plan
from engine.progress import OnProgress, silent
from engine.run import STAGES, run
from engine.runs import life
from engine.runs.progress import Trial
from engine.runs.runner import execute
from engine.settings import Settings


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
    `on_begun` is called with the number of each run that begins.
    """
    earlier_periods(graph, plan, target, report, say, chain=chain, request=request, on_begun=on_begun)
    before = None if afresh else unchanged(graph, plan, target)
    if before:
        keep(graph, request, {"run": before.number})
        return Computed(before, kept=True)
    with _failure_kept(graph, request, on_begun) as noted:
        done = run(graph, plan, target, report, replace=replace, request=request, on_begun=noted)
    return Computed(done, kept=False)


def try_period(
    graph: Graph,
    plan: Plan,
    target: Period,
    report: OnProgress = silent,
    *,
    say: Callable[[str], None] = lambda _sentence: None,
    chain: bool = False,
    request: Request | None = None,
    on_begun: Callable[[int], None] = lambda _number: None,
) -> RunRecord:
    """What a plan would pay for a period: a run whose figures are totalled, and which is then removed.

    `chain`, `say`, `request` and `on_begun` are those of `run_period`; what it would pay is kept with the
    request.
    """
    earlier_periods(graph, plan, target, report, say, chain=chain, request=request, on_begun=on_begun)
    with (
        _failure_kept(graph, request, on_begun) as noted,
        tried(graph, plan, target, report, request=request, on_begun=noted) as trial,
    ):
        conclude(graph, request, {"run": trial.number, "trial": Trial.of(trial).plain})
    return trial


def earlier_periods(
    graph: Graph,
    plan: Plan,
    target: Period,
    report: OnProgress = silent,
    say: Callable[[str], None] = lambda _sentence: None,
    *,
    chain: bool = False,
    request: Request | None = None,
    on_begun: Callable[[int], None] = lambda _number: None,
) -> None:
    """Compute the earlier periods on which one rests, where they are out of date, or only say so.

    Each of their runs is kept as a part of the request.
    """
    if chain:
        for earlier, earlier_plan in links.Chain(graph, plan.name).before(plan, target):
            say(f"{earlier.name} is out of date, so it is computed first")
            part = request.part(earlier.name) if request else None
            with _failure_kept(graph, part, on_begun) as noted:
                run(graph, earlier_plan, earlier, report, request=part, on_begun=noted)
        return
    for link in links.Chain(graph, plan.name).basis(plan, target):
        if link.reasons:
            say(links.out_of_date(link))


@contextmanager
def tried(
    graph: Graph,
    plan: Plan,
    target: Period,
    report: OnProgress = silent,
    *,
    request: Request | None = None,
    on_begun: Callable[[int], None] = lambda _number: None,
) -> Iterator[RunRecord]:
    """Compute a period by a plan without making it a result: it is removed when the block is left."""
    vet(graph, plan, Settings().rules)
    with life.tried(graph, plan, target, report, request, on_begun) as work:
        execute(work, STAGES)
        yield life.try_out(work)


@contextmanager
def _failure_kept(
    graph: Graph, request: Request | None, on_begun: Callable[[int], None]
) -> Iterator[Callable[[int], None]]:
    """What is to be called with a run's number; how that run fails is kept with its request."""
    begun: list[int] = []

    def noted(number: int) -> None:
        begun.append(number)
        on_begun(number)

    try:
        yield noted
    except UplineError as error:
        if begun:  # otherwise nothing is kept: the request is decided anew when it comes again
            failure = {"name": error.name, "what": error.what, "todo": error.todo}
            conclude(graph, request, {"run": begun[0], "error": failure})
        raise
