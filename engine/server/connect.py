"""Connects to the database of the settings: a server of your own, or the managed one."""

from engine.errors import UplineError
from engine.graph.database import Graph, ServerRefusedError, ServerUnreachableError
from engine.graph.schema import refuse_later
from engine.server.home import RunningServer
from engine.server.managed import Server
from engine.server.refusals import ServerSilentError, database_stopped, halted, let_go_on, password_changed
from engine.settings import Settings


def connect(settings: Settings | None = None) -> Graph:
    """The database at the settings' URI; without one the managed Neo4j, which is started if necessary.

    Raises LaterStoreError for a database of a later layout.
    """
    graph = _connected(settings or Settings())
    try:
        refuse_later(graph)
    except BaseException:
        graph.close()
        raise
    return graph


def _connected(chosen: Settings) -> Graph:
    if chosen.neo4j_uri:
        password = chosen.neo4j_password.reveal() if chosen.neo4j_password else ""
        graph = Graph(chosen.neo4j_uri, chosen.neo4j_user, password, chosen.neo4j_database)
        return _verified(graph)
    server = Server(chosen)
    running = server.start()
    try:
        try:
            graph = _verified(graph_of(running))
        except ServerUnreachableError as error:
            if not server.is_alive(running.pid):
                raise
            raise ServerSilentError(halted(running.pid), running.uri, let_go_on(running.pid)) from error
        trouble = graph.trouble()
        if trouble is not None:
            graph.close()
            revived = server.revive(running.pid, trouble)
            if revived is None:
                raise database_stopped(server.log_file, trouble)
            graph = _verified(graph_of(revived))
        return graph
    except ServerRefusedError as error:
        raise password_changed(running.home / "password") from error


def graph_of(running: RunningServer) -> Graph:
    """The database of a managed server that runs."""
    graph = Graph(running.uri, running.user, running.password)
    graph.notes, graph.store = running.notes, running.home
    return graph


def _verified(graph: Graph) -> Graph:
    try:
        graph.verify()
    except UplineError:
        graph.close()
        raise
    return graph
