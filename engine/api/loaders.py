"""Loaders: single lookups of a request that are made together, each key once.

Fields of one level of a query are resolved one after the other. Each asks for its key; what was asked for in
one turn of the event loop is read together in the next.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import cached_property
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
MOST_KEYS = 1_000
"""Keys of one read; more are cheaper in several reads."""

Many = Callable[[list[K]], Awaitable[Sequence[V | Exception]]]
"""Reads the values of some keys, in their order; an exception in place of a value is raised for that key."""


class DataLoader(Generic[K, V]):
    """Lookups of one kind within a request: made together, and remembered."""

    __slots__ = ("_asked", "_known", "_many", "_reading")

    def __init__(self, many: "Many[K, V]") -> None:
        self._many = many
        self._known: dict[K, asyncio.Future[V]] = {}
        self._asked: list[K] = []
        self._reading: set[asyncio.Task[None]] = set()

    def load(self, key: K) -> "asyncio.Future[V]":
        """The value of a key, once it has been read; raises what is there in its place."""
        known = self._known.get(key)
        if known is None:
            loop = asyncio.get_running_loop()
            known = self._known[key] = loop.create_future()
            if not self._asked:
                # In two turns: fields that this turn resolves may begin tasks, which ask in the next one.
                loop.call_soon(loop.call_soon, self._read_all)
            self._asked.append(key)
        return known

    def prime(self, key: K, value: V) -> None:
        """Give the value of a key that was read in another way; one that is known or asked for stays."""
        if key not in self._known:
            self._known[key] = asyncio.get_running_loop().create_future()
            self._known[key].set_result(value)

    def _read_all(self) -> None:
        asked, self._asked = self._asked, []
        for start in range(0, len(asked), MOST_KEYS):
            task = asyncio.get_running_loop().create_task(self._read(asked[start : start + MOST_KEYS]))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

    async def _read(self, keys: list[K]) -> None:
        waiting = [self._known[key] for key in keys]
        try:
            values = await self._many(keys)
        except Exception as error:
            for each in waiting:
                if not each.done():
                    each.set_exception(error)
            return
        except asyncio.CancelledError:
            for each in waiting:
                each.cancel()
            raise
        for each, value in zip(waiting, values, strict=True):
            if each.done():  # whoever waited was cancelled
                continue
            if isinstance(value, Exception):
                each.set_exception(value)
            else:
                each.set_result(value)


class Loader(cached_property[DataLoader[K, V]], Generic[K, V]):
    """A loader that is made when a request first needs it: to make all would cost more than a query."""
