"""The graph as a py2neo `Graph`, for notebooks and scripts that already speak py2neo.

py2neo is an extra: pip install upline[py2neo]. It reaches the same server as everything else, so
it can read everything in the graph model of docs/graph/model.md that a Bolt tool can.
"""

from typing import TYPE_CHECKING

from engine.errors import UplineError
from engine.settings import Settings

if TYPE_CHECKING:
    from py2neo import Graph


class Py2neoMissingError(UplineError):
    """py2neo is not installed."""


def py2neo_graph(settings: Settings | None = None) -> "Graph":
    """A py2neo Graph on the server and database of the settings; the managed server is started if needed.

    Read with ``graph.begin(readonly=True)``: the server then refuses every write. Give its
    connections back with ``graph.service.connector.close()``. Raises Py2neoMissingError.
    """
    try:
        from py2neo import Graph
    except ImportError as error:
        raise Py2neoMissingError(
            "py2neo is not installed", todo="Install it: pip install 'upline[py2neo]'."
        ) from error
    chosen = settings or Settings()
    if chosen.neo4j_uri:
        password = chosen.neo4j_password.get_secret_value() if chosen.neo4j_password else ""
        return Graph(chosen.neo4j_uri, auth=(chosen.neo4j_user, password), name=chosen.neo4j_database)  # type: ignore[no-untyped-call]
    from engine.server.managed import Server

    running = Server(chosen).start()
    return Graph(running.uri, auth=(running.user, running.password), name=chosen.neo4j_database)  # type: ignore[no-untyped-call]
