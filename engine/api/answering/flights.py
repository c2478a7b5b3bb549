"""Flights: equal reads of one viewer that are under way at once are run once, and all get the answer."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.api.http.limits import REQUEST_SECONDS

T = TypeVar("T")
JOIN_SECONDS = REQUEST_SECONDS / 2
"""Seconds in which others may join: a run has only the time of the request that began it."""


@dataclass(slots=True)
class Flight(Generic[T]):
    """One run, and how many wait for it."""

    task: "asyncio.Task[T]"
    begun_at: float
    waiting: int = 0


class Flights(Generic[T]):
    """The runs under way, by key. One that nobody waits for any more is cancelled, with all its work."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, Flight[T]] = {}
        self.begun_count = 0

    def __len__(self) -> int:
        return len(self._under_way)

    async def join(self, key: Hashable, run: Callable[[], Coroutine[None, None, T]]) -> T:
        """The result of the run of this key, which begins unless it is under way.

        Whoever is cancelled leaves; the run goes on for the others, whoever began it.
        """
        flight = self._under_way.get(key)
        if flight is None or time.monotonic() - flight.begun_at > JOIN_SECONDS:
            flight = self._begin(key, run)
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                self._ended(key, flight)
                flight.task.cancel()

    def _begin(self, key: Hashable, run: Callable[[], Coroutine[None, None, T]]) -> Flight[T]:
        self.begun_count += 1
        flight = Flight(asyncio.create_task(run()), time.monotonic())
        self._under_way[key] = flight
        flight.task.add_done_callback(lambda task: self._ended(key, flight, task))
        return flight

    def _ended(self, key: Hashable, flight: Flight[T], task: "asyncio.Task[T] | None" = None) -> None:
        if self._under_way.get(key) is flight:
            del self._under_way[key]
        if task is not None and not task.cancelled():
            task.exception()  # whoever waits gets it; if nobody does, it is no news either
