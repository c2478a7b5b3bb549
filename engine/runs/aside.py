"""Runs on the frozen standings of another run. They are kept aside: no result, in no list, carried from by
no period.

What such a run has is read by its number alone, by whoever keeps it. While it is computed it is a run under
way like others, so that it waits for them and they for it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.genealogy.changes.requests import Request
from engine.graph.database import Graph
from engine.passes.context import Frozen, Work
from engine.passes.record import RunRecord, record_of
from engine.period import Period
from engine.plans.plan import Plan
from engine.progress import OnProgress
from engine.runs.life import begun, facts_of


@contextmanager
def on_frozen(
    graph: Graph,
    plan: Plan,
    period: Period,
    frozen: Frozen,
    report: OnProgress,
    request: Request | None = None,
    on_begun: Callable[[int], None] = lambda _number: None,
) -> Iterator[Work]:
    """A run under way on the frozen standings of another one; the block itself keeps it.

    It is removed when the block fails, and by the next command where its process is killed.
    """
    with begun(graph, plan, period, report, request=request, is_trial=True, frozen=frozen) as work:
        on_begun(work.run)
        yield work


def keep(work: Work, state: str) -> RunRecord:
    """Keep a run whose passes are done, under a state of its own, which is no result's."""
    row = work.graph.write_rows("runs/keep", run=work.run, state=state, facts=facts_of(work))[0]
    return record_of(row["run"], row["totals"])
