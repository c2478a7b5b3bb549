"""The text of /metrics: figures of one process or of all workers, and what /ready says."""

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from engine.api.serving.health import Health

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where processes keep figures that are added up; the library reads it when it is loaded."""
TEXT = "text/plain; version=0.0.4; charset=utf-8"


class HealthCollector(Collector):
    """What /ready says, as figures."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> Iterable[Metric]:
        """The figures of this moment."""
        ready, facts = self._health.ready()
        up = GaugeMetricFamily("upline_neo4j_up", "Whether Neo4j answers.")
        up.add_metric((), float(facts["neo4j"] == "ok"))
        good = GaugeMetricFamily("upline_ready", "Whether requests can be answered.")
        good.add_metric((), float(ready))
        workers = GaugeMetricFamily("upline_workers", "Processes that serve.")
        workers.add_metric((), float(facts["workers"]["serving"]))
        return up, good, workers


def text_of(registry: CollectorRegistry, health: Health) -> tuple[bytes, str]:
    """The text of /metrics in a process that serves alone, and its media type."""
    around = CollectorRegistry()
    around.register(HealthCollector(health))
    return generate_latest(registry) + generate_latest(around), TEXT


class SharedFolder:
    """The folder in which worker processes keep figures and budgets: empty at first, gone with the parent."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="upline-workers-"))
        self.budgets = self.path / "budgets"
        self.budgets.mkdir()
        os.environ[FOLDER] = str(self.path)

    def close(self) -> None:
        """Remove it."""
        os.environ.pop(FOLDER, None)
        shutil.rmtree(self.path, ignore_errors=True)

    def ended(self, pid: int) -> None:
        """Forget what a dead process had under way; what it has counted stays."""
        mark_process_dead(pid, str(self.path))  # type: ignore[no-untyped-call]

    def text(self, health: Health) -> tuple[bytes, str]:
        """The text of /metrics: the figures of all workers, and its media type."""
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(self.path))  # type: ignore[no-untyped-call]
        return text_of(registry, health)
