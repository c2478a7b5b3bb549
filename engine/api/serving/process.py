"""How the API is served, and one process of it: the application, its server, its figures and its traces."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from typing import Literal

import uvicorn

from engine.api.answering.documents import operation_names
from engine.api.cost.budgets import DEFAULT, Spending
from engine.api.cursors import Seals, fresh
from engine.api.http.app import build
from engine.api.http.metrics import Metrics
from engine.api.http.traces import Traces
from engine.api.identity import development
from engine.api.identity.configuration import Access
from engine.api.identity.identity import Identity
from engine.api.serving.connections import ConnectionLimits, Networks
from engine.api.serving.exposition import text_of
from engine.api.serving.health import Health
from engine.api.serving.server import ApiServer, configuration
from engine.graph.database import Graph


@dataclass(frozen=True, slots=True)
class Serving:
    """What the options of `upline serve` say; every worker process gets the same."""

    hosts: frozenset[str] | None = None
    """The names in Host headers that are answered; None: all."""
    spending: Spending = DEFAULT
    """What requests may cost."""
    budgets: Path | None = None
    """The folder in which worker processes share what is left of it; None: there is one process."""
    documents: Mapping[str, str] | None = None
    """The only documents that run, texts by hash; None: all."""
    seals: Seals = field(default_factory=fresh)
    """What makes and reads cursors, the same in every process."""
    origins: tuple[str, ...] = ()
    """Web pages of which origins may call the API."""
    proxies: Networks = ()
    """Whose forwarded addresses and schemes are believed."""
    root_path: str = ""
    """The path below which a proxy shows the API."""
    drain_s: float = 0.0
    """Seconds between the signal to stop and the end of new connections, in which /ready already says no."""
    access: Access | None = None
    """What members see, and how tokens are signed; without an identity it is the development mode."""
    home: Path | None = None
    """Where the secret of the development mode is kept."""
    changes: bool = True
    """Whether anything can be changed; not where strangers may come and nobody signs in."""
    log_format: Literal["json", "console"] | None = None
    traces: bool = False

    def identity(self) -> Identity:
        """Who may ask; the development mode has tokens by the secret of the home folder."""
        own = None
        if self.home is not None and (self.access is None or self.access.identity is None):
            own = development.configuration(self.home)
        return Identity(self.access, own)


class Process(AbstractContextManager["Process"]):
    """One process that answers requests."""

    def __init__(self, serving: Serving, health: Health) -> None:
        """Prepare its figures and traces; raises TracesMissingError."""
        self._serving, self._health = serving, health
        self._metrics = Metrics(operation_names(serving.documents or {}))
        self._traces = Traces() if serving.traces else None

    def __exit__(self, *raised: object) -> None:
        if self._traces:
            self._traces.close()

    def metrics(self) -> tuple[bytes, str]:
        """The text of /metrics, and its media type."""
        return text_of(self._metrics.registry, self._health)

    def run(self, graph: Graph, listening: socket) -> None:
        """Serve until a signal."""
        self.server(graph, self._health.turn).run(sockets=[listening])

    def server(self, graph: Graph, turned: Callable[[], None], *, interruptible: bool = True) -> ApiServer:
        """The server; `turned` is called by each turn of its event loop."""
        return ApiServer(
            self._configuration(graph),
            turned,
            self._health.stop,
            self._serving.drain_s,
            interruptible=interruptible,
        )

    def _configuration(self, graph: Graph) -> uvicorn.Config:
        chosen = self._serving
        app = build(
            graph,
            chosen.hosts,
            chosen.spending,
            budgets=chosen.budgets,
            seals=chosen.seals,
            identity=chosen.identity(),
            documents=chosen.documents,
            origins=chosen.origins,
            down=self._health.down,
            metrics=self._metrics,
            traces=self._traces,
            logged=True,
            changes=chosen.changes,
        )
        options = {}
        if chosen.proxies:
            options = {"proxy_headers": True, "forwarded_allow_ips": [str(each) for each in chosen.proxies]}
        limits = ConnectionLimits(proxies=chosen.proxies)
        return configuration(app, limits, root_path=chosen.root_path, **options)
