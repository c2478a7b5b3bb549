"""Connects to the database of the settings: a server of your own, or the managed one."""

from engine.errors import UplineError
from engine.graph.database import Graph
from engine.server.managed import Server
from engine.settings import Settings


def connect(settings: Settings | None = None) -> Graph:
    """The database at the settings' URI; without one the managed Neo4j, which is started if necessary."""
    chosen = settings or Settings()
    if chosen.neo4j_uri:
        password = chosen.neo4j_password.get_secret_value() if chosen.neo4j_password else ""
        graph = Graph(chosen.neo4j_uri, chosen.neo4j_user, password, chosen.neo4j_database)
    else:
        running = Server(chosen).start()
        graph = Graph(running.uri, running.user, running.password)
        graph.notes = running.notes
    try:
        graph.verify()
    except UplineError:
        graph.close()
        raise
    return graph
