"""Connections with time-outs: no client can hold one without using it, and none can hold all of them.

uvicorn limits the time of idle connections alone, and counts them as work. Here each phase of a request has
its time, idle connections make room for new ones, and no address can have them all.
"""

import asyncio
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from engine.api.cost.budgets import network
from engine.api.http import refusals
from engine.api.http.refusals import (
    HeadersTooLargeError,
    MalformedHttpError,
    RequestTimeoutError,
    ServerBusyError,
    ServerStoppingError,
)
from engine.errors import UplineError

Networks = tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How long a connection may take for what, and how many there may be."""

    head_s: float = 10.0
    """Seconds from the connection, or the first byte, to the end of the headers."""
    body_s: float = 10.0
    """Seconds from there to the end of the body, which has at most 64 kB."""
    idle_s: int = 75
    """Seconds between two requests; more than the usual 60 of proxies, which would else meet a closed one."""
    write_s: float = 30.0
    """Seconds in which the client takes nothing of an answer."""
    head_bytes: int = 80 * 1024
    """Bytes of address and headers; a query in an address may be as long as in a body."""
    most: int = 500
    """Open connections of a process, within the 1,024 files that systems allow by default."""
    most_of_address: int = 200
    """Open connections of one address."""
    proxies: Networks = ()
    """Networks of proxies, which stand for many clients: the limit above is not theirs."""


@dataclass
class Connections:
    """The open connections of one server; idle ones in the order in which they became idle."""

    limits: ConnectionLimits
    open: dict["TimedProtocol", str] = field(default_factory=dict)
    idle: dict["TimedProtocol", None] = field(default_factory=dict)
    of_address: dict[str, int] = field(default_factory=dict)

    def enter(self, connection: "TimedProtocol", address: str) -> bool:
        """Whether a new connection has room; if need be, the one that has been idle longest is closed."""
        full = len(self.open) >= self.limits.most
        many = self.of_address.get(address, 0) >= self.limits.most_of_address
        crowded = many and not within(address, self.limits.proxies)
        if (full or crowded) and not self._make_room(address if crowded else None):
            return False
        self.open[connection] = address
        self.of_address[address] = self.of_address.get(address, 0) + 1
        self.idle[connection] = None
        return True

    def leave(self, connection: "TimedProtocol") -> None:
        """Forget a connection that is closed, or is no longer HTTP."""
        self.idle.pop(connection, None)
        address = self.open.pop(connection, None)
        if address is not None:
            self.of_address[address] -= 1
            if not self.of_address[address]:
                del self.of_address[address]

    def _make_room(self, address: str | None) -> bool:
        for connection in self.idle:
            if address is None or self.open[connection] == address:
                self.leave(connection)
                connection.transport.abort()
                return True
        return False


class TimedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP with time-outs; a request whose client is gone is cancelled.

    `timed` makes the subclass of one server, which has its connections.
    """

    all: Connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or refuse it where there are too many."""
        super().connection_made(transport)
        self._head_open = self._body_open = self._handed_over = False
        self._head_bytes = 0
        self._task: asyncio.Task[None] | None = None
        self._phase: str | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        if self.all.enter(self, network(self.client[0] if self.client else "")):
            self._watch()
        else:
            self._refuse(ServerBusyError("too many connections are open"), 503, 1)

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the request that nobody waits for any more."""
        self.all.leave(self)
        self._set_phase(None)
        self._stop_write_timer()
        super().connection_lost(exc)
        self._unset_keepalive_if_required()
        if self._task is not None and not self._task.done():
            self._task.cancel()
        self.pipeline.clear()

    def data_received(self, data: bytes) -> None:
        """Take a part of a request."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self.transport.is_closing() or self._handed_over:
            return
        if self._head_open:
            self._head_bytes += len(data)
            if self._head_bytes > self.all.limits.head_bytes:
                self._refuse(HeadersTooLargeError("the address and the headers are too large"), 431)
                return
        self._watch()

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._head_open, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """The end of the headers; the request begins."""
        self._head_open, self._body_open = False, True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The end of the body."""
        self._body_open = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is written; another request may follow."""
        super().on_response_complete()
        if not self.transport.is_closing():
            self._watch()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over; the protocol of the web socket has limits of its own."""
        self._handed_over = True
        self.all.leave(self)
        self._set_phase(None)
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP."""
        del msg
        self._refuse(MalformedHttpError("this is not HTTP"), 400)

    def pause_writing(self) -> None:
        """The client takes less than it is sent."""
        super().pause_writing()
        self._stop_write_timer()
        self._write_timer = self.loop.call_later(self.all.limits.write_s, self.transport.abort)

    def resume_writing(self) -> None:
        """The client has taken what waited."""
        self._stop_write_timer()
        super().resume_writing()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        task = self.loop.create_task(cycle.run_asgi(_Cancellable(app, cycle)))  # type: ignore[arg-type]
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)
        self._task = task

    def _working(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _watch(self) -> None:
        """Begin the time of what the connection does now; a phase that goes on keeps its time."""
        if self._working() or self.pipeline:
            self.all.idle.pop(self, None)
            self._set_phase("body" if self._body_open and not self.pipeline else None)
        elif self._body_open:  # the answer did not wait for the body
            self._set_phase("body")
        else:
            if self in self.all.open:
                self.all.idle.setdefault(self)
            self._set_phase("head" if self._head_open or self.cycle is None else None)

    def _set_phase(self, phase: str | None) -> None:
        if phase == self._phase:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._phase = phase
        if phase is not None:
            limits = self.all.limits
            seconds = limits.head_s if phase == "head" else limits.body_s
            self._timer = self.loop.call_later(seconds, self._too_late, phase)

    def _too_late(self, phase: str) -> None:
        if self.transport.is_closing():
            return
        if phase == "head" and not self._head_open:  # nothing came at all
            self.transport.close()
            return
        if self._working() and self.cycle.response_started:
            self.transport.abort()
            return
        what = "the headers were" if phase == "head" else "the body was"
        self._refuse(RequestTimeoutError(f"{what} not complete in time", todo="Try again."), 408)

    def _refuse(self, error: UplineError, status: int, retry_s: int | None = None) -> None:
        if self._working():  # whatever it would still write comes too late
            self.cycle.disconnected = True
        self.transport.write(refusals.raw(error, status, retry_s))
        self.transport.close()

    def _stop_write_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None


class _Cancellable:
    """An application whose requests may be cancelled: the client is gone, or the server ends."""

    def __init__(self, app: ASGIApp, cycle: RequestResponseCycle) -> None:
        self._app, self._cycle = app, cycle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            pass
        except asyncio.CancelledError:
            if not self._cycle.disconnected and not self._cycle.response_started:
                stopping = ServerStoppingError("the server is being stopped", todo="Try again in a moment.")
                await refusals.response(stopping, 503, 1)(scope, receive, send)


def timed(limits: ConnectionLimits) -> type[TimedProtocol]:
    """The protocol of one server, with connections of its own."""
    return type("ServedProtocol", (TimedProtocol,), {"all": Connections(limits)})


def within(address: str, networks: Networks) -> bool:
    """Whether an address belongs to one of some networks."""
    if not networks:
        return False
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
