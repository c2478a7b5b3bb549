"""Engine or server killed at any moment: the next command says what it finds, and goes on."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from neo4j import Transaction
from neo4j.exceptions import DriverError, Neo4jError

from engine.genealogy.changes.lane import read_company
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.record import complete, result
from engine.run import run_file
from engine.sample.company import make
from engine.server.managed import Server
from engine.server.template import copy_template
from engine.server.temporary import with_home
from engine.settings import Settings
from tests.conftest import TEST_HEAP_MIB, Upline
from tests.support.commands import PROGRAM
from tests.support.companies import cypher

MEMBERS = 500
PERIOD = "2026-11"
POLL_S = 0.002
PATIENCE_S = 120
TRIES = 5
"""On a busy machine a stage of so small a company can pass between two looks; then the next run is held."""
PLAN = """
name = "Crash"
[activity]
personal_volume = 40
[[rank]]
name = "Silver"
require = [{ kind = "group_volume", at_least = 400 }]
[[bonus]]
name = "Retail"
kind = "personal"
rate = "0.20"
[[bonus]]
name = "Levels"
kind = "unilevel"
compression = "dynamic"
[bonus.rates]
none = ["0.05", "0.04"]
Silver = ["0.05", "0.04", "0.03"]
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample company, and a plan next to it."""
    folder = tmp_path_factory.mktemp("crash") / "company"
    make(MEMBERS, 3, "bushy", folder, months=1, until=PERIOD)
    (folder.parent / "plan.toml").write_text(PLAN)
    return folder


@contextmanager
def started(env: Mapping[str, str], *args: object) -> Iterator[subprocess.Popen[str]]:
    """The command `upline` in a process of its own, which is gone afterwards."""
    command = [*PROGRAM, *map(str, args)]
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=dict(env), **streams) as process:
        try:
            yield process
        finally:
            process.kill()


class MissedError(Exception):
    """A command ended before it was seen where it was to be killed."""


def kill_when(process: subprocess.Popen[str], reached: Callable[[], bool]) -> None:
    """Kill -9 the engine as soon as something is true; it must not have ended by itself."""
    wait_until(process, reached)
    kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    """Kill -9 the engine; raises MissedError where it has ended by itself."""
    process.send_signal(signal.SIGKILL)
    if process.wait() == 0:
        raise MissedError
    assert process.returncode == -signal.SIGKILL


def wait_until(process: subprocess.Popen[str], reached: Callable[[], bool]) -> None:
    """Check again and again until something is true, while the engine is at work."""
    until = time.monotonic() + PATIENCE_S
    while not reached():
        if process.poll() is not None:
            messages = process.communicate()
            assert process.returncode == 0, messages
            raise MissedError(messages)
        assert time.monotonic() < until, "it never came that far"
        time.sleep(POLL_S)


LOCKED = """
MATCH (run:Run WHERE run.number > $after)
SET run.held = true
REMOVE run.held
RETURN run.state AS state, run.stage AS stage
"""


@contextmanager
def held(graph: Graph, process: subprocess.Popen[str], stage: str, after: int = 0) -> Iterator[None]:
    """Hold a run with a number above `after` in a stage: it records the next one once the block has ended.

    In so small a company a stage takes some hundredths of a second; by the time a signal arrives
    the run may otherwise have left it.
    """
    transaction: Transaction
    with graph.session() as session:

        def reached() -> bool:
            nonlocal transaction
            transaction = session.begin_transaction()
            runs = transaction.run(LOCKED, after=after).data()
            is_there = any(stage in (run["stage"], run["state"]) for run in runs)
            if not is_there:
                transaction.rollback()
            return is_there

        wait_until(process, reached)
        try:
            yield
        finally:
            with suppress(DriverError, Neo4jError):  # the server may be what was killed
                transaction.close()


def hashes(graph: Graph) -> dict[str, str]:
    """What went into the latest run, and what came out."""
    facts = result(graph, PERIOD).facts
    return {key: facts[f"{key}_hash"] for key in ("tree", "orders", "results")}


def newest(graph: Graph) -> dict[str, Any]:
    """The record of the newest run, whatever became of it."""
    rows = graph.read("runs/every")
    newest_run: dict[str, Any] = rows[0]["run"] if rows else {"number": 0}
    return newest_run


STANDINGS = "MATCH (s:Standing) RETURN s.run AS run, count(s) AS standings ORDER BY run"
LOOSE = "MATCH (e:Earning) WHERE NOT (e)-[:EARNED_BY]->(:Standing) RETURN count(e) AS loose"


def runs_with_standings(graph: Graph) -> list[int]:
    """The runs that have left anything."""
    assert graph.value(cypher(LOOSE)) == 0
    return [row["run"] for row in graph.read(cypher(STANDINGS))]


@pytest.mark.parametrize("stage", ["standings", "bonuses", "checks", "complete"])
def test_an_engine_killed_in_a_run_leaves_the_last_whole_run_and_the_next_one_goes_on(
    stage: str, company: Path, graph: Graph, cli_env: dict[str, str], upline: Upline
) -> None:
    import_company(graph, company)
    plan = company.parent / "plan.toml"
    run_file(graph, plan, PERIOD)
    undisturbed = hashes(graph)

    for last in (False,) * (TRIES - 1) + (True,):
        before = result(graph)
        try:
            with (
                started(cli_env, "run", "--period", PERIOD, "--plan", plan, "--afresh") as process,
                held(graph, process, stage, after=before.number),
            ):
                kill(process)
            break
        except MissedError:
            if last:
                raise

    whole = before.number + (stage == "complete")
    assert result(graph).number == whole
    assert hashes(graph) == undisturbed
    listed = upline("runs", "--json")
    assert listed.returncode == 0
    assert [run["period"] for run in json.loads(listed.stdout)] == [PERIOD]
    if stage != "complete":
        note = f"note: run {whole + 1} of {PERIOD} had stopped in stage {stage}; what it left is removed"
        assert note in listed.stderr
    assert runs_with_standings(graph) == [whole]

    assert upline("run", "--period", PERIOD, "--plan", plan, "--afresh").returncode == 0
    assert hashes(graph) == undisturbed
    assert runs_with_standings(graph) == [result(graph).number]


def test_a_run_under_way_is_no_result_and_no_second_one_begins(
    company: Path, graph: Graph, cli_env: dict[str, str], upline: Upline
) -> None:
    import_company(graph, company)
    plan = company.parent / "plan.toml"
    with started(cli_env, "run", "--period", PERIOD, "--plan", plan) as process:
        wait_until(process, lambda: newest(graph).get("stage") == "standings")
        process.send_signal(signal.SIGSTOP)
        try:
            refused = upline("statement", "M1")
            assert (refused.returncode, "[no_run]" in refused.stderr) == (2, True)
            assert f"run 1 of {PERIOD} is under way" in refused.stderr
            second = upline("run", "--period", PERIOD, "--plan", plan)
            assert (second.returncode, "[run_under_way]" in second.stderr) == (2, True)
        finally:
            process.send_signal(signal.SIGCONT)
        assert process.wait(PATIENCE_S) == 0
    assert [run.number for run in complete(graph)] == [1]


COUNTS = "MATCH (n) WHERE n:Member OR n:Customer OR n:Order RETURN labels(n)[0] AS label, count(n) AS count"


def counts(graph: Graph) -> dict[str, int]:
    """Members, customers and orders in the database."""
    return {row["label"]: row["count"] for row in graph.read(cypher(COUNTS))}


def test_an_import_killed_in_the_middle_is_taken_back_by_the_next_one(
    company: Path, graph: Graph, cli_env: dict[str, str], upline: Upline
) -> None:
    plan = company.parent / "plan.toml"
    import_company(graph, company)
    whole = counts(graph)
    run_file(graph, plan, PERIOD)
    undisturbed = hashes(graph)
    graph.batched("schema/wipe")
    with started(cli_env, "import", company) as process:
        kill_when(process, lambda: counts(graph).get("Order", 0) > 0)
    assert read_company(graph).last_change is None

    again = upline("import", company)
    assert again.returncode == 0
    assert "was interrupted; what it had written was taken back" in again.stderr
    assert counts(graph) == whole
    run_file(graph, plan, PERIOD)
    assert hashes(graph) == undisturbed


def test_a_run_never_counts_what_an_interrupted_import_left(
    company: Path, graph: Graph, cli_env: dict[str, str], upline: Upline
) -> None:
    plan = company.parent / "plan.toml"
    small = company.parent / "small"
    make(20, 3, "bushy", small, months=1, until=PERIOD)
    import_company(graph, small)
    run_file(graph, plan, PERIOD)
    undisturbed = hashes(graph)
    large = company.parent / "large"
    renamed(company, large)
    with started(cli_env, "import", large) as process:
        kill_when(process, lambda: counts(graph)["Member"] > 20)
    done = upline("run", "--period", PERIOD, "--plan", plan)
    assert done.returncode == 0, done.stderr
    assert "was interrupted; what it had written was taken back" in done.stderr
    assert hashes(graph) == undisturbed
    assert counts(graph)["Member"] == 20


def renamed(company: Path, to: Path) -> None:
    """The same company with other ids, so that it can be added to another one."""
    to.mkdir(exist_ok=True)
    for path in company.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        for sign in ("M", "C", "O"):
            text = text.replace(f",{sign}", f",x{sign}").replace(f"\n{sign}", f"\nx{sign}")
        (to / path.name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A managed server that may be killed, with a home of its own, gone at the end."""
    settings = with_home(Settings(heap_mib=TEST_HEAP_MIB), tmp_path_factory.mktemp("crash-home") / "home")
    copy_template(settings, settings.home)
    try:
        yield settings
    finally:
        Server(settings).kill()


@pytest.mark.usefixtures("brisk")
def test_a_server_killed_in_an_import_and_in_a_run_comes_back_and_both_go_on(
    home: Settings, company: Path, graph: Graph
) -> None:
    plan = company.parent / "plan.toml"
    import_company(graph, company)
    run_file(graph, plan, PERIOD)
    undisturbed = hashes(graph)
    managed = {"UPLINE_HOME": str(home.home), "UPLINE_HEAP_MIB": str(TEST_HEAP_MIB)}
    env = {key: value for key, value in os.environ.items() if not key.startswith("UPLINE_NEO4J")} | managed

    with a_server_to_lose(home, env, "import", company) as (its, process, kill_server):
        wait_until(process, lambda: counts(its).get("Order", 0) > 0)
        kill_server()
    again = command(env, "import", company)
    assert again.returncode == 0, again.stderr
    assert "Neo4j had stopped unexpectedly" in again.stderr
    assert "was interrupted; what it had written was taken back" in again.stderr

    words = ("run", "--period", PERIOD, "--plan", plan)
    with (
        a_server_to_lose(home, env, *words) as (its, process, kill_server),
        held(its, process, "bonuses"),
    ):
        kill_server()
    listed = command(env, "runs", "--json")
    assert f"run 1 of {PERIOD} had stopped in stage bonuses" in listed.stderr
    assert json.loads(listed.stdout) == []
    assert command(env, *words).returncode == 0
    running = Server(home).start()
    with Graph(running.uri, running.user, running.password) as its:
        assert hashes(its) == undisturbed
        assert len(runs_with_standings(its)) == 1


@contextmanager
def a_server_to_lose(
    home: Settings, env: Mapping[str, str], *words: object
) -> Iterator[tuple[Graph, subprocess.Popen[str], Callable[[], None]]]:
    """A command at work, its server, and a function that kills it; the command must report the loss."""
    running = Server(home).start()
    with Graph(running.uri, running.user, running.password) as its, started(env, *words) as process:
        yield its, process, psutil.Process(running.pid).kill
        _, messages = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, "[server_lost]" in messages) == (2, True), messages


def command(env: Mapping[str, str], *args: object) -> subprocess.CompletedProcess[str]:
    """A command that runs to its end."""
    whole = [*PROGRAM, *map(str, args)]
    return subprocess.run(whole, env=dict(env), capture_output=True, text=True, timeout=300, check=False)
