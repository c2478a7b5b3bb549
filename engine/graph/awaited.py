"""Reads on an event loop: they are awaited, and end in the server when their task is cancelled."""

import asyncio
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from engine.graph import driver

if TYPE_CHECKING:
    from neo4j import AsyncDriver


class Awaited:
    """A database that reads on whichever event loop is running, with connections of each loop's own.

    `options` are those of the driver. Whoever ends a loop awaits `close` on it first.
    """

    def __init__(self, uri: str, database: str, options: dict[str, Any]) -> None:
        self._uri, self._database, self._options = uri, database, options
        self._drivers: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncDriver] = WeakKeyDictionary()

    async def rows(
        self, statement: driver.Query, parameters: dict[str, Any], most: int | None = None
    ) -> list[dict[str, Any]]:
        """The rows of a reading statement, with `most` at most so many: the server stops there.

        When the task is cancelled, the connection is closed, and the server ends the statement.
        """
        async with self._driver().session(
            database=self._database, default_access_mode=driver.READ_ACCESS
        ) as session:
            result = await session.run(statement, parameters)
            if most is None:
                return [dict(record) async for record in result]
            return [dict(record) for record in await result.fetch(most)]

    async def close(self) -> None:
        """Give back the running loop's connections."""
        if opened := self._drivers.pop(asyncio.get_running_loop(), None):
            await opened.close()

    def _driver(self) -> "AsyncDriver":
        loop = asyncio.get_running_loop()
        if loop not in self._drivers:
            from neo4j import AsyncGraphDatabase

            self._drivers[loop] = AsyncGraphDatabase.driver(self._uri, **self._options)
        return self._drivers[loop]
