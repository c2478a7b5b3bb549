"""One cell of the table: one company of one shape and size, measured in a process and a server of its own.

``python -m bench.cell JOB RESULT`` reads the job from a JSON file and writes the measured facts to another.
"""

import contextlib
import json
import multiprocessing
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench import anchor, api, families, following, live, month, operations, peers, places, postgres, reads
from bench.machine import machine, versions
from bench.measure import Facts
from bench.progress import console, end_once, show, step
from bench.tree import Tree, frozen
from engine import sample
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from engine.plans import reader
from engine.server.managed import Server
from engine.server.scratch import scratch_server
from engine.server.temporary import with_home
from engine.settings import Settings

PLAN = families.FOLDER / "aurora.toml"


@dataclass(frozen=True, slots=True)
class Job:
    """What to measure. `repeats` 0: one run on a server just started; `limit` is that of each other way."""

    shape: str
    members: int
    seed: int = 7
    repeats: int = 3
    calls: int = 200
    limit: float = 60.0
    parts: list[str] = field(default_factory=list)
    heap_mib: int | None = None


def measure(job: Job) -> Facts:
    """Measure everything in the job; the server and all files are gone afterwards."""
    console.print(f"[bold]{job.shape}, {job.members:,} members[/bold]")
    began = datetime.now(UTC).replace(microsecond=0).isoformat()
    facts: Facts = {"shape": job.shape, "members": job.members, "job": asdict(job), "began": began}
    facts |= {"machine": machine(), "versions": versions(), "skipped": []}
    with tempfile.TemporaryDirectory(prefix="upline-bench-") as folder:
        settings = Settings(neo4j_uri=None)
        if job.heap_mib:
            settings = settings.changed(heap_mib=job.heap_mib)
        with step("making the company"):
            _make(job, Path(folder))
        with scratch_server(settings) as running:
            server = Server(with_home(settings, running.home))

            def pid() -> int | None:
                process = server.running()
                return process.pid if process else None

            with Graph(running.uri, running.user, running.password) as graph:
                facts["load"] = month.load(graph, server, Path(folder), pid)
                run, facts["run"] = month.compute(graph, reader.read(PLAN), job.repeats, pid)
                login = {
                    "UPLINE_NEO4J_URI": running.uri,
                    "UPLINE_NEO4J_USER": running.user,
                    "UPLINE_NEO4J_PASSWORD": running.password,
                }
                month_done = Month(job, Path(folder), graph, run, frozen(graph, run), facts, login)
                for name, part in PART.items():
                    if name in job.parts:
                        part(month_done)
    return facts


@dataclass(frozen=True, slots=True)
class Month:
    """A company with its month computed, for the parts that come after; they add to `facts`."""

    job: Job
    company: Path
    graph: Graph
    run: RunRecord
    tree: Tree
    facts: Facts
    login: dict[str, str] = field(default_factory=dict)
    """How another process reaches the database: settings by their names in the environment."""

    def skip(self, what: str, why: str) -> None:
        """Note what could not take part."""
        self.facts["skipped"].append({"what": what, "why": why})
        show(f"{what}: skipped", "")
        console.print(f"    {why}", markup=False)


def _make(job: Job, folder: Path) -> None:
    """Make the tables in a process of its own, whose memory is not the engine's."""
    parameters = (job.members, job.seed, job.shape, folder)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        pool.submit(sample.make, *parameters).result()


def _reads(done: Month) -> None:
    measured = reads.measure(done.graph, done.run, done.tree, done.job.seed, done.job.calls)
    done.facts["reads"], skipped = measured
    done.facts["skipped"] += skipped


def _api(done: Month) -> None:
    try:
        measured = api.measure(done.login, done.graph, done.run, done.tree, done.job.seed)
    except api.OtherAnswerError as error:
        done.skip("GraphQL", f"OTHER FIGURES: {error}")
        return
    done.facts["api"], skipped = measured
    done.facts["skipped"] += skipped


def _peers(done: Month) -> None:
    """The engine's own pass first; it starts from the same tree and volumes and writes its figures."""
    engine_seconds = done.facts["run"]["first"]["stages"]["volumes"]
    done.facts["group_volume"] = {"engine_seconds": engine_seconds, "ways": []}
    show("group volume: the engine, figures stored", f"{engine_seconds:,.3f} s")
    libraries = peers.library(done.tree)
    if not libraries:
        done.skip("in-memory graph library", "neither rustworkx nor networkx is installed")
    naive = peers.naive_cypher(done.graph, done.run, done.tree)
    _measured(done, [naive, peers.plain_python(done.tree), *libraries])
    try:
        with postgres.server() as connection:
            done.facts["versions"]["postgresql"] = postgres.version(connection)
            _measured(done, postgres.ways(connection, done.tree))
    except postgres.NoPostgresError as error:
        done.skip("PostgreSQL", str(error))


def _measured(done: Month, ways: list[peers.Way]) -> None:
    for way in ways:
        with step(way.name):
            facts = peers.measured(way, done.tree, done.job.repeats, done.job.limit)
        done.facts["group_volume"]["ways"].append(facts)
        figure = f"{facts['seconds']['median']:,.3f} s" if "seconds" in facts else facts["why"]
        show(f"group volume: {way.name}", figure if facts.get("same", True) else f"{figure} OTHER FIGURES")


def _anchor(done: Month) -> None:
    """The same months in SQL. Before the plans one by one, which remove the month's run."""
    try:
        month_in_sql = anchor.measure(done.graph, reader.read(PLAN), done.company, done.job.repeats)
    except postgres.NoPostgresError as error:
        done.skip("the month in SQL", str(error))
        return
    done.facts["versions"]["postgresql"] = month_in_sql.pop("postgresql")
    done.facts["month_in_sql"] = month_in_sql
    engine_seconds = done.facts["run"]["first"]["seconds"]["median"]
    show(
        "a first run of the engine takes",
        f"{engine_seconds / month_in_sql['seconds']['median']:,.1f} times that",
    )


def _families(done: Month) -> None:
    """Removes the month's own run too, as that of one of the plans."""
    done.facts["families"], skipped = families.measure(done.graph, done.job.shape)
    done.facts["skipped"] += skipped


def _live(done: Month) -> None:
    """After what reads the month, for it adds orders to it."""
    plan, job = reader.read(PLAN), done.job
    done.facts["live"] = live.measure(done.graph, plan, done.company, done.tree, job.seed, job.repeats)


def _operations(done: Month) -> None:
    """After everything else, for it changes the trees."""
    done.facts["operations"] = operations.measure(done.graph, done.tree, done.job.seed)


def _following(done: Month) -> None:
    """After everything of the month, for it empties the store. Its tree is its own: one shape has it."""
    if done.job.shape == "binary":
        done.facts["following"] = following.measure(done.graph, done.job.members, done.job.seed)


def _places(done: Month) -> None:
    """Last, for it empties the store. Its tree is its own, so one shape measures it."""
    if done.job.shape == "binary":
        done.facts["places"] = places.measure(done.graph, done.job.members, done.job.calls, done.job.seed)


PART: dict[str, Callable[[Month], None]] = {
    "reads": _reads,
    "api": _api,
    "peers": _peers,
    "anchor": _anchor,
    "families": _families,
    "live": _live,
    "operations": _operations,
    "following": _following,
    "places": _places,
}
"""What is measured besides load and runs, in this order."""


if __name__ == "__main__":
    end_once()
    with contextlib.suppress(KeyboardInterrupt):
        facts = measure(Job(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
        Path(sys.argv[2]).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
        sys.exit(0)
    sys.exit(130)
