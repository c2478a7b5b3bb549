"""A change set under way: every statement that writes the company's state, and a count of what it wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from engine.errors import UplineError
from engine.genealogy.changes.closed import refuse_closed
from engine.genealogy.changes.edges import add_first, replace
from engine.genealogy.changes.kept import Keeper
from engine.genealogy.changes.kinds import BY_MEMBER, FOLLOWED, OPERATIONS
from engine.genealogy.changes.lane import Company, CompanyChangedError, enter, signed, take_number
from engine.genealogy.changes.requests import DAYS, Request
from engine.genealogy.timelines import Edge
from engine.graph.claims import WorkClaim
from engine.graph.database import Ask, Graph, Row
from engine.graph.queries import Query

if TYPE_CHECKING:  # the commands that write nothing do without it
    from datetime import date

    import pyarrow as pa

BATCH = 10_000
"""Rows written in one transaction."""
MOST_TOUCHED = 1_000
"""Members whom the node of a change lists; one that touches more lists none."""

Tick = Callable[[int], None]
"""Called with how many rows were written since the last call."""


class ChangeLostError(UplineError):
    """The change set is not open any more: another command has taken it for interrupted."""


class ChangeSet:
    """One numbered change of the company's state, open until `complete`.

    `ask` runs each statement: of an import in a transaction of its own (`in_steps`), of a preference all in
    one. A `request` is kept together with its answer when the change set is complete.
    """

    def __init__(
        self,
        ask: Ask,
        number: int,
        tick: Tick = lambda _rows: None,
        request: Request | None = None,
        *,
        in_steps: bool = False,
    ) -> None:
        self.number = number
        self._ask, self._tick, self._request = ask, tick, request
        self._keeper = Keeper(ask, in_steps=in_steps)
        self._counts: Counter[str] = Counter()
        self._ends: dict[str, Any] = {}
        self._openings: list[str] = []
        self._touched: dict[str, None] | None = {}

    def _touch(self, member_ids: Iterable[str | None], rows: int) -> None:
        """Note whom the change touches, as long as they are few: followers of changes read it."""
        if self._touched is None or len(self._touched) + rows > MOST_TOUCHED:
            self._touched = None
            return
        self._touched |= dict.fromkeys(each for each in member_ids if each is not None)

    def count(self, operation: str, rows: int, times: pa.ChunkedArray | None = None) -> None:
        """Note that rows were written, and the first and last of their days or instants (`times`).

        Only what a load wrote without this class calls it from outside.
        """
        assert operation in OPERATIONS, operation
        self._counts[operation] += rows
        if rows and times is not None:
            import pyarrow.compute as pc

            ends = pc.min_max(times).as_py()
            self._ends |= {f"{operation}_first": ends["min"], f"{operation}_last": ends["max"]}

    def touch_many(self) -> None:
        """Note that the change touches more members than its node lists, as a whole company."""
        self._touched = None

    def add_members(self, members: pa.Table) -> None:
        """New members: member_id, name, status, country, owner_id, enrolled_on (date32)."""
        self._write("changes/add_members", _days_as_text(members, "enrolled_on"), number=self.number)
        self.count("members_added", members.num_rows, members["enrolled_on"])

    def add_first_edges(self, tree: str, edges: pa.Table) -> None:
        """First edges of new members in one tree: member_id, parent_id, leg."""
        for rows in _batches(edges):
            add_first(self._ask, tree, rows, self._keeper)

    def update_members(self, members: pa.Table) -> None:
        """Known members with another name, status, country or owner: member_id and these four."""
        self._write("changes/update_members", members, number=self.number)
        self.count("members_updated", members.num_rows)

    def add_customers(self, customers: pa.Table) -> None:
        """New customers: customer_id, name, since (date32), member_id, became."""
        self._write("changes/add_customers", _days_as_text(customers, "since"), number=self.number)
        self.count("customers_added", customers.num_rows)

    def update_customers(self, customers: pa.Table) -> None:
        """Known customers with another name, day or member; the columns of `add_customers`."""
        self._write("changes/update_customers", _days_as_text(customers, "since"), number=self.number)
        self.count("customers_updated", customers.num_rows)

    def add_prospects(self, prospects: pa.Table) -> None:
        """New prospects: prospect_id, member_id, name, source, status, since (date32) and became.

        Whoever they have become knows from then on which prospect it was.
        """
        import pyarrow as pa

        numbers = pa.repeat(pa.scalar(self.number, pa.int64()), prospects.num_rows)
        self._write("changes/new_prospects", prospects.append_column("import_no", numbers))
        self._link(prospects)
        self.count("prospects_added", prospects.num_rows)

    def update_prospects(self, prospects: pa.Table) -> None:
        """Known prospects that have changed; the columns of `add_prospects`."""
        self._write("changes/update_prospects", prospects, number=self.number)
        self._link(prospects)
        self.count("prospects_updated", prospects.num_rows)

    def _link(self, prospects: pa.Table) -> None:
        import pyarrow.compute as pc

        for rows in _batches(prospects.filter(pc.is_valid(prospects["became"]))):
            self._ask("changes/link_prospects", rows=rows)

    def add_orders(self, orders: pa.Table) -> None:
        """New orders: the columns of the orders table, instants as timestamp[us, UTC], figures as int64.

        One with a `counted_at` came late: it counts from then on. Those that a column `corrects` marks, where
        there is one, take back orders of committed periods, and count when those counted.
        """
        import pyarrow.compute as pc

        counted = pc.coalesce(orders["counted_at"], orders["ordered_at"])
        marked = orders["corrects"] if "corrects" in orders.column_names else None
        if marked is not None:
            orders = orders.drop_columns(["corrects"])
        rows = orders.drop_columns(["ordered_at", "counted_at", "refund_of"])
        for prefix, instants in (("", counted), ("placed_", orders["ordered_at"])):
            seconds, micros = _parts(instants)
            rows = rows.append_column(f"{prefix}seconds", seconds)
            rows = rows.append_column(f"{prefix}microseconds", micros)
        rows = rows.append_column("late", pc.is_valid(orders["counted_at"]))
        self._write("changes/add_orders", rows, number=self.number)
        if marked is None:
            self.count("orders_added", orders.num_rows, counted)
        else:
            for batch in _batches(orders.select(["order_id"]).filter(marked)):
                self._ask("changes/mark_correcting", rows=batch)
            others = counted.filter(pc.invert(marked))
            self.count("orders_added", len(others), others)
            self.count("corrections_added", len(counted) - len(others), counted.filter(marked))
        for statement, named in (
            ("changes/add_buyers", "customer_id"),
            ("changes/add_refunds", "refund_of"),
        ):
            links = orders.select(["order_id", named]).filter(pc.is_valid(orders[named]))
            for batch in _batches(links):
                self._ask(statement, rows=batch)

    def add_facts(self, facts: pa.Table, corrected: int) -> None:
        """New facts, and new versions of `corrected` known ones: member_id, name, period, value (int64)."""
        self._write("changes/add_facts", facts, number=self.number)
        if facts.num_rows:
            # A fact without a period holds in every one: an empty name means that.
            self._ends["facts_periods"] = sorted({name or "" for name in facts["period"].to_pylist()})
        self.count("facts_added", facts.num_rows - corrected)
        self.count("facts_corrected", corrected)

    def add_overrides(self, overrides: pa.Table, corrected: int) -> None:
        """New overrides, and new versions of `corrected` ones, with first_day and last_day.

        `changes_from` is the first day on which a row says something else than before.
        """
        days = overrides["changes_from"]
        self._write("changes/add_overrides", overrides.drop_columns(["changes_from"]), number=self.number)
        self.count("overrides_added", overrides.num_rows - corrected, days)
        self.count("overrides_corrected", corrected, days)

    def add_openings(self, openings: pa.Table, corrected: int) -> None:
        """New openings, and new versions of `corrected` ones: columns of the table openings, all as text."""
        named = zip(openings["plan"].to_pylist(), openings["period"].to_pylist(), strict=True)
        self._openings = sorted({f"{plan}\n{name}" for plan, name in named})
        self._add_of_periods("openings", openings, corrected)

    def add_outside_earnings(self, earned: pa.Table, corrected: int) -> None:
        """Earnings from elsewhere, and new versions of `corrected` ones: the table's columns, all as text."""
        self._add_of_periods("outside_earnings", earned, corrected)

    def _add_of_periods(self, name: str, rows: pa.Table, corrected: int) -> None:
        """Rows of a table in which each belongs to one period."""
        self._write(f"changes/add_{name}", rows, number=self.number)
        if rows.num_rows:
            self._ends[f"{name}_periods"] = sorted(set(rows["period"].to_pylist()))
        self.count(f"{name}_added", rows.num_rows - corrected)
        self.count(f"{name}_corrected", corrected)

    def move(self, tree: str, timelines: Mapping[str, Sequence[Edge]], moves: int) -> None:
        """The whole timelines of members with new moves in one tree, and how many moves are new."""
        edges = [edge for timeline in timelines.values() for edge in timeline]
        # Those whom a member has left are touched too: their groups are smaller now.
        self._touch([*timelines, *(edge.parent_id for edge in edges)], len(timelines) + len(edges))
        replace(self._ask, tree, timelines, self.number, self._keeper)
        self.count_moves(tree, timelines, moves)

    def count_moves(self, tree: str, timelines: Mapping[str, Sequence[Edge]], moves: int) -> None:
        """Note moves of one tree with their days; from outside, only those that a load wrote."""
        import pyarrow as pa

        edges = (edge for timeline in timelines.values() for edge in timeline)
        days = [edge.since for edge in edges if edge.opened and edge.opened.import_no == self.number]
        self.count(f"{tree}_moves", moves, pa.chunked_array([pa.array(days, pa.date32())]))

    def plan(self, timelines: Mapping[str, Sequence[Edge]], today: date) -> None:
        """Note the first later day of moves that a load wrote; all others are noted as they are written."""
        edges = (edge for timeline in timelines.values() for edge in timeline if edge.opened)
        if days := [edge.since for edge in edges if today < edge.since]:
            self._ask("changes/plan_turn", day=min(days))

    def prefer(
        self, member_id: str | None, rule: str | None, options: Sequence[str], window_days: int | None
    ) -> None:
        """The placement rule that a member prefers, or the company for None; no rule: none any more."""
        if member_id is None:
            self._ask("changes/prefer_company", rule=rule, options=list(options), window_days=window_days)
        else:
            self._ask("changes/prefer", member_id=member_id, rule=rule, options=list(options))
            self._touch([member_id], 1)
        self.count("preferences_set", 1)

    def keep_period_rules(self, *, two_person: bool, late_orders: str, corrected_ranks: str) -> None:
        """The company's rules for periods: see `Company`."""
        self._ask(
            "changes/period_rules", two_person=two_person, late_orders=late_orders,
            corrected_ranks=corrected_ranks,
        )  # fmt: skip
        self.count("period_rules_set", 1)

    def keep_ledger_rules(self, rules: Mapping[str, Any]) -> None:
        """The company's rules for the ledger, as properties of its node."""
        self._ask("changes/ledger_rules", rules=dict(rules))
        self.count("ledger_rules_set", 1)

    def survey(self, work: Callable[[Ask], None]) -> None:
        """Let `work` make what is kept of the placement tree, which is no part of the company's state."""
        work(self._ask)

    def complete(
        self,
        before: Company,
        one_tree: bool,
        time_zone: str | None,
        remarked_refunds: tuple[str, ...] | None = None,
        currencies: Mapping[str, int] | None = None,
        answer: object = None,
    ) -> None:
        """Close the change set: from now on it counts, and the company's settings are these.

        `answer` is what the request of this change set is answered, now and whenever it comes again.

        `currencies` holds the digits of the company's own currencies by code. Without `remarked_refunds`, and
        without `currencies`, the company keeps those that it has.
        Raises ChangeLostError where another command has taken it back meanwhile, and PeriodCommittedError
        where it reaches into a committed period: what it has written is taken back then.
        """
        self.count("one_tree_set", int(before.one_tree is not one_tree))
        self.count("time_zone_set", int(before.time_zone != time_zone))
        remarked = before.remarked_refunds if remarked_refunds is None else remarked_refunds
        self.count("refund_rules_set", int(before.remarked_refunds != remarked))
        kept = before.currencies if currencies is None else currencies
        self.count("currencies_set", int(before.currencies != kept))
        counts = {name: rows for name, rows in self._counts.items() if rows}
        refuse_closed(before.closed, {**counts, **self._ends, "openings_of": self._openings})
        if self._touched is not None:
            self._ends["member_ids"] = list(self._touched)
        if self._request:
            self._ask("changes/forget_requests", days=DAYS)
        closed = self._ask(
            "changes/complete", number=self.number, facts={**counts, **self._ends}, touched=sorted(counts),
            one_tree=one_tree, time_zone=time_zone, remarked_refunds=list(remarked),
            currencies=[f"{code}={kept[code]}" for code in sorted(kept)],
            requests=[self._request.answered(answer)] if self._request else [],
        )  # fmt: skip
        if not closed:
            raise lost(self.number)

    def _write(self, statement: str, table: pa.Table, **parameters: Any) -> None:
        self._touch((each.as_py() for each in table["member_id"]), table.num_rows)
        for rows in _batches(table):
            self._ask(statement, rows=rows, **parameters)
            self._tick(len(rows))


@contextmanager
def opened(
    graph: Graph, seen: int, facts: dict[str, Any], tick: Tick, request: Request | None = None
) -> Iterator[ChangeSet]:
    """A change set of several transactions, opened after number `seen`, for the block to write and complete.

    Raises CompanyChangedError where a later number was taken, ChangeUnderWayError where a change set is open,
    ChangeLostError where another command takes it back meanwhile.
    """

    def begin(ask: Ask) -> int:
        company = enter(ask)
        company.refuse_unfinished()
        if company.newest != seen:
            raise CompanyChangedError(
                f"change {company.newest} came while this one was being checked", todo="Do it again."
            )
        return take_number(ask, company, facts)

    claim = WorkClaim(facts["claim"])
    # Held before it is opened, and without a heartbeat until then: another thread finds it at work.
    with claim.held():
        number = graph.together(begin)
        with beating(graph, number, claim):
            yield ChangeSet(held(graph, number, claim), number, tick, request, in_steps=True)


def beating(graph: Graph, number: int, claim: WorkClaim) -> AbstractContextManager[None]:
    """Write the heartbeat of an open change set until the block ends."""
    return claim.held(lambda: graph.write_rows("changes/beat", number=number, claim=claim.mark))


def held(graph: Graph, number: int, claim: WorkClaim) -> Ask:
    """Runs each statement in a transaction of its own, and only while the change set is this process's.

    Another command that takes the change set over waits for the transaction under way, and is noticed by
    the next one: so nothing is written after what was taken back.
    """

    def ask(statement: str | Query, **parameters: object) -> list[Row]:
        def within(ask: Ask) -> list[Row]:
            if not ask("changes/beat", number=number, claim=claim.mark):
                raise lost(number)
            return ask(statement, **parameters)

        return graph.together(within)

    return ask


def lost(number: int) -> ChangeLostError:
    """Another command has taken a change set for interrupted."""
    return ChangeLostError(f"change {number} was taken back while it was at work", todo="Do it again.")


def _parts(instants: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Instants as whole seconds since 1970, and the microseconds that are left."""
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = pc.floor_temporal(instants, unit="second")
    micros = pc.subtract(instants.cast(pa.int64()), whole.cast(pa.int64()))
    return pc.divide(whole.cast(pa.int64()), 1_000_000), micros


def _batches(table: pa.Table) -> Iterable[list[dict[str, Any]]]:
    """Rows as dicts, as many at once as one transaction takes."""
    for start in range(0, table.num_rows, BATCH):
        yield table.slice(start, BATCH).to_pylist()


def _days_as_text(table: pa.Table, column: str) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    place = table.column_names.index(column)
    return table.set_column(place, column, pc.cast(table[column], pa.string()))


__all__ = [
    "BY_MEMBER",
    "FOLLOWED",
    "OPERATIONS",
    "ChangeLostError",
    "ChangeSet",
    "beating",
    "held",
    "lost",
    "opened",
    "signed",
]
