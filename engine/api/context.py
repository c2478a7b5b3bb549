"""The context of a request: its viewer, and what the viewer reads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
from starlette.requests import HTTPConnection

from engine.access.reach import Reach
from engine.access.viewer import Viewer
from engine.answers import orders, runs
from engine.answers.orders import Order, OrderNotCountedError
from engine.api.cursors import Seals
from engine.api.http.limits import MOST_RUNS_OF_DAY
from engine.api.lookups import Lookups
from engine.api.newest import Finished
from engine.api.timed import TimedGraph
from engine.api.writing import Writing
from engine.passes.record import RunRecord
from engine.runs.progress import RunProgress

if TYPE_CHECKING:
    from engine.api.subscriptions.follower import Follower

V = TypeVar("V")


@dataclass
class Context(Lookups):
    """One request: what its viewer may read, the database with the request's time limit, and its lookups."""

    request: HTTPConnection
    graph: TimedGraph
    finished: Finished
    threads: anyio.CapacityLimiter
    reach: Reach
    seals: Seals
    writing: Writing | None = None
    """What makes changes; None where nobody may make any."""
    follower: "Follower | None" = None
    """What subscriptions follow."""
    runs: dict[int, RunRecord] = field(default_factory=dict)
    live_runs: dict[int, RunRecord] = field(default_factory=dict)
    """The runs that keep live figures: none of them is a result."""
    listings: dict[Any, tuple[object, ...]] = field(default_factory=dict)
    """What cursors are sealed with besides the object: type, field and arguments, by field of the query."""

    @property
    def viewer(self) -> Viewer:
        """Who asks."""
        return self.reach.viewer

    @property
    def reader(self) -> tuple[str, str, str | None]:
        """Whose cursors these are: another viewer's are refused."""
        return self.viewer.role, self.viewer.subject, self.viewer.member_id

    async def read(self, function: Callable[..., V], *arguments: Any) -> V:
        """Call a function of answers: it gets the database and the viewer's reach first."""
        return await self.ask(function, self.graph, self.reach, *arguments)

    async def run(self, period: str | None, plan: str | None, number: int | None = None) -> RunRecord:
        """The complete run that the arguments choose, by default that of the latest period.

        Raises NoRunError, BadPeriodError and RunAndPeriodError.
        """
        if number in self.runs and period is None and plan is None:
            return self.runs[number]
        key = period, plan, number
        return self.known(await self.finished.newest.chosen(key, self.chosen.load))

    def known(self, run: RunRecord) -> RunRecord:
        """Keep a run in the context, for the fields below it."""
        return self.runs.setdefault(run.number, run)

    def watched(self, how_far: RunProgress) -> RunProgress:
        """How far a run is, for a client to see; once it has ended, the next request finds what it left."""
        if how_far.ended:
            self.finished.newest.forget()
        return how_far

    async def run_of(
        self, order: Order, period: str | None = None, plan: str | None = None, run: int | None = None
    ) -> RunRecord:
        """The newest complete run that counted an order, of a period and plan, or the run of a number.

        Raises OrderNotCountedError, and NoRunError, BadPeriodError and RunAndPeriodError.
        """
        if period is not None or run is not None:
            chosen = await self.run(period, plan, run)
            await self.read(orders.counted, chosen, self.finished.plan(chosen), order.order_id)
            return chosen
        counting = await self.ask(self._run_of, order, plan)
        if counting is None:
            raise OrderNotCountedError(f"no complete run has counted the order {order.order_id}")
        return self.known(counting)

    def _run_of(self, order: Order, plan: str | None) -> RunRecord | None:
        day = order.ordered_at.date()
        for run in runs.around(self.graph, day, plan, MOST_RUNS_OF_DAY):
            if orders.seen_by(run, self.finished.plan(run), order):
                return run
        return None
