"""Company tables in, result tables out, computed in a database that is removed afterwards."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from engine.answers.export import Export
from engine.graph.database import Graph
from engine.intake.importing import ImportReport, import_company
from engine.intake.mapping.mapping import CompanyMapping
from engine.money import is_standard
from engine.passes.record import RunRecord
from engine.period import period
from engine.plans.plan import Plan
from engine.plans.reader import read
from engine.progress import OnProgress, silent
from engine.run import run
from engine.server.connect import graph_of
from engine.server.managed import Server
from engine.server.scratch import is_small, scratch_server
from engine.server.temporary import with_home
from engine.settings import Settings


def compute(
    directory: Path,
    plan_path: Path,
    periods: list[str],
    out: Path,
    *,
    format: str = "csv",
    accept_valid: bool = False,
    refund_rules: Mapping[str, str] | None = None,
    mapping: CompanyMapping | None = None,
    exact_text: bool = False,
    graph: Graph | None = None,
    report: OnProgress = silent,
    announce: Callable[[str], None] = lambda _step: None,
) -> tuple[ImportReport, list[RunRecord]]:
    """Import a folder of company tables, run each period in order, write tables and report.json to `out`.

    Works in a scratch server of its own unless `graph` is given, an empty database. The plan and the periods
    are checked before anything is started. `announce` is called with the name of each step.
    """
    plan = read(plan_path, Settings().rules)
    chosen = [period(name, plan.zone) for name in periods]
    export = Export(out, format, exact_text)
    server = None
    with ExitStack() as stack:
        if graph is None:
            announce("starting a temporary Neo4j")
            running = stack.enter_context(scratch_server(Settings(), short=is_small(directory)))
            server = Server(with_home(Settings(), running.home))
            graph = stack.enter_context(graph_of(running))
            graph.prepared = True  # the template comes with the schema
        announce(f"importing {directory}")
        refusals = out / "refusals.csv" if accept_valid else None
        if accept_valid:
            out.mkdir(parents=True, exist_ok=True)
        imported = import_company(
            graph, directory,
            accept_valid=accept_valid, refusals_to=refusals, progress=report, server=server,
            refund_rules=refund_rules, mapping=mapping, currencies=own_currency(plan),
        )  # fmt: skip
        runs = []
        for current in chosen:
            announce(f"running {current.name}")
            done = run(graph, plan, current, report)
            announce(f"writing {current.name}")
            export.add(graph, done)
            runs.append(done)
    export.finish()
    return imported, runs


def own_currency(plan: Plan) -> dict[str, int]:
    """The digits of the plan's currency by its code, where ISO 4217 does not know it."""
    cash = plan.money
    return {} if is_standard(cash.currency) else {cash.currency: cash.digits}
