"""What the server notes of each request: its id in the response, a line in the log, figures, a trace."""

import asyncio
import time
from contextlib import ExitStack

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.api.http.logs import request_line
from engine.api.http.metrics import CANCELLED, Metrics
from engine.api.http.traces import Traces
from engine.api.request import RequestInfo, begin

ID_HEADER = "x-request-id"
GRAPHQL = "/graphql"
ROUTES = (GRAPHQL, "/graphiql", "/health")
"""The beginnings of paths that are named in the log; any other path may hold whatever a client writes."""
SWITCHED = 101


class Observed:
    """Gives each request its `RequestInfo`, and notes what became of it.

    `metrics` and `traces` are those of the process, None for none; `lines` says whether requests are logged.
    """

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics | None = None,
        traces: Traces | None = None,
        lines: bool = False,
    ) -> None:
        self._app, self._metrics, self._traces, self._lines = app, metrics, traces, lines
        self._observers = tuple(each.statement for each in (metrics, traces) if each is not None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        info = begin(headers.get(ID_HEADER))
        info.observers = self._observers
        status = CANCELLED if scope["type"] == "http" else SWITCHED
        begun = time.perf_counter()

        async def with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[ID_HEADER] = info.id
            await send(message)

        with ExitStack() as noted:
            span = noted.enter_context(self._traces.request(info, headers)) if self._traces else None
            if self._metrics:
                noted.enter_context(self._metrics.running())
            try:
                await self._app(scope, receive, with_id)
            except asyncio.CancelledError:
                status = CANCELLED
                raise
            except Exception:
                status = 500
                raise
            finally:
                self._ended(scope, info, status, time.perf_counter() - begun)
                if self._traces and span is not None:
                    self._traces.ended(span, info, status)

    def _ended(self, scope: Scope, info: RequestInfo, status: int, seconds: float) -> None:
        route = _route(scope)
        if self._metrics and route == GRAPHQL and scope["type"] == "http":
            self._metrics.ended(info, status, seconds)
        if self._lines:
            request_line(info, scope.get("method", "WEBSOCKET"), route, status, seconds)


def _route(scope: Scope) -> str:
    """The route of a request, without what its client may have written into the path."""
    path = str(scope["path"]).removeprefix(scope.get("root_path", ""))
    return next((route for route in ROUTES if path == route or path.startswith(f"{route}/")), "other")
