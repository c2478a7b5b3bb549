"""Compute: company tables in, result tables out, in a store that is thrown away afterwards."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from engine.answers.export import Export
from engine.graph.database import Graph
from engine.intake.importing import ImportReport, import_company
from engine.passes.context import Report, silent
from engine.passes.record import RunRecord
from engine.period import period
from engine.plans.reader import read
from engine.run import run
from engine.server.managed import Server
from engine.server.scratch import at, scratch
from engine.settings import Settings

Told = Callable[[str], None]


def compute(
    directory: Path,
    plan_path: Path,
    periods: list[str],
    out: Path,
    *,
    format: str = "csv",
    accept_valid: bool = False,
    graph: Graph | None = None,
    report: Report = silent,
    told: Told = lambda _line: None,
) -> tuple[ImportReport, list[RunRecord]]:
    """Import a folder of company tables, run each period in order, write tables and report.json to `out`.

    Works in a scratch store of its own unless `graph` gives an empty database. The plan and the periods
    are checked before anything is started.
    """
    plan = read(plan_path, Settings().rules)
    wanted = [period(name, plan.zone) for name in periods]
    export = Export(out, format)
    server = None
    with ExitStack() as stack:
        if graph is None:
            told("starting a scratch Neo4j")
            running = stack.enter_context(scratch(Settings()))
            server = Server(at(Settings(), running.home))
            graph = stack.enter_context(Graph(running.uri, running.user, running.password))
        told(f"importing {directory}")
        refusals = out / "refusals.csv" if accept_valid else None
        imported = import_company(
            graph, directory,
            accept_valid=accept_valid, refusals_to=refusals, progress=report, server=server,
        )  # fmt: skip
        runs = []
        for each in wanted:
            told(f"running {each.name}")
            done = run(graph, plan, each, report)
            told(f"writing {each.name}")
            export.add(graph, done)
            runs.append(done)
    export.finish()
    return imported, runs
