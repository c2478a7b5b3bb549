"""Identity over HTTP: a bearer token in, what its bearer may read out, for every request of the API."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from neo4j.exceptions import DriverError, Neo4jError
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.access.reach import Reach
from engine.api.errors import TooSlowError, unreachable
from engine.api.http.reads import READS
from engine.api.http.responses import refused
from engine.api.identity.configuration import LOOPBACK
from engine.api.identity.identity import Identity
from engine.api.identity.tokens import TokenExpiredError, TokenInvalidError, UnauthenticatedError
from engine.api.request import current
from engine.api.timed import TimedGraph
from engine.errors import UplineError
from engine.graph.database import ServerUnreachableError

log = logging.getLogger("upline.api")

SCHEME = "bearer"
MODE_HEADER = "upline-mode"
"""The header by which every response of the development mode says what it is."""
UNAVAILABLE = (DriverError, Neo4jError, ServerUnreachableError, TooSlowError, OSError)
"""What reading a member's status raises while the database does not answer."""


REFUSALS = (UnauthenticatedError, TokenExpiredError, TokenInvalidError)
NOTE = """<p class="note">Development mode: everybody on this machine is admin. A token of
<code>upline token</code>, in the header <code>Authorization: Bearer ...</code>, shows what others see.</p>"""
"""What the GraphiQL page says in the development mode."""


class Identified:
    """Finds out who asks before a request goes on; `scope["state"]["reach"]` is what they may read.

    A request without a token, or with one that is not accepted, ends here with 401; a browser's question
    before a request (CORS) has none. A WebSocket may bring its token in its first message instead: it goes
    on without a reach, and `scope["state"]["identity"]` is there to ask.
    """

    def __init__(
        self,
        app: ASGIApp,
        identity: Identity,
        reading: Callable[[], TimedGraph],
        origins: tuple[str, ...] = (),
    ) -> None:
        self._app, self._identity, self._reading, self._origins = app, identity, reading, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its viewer, or refuse it."""
        state = scope.setdefault("state", {})
        state["identity"] = self
        scope[READS] = self._reading()
        if scope["type"] == "http" and scope["method"] != "OPTIONS":
            try:
                reach = state["reach"] = await self.reach(scope, bearer(Headers(scope=scope)))
                current().role = reach.viewer.role
            except REFUSALS as error:
                await challenged(Headers(scope=scope), error)(scope, receive, send)
                return
            except UNAVAILABLE as error:
                log.warning("who asks is not known: %s", error)
                await refused(Headers(scope=scope), unreachable())(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def reach(self, scope: Scope, token: str | None) -> Reach:
        """What the bearer of a token may read; raises the three refusals of tokens."""
        if token is None and self._identity.development:
            require_same_machine(Headers(scope=scope), self._origins)
        return await self._identity.reach(token, scope[READS])


class Marked:
    """Puts the header of the development mode on each response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def with_mode(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[MODE_HEADER] = "development"
            await send(message)

        await self._app(scope, receive, with_mode)


def require_same_machine(headers: Headers, origins: tuple[str, ...] = ()) -> None:
    """Without tokens, pages of other sites must not speak for whoever opened them.

    Raises UnauthenticatedError for an origin that is not this server, this machine, or one of `origins`.
    """
    origin = headers.get("origin")
    if origin is None or origin in origins:
        return
    parts = urlsplit(origin)
    if parts.hostname not in LOOPBACK and parts.netloc.lower() != headers.get("host", "").lower():
        raise UnauthenticatedError(
            "a page of another site needs a token", todo="`upline token` makes one for trying things out."
        )


def bearer(headers: Headers) -> str | None:
    """The token of the header Authorization; None without the header. Raises TokenInvalidError."""
    value = headers.get("authorization")
    if value is None:
        return None
    scheme, _, token = value.partition(" ")
    if scheme.lower() != SCHEME or not token.strip():
        raise TokenInvalidError(
            "the header Authorization has no bearer token", todo="Send Authorization: Bearer TOKEN."
        )
    return token.strip()


def challenged(headers: Headers, error: UplineError) -> Response:
    """The response 401: how to sign in, and no more than that a token has expired or is not valid."""
    challenge = 'Bearer realm="upline"'
    if not isinstance(error, UnauthenticatedError):
        challenge += f', error="invalid_token", error_description="{error.what}"'
    made = refused(headers, error)
    made.status_code = HTTPStatus.UNAUTHORIZED
    made.headers["www-authenticate"] = challenge
    return made
