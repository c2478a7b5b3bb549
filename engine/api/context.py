"""What a request has at hand: who asks, and loaders that turn many single questions into one query."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from aiodataloader import DataLoader
from starlette.requests import Request

from engine.answers import lines, overlays, ranks
from engine.answers import results as answers
from engine.answers.overlays import Place
from engine.answers.ranks import Helpers
from engine.answers.results import Earning, Standing
from engine.api import reads
from engine.api.errors import StaleCursorError
from engine.api.http.limits import MOST_CACHED_LINES, MOST_KEYS, MOST_RUNS_OF_DAY
from engine.api.reads import Member, Moved, Order, Reads
from engine.api.types.figures import Shown, shown
from engine.api.types.pages import Page
from engine.errors import UplineError
from engine.explain.explanation import OrderNotCountedError, as_json, explain
from engine.graph.database import Graph, Row
from engine.passes.record import NoRunError, RunRecord
from engine.passes.replay import plan_of, window_of
from engine.plans.plan import Plan

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Keyed = tuple[int, str]
"""A run's number and a member's id."""
Asked = tuple[int, str, str, str | None]
"""What an explanation is asked for: a run's number, a member, an order, and one bonus or all."""


class Finished:
    """What finished runs have once been asked for: their plans, and lines for the next page.

    A finished run never changes, so nothing here grows old; it is only kept small.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._plans: dict[Hashable, Plan] = {}
        self._lines: OrderedDict[Hashable, tuple[Shown, ...]] = OrderedDict()

    def plan(self, run: RunRecord) -> Plan:
        """The plan of a run; raises RulesChangedError."""
        key = (run.number, run.finished_at)
        if key not in self._plans:
            self._plans[key] = plan_of(run)
        return self._plans[key]

    def lines(self, graph: Graph, run: RunRecord, member_id: str, bonus: str | None) -> tuple[Shown, ...]:
        """Every line that names a member as payee, paid or not, of one bonus or of all bonuses."""
        key = (run.number, run.finished_at, member_id, bonus)
        with self._lock:
            if key in self._lines:
                self._lines.move_to_end(key)
                return self._lines[key]
        plan = self.plan(run)
        window = window_of(run, plan)
        found = tuple(
            shown(line, run, plan)
            for each in plan.bonuses
            if bonus in (None, each.name) and each.name in _due(run)
            for line in lines.lines(graph, plan, run.number, window, each, "of_payee", payee_id=member_id)
        )
        with self._lock:
            self._lines[key] = found
            kept = sum(map(len, self._lines.values()))
            while kept > MOST_CACHED_LINES and len(self._lines) > 1:
                kept -= len(self._lines.popitem(last=False)[1])
        return found


@dataclass
class Context:
    """One request: who asks (nobody is known yet), the database within its time, and the loaders."""

    request: Request
    graph: Reads
    finished: Finished
    threads: anyio.CapacityLimiter
    viewer: None = None
    runs: dict[int, RunRecord] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.members: DataLoader[str, Member | None] = self._by(reads.members)
        self.member_totals: DataLoader[str, int] = self._by(
            lambda graph, starts: {each: reads.member_total(graph, each) for each in starts}
        )
        self.belows: DataLoader[tuple[str, str, int, str], Page[Member] | None] = self._by(self._belows)
        self.latest: DataLoader[tuple[str | None, str | None], RunRecord | None] = self._by(self._latest)
        self.standings: DataLoader[Keyed, Standing | None] = self._by_run(answers.standings)
        self.frontlines: DataLoader[tuple[int, str, int, str], Page[Standing] | None] = self._by(
            self._frontlines
        )
        self.uplines: DataLoader[tuple[int, str, int], Page[Standing] | None] = self._by(self._uplines)
        self.earnings: DataLoader[Keyed, tuple[Earning, ...] | None] = self._by_run(reads.earnings)
        self.rank_cards: DataLoader[Keyed, list[Row] | None] = self._by_run(self._rank_cards)
        self.helpers: DataLoader[Keyed, Helpers | None] = self._by_run(self._helpers)
        self.given: DataLoader[Keyed, Moved | None] = self._by_run(reads.given)
        self.received: DataLoader[tuple[int, int, str, str], Page[Moved] | None] = self._by(self._received)
        self.transfer_totals: DataLoader[int, int] = self._by(reads.transfer_totals)
        self.places: DataLoader[tuple[int, str, str], Place | None] = self._by(self._places)
        self.compressed_frontlines: DataLoader[tuple[int, str, int, str, str], Page[Standing] | None]
        self.compressed_frontlines = self._by(self._compressed_frontlines)
        self.orders: DataLoader[str, Order | None] = self._by(reads.orders)
        self.order_lines: DataLoader[tuple[int, str], tuple[Shown, ...]] = self._by(self._order_lines)
        self.lines: DataLoader[tuple[int, str, str | None], tuple[Shown, ...]] = self._by(self._lines)
        self.explanations: DataLoader[Asked, dict[str, Any]] = self._by(self._explanations)

    async def ask(self, function: Callable[..., V], *given: Any) -> V:
        """Call a reading function in a thread: the driver waits there, the event loop goes on."""
        return await anyio.to_thread.run_sync(function, *given, limiter=self.threads, abandon_on_cancel=True)

    async def run(self, period: str | None, plan: str | None) -> RunRecord:
        """The complete run of a period and plan, without them the latest; raises NoRunError."""
        found = await self.latest.load((period, plan))
        if found is None:
            what = "".join([f" of {period}" if period else "", f" by {plan}" if plan else ""])
            raise NoRunError(f"there is no complete run{what}", todo="`upline run` computes one.")
        return self.known(found)

    def known(self, run: RunRecord) -> RunRecord:
        """Remember a run for the fields below it."""
        return self.runs.setdefault(run.number, run)

    async def run_of(self, order: Order, period: str | None, plan: str | None) -> RunRecord:
        """The newest complete run that counted an order; raises OrderNotCountedError."""
        found = await self.ask(self._run_of, order, period, plan)
        if found is None:
            raise OrderNotCountedError(f"no complete run has counted the order {order.order_id}")
        return self.known(found)

    def checked(self, run: int, key: str) -> int:
        """The position in a cursor into a run's lines; raises StaleCursorError when the run is another."""
        number, _, position = key.partition(":")
        if number != str(run) or not position.isdecimal():
            raise StaleCursorError(
                "the cursor belongs to another run than this answer", todo="Start again at the first page."
            )
        return int(position)

    def _by(self, load: Callable[[Graph, list[K]], dict[K, V]]) -> "DataLoader[K, Any]":
        async def many(keys: list[K]) -> list[V | None]:
            found = await self.ask(load, self.graph, keys)
            return [found.get(key) for key in keys]

        return DataLoader(many, max_batch_size=MOST_KEYS)

    def _by_run(
        self, load: Callable[[Graph, RunRecord, list[str]], dict[str, V]]
    ) -> "DataLoader[Keyed, Any]":
        def grouped(graph: Graph, keys: list[Keyed]) -> dict[Keyed, V]:
            return {
                (number, member_id): value
                for (number,), member_ids in _groups(keys).items()
                for member_id, value in load(graph, self.runs[number], member_ids).items()
            }

        return self._by(grouped)

    def _run_of(self, order: Order, period: str | None, plan: str | None) -> RunRecord | None:
        day = order.ordered_at.date()
        for run in reads.runs(self.graph, period, plan, day=day, most=MOST_RUNS_OF_DAY):
            window = window_of(run, self.finished.plan(run))
            counted = window["start"] <= order.ordered_at < window["end"]  # type: ignore[operator]
            if counted and order.import_no <= window["cut"]:  # type: ignore[operator]
                return run
        return None

    def _latest(
        self, graph: Graph, keys: list[tuple[str | None, str | None]]
    ) -> dict[tuple[str | None, str | None], RunRecord]:
        found = {key: reads.runs(graph, *key) for key in keys}
        return {key: each[0] for key, each in found.items() if each}

    def _belows(
        self, graph: Graph, keys: list[tuple[str, str, int, str]]
    ) -> dict[tuple[str, str, int, str], Page[Member]]:
        return {
            (tree, member_id, first, after): found
            for (tree, first, after), member_ids in _groups(
                [(tree, first, after, member_id) for tree, member_id, first, after in keys]
            ).items()
            for member_id, found in reads.below(graph, tree, member_ids, first, after).items()
        }

    def _frontlines(
        self, graph: Graph, keys: list[tuple[int, str, int, str]]
    ) -> dict[tuple[int, str, int, str], Page[Standing]]:
        return {
            (number, member_id, first, after): found
            for (number, first, after), member_ids in _groups(
                [(number, first, after, member_id) for number, member_id, first, after in keys]
            ).items()
            for member_id, found in reads.frontlines(
                graph, self.runs[number], member_ids, first, after
            ).items()
        }

    def _uplines(
        self, graph: Graph, keys: list[tuple[int, str, int]]
    ) -> dict[tuple[int, str, int], Page[Standing]]:
        return {
            (number, member_id, first): found
            for (number, first), member_ids in _groups(
                [(number, first, member_id) for number, member_id, first in keys]
            ).items()
            for member_id, found in reads.uplines(graph, self.runs[number], member_ids, first).items()
        }

    def _rank_cards(self, graph: Graph, run: RunRecord, member_ids: list[str]) -> dict[str, list[Row]]:
        return answers.rank_cards(graph, run, self.finished.plan(run), member_ids)

    def _helpers(self, graph: Graph, run: RunRecord, member_ids: list[str]) -> dict[str, Helpers]:
        return ranks.contributions(graph, self.finished.plan(run), run.number, member_ids)

    def _explanations(self, graph: Graph, keys: list["Asked"]) -> "dict[Asked, dict[str, Any] | Exception]":
        """Each by itself; what one of them is refused for is the answer to that one."""
        found: dict[Asked, dict[str, Any] | Exception] = {}
        for key in keys:
            run = self.runs[key[0]]
            try:
                found[key] = as_json(explain(graph, run, *key[1:]), self.finished.plan(run))
            except UplineError as error:
                found[key] = error
        return found

    def _received(
        self, graph: Graph, keys: list[tuple[int, int, str, str]]
    ) -> dict[tuple[int, int, str, str], Page[Moved]]:
        return {
            (number, first, after, member_id): found
            for (number, first, after), member_ids in _groups(keys).items()
            for member_id, found in reads.received(graph, self.runs[number], member_ids, first, after).items()
        }

    def _places(self, graph: Graph, keys: list[tuple[int, str, str]]) -> dict[tuple[int, str, str], Place]:
        found = {}
        for (number, label), member_ids in _groups(keys).items():
            run = self.runs[number]
            plan = self.finished.plan(run)
            overlay = plan.overlays[overlays.find(run, label)[0]]
            for member_id, place in overlays.places(graph, run, plan, overlay, member_ids).items():
                found[number, label, member_id] = place
        return found

    def _compressed_frontlines(
        self, graph: Graph, keys: list[tuple[int, str, int, str, str]]
    ) -> dict[tuple[int, str, int, str, str], Page[Standing]]:
        return {
            (number, label, first, after, member_id): found
            for (number, label, first, after), member_ids in _groups(keys).items()
            for member_id, found in reads.compressed_frontlines(
                graph, self.runs[number], label, member_ids, first, after
            ).items()
        }

    def _lines(
        self, graph: Graph, keys: list[tuple[int, str, str | None]]
    ) -> dict[tuple[int, str, str | None], tuple[Shown, ...]]:
        return {
            (number, member_id, bonus): self.finished.lines(graph, self.runs[number], member_id, bonus)
            for number, member_id, bonus in keys
        }

    def _order_lines(
        self, graph: Graph, keys: list[tuple[int, str]]
    ) -> dict[tuple[int, str], tuple[Shown, ...]]:
        sources = reads.orders(graph, [order_id for _, order_id in keys])
        found = {}
        for number, order_id in keys:
            run = self.runs[number]
            plan = self.finished.plan(run)
            lines = answers.lines_of_order(graph, run, plan, order_id, sources[order_id].member_id)
            found[number, order_id] = tuple(
                shown(line, run, plan) for line in lines if line.bonus in _due(run)
            )
        return found


def _due(run: RunRecord) -> set[str]:
    """The bonuses that the run paid: some plans pay some of them by the week and others by the month."""
    return {total["bonus"] for total in run.totals}


def _groups(keys: list[Any]) -> dict[Any, list[str]]:
    """Member ids, the last part of each key, by the parts before it."""
    found: dict[Any, list[str]] = {}
    for *shared, member_id in keys:
        found.setdefault(tuple(shared), []).append(member_id)
    return found
