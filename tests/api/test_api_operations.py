"""/live and /ready: a thread and port of their own, whatever the requests do."""

import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from engine.api.serving.health import STUCK_S, Health
from engine.api.serving.probe import SILENT_S, Probe
from engine.commands.serve import _health_port
from engine.graph.database import Graph
from tests.support.serving import Serve, connected, eventually, seconds_of

AT_ONCE_S = 0.1


@pytest.fixture(scope="module")
def serve(server_graph: Graph, neo4j_address: object) -> Iterator[Serve]:
    import os

    with Serve({**os.environ, **neo4j_address.environment}) as serving:  # type: ignore[attr-defined]
        serving.until_ready()
        yield serving


def test_live_and_ready_say_what_is_documented(serve: Serve) -> None:
    live = httpx.get(f"{serve.health}/live").json()
    assert live.keys() == {"live", "version", "stuck_seconds"}
    assert live["live"] is True
    ready = httpx.get(f"{serve.health}/ready").json()
    assert ready.keys() == {
        "ready", "stopping", "neo4j", "neo4j_since", "neo4j_milliseconds", "statements_planned",
        "workers",
    }  # fmt: skip
    assert (ready["ready"], ready["neo4j"], ready["workers"]) == (True, "ok", {"serving": 1, "wanted": 1})


def test_the_next_port_is_that_of_health_and_is_printed(serve: Serve) -> None:
    shown = ["GraphiQL", "GraphQL", "Health", "Metrics", "Ctrl-C"]
    assert [line.split()[0] for line in serve.printed] == shown
    assert serve.health != serve.api
    assert (_health_port(None, 8080), _health_port(9090, 8080), _health_port(None, 0)) == (8081, 9090, 0)


def test_idle_connections_do_not_hold_it_up(serve: Serve) -> None:
    with connected(serve.health, 100), connected(serve.api, 300):
        assert min(seconds_of(serve.health, "/live") for _ in range(5)) < AT_ONCE_S
        assert serve.ask("{ __typename }").json()["data"] == {"__typename": "Query"}


def test_slow_queries_do_not_hold_it_up(serve: Serve) -> None:
    """Clients that keep the event loop and the interpreter busy; the machine may be busy too."""
    over = threading.Event()
    heavy = "{ " + " ".join(f"a{n}: __schema {{ types {{ fields {{ name }} }} }}" for n in range(9)) + " }"

    def press() -> None:
        with httpx.Client(timeout=30) as client:
            while not over.is_set():
                client.post(f"{serve.api}/graphql", json={"query": heavy})

    clients = [threading.Thread(target=press) for _ in range(4)]
    for client in clients:
        client.start()
    try:
        times = sorted(seconds_of(serve.health, "/live") for _ in range(20))
    finally:
        over.set()
        for client in clients:
            client.join()
    assert times[10] < AT_ONCE_S
    assert times[-1] < 10 * AT_ONCE_S


class Database(Graph):
    """A database that does what the test says."""

    def __init__(self, ask: object) -> None:
        self.ask = ask

    def session(self, access: str | None = None) -> object:  # type: ignore[override]
        return self

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *raised: object) -> None:
        pass

    def run(self, *_: object) -> "Database":
        self.ask()  # type: ignore[operator]
        return self

    def consume(self) -> None:
        pass


def test_the_probe_tells_a_database_that_is_gone_silent_or_back() -> None:
    waiting, gone = threading.Event(), threading.Event()
    changes: list[str] = []

    def ask() -> None:
        if gone.is_set():
            raise OSError("refused")
        if not waiting.wait(60):
            raise AssertionError

    waiting.set()
    with Probe(Database(ask), lambda answer: changes.append(answer.state)) as probe:
        eventually(lambda: probe.answer().ok)
        gone.set()
        eventually(lambda: probe.answer().state == "gone")
        gone.clear()
        assert eventually(lambda: probe.answer().ok) < 1
        waiting.clear()
        eventually(lambda: probe.answer().state == "silent", SILENT_S + 5)
        waiting.set()
        eventually(lambda: probe.answer().ok)
    assert changes == ["ok", "gone", "ok", "silent", "ok"]


def test_a_process_whose_loop_is_stuck_is_not_live() -> None:
    health = Health()
    assert health.live()[0]
    health.turn()
    assert health.live()[0]
    health._turned_at = time.monotonic() - STUCK_S - 1
    assert not health.live()[0]
    assert not health.ready()[0]


def test_not_ready_before_the_database_and_at_the_end(graph: Graph) -> None:
    health = Health()
    health.turn()
    assert health.ready()[1]["neo4j"] == "starting"
    with Probe(graph) as health.probe:
        eventually(lambda: health.ready()[0])
        health.stop()
        assert not health.ready()[0]


def test_the_health_port_answers_to_its_own_names_alone(serve: Serve) -> None:
    assert httpx.get(f"{serve.health}/live", headers={"host": "evil.example"}).status_code == 421


def test_health_on_the_main_port_stays(serve: Serve) -> None:
    answer = httpx.get(f"{serve.api}/health").json()
    assert answer.keys() == {"server", "version", "neo4j", "latest_run"}


@pytest.mark.parametrize(
    "own", ["4bf92f3577b34da6a3ce929d0e0e4736", "Root=1-67891233-abcdef012345678912345678"]
)
def test_a_well_formed_request_id_is_kept(serve: Serve, own: str) -> None:
    assert httpx.get(f"{serve.api}/health", headers={"x-request-id": own}).headers["x-request-id"] == own


@pytest.mark.parametrize(
    "own", ["short", "x" * 200, "with space in it", '"quoted-and-long"', "new\tline-in-it"]
)
def test_another_request_id_is_replaced(serve: Serve, own: str) -> None:
    response = httpx.get(f"{serve.api}/health", headers={"x-request-id": own})
    assert response.headers["x-request-id"] != own
    assert len(response.headers["x-request-id"]) == 32
