"""What clients follow over a web socket: events, ends, close codes, limits, and what a slow client costs."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from engine.access.policy import Policy
from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.answers.changes import changes_after, groups_touched, last_change, still_within
from engine.api.identity.configuration import Access, Configuration
from engine.api.identity.identity import Identity
from engine.api.subscriptions import follower as following
from engine.api.subscriptions.follower import Follower, TooManySubscriptionsError
from engine.api.subscriptions.mailbox import Mailbox
from engine.api.subscriptions.topics import MOST_MEMBERS, GroupChange, OfGroup, OfRun, Subscriber
from engine.api.timed import TimedGraph
from engine.genealogy.refusals import UnknownMemberError
from engine.graph.database import Graph
from engine.intake.importing import import_rows
from engine.passes.replay import plan_of
from engine.period import period
from engine.run import refresh
from engine.runs import life
from engine.settings import Secret
from tests.support.api import Api
from tests.support.months import PERIOD, month
from tests.support.serving import eventually
from tests.support.tokens import SECRET, signed

WATCH = "subscription($number: Int!) { runProgress(number: $number) { number state stage percent } }"
VOLUME = 'subscription { liveVolume(memberId: "12", period: "2026-12") { groupVolume change upToDate } }'
GROUP = """
subscription($memberId: ID!) {
  downlineChanged(memberId: $memberId) { firstChange change operations memberIds complete }
}"""
ORDER = {
    "order_id": "n1", "ordered_at": "2026-12-20T10:00:00Z", "member_id": "121", "kind": "sale",
    "qualifying_volume": "60.00", "commissionable_volume": "60", "amount": "60", "currency": "USD",
}  # fmt: skip


@pytest.fixture
def api(graph: Graph, tmp_path: Path) -> Iterator[Api]:
    month(graph, tmp_path)
    with Api(graph) as api:
        yield api


class Socket:
    """A web socket, as a client of graphql-transport-ws uses it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def send(self, **message: Any) -> None:
        self.connection.send(json.dumps(message))

    def take(self, seconds: float = 30) -> dict[str, Any]:
        return dict(json.loads(self.connection.recv(seconds)))

    def subscribe(self, query: str, id: str = "1", **variables: Any) -> None:
        self.send(id=id, type="subscribe", payload={"query": query, "variables": variables})

    def event(self) -> Any:
        message = self.take()
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        (data,) = message["payload"]["data"].values()
        return data

    def refused(self) -> str:
        message = self.take()
        assert message["type"] == "error", message
        return str(message["payload"][0]["extensions"]["code"])

    def closed(self) -> tuple[int, str]:
        try:
            while True:
                self.connection.recv(30)
        except ConnectionClosed as closed:
            frame = closed.rcvd
        assert frame
        return frame.code, frame.reason


@contextmanager
def opened(
    api: Api, *, init: bool = True, protocol: str = "graphql-transport-ws", **options: Any
) -> Iterator[Socket]:
    address = api.address.replace("http://", "ws://") + "/graphql"
    with connect(address, subprotocols=[protocol], **options) as connection:  # type: ignore[list-item]
        socket = Socket(connection)
        if init:
            socket.send(type="connection_init")
            assert socket.take() == {"type": "connection_ack"}
        yield socket


# What is followed


def test_a_run_is_followed_to_its_end(graph: Graph, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    held = threading.Event()
    complete = life._complete

    def wait(work: Any) -> None:
        assert held.wait(60)
        complete(work)

    monkeypatch.setattr(life, "_complete", wait)
    begun = api.data(
        f'mutation {{ runPeriod(input: {{period: "{PERIOD}", afresh: true}}) {{ progress {{ number }} }} }}'
    )
    number = begun["runPeriod"]["progress"]["number"]
    try:
        with opened(api) as socket:
            socket.subscribe(WATCH, number=number)
            first = socket.event()
            assert (first["number"], first["state"]) == (number, "RUNNING")
            held.set()
            events = [first]
            while events[-1]["state"] == "RUNNING":
                events.append(socket.event())
            assert events[-1] == {"number": number, "state": "COMPLETE", "stage": None, "percent": 100}
            assert socket.take() == {"id": "1", "type": "complete"}
            socket.subscribe(WATCH, number=number)  # the id is free again, and an ended run says so at once
            assert socket.event()["state"] == "COMPLETE"
            assert socket.take() == {"id": "1", "type": "complete"}
            socket.subscribe(WATCH, number=number + 7)
            assert socket.refused() == "no_run"
    finally:
        held.set()


def test_live_volumes_follow_orders_and_moves(graph: Graph, api: Api) -> None:
    with opened(api) as socket:
        socket.subscribe(VOLUME)
        assert socket.refused() == "no_live_figures"
        plan = plan_of(run_of(graph))
        refresh(graph, plan, period("2026-12"))
        socket.subscribe(VOLUME)
        assert socket.event() == {"groupVolume": "9999.00", "change": 1, "upToDate": True}
        import_rows(graph, {"orders": [ORDER]})
        assert socket.event() == {"groupVolume": "10059.00", "change": 2, "upToDate": True}
        move = {"member_id": "121", "tree": "placement", "parent_id": "11", "effective_on": "2026-12-20"}
        import_rows(graph, {"moves": [move]})
        assert socket.event() == {"groupVolume": "0.00", "change": 3, "upToDate": True}
        import_rows(graph, {"facts": [{"member_id": "12", "name": "training", "value": 1}]})
        stale = socket.event()
        assert (stale["groupVolume"], stale["upToDate"]) == ("0.00", False)
        refresh(graph, plan, period("2026-12"))
        import_rows(graph, {"orders": [{**ORDER, "order_id": "n2", "member_id": "12"}]})
        while (event := socket.event())["groupVolume"] != "60.00":
            assert event["groupVolume"] == "0.00"
        assert event["upToDate"]


def run_of(graph: Graph) -> Any:
    from engine.passes.record import result

    return result(graph)


def test_changes_of_a_group_come_to_those_above_and_to_nobody_else(graph: Graph, api: Api) -> None:
    with opened(api) as socket:
        socket.subscribe(GROUP, "above", memberId="12")
        socket.subscribe(GROUP, "beside", memberId="11")
        socket.subscribe(GROUP, "nobody", memberId="x")
        refused = socket.take()
        assert (refused["id"], refused["payload"][0]["extensions"]["code"]) == ("nobody", "unknown_member")
        socket.send(type="ping")
        assert socket.take() == {"type": "pong"}
        time.sleep(2 * following.POLL_S)
        import_rows(graph, {"orders": [ORDER]})
        event = socket.take()
        assert event["id"] == "above"
        assert event["payload"]["data"]["downlineChanged"] == {
            "firstChange": 2, "change": 2, "operations": ["ORDERS_ADDED"], "memberIds": ["121"],
            "complete": True,
        }  # fmt: skip
        # 112 moves from 11 to 12: both groups are touched, that of 11 by the one who lost somebody
        move = {"member_id": "112", "tree": "placement", "parent_id": "12", "effective_on": "2026-11-20"}
        import_rows(graph, {"moves": [move]})
        events = {
            event["id"]: event["payload"]["data"]["downlineChanged"]
            for event in (socket.take(), socket.take())
        }
        assert set(events["above"]["memberIds"]) == {"112", "12"}
        assert events["beside"]["memberIds"] == ["11"]
        socket.send(id="beside", type="complete")
        socket.send(id="above", type="complete")
        import_rows(graph, {"orders": [{**ORDER, "order_id": "n2"}]})
        with pytest.raises(TimeoutError):
            socket.take(3 * following.POLL_S)


def test_a_change_of_many_says_that_it_is_not_complete(graph: Graph, api: Api) -> None:
    many = [{"member_id": f"m{n}", "sponsor_id": "1", "enrolled_on": "2026-11-20"} for n in range(1_001)]
    with opened(api) as socket:
        socket.subscribe(GROUP, memberId="12")
        socket.send(type="ping")
        socket.take()
        time.sleep(2 * following.POLL_S)
        import_rows(graph, {"members": many})
        event = socket.event()
        assert (event["memberIds"], event["complete"]) == ([], False)


# Reach, expiry, and the end of the server


SHARED = Configuration(("HS256",), Secret(SECRET), audience="upline", issuer="https://sign.example", leeway=0)


class SignedIn(Identity):
    """Everybody is one viewer, whatever token they bring."""

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer

    async def reach(self, token: str | None, reads: TimedGraph) -> Reach:
        """The viewer's reach."""
        del token, reads
        return self.of(self._viewer)


def test_whoever_is_moved_out_of_reach_is_followed_no_longer(graph: Graph, tmp_path: Path) -> None:
    month(graph, tmp_path)
    identity = SignedIn(Viewer("ben", Role.MEMBER, "11"))
    with Api(graph, identity=identity) as api, opened(api) as socket:
        socket.subscribe(GROUP, "own", memberId="11")
        socket.subscribe(GROUP, "below", memberId="112")
        socket.subscribe(GROUP, "other", memberId="12")
        refused = socket.take()
        assert (refused["id"], refused["payload"][0]["extensions"]["code"]) == ("other", "unknown_member")
        socket.subscribe(WATCH, "run", number=1)
        assert socket.refused() == "not_allowed"
        time.sleep(2 * following.POLL_S)
        moves = [
            {"member_id": "112", "tree": tree, "parent_id": "12", "effective_on": "2026-11-20"}
            for tree in ("placement", "sponsor")
        ]
        import_rows(graph, {"moves": moves})
        messages = {message["id"]: message for message in (socket.take(), socket.take())}
        assert messages["below"]["type"] == "error"
        assert messages["below"]["payload"][0]["extensions"]["code"] == "unknown_member"
        assert messages["own"]["payload"]["data"]["downlineChanged"]["memberIds"] == ["11"]


def test_reach_of_all_is_checked_by_one_statement(graph: Graph, tmp_path: Path) -> None:
    month(graph, tmp_path)
    pairs = {
        ("11", "112"),
        ("11", "12"),
        ("12", "121"),
        ("121", "121"),
        ("x", "11"),
        ("1", "x"),
        ("11", "111"),
    }
    both = still_within(graph, Policy(), pairs)
    assert both == {("11", "112"), ("12", "121"), ("11", "111")}  # 121 is terminated: reads nothing
    allowed = still_within(graph, Policy(terminated=True), pairs)
    assert allowed == both | {("121", "121")}
    sponsors = still_within(graph, Policy(trees=frozenset({"sponsor"})), pairs)
    assert sponsors == {("11", "112"), ("12", "121")}
    assert groups_touched(graph, "sponsor", ["111"], ["1", "11"]) == {"1": ("111",)}
    assert last_change(graph) == 1
    assert [change.number for change in changes_after(graph, 0)] == [1]


def test_a_socket_takes_a_token_and_is_closed_when_it_expires(graph: Graph, tmp_path: Path) -> None:
    month(graph, tmp_path)
    identity = Identity(Access(Policy(), SHARED))
    token = signed(role="admin", member_id=None, exp=int(time.time()) + 4)
    with Api(graph, identity=identity) as api:
        for payload in ({}, {"token": "nonsense"}, {"Authorization": "Bearer nonsense"}):
            with opened(api, init=False) as socket:
                socket.send(type="connection_init", payload=payload)
                assert socket.closed()[0] == 4403
        with opened(api, init=False) as socket:
            socket.send(type="connection_init", payload={"Authorization": f"Bearer {token}"})
            assert socket.take() == {"type": "connection_ack"}
            socket.subscribe(GROUP, memberId="1")
            assert socket.closed() == (4403, "token_expired")


def test_a_server_that_stops_closes_its_sockets(graph: Graph, tmp_path: Path) -> None:
    month(graph, tmp_path)
    threads = threading.active_count()
    with ExitStack() as stack:
        with Api(graph) as api:
            socket = stack.enter_context(opened(api))
            socket.subscribe(GROUP, memberId="1")
            socket.send(type="ping")
            assert socket.take() == {"type": "pong"}
            begun = time.monotonic()
        assert socket.closed()[0] in (1001, 1012)
        assert time.monotonic() - begun < 8
    eventually(lambda: threading.active_count() <= threads + 2)


# One event is kept


def test_a_slow_reader_gets_the_newest_event() -> None:
    asyncio.run(_read_slowly())


async def _read_slowly() -> None:
    box: Mailbox[int] = Mailbox()
    for n in range(10_000):
        box.put(n)
    assert await anext(box) == 9_999
    waiting = asyncio.create_task(anext(box))
    await asyncio.sleep(0)
    assert not waiting.done()
    box.put(1)
    assert await waiting == 1
    box.put(2)
    box.end()
    assert [each async for each in box] == [2]
    box.end(UnknownMemberError("gone"))
    with pytest.raises(UnknownMemberError):
        await anext(box)


def test_missed_changes_are_joined() -> None:
    def change(number: int, *members: str, complete: bool = True) -> GroupChange:
        return GroupChange(number, number, None, (f"o{number}",), members, complete)

    joined = change(1, "a", "b").then(change(2, "b", "c"))
    assert joined == GroupChange(1, 2, None, ("o1", "o2"), ("a", "b", "c"), True)
    many = joined.then(change(3, *(str(n) for n in range(MOST_MEMBERS))))
    assert (many.first_change, many.change, len(many.member_ids), many.complete) == (
        1,
        3,
        MOST_MEMBERS,
        False,
    )
    assert not change(4, complete=False).then(change(5)).complete


def test_a_follower_refuses_too_many(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MOST_SUBSCRIBERS", 1)
    asyncio.run(_subscribe_twice(graph))


async def _subscribe_twice(graph: Graph) -> None:
    follower = Follower(graph, Policy())
    viewer = Viewer("ann", Role.ADMIN)
    topic = OfGroup("1", "sponsor")
    async with follower.following(Subscriber(viewer, topic, Mailbox())):
        with pytest.raises(TooManySubscriptionsError):
            async with follower.following(Subscriber(viewer, OfRun(1), Mailbox())):
                pass
    assert len(follower) == 0
