"""How the API is served, and one process of it: the application, its server and its watch on the database."""

from dataclasses import dataclass, field
from socket import socket

import uvicorn
from starlette.applications import Starlette

from engine.api.cost.budgets import DEFAULT, Spending
from engine.api.cursors import Seals, fresh
from engine.api.http.connections import ConnectionLimits, Networks
from engine.api.http.health import Health
from engine.api.http.server import ApiServer, configuration
from engine.graph.database import Graph


@dataclass(frozen=True, slots=True)
class Serving:
    """What the options of `upline serve` say; every worker process gets the same."""

    hosts: frozenset[str] | None = None
    """The names in Host headers that are answered; None: all."""
    spending: Spending = DEFAULT
    """What requests may cost; each process counts for itself."""
    origins: tuple[str, ...] = ()
    """Web pages of which origins may call the API."""
    proxies: Networks = ()
    """Whose forwarded addresses and schemes are believed."""
    root_path: str = ""
    """The path below which a proxy shows the API."""
    seals: Seals = field(default_factory=fresh)
    """What makes and reads cursors, the same in every process."""
    drain_s: float = 0.0
    """Seconds between the signal to stop and the end of new connections, in which /ready already says no."""

    def application(self, graph: Graph, health: Health) -> Starlette:
        """The application on a database."""
        from engine.api.http.app import build

        return build(graph, self.hosts, self.spending, seals=self.seals, down=health.down)

    def configuration(self, graph: Graph, health: Health) -> uvicorn.Config:
        """The configuration of the server of one process."""
        limits = ConnectionLimits(proxies=self.proxies)
        return configuration(self.application(graph, health), limits, root_path=self.root_path)


def serve_alone(serving: Serving, graph: Graph, health: Health, listening: socket) -> None:
    """Serve in this process until a signal."""
    server = ApiServer(serving.configuration(graph, health), health.turn, health.stop, serving.drain_s)
    server.run(sockets=[listening])
