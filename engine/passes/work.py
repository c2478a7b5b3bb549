"""What every stage of a run is handed: the graph, the plan, the period, and where the run stands."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from engine.graph.database import Graph
from engine.graph.queries import Query
from engine.period import Period
from engine.plans.plan import Plan

AGAIN_S = 0.5
"""Between two looks at what is still being asked."""

Task = Callable[["Work"], Any]
"""Reads something of a run. A dict that it finds goes onto the run's record; anything else a stage uses."""
Report = Callable[[str, int, int], None]
"""Called with a stage's name, standings done and standings to do (0 where that is not known)."""


def silent(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""


def window(period: Period, plan: Plan, cut: int) -> dict[str, object]:
    """The parameters that pick a period's orders, as known after import number `cut`."""
    return {"start": period.start, "end": period.end, "cut": cut, "excluded": list(plan.excluded_kinds)}


@dataclass(slots=True)
class Work:
    """One run under way.

    `widths` counts standings by depth for each tree; `cut` is the last import that the run sees;
    `results` gathers what stages leave for the run's record.
    """

    graph: Graph
    plan: Plan
    period: Period
    run: int
    cut: int
    one_tree: bool
    writers: int
    report: Report = silent
    stage: str = ""
    widths: dict[str, list[int]] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)
    side: "Side | None" = None
    """Where a stage hands work that may go on beside the stages after it."""
    waiting: list[Task] = field(default_factory=list)
    """Tasks that may be begun, and wait for a core that a stage does not need."""
    stands: bool = False
    """Whether the standings are there already, kept live while the period was open."""
    tree_hash: str | None = None
    """The hash of the trees, where live standings brought it along."""
    previous: int | None = None
    """The number of the complete run of the period before, by the same plan, if there is one."""

    @property
    def members(self) -> int:
        """Standings of this run."""
        return sum(self.widths.get("main", ()))

    @property
    def gatherers(self) -> int:
        """Queries side by side that gather before they write: each fills a core and holds its rows."""
        return min(self.writers, os.cpu_count() or 1)

    @property
    def window(self) -> dict[str, object]:
        """The parameters that pick the period's orders."""
        return window(self.period, self.plan, self.cut)

    def divided(self, asked: Query, writers: int, **given: object) -> None:
        """Ask a query once for each writer, side by side, each for its part of the standings (write/part)."""
        parts = ({**given, "writers": writers, "writer": writer} for writer in range(writers))
        self.at_once([(asked, part) for part in parts])

    def at_once(self, statements: Sequence[tuple[Query, Mapping[str, object]]]) -> None:
        """Ask several statements side by side, each with its parameters; with one writer, in turn."""
        with crew(self.graph, min(self.writers, len(statements)), "writer") as pool:
            for asked in [pool.submit(self.graph.batched, one, **given) for one, given in statements]:
                asked.result()

    def spare(self) -> None:
        """Begin the tasks that wait: a core is free for a while."""
        with suppress(IndexError):  # bonuses side by side may find a core free at once
            while True:
                self.beside(self.waiting.pop(0))

    def beside(self, task: Task) -> None:
        """Let a reading task run beside the stages that follow."""
        if self.side is not None:
            self.side.begin(task, self)

    def found_beside(self, task: Task) -> Any:
        """What a task found that was begun beside the stages; one that still waits is done now."""
        with suppress(ValueError):
            self.waiting.remove(task)
        return task(self) if self.side is None else self.side.of(task, self)

    def progress(self, done: int, total: int) -> None:
        """Tell how far the current stage is."""
        self.report(self.stage, done, total)


class Side:
    """Reading tasks beside the stages of one run, one at a time: a single writer leaves a core free."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._begun: dict[Task, Future[Any]] = {}

    def begin(self, task: Task, work: Work) -> None:
        """Queue a task, unless it was before."""
        if task not in self._begun:
            self._begun[task] = self._pool.submit(task, work)

    def of(self, task: Task, work: Work) -> Any:
        """What one task found: of one that was queued before, or of this call."""
        begun = self._begun.get(task)
        return task(work) if begun is None else begun.result()

    def found(self) -> dict[str, str]:
        """What all tasks found for the record, once they have ended; raises what one of them raised."""
        ended = [task.result() for task in self._begun.values()]
        return {key: value for found in ended if isinstance(found, dict) for key, value in found.items()}


@contextmanager
def aside(graph: Graph) -> Iterator[Side]:
    """A `Side` whose tasks have ended, or were never begun, when the block is left."""
    with crew(graph, 1, "beside") as pool:
        yield Side(pool)


@contextmanager
def crew(graph: Graph, workers: int, name: str = "") -> Iterator[ThreadPoolExecutor]:
    """Threads that ask the graph side by side, and have ended when the block is left.

    Whatever ends the block early, an interrupt too, stops what they have asked: nobody waits for it.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix=name)
    try:
        yield pool
    except BaseException:
        with _stopping(graph):
            pool.shutdown(wait=True, cancel_futures=True)
        raise
    pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _stopping(graph: Graph) -> Iterator[None]:
    """Stop whatever the graph is asked, again and again while the block lasts.

    Once is not enough: a statement that the server is still planning cannot be found there yet.
    """
    ended = Event()

    def stop() -> None:
        while True:
            graph.stop()
            if ended.wait(AGAIN_S):
                return

    with ThreadPoolExecutor(1) as one:
        stopped = one.submit(stop)
        try:
            yield
        finally:
            ended.set()
            stopped.result()
