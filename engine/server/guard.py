"""Guards a statement whose limits the server does not keep by itself.

Neo4j counts neither the texts nor the lists that one expression builds as memory of its statement, and does
not look within an expression whether the statement was stopped. So this process watches, from outside of
Java, how long the server has not answered and what its collector says of the heap. A statement that does not
end when it is stopped is ended with the server, which is started again.
"""

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from engine.errors import UplineError
from engine.graph import driver
from engine.server.home import GC_LOG
from engine.server.managed import Server

T = TypeVar("T")
Notify = Callable[[str], None]
"""Gets a sentence for the user."""

LOOK_S = 0.2
GRACE_S = 5.0
"""Seconds after its time is over within which a statement has to end: Neo4j looks every two or so."""
STOP_S = 3.0
"""Seconds within which a statement ends that was stopped."""
AFTER_S = 3.0
"""Seconds for a run that is complete to read its figures."""
WINDOW_S = 5.0
BUSY_SHARE = 0.8
"""A server that spent this share of the window on collecting garbage does nothing else any more."""
FULL_SHARE = 0.9
"""A heap of which a full collection leaves so much is used up."""
END_S = 5.0
"""Seconds that a process without memory takes to end."""

OVERDUE = "a statement of {} did not end when it was stopped"
USED_UP = "its memory was used up while a statement of {} ran"
"""Why a server ends; the hole is who asked the statement."""

PUT_OFF = "the statement does not end; Neo4j is restarted once the run under way is complete"

_PAUSE = re.compile(r"Pause (?P<kind>\w+).* \d+M->(?P<left>\d+)M\(\d+M\) (?P<ms>[\d.]+)ms")


class ServerRestartedError(UplineError):
    """A statement could only be ended by restarting Neo4j."""


class Collector:
    """What Java's collector writes into its log from now on, as far as it tells that memory is short."""

    def __init__(self, log: Path, heap_mib: int) -> None:
        self._log, self._heap_mib = log, heap_mib
        self._place = log.stat().st_size if log.exists() else 0
        self._pauses: deque[tuple[float, float]] = deque()
        self._left_mib = 0

    def short(self, now: float) -> bool:
        """Whether the server spends its time on collecting garbage and wins nothing; `now` in seconds."""
        for line in self._lines():
            if pause := _PAUSE.search(line):
                self._pauses.append((now, float(pause["ms"]) / 1000))
                if pause["kind"] == "Full":
                    self._left_mib = int(pause["left"])
        while self._pauses and self._pauses[0][0] < now - WINDOW_S:
            self._pauses.popleft()
        paused_s = sum(seconds for _, seconds in self._pauses)
        return paused_s >= BUSY_SHARE * WINDOW_S and self._left_mib >= FULL_SHARE * self._heap_mib

    def _lines(self) -> list[str]:
        try:
            size = self._log.stat().st_size
            if size < self._place:  # Java has begun another file
                self._place = 0
            with self._log.open("rb") as log:
                log.seek(self._place)
                text = log.read()
        except OSError:
            return []
        whole = text.rfind(b"\n") + 1
        self._place += whole
        return text[:whole].decode("utf-8", "replace").splitlines()


class Guard:
    """Watches over the statements of one program; `guarded` makes one."""

    def __init__(
        self,
        server: Server,
        stop: Callable[[], None],
        seconds: float,
        busy: Callable[[], bool],
        notify: Notify,
        asker: str,
        asking: Callable[[], bool] | None = None,
    ) -> None:
        running = server.running()
        self._server, self._stop, self._seconds = server, stop, seconds
        self._overdue, self._used_up = OVERDUE.format(asker), USED_UP.format(asker)
        self._pid = running.pid if running else 0
        self._busy, self._notify, self._asking = busy, notify, asking
        self._collector = Collector(server.home / GC_LOG, server.heap_mib)
        self._began = self._waiting_since = time.monotonic()
        self._waits, self._waiting = 0, True
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="guard")

    def begun(self) -> None:
        """A statement begins now, so its time does too."""
        self._began = time.monotonic()

    def rows(self, rows: Iterator[T]) -> Iterator[T]:
        """The same rows; only while the next one is awaited does the server have to answer."""
        while True:
            self._wait(True)
            try:
                row = next(rows)
            except StopIteration:
                return
            finally:
                self._wait(False)
            yield row

    def open(self) -> None:
        """Begin to watch."""
        if self._pid:
            self._thread.start()

    def close(self) -> None:
        """Cease to watch."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def why_ended(self) -> str | None:
        """Why the server has ended, in words; None where it lives, or ended for another reason."""
        until = time.monotonic() + END_S
        while self._server.is_alive(self._pid) and time.monotonic() < until:
            time.sleep(LOOK_S)
        if self._server.ran_out_of_memory(self._pid):
            self._server.end(self._pid, self._used_up)
        ending = self._server.ending(self._pid)
        return ending.reason if ending else None

    def _wait(self, waiting: bool) -> None:
        self._waiting_since = time.monotonic()
        self._waits += waiting
        self._waiting = waiting

    def _watch(self) -> None:
        while not self._over.wait(LOOK_S):
            now = time.monotonic()
            if self._collector.short(now) and self._waiting:
                self._finish(self._used_up, at_once=True)
            elif self._waiting and now > GRACE_S + max(self._began + self._seconds, self._waiting_since):
                self._finish(self._overdue, at_once=False)

    def _finish(self, reason: str, *, at_once: bool) -> None:
        """Stop the statement, and end the server where that does not help; a run under way is waited for.

        Not where memory is short: then the run would not get far either.
        """
        stuck, notified = self._waits, False
        _within(STOP_S, self._stop)
        until = time.monotonic() + STOP_S
        while self._waiting and self._waits == stuck and not self._over.wait(LOOK_S):
            if time.monotonic() < until:
                continue
            if self._asking is not None and _within(STOP_S, self._asking) is False:
                self._over.set()  # it has ended, and so has all that is watched over
                return
            if at_once or not _within(STOP_S, self._busy):
                self._server.end(self._pid, reason)
                return
            until = time.monotonic() + AFTER_S
            if not notified:
                notified = True
                self._notify(PUT_OFF)


@contextmanager
def guarded(
    server: Server,
    stop: Callable[[], None],
    seconds: float,
    busy: Callable[[], bool],
    notify: Notify,
    asker: str,
    lost: tuple[type[Exception], ...] | None = None,
    asking: Callable[[], bool] | None = None,
) -> Iterator[Guard]:
    """Watch over statements that may take so many seconds each, on a managed server.

    `stop` asks the server to stop the statement under way, `busy` says whether a run is under way, `lost` are
    the errors by which the asker's driver says that the server is gone, `asker` is who asks, for messages.
    `asking` asks the server whether a statement is under way; without it, the guard's user says so.

    Raises ServerRestartedError where a statement has cost the server its life; the server runs again then.
    """
    guard = Guard(server, stop, seconds, busy, notify, asker, asking)
    kinds: tuple[type[Exception], ...] = lost or driver.lost()
    guard.open()
    try:
        yield guard
    except kinds as error:
        guard.close()
        if (reason := guard.why_ended()) is None:
            raise
        server.start()
        raise ServerRestartedError(
            f"Neo4j had to be restarted: {reason}",
            todo="Ask for less at once. The store is recovered, and a run that was under way begins again.",
        ) from error
    finally:
        guard.close()


def _within(seconds: float, work: Callable[[], T]) -> T | None:
    """What `work` returns; None where it takes longer, as it may at a server without memory."""
    results: list[T] = []

    def do() -> None:
        results.append(work())

    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    thread.join(seconds)
    return results[0] if results else None
