"""Several processes that serve one listening socket, and the parent that replaces those that die.

The parent answers no request: it has the socket, the health port and the workers. A worker is told to stop by
the end of its pipe, which it also sees where the parent dies. A signal that reaches every process, as service
managers send it, finds workers that take requests until the parent ends them.
"""

import multiprocessing
import signal
import threading
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from socket import socket
from types import FrameType
from typing import Any

from engine.api.http.logs import configure, say
from engine.api.http.traces import Traces
from engine.api.serving.exposition import SharedFolder
from engine.api.serving.health import STUCK_S, Health
from engine.api.serving.probe import Probe
from engine.api.serving.process import Process, Serving
from engine.api.serving.server import LAST_REQUESTS_S, ApiServer, at_once
from engine.errors import UplineError
from engine.graph.database import Graph
from engine.server.connect import connect

FRESH_S = 5.0
"""Seconds for which a worker's last turn shows that it serves."""
SHORT_LIFE_S = 10.0
"""A worker that dies within this time is replaced a little later each time."""
FIRST_DELAY_S, MOST_DELAY_S = 0.5, 30.0
MOST_FAILURES = 5
"""Workers that die one after the other before any has served; then the server gives up."""
WAKE_S = 0.2


class WorkersFailError(UplineError):
    """No worker process lives long enough to serve."""


@dataclass
class Worker:
    """One place for a worker process: the process, if there is one, or when the next one begins."""

    number: int
    process: SpawnProcess | None = None
    pipe: Connection | None = None
    began_at: float = 0.0
    next_at: float = 0.0
    failures: int = field(default=0)

    def stop(self) -> None:
        """Let the process end after its requests."""
        if self.pipe is not None:
            self.pipe.close()
            self.pipe = None


class Workers(AbstractContextManager["Workers"]):
    """Worker processes for one socket, and the figures and budgets that they share."""

    def __init__(self, number: int, serving: Serving, health: Health) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._health = health
        if serving.traces:
            Traces().close()  # a refusal is to be read once, and not of each worker
        self._places = [Worker(place) for place in range(number)]
        self._turns: Any = self._context.RawArray("d", number)
        self._served = False
        self._stop_at: float | None = None
        self._folder = SharedFolder()
        self._serving = replace(serving, budgets=self._folder.budgets)
        health.workers = self.counts

    def __exit__(self, *raised: object) -> None:
        self._folder.close()

    def metrics(self) -> tuple[bytes, str]:
        """The text of /metrics, with the figures of all workers added up, and its media type."""
        return self._folder.text(self._health)

    def counts(self) -> tuple[int, int]:
        """How many workers serve, and how many there should be."""
        now = time.monotonic()
        serving = [turned for turned in self._turns if now - turned < FRESH_S]
        return len(serving), len(self._places)

    def run(self, graph: Graph, listening: socket) -> None:
        """Serve until a signal; raises WorkersFailError where every worker dies at its beginning.

        Each worker connects to the database by itself.
        """
        del graph
        self._listening = listening
        before = {each: signal.signal(each, self._signalled) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            while self._stop_at is None or time.monotonic() < self._stop_at:
                self._health.turn()
                self._replace()
                living = [place.process.sentinel for place in self._places if place.process is not None]
                wait(living, WAKE_S)
            self._listening.close()
            self._end()
        finally:
            for place in self._places:
                if place.process is not None:
                    place.process.kill()
            for each, handler in before.items():
                signal.signal(each, handler)

    def _signalled(self, sig: int, frame: FrameType | None) -> None:
        del frame
        if self._stop_at is not None:
            for place in self._places:
                if place.process is not None:
                    place.process.kill()
            at_once(sig)
        self._health.stop()
        self._stop_at = time.monotonic() + self._serving.drain_s

    def _replace(self) -> None:
        """Begin a process in each place that has none, and end those whose event loop is stuck."""
        now = time.monotonic()
        self._served = self._served or self.counts()[0] > 0
        for place in self._places:
            if place.process is None:
                if now >= place.next_at and self._stop_at is None:
                    self._begin(place)
            elif not place.process.is_alive():
                self._died(place)
            elif now - max(self._turns[place.number], place.began_at) > STUCK_S:
                place.process.kill()

    def _begin(self, place: Worker) -> None:
        theirs, place.pipe = self._context.Pipe(duplex=False)
        arguments = (self._serving, self._listening, theirs, self._turns, place.number)
        place.process = self._context.Process(target=work, args=arguments, name=f"worker {place.number + 1}")
        place.began_at = time.monotonic()
        # A Ctrl-C on the terminal reaches the children too; until one has begun, it would show a traceback.
        heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            place.process.start()
        finally:
            signal.signal(signal.SIGINT, heard)
        theirs.close()

    def _died(self, place: Worker) -> None:
        process, now = place.process, time.monotonic()
        assert process is not None
        place.stop()
        place.process = None
        self._turns[place.number] = 0.0
        place.failures = place.failures + 1 if now - place.began_at < SHORT_LIFE_S else 0
        if place.failures >= MOST_FAILURES and not self._served:
            raise WorkersFailError(
                "the worker processes end as soon as they begin",
                todo="What they say above is the reason; `--workers 1` serves without them.",
            )
        delay = FIRST_DELAY_S * 2 ** (place.failures - 1) if place.failures else 0.0
        place.next_at = now + min(delay, MOST_DELAY_S)
        say("worker ended", pid=process.pid, status=process.exitcode)
        if process.pid is not None:
            self._folder.ended(process.pid)
        process.close()

    def _end(self) -> None:
        """Let every worker end after its requests and its changes; kill those whose event loop is stuck."""
        for place in self._places:
            place.stop()
        ended_at = time.monotonic()
        while living := [place for place in self._places if place.process and place.process.is_alive()]:
            self._health.turn()
            wait([place.process.sentinel for place in living if place.process is not None], WAKE_S)
            for place in living:
                turned_at = max(self._turns[place.number], ended_at)
                if place.process is not None and time.monotonic() - turned_at > LAST_REQUESTS_S + 1:
                    place.process.kill()


def work(serving: Serving, listening: socket, pipe: Connection, turns: Any, number: int) -> None:
    """One worker process: serve until the parent closes its end of the pipe, or dies."""
    configure(serving.log_format)
    health = Health()

    def turned() -> None:
        turns[number] = time.monotonic()

    try:
        with Process(serving, health) as process, connect() as graph, Probe(graph) as health.probe:
            server = process.server(graph, turned, interruptible=False)
            threading.Thread(target=_stop_with_parent, args=(pipe, server), daemon=True).start()
            server.run(sockets=[listening])
    except UplineError as error:
        say("worker cannot serve", error=error.name, what=error.what, todo=error.todo)
        raise SystemExit(2) from error


def _stop_with_parent(pipe: Connection, server: ApiServer) -> None:
    wait([pipe])
    server.stop()
