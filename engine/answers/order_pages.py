"""Lists of orders: a member's of all time, and those that a run counted for a member or for a whole group."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.access.areas import Area
from engine.access.reach import Reach
from engine.answers.lines import MOST_SOURCES, SOURCES, in_index_order
from engine.answers.members import FIRST
from engine.answers.orders import Order, orders
from engine.answers.pages import Page, empty
from engine.answers.within import seen_in
from engine.composition.trees import DEPTHS, SPANS
from engine.errors import UplineError
from engine.graph.database import Graph, Row
from engine.graph.queries import query
from engine.passes.record import RunRecord
from engine.passes.replay import period_of, window_of
from engine.period import Period, period
from engine.plans.plan import Plan


class NoDaysError(UplineError):
    """The days that are looked for end before they begin."""


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders of a list: kinds, and days from the first to the last; None is no condition."""

    kinds: tuple[str, ...] | None = None
    first_day: date | None = None
    last_day: date | None = None

    def __post_init__(self) -> None:
        """Raises NoDaysError."""
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise NoDaysError(f"{self.first_day} comes after {self.last_day}", todo="Turn the days round.")

    @property
    def listed(self) -> list[str] | None:
        """The kinds as a parameter."""
        return None if self.kinds is None else list(self.kinds)


def in_period(name: str, chosen: OrderFilter) -> OrderFilter:
    """The same filter within a period by its name; raises BadPeriodError, and NoDaysError outside of it."""
    days = period(name)
    first, last = chosen.first_day or days.first, chosen.last_day or days.last
    return OrderFilter(chosen.kinds, max(first, days.first), min(last, days.last))


def orders_of_member(
    graph: Graph, reach: Reach, member_id: str, chosen: OrderFilter, first: int, after: str = ""
) -> Page[Order]:
    """A page of a member's orders, newest first, after the order of an id; without a total."""
    if not reach.sees(Area.ORDERS, member_id):
        return empty()
    row = _of_member(graph, member_id, chosen, first + 1, after or None, counted=False)
    return _page(graph, reach, row["order_ids"], first, after)


def order_total(graph: Graph, reach: Reach, member_id: str, chosen: OrderFilter) -> int:
    """How many orders of a member a filter lets through."""
    if not reach.sees(Area.ORDERS, member_id):
        return 0
    return int(_of_member(graph, member_id, chosen, 0, None, counted=True)["total"])


def _of_member(
    graph: Graph, member_id: str, chosen: OrderFilter, first: int, after: str | None, *, counted: bool
) -> Row:
    return graph.read(
        "answers/orders_of_member",
        member_id=member_id, from_day=chosen.first_day, to_day=chosen.last_day, kinds=chosen.listed,
        after=after, first=first, counted=counted,
    )[0]  # fmt: skip


def counted_orders(
    graph: Graph,
    reach: Reach,
    run: RunRecord,
    plan: Plan,
    member_id: str,
    chosen: OrderFilter,
    first: int,
    after: str = "",
    *,
    group: bool = False,
) -> Page[Order]:
    """A page of the orders that a run counted for a member, with `group` for everyone below too.

    They are sorted by member, then by time, and begin after the order of an id. Members are looked at in the
    order of their ids until the page is full.
    """
    if not seen_in(graph, reach, run, Area.ORDERS, member_id):
        return empty()
    before = orders(graph, reach, [after]).get(after) if after else None
    if after and before is None:
        return empty()
    ids: list[str] = []
    for found in _counted(graph, run, plan, member_id, chosen, first + 1, before, group):
        ids += found
        if len(ids) > first:
            break
    return _page(graph, reach, ids[: first + 1], first, after)


def counted_order_total(
    graph: Graph,
    reach: Reach,
    run: RunRecord,
    plan: Plan,
    member_id: str,
    chosen: OrderFilter,
    *,
    group: bool = False,
) -> int:
    """How many orders of such a list there are, on all pages; of a group this visits every member."""
    if not seen_in(graph, reach, run, Area.ORDERS, member_id):
        return 0
    statement = query("answers/orders_of_group_count").fill(
        levels="" if group else "0", orders=query("bonuses/orders")
    )
    days = _days(run, plan, chosen)
    return int(graph.value(statement, run=run.number, member_id=member_id, **days, **_window(run, plan)))


def _counted(
    graph: Graph,
    run: RunRecord,
    plan: Plan,
    member_id: str,
    chosen: OrderFilter,
    first: int,
    before: Order | None,
    group: bool,
) -> Iterator[list[str]]:
    """The ids of such orders, from some members of the group at a time."""
    payee = graph.read("answers/payee", run=run.number, member_id=member_id)[0]
    start, end, _ = payee["main"]
    large = group and in_index_order(payee, "main")
    place = {
        "after_member": before.member_id if before else None,
        "after_at": before.ordered_at if before else None,
        "after_id": before.order_id if before else None,
    }
    pieces = {"sources": "source.orders > 0"}
    if large:
        pieces |= {"first": SPANS["main"][0], "depth": DEPTHS["main"]}
        where: dict[str, object] = {"span_first": start, "span_end": end, "deepest": None}
    else:
        pieces["levels"] = "" if group else "0"
        where = {"payee_id": member_id}
    members = query(f"bonuses/next_{'within' if large else 'below'}").fill(**pieces)
    statement = query("answers/orders_of_group").fill(chosen=members, orders=query("bonuses/orders"))
    looked_at, batch = before.member_id if before else "", SOURCES
    while looked_at is not None:
        row = graph.read(
            statement,
            run=run.number, **where, **place, **_days(run, plan, chosen), **_window(run, plan),
            first=first, batch=batch, **{"from": looked_at},
        )[0]  # fmt: skip
        yield row["order_ids"]
        looked_at = row["looked_at"] and row["looked_at"] + FIRST
        batch = min(2 * batch, MOST_SOURCES)


def _days(run: RunRecord, plan: Plan, chosen: OrderFilter) -> dict[str, object]:
    """The filter as parameters, its days as instants of the plan's time zone."""

    def midnight(day: date) -> datetime:
        return Period(day.isoformat(), day, day, period_of(run, plan).zone).start

    last = chosen.last_day
    return {
        "kinds": chosen.listed,
        "from_day": midnight(chosen.first_day) if chosen.first_day else None,
        "to_day": midnight(last + timedelta(days=1)) if last and last < date.max else None,
    }


def _window(run: RunRecord, plan: Plan) -> dict[str, object]:
    window = window_of(run, plan)
    return {name: window[name] for name in query("bonuses/orders").params}


def _page(graph: Graph, reach: Reach, ids: list[str], first: int, after: str) -> Page[Order]:
    by_id = orders(graph, reach, ids)
    known = [by_id[order_id] for order_id in ids if order_id in by_id]
    nodes = tuple(known[:first])
    return Page(nodes, tuple(order.order_id for order in nodes), len(ids) > first, None, bool(after))
