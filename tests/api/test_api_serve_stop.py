"""The end of `upline serve`, and its worker processes: nothing under way is lost, and none dies for good."""

import os
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import anyio.to_thread
import httpx
import psutil
import pytest
from starlette.applications import Starlette

from engine.api.serving import server as server_module
from engine.api.serving import workers as workers_module
from engine.api.serving.health import Health
from engine.api.serving.process import Serving
from engine.graph.database import Graph
from tests.support.serving import Serve, answer_of, connected, eventually

BODY = b'{"query": "{ members { totalCount } }"}'
HEAD = (
    b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
    b"content-length: %d\r\n\r\n" % len(BODY)
)
ANSWERED = b'{"data":{"members":{"totalCount":0}}'


@contextmanager
def request_under_way(serve: Serve) -> Iterator[socket.socket]:
    """A request whose body has begun; the rest decides when it is answered."""
    with connected(serve.api) as (connection,):
        connection.sendall(HEAD + BODY[:5])
        eventually(lambda: "upline_requests_running 1.0" in httpx.get(f"{serve.health}/metrics").text)
        yield connection


@pytest.fixture
def serve(graph: Graph, cli_env: dict[str, str]) -> Iterator[Serve]:
    with Serve(cli_env) as serving:
        serving.until_ready()
        yield serving


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_requests_under_way_are_answered_and_new_ones_are_not(serve: Serve, sign: signal.Signals) -> None:
    with request_under_way(serve) as connection:
        serve.process.send_signal(sign)
        eventually(lambda: httpx.get(f"{serve.health}/ready").json()["stopping"])
        assert httpx.get(f"{serve.health}/live").status_code == 200
        eventually(lambda: refused(serve))
        connection.sendall(BODY[5:])
        answer = answer_of(connection)
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert ANSWERED in answer
    assert serve.process.wait(20) == 0
    assert "Traceback" not in serve.output.read()


def refused(serve: Serve) -> bool:
    try:
        with connected(serve.api):
            return False
    except ConnectionError:
        return True


def test_a_second_signal_ends_it_at_once(serve: Serve) -> None:
    with request_under_way(serve):
        serve.process.send_signal(signal.SIGTERM)
        eventually(lambda: refused(serve))
        serve.process.send_signal(signal.SIGTERM)
        assert serve.process.wait(3) == 128 + signal.SIGTERM
    assert "Traceback" not in serve.output.read()


def test_it_is_not_ready_before_it_takes_no_more(graph: Graph, cli_env: dict[str, str]) -> None:
    with Serve(cli_env, "--drain", "3") as serve:
        serve.until_ready()
        serve.process.send_signal(signal.SIGTERM)
        eventually(lambda: httpx.get(f"{serve.health}/ready").status_code == 503)
        assert serve.ask("{ __typename }").status_code == 200
        assert serve.process.wait(20) == 0


def test_workers_follow_the_drain_when_all_of_them_get_the_signal(
    graph: Graph, cli_env: dict[str, str]
) -> None:
    """A service manager sends it to every process of the service."""
    with Serve(cli_env, "--workers", "2", "--drain", "4") as serve:
        eventually(lambda: serving_workers(serve) == 2, 90)
        children = processes(serve)
        for pid in (*(child.pid for child in children), serve.process.pid):
            os.kill(pid, signal.SIGTERM)
        eventually(lambda: httpx.get(f"{serve.health}/ready").status_code == 503)
        assert serve.ask("{ __typename }").status_code == 200
        assert serve.process.wait(30) == 0
        assert "Traceback" not in serve.output.read()


class Ending:
    """A worker process that ends after some looks at it; its pipe is what its parent waits for."""

    def __init__(self, looks: int) -> None:
        self.looks, self.killed = looks, False
        self.sentinel, self._other = os.pipe()

    def is_alive(self) -> bool:
        self.looks -= 1
        return self.looks > 0 and not self.killed

    def kill(self) -> None:
        self.killed = True


@pytest.mark.parametrize("turns", [True, False])
def test_the_parent_waits_for_changes_but_not_for_a_worker_that_is_stuck(
    turns: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers_module, "LAST_REQUESTS_S", -0.5)
    monkeypatch.setattr(workers_module, "WAKE_S", 0.04)
    with workers_module.Workers(1, Serving(), Health()) as workers:
        process: Any = Ending(30)
        workers._places[0].process = process
        over = threading.Event()

        def turn() -> None:
            while not over.wait(0.01):
                workers._turns[0] = time.monotonic()

        turning = threading.Thread(target=turn)
        if turns:
            turning.start()
        workers._end()
        over.set()
        workers._places[0].process = None
    assert process.killed is not turns


def test_turns_are_noted_while_the_last_work_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "TURN_S", 0.02)
    turned: list[float] = []
    last = threading.Event()

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        turned.clear()
        await anyio.to_thread.run_sync(last.wait, 20)

    config = server_module.configuration(Starlette(lifespan=life))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = server_module.ApiServer(config, lambda: turned.append(time.monotonic()))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        eventually(lambda: server.started)
        server.stop()
        eventually(lambda: server.should_exit and len(turned) > 10)
        last.set()
        thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def workers(graph: Graph, cli_env: dict[str, str]) -> Iterator[Serve]:
    with Serve(cli_env, "--workers", "2") as serving:
        eventually(lambda: serving_workers(serving) == 2, 90)
        yield serving


def serving_workers(serve: Serve) -> int:
    number: int = httpx.get(f"{serve.health}/ready").json()["workers"]["serving"]
    return number


def processes(serve: Serve) -> set[psutil.Process]:
    """The workers, without the helper process of Python's multiprocessing."""
    children = psutil.Process(serve.process.pid).children()
    return {child for child in children if "spawn_main" in " ".join(child.cmdline())}


def test_a_worker_that_dies_is_replaced_and_the_others_go_on(workers: Serve) -> None:
    assert "Workers   2 processes" in workers.printed
    first = processes(workers)
    assert len(first) == 2
    killed = min(first, key=lambda process: process.pid)
    killed.kill()
    for _ in range(20):
        assert workers.ask("{ members { totalCount } }").json()["data"] == {"members": {"totalCount": 0}}
    eventually(lambda: len(processes(workers) - {killed}) == 2 and serving_workers(workers) == 2, 90)
    with request_under_way(workers) as connection:
        workers.process.send_signal(signal.SIGTERM)
        eventually(lambda: refused(workers))
        connection.sendall(BODY[5:])
        assert ANSWERED in answer_of(connection)
    assert workers.process.wait(30) == 0
    assert "Traceback" not in workers.output.read()


def test_workers_end_with_their_parent(workers: Serve) -> None:
    children = processes(workers)
    workers.process.kill()
    gone, alive = psutil.wait_procs(children, 30)
    assert (len(gone), alive) == (2, [])


def test_a_ctrl_c_for_all_of_them_ends_them_in_order(workers: Serve) -> None:
    """A terminal sends it to every process of its group."""
    children = processes(workers)
    with request_under_way(workers) as connection:
        for pid in (*(child.pid for child in children), workers.process.pid):
            os.kill(pid, signal.SIGINT)
        eventually(lambda: refused(workers))
        connection.sendall(BODY[5:])
        assert ANSWERED in answer_of(connection)
    assert workers.process.wait(30) == 0
    assert "Traceback" not in workers.output.read()
