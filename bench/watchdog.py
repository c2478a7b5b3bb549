"""A time limit on work in the database that has none of its own: its transactions are stopped."""

import threading
from typing import Self

from engine.graph.database import Graph


class NotEndedError(Exception):
    """The block took longer than its limit, and what it was doing in the database has been stopped."""


class Watchdog:
    """Stops every transaction of a graph once the block has taken `limit` seconds.

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
        self._graph.stop()
