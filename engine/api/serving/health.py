"""Whether the server lives and is ready, answered on a thread and port of their own.

    /live   200 while the process works; 503 once its event loop has been stuck for a minute: restart it
    /ready  200 while requests can be answered; 503 while Neo4j does not answer, at the end, and at the start
            until the statements of the first screens are planned

Nothing that requests do can hold these answers up: they come from another thread, with an event loop and
connections of its own, and what they say is known before anybody asks.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from socket import socket
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from engine import __version__
from engine.api.http.headers import SecurityHeaders
from engine.api.serving.planning import Planning
from engine.api.serving.probe import DatabaseState, Probe

STUCK_S = 60.0
"""Seconds without a turn of the event loop after which the process counts as dead."""


@dataclass
class Health:
    """What the two answers are made of; written by the threads that know, read by the thread that answers."""

    probe: Probe | None = None
    """None: the database is not connected yet."""
    planning: Planning | None = None
    """None: nothing is planned ahead."""
    stopping: bool = False
    workers: Callable[[], tuple[int, int]] | None = None
    """How many worker processes serve, and how many there should be; None: there is this process alone."""
    _turned_at: float | None = field(default=None, repr=False)

    def turn(self) -> None:
        """Note that the event loop of the requests has had its turn."""
        self._turned_at = time.monotonic()

    def stop(self) -> None:
        """Note that the server ends: it is not ready any more."""
        self.stopping = True

    def stuck_seconds(self) -> float:
        """Seconds since the event loop last had its turn; 0 before it has begun."""
        return 0.0 if self._turned_at is None else time.monotonic() - self._turned_at

    def neo4j(self) -> DatabaseState | None:
        """What is known about the database; None before it is connected."""
        return self.probe.answer() if self.probe else None

    def down(self) -> bool:
        """Whether it is known that the database does not answer."""
        state = self.neo4j()
        return state is not None and state.down

    def live(self) -> tuple[bool, dict[str, Any]]:
        """Whether the process works, and the JSON of /live."""
        stuck = self.stuck_seconds()
        live = stuck < STUCK_S
        return live, {"live": live, "version": __version__, "stuck_seconds": round(stuck, 1)}

    def ready(self) -> tuple[bool, dict[str, Any]]:
        """Whether requests can be answered, and the JSON of /ready."""
        state = self.neo4j()
        serving, wanted = self.workers() if self.workers else (1, 1)
        ready = state is not None and state.ok and serving > 0 and not self.stopping
        ready = ready and (self.workers is not None or self._turned_at is not None)
        ready = ready and self.stuck_seconds() < STUCK_S
        ready = ready and not (self.planning and self.planning.waiting)
        return ready, {
            "ready": ready,
            "stopping": self.stopping,
            "neo4j": state.state if state else "starting",
            "neo4j_since": state.since.isoformat(timespec="seconds") if state else None,
            "neo4j_milliseconds": _rounded(state.milliseconds) if state else None,
            "statements_planned": len(self.planning.texts) if self.planning else 0,
            "workers": {"serving": serving, "wanted": wanted},
        }


def health_app(
    health: Health, hosts: frozenset[str] | None, metrics: Callable[[], tuple[bytes, str]] | None = None
) -> Starlette:
    """The application of the health port; `metrics` makes the text of /metrics and its media type."""

    async def live(_request: Request) -> Response:
        return _answered(health.live())

    async def ready(_request: Request) -> Response:
        return _answered(health.ready())

    async def numbers(_request: Request) -> Response:
        assert metrics is not None
        text, kind = metrics()
        return Response(text, media_type=kind)

    routes = [Route("/live", live), Route("/ready", ready)]
    if metrics is not None:
        routes.append(Route("/metrics", numbers))
    return Starlette(routes=routes, middleware=[Middleware(SecurityHeaders, hosts=hosts)])


class HealthServer:
    """Serves an application in a thread of its own, with its own event loop, until it is closed."""

    def __init__(self, config: uvicorn.Config, listening: socket) -> None:
        self._server, self._listening = uvicorn.Server(config), listening
        self._thread = threading.Thread(target=self._run, name="health", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._server.should_exit = True
        self._thread.join(2)

    def _run(self) -> None:
        with suppress(OSError):  # the socket was closed before the thread began
            self._server.run(sockets=[self._listening])


def _answered(answer: tuple[bool, dict[str, Any]]) -> Response:
    good, body = answer
    return JSONResponse(body, 200 if good else 503)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 1)
