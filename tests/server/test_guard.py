"""Statements that no limit of the server holds: they end, and what else was at work is not their victim."""

# mypy: allow-untyped-calls
# (py2neo has no types)

import gc
import os
import re
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from py2neo.errors import ClientError

from engine.answers.export import hashes
from engine.graph import adhoc, driver
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.record import result
from engine.server import guard
from engine.server.guard import OVERDUE, PUT_OFF, USED_UP, Collector, ServerRestartedError, guarded
from engine.server.home import GC_LOG
from engine.server.managed import CRASHED, Server
from engine.server.record import last_ending
from engine.server.scratch import scratch_server
from engine.server.temporary import with_home
from engine.settings import Settings
from engine.workbench.py2neo import py2neo_reading
from tests.runs.test_crash import held, started
from tests.support.commands import PAPER, Commands, Done
from tests.support.companies import ONE_ORDER, cypher, written
from tests.support.small_tables import ask

SMALL = Settings(neo4j_uri=None, heap_mib=512, brief=True)
TEXT = "RETURN size(reduce(s = 'x', i IN range(1, 40) | s + s)) AS size"
LIST = "RETURN size([x IN range(1, 100000000) | x * 2]) AS size"
ENDLESS = "RETURN reduce(s = 0, i IN range(1, 1000000000000) | (s + i) % 7) AS rest"
"""One expression: the server does not look within it whether the statement was stopped."""
CYPHER = "`upline cypher`"

pytestmark = pytest.mark.usefixtures("brisk")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home with a small server, which tests may kill."""
    with scratch_server(SMALL) as running:
        yield running.home


@pytest.fixture
def server(home: Path) -> Server:
    """That server, running."""
    server = Server(with_home(SMALL, home))
    server.start()
    return server


Run = Callable[..., Done]


@pytest.fixture(scope="module")
def environment(home: Path) -> dict[str, str]:
    """What leads a command to that server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UPLINE_NEO4J")}
    return kept | PAPER | {"UPLINE_HOME": str(home), "UPLINE_HEAP_MIB": "512", "UPLINE_BRIEF": "1"}


@pytest.fixture
def command(environment: dict[str, str], commands: Commands) -> Run:
    """A command on that server."""
    return lambda *words: commands.run([*map(str, words)], environment)


def alive(server: Server) -> bool:
    running = server.running()
    if running is None:
        return False
    with Graph(running.uri, running.user, running.password) as graph:
        return ask(graph, "RETURN 1 AS one") == [{"one": 1}]


@pytest.mark.parametrize("statement", [TEXT, LIST], ids=["text", "list"])
def test_a_statement_that_uses_up_the_memory_is_ended_and_the_server_runs_again(
    statement: str, server: Server, command: Run
) -> None:
    began = time.monotonic()
    done = command("cypher", statement, "--timeout", "10")
    assert done.returncode == 2
    assert "[server_restarted]" in done.stderr, done.stderr
    assert USED_UP.format(CYPHER) in done.stderr
    assert time.monotonic() - began < 60
    assert alive(server)
    after = command("cypher", "RETURN 1 AS one")
    assert (after.returncode, after.stderr) == (0, ""), "whose fault it was has been printed"


def test_a_statement_that_does_not_end_when_it_is_stopped_ends_with_its_server(
    server: Server, command: Run
) -> None:
    began = time.monotonic()
    done = command("cypher", ENDLESS, "--timeout", "1")
    assert (done.returncode, "[server_restarted]" in done.stderr) == (2, True), done.stderr
    assert OVERDUE.format(CYPHER) in done.stderr
    assert time.monotonic() - began < 1 + guard.GRACE_S + guard.STOP_S + 80, "the restart takes a while"
    assert alive(server)
    ending = last_ending(server.home)
    assert ending is not None
    assert (ending.reason, ending.statement) == (OVERDUE.format(CYPHER), True)


@pytest.fixture
def company(server: Server, tmp_path: Path) -> Iterator[tuple[Graph, Path]]:
    """A company in that server's store, and the path of its plan."""
    plan = written(tmp_path, ONE_ORDER)
    running = server.running()
    assert running
    with Graph(running.uri, running.user, running.password) as graph:
        graph.batched("schema/wipe")
        import_company(graph, tmp_path)
        yield graph, plan


def test_a_run_whose_server_a_statement_costs_its_life_begins_again(
    company: tuple[Graph, Path], server: Server, environment: dict[str, str], command: Run
) -> None:
    graph, plan = company
    words = ("run", "--period", "2026-11", "--plan", str(plan))
    with started(environment, *words) as process:
        with held(graph, process, "volumes"):
            assert "[server_restarted]" in command("cypher", TEXT).stderr
        _, printed = process.communicate(timeout=120)
    assert process.returncode == 0, printed
    assert f"note: Neo4j was restarted ({USED_UP.format(CYPHER)}), so the work begins again" in printed
    assert "run 1 of 2026-11 had stopped in stage" in printed
    running = server.running()
    assert running
    with Graph(running.uri, running.user, running.password) as again:
        first = hashes(result(again, "2026-11"))
    assert command(*words, "--afresh").returncode == 0
    with Graph(running.uri, running.user, running.password) as again:
        assert hashes(result(again, "2026-11")) == first


REPORT = """\
// What nobody can wait for.
//
// mode:    read
// params:  run: INTEGER
// returns: rest: INTEGER

MATCH (standing:Standing {{run: $run}})
WHERE standing.depth = 0
RETURN {} AS rest
"""


@pytest.fixture
def reports(company: tuple[Graph, Path], tmp_path: Path, command: Run) -> dict[str, str]:
    """A complete run, and reports of a company's own that no limit holds; the setting that names them."""
    folder = tmp_path / "rules" / "reports"
    folder.mkdir(parents=True)
    for name, text in (("endless", ENDLESS), ("greedy", TEXT)):
        expression = text.removeprefix("RETURN ").rpartition(" AS ")[0]
        (folder / f"{name}.cypher").write_text(REPORT.format(expression))
    assert command("run", "--period", "2026-11", "--plan", company[1]).returncode == 0
    return {"UPLINE_RULES": str(tmp_path / "rules")}


def test_a_report_of_a_company_is_watched_like_any_statement(
    reports: dict[str, str], server: Server, environment: dict[str, str], commands: Commands
) -> None:
    for name, reason in (("endless", OVERDUE), ("greedy", USED_UP)):
        done = commands.run(["report", name, "--timeout", "1"], environment | reports)
        assert (done.returncode, "[server_restarted]" in done.stderr) == (2, True), done.stderr
        assert reason.format("`upline report`") in done.stderr
        assert alive(server)
    done = commands.run(["report", "cohorts"], environment | reports)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("asker", [("cypher", ENDLESS), ("report", "endless")], ids=["cypher", "report"])
def test_a_run_under_way_is_waited_for_before_the_server_of_an_endless_statement_is_ended(
    asker: tuple[str, str],
    reports: dict[str, str],
    company: tuple[Graph, Path],
    server: Server,
    environment: dict[str, str],
) -> None:
    graph, plan = company
    words = ("run", "--period", "2026-11", "--plan", str(plan), "--afresh")
    endless = (*asker, "--timeout", 1)
    with started(environment, *words) as process, started(environment | reports, *endless) as other:
        with held(graph, process, "volumes", after=1):
            assert other.stderr
            printed = iter(other.stderr.readline, "")
            assert any(PUT_OFF in line for line in printed)
            time.sleep(2 * guard.LOOK_S)
            assert other.poll() is None
        _, report = process.communicate(timeout=120)
        assert (process.returncode, "begins again" in report) == (0, False), report
        _, refused = other.communicate(timeout=120)
    assert (other.returncode, "[server_restarted]" in refused) == (2, True)
    assert alive(server)


def test_what_py2neo_asks_is_watched_too(server: Server) -> None:
    began = time.monotonic()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # py2neo does not close a connection that broke
        with (
            pytest.raises(ServerRestartedError, match=re.escape(OVERDUE.format("py2neo"))),
            py2neo_reading(server.settings, 1) as transaction,
        ):
            transaction.evaluate(ENDLESS)
        del transaction
        gc.collect()
    assert time.monotonic() - began < 1 + guard.GRACE_S + 3 * guard.STOP_S + 80
    assert alive(server)
    with py2neo_reading(server.settings) as transaction:
        assert transaction.evaluate("RETURN 1") == 1


def test_a_block_of_py2neo_that_asks_nothing_costs_no_server_its_life(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "GRACE_S", 0.2)
    monkeypatch.setattr(guard, "STOP_S", 1.0)
    before = server.running()

    def late() -> None:
        with py2neo_reading(server.settings, 0.5) as transaction:
            assert transaction.evaluate("RETURN 1") == 1
            time.sleep(4)
            transaction.evaluate("RETURN 2")

    with pytest.raises(ClientError, match="erminated"):
        late()
    assert server.running() == before
    assert alive(server)


def test_whoever_reads_an_answer_slowly_is_left_alone(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statement's time is over meanwhile, which only it is told."""
    monkeypatch.setattr(guard, "GRACE_S", 0.2)
    running = server.running()
    assert running
    many, brief = "UNWIND range(1, 100000) AS n RETURN n", adhoc.Limits(0.5, 0)
    read: list[object] = []

    def slowly(graph: Graph) -> None:
        with (
            guarded(server, graph.stop, brief.seconds, lambda: False, print, "a test") as watch,
            adhoc.ask(graph, many, None, brief, watch.begun) as answer,
        ):
            for row in watch.rows(answer.rows):
                if not read:
                    time.sleep(2)
                read.append(row)

    with (
        Graph(running.uri, running.user, running.password) as graph,
        pytest.raises(adhoc.TimeLimitError),
    ):
        slowly(graph)
    assert len(read) >= 1000
    assert server.running() == running


def test_a_server_that_somebody_else_killed_is_lost_and_no_statement_is_blamed(server: Server) -> None:
    running = server.running()
    assert running

    def killed(graph: Graph) -> None:
        with guarded(server, graph.stop, 30, lambda: False, print, "a test"):
            os.kill(running.pid, signal.SIGKILL)
            graph.read(cypher("RETURN 1 AS one"))

    with Graph(running.uri, running.user, running.password) as graph, pytest.raises(driver.lost()):
        killed(graph)
    assert server.start().notes == (CRASHED,)


LINES = """\
[1.000s] Using Serial
[1.5s] GC(0) Pause Young (Allocation Failure) 136M->20M(495M) 12.5ms
{}
"""


@pytest.mark.parametrize(
    ("pauses", "short"),
    [
        ([], False),
        (["Pause Full (Ergonomics) 510M->505M(512M) 2100.0ms"] * 2, True),
        (["Pause Full (Ergonomics) 510M->505M(512M) 2100.0ms"], False),
        (["Pause Full (Ergonomics) 510M->105M(512M) 2100.0ms"] * 2, False),
        (["Pause Young (Allocation Failure) 510M->505M(512M) 2100.0ms"] * 2, False),
    ],
    ids=["idle", "thrashing", "one long pause", "much is free", "no full collection"],
)
def test_memory_is_short_where_the_collector_does_nothing_but_collect(
    pauses: list[str], short: bool, tmp_path: Path
) -> None:
    log = tmp_path / "gc.log"
    log.write_text("[0.1s] GC(9) Pause Full (Ergonomics) 510M->505M(512M) 9000.0ms\n")
    collector = Collector(log, 512)
    with log.open("a") as file:
        file.write(LINES.format("\n".join(f"[2.0s] GC({n}) {line}" for n, line in enumerate(pauses, 1))))
    assert collector.short(100.0) is short
    assert not collector.short(100.0 + 2 * guard.WINDOW_S), "what was long ago does not count"
    log.write_text("[9.0s] GC(10) Pause Full (Ergonomics) 510M->505M(512M) 9000.0ms\n")
    assert collector.short(200.0), "Java has begun another file"


def test_the_collector_of_a_server_writes_its_log(server: Server) -> None:
    assert "Using " in (server.home / GC_LOG).read_text()
    assert Collector(server.home / GC_LOG, server.heap_mib).short(0.0) is False
