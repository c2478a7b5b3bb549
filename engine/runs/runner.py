"""The runner: takes a run through the passes of its map, with reading tasks in parallel.

The map (engine/run.py) says what happens in which order, and what may run in parallel; only this module
decides when a task begins. A single thread takes the tasks: with one writer at work a core is free for it.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from engine.passes import overflows
from engine.passes.context import Work
from engine.passes.crew import crew
from engine.plans.plan import Bonus


@dataclass(frozen=True, slots=True)
class Pass:
    """A step of a run, which writes to its standings or to its record.

    `needs` names the tasks whose findings it uses. Live figures are built by the passes marked `kept`,
    `renewed` and `numbered`. A run that continues from them leaves the `kept` ones out, and the `numbered`
    ones too unless the trees have changed since; only then it has the `moved` ones. A run on frozen standings
    has spans already, unless its trees are others; their levels are counted with them.
    """

    name: str
    do: Callable[[Work], None]
    needs: tuple[str, ...] = ()
    live: Literal["", "kept", "renewed", "numbered", "moved"] = ""

    def due(self, work: Work) -> bool:
        """Whether a run takes it."""
        if self.live == "moved":
            return work.from_live and work.moved
        if self.live == "numbered":
            return work.moved or not (work.from_live or work.frozen)
        return not (work.from_live and self.live == "kept")


@dataclass(frozen=True, slots=True)
class Parallel:
    """A task that only reads, and may run in parallel with everything that follows it in the map.

    It begins when a pass leaves a core free, or `at_once`; tasks that a pass needs come first. What it finds
    is in `Work.findings` under its name, and with `recorded` on the run's record too.
    """

    name: str
    find: Callable[[Work], Any]
    needs: tuple[str, ...] = ()
    at_once: bool = False
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Each:
    """Passes for each bonus of a group, the bonuses of one group in parallel, and passes after each group."""

    name: str
    groups: Callable[[Work], Iterator[list[Bonus]]]
    passes: tuple[tuple[str, Callable[[Work, Bonus], None]], ...]
    then: tuple[Pass, ...] = ()


Step = Pass | Parallel | Each


@dataclass(frozen=True, slots=True)
class Stage:
    """Steps that a person sees as one: progress, times and interruptions are reported by stage."""

    name: str
    steps: tuple[Step, ...]


def execute(work: Work, stages: Sequence[Stage]) -> None:
    """Take a run through all stages, and put what recorded tasks found onto its record."""
    with crew(work.graph, 1, "parallel") as pool:
        tasks = _Tasks(work, pool, _needed(stages))
        work.core_is_free = tasks.begin
        for stage in stages:
            work.stage, work.done, work.total = stage.name, 0, 0
            work.graph.write_rows("runs/beat", **work.beat)
            began = time.perf_counter()
            for step in stage.steps:
                with overflows.named(work, step.name):
                    _take(work, tasks, step)
            work.results["seconds"][stage.name] = round(time.perf_counter() - began, 3)
        tasks.begin()
        with overflows.named(work, "hashes"):
            work.results["hashes"] = tasks.recorded()


def keep_live(work: Work, stages: Sequence[Stage]) -> None:
    """Take a run through the passes that live figures need, and no further."""
    for stage in stages:
        work.stage = stage.name
        for step in stage.steps:
            if isinstance(step, Pass) and step.live not in ("", "moved"):
                with overflows.named(work, step.name):
                    step.do(work)


def _take(work: Work, tasks: "_Tasks", step: Step) -> None:
    if isinstance(step, Parallel):
        tasks.add(step)
    elif isinstance(step, Pass):
        if step.due(work):
            tasks.find(step.needs)
            step.do(work)
    else:
        stage = work.stage
        for group in step.groups(work):
            work.stage = f"{step.name} {', '.join(bonus.name for bonus in group)}"
            work.progress(0, 0)
            with crew(work.graph, work.gatherers) as pool:
                paid = pool.map(partial(_pay, work, step), group)
                pool.submit(tasks.begin)  # by whichever thread has no bonus left
                list(paid)
            for each in step.then:
                _take(work, tasks, each)
        work.stage = stage
        tasks.begin()


def _pay(work: Work, step: Each, bonus: Bonus) -> None:
    for _, do in step.passes:
        with overflows.named(work, f"bonus {bonus.name}"):
            do(work, bonus)


def _needed(stages: Sequence[Stage]) -> set[str]:
    """The names of all tasks that some pass needs."""
    steps = [step for stage in stages for step in stage.steps]
    passes = [step for step in steps if isinstance(step, Pass)]
    passes += [each for step in steps if isinstance(step, Each) for each in step.then]
    return {name for each in passes for name in each.needs}


class _Tasks:
    """The reading tasks of one run: waiting, begun, or finished."""

    def __init__(self, work: Work, pool: ThreadPoolExecutor, needed: set[str]) -> None:
        self._work, self._pool, self._needed = work, pool, needed
        self._waiting: list[Parallel] = []
        self._begun: dict[str, tuple[Parallel, Future[None]]] = {}

    def add(self, task: Parallel) -> None:
        """Let a task wait for a free core, those that a pass needs before the others."""
        self._waiting.append(task)
        self._waiting.sort(key=lambda waiting: waiting.name not in self._needed)
        if task.at_once:
            self.begin()

    def begin(self) -> None:
        """Begin the tasks that wait: a core is free for a while. Called from any thread."""
        with suppress(IndexError):  # two threads may find a core free at once
            while True:
                task = self._waiting.pop(0)
                self._begun[task.name] = task, self._pool.submit(self._find, task)

    def find(self, names: Sequence[str]) -> None:
        """Complete some tasks: wait for those that have begun, do the others now."""
        for name in names:
            waiting = next((task for task in self._waiting if task.name == name), None)
            if waiting is not None:
                self._waiting.remove(waiting)
                self._find(waiting)
            elif name in self._begun:
                self._begun[name][1].result()

    def recorded(self) -> dict[str, Any]:
        """What recorded tasks found, once all have ended; raises what one of them raised."""
        findings: dict[str, Any] = {}
        for task, ended in self._begun.values():
            ended.result()
            if task.recorded:
                findings |= self._work.findings[task.name]
        return findings

    def _find(self, task: Parallel) -> None:
        self.find(task.needs)  # begun before this task, so the single thread has finished them
        self._work.findings[task.name] = task.find(self._work)
