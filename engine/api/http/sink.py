"""A stream that never blocks whoever writes: a thread passes its lines on to the real one.

A pipe that nobody reads is full after 64 KiB, and then a write waits for ever. That must not happen on the
event loop that answers requests.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Full, Queue
from typing import TextIO

MOST_WAITING = 10_000
"""Lines that wait to be written: some megabytes. Later ones are dropped, and counted."""


class LogStream:
    """Takes lines for another stream; `note` makes the line that says how many were dropped."""

    def __init__(self, stream: TextIO, note: Callable[[int], str], most: int = MOST_WAITING) -> None:
        self._stream, self._note = stream, note
        self._lines: Queue[str] = Queue(most)
        self._lock = threading.Lock()
        self.dropped = 0
        """Lines dropped since the last one that said so."""
        threading.Thread(target=self._pass_on, name="log", daemon=True).start()

    def isatty(self) -> bool:
        """Whether the other stream is a terminal."""
        return self._stream.isatty()

    def write(self, text: str) -> int:
        """Take a line; it is dropped where too many wait."""
        try:
            self._lines.put_nowait(text)
        except Full:
            with self._lock:
                self.dropped += 1
        return len(text)

    def flush(self) -> None:
        """Do nothing: lines are written one by one, and whoever writes them does not wait."""

    def finish(self, seconds: float) -> None:
        """Wait until everything is written, but for some seconds at most."""
        until = time.monotonic() + seconds
        while self._lines.unfinished_tasks and time.monotonic() < until:
            time.sleep(0.01)

    def _pass_on(self) -> None:
        while True:
            line = self._lines.get()
            with suppress(OSError, ValueError):  # the reader is gone, or the stream is closed
                self._stream.write(line)
                self._stream.flush()
            self._lines.task_done()
            if self.dropped and self._lines.empty():
                with self._lock:
                    dropped, self.dropped = self.dropped, 0
                with suppress(OSError, ValueError):
                    self._stream.write(self._note(dropped))
                    self._stream.flush()
