"""The web socket: what breaks the protocol is closed with its code; what one client may have is limited."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from engine.api.answering.documents import hash_of
from engine.api.http import sockets
from engine.api.http.app import build
from engine.api.subscriptions import follower as following
from engine.api.subscriptions.follower import Follower
from engine.graph.database import Graph
from engine.intake.importing import import_rows
from tests.api.test_api_subscriptions import GROUP, ORDER, WATCH, Socket, opened
from tests.support.api import Api, served
from tests.support.months import month
from tests.support.serving import eventually


@pytest.fixture
def api(graph: Graph, tmp_path: Path) -> Iterator[Api]:
    month(graph, tmp_path)
    with Api(graph) as api:
        yield api


@pytest.fixture
def followers(monkeypatch: pytest.MonkeyPatch) -> list[Follower]:
    """The followers that have looked at the store."""
    noted: list[Follower] = []
    look = Follower._look

    def first(self: Follower, *arguments: Any) -> Any:
        if self not in noted:
            noted.append(self)
        return look(self, *arguments)

    monkeypatch.setattr(Follower, "_look", first)
    return noted


# The protocol

TWICE = json.dumps(
    {"id": "1", "type": "subscribe", "payload": {"query": GROUP, "variables": {"memberId": "1"}}}
)


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (["nonsense"], 4400),
        (["[]"], 4400),
        (['{"type": "what"}'], 4400),
        (['{"type": "connection_init", "payload": 1}'], 4400),
        (['{"id": "1", "type": "subscribe", "payload": {"query": "{ __typename }"}}'], 4401),
        (['{"type": "connection_init"}', '{"type": "connection_init"}'], 4429),
        (['{"type": "connection_init"}', '{"type": "subscribe", "payload": {"query": "x"}}'], 4400),
        (['{"type": "connection_init"}', '{"id": "1", "type": "subscribe"}'], 4400),
        (
            [
                '{"type": "connection_init"}',
                '{"id": "1", "type": "subscribe", "payload": {"query": "x", "variables": []}}',
            ],
            4400,
        ),
        (
            ['{"type": "connection_init"}', TWICE, TWICE],
            4409,
        ),
        (['{"type": "ping"}'] * (sockets.MOST_MESSAGES + 1), 1008),
    ],
)  # fmt: skip
def test_a_client_that_breaks_the_protocol_is_closed_with_its_code(
    api: Api, messages: list[str], code: int
) -> None:
    with opened(api, init=False) as socket:
        for message in messages:
            socket.connection.send(message)
        assert socket.closed()[0] == code


def test_who_says_nothing_or_speaks_otherwise_is_closed(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "INIT_SECONDS", 0.2)
    with opened(api, init=False) as socket:
        assert socket.closed() == (4408, "Connection initialisation timeout")
    address = api.address.replace("http://", "ws://") + "/graphql"
    with connect(address) as connection:
        assert Socket(connection).closed()[0] == 4406


def test_a_page_of_another_origin_is_refused(api: Api) -> None:
    with pytest.raises(InvalidStatus) as refused, opened(api, origin="https://evil.example"):
        pass
    assert refused.value.response.status_code == 403
    with opened(api, origin=api.address):
        pass


def test_documents_are_checked_like_those_of_queries(api: Api) -> None:
    with opened(api) as socket:
        for query, code in (
            ("subscription {", "invalid_query"),
            ("subscription { runProgress(number: 1) { what } }", "invalid_query"),
            ("{ __typename }", "subscriptions_only"),
            ("mutation { __typename }", "subscriptions_only"),
            ("subscription { ...on Subscription { runProgress(number: 1) { state } } x }", "invalid_query"),
        ):  # fmt: skip
            socket.subscribe(query)
            assert socket.refused() == code, query
        fields = " ".join(f"a{n}: memberIds" for n in range(1_500))
        socket.subscribe(f'subscription {{ downlineChanged(memberId: "1") {{ {fields} }} }}')
        assert socket.refused() in ("too_costly", "invalid_query")


def test_only_listed_documents_run_where_there_is_a_list(graph: Graph, tmp_path: Path) -> None:
    month(graph, tmp_path)
    listed = {hash_of(WATCH): WATCH}
    with served(build(graph, documents=listed)) as address:
        url = address.replace("http://", "ws://") + "/graphql"
        with connect(url, subprotocols=["graphql-transport-ws"]) as connection:  # type: ignore[list-item]
            socket = Socket(connection)
            socket.send(type="connection_init")
            assert socket.take() == {"type": "connection_ack"}
            socket.subscribe(GROUP, memberId="1")
            assert socket.refused() == "unknown_document"
            named = {"documentId": f"sha256:{hash_of(WATCH)}", "variables": {"number": 1}}
            socket.send(id="1", type="subscribe", payload=named)
            assert socket.event()["state"] == "COMPLETE"


# Limits


def test_what_one_viewer_may_have_is_limited(
    api: Api, monkeypatch: pytest.MonkeyPatch, followers: list[Follower]
) -> None:
    monkeypatch.setattr(sockets, "MOST_SOCKETS_OF_VIEWER", 2)
    monkeypatch.setattr(following, "MOST_OF_VIEWER", 3)
    with opened(api) as one, opened(api):
        with opened(api, init=False) as third:
            third.send(type="connection_init")
            assert third.closed()[0] == 1013
        for n in range(3):
            one.subscribe(GROUP, str(n), memberId="1")
        eventually(lambda: bool(followers) and len(followers[0]) == 3)
        one.subscribe(GROUP, "3", memberId="1")
        assert one.refused() == "too_many_subscriptions"
        one.send(id="0", type="complete")
        one.subscribe(WATCH, "3", number=1)
        assert one.event()["state"] == "COMPLETE"
    monkeypatch.setattr(sockets, "MOST_SOCKETS", 0)
    with opened(api, init=False) as socket:
        assert socket.closed()[0] == 1013


def test_a_thousand_subscribers_cost_one_look_and_little_memory(
    graph: Graph, api: Api, monkeypatch: pytest.MonkeyPatch, followers: list[Follower]
) -> None:
    monkeypatch.setattr(following, "MOST_OF_VIEWER", 1_000)
    process = psutil.Process()
    before, port = process.memory_info().rss, int(api.address.rpartition(":")[2])
    with ExitStack() as stack:
        clients = [stack.enter_context(opened(api)) for _ in range(20)]
        for socket in clients:
            for n in range(50):
                socket.subscribe(GROUP, str(n), memberId="12")
        for socket in clients:
            socket.send(type="ping")
            assert socket.take() == {"type": "pong"}
        eventually(lambda: bool(followers) and len(followers[0]) == 1_000, 120)
        time.sleep(3 * following.POLL_S)
        begun, looks = time.monotonic(), followers[0].looks
        import_rows(graph, {"orders": [ORDER]})
        for socket in clients:
            assert sorted(int(socket.take()["id"]) for _ in range(50)) == list(range(50))
        seconds = time.monotonic() - begun
        assert followers[0].looks - looks <= seconds / following.POLL_S + 2  # one for all of them
        assert process.memory_info().rss - before < 200 * 2**20
    eventually(lambda: _connected(process, port) == 0)


def _connected(process: psutil.Process, port: int) -> int:
    """The connections that the server of this process has open."""
    connections = process.net_connections("tcp")
    return sum(each.laddr.port == port and each.status == "ESTABLISHED" for each in connections)


def test_a_client_that_goes_away_leaves_nothing_behind(api: Api, followers: list[Follower]) -> None:
    with opened(api) as socket:
        socket.subscribe(GROUP, memberId="1")
        eventually(lambda: bool(followers) and len(followers[0]) == 1)
        socket.connection.socket.close()  # without a word
    eventually(lambda: len(followers[0]) == 0)
    time.sleep(3 * following.POLL_S)
    looks = followers[0].looks
    time.sleep(3 * following.POLL_S)
    assert followers[0].looks == looks  # nobody asks the store for nobody
