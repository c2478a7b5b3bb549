"""Figures about requests, for Prometheus: how many, how long, how dear, by operation.

Every label has a bounded number of values: a client can name its operations as it likes, and each value is a
series that the server keeps for good.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from engine.api.request import RequestInfo

MOST_NAMES = 100
"""Operations with figures of their own, besides those that are known beforehand."""
MOST_STATEMENTS = 500
"""Statements with figures of their own: there are fewer files than that."""
MOST_CODES = 200
OTHER, UNNAMED = "other", "unnamed"
CANCELLED = 499
"""The status of a request whose client is gone, as proxies log it; it goes over no wire."""
disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which says nothing
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Names:
    """The values of a label: those that are known, and the first others."""

    def __init__(self, most: int, known: Iterable[str] = ()) -> None:
        self._known, self._most, self._lock = set(known), most, Lock()
        self._others: set[str] = set()

    def label(self, name: str | None) -> str:
        """The value for a name: itself, or `other` where there are too many."""
        if name is None:
            return UNNAMED
        if name in self._known or name in self._others:
            return name
        with self._lock:
            if len(self._others) >= self._most:
                return OTHER
            self._others.add(name)
        return name


class Metrics:
    """The figures of one process."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self.registry = CollectorRegistry()
        self._operations, self._codes = Names(MOST_NAMES, known), Names(MOST_CODES)
        self._statements = Names(MOST_STATEMENTS)
        made: dict[str, Any] = {"registry": self.registry, "namespace": "upline"}
        self._requests = Counter(
            "requests", "Requests to the API, by operation and outcome.", ("operation", "outcome"), **made
        )
        self._seconds = Histogram(
            "request_seconds", "Seconds of a request, by operation.", ("operation",), buckets=BUCKETS, **made
        )
        self._cost = Counter("request_cost", "What requests cost, by operation.", ("operation",), **made)
        self._errors = Counter("errors", "Errors in answers, by code.", ("code",), **made)
        self._running = Gauge("requests_running", "Requests under way.", multiprocess_mode="livesum", **made)
        self._statement_seconds = Histogram(
            "statement_seconds", "Seconds of a statement in Neo4j.", ("statement",), buckets=BUCKETS, **made
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count a request as long as it is under way."""
        self._running.inc()
        try:
            yield
        finally:
            self._running.dec()

    def ended(self, info: RequestInfo, status: int, seconds: float) -> None:
        """Count a request that has ended."""
        operation = self._operations.label(info.operation)
        self._requests.labels(operation, outcome(status, info.codes)).inc()
        self._seconds.labels(operation).observe(seconds)
        if info.cost:
            self._cost.labels(operation).inc(info.cost)
        for code in info.codes:
            self._errors.labels(self._codes.label(code)).inc()

    @contextmanager
    def statement(self, name: str) -> Iterator[None]:
        """Count a statement and its seconds."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            seconds = time.perf_counter() - begun
            self._statement_seconds.labels(self._statements.label(name)).observe(seconds)


def outcome(status: int, codes: list[str]) -> str:
    """What became of a request: answered, with some errors, refused, failed, or cancelled."""
    if status == CANCELLED:
        return "cancelled"
    if status >= 500:
        return "failed"
    if status >= 400:
        return "refused"
    return "errors" if codes else "answered"
