"""Statements that screens need, planned by Neo4j before anybody waits for them.

Neo4j plans a statement when it first gets it, which takes up to a second for a long one, and keeps the plan
until it stops. EXPLAIN leaves most of that work undone. So the statements are run, with the ids of nobody.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Self

from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.answers import (
    above,
    downline,
    history,
    lines,
    members,
    order_pages,
    orders,
    pay,
    ranks,
    runs,
    search,
    standings,
    today,
)
from engine.answers.downline import Conditions
from engine.answers.order_pages import OrderFilter
from engine.answers.pages import Stretch
from engine.answers.sorting import Sort
from engine.answers.within import ids_in_reach
from engine.api.serving.probe import DatabaseState
from engine.api.timed import TimedGraph
from engine.errors import UplineError
from engine.genealogy.changes.lane import read_company
from engine.graph import driver
from engine.graph.database import Graph, Row
from engine.graph.queries import Query, query
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of

MAIN_S = 20.0
"""Seconds for which /ready waits for the main statements: a busy Neo4j is slow to plan, but it answers."""
STATEMENT_S = 60.0
"""Seconds in which one answer for nobody has to come."""
END_S = 1.0
"""Seconds for the read under way when the server ends."""
NOBODY = " "
"""The id of nobody: ids begin and end with something else than a space."""
PAGE = Stretch(1)

Read = Callable[[Graph, Reach], object]


class Planning:
    """Has the statements planned in a thread: once at the start, and again whenever Neo4j is back."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._texts: set[str] = set()
        self._main, self._wanted, self._over = threading.Event(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._watch, name="planning", daemon=True)
        self._patience = threading.Timer(MAIN_S, self._main.set)
        self._patience.daemon = True

    def __enter__(self) -> Self:
        self._wanted.set()
        self._thread.start()
        self._patience.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        self._wanted.set()
        self._patience.cancel()
        self._thread.join(END_S)

    @property
    def waiting(self) -> bool:
        """Whether the main statements are still to be planned, and there is patience left."""
        return not self._main.is_set()

    @property
    def texts(self) -> frozenset[str]:
        """The statements that are planned; a copy."""
        return frozenset(self._texts)

    def changed(self, state: DatabaseState) -> None:
        """Plan again where Neo4j answers again: it may have been started anew."""
        if state.ok and not self.waiting:
            self._wanted.set()

    def _watch(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._over.is_set():
                return
            with suppress(UplineError, driver.DriverError, driver.Neo4jError, OSError):
                self.plan()
            self._main.set()  # whatever went wrong, /ready has other ways to know

    def plan(self) -> None:
        """Run every statement once. In a company without members or runs there is nothing to plan for yet."""
        if not members.member_total(self._reading(), Reach.everything):
            return
        run = runs.newest(self._reading())
        main, others = of_members(), list(of_searches())
        if run is not None:
            main, others = [*of_run(run), *main], [*others, *of_details(run)]
        for reads in (main, others):
            for read in reads:
                if self._over.is_set():
                    return
                with suppress(UplineError):  # a plan that no longer reads, a group too large: as for a client
                    read(self._reading(), Reach.everything)
            self._main.set()

    def _reading(self) -> "_Noting":
        return _Noting(self._graph, self._texts)


class _Noting(TimedGraph):
    """A database for the reads of nobody, which notes their statements once they are answered."""

    def __init__(self, graph: Graph, texts: set[str]) -> None:
        super().__init__(graph, STATEMENT_S)
        self._texts = texts

    def read(self, name: str | Query, /, **parameters: object) -> list[Row]:
        """Rows of a reading query."""
        rows = super().read(name, **parameters)
        self._texts.add(query(name).text if isinstance(name, str) else name.text)
        return rows


def of_run(run: RunRecord) -> list[Read]:
    """What the first screens read of a run, the most frequent first."""
    a_member = Reach(Viewer(NOBODY, Role.MEMBER, NOBODY))
    plan = plan_of(run)
    return [
        lambda graph, _reach: a_member.places.of(graph, run, NOBODY),
        lambda graph, reach: standings.families(graph, reach, run, [NOBODY], PAGE),
        lambda graph, reach: standings.standings(graph, reach, run, [NOBODY]),
        lambda graph, reach: standings.frontlines(graph, reach, run, [NOBODY], PAGE),
        lambda graph, reach: standings.roots(graph, reach, run, PAGE),
        lambda graph, _reach: ids_in_reach(graph, a_member, run, [NOBODY]),
        lambda graph, reach: ranks.progress(graph, reach, run, plan, [NOBODY]),
        lambda graph, reach: pay.earnings(graph, reach, run, [NOBODY]),
        *(
            partial(_downline, run, sort)
            for sort in (Sort("member"), Sort("group_volume", descending=True))
        ),
        lambda graph, reach: downline.downline_totals(graph, reach, run, [NOBODY], "main", Conditions()),
        lambda graph, reach: standings.uplines(graph, reach, run, [NOBODY], PAGE),
    ]  # fmt: skip


def _downline(run: RunRecord, sort: Sort, graph: Graph, reach: Reach) -> object:
    return downline.downlines(graph, reach, run, [NOBODY], "main", Conditions(), sort, PAGE)


def of_members() -> list[Read]:
    """What the first screens read of members as of today."""
    return [
        lambda graph, _reach: members.member_status(graph, NOBODY),
        lambda graph, _reach: read_company(graph),
        lambda graph, reach: members.members(graph, reach, [NOBODY]),
        lambda graph, reach: members.member_page(graph, reach, NOBODY, PAGE),
    ]


def of_searches() -> Iterator[Read]:
    """What screens read of today's trees, and by search."""
    yield lambda graph, reach: search.search_page(graph, reach, NOBODY + "nobody", "", PAGE)
    for tree in ("sponsor", "placement"):
        yield partial(_tree_today, tree)
    yield lambda graph, reach: today.waiting_pages(graph, reach, [NOBODY], PAGE)


def _tree_today(tree: str, graph: Graph, reach: Reach) -> None:
    members.directly_below(graph, reach, [NOBODY], tree, PAGE)
    today.uplines_today(graph, reach, [NOBODY], tree, PAGE)
    today.downlines_today(graph, reach, [NOBODY], tree, Conditions(), Sort("member"), PAGE)
    today.downline_totals_today(graph, reach, [NOBODY], tree, Conditions())


def of_details(run: RunRecord) -> Iterator[Read]:
    """What screens read of a run that are opened from the first ones."""
    plan, every = plan_of(run), OrderFilter()
    yield lambda graph, reach: ranks.contributions(graph, reach, run, plan, [NOBODY])
    yield lambda graph, reach: lines.line_page(graph, reach, run, plan, NOBODY, 1, unpaid=True)
    yield lambda graph, reach: history.history(graph, reach, NOBODY, 1)
    yield lambda graph, reach: downline.level_counts(graph, reach, run, [NOBODY], "main", 10)
    yield lambda graph, reach: above.above(graph, reach, run, [NOBODY], 1)
    yield lambda graph, reach: order_pages.orders_of_member(graph, reach, NOBODY, every, 1)
    yield lambda graph, reach: order_pages.counted_orders(graph, reach, run, plan, NOBODY, every, 1)
    yield lambda graph, reach: search.in_group_of_run(graph, reach, run, NOBODY, "main", "nobody")
    yield lambda graph, reach: orders.orders(graph, reach, [NOBODY])
