"""Trips to the database: a client that goes away, or time that is over, ends what a request still reads."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from engine.api import newest
from engine.api.answering.turns import OF_VIEWER
from engine.api.context import Context
from engine.graph import bridge
from engine.graph.database import Graph
from tests.support.api import Api, queries
from tests.support.companies import cypher, month

ENDLESS = cypher(
    "UNWIND range(1, 1000000000) AS number WITH number WHERE number % 2 = 3 RETURN count(*) AS numbers"
)
RUNNING = """
SHOW TRANSACTIONS YIELD metaData, currentQuery
WHERE metaData.request IS NOT NULL AND NOT currentQuery STARTS WITH 'SHOW'
RETURN collect(metaData.request) AS requests
"""
COMPANY = """
members:
  member  sponsor
  1       -
  11      1
  12      1
orders:
  member  qv
  1       100
  11      60
plan:
  name = "Small"
  [[bonus]]
  name = "Own"
  kind = "personal"
  rate = "0.10"
"""
HEADERS = (
    "POST /graphql HTTP/1.1",
    "host: 127.0.0.1",
    "content-type: application/json",
    "content-length: {}",
)
SENT = "\r\n".join((*HEADERS, "", "{}"))
QUERY = '{"query": "{ members { nodes { name } } }"}'


@pytest.fixture(scope="module")
def api(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    server_graph.batched("schema/wipe")
    month(server_graph, tmp_path_factory.mktemp("month"), COMPANY)
    with Api(server_graph) as connected:
        connected.data("{ members { nodes { name } } }")
        yield connected


def requests_of(graph: Graph) -> list[str]:
    """The ids of the requests that have a statement under way in the server."""
    with graph.session() as session:
        requests: list[str] = session.run(RUNNING).single(strict=True)["requests"]
    return requests


def until(graph: Graph, running: bool, seconds: float) -> float:
    """Seconds until some request, or none, has a statement under way."""
    began = time.monotonic()
    while bool(requests_of(graph)) != running:
        assert time.monotonic() - began < seconds, requests_of(graph)
        time.sleep(0.005)
    return time.monotonic() - began


@pytest.fixture(params=["on the loop", "in a thread"])
def endless(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of members that takes longer than anybody waits, wherever it is read."""
    if request.param == "in a thread":

        async def ask(self: Context, function: Any, *arguments: Any) -> Any:
            return await self.graph.ask_long(self.threads, function, *arguments)

        monkeypatch.setattr(Context, "ask", ask)

    def read(graph: Graph, *_: object) -> object:
        return graph.read(ENDLESS)

    monkeypatch.setattr("engine.api.roots.people.member_page", read)


@pytest.mark.usefixtures("endless")
def test_nothing_is_read_for_a_client_that_has_gone(api: Api, server_graph: Graph) -> None:
    host, port = api.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(SENT.format(len(QUERY), QUERY).encode())
        until(server_graph, True, 5)
    gone = time.monotonic()
    until(server_graph, False, 5)
    assert time.monotonic() - gone < 0.5  # a tenth of a second on a machine that has nothing else to do
    assert api.data("{ __typename }") == {"__typename": "Query"}


@pytest.mark.usefixtures("endless")
def test_nothing_is_read_after_the_time_of_a_request(
    api: Api, server_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.api.http.handler.REQUEST_SECONDS", 0.3)
    response = api.http.post("/graphql", json={"query": "{ members { nodes { name } } }"})
    assert response.json()["errors"][0]["extensions"]["code"] == "too_slow"
    until(server_graph, False, 0.5)


def test_other_requests_are_answered_while_many_wait(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: list[int] = []

    def read(*_: object) -> None:
        waiting.append(1)
        bridge.sleep(60)

    monkeypatch.setattr("engine.api.roots.people.member_page", read)
    host, port = api.address.removeprefix("http://").split(":")
    clients = [socket.create_connection((host, int(port))) for _ in range(OF_VIEWER - 1)]
    try:
        for number, client in enumerate(clients):  # equal queries would be read once for all
            query = QUERY.replace("members", f"a{number}: members")
            client.sendall(SENT.format(len(query), query).encode())
        while len(waiting) < len(clients):
            time.sleep(0.01)
        assert api.data('{ member(memberId: "11") { memberId } }') == {"member": {"memberId": "11"}}
    finally:
        for client in clients:
            client.close()


TRIPS = """query($id: ID!, $first: Int!) { standing(memberId: $id) {
  name rank personalVolume groupVolume earned { amount }
  children(first: $first) { totalCount nodes { name rank personalVolume groupVolume earned { amount } } }
} }"""


@pytest.mark.parametrize("first", [1, 2, 200])
def test_a_member_with_children_and_figures_takes_one_trip(
    api: Api, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    """However large the page, and one more where the run has not been read in the last moment."""
    with queries(monkeypatch, fresh_s=60.0) as sent:
        api.data(TRIPS, id="1", first=first)
        sent.clear()
        shown = api.data(TRIPS, id="1", first=first)["standing"]["children"]
    assert (shown["totalCount"], len(shown["nodes"])) == (2, min(first, 2))
    assert len(sent) == 1, "\n--\n".join(sent)


def test_a_run_of_another_process_is_seen_in_a_moment(api: Api, server_graph: Graph) -> None:
    """And one that was removed is not: what the API knows is a quarter of a second old at most."""
    number = api.data("{ run { number } }")["run"]["number"]
    move = "MATCH (run:Run {number: $run}) SET run.state = $state"
    try:
        server_graph.write(cypher(move, "run", "state"), run=number, state="superseded")
        time.sleep(newest.FRESH_S)
        assert api.refused("{ run { number } }")[0] == "no_run"
    finally:
        server_graph.write(cypher(move, "run", "state"), run=number, state="complete")
    assert api.data("{ run { number } }")["run"]["number"] == number  # an absence is not kept at all
