"""Requests that cannot be answered now are refused at once, with the time to try again."""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.api.errors import unreachable
from engine.api.http.refusals import ServerBusyError
from engine.api.http.responses import refused

MOST_REQUESTS = 150
"""Requests under way in a process; more would only make all of them miss their time."""


class WhileUp:
    """Passes requests on, except while it is known that the database does not answer.

    They would hold their connections, and wait for what does not come.
    """

    def __init__(self, app: ASGIApp, down: Callable[[], bool]) -> None:
        self._app, self._down = app, down

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with status 503."""
        if scope["type"] == "http" and scope["method"] != "OPTIONS" and self._down():
            await refused(Headers(scope=scope), unreachable())(scope, receive, send)
            return
        await self._app(scope, receive, send)


class Crowd:
    """Passes on as many requests at once as there may be, and refuses more with status 503."""

    def __init__(self, app: ASGIApp, most: int = MOST_REQUESTS) -> None:
        self._app, self._most, self._under_way = app, most, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._under_way >= self._most:
            refusal = ServerBusyError("too many requests are under way", todo="Try again in a moment.")
            await refused(Headers(scope=scope), refusal)(scope, receive, send)
            return
        self._under_way += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way -= 1
