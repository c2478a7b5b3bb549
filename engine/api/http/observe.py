"""Every request has an id, which its response names: the client's own if it is well-formed, or a new one."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.api.request import begin

ID_HEADER = "x-request-id"


class Observed:
    """Gives each request its `RequestInfo`, and its id to the response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        info = begin(Headers(scope=scope).get(ID_HEADER))

        async def with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[ID_HEADER] = info.id
            await send(message)

        await self._app(scope, receive, with_id)
