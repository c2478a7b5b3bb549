"""Web pages of other origins: only those that are named may call the API, by HTTP and by web socket.

The API takes no cookies, so that there is nothing to send with credentials, and no wildcard: a page that a
browser shows could otherwise read an API that answers this machine without a token.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

SENT = (
    "accept",
    "apollo-require-preflight",
    "apollographql-client-name",
    "apollographql-client-version",
    "authorization",
    "content-type",
    "idempotency-key",
    "traceparent",
    "tracestate",
    "x-request-id",
)
"""Headers that pages may send."""
SHOWN = ("retry-after", "x-request-id")
"""Headers of a response that pages may read, besides those that they always may."""
REMEMBERED_S = 600
"""Seconds for which a browser need not ask again."""
FORBIDDEN = 4403
"""The code with which a web socket of another origin is closed; one that is not open yet gets status 403."""


class Origins:
    """Tells browsers which origins may call the API, and refuses web sockets of others.

    Browsers ask before they let a page call another origin, but open web sockets to anybody.
    """

    def __init__(self, app: ASGIApp, origins: tuple[str, ...] = ()) -> None:
        self._app, self._origins = app, frozenset(origins)
        self._http: ASGIApp = app
        if origins:
            self._http = CORSMiddleware(
                app,
                allow_origins=sorted(origins),
                allow_methods=["GET", "POST"],
                allow_headers=SENT,
                expose_headers=SHOWN,
                max_age=REMEMBERED_S,
            )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer a browser's question."""
        if scope["type"] == "websocket" and not self._may_open(Headers(scope=scope)):
            await WebSocketClose(FORBIDDEN)(scope, receive, send)
            return
        await self._http(scope, receive, send)

    def _may_open(self, headers: Headers) -> bool:
        """Whether a web socket is opened by a program, by our own page, or by a page that is named."""
        origin = headers.get("origin")
        return origin is None or origin in self._origins or urlsplit(origin).netloc == headers.get("host")
