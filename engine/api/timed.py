"""The database as one request sees it: reads only, until the request's time is over."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import neo4j

from engine.api.errors import too_slow
from engine.graph.database import Graph, Row, located, patiently
from engine.graph.queries import Query, query

LOST_S = 1.0
"""Seconds for which a lost connection is tried again: the server may have been restarted since."""


class TimedGraph(Graph):
    """A database that one request may read for some seconds, on the connections of another Graph.

    The other Graph stays open when this one is closed.
    """

    def __init__(self, graph: Graph, seconds: float) -> None:
        self.uri, self.database = graph.uri, graph.database
        self._graph, self._until = graph, time.monotonic() + seconds

    def close(self) -> None:
        """Do nothing: the connections belong to the other Graph."""

    @contextmanager
    def session(self, access: str | None = None) -> Iterator[neo4j.Session]:
        """A session of the other Graph, read-only whatever `access` says."""
        del access
        with self._graph.session(neo4j.READ_ACCESS) as session:
            yield session

    def read(self, name: str | Query, /, **parameters: object) -> list[Row]:
        """Rows of a reading query; raises TooSlowError when the request's time is over."""
        statement = query(name) if isinstance(name, str) else name
        bound = statement.bind(**parameters)

        def attempt() -> list[Row]:
            left = self._until - time.monotonic()
            if left <= 0:
                raise too_slow()
            with self.session() as session:
                return [dict(row) for row in session.run(neo4j.Query(statement.text, timeout=left), bound)]

        with located(statement):
            return patiently(attempt, LOST_S)
