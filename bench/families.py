"""Each plan that ships with the engine by itself: what a family of bonuses costs on the same company."""

import time
from pathlib import Path

from bench.measure import Facts
from bench.month import MONTHS
from bench.progress import show, step
from bench.watchdog import NotEndedError, Watchdog
from engine.errors import UplineError
from engine.graph.database import Graph
from engine.passes import record
from engine.period import period
from engine.plans import reader
from engine.plans.plan import Plan
from engine.run import run
from engine.runs import removal

FOLDER = Path(reader.__file__).parent
WEEKS = ("2026-W46", "2026-W47")
"""A binary plan is paid by the week: the first carries volume over, the second is measured."""
LIMIT_S = 1_500
"""Of both periods of one plan together."""


def measure(graph: Graph, shape: str) -> tuple[Facts, list[Facts]]:
    """Run every plan that fits the shape; figures by plan, and what was skipped and why."""
    figures, skipped = {}, []
    for path in sorted(FOLDER.glob("*.toml")):
        try:
            plan = reader.read(path)
            if not fits(plan, shape):
                continue
            with step(f"plan {path.stem}"), Watchdog(graph, LIMIT_S):
                figures[path.stem] = _plan(graph, plan)
        except NotEndedError:
            why = f"not ended after {LIMIT_S} s"
        except UplineError as error:
            why = f"{error.name}: {error.what}"
        if path.stem not in figures:
            skipped.append({"what": f"plan {path.stem}", "why": why})
            show(f"plan {path.stem}: skipped", why[:20])
            continue
        show(f"plan {path.stem}", f"{figures[path.stem]['seconds']:,.2f} s")
    return figures, skipped


def binary(plan: Plan) -> bool:
    """Whether the plan pays by binary legs."""
    return any(bonus.module.name.startswith("binary") for bonus in plan.bonuses)


def fits(plan: Plan, shape: str) -> bool:
    """Whether a plan fits a shape: a binary plan needs a binary company, every other plan another shape."""
    return binary(plan) == (shape == "binary")


def _plan(graph: Graph, plan: Plan) -> Facts:
    """Seconds of one period after the one before it, which warms up and leaves what it carries over."""
    names = WEEKS if binary(plan) else MONTHS
    before, measured = (period(name, plan.zone) for name in names)
    try:
        run(graph, plan, before)
        began = time.perf_counter()
        done = run(graph, plan, measured)
        seconds = time.perf_counter() - began
    finally:
        for left in record.complete(graph):
            if left.plan == plan.name:
                removal.remove(graph, left.number)
    stages = dict(zip(done.facts["stages"], done.facts["seconds"], strict=True))
    return {
        "period": measured.name,
        "seconds": round(seconds, 3),
        "compression_and_bonuses": round(stages["compression"] + stages["bonuses"], 3),
    }
