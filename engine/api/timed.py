"""The database as one request sees it: reads only, until the request ends or its time is over."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import anyio
import neo4j

from engine.api.errors import too_slow
from engine.api.request import current
from engine.graph import bridge
from engine.graph.awaited import Awaited
from engine.graph.database import Graph, Row, exact, located, within_memory
from engine.graph.patience import patiently
from engine.graph.queries import VALUES, Query, gathered, query

LOST_S = 1.0
"""Seconds for which a lost connection is tried again: the server may have been restarted since."""
REQUEST = "request"
"""Under this key a transaction's metadata names the request that began it."""
P = ParamSpec("P")
T = TypeVar("T")


class TimedGraph(Graph):
    """A database that one request may read for some seconds, on the connections of another Graph.

    With `awaited` the functions that `ask` runs read on the event loop. Elsewhere reads block their thread.
    The other Graph stays open when this one is closed.
    """

    def __init__(self, graph: Graph, seconds: float, awaited: Awaited | None = None) -> None:
        self.uri, self.database = graph.uri, graph.database
        self._graph, self._awaited, self._until = graph, awaited, time.monotonic() + seconds
        self._asking: set[asyncio.Task[object]] = set()

    def close(self) -> None:
        """Do nothing: the connections belong to the other Graph."""

    async def ask(self, function: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> T:
        """Call a function that reads, on the loop's own thread; the loop goes on while the database works."""
        with self._under_way():
            return await bridge.call(function, *arguments, **named)

    async def ask_long(
        self,
        limiter: anyio.CapacityLimiter,
        function: Callable[P, T],
        /,
        *arguments: P.args,
        **named: P.kwargs,
    ) -> T:
        """The same in a thread, for a function that computes for long between its reads."""
        with self._under_way():
            return await bridge.call_in_thread(limiter, function, *arguments, **named)

    def stop(self) -> None:
        """End everything that the request still reads; the server stops its statements."""
        for task in tuple(self._asking):
            task.cancel()

    @contextmanager
    def session(self, access: str | None = None) -> Iterator[neo4j.Session]:
        """A session of the other Graph, read-only whatever `access` says."""
        del access
        with self._graph.session(neo4j.READ_ACCESS) as session:
            yield session

    def read(self, name: str | Query, /, **parameters: object) -> list[Row]:
        """Rows of a reading query; raises TooSlowError when the request's time is over."""
        statement = query(name) if isinstance(name, str) else name
        values: Row = {VALUES: statement.bind(**parameters)}
        return self._rows(statement, gathered(statement.text), values)

    def first_rows(self, statement: Query, most: int, /, **parameters: object) -> list[Row]:
        """At most so many rows of a reading query; the server stops there. Raises TooSlowError.

        A company's own text goes to the server as it is, so that errors name the right place in it.
        """
        return self._rows(statement, statement.text, statement.bind(**parameters), most)

    def explain(self, statement: Query, *, warned: bool = False) -> tuple[list[str], Any]:
        """As the other Graph explains a query, in a thread."""
        return bridge.compute(self._graph.explain, statement, warned=warned)

    def _rows(self, statement: Query, text: str, bound: Row, most: int | None = None) -> list[Row]:
        """The rows of a statement in the form in which it is sent."""
        awaited = self._awaited if bridge.bridged() else None
        info = current()

        def attempt() -> list[Row]:
            left = self._until - time.monotonic()
            if left <= 0:
                raise too_slow()
            marked = self._graph.marked(text, left, **{REQUEST: info.id})
            with info.sending(statement.name), within_memory():
                if awaited is not None:
                    return bridge.wait(awaited.rows(marked, bound, most))
                with self.session() as session:
                    result = session.run(marked, bound)
                    return [dict(row) for row in (result if most is None else result.fetch(most))]

        with located(statement):
            return exact(statement, patiently(attempt, LOST_S, bridge.sleep if awaited else None))

    @contextmanager
    def _under_way(self) -> Iterator[None]:
        task = asyncio.current_task()
        assert task is not None, "only tasks await"
        self._asking.add(task)
        try:
            yield
        finally:
            self._asking.discard(task)
