"""Subscriptions over a web socket, by graphql-transport-ws: its messages, its close codes, and limits for
each client.

The protocol is that of the library graphql-ws. Queries and mutations come by HTTP. A subscription pays when
it begins, and for each event.
"""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    subscribe,
)
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from engine.access.reach import Reach
from engine.api.answering.answer import NEW_TEXT_COST, REQUEST_COST
from engine.api.answering.checking import Checker
from engine.api.answering.documents import named_by
from engine.api.cost.budgets import Purse, Purses
from engine.api.cost.pricing import Operation, actual, chosen, estimate
from engine.api.errors import BudgetSpentError, MalformedRequestError, for_client, too_slow
from engine.api.http.limits import MOST_BODY_BYTES, REQUEST_SECONDS
from engine.errors import UplineError
from engine.graph import driver

log = logging.getLogger("upline.api")

PROTOCOL = "graphql-transport-ws"
MALFORMED, UNAUTHORIZED, FORBIDDEN, SUBPROTOCOL, NO_INIT, ID_TAKEN, TWO_INITS = (
    4400, 4401, 4403, 4406, 4408, 4409, 4429,
)  # fmt: skip
"""Close codes of graphql-ws. Its client tries again after 4403, with a new token, and after none of the
others.
"""
BUSY, POLICY = 1013, 1008
INIT_SECONDS = 10.0
"""Seconds to the first message of a client."""
SEND_SECONDS = 30.0
"""Seconds in which a client takes nothing of a message; then it is gone."""
MOST_SOCKETS, MOST_SOCKETS_OF_VIEWER = 300, 20
"""Web sockets of a process, of the 1,024 files that systems allow by default; and those of one viewer."""
MOST_OF_SOCKET = 50
"""Subscriptions of one web socket."""
MOST_BEGINNING = 8
"""Subscriptions that begin at once, each with a few reads; the others wait."""
MOST_MESSAGES, MESSAGES_SECONDS = 200, 10.0
"""Messages that a client may send in so many seconds."""
MOST_ID = 200
"""Characters of the id of a subscription."""
MOST_REASON = 120
"""Bytes of the reason of a close, of the 123 that a web socket has."""


class SubscriptionsOnlyError(UplineError):
    """Queries and mutations do not come over the web socket."""


class _ClosedError(Exception):
    """The connection is to be closed, with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


Identify = Callable[[WebSocket, str | None], Awaitable[Reach]]
"""What a client may read, by its token. Raises a refusal."""
MakeContext = Callable[[WebSocket, Reach], Any]


@dataclass(slots=True, eq=False)
class _Client:
    """One web socket."""

    socket: WebSocket
    reach: Reach | None = None
    asked: bool = False
    acknowledged: bool = False
    operations: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)
    watches: list[asyncio.Task[None]] = field(default_factory=list)
    messages: int = 0
    window: float = 0.0


class SocketHandler:
    """graphql-transport-ws with every close code of the protocol, and with limits."""

    def __init__(
        self,
        schema: GraphQLSchema,
        checker: Checker,
        purses: Purses,
        identify: Identify,
        make_context: MakeContext,
    ) -> None:
        self._schema, self._checker, self._purses = schema, checker, purses
        self._identify, self._make_context = identify, make_context
        self._clients: set[_Client] = set()
        self._of_viewer: Counter[str] = Counter()
        self._beginning = asyncio.Semaphore(MOST_BEGINNING)

    def __len__(self) -> int:
        return len(self._clients)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one web socket until one side closes it."""
        socket = WebSocket(scope, receive, send)
        if PROTOCOL not in scope.get("subprotocols", ()):
            await socket.accept()
            await socket.close(SUBPROTOCOL, "this server speaks graphql-transport-ws")
            return
        await socket.accept(PROTOCOL)
        if len(self._clients) >= MOST_SOCKETS:
            await socket.close(BUSY, "too many web sockets are open")
            return
        client = _Client(socket)
        self._clients.add(client)
        try:
            client.watches.append(asyncio.create_task(self._wait_for_init(client)))
            await self._serve(client)
        finally:
            self._clients.discard(client)
            await _ended([*client.watches, *client.operations.values()])
            if client.reach:
                self._of_viewer[client.reach.viewer.subject] -= 1
                self._of_viewer += Counter()  # forgets those without any

    async def _serve(self, client: _Client) -> None:
        try:
            while client.socket.client_state is WebSocketState.CONNECTED:
                await self._take(client, _message(client, await client.socket.receive()))
        except _ClosedError as closed:
            await _close(client, closed.code, closed.reason)
        except (WebSocketDisconnect, RuntimeError):  # the client is gone
            return

    async def _take(self, client: _Client, message: dict[str, Any]) -> None:
        """Do what one message says."""
        kind = message.get("type")
        if kind == "connection_init":
            await self._init(client, message.get("payload"))
        elif kind == "ping":
            await self._send(client, {"type": "pong"})
        elif kind == "subscribe":
            await self._subscribe(client, message)
        elif kind == "complete":
            task = client.operations.pop(_id(message), None)
            if task:
                task.cancel()
        elif kind != "pong":
            raise _ClosedError(MALFORMED, "unknown type of message")

    async def _init(self, client: _Client, payload: Any) -> None:
        if client.asked:
            raise _ClosedError(TWO_INITS, "Too many initialisation requests")
        client.asked = True
        if not isinstance(payload, dict | None):
            raise _ClosedError(MALFORMED, "the payload must be an object")
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                reach = await self._identify(client.socket, _token(client.socket, payload or {}))
        except UplineError as error:
            raise _ClosedError(FORBIDDEN, error.name) from error
        except (TimeoutError, driver.DriverError, driver.Neo4jError, OSError) as error:
            raise _ClosedError(BUSY, "the database does not answer") from error
        viewer = reach.viewer
        if self._of_viewer[viewer.subject] >= MOST_SOCKETS_OF_VIEWER:
            raise _ClosedError(BUSY, "you have too many web sockets open")
        client.reach, client.acknowledged = reach, True
        self._of_viewer[viewer.subject] += 1
        if viewer.expires_at is not None:
            client.watches.append(asyncio.create_task(self._wait_for_expiry(client, viewer.expires_at)))
        await self._send(client, {"type": "connection_ack"})

    async def _subscribe(self, client: _Client, message: dict[str, Any]) -> None:
        if not client.acknowledged:
            raise _ClosedError(UNAUTHORIZED, "Unauthorized")
        id, payload = _id(message), message.get("payload")
        if id in client.operations:
            raise _ClosedError(ID_TAKEN, f"Subscriber for {id[:40]} already exists")
        if not isinstance(payload, dict):
            raise _ClosedError(MALFORMED, "the payload must be an object")
        for name, kind in (("query", str), ("variables", dict), ("operationName", str), ("extensions", dict)):
            if not isinstance(payload.get(name), kind | None):
                raise _ClosedError(MALFORMED, f"{name} has the wrong type")
        if len(client.operations) >= MOST_OF_SOCKET:
            refusal = MalformedRequestError(
                f"one web socket has at most {MOST_OF_SOCKET} subscriptions", todo="End some of them first."
            )
            await self._send(client, _error(id, refusal))
            return
        client.operations[id] = asyncio.create_task(self._run(client, id, payload))

    async def _run(self, client: _Client, id: str, payload: dict[str, Any]) -> None:
        """Serve one subscription: its events, then `complete`, or one `error`."""
        try:
            last = await self._follow(client, id, payload)
        except UplineError as error:
            last = _error(id, error)
        except TimeoutError:
            last = _error(id, too_slow())
        except GraphQLError as error:
            last = _errors(id, [error])
        except (WebSocketDisconnect, RuntimeError, OSError):
            return
        except Exception as error:
            last = _errors(id, [GraphQLError("internal error", original_error=error)])
        finally:
            if client.operations.get(id) is asyncio.current_task():
                del client.operations[id]  # before the client is told: it may use the id again at once
        with suppress(WebSocketDisconnect, RuntimeError, OSError):
            await self._send(client, last)

    async def _follow(self, client: _Client, id: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Send the events of a subscription; the last message, which ends it.

        Raises BudgetSpentError where an event costs more than is left.
        """
        assert client.reach is not None
        host = client.socket.client and client.socket.client.host
        purse = self._purses.of(client.reach.viewer.subject, host)
        async with self._beginning, asyncio.timeout(REQUEST_SECONDS):
            operation, errors = await self._checked(payload, purse)
            if operation is None or errors:
                return _errors(id, errors)
            events = await self._events(client, payload, operation)
        if isinstance(events, ExecutionResult):
            return _errors(id, events.errors or [])
        try:
            async for result in events:
                purse.take(actual(operation, self._checker.tariff, result.data))
                await self._send(client, {"id": id, "type": "next", "payload": _shown(result)})
        finally:
            await events.aclose()  # type: ignore[attr-defined]
        return {"id": id, "type": "complete"}

    async def _events(
        self, client: _Client, payload: dict[str, Any], operation: Operation
    ) -> AsyncIterator[Any] | ExecutionResult:
        """The events of a subscription that is valid and paid, or what is wrong with it."""
        assert client.reach is not None
        definitions = (operation.node, *operation.fragments.values())
        return await subscribe(
            self._schema,
            DocumentNode(definitions=definitions),
            context_value=self._make_context(client.socket, client.reach),
            variable_values=payload.get("variables") or {},
        )

    async def _checked(
        self, payload: dict[str, Any], purse: Purse
    ) -> tuple[Operation | None, list[GraphQLError]]:
        """The operation, whose price is paid, and its errors: those of a query, with the same limits.

        Raises BudgetSpentError.
        """
        # Where only listed documents run, the same holds here.
        text = self._checker.documents.text(payload.get("query"), named_by(payload))
        purse.take(REQUEST_COST + (0 if self._checker.known(text) else NEW_TEXT_COST * len(text)))
        checked = await self._checker.parsed(text)
        if checked.document is None:
            return None, checked.errors
        operation = chosen(checked.document, payload.get("operationName"), payload.get("variables"))
        if operation is not None:
            try:
                purse.take(estimate(operation, self._checker.tariff, self._purses.request).requested)
            except BudgetSpentError:  # as over HTTP, who waits is not charged for having asked
                purse.pay(-REQUEST_COST)
                raise
            except UplineError as error:
                return None, [GraphQLError(error.what, operation.node, original_error=error)]
        errors = await self._checker.validated(checked)
        if not errors and (operation is None or operation.kind != "subscription"):
            raise SubscriptionsOnlyError(
                "only subscriptions come over the web socket", todo="Send queries and mutations by POST."
            )
        return operation, errors

    async def _send(self, client: _Client, message: dict[str, Any]) -> None:
        """Send a message, and drop a client that takes nothing."""
        text = json.dumps(message, ensure_ascii=False)
        try:
            async with asyncio.timeout(SEND_SECONDS), client.sending:
                await client.socket.send_text(text)
        except TimeoutError:
            await _close(client, POLICY, "the client takes nothing")
            raise WebSocketDisconnect(POLICY) from None

    async def _wait_for_init(self, client: _Client) -> None:
        await asyncio.sleep(INIT_SECONDS)
        if not client.asked:
            await _close(client, NO_INIT, "Connection initialisation timeout")

    async def _wait_for_expiry(self, client: _Client, at: datetime) -> None:
        while (left := (at - datetime.now(UTC)).total_seconds()) > 0:
            await asyncio.sleep(min(left, 3600.0))
        await _close(client, FORBIDDEN, "token_expired")


def _message(client: _Client, received: MutableMapping[str, Any]) -> dict[str, Any]:
    """One message of a client; raises _ClosedError for one that is none, and for too many of them."""
    if received["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(received.get("code") or 1005)
    now = asyncio.get_running_loop().time()
    if now - client.window > MESSAGES_SECONDS:
        client.window, client.messages = now, 0
    client.messages += 1
    if client.messages > MOST_MESSAGES:
        raise _ClosedError(POLICY, "too many messages")
    text = received.get("text")
    if text is None or len(text) > MOST_BODY_BYTES:
        raise _ClosedError(MALFORMED, "a message must be JSON text of at most 64 kB")
    try:
        message = json.loads(text)
        json.dumps(message, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise _ClosedError(MALFORMED, "the message is not JSON") from error
    if not isinstance(message, dict):
        raise _ClosedError(MALFORMED, "the message must be a JSON object")
    return message


def _token(socket: WebSocket, payload: dict[str, Any]) -> str | None:
    """The token of a client: of the payload of its first message, or else of the header Authorization."""
    given = {str(name).lower(): value for name, value in payload.items()}
    value = given.get("authorization") or given.get("token") or socket.headers.get("authorization")
    if value is None:
        return None
    if not isinstance(value, str):
        raise _ClosedError(MALFORMED, "the token must be a text")
    scheme, _, rest = value.partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else value


def _id(message: dict[str, Any]) -> str:
    id = message.get("id")
    if not isinstance(id, str) or not 0 < len(id) <= MOST_ID:
        raise _ClosedError(MALFORMED, "the message has no id")
    return id


def _shown(result: ExecutionResult) -> dict[str, Any]:
    shown: dict[str, Any] = {"data": result.data}
    if result.errors:
        shown["errors"] = [for_client(error) for error in result.errors]
    return shown


def _error(id: str, error: UplineError) -> dict[str, Any]:
    return _errors(id, [GraphQLError(error.what, original_error=error)])


def _errors(id: str, errors: list[GraphQLError]) -> dict[str, Any]:
    return {"id": id, "type": "error", "payload": [for_client(error) for error in errors]}


async def _close(client: _Client, code: int, reason: str) -> None:
    with suppress(RuntimeError, WebSocketDisconnect, OSError):
        await client.socket.close(code, reason.encode()[:MOST_REASON].decode(errors="ignore"))


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    """End tasks, and wait until what they had open is given back."""
    own = asyncio.current_task()
    left = [task for task in tasks if task is not own]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
