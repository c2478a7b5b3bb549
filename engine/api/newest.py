"""The runs that requests choose: known for a moment without asking the database again."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from engine.graph import bridge
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of
from engine.plans.plan import Plan

T = TypeVar("T", bound=RunRecord | None)

FRESH_S = 0.25
"""Seconds for which a choice holds: no later does a request see a run that another process has completed."""
MOST_CHOICES = 64
"""Choices to keep; screens name few periods and plans."""
RunKey = tuple[str | None, str | None, int | None]
"""What chooses a run: a period, a plan, a number; none of them, the newest of the latest period."""


class Newest(Generic[T]):
    """Which run each choice means, read again every FRESH_S while requests come, once for all of them."""

    def __init__(self) -> None:
        self._known: OrderedDict[RunKey, tuple[T, float]] = OrderedDict()
        self._reading: dict[RunKey, asyncio.Future[None]] = {}
        self._forgotten = 0

    async def chosen(self, key: RunKey, read: Callable[[RunKey], Awaitable[T]]) -> T:
        """The run of a choice; `read` asks the database, and its errors are not kept."""
        if under_way := self._reading.get(key):
            await asyncio.shield(under_way)
        known = self._known.get(key)
        if known is not None and time.monotonic() < known[1] + FRESH_S:
            return known[0]
        if key in self._reading:  # it failed for the one who read it first
            return await read(key)
        done = self._reading[key] = asyncio.get_running_loop().create_future()
        began, forgotten = time.monotonic(), self._forgotten
        try:
            run = await read(key)
        except BaseException:
            self._known.pop(key, None)
            raise
        else:
            if forgotten == self._forgotten:
                self._known[key] = run, began
                self._known.move_to_end(key)
                while len(self._known) > MOST_CHOICES:
                    self._known.popitem(last=False)
            return run
        finally:
            del self._reading[key]
            done.set_result(None)

    def forget(self) -> None:
        """Read every choice again: a client knows of a run that has ended, and expects to see it.

        What is being read now is not kept: it may be of before.
        """
        self._forgotten += 1
        self._known.clear()


class Finished:
    """A cache of the plans of finished runs, which never change, and of the runs that requests choose."""

    def __init__(self) -> None:
        self.newest: Newest[RunRecord] = Newest()
        self.live: Newest[RunRecord | None] = Newest()
        self._plans: dict[Hashable, Plan] = {}

    def plan(self, run: RunRecord) -> Plan:
        """The plan of a run; raises RulesChangedError."""
        key = (run.number, run.finished_at)
        if key not in self._plans:
            self._plans[key] = bridge.compute(plan_of, run)
        return self._plans[key]
