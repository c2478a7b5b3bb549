"""A time limit on work in the database that has none of its own: its transactions are stopped."""

import threading
from pathlib import Path
from typing import Self

from neo4j.exceptions import Neo4jError

from engine import queries
from engine.graph import Graph

RUNNING = queries.load(Path(__file__).parent / "running.cypher", "bench/running")
TERMINATE = queries.load(Path(__file__).parent / "terminate.cypher", "bench/terminate")


class NotEndedError(Exception):
    """The block took longer than its limit, and what it was doing in the database has been stopped."""


class Watchdog:
    """Stops every transaction of the database once the block has taken `limit` seconds.

    Raises NotEndedError out of a block that failed because of it.
    """

    def __init__(self, graph: Graph, limit: float) -> None:
        self.barked = False
        self._graph, self._timer = graph, threading.Timer(limit, self._bark)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, raised: BaseException | None, _at: object) -> None:
        self._timer.cancel()
        self._timer.join()
        if self.barked and isinstance(raised, Exception):
            raise NotEndedError from raised

    def _bark(self) -> None:
        self.barked = True
        try:
            ids = self._graph.batched(RUNNING)[0]["ids"]
            if ids:
                self._graph.batched(TERMINATE, ids=ids)
        except Neo4jError:
            return  # the work ended just now
