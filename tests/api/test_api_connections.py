"""Clients that treat the server badly: slow, idle, too many, or gone. Over real sockets."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_network

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from engine.api.cost.budgets import network
from engine.api.serving.connections import ConnectionLimits, within
from tests.support.api import served
from tests.support.serving import answer_of, connected, eventually

LIMITS = ConnectionLimits(
    head_s=0.6, body_s=0.6, idle_s=1, write_s=0.6, head_bytes=4096, most=30, most_of_address=20
)
HEAD = b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"


class Application:
    """Answers when the test lets it, and notes what became of each request."""

    def __init__(self) -> None:
        self.outcomes: list[str] = []
        self.bodies: list[bytes] = []
        self.size = 2
        self.hold = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        try:
            body = b""
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    self.outcomes.append("disconnected")
                    return
                body += message.get("body", b"")
                if not message.get("more_body"):
                    break
            self.bodies.append(body)
            while self.hold:
                await asyncio.sleep(0.01)
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for _ in range(self.size // 65536 + 1):
                await send(
                    {"type": "http.response.body", "body": b"x" * min(self.size, 65536), "more_body": True}
                )
            await send({"type": "http.response.body"})
        except asyncio.CancelledError:
            self.outcomes.append("cancelled")
            raise
        self.outcomes.append("answered")


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def address(application: Application) -> Iterator[str]:
    with served(application, LIMITS) as address:
        yield address
        application.hold = False


def code(answer: bytes) -> tuple[int, str]:
    """Status and code of a refusal."""
    head, _, body = answer.partition(b"\r\n\r\n")
    (error,) = json.loads(body)["errors"]
    return int(head.split()[1]), error["extensions"]["code"]


def slowly(connection: socket.socket, data: bytes, over: threading.Event) -> threading.Thread:
    """Send a byte every 50 ms, as slow attackers do."""

    def send() -> None:
        with suppress(OSError):
            for byte in data:
                if over.wait(0.05):
                    return
                connection.sendall(bytes([byte]))

    thread = threading.Thread(target=send)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("whole", "rest"),
    [
        pytest.param(b"", HEAD + b"x: y\r\n" * 99, id="headers"),
        pytest.param(HEAD + b"content-length: 500\r\n\r\n", b"x" * 400, id="body"),
        pytest.param(HEAD + b"transfer-encoding: chunked\r\n\r\n", b"1\r\n{\r\n" * 99, id="chunks"),
    ],
)
def test_what_arrives_byte_by_byte_is_cut_off(address: str, whole: bytes, rest: bytes) -> None:
    over = threading.Event()
    begun = time.monotonic()
    with connected(address) as (connection,):
        connection.sendall(whole)
        sender = slowly(connection, rest, over)
        answer = answer_of(connection)
        over.set()
        sender.join()
    assert code(answer) == (408, "request_timeout")
    assert time.monotonic() - begun < 5


def test_a_connection_without_a_byte_is_closed(address: str) -> None:
    with connected(address) as (connection,):
        assert answer_of(connection) == b""


def test_a_byte_after_an_answer_does_not_hold_the_connection(address: str) -> None:
    """uvicorn ends the time of an idle connection at the first byte of the next request."""
    with connected(address) as (connection,):
        connection.sendall(HEAD + b"content-length: 2\r\n\r\n{}")
        assert connection.recv(65536)
        connection.sendall(b"P")
        assert b"request_timeout" in answer_of(connection)


def test_an_idle_connection_is_closed_after_its_time(address: str) -> None:
    with connected(address) as (connection,):
        connection.sendall(HEAD + b"content-length: 2\r\n\r\n{}")
        assert answer_of(connection).startswith(b"HTTP/1.1 200 OK")


def test_endless_headers_are_refused(address: str) -> None:
    with connected(address) as (connection,):
        connection.sendall(HEAD + b"x-long: " + b"y" * 6000)
        assert code(answer_of(connection)) == (431, "headers_too_large")


def test_what_is_not_http_is_refused_in_the_shape_of_graphql(address: str) -> None:
    with connected(address) as (connection,):
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00 TLS\r\n\r\n")
        assert code(answer_of(connection)) == (400, "malformed_http")


def test_idle_connections_give_way(address: str, application: Application) -> None:
    """Four times as many idle ones as there may be; each honest request is answered."""
    for _ in range(2):
        with connected(address, 2 * LIMITS.most):
            assert httpx.post(f"{address}/graphql", content=b"{}").status_code == 200
    eventually(lambda: application.outcomes == ["answered"] * 2)


def test_connections_at_work_do_not_give_way(address: str, application: Application) -> None:
    application.hold = True
    whole = HEAD + b"content-length: 2\r\n\r\n{}"
    with connected(address, LIMITS.most_of_address) as busy:
        for connection in busy:
            connection.sendall(whole)
        eventually(lambda: len(application.bodies) == LIMITS.most_of_address)
        with connected(address) as (late,):
            assert code(answer_of(late)) == (503, "server_busy")
        application.hold = False
        assert all(connection.recv(65536).startswith(b"HTTP/1.1 200 OK") for connection in busy)


def test_a_proxy_may_have_more(application: Application) -> None:
    limits = ConnectionLimits(most=30, most_of_address=2, proxies=(ip_network("127.0.0.0/8"),))
    application.hold = True
    with served(application, limits) as address, connected(address, 5) as busy:
        for connection in busy:
            connection.sendall(HEAD + b"content-length: 2\r\n\r\n{}")
        eventually(lambda: len(application.bodies) == 5)
        application.hold = False
        assert all(connection.recv(65536).startswith(b"HTTP/1.1 200 OK") for connection in busy)


def test_a_request_whose_client_is_gone_is_cancelled(address: str, application: Application) -> None:
    application.hold = True
    with connected(address) as (connection,):
        connection.sendall(HEAD + b"content-length: 2\r\n\r\n{}")
        eventually(lambda: application.bodies == [b"{}"])
    assert eventually(lambda: application.outcomes == ["cancelled"]) < 2


def test_a_client_that_is_gone_before_its_body_leaves_nothing(
    address: str, application: Application, capfd: pytest.CaptureFixture[str]
) -> None:
    with connected(address) as (connection,):
        connection.sendall(HEAD + b"content-length: 200\r\n\r\n{")
    eventually(lambda: bool(application.outcomes))
    assert "Traceback" not in capfd.readouterr().err


def test_a_client_that_takes_nothing_is_dropped(address: str, application: Application) -> None:
    application.size = 32 << 20
    with connected(address) as (connection,):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(HEAD + b"content-length: 2\r\n\r\n{}")
        eventually(lambda: application.outcomes == ["cancelled"])


def test_pipelined_requests_are_answered_in_turn(address: str, application: Application) -> None:
    with connected(address) as (connection,):
        connection.sendall(3 * (HEAD + b"content-length: 2\r\n\r\n{}") + HEAD[:20])
        answer = answer_of(connection)
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert b"request_timeout" in answer
    eventually(lambda: application.outcomes == ["answered"] * 3)


@pytest.mark.parametrize(
    ("address_", "group"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
    ],
)
def test_addresses_are_counted_by_client(address_: str, group: str) -> None:
    assert network(address_) == group


def test_a_network_of_proxies_holds_its_addresses() -> None:
    networks = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
    assert within("10.1.2.3", networks)
    assert within("fd00::1", networks)
    assert not within("11.1.2.3", networks)
    assert not within("", networks)
