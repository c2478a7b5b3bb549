"""The newest event of one subscriber: a client that reads slowly misses events in between, and costs no
memory.
"""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds one event. A newer one takes its place, or is joined with it where `join` says how."""

    def __init__(self, join: Callable[[T, T], T] = lambda _older, newer: newer) -> None:
        self._join = join
        self._event: T | None = None
        self._ended = False
        self._error: Exception | None = None
        self._filled = asyncio.Event()

    def put(self, event: T) -> None:
        """Hand over an event."""
        self._event = event if self._event is None else self._join(self._event, event)
        self._filled.set()

    def end(self, error: Exception | None = None) -> None:
        """Nothing more comes after the event that is held; `error` says why, where something went wrong."""
        self._ended, self._error = True, self._error or error
        self._filled.set()

    def __aiter__(self) -> "Mailbox[T]":
        return self

    async def __anext__(self) -> T:
        await self._filled.wait()
        event, self._event = self._event, None
        if event is not None:
            if not self._ended:
                self._filled.clear()
            return event
        if self._error is not None:
            error, self._error = self._error, None
            raise error
        raise StopAsyncIteration
