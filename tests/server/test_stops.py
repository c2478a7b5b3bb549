"""The managed server and others who stop it, kill it while it stops, or change its password."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from engine.graph.database import Graph
from engine.server.connect import connect
from engine.server.home import GC_LOG
from engine.server.managed import CRASHED, Server
from engine.server.record import LastStart, record
from engine.server.refusals import PasswordChangedError, ServerRunningError
from engine.settings import Settings
from tests.server.test_managed import IMPORTS, ask, server

__all__ = ["server"]

pytestmark = pytest.mark.usefixtures("brisk")


def interrupted_stop(server: Server) -> int:
    """Halt the server, let another process stop it, and interrupt that one; the server's pid."""
    running = server.running()
    assert running
    os.kill(running.pid, signal.SIGSTOP)
    code = f"{IMPORTS}; Server(Settings()).stop()"
    env = {**os.environ, "UPLINE_HOME": str(server.home)}
    with subprocess.Popen([sys.executable, "-c", code], env=env, stderr=subprocess.DEVNULL) as process:
        while server.status().state != "stopping":
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
    return running.pid


def test_a_stop_that_is_interrupted_is_finished_by_the_next_command_and_is_no_crash(server: Server) -> None:
    ask(server.start(), "CREATE (:Kept {n: 1})")
    pid = interrupted_stop(server)
    assert (server.status().state, server.status().pid, server.running()) == ("stopping", pid, None)
    with pytest.raises(ServerRunningError):
        server.begin_import()
    assert server.status().trouble is None, "only a server that runs is asked"
    os.kill(pid, signal.SIGCONT)
    again = server.start()
    assert (again.notes, again.pid == pid) == ((), False)
    assert ask(again, "MATCH (kept:Kept) RETURN kept.n AS n") == [{"n": 1}]

    # The same where it had ended before the next command came.
    pid = interrupted_stop(server)
    os.kill(pid, signal.SIGCONT)
    psutil.Process(pid).wait(60)
    assert server.status().state == "stopped"
    assert not server.stop()
    assert server.start().notes == ()


def test_another_process_stops_the_server_that_this_one_has_started(server: Server) -> None:
    """As long as this process goes on, it leaves a zombie, which nobody has to wait for."""
    running = server.start()
    code = f"{IMPORTS}; print(Server(Settings()).stop())"
    env = {**os.environ, "UPLINE_HOME": str(server.home)}
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
    assert time.monotonic() - began < 60
    assert (server.status().state, server.running()) == ("stopped", None)
    assert server.start().pid != running.pid


def test_a_server_that_is_killed_while_it_stops_has_crashed(server: Server) -> None:
    server.start()
    pid = interrupted_stop(server)
    os.kill(pid, signal.SIGKILL)
    psutil.Process(pid).wait(10)
    assert server.status().state == "crashed"
    assert server.start().notes == (CRASHED,)


@pytest.mark.parametrize(
    ("last_pause", "used_up"),
    [
        ("Pause Full (Allocation Failure) 266M->163M(494M) 267.097ms", True),
        ("Pause Full (Ergonomics) 41M->35M(494M) 76.894ms", False),
        ("Pause Full (Metadata GC Threshold) 86M->40M(494M) 190.602ms", False),
        ("Pause Young (Allocation Failure) 270M->266M(494M) 209.538ms", False),
    ],
)
def test_a_crash_is_put_down_to_memory_only_after_a_last_attempt_to_find_some(
    last_pause: str, used_up: bool, tmp_path: Path
) -> None:
    server = Server(Settings(home=tmp_path))
    (tmp_path / "logs").mkdir()
    (tmp_path / GC_LOG).write_text(f"[1.0s] Using Serial\n[9.0s] GC(7) {last_pause}\n")
    record(tmp_path, LastStart(2**22 + 1, 1, ready=True))
    ending = server.note_crash()
    assert (ending is not None and "its memory was used up" in ending.reason) is used_up


def test_a_password_that_was_changed_is_explained(server: Server) -> None:
    running = server.start()
    with (
        Graph(running.uri, running.user, running.password, "system") as graph,
        graph.session() as session,
    ):
        change = "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"
        session.run(change, old=running.password, new="another-password").consume()
    file = server.home / "password"
    with pytest.raises(PasswordChangedError, match="it was changed in the database") as refusal:
        connect(server.settings)
    assert refusal.value.where == str(file)
    assert (refusal.value.todo or "").startswith("Write the new password into the file.")
    assert server.status().trouble == "it refuses the password in its file"
    file.write_text("another-password")
    connect(server.settings).close()
    assert (server.status().trouble, server.status().user, server.status().password_file) == (
        None, "neo4j", file,
    )  # fmt: skip


def test_a_server_that_is_frozen_is_found_out_within_seconds(server: Server) -> None:
    running = server.start()
    os.kill(running.pid, signal.SIGSTOP)
    began = time.monotonic()
    assert (server.status().state, server.status().trouble) == ("running", "it does not answer")
    assert time.monotonic() - began < 30
    os.kill(running.pid, signal.SIGCONT)
    assert server.status().trouble is None
