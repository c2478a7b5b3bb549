"""What a database holds, to compare a backup with what it was made of."""

from collections.abc import Sequence

from engine.genealogy.changes.lane import read_company
from engine.graph.claims import at_work
from engine.graph.database import Graph
from engine.graph.schema import refuse_later
from engine.passes.hashes import stored_results
from engine.passes.record import complete
from engine.runs.life import run_under_way
from engine.server.archive import Contents, RunHash
from engine.server.backup import Questions


def check_idle(graph: Graph) -> None:
    """Raise ChangeUnderWayError or RunUnderWayError while a process writes a change or a run."""
    company = read_company(graph)
    if company.unfinished is not None and company.unfinished.alive:
        company.refuse_unfinished()
    for row in graph.read("runs/every"):
        if row["run"]["state"] == "running" and at_work(row["run"], row["idle"]):
            raise run_under_way(row["run"])


def contents(graph: Graph) -> Contents:
    """Counts of everything, and the hash of each complete run's results computed from what is stored.

    Raises LaterStoreError for a database of a later layout, which cannot be read here.
    """
    refuse_later(graph)
    runs = [
        RunHash(run.number, run.period, run.plan, stored_results(graph, run))
        for run in sorted(complete(graph), key=lambda run: run.number)
    ]
    size = graph.read("graph/size")[0]
    return Contents(size["members"], size["orders"], read_company(graph).last_change or 0, tuple(runs))


def mark(graph: Graph) -> tuple[int, int]:
    """The newest change and the last one that counts: one of them differs after every change."""
    company = read_company(graph)
    return company.newest, company.last_change or 0


QUESTIONS = Questions(check_idle, contents, mark)
"""What a backup asks."""
UNREAD = Questions(check_idle, lambda _graph: None, mark)
"""What a backup asks of a database of an earlier release, whose runs have other hashes."""


def altered(graph: Graph, runs: Sequence[RunHash]) -> list[str]:
    """A sentence for each complete run whose stored results are not those that it was completed with."""
    recorded = {run.number: run.facts.get("results_hash") for run in complete(graph)}
    return [
        f"what run {run.number} of {run.period} by {run.plan} holds is not what it was completed with"
        for run in runs
        if recorded.get(run.number) not in (None, run.results_hash)
    ]
