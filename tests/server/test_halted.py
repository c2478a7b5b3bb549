"""A halted server is noticed within seconds, also while a statement runs; a long statement is waited for."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from neo4j.exceptions import Neo4jError

from engine.graph.database import ANSWER_S, Graph
from engine.graph.driver import lost
from engine.server import configuration
from engine.server.configuration import ALIVE_EVERY_S, MISSED
from engine.server.connect import connect, graph_of
from engine.server.home import RunningServer
from engine.server.managed import Server
from engine.server.refusals import ServerSilentError
from tests.conftest import Upline
from tests.server.test_managed import ask, server
from tests.support.companies import cypher

__all__ = ["server"]

pytestmark = pytest.mark.usefixtures("brisk")

ALIVE_S = 2
"""Seconds between two signs of life of the servers here; every wait is a multiple of it."""
SILENT_S = ALIVE_S * MISSED
"""Seconds of silence after which a server that works on a statement is given up."""
ENDLESS = cypher("UNWIND range(1, 100000000000) AS n WITH n WHERE n % 7 = 9 RETURN count(n) AS one")
LOCKED = cypher("MERGE (one:Held {id: 1}) SET one.n = 1 RETURN one.n AS one")


@pytest.fixture(autouse=True)
def frequent_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers give signs of life more often, so that no test has to wait as long as people do."""
    assert ALIVE_S < ALIVE_EVERY_S
    monkeypatch.setattr(configuration, "ALIVE_EVERY_S", ALIVE_S)


@contextmanager
def halted(running: RunningServer) -> Iterator[None]:
    """The server's process does not go on for as long as the block lasts."""
    os.kill(running.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(running.pid, signal.SIGCONT)


def test_commands_say_within_seconds_that_a_server_is_halted(server: Server, upline: Upline) -> None:
    running = server.start()
    env = {"UPLINE_NEO4J_URI": "", "UPLINE_HOME": str(server.home)}
    with halted(running):
        for words in (["runs"], ["check"]):
            began = time.monotonic()
            done = upline(*words, env=env)
            assert time.monotonic() - began < ANSWER_S + 6
            assert (done.returncode, "[server_silent]" in done.stderr) == (2, True), done.stderr
            assert f"process {running.pid}" in done.stderr
            assert f"kill -CONT {running.pid}" in done.stderr
    with connect(server.settings) as graph:
        assert graph.value("genealogy/member_count") == 0


def test_a_server_that_is_halted_while_it_works_is_given_up(server: Server) -> None:
    """One statement is under way, and another begins with a connection that is open."""
    running = server.start()
    ended: dict[str, float] = {}

    def work(graph: Graph) -> None:
        with suppress(*lost()):
            graph.read(ENDLESS)
        ended["at"] = time.monotonic()

    with graph_of(running) as graph, halted_after(running, graph, work) as began:
        with pytest.raises(lost()):
            graph.batched(LOCKED)
        assert time.monotonic() - began < SILENT_S + 2 * ANSWER_S
    assert ended["at"] - began < SILENT_S + 2 * ANSWER_S
    with pytest.raises(ServerSilentError), halted(running):
        connect(server.settings).close()


@contextmanager
def halted_after(running: RunningServer, graph: Graph, work: object) -> Iterator[float]:
    """The server is halted a moment after some work has begun in a thread; yields when that was."""
    graph.batched(LOCKED)
    worker = threading.Thread(target=work, args=(graph,))  # type: ignore[arg-type]
    worker.start()
    time.sleep(2)
    with halted(running):
        yield time.monotonic()
        worker.join()


def test_a_statement_that_is_merely_long_is_waited_for(server: Server) -> None:
    """It waits for a lock for longer than a silent server is waited for, and then ends as it should."""
    running = server.start()
    with graph_of(running) as graph:
        graph.batched(LOCKED)
        with graph.session() as session, session.begin_transaction() as holder:
            holder.run("MATCH (one:Held) SET one.n = 2").consume()
            threading.Timer(SILENT_S + 2 * ALIVE_S, holder.commit).start()
            began = time.monotonic()
            assert graph.write_rows(LOCKED) == [{"one": 1}]
            assert time.monotonic() - began > SILENT_S + ALIVE_S


@pytest.mark.parametrize("kind", ["idle", "busy"])
def test_a_stop_does_not_wait_for_a_client_that_holds_a_transaction_open(kind: str, server: Server) -> None:
    running = server.start()
    with graph_of(running) as graph, graph.session() as session:
        transaction = session.begin_transaction()
        transaction.run("CREATE (:Held)").consume()
        if kind == "busy":
            threading.Thread(target=_until_ended, args=(graph,), daemon=True).start()
            time.sleep(2)
        began = time.monotonic()
        assert server.stop()
        assert time.monotonic() - began < 30
        with suppress(*lost(), Neo4jError):
            transaction.close()
    again = server.start()
    assert again.notes == ()
    assert ask(again, "MATCH (held:Held) RETURN count(held) AS n") == [{"n": 0}]


def _until_ended(graph: Graph) -> None:
    with suppress(*lost(), Neo4jError):
        graph.read(ENDLESS)
