"""The web application, built from explicit parts: GraphQL, the GraphiQL page, health."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
from neo4j.exceptions import DriverError, Neo4jError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from engine import __version__
from engine.access.reach import Reach
from engine.answers import runs
from engine.api.answering.answer import Answering
from engine.api.answering.checking import Checker
from engine.api.answering.documents import Documents
from engine.api.context import Context
from engine.api.cost.budgets import DEFAULT, Purses, Spending
from engine.api.cursors import Seals, fresh
from engine.api.http.gates import Crowd, WhileUp
from engine.api.http.handler import SpecHandler
from engine.api.http.headers import LOOPBACK, SecurityHeaders
from engine.api.http.identity import NOTE, Identified, Marked, bearer
from engine.api.http.limits import HEALTH_SECONDS, REQUEST_SECONDS, THREADS
from engine.api.http.metrics import Metrics
from engine.api.http.observe import Observed
from engine.api.http.origins import Origins
from engine.api.http.reads import READS, ReadsEnd
from engine.api.http.responses import not_served
from engine.api.http.sockets import SocketHandler
from engine.api.http.traces import Traces
from engine.api.identity.identity import Identity
from engine.api.identity.tokens import TokenInvalidError
from engine.api.newest import Finished
from engine.api.schema import schema
from engine.api.subscriptions.follower import Follower
from engine.api.timed import TimedGraph
from engine.api.writing import Writing
from engine.errors import UplineError
from engine.graph.awaited import Awaited
from engine.graph.database import Graph

PAGE = Path(__file__).parent.parent / "graphiql"
"""The GraphiQL page with everything that it loads, so that it needs no other host. .ci/graphiql builds it."""
HEALTH_THREADS = 2
"""Threads of /health: a second one, in case the first still waits for a database that is gone."""
OPEN = ("server", "neo4j")
"""What of /health everybody gets."""
FRESH_S = 1.0
"""Seconds for which an answer of /health is given again."""

log = logging.getLogger("upline.api")


def build(
    graph: Graph,
    hosts: frozenset[str] | None = LOOPBACK,
    spending: Spending = DEFAULT,
    *,
    budgets: Path | None = None,
    seals: Seals | None = None,
    identity: Identity | None = None,
    documents: Mapping[str, str] | None = None,
    down: Callable[[], bool] = lambda: False,
    origins: tuple[str, ...] = (),
    metrics: Metrics | None = None,
    traces: Traces | None = None,
    logged: bool = False,
    changes: bool = True,
) -> Starlette:
    """The application on a database: /graphql, /graphiql/, /health, and / that redirects to the page.

    `hosts` are the host names that it accepts, None for all; `spending` is what requests may cost, and
    `budgets` a folder in which several processes share what is left of it. `seals`
    make cursors valid in other processes too, None: in this one. With `documents`, texts by hash, nothing
    else runs, and there is no page, which would need others. `down` says, without waiting, whether the
    database is known not to answer. Web pages of `origins` may call it. Requests go to `metrics`, to `traces`
    and, where they are `logged`, to the log. `identity` says who may ask, by default everybody, as admin (the
    development mode). Without `changes` nobody can change anything. The caller closes the database.
    """
    sealing = seals or fresh()
    checker = Checker(schema.graphql_schema, Documents(documents))
    finished, threads = Finished(), anyio.CapacityLimiter(THREADS)
    identity, awaited = identity or Identity(), graph.awaited()
    writing, follower = Writing(graph) if changes else None, Follower(graph, identity.policy)

    def reading() -> TimedGraph:
        return TimedGraph(graph, REQUEST_SECONDS, awaited)

    def context(connection: HTTPConnection, reach: Reach) -> Context:
        return Context(connection, reading(), finished, threads, reach, sealing, writing, follower)

    answering = Answering(schema.graphql_schema, checker, spending.request)
    purses = Purses(spending, budgets)
    graphql = SpecHandler(answering, purses, lambda request: context(request, request.state.reach))
    sockets = SocketHandler(schema.graphql_schema, checker, purses, partial(_identify, reading), context)
    page = [
        Route("/", lambda request: RedirectResponse(f"{request.scope.get('root_path', '')}/graphiql/")),
        *([Route("/graphiql/", _noted_page)] if identity.development else []),
        Mount("/graphiql", StaticFiles(directory=PAGE, html=True)),
    ]
    return Starlette(
        routes=[
            Route("/graphql", WhileUp(Identified(graphql, identity, reading, origins), down)),
            WebSocketRoute("/graphql", Identified(sockets, identity, reading, origins)),
            Route("/health", LatestState(graph, identity).response),
            *(page if documents is None else ()),
        ],
        exception_handlers={HTTPException: not_served},
        middleware=[
            Middleware(Observed, metrics=metrics, traces=traces, lines=logged),
            Middleware(ReadsEnd),
            Middleware(SecurityHeaders, hosts=hosts),
            Middleware(Origins, origins=origins),
            *([Middleware(Marked)] if identity.development else []),
            Middleware(Crowd),
        ],
        lifespan=partial(_life, writing, awaited),
    )


async def _identify(reading: Callable[[], TimedGraph], socket: WebSocket, token: str | None) -> Reach:
    """What the client of a web socket may read, by its token."""
    socket.scope[READS] = reading()
    identified: Identified = socket.state.identity
    return await identified.reach(socket.scope, token)


async def _noted_page(_request: Request) -> Response:
    """The GraphiQL page with a note that this is the development mode."""
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    return HTMLResponse(page.replace("</body>", f"{NOTE}</body>"))


@asynccontextmanager
async def _life(writing: Writing | None, awaited: Awaited, _app: Starlette) -> AsyncIterator[None]:
    """The life of the application: it ends after every change that is under way."""
    yield
    if writing is not None:
        await anyio.to_thread.run_sync(writing.finish, _say_waiting)
    await awaited.close()


def _say_waiting(count: int) -> None:
    log.warning("the server ends after the changes that are under way: %d", count)


class LatestState:
    """The answer of /health: made at most once a second, for however many clients, on threads of its own.

    Version and latest run are for staff, and for everybody in the development mode.
    """

    def __init__(self, graph: Graph, identity: Identity) -> None:
        self._graph, self._identity = graph, identity
        self._threads = anyio.CapacityLimiter(HEALTH_THREADS)
        self._making: asyncio.Task[tuple[dict[str, Any], int]] | None = None
        self._made_at = 0.0

    async def response(self, request: Request) -> Response:
        """200 if queries can be answered, else 503; for staff with the latest run, if there is one."""
        if self._making is None or (self._making.done() and time.monotonic() - self._made_at > FRESH_S):
            self._making = asyncio.create_task(self._make())
        body, status = await asyncio.shield(self._making)
        if not await self._for_staff(request):
            body = {name: body[name] for name in OPEN}
        return JSONResponse(body, status)

    async def _for_staff(self, request: Request) -> bool:
        try:
            token = bearer(request.headers)
        except TokenInvalidError:
            return False
        return await self._identity.staff(token)

    async def _make(self) -> tuple[dict[str, Any], int]:
        answer: dict[str, Any] = {"server": "ok", "version": __version__, "neo4j": "ok", "latest_run": None}
        try:
            with anyio.fail_after(HEALTH_SECONDS):
                latest = await anyio.to_thread.run_sync(
                    runs.newest,
                    TimedGraph(self._graph, HEALTH_SECONDS),
                    abandon_on_cancel=True,
                    limiter=self._threads,
                )
        except (TimeoutError, UplineError, DriverError, Neo4jError, OSError) as error:
            logging.getLogger("upline.api").warning("unhealthy: %s", error)
            return {**answer, "neo4j": "does not answer"}, 503
        finally:
            self._made_at = time.monotonic()
        if latest is not None:
            finished = latest.finished_at.isoformat() if latest.finished_at else None
            answer["latest_run"] = {
                "number": latest.number,
                "period": latest.period,
                "plan": latest.plan,
                "finished_at": finished,
            }
        return answer, 200
