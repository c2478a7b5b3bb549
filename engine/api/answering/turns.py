"""Turns: how many requests of a viewer, and of all, are answered at once; a few more wait for theirs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from engine.api.errors import TooManyRequestsError

AT_ONCE = 64
"""Requests that are answered at once; the threads and connections behind them are fewer."""
OF_VIEWER = 16
"""Those of one viewer: a browser opens six connections, and a viewer may have two of them."""
WAITING = 48
"""Requests of one viewer that wait for their turn; they would fill the server before their time is over."""


@dataclass(slots=True)
class _Line:
    """The requests of one viewer."""

    turn: asyncio.Semaphore
    count: int = 0


class Turns:
    """The requests under way. Viewers without any are forgotten, so that there are no more than requests."""

    def __init__(self, at_once: int = AT_ONCE, of_viewer: int = OF_VIEWER, waiting: int = WAITING) -> None:
        self._all, self._of_viewer = asyncio.Semaphore(at_once), of_viewer
        self._most = of_viewer + waiting
        self._lines: dict[str, _Line] = {}

    def __len__(self) -> int:
        return sum(line.count for line in self._lines.values())

    @asynccontextmanager
    async def turn(self, viewer: str) -> AsyncIterator[None]:
        """Wait for a turn and have it; raises TooManyRequestsError where too many of the viewer's wait."""
        line = self._lines.setdefault(viewer, _Line(asyncio.Semaphore(self._of_viewer)))
        if line.count >= self._most:
            raise TooManyRequestsError(
                "too many of your requests are under way", todo="Wait for some of their answers."
            )
        line.count += 1
        try:
            async with line.turn, self._all:
                yield
        finally:
            line.count -= 1
            if not line.count:
                del self._lines[viewer]
