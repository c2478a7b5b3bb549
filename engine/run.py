"""The map of Upline: a run is this tuple of stages, each a noun with a module and a folder of queries.

Company tables come in (engine/company.py), a run copies the trees as of the period's end into standings,
the stages below compute on those, and the results go out (engine/answers.py, engine/api, engine/export.py).
Each stage is one function that takes the `Work`; stages never call each other, they meet in the graph.
"""

import time
from functools import partial
from pathlib import Path

from engine.composition.vetting import vet
from engine.graph.database import Graph
from engine.passes import carry, ignored, record
from engine.passes.work import Report, Work, silent
from engine.period import Period, period
from engine.plans.plan import Plan
from engine.plans.reader import read
from engine.runs import life as runs
from engine.runs import live
from engine.settings import Settings
from engine.stages import checks, compression, ranks, standings, statements, volumes
from engine.stages.bonuses import pay as bonuses

STAGES = (
    ("standings", standings.stand),  # both trees as of the period's end, personal volume, activity
    ("volumes", volumes.roll_up),  # group volume, deepest level first
    ("ranks", ranks.qualify),  # qualified and paid-as rank, bottom up
    ("compression", compression.compress),  # one overlay per compression rule in use, top down
    ("bonuses", bonuses.pay),  # rule modules say who is paid; lines are summed into earnings
    ("statements", statements.total),  # what each member earned in all
    ("checks", checks.hold),  # queries that return violations; a run with any is no result
)


def run(graph: Graph, plan: Plan, wanted: Period, report: Report = silent) -> record.RunRecord:
    """Compute a period by a plan, and make it the result of that period.

    The same company, plan and period give the same result, to the last unit; a later run of the same
    period and plan supersedes this one. Where live figures were kept it goes on from their standings. A
    company's own rules are vetted first. Raises RunUnderWayError while another process computes, and
    CheckFailedError when the figures contradict each other: then nothing of it counts.
    """
    vet(graph, plan, Settings().rules)
    with runs.opened(graph, plan, wanted, report, partial(live.ready, graph, plan, wanted)) as work:
        work.results["notes"] += [*carry.notes(work), *ignored.notes(work)]
        for name, stage in STAGES:
            work.stage = name
            runs.enter(work, name)
            began = time.perf_counter()
            stage(work)
            runs.leave(work, name, time.perf_counter() - began)
    return record.result(graph, wanted.name, plan.name)


def run_file(graph: Graph, path: Path, period_name: str, report: Report = silent) -> record.RunRecord:
    """Read the plan file and run it on the period of that name."""
    plan = read(path, Settings().rules)
    return run(graph, plan, period(period_name, plan.zone), report)


__all__ = ["STAGES", "Work", "run", "run_file"]
