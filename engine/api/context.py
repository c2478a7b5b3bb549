"""The context of a request: the viewer, and loaders that combine many single reads into one query."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
from starlette.requests import HTTPConnection

from engine.access.reach import Reach
from engine.access.viewer import Viewer
from engine.answers import (
    above,
    corrections,
    downline,
    duplication,
    ledger,
    lines,
    live,
    members,
    orders,
    overlays,
    pay,
    prospects,
    ranks,
    runs,
    standings,
    today,
    transfers,
)
from engine.answers.above import PersonAbove
from engine.answers.corrections import Correction
from engine.answers.downline import Below, Conditions
from engine.answers.duplication import Generation
from engine.answers.live import LiveFigures
from engine.answers.members import Member
from engine.answers.orders import Order, OrderNotCountedError
from engine.answers.overlays import CompressedPlace
from engine.answers.pages import Page, Stretch
from engine.answers.pay import Earning
from engine.answers.prospects import Prospect
from engine.answers.ranks import Helpers, Progress
from engine.answers.sorting import Sort
from engine.answers.standings import Standing
from engine.answers.today import BelowToday
from engine.answers.transfers import Transfer
from engine.api.cursors import Seals
from engine.api.http.limits import MOST_RUNS_OF_DAY
from engine.api.loaders import DataLoader
from engine.api.newest import Newest, RunKey
from engine.api.timed import TimedGraph
from engine.api.types.figures import Shown, shown
from engine.api.writing import Writing
from engine.errors import UplineError
from engine.explain.explanation import as_json, explain
from engine.graph import bridge
from engine.graph.database import Graph
from engine.ledger.balances import Balance
from engine.passes.record import RunRecord, result
from engine.passes.replay import plan_of
from engine.plans.plan import Plan
from engine.runs.progress import RunProgress

if TYPE_CHECKING:
    from engine.api.subscriptions.follower import Follower

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Keyed = tuple[int, str]
"""A run's number and a member's id."""
ExplanationKey = tuple[int, str, str, str | None]
"""The key of an explanation: a run's number, a member, an order, and one bonus or all."""
DownlineKey = tuple[int, str, Conditions, Sort, Stretch, str]
"""The key of a downline: a run's number, its tree, who counts, the order, the page, and the member."""
TodayKey = tuple[str, Conditions, Sort, Stretch, str]
"""The key of a downline of today: the tree, who counts, the order, the page, and the member."""
WaitingKey = tuple[Stretch, str]
"""The key of a page of a member's holding tank."""
TeamKey = tuple[int, int, str]
"""The key of a team: a run's number, how many generations, and the member."""
Team = tuple[Generation, ...]
"""The generations below a member."""
BalancesKey = tuple[date | None, str]
"""The key of a member's balances: at the end of a day, or now, and the member."""
LinesKey = tuple[int, str, str | None, bool, int, lines.LinePlace | None]
"""The key of a page of a member's lines: run, member, one bonus or all, unpaid too, size, place before it."""
ShownPage = tuple[tuple[Shown, ...], tuple[lines.LinePlace, ...], bool]
"""A page of lines, the place of each, and whether more follow."""


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


@dataclass
class Context:
    """One request: what its viewer may read, the database with the request's time limit, and the loaders."""

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

    def __post_init__(self) -> None:
        self.members: DataLoader[str, Member | None] = self._by(members.members)
        self.member_totals: DataLoader[str, int] = self._each(members.member_total)
        self.belows: DataLoader[tuple[str, Stretch, str], Page[Member] | None]
        self.belows = self._by_group(members.directly_below)
        self.chosen: DataLoader[RunKey, RunRecord]
        self.chosen = self._each(
            lambda graph, _reach, key: result(graph, *key, todo="`runs` lists those there are.")
        )
        self.live_choices: DataLoader[RunKey, RunRecord | None] = self._each(
            lambda graph, _reach, key: live.live_run(graph, *key[:2])
        )
        self.live_figures: DataLoader[tuple[int, bool, str], LiveFigures | None]
        self.live_figures = self._by_group(self._live_figures)
        self.standings: DataLoader[Keyed, Standing | None] = self._by_run(standings.standings)
        self.frontlines: DataLoader[tuple[int, Stretch, str], Page[Standing] | None]
        self.frontlines = self._by_run(standings.frontlines)
        self.families: DataLoader[tuple[int, Stretch, str], tuple[Standing, Page[Standing]] | None]
        self.families = self._by_run(standings.families)
        self.uplines: DataLoader[tuple[int, str, str | None, Stretch, str], Page[Standing] | None]
        self.uplines = self._by_run(self._uplines)
        self.downlines: DataLoader[DownlineKey, Page[Below] | None] = self._by_run(downline.downlines)
        self.downline_totals: DataLoader[tuple[int, str, Conditions, str], int]
        self.downline_totals = self._by_run(downline.downline_totals)
        self.level_counts: DataLoader[tuple[int, str, int, str], tuple[tuple[int, int, int], ...] | None]
        self.level_counts = self._by_run(downline.level_counts)
        self.duplications: DataLoader[TeamKey, Team | None] = self._by_run(duplication.duplications)
        self.one_tree: DataLoader[tuple[()], bool]
        self.one_tree = self._each(lambda graph, reach, _key: standings.one_tree(graph, reach))
        self.uplines_today: DataLoader[tuple[str, Stretch, str], Page[Member] | None]
        self.uplines_today = self._by_group(today.uplines_today)
        self.downlines_today: DataLoader[TodayKey, Page[BelowToday] | None]
        self.downlines_today = self._by_group(today.downlines_today)
        self.downline_totals_today: DataLoader[tuple[str, Conditions, str], int]
        self.downline_totals_today = self._by_group(today.downline_totals_today)
        self.waiting: DataLoader[WaitingKey, Page[Member] | None] = self._by_group(today.waiting_pages)
        self.above: DataLoader[tuple[int, int, str], tuple[PersonAbove, ...] | None] = self._by_run(
            above.above
        )
        self.balances: DataLoader[BalancesKey, tuple[Balance, ...] | None] = self._by_group(ledger.balances)
        self.earnings: DataLoader[Keyed, tuple[Earning, ...] | None] = self._by_run(pay.earnings)
        self.corrections: DataLoader[Keyed, tuple[Correction, ...] | None] = self._by_run(
            corrections.corrections
        )
        self.rank_cards: DataLoader[Keyed, tuple[Progress, ...] | None] = self._by_run(self._rank_cards)
        self.helpers: DataLoader[Keyed, Helpers | None] = self._by_run(self._helpers)
        self.transfers_out: DataLoader[Keyed, Transfer | None] = self._by_run(transfers.transfers_out)
        self.transfers_in: DataLoader[tuple[int, Stretch, str], Page[Transfer] | None]
        self.transfers_in = self._by_run(transfers.transfers_in)
        self.transfer_totals: DataLoader[int, int] = self._each(
            lambda graph, reach, number: transfers.transfer_total(graph, reach, self.runs[number])
        )
        self.places: DataLoader[tuple[int, str, str], CompressedPlace | None] = self._by_run(self._places)
        self.compressed_frontlines: DataLoader[tuple[int, str, Stretch, str], Page[Standing] | None]
        self.compressed_frontlines = self._by_run(overlays.compressed_frontlines)
        self.orders: DataLoader[str, Order | None] = self._by(orders.orders)
        self.prospects: DataLoader[str, Prospect | None] = self._by(prospects.prospects)
        self.order_lines: DataLoader[tuple[int, str], tuple[Shown, ...]] = self._by(
            self._order_lines, long=True
        )
        self.lines: DataLoader[LinesKey, ShownPage] = self._each(self._lines)
        self.line_totals: DataLoader[tuple[int, str, str | None, bool], int] = self._each(
            self._line_total, long=True
        )
        self.explanations: DataLoader[ExplanationKey, dict[str, Any]] = self._each(self._explanation)

    async def ask(self, function: Callable[..., V], *arguments: Any) -> V:
        """Call a reading function on the event loop, which goes on while the database works."""
        return await self.graph.ask(function, *arguments)

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

    def _by(
        self, load: Callable[[Graph, Reach, list[K]], Mapping[K, V | Exception]], *, long: bool = False
    ) -> "DataLoader[K, Any]":
        """A loader that reads all keys at once, within reach; a key without a result is None.

        `long` says that `load` computes for long between its reads: a thread takes it, so that the requests
        of others go on. Counting a leader's lines does: each is built of a row, tens of thousands of them.
        """
        # Partials of functions that exist already: functions made here would cost each request a millisecond.
        return DataLoader(partial(self._many, load, long))

    async def _many(self, load: Callable[..., Mapping[Any, Any]], long: bool, keys: list[Any]) -> list[Any]:
        if long:
            by_key = await self.graph.ask_long(self.threads, load, self.graph, self.reach, keys)
        else:
            by_key = await self.ask(load, self.graph, self.reach, keys)
        return [by_key.get(key) for key in keys]

    def _each(self, load: Callable[[Graph, Reach, K], V], *, long: bool = False) -> "DataLoader[K, Any]":
        """A loader that reads key by key; a key that is refused fails alone."""
        return self._by(partial(_one_by_one, load), long=long)

    def _by_group(self, load: Callable[..., dict[str, V]]) -> "DataLoader[Any, Any]":
        """A loader of keys that end in a member's id: one read for all members who share the rest.

        `load` takes the graph, the reach, the ids, and the rest of the key.
        """
        return self._by(partial(_grouped, load))

    def _by_run(self, load: Callable[..., dict[str, V]]) -> "DataLoader[Any, Any]":
        """The same for keys that begin with a run's number; `load` takes the run after the reach."""
        return self._by_group(partial(self._in_run, load))

    def _in_run(
        self,
        load: Callable[..., V],
        graph: Graph,
        reach: Reach,
        member_ids: list[str],
        number: int,
        *shared: Any,
    ) -> V:
        return load(graph, reach, self.runs[number], member_ids, *shared)

    def _live_figures(
        self, graph: Graph, reach: Reach, member_ids: list[str], number: int, _moved: bool
    ) -> dict[str, LiveFigures]:
        return live.live_figures(graph, reach, self.live_runs[number], member_ids)

    def _run_of(self, order: Order, plan: str | None) -> RunRecord | None:
        day = order.ordered_at.date()
        for run in runs.around(self.graph, day, plan, MOST_RUNS_OF_DAY):
            if orders.seen_by(run, self.finished.plan(run), order):
                return run
        return None

    def _rank_cards(
        self, graph: Graph, reach: Reach, run: RunRecord, member_ids: list[str]
    ) -> dict[str, tuple[Progress, ...]]:
        return ranks.progress(graph, reach, run, self.finished.plan(run), member_ids)

    def _helpers(
        self, graph: Graph, reach: Reach, run: RunRecord, member_ids: list[str]
    ) -> dict[str, Helpers]:
        return ranks.contributions(graph, reach, run, self.finished.plan(run), member_ids)

    def _explanation(self, graph: Graph, reach: Reach, key: "ExplanationKey") -> dict[str, Any]:
        run = self.runs[key[0]]
        return {
            "run": run.number,
            **as_json(explain(graph, reach, run, *key[1:]), self.finished.plan(run)),
        }

    def _places(
        self, graph: Graph, reach: Reach, run: RunRecord, member_ids: list[str], label: str
    ) -> dict[str, CompressedPlace]:
        return overlays.places(graph, reach, run, self.finished.plan(run), member_ids, label)

    def _uplines(
        self,
        graph: Graph,
        reach: Reach,
        run: RunRecord,
        member_ids: list[str],
        tree: str,
        overlay: str | None,
        stretch: Stretch,
    ) -> dict[str, Page[Standing]]:
        index, which = (None, tree) if overlay is None else overlays.find(run, overlay)
        return standings.uplines(graph, reach, run, member_ids, stretch, which, index)

    def _lines(self, graph: Graph, reach: Reach, key: "LinesKey") -> "ShownPage":
        number, member_id, bonus, unpaid, first, after = key
        run = self.runs[number]
        plan = self.finished.plan(run)
        page, places, more = lines.line_page(
            graph, reach, run, plan, member_id, first, after, bonus, unpaid=unpaid
        )
        return tuple(shown(line, run, plan) for line in page), tuple(places), more

    def _line_total(self, graph: Graph, reach: Reach, key: tuple[int, str, str | None, bool]) -> int:
        number, member_id, bonus, unpaid = key
        run = self.runs[number]
        plan = self.finished.plan(run)
        return lines.line_total(graph, reach, run, plan, member_id, bonus, unpaid=unpaid)

    def _order_lines(
        self, graph: Graph, reach: Reach, keys: list[tuple[int, str]]
    ) -> dict[tuple[int, str], tuple[Shown, ...]]:
        sources = orders.orders(graph, reach, [order_id for _, order_id in keys])
        by_order = {}
        for number, order_id in keys:
            run = self.runs[number]
            plan = self.finished.plan(run)
            source_id = sources[order_id].member_id
            by_order[number, order_id] = tuple(
                shown(line, run, plan)
                for line in lines.lines_of_order(graph, reach, run, plan, order_id, source_id)
            )
        return by_order


def _one_by_one(
    load: Callable[[Graph, Reach, K], V], graph: Graph, reach: Reach, keys: list[K]
) -> dict[K, V | Exception]:
    results: dict[K, V | Exception] = {}
    for key in keys:
        try:
            results[key] = load(graph, reach, key)
        except UplineError as error:
            results[key] = error
    return results


def _grouped(load: Callable[..., dict[str, V]], graph: Graph, reach: Reach, keys: list[Any]) -> dict[Any, V]:
    return {
        (*shared, member_id): value
        for shared, member_ids in _groups(keys).items()
        for member_id, value in load(graph, reach, member_ids, *shared).items()
    }


def _groups(keys: list[Any]) -> dict[Any, list[str]]:
    """Member ids, the last part of each key, by the parts before it."""
    groups: dict[Any, list[str]] = {}
    for *shared, member_id in keys:
        groups.setdefault(tuple(shared), []).append(member_id)
    return groups
