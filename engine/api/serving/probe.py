"""Whether Neo4j answers, asked again and again in a thread of its own, so that no request has to find out."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Self

from engine.graph import driver
from engine.graph.database import Graph
from engine.graph.queries import query

State = Literal["starting", "ok", "silent", "gone", "stopped"]

EVERY_S = 1.0
"""Seconds between two questions while all is well."""
AGAIN_S = 0.25
"""Seconds between two questions while Neo4j does not answer: its return is to be noticed at once."""
SILENT_S = 5.0
"""Seconds after which a question without an answer counts as none; a halted server takes questions too."""


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """What is known about Neo4j: its state, since when, and the milliseconds of the latest answer."""

    state: State
    since: datetime
    milliseconds: float | None = None

    @property
    def ok(self) -> bool:
        """Whether statements are answered."""
        return self.state == "ok"

    @property
    def down(self) -> bool:
        """Whether it is known that statements are not answered."""
        return self.state in ("silent", "gone", "stopped")


class Probe:
    """Asks a database once a second whether it answers, until it is closed.

    The states: `starting` (not asked yet), `ok`, `silent` (it takes the question and does not answer), `gone`
    (nobody takes it), `stopped` (the server answers, its database does not). `changed` is called in the
    probe's thread after each change of state.
    """

    def __init__(self, graph: Graph, changed: Callable[[DatabaseState], None] | None = None) -> None:
        self._graph, self._changed = graph, changed
        self._latest = DatabaseState("starting", datetime.now(UTC))
        self._asked_at: float | None = None
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="neo4j probe", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        self._thread.join(SILENT_S)

    def answer(self) -> DatabaseState:
        """What is known now. It never waits."""
        asked_at = self._asked_at
        if asked_at is not None and time.monotonic() - asked_at > SILENT_S:
            self._note("silent", None)
        return self._latest

    def _watch(self) -> None:
        while not self._over.is_set():
            begun = self._asked_at = time.monotonic()
            state = self._ask()
            self._asked_at = None
            self._note(state, 1000 * (time.monotonic() - begun) if state == "ok" else None)
            self._over.wait(EVERY_S if state == "ok" else AGAIN_S)

    def _ask(self) -> State:
        try:
            alive = query("graph/alive")
            with self._graph.session(driver.READ_ACCESS) as session:
                session.run(driver.Query(alive.text, timeout=SILENT_S)).consume()
        except driver.Neo4jError:
            return "stopped"
        except (driver.DriverError, OSError):
            return "gone"
        return "ok"

    def _note(self, state: State, milliseconds: float | None) -> None:
        with self._lock:
            before = self._latest
            same = state == before.state
            since = before.since if same else datetime.now(UTC)
            self._latest = latest = DatabaseState(state, since, milliseconds)
        if not same and self._changed is not None:
            with suppress(RuntimeError):  # an event loop that has ended meanwhile
                self._changed(latest)
