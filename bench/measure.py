"""Time and memory, measured: repeats with medians, percentiles of many calls, peak memory of processes."""

import statistics
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import psutil

SAMPLE_SECONDS = 0.05
MIB = 1 << 20

Facts = dict[str, Any]


def seconds_of(action: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def spread(seconds: Sequence[float]) -> Facts:
    """Median, least and most of some repeats, in seconds."""
    return {
        "median": round(statistics.median(seconds), 5),
        "least": round(min(seconds), 5),
        "most": round(max(seconds), 5),
        "repeats": len(seconds),
    }


def percentiles(calls: Iterable[Callable[[], object]]) -> Facts:
    """p50, p95 and the slowest of some calls, each made once, in milliseconds."""
    milliseconds = sorted(1000 * seconds_of(call) for call in calls)
    return {
        "p50": round(milliseconds[len(milliseconds) // 2], 2),
        "p95": round(milliseconds[min(len(milliseconds) - 1, len(milliseconds) * 95 // 100)], 2),
        "most": round(milliseconds[-1], 2),
        "calls": len(milliseconds),
    }


def memory_of(pids: Iterable[int]) -> int:
    """Resident bytes of some processes; one that has ended counts nothing."""
    held = 0
    for pid in pids:
        try:
            held += psutil.Process(pid).memory_info().rss
        except psutil.Error:
            continue
    return held


class Peak:
    """The most memory that this process, its children and a server held together, while in the block.

    `server` gives the server's pid at any moment, or None: an offline import restarts it. Short peaks between
    two samples are missed; memory that processes share is counted in each.
    """

    def __init__(self, server: Callable[[], int | None]) -> None:
        self.bytes = 0
        self._server, self._done = server, threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True, name="peak memory")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._done.set()
        self._thread.join()

    @property
    def mib(self) -> int:
        """The peak in MiB."""
        return self.bytes // MIB

    def _sample(self) -> None:
        me = psutil.Process()
        while True:
            pids = {me.pid, *(child.pid for child in me.children(recursive=True))}
            if (server := self._server()) is not None:
                pids.add(server)
            self.bytes = max(self.bytes, memory_of(pids))
            if self._done.wait(SAMPLE_SECONDS):
                return
