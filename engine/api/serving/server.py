"""uvicorn as Upline runs it: with time-outs for connections, and an end that lets running requests end."""

import asyncio
import gc
import math
import os
import signal
import sys
import time
from collections.abc import Callable
from socket import socket
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from engine.api.http.limits import MOST_BODY_BYTES, REQUEST_SECONDS
from engine.api.http.logs import finish, say
from engine.api.serving.connections import ConnectionLimits, timed

LAST_REQUESTS_S = REQUEST_SECONDS + 2
"""Seconds for requests under way when the server is stopped: each has its own deadline, which is shorter."""
LAST_LINES_S = 0.2
"""Seconds for log lines where a server ends at once."""
TURN_S = 0.5
"""Seconds between two turns that are noted while the last work ends."""
HEALTH_LIMITS = ConnectionLimits(
    head_s=5, body_s=5, idle_s=75, write_s=5, head_bytes=16 * 1024, most=60, most_of_address=60
)
"""Connections of the health port: a few probes and scrapers."""


def configuration(app: ASGIApp, limits: ConnectionLimits | None = None, **options: Any) -> uvicorn.Config:
    """The configuration of the server that requests reach; `options` go to uvicorn as they are."""
    limits = limits or ConnectionLimits()
    chosen: dict[str, Any] = {
        "loop": "asyncio" if sys.platform == "win32" else "uvloop",
        "http": timed(limits),
        "ws": "websockets-sansio",
        "ws_max_size": MOST_BODY_BYTES,
        "ws_per_message_deflate": False,  # it would keep 300 kB for each client
        "lifespan": "auto",
        "log_level": "warning",
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "timeout_keep_alive": limits.idle_s,
        "timeout_graceful_shutdown": LAST_REQUESTS_S,
    }
    return uvicorn.Config(app, **{**chosen, **options})


def health_configuration(app: ASGIApp) -> uvicorn.Config:
    """The configuration of the server of the health port.

    uvloop matters here: Python's own event loop gives up the interpreter at each read and write, and beside
    busy threads it waits for it again each time.
    """
    return configuration(app, HEALTH_LIMITS, timeout_graceful_shutdown=1)


class ApiServer(uvicorn.Server):
    """Serves until a signal: the first lets requests under way end, the second ends at once.

    `turned` is called again and again by the event loop, also while the last work ends; `stopping` once, by
    the first signal. For `drain_s` seconds after it new connections are still taken. Where another process
    decides about the end, `interruptible` is false: a Ctrl-C, which reaches all processes of a terminal, is
    then not heard, and neither is a second signal.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        turned: Callable[[], None] = lambda: None,
        stopping: Callable[[], None] = lambda: None,
        drain_s: float = 0.0,
        *,
        interruptible: bool = True,
    ) -> None:
        super().__init__(config)
        self._turned, self._stopping, self._drain_s = turned, stopping, drain_s
        self._interruptible, self._ends_at, self._announced = interruptible, math.inf, False

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Begin to listen, with all that has been loaded kept out of the collection of garbage.

        The schema alone is a few hundred thousand objects: to look through them takes more than a tenth of
        a second, in which no request is answered, several times a second under load.
        """
        await super().startup(sockets)
        gc.collect()
        gc.freeze()

    async def on_tick(self, counter: int) -> bool:
        """One turn of the event loop."""
        self._turned()
        if self._ends_at < math.inf and not self._announced:
            self._announced = True  # not in the handler of the signal, which may interrupt another line
            say("stopping", requests=len(self.server_state.tasks))
        if time.monotonic() >= self._ends_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Let requests and changes under way end; a change such as a run may take minutes."""
        turning = asyncio.create_task(self._turn())
        try:
            await super().shutdown(sockets)
        finally:
            turning.cancel()

    async def _turn(self) -> None:
        while True:
            self._turned()
            await asyncio.sleep(TURN_S)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop after the requests under way; at the second signal without them."""
        del frame
        if sig == signal.SIGINT and not self._interruptible:
            return
        if self._ends_at < math.inf and self._interruptible:
            at_once(sig)
        self.stop(self._drain_s)

    def stop(self, drain_s: float = 0.0) -> None:
        """Take no more connections after so many seconds, and let requests under way end.

        Any thread may call it; the earliest end counts.
        """
        if self._ends_at == math.inf:
            self._stopping()
        self._ends_at = min(self._ends_at, time.monotonic() + drain_s)


def at_once(sig: int) -> None:
    """End the process as a signal does that nobody handles; threads at work are not waited for."""
    finish(LAST_LINES_S)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(128 + int(sig))
