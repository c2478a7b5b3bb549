"""``python -m bench.served``: the API on the database of the settings, without budgets; prints its port."""

import socket

from engine.api.cost.budgets import UNLIMITED
from engine.api.http.app import build
from engine.api.serving.connections import ConnectionLimits
from engine.api.serving.server import ApiServer, configuration
from engine.server.connect import connect
from engine.settings import Settings


def main() -> None:
    """Serve until a signal."""
    with connect(Settings()) as graph, socket.create_server(("127.0.0.1", 0)) as listening:
        app = build(graph, spending=UNLIMITED)
        config = configuration(app, ConnectionLimits(), timeout_graceful_shutdown=1)
        print(listening.getsockname()[1], flush=True)
        ApiServer(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
