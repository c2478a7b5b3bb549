"""The lookups of a request: loaders that combine many single reads into one query."""

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import anyio

from engine.access.reach import Reach
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
from engine.answers.orders import Order
from engine.answers.overlays import CompressedPlace
from engine.answers.pages import Page, Stretch
from engine.answers.pay import Earning
from engine.answers.prospects import Prospect
from engine.answers.ranks import Helpers, Progress
from engine.answers.sorting import Sort
from engine.answers.standings import Standing
from engine.answers.today import BelowToday
from engine.answers.transfers import Transfer
from engine.api.loaders import DataLoader, Loader
from engine.api.newest import Finished, RunKey
from engine.api.timed import TimedGraph
from engine.api.types.figures import Shown, shown
from engine.errors import UplineError
from engine.explain.explanation import as_json, explain
from engine.graph.database import Graph
from engine.ledger.balances import Balance
from engine.passes.record import RunRecord, result

if TYPE_CHECKING:
    pass

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


class Lookups:
    """The loaders of a request. Each is made when a field first needs it: most requests need few of them."""

    graph: TimedGraph
    finished: Finished
    threads: anyio.CapacityLimiter
    reach: Reach
    runs: dict[int, RunRecord]
    live_runs: dict[int, RunRecord]

    members = Loader[str, Member | None](lambda self: self._by(members.members))
    member_totals = Loader[str, int](lambda self: self._each(members.member_total))
    belows = Loader[tuple[str, Stretch, str], Page[Member] | None](
        lambda self: self._by_group(members.directly_below)
    )
    chosen = Loader[RunKey, RunRecord](
        lambda self: self._each(
            lambda graph, _reach, key: result(graph, *key, todo="`runs` lists those there are.")
        )
    )
    live_choices = Loader[RunKey, RunRecord | None](
        lambda self: self._each(lambda graph, _reach, key: live.live_run(graph, *key[:2]))
    )
    live_figures = Loader[tuple[int, bool, str], LiveFigures | None](
        lambda self: self._by_group(self._live_figures)
    )
    standings = Loader[Keyed, Standing | None](lambda self: self._by_run(standings.standings))
    frontlines = Loader[tuple[int, Stretch, str], Page[Standing] | None](
        lambda self: self._by_run(standings.frontlines)
    )
    families = Loader[tuple[int, Stretch, str], tuple[Standing, Page[Standing]] | None](
        lambda self: self._by_run(standings.families)
    )
    uplines = Loader[tuple[int, str, str | None, Stretch, str], Page[Standing] | None](
        lambda self: self._by_run(self._uplines)
    )
    downlines = Loader[DownlineKey, Page[Below] | None](lambda self: self._by_run(downline.downlines))
    downline_totals = Loader[tuple[int, str, Conditions, str], int](
        lambda self: self._by_run(downline.downline_totals)
    )
    level_counts = Loader[tuple[int, str, int, str], tuple[tuple[int, int, int], ...] | None](
        lambda self: self._by_run(downline.level_counts)
    )
    duplications = Loader[TeamKey, Team | None](lambda self: self._by_run(duplication.duplications))
    one_tree = Loader[tuple[()], bool](
        lambda self: self._each(lambda graph, reach, _key: standings.one_tree(graph, reach))
    )
    uplines_today = Loader[tuple[str, Stretch, str], Page[Member] | None](
        lambda self: self._by_group(today.uplines_today)
    )
    downlines_today = Loader[TodayKey, Page[BelowToday] | None](
        lambda self: self._by_group(today.downlines_today)
    )
    downline_totals_today = Loader[tuple[str, Conditions, str], int](
        lambda self: self._by_group(today.downline_totals_today)
    )
    waiting = Loader[WaitingKey, Page[Member] | None](lambda self: self._by_group(today.waiting_pages))
    above = Loader[tuple[int, int, str], tuple[PersonAbove, ...] | None](
        lambda self: self._by_run(above.above)
    )
    balances = Loader[BalancesKey, tuple[Balance, ...] | None](lambda self: self._by_group(ledger.balances))
    earnings = Loader[Keyed, tuple[Earning, ...] | None](lambda self: self._by_run(pay.earnings))
    corrections = Loader[Keyed, tuple[Correction, ...] | None](
        lambda self: self._by_run(corrections.corrections)
    )
    rank_cards = Loader[Keyed, tuple[Progress, ...] | None](lambda self: self._by_run(self._rank_cards))
    helpers = Loader[Keyed, Helpers | None](lambda self: self._by_run(self._helpers))
    transfers_out = Loader[Keyed, Transfer | None](lambda self: self._by_run(transfers.transfers_out))
    transfers_in = Loader[tuple[int, Stretch, str], Page[Transfer] | None](
        lambda self: self._by_run(transfers.transfers_in)
    )
    transfer_totals = Loader[int, int](
        lambda self: self._each(
            lambda graph, reach, number: transfers.transfer_total(graph, reach, self.runs[number])
        )
    )
    places = Loader[tuple[int, str, str], CompressedPlace | None](lambda self: self._by_run(self._places))
    compressed_frontlines = Loader[tuple[int, str, Stretch, str], Page[Standing] | None](
        lambda self: self._by_run(overlays.compressed_frontlines)
    )
    orders = Loader[str, Order | None](lambda self: self._by(orders.orders))
    prospects = Loader[str, Prospect | None](lambda self: self._by(prospects.prospects))
    order_lines = Loader[tuple[int, str], tuple[Shown, ...]](
        lambda self: self._by(self._order_lines, long=True)
    )
    lines = Loader[LinesKey, ShownPage](lambda self: self._each(self._lines))
    line_totals = Loader[tuple[int, str, str | None, bool], int](
        lambda self: self._each(self._line_total, long=True)
    )
    explanations = Loader[ExplanationKey, dict[str, Any]](lambda self: self._each(self._explanation))

    async def ask(self, function: Callable[..., V], *arguments: Any) -> V:
        """Call a reading function on the event loop, which goes on while the database works."""
        return await self.graph.ask(function, *arguments)

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
