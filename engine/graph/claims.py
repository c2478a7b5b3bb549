"""Whether a process is still at work on a record of the store, a change or a run, that it has not finished.

Such a record names its process and a mark that no other record has. On this machine the process itself is
looked for; of another machine only the heartbeat is known, which the process writes every few seconds.
"""

import os
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psutil

from engine.graph import driver

BEAT_SECONDS = 2.0
STALE_SECONDS = 30
"""A process of another machine whose heartbeat is older than this has stopped."""

_held: Counter[str] = Counter()
"""Marks of the records that this very process is at work on, and how often each is held."""


@dataclass(frozen=True, slots=True)
class WorkClaim:
    """One record that this process is at work on, by a mark of its own."""

    mark: str = field(default_factory=lambda: uuid4().hex)

    @property
    def facts(self) -> dict[str, Any]:
        """The properties of the record that name the process: claim, host, pid, pid_started (seconds)."""
        process = psutil.Process()
        return {
            "claim": self.mark,
            "host": socket.gethostname(),
            "pid": process.pid,
            "pid_started": int(process.create_time()),
        }

    @contextmanager
    def held(self, beat: Callable[[], object] | None = None) -> Iterator[None]:
        """At work until the block ends; `beat` writes the heartbeat, every few seconds in a thread."""
        stop = threading.Event()

        def beats() -> None:
            while beat and not stop.wait(BEAT_SECONDS):
                try:
                    beat()
                except (driver.Neo4jError, driver.DriverError, OSError):
                    continue  # the work itself will meet the same trouble and report it

        thread = threading.Thread(target=beats, daemon=True, name="heartbeat")
        _held[self.mark] += 1
        lost = False
        if beat:
            thread.start()
        try:
            yield
        except driver.lost():
            lost = True  # a beat that waits for the server too would only make the news come later
            raise
        finally:
            stop.set()
            if beat and not lost:
                thread.join()
            _held[self.mark] -= 1


def at_work(record: Mapping[str, Any], idle: int | None) -> bool:
    """Whether the process of an unfinished record is at work; `idle` is the heartbeat's age in seconds."""
    if record.get("host") != socket.gethostname():
        return idle is not None and idle < STALE_SECONDS
    if record["pid"] == os.getpid():
        return _held[record.get("claim", "")] > 0
    try:
        process = psutil.Process(record["pid"])
        born = int(process.create_time())
        return born == record.get("pid_started") and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
