"""The managed server itself: started, stopped, killed, and started again from every state that is left."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
from neo4j.exceptions import Neo4jError
from typer.testing import CliRunner

from engine.commands.server import ServerNotOursError, app
from engine.graph.database import Graph, ServerRefusedError
from engine.server import home, java, managed, space
from engine.server.configuration import configuration, memory
from engine.server.home import RunningServer
from engine.server.java import AdminFailedError
from engine.server.locks import HomeBusyError, locked
from engine.server.managed import (
    CRASHED,
    EMPTIED,
    MOVED,
    Server,
)  # fmt: skip
from engine.server.refusals import (
    HomeRefusedError,
    PasswordLostError,
    ServerFailedError,
    ServerRunningError,
    StoreNewerError,
)
from engine.server.scratch import scratch_server
from engine.server.space import DiskFullError
from engine.server.template import copy_template
from engine.server.temporary import with_home
from engine.settings import Settings

SMALL = Settings(neo4j_uri=None, heap_mib=512, brief=False)
"""The user's own cache of jars, and a heap that lets several servers run at once."""

IMPORTS = "from engine.server.managed import Server; from engine.settings import Settings"

pytestmark = pytest.mark.usefixtures("brisk")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server with a home of its own and an empty store, not running."""
    copy_template(SMALL, tmp_path / "home")
    server = Server(with_home(SMALL, tmp_path / "home"))
    yield server
    server.kill()


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Server]:
    """A server whose home does not exist yet."""
    server = Server(with_home(SMALL, tmp_path / "bare"))
    yield server
    server.kill()


def ask(running: RunningServer, text: str) -> list[dict[str, Any]]:
    with Graph(running.uri, running.user, running.password) as graph, graph.session() as session:
        return session.run(text).data()


def port_of(running: RunningServer) -> int:
    return int(running.uri.rpartition(":")[2])


Starter = Callable[[Path], subprocess.Popen[str]]


@pytest.fixture
def starter() -> Iterator[Starter]:
    """Starts another process, which starts the server of a home and prints its pid and URI."""
    code = f"{IMPORTS}; r = Server(Settings()).start(); print(r.pid, r.uri)"
    with ExitStack() as stack:

        def start(home: Path) -> subprocess.Popen[str]:
            env = {**os.environ, "UPLINE_HOME": str(home), "UPLINE_HEAP_MIB": "512"}
            env.pop("UPLINE_NEO4J_URI", None)
            process = subprocess.Popen(
                [sys.executable, "-c", code], env=env, text=True, stdout=subprocess.PIPE
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield start


def last_start(server: Server) -> dict[str, Any]:
    return dict(json.loads((server.home / "process.json").read_text()))


def wait_for_process(server: Server) -> int:
    """The pid of the server that another process is starting."""
    for _ in range(2400):
        if (server.home / "process.json").exists():
            return int(last_start(server)["pid"])
        time.sleep(0.05)
    raise AssertionError("no server was started")


def test_a_first_start_from_two_processes_makes_one_server(bare: Server, starter: Starter) -> None:
    both = [starter(bare.home) for _ in range(2)]
    printed = {process.communicate(timeout=300)[0] for process in both}
    running = bare.start()
    assert printed == {f"{running.pid} {running.uri}\n"}
    assert bare.status().state == "running"

    # Only the owner can read the password, and the server demands it.
    assert (bare.home / "password").stat().st_mode & 0o777 == 0o600
    with (
        Graph(running.uri, running.user, "guess") as graph,
        pytest.raises(ServerRefusedError),
    ):
        graph.verify()

    # It listens on this machine only, for Bolt only.
    lines = psutil.Process(running.pid).net_connections(kind="inet")
    listening = {(line.laddr.ip, line.laddr.port) for line in lines if line.status == psutil.CONN_LISTEN}
    assert {(ip.removeprefix("::ffff:"), port) for ip, port in listening} == {("127.0.0.1", port_of(running))}

    # No statement reaches files or the network, and nothing is reported to anyone.
    for place in ("file:///etc/hosts", "http://127.0.0.1:9/x.csv"):
        with pytest.raises(Neo4jError):
            ask(running, f"LOAD CSV FROM '{place}' AS row RETURN row")
    settings = {row["name"]: row["value"] for row in ask(running, "SHOW SETTINGS YIELD name, value")}
    off = ("dbms.usage_report.enabled", "dbms.fleet_manager.enabled", "server.fleet_discovery.enabled")
    assert {settings[name] for name in (*off, "client.allow_telemetry", "server.http.enabled")} == {"false"}
    assert settings["dbms.security.auth_enabled"] == "true"


def test_a_server_is_stopped_at_once_though_its_living_starter_never_asks_for_its_end(
    server: Server,
) -> None:
    server.start()
    code = (
        "import time; from engine.server.managed import Server; from engine.settings import Settings; "
        "began = time.monotonic(); Server(Settings()).stop(); "
        "print(time.monotonic() - began)"
    )
    env = {**os.environ, "UPLINE_HOME": str(server.home)}
    env.pop("UPLINE_NEO4J_URI", None)
    stopping = subprocess.run(
        [sys.executable, "-c", code], env=env, text=True, stdout=subprocess.PIPE, check=True
    )
    assert float(stopping.stdout) < managed.STOP_S / 4


def test_it_outlives_its_starter_and_stops_and_starts_again(server: Server) -> None:
    assert server.status().state == "stopped"
    assert not server.stop()
    first = server.start()
    ask(first, "CREATE (:Kept {n: 1})")
    with pytest.raises(ServerRunningError):
        server.begin_import()
    with pytest.raises(ServerRunningError):
        server.admin("--version")
    assert server.stop()
    assert not psutil.pid_exists(first.pid)
    assert server.running() is None
    assert server.status().state == "stopped"
    assert any("Stopped." in line for line in server.logs())

    # The admin tool works on a stopped server, and names what it refuses.
    assert "2026" in server.admin("--version")
    with pytest.raises(AdminFailedError, match="nonsense"):
        server.admin("nonsense")

    again = server.start()
    assert (again.uri, again.password, again.notes) == (first.uri, first.password, ())
    assert ask(again, "MATCH (kept:Kept) RETURN kept.n AS n") == [{"n": 1}]


def test_after_a_kill_it_starts_with_its_data_and_on_another_port_if_necessary(server: Server) -> None:
    first = server.start()
    ask(first, "UNWIND range(1, 5000) AS n CREATE (:Kept {n: n})")
    os.kill(first.pid, signal.SIGKILL)
    psutil.Process(first.pid).wait(10)
    assert server.running() is None
    assert server.status().state == "crashed"
    with socket.create_server(("127.0.0.1", port_of(first))):
        again = server.start()
    assert again.notes == (CRASHED, MOVED)
    assert again.uri != first.uri
    assert ask(again, "MATCH (kept:Kept) RETURN count(*) AS n, sum(kept.n) AS total") == [
        {"n": 5000, "total": 12502500}
    ]
    assert server.start().notes == ()


def test_an_unfinished_import_leaves_an_empty_store(server: Server) -> None:
    first = server.start()
    ask(first, "CREATE (:Kept)")
    server.end_at_once()
    server.begin_import()
    (server.home / "data" / "databases" / "neo4j" / "neostore").write_bytes(b"half made")
    again = server.start()
    assert again.notes == (EMPTIED,), "the server that an import ends has not crashed"
    assert ask(again, "MATCH (kept) RETURN count(*) AS n") == [{"n": 0}]
    server.stop()
    server.begin_import()
    server.end_import()
    assert not (server.home / "importing").exists()


def test_the_server_of_a_killed_starter_is_taken_over(server: Server, starter: Starter) -> None:
    process = starter(server.home)
    pid = wait_for_process(server)
    process.kill()
    process.communicate()
    assert server.status().state == "starting"
    assert server.start().pid == pid


def test_after_a_kill_during_its_first_start_it_starts(bare: Server, starter: Starter) -> None:
    process = starter(bare.home)
    pid = wait_for_process(bare)
    while not (bare.home / "data" / "databases" / "system").exists():
        time.sleep(0.02)
    process.kill()
    process.communicate()
    os.kill(pid, signal.SIGKILL)
    assert ask(bare.start(), "RETURN 1 AS one") == [{"one": 1}]


def test_a_scratch_server_whose_owner_was_killed_is_removed(tmp_path: Path) -> None:
    code = (
        "import time\n"
        "from engine.server.scratch import scratch_server\n"
        "from engine.settings import Settings\n"
        "with scratch_server(Settings()) as r: print(r.pid, r.home, flush=True); time.sleep(600)"
    )
    env = {**os.environ, "UPLINE_HEAP_MIB": "512"}
    with subprocess.Popen([sys.executable, "-c", code], env=env, text=True, stdout=subprocess.PIPE) as owner:
        assert owner.stdout
        pid, home = owner.stdout.readline().split()
        owner.kill()
    assert psutil.pid_exists(int(pid))
    with scratch_server(SMALL) as running:
        assert not psutil.pid_exists(int(pid))
        assert not Path(home).exists()
    assert not running.home.exists()
    assert not psutil.pid_exists(running.pid)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"pid": os.getpid(), "port": 1, "ready": True}),  # the pid is now another program's
        json.dumps({"pid": 2**22 + 1, "port": 1, "ready": True}),
    ],
    ids=["another program's", "nobody's"],
)
def test_a_stale_pid_is_a_crash_and_is_never_signalled(content: str, server: Server) -> None:
    (server.home / "process.json").write_text(content)
    assert server.running() is None
    assert server.status().state == "crashed"
    assert not server.stop()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}'])
def test_a_damaged_process_file_counts_as_none(content: str, server: Server) -> None:
    (server.home / "process.json").write_text(content)
    assert server.running() is None
    assert server.status().state == "stopped"


def test_a_store_of_a_later_release_is_refused(server: Server) -> None:
    (server.home / "version").write_text("2099.01.0")
    with pytest.raises(StoreNewerError, match=r"2099\.01\.0.*UPLINE_HOME"):
        server.start()


def test_a_store_without_its_password_is_refused(server: Server) -> None:
    (server.home / "password").unlink()
    with pytest.raises(PasswordLostError):
        server.start()


def test_a_full_disk_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "START_BYTES", 1 << 60)
    with pytest.raises(DiskFullError, match="UPLINE_HOME"):
        server.start()


def test_an_impossible_home_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HomeRefusedError):
        Server(with_home(SMALL, tmp_path / "file" / "home")).start()


def test_a_busy_home_is_refused_after_a_while(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "LOCK_S", 0.1)
    with locked(server.home / "lock", 1), pytest.raises(HomeBusyError):
        server.start()


def test_a_server_that_cannot_start_says_why(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(managed, "configuration", lambda *_, **__: "server.memory.pagecache.size=plenty\n")
    with pytest.raises(ServerFailedError, match="plenty"):
        server.start()
    assert server.status().state == "stopped"


@pytest.mark.parametrize(
    ("machine_mib", "heap", "page_cache"), [(1024, 512, 256), (8192, 1365, 1024), (24576, 4096, 3072)]
)
def test_memory_follows_the_machine(machine_mib: int, heap: int, page_cache: int) -> None:
    sizes = memory(Settings(heap_mib=None), machine_mib)
    assert (sizes.heap, sizes.page_cache) == (heap, page_cache)


def test_a_brief_server_has_one_collector_and_keeps_its_plans(tmp_path: Path) -> None:
    plain, brief = (java.command(tmp_path, java.SERVER, 512, brief=brief) for brief in (False, True))
    assert [part for part in brief if part not in plain] == list(java.BRIEF_FLAGS)
    assert [part for part in plain if part not in brief] == list(java.LASTING_FLAGS)
    sizes = memory(SMALL)
    added = set(configuration(1, sizes, brief=True).splitlines()) - set(configuration(1, sizes).splitlines())
    assert added == {"dbms.cypher.min_replan_interval=1h"}


def test_classes_linked_ahead_of_time_are_used_only_once_they_are_complete(tmp_path: Path) -> None:
    def flags() -> list[str]:
        return [part for part in java.command(tmp_path, java.SERVER, 512) if "AOT" in part]

    (tmp_path / java.AOT_DRAFT).write_bytes(b"linked")
    assert flags() == []
    (tmp_path / java.AOT_LOG).write_text("[warning] something\n")
    assert flags() == []
    (tmp_path / java.AOT_LOG).write_text("AOTCache creation is complete: 6 bytes\n")
    assert flags() == [f"-XX:AOTCache={tmp_path / java.AOT_CACHE}"]
    assert [file.name for file in tmp_path.iterdir()] == [java.AOT_CACHE]


def test_the_command(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UPLINE_NEO4J_URI", raising=False)
    monkeypatch.setenv("UPLINE_HOME", str(server.home))
    monkeypatch.setenv("UPLINE_HEAP_MIB", "512")

    def output(*args: str) -> str:
        done = CliRunner().invoke(app, args, catch_exceptions=False)
        assert done.exit_code == 0
        return done.stdout

    assert "stopped" in output("status")
    started = json.loads(output("start", "--json"))
    assert started["started"] is True
    assert f"is already running at {started['uri']}" in output("start")
    status = json.loads(output("status", "--json"))
    assert (status["managed"], status["state"], status["uri"]) == (True, "running", started["uri"])
    assert any("Started." in line for line in json.loads(output("logs", "--json"))["lines"])
    assert "230 jars" in output("verify")

    # The same server, given by its address, is not managed by upline.
    monkeypatch.setenv("UPLINE_NEO4J_URI", started["uri"])
    assert "refuses the user or password" in output("status")
    monkeypatch.setenv("UPLINE_NEO4J_PASSWORD", (server.home / "password").read_text())
    status = json.loads(output("status", "--json"))
    assert (status["managed"], status["state"], status["edition"]) == (False, "answers", "community")
    for verb in ("start", "stop", "logs"):
        with pytest.raises(ServerNotOursError):
            output(verb)
    monkeypatch.delenv("UPLINE_NEO4J_URI")

    assert json.loads(output("stop", "--json")) == {"stopped": True}
    assert "not running" in output("stop")
