"""A company's month in the engine: tables in, the first run, the same period again, stage by stage."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from bench.measure import Facts, Peak, spread
from bench.progress import show, step
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.record import RunRecord
from engine.period import period
from engine.plans.plan import Plan
from engine.run import run
from engine.runs import removal
from engine.server.managed import Server
from engine.whatif.changes import changes_of
from engine.whatif.computing import compute as compute_what_if
from engine.whatif.kept import remove as remove_what_if

MONTHS = ("2026-10", "2026-11")
"""The month that warms up, and the month that is measured."""
OUTSIDE = "opening and closing"
"""The time of a run outside its stages: looking for earlier remains, and hashes after the last stage."""

Pid = Callable[[], int | None]


def load(graph: Graph, server: Server, folder: Path, pid: Pid) -> Facts:
    """Import a company's tables into the empty store, offline, from CSV files to a store with indexes."""
    with step("initial load"), Peak(pid) as peak:
        began = time.perf_counter()
        report = import_company(graph, folder, server=server, offline=True)
        seconds = time.perf_counter() - began
    show("initial load", f"{seconds:,.1f} s")
    return {
        "seconds": round(seconds, 3),
        "members": report.members.added,
        "customers": report.customers.added,
        "orders": report.orders.added,
        "moves": report.moves.added,
        "peak_mib": peak.mib,
    }


def compute(graph: Graph, plan: Plan, repeats: int, pid: Pid) -> tuple[RunRecord, Facts]:
    """Run the month that warms up, then first runs of the measured month, then reruns of it.

    A first run is repeated by removing the run before it. A rerun finds a result of the period, and removes
    it once its own counts. Neither removal is part of the time. With no repeats there is one run, on a server
    just started.
    """
    warming, measured = (period(name, plan.zone) for name in MONTHS)
    if not repeats:
        with step("the only run"), Peak(pid) as peak:
            began = time.perf_counter()
            only_run = run(graph, plan, measured)
            only = time.perf_counter() - began
        show("the only run, server just started", f"{only:,.1f} s")
        return only_run, {"first": _phase([only], [only_run], peak.mib)}
    with step("first run of a server just started"):
        began = time.perf_counter()
        run(graph, plan, warming)
        cold = time.perf_counter() - began
    show("a run on a server just started", f"{cold:,.1f} s")
    facts: Facts = {"cold": {"seconds": round(cold, 3)}}
    for name, fresh in (("first", True), ("again", False)):
        seconds: list[float] = []
        done: list[RunRecord] = []
        with Peak(pid) as peak:
            for number in range(repeats):
                if fresh and done:
                    removal.remove(graph, done[-1].number)
                with step(f"{name} run {number + 1} of {repeats}"):
                    began = time.perf_counter()
                    done.append(run(graph, plan, measured))
                    seconds.append(time.perf_counter() - began)
                removal.sweep(graph)
        facts[name] = _phase(seconds, done, peak.mib)
        show(f"{name} run, median of {repeats}", f"{facts[name]['seconds']['median']:,.2f} s")
    facts["what_if"] = _what_if(graph, done[-1], repeats, pid)
    return done[-1], facts


def _what_if(graph: Graph, base: RunRecord, repeats: int, pid: Pid) -> Facts:
    """What-ifs of the measured month with another floor; the removal of each is not timed."""
    changes = changes_of(["activity.personal_volume=50"])
    seconds: list[float] = []
    done: list[RunRecord] = []
    with Peak(pid) as peak:
        for number in range(repeats):
            with step(f"what-if {number + 1} of {repeats}"):
                began = time.perf_counter()
                done.append(compute_what_if(graph, "bench", base, changes).run)
                seconds.append(time.perf_counter() - began)
            remove_what_if(graph, "bench")
    facts = _phase(seconds, done, peak.mib)
    show(f"what-if, median of {repeats}", f"{facts['seconds']['median']:,.2f} s")
    return facts


def _phase(seconds: list[float], done: list[RunRecord], peak: int) -> Facts:
    stages = {
        name: round(statistics.median(one.facts["seconds"][place] for one in done), 4)
        for place, name in enumerate(done[-1].facts["stages"])
    }
    outside = [elapsed - sum(one.facts["seconds"]) for elapsed, one in zip(seconds, done, strict=True)]
    stages[OUTSIDE] = round(statistics.median(outside), 4)
    return {"seconds": spread(seconds), "stages": stages, "peak_mib": peak, "depth": done[-1].facts["depth"]}
