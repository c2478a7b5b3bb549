"""Headers of every response, and the host names that the server accepts."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.api.http.refusals import UnknownHostError, response

POLICY = "; ".join(
    (
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # GraphiQL positions its editor and menus with inline styles
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""The names of this machine for itself."""
FRESH = "no-store"
"""Answers are about people, and they change: caches must not store them."""


class SecurityHeaders:
    """Adds the headers above, and refuses requests to host names that are not in `hosts`.

    Otherwise another site could make its own name resolve to this machine and read the API (DNS rebinding).
    A server for this machine alone accepts the machine's own names; `hosts` None accepts all.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None = None) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the headers to its response."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers[name] = value
                headers.setdefault("cache-control", FRESH)
            await send(message)

        if self._hosts is not None and _name(Headers(scope=scope).get("host", "")) not in self._hosts:
            refusal = UnknownHostError("this server does not answer to that name")
            await response(refusal, 421)(scope, receive, with_headers)
            return
        await self._app(scope, receive, with_headers)


def _name(host: str) -> str:
    """A Host header without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()
