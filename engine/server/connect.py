"""The way in: the database of the settings, a server of one's own or the managed one."""

from engine.errors import UplineError
from engine.graph.database import Graph
from engine.server.managed import Server
from engine.settings import Settings


def connect(settings: Settings | None = None) -> Graph:
    """The database of the settings: the given URI, else the managed Neo4j, started if need be."""
    chosen = settings or Settings()
    if chosen.neo4j_uri:
        password = chosen.neo4j_password.get_secret_value() if chosen.neo4j_password else ""
        graph = Graph(chosen.neo4j_uri, chosen.neo4j_user, password, chosen.neo4j_database)
    else:
        with_server = Server(chosen).start()
        graph = Graph(with_server.uri, with_server.user, with_server.password)
        graph.notes = with_server.notes
    try:
        graph.verify()
    except UplineError:
        graph.close()
        raise
    return graph
