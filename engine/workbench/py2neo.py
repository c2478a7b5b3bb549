"""The graph as a py2neo `Graph`, for notebooks and scripts that already speak py2neo.

py2neo is an extra: pip install upline[py2neo]. It reaches the same server as everything else, so
it can read everything in the graph model of docs/graph/model.md that a Bolt tool can.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from neo4j.exceptions import DriverError, Neo4jError

from engine.errors import UplineError
from engine.graph import adhoc
from engine.graph.queries import query
from engine.settings import Settings

if TYPE_CHECKING:
    from py2neo import Graph, Transaction


class Py2neoMissingError(UplineError):
    """py2neo is not installed."""


def py2neo_graph(settings: Settings | None = None) -> "Graph":
    """A py2neo Graph on the server and database of the settings; the managed server is started if needed.

    Nothing watches over what it asks: `py2neo_reading` does. Give its connections back with
    ``graph.service.connector.close()``. Raises Py2neoMissingError.
    """
    try:
        from py2neo import Graph
    except ImportError as error:
        raise Py2neoMissingError(
            "py2neo is not installed", todo="Install it: pip install 'upline[py2neo]'."
        ) from error
    chosen = settings or Settings()
    if chosen.neo4j_uri:
        password = chosen.neo4j_password.reveal() if chosen.neo4j_password else ""
        return Graph(chosen.neo4j_uri, auth=(chosen.neo4j_user, password), name=chosen.neo4j_database)  # type: ignore[no-untyped-call]
    from engine.server.managed import Server

    running = Server(chosen).start()
    return Graph(running.uri, auth=(running.user, running.password), name=chosen.neo4j_database)  # type: ignore[no-untyped-call]


@contextmanager
def py2neo_reading(
    settings: Settings | None = None, seconds: float = adhoc.SECONDS
) -> Iterator["Transaction"]:
    """A py2neo transaction that only reads, for a block that may take so many seconds.

    The server refuses every write. On the managed server the block is watched over like `upline cypher`: a
    statement that does not end in time is stopped, and if that does not help, or the memory is used up, the
    server is restarted. Raises ServerRestartedError then, TimeLimitError for a time that no statement may
    have, and what py2neo raises.
    """
    limits = adhoc.Limits(seconds)
    chosen = settings or Settings()
    opened = py2neo_graph(chosen)
    try:
        transaction = opened.begin(readonly=True)  # type: ignore[no-untyped-call]
        if chosen.neo4j_uri:
            yield transaction
        else:
            with _watched(chosen, transaction, limits.seconds):
                yield transaction
        opened.rollback(transaction)  # type: ignore[no-untyped-call]
    finally:
        assert opened.service is not None
        opened.service.connector.close()


@contextmanager
def _watched(settings: Settings, transaction: "Transaction", seconds: float) -> Iterator[None]:
    """Watch over a transaction of py2neo on the managed server."""
    from py2neo.errors import ConnectionBroken, ConnectionUnavailable, ServiceUnavailable

    from engine.runs.life import under_way
    from engine.server.connect import connect
    from engine.server.guard import guarded
    from engine.server.managed import Server

    mark = uuid4().hex
    own = transaction.evaluate(query("graph/own").text, mark=mark)  # type: ignore[no-untyped-call]
    with connect(settings) as graph:

        def stop() -> None:
            with suppress(Neo4jError, DriverError, OSError):  # the server may be gone
                graph.batched("graph/stop", ids=[own])

        busy = partial(under_way, graph)
        asking = partial(graph.value, "graph/asking", transaction=own)
        lost = (ConnectionBroken, ConnectionUnavailable, ServiceUnavailable)
        with guarded(Server(settings), stop, seconds, busy, _remark, "py2neo", lost, asking):
            yield


def _remark(sentence: str) -> None:
    sys.stderr.write(f"note: {sentence}\n")
