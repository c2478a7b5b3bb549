"""A server that is gone: every way of asking says so within seconds; a line that comes back is used again."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from neo4j.exceptions import ClientError, DatabaseUnavailable, ServiceUnavailable, TransientError

from engine.graph import driver, patience
from engine.graph.database import Graph, ServerAddressError, ServerUnreachableError
from engine.graph.patience import ELECTION_S, LOST_S, lost_seconds, patiently
from tests.conftest import Address, Upline
from tests.soak.proxy import Proxy
from tests.support.api import Api
from tests.support.companies import cypher

SOON_S = LOST_S + 3
ONE = cypher("RETURN 1 AS one")
WAYS: dict[str, Callable[[Graph], object]] = {
    "read": lambda graph: graph.read(ONE),
    "write": lambda graph: graph.write(ONE),
    "write_rows": lambda graph: graph.write_rows(ONE),
    "batched": lambda graph: graph.batched(ONE),
    "together": lambda graph: graph.together(lambda ask: ask(ONE)),
}


@pytest.fixture
def proxy(neo4j_address: Address) -> Iterator[Proxy]:
    """A line to the server of the session that can be cut."""
    line = Proxy(int(neo4j_address.uri.rpartition(":")[2]))
    yield line
    line.cut()


@pytest.fixture
def far(proxy: Proxy, neo4j_address: Address) -> Iterator[Graph]:
    """The database through that line."""
    with Graph(f"bolt://127.0.0.1:{proxy.port}", neo4j_address.user, neo4j_address.password) as graph:
        graph.verify()
        yield graph


@pytest.mark.parametrize("way", WAYS)
def test_a_lost_server_is_given_up_within_seconds(way: str, proxy: Proxy, far: Graph) -> None:
    WAYS[way](far)
    proxy.cut()
    began = time.monotonic()
    with pytest.raises(driver.lost()):
        WAYS[way](far)
    assert time.monotonic() - began < SOON_S


@pytest.mark.parametrize("way", [way for way in WAYS if way != "batched"])
def test_a_line_that_comes_back_is_used_again(way: str, proxy: Proxy, far: Graph) -> None:
    WAYS[way](far)
    proxy.drop()
    WAYS[way](far)


def test_a_statement_whose_line_is_cut_while_it_runs_is_given_up(proxy: Proxy, far: Graph) -> None:
    slow = cypher("UNWIND range(1, 100000000) AS n WITH n WHERE n % 7 = 9 RETURN count(n) AS one")
    threading.Timer(0.3, proxy.cut).start()
    began = time.monotonic()
    with pytest.raises(driver.lost()):
        far.read(slow)
    assert time.monotonic() - began < SOON_S + 1


def test_the_api_says_so_within_seconds(graph: Graph, proxy: Proxy, far: Graph) -> None:
    assert graph.value("genealogy/member_count") == 0
    with Api(far) as api:
        assert api.data("{ members { nodes { name } } }") == {"members": {"nodes": []}}
        proxy.drop()
        assert api.data("{ members { nodes { name } } }") == {"members": {"nodes": []}}
        proxy.cut()
        began = time.monotonic()
        response = api.http.post("/graphql", json={"query": "{ members { nodes { name } } }"})
        assert time.monotonic() - began < SOON_S
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    (error,) = response.json()["errors"]
    assert (error["extensions"]["code"], error["message"]) == (
        "server_unreachable",
        "the database does not answer. Try again in a moment.",
    )


COMMANDS = (
    "runs", "check", "statement 1", "explain 1 --order a", "tree 1", "downline 1", "rank 1", "place",
    "report top_earners",
    "cypher RETURN\u00a01", "live --period 2026-11 --plan PLAN", "run --period 2026-11 --plan PLAN",
    "import FOLDER", "export --out FOLDER/out", "rollup --out FOLDER/moves", "serve --port 0",
)  # fmt: skip


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_says_at_once_that_no_server_answers(line: str, upline: Upline, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text('name = "Gone"\n')
    words = [word.replace("FOLDER", str(tmp_path)).replace("PLAN", str(plan)) for word in line.split(" ")]
    began = time.monotonic()
    done = upline(*words, env={"UPLINE_NEO4J_URI": "bolt://127.0.0.1:1"})
    assert (done.returncode, "[server_unreachable]" in done.stderr) == (2, True), done.stderr
    assert time.monotonic() - began < SOON_S


def test_a_machine_that_answers_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that takes no connection: its queue is full, as if the packets were lost on the way."""
    monkeypatch.setattr("engine.graph.database.CONNECT_S", 1.0)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as door:
        address = door.getsockname()
        with socket.create_connection(address), socket.socket() as second:
            second.setblocking(False)
            second.connect_ex(address)
            began = time.monotonic()
            with (
                Graph(f"bolt://127.0.0.1:{address[1]}", "neo4j", "x") as graph,
                pytest.raises(ServerUnreachableError, match="no Neo4j answers"),
            ):
                graph.verify()
            assert time.monotonic() - began < SOON_S


@pytest.mark.parametrize("uri", ["127.0.0.1:7687", "localhost", "http://127.0.0.1:7474"])
def test_an_address_that_is_none_is_refused(uri: str, upline: Upline) -> None:
    done = upline("runs", env={"UPLINE_NEO4J_URI": uri})
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "[server_address]" in done.stderr
    assert "bolt://127.0.0.1:7687" in done.stderr
    with pytest.raises(ServerAddressError):
        Graph(uri, "neo4j", "x")


class Clock:
    """A clock that only sleep moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def failing(error: Exception, clock: Clock) -> float:
    """The seconds for which a fault is tried again."""

    def work() -> None:
        raise error

    with pytest.raises(type(error)):
        patiently(work, LOST_S)
    return clock.now


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [
        (ServiceUnavailable, 1, LOST_S),
        (DatabaseUnavailable, 1, LOST_S),
        (TransientError, 20, 30),
        (ClientError, 0, 0),
    ],
)
def test_each_kind_of_fault_has_its_patience(
    kind: type[Exception], least: float, most: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(patience, "time", clock)
    assert least <= failing(kind("fault"), clock) <= most


def test_a_cluster_may_take_its_time_to_elect_a_leader() -> None:
    assert [lost_seconds(f"{scheme}://host") for scheme in ("bolt", "bolt+s")] == [LOST_S, LOST_S]
    assert [lost_seconds(f"{scheme}://host") for scheme in ("neo4j", "neo4j+s")] == [ELECTION_S, ELECTION_S]
