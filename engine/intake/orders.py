"""Customers and orders, checked against members and each other; whole columns at a time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from engine.genealogy.changes.closed import ClosedPeriod, last_to_end
from engine.genealogy.stored import LOOKUP, in_lookups
from engine.graph.database import Graph
from engine.intake import columns
from engine.intake.checked import CheckedRows
from engine.intake.columns import flag
from engine.intake.correcting import correcting, corrects, marked
from engine.intake.members import CheckedMembers, refuse_unknown
from engine.intake.refunds import EXAMPLES, FIGURES, REFUND, check_refunds
from engine.intake.refusals import Refusals
from engine.intake.tables import CompanyTable

ORDER = (
    "order_id", "ordered_at", "member_id", "customer_id", "kind",
    "qualifying_volume", "commissionable_volume", "amount", "currency", "refund_of",
)  # fmt: skip


def check_customers(
    table: CompanyTable, members: CheckedMembers, graph: Graph | None, refusals: Refusals
) -> CheckedRows:
    """Check the customers table against the members (of the table and the graph).

    Without `became` a customer who has become a member stays that member.
    """
    ids = columns.ids(table, "customer_id", refusals, unique=True)
    owners = columns.references(table, "member_id", refusals)
    since = columns.dates(table, "since", refusals)
    refuse_unknown(table, owners, members, graph, refusals)
    refuse_unknown(table, table["became"], members, graph, refusals)
    typed = pa.table(
        {"customer_id": ids, "name": table["name"], "since": since, "member_id": owners}
        | {"became": table["became"]}
    )
    refused = refusals.rows(table)
    if graph is None:
        return CheckedRows(table, typed, _rows_without(table.count, refused), [], 0)
    new, updated, unchanged = [], [], 0
    for numbers, portion, stored in _portions(typed, "intake/known_customers", graph):
        for row, customer in zip(numbers, portion, strict=True):
            if row in refused:
                continue
            known = stored.get(customer["customer_id"])
            since = customer["since"] and customer["since"].isoformat()
            if known is None:
                new.append(row)
            elif None not in (known[4], customer["became"]) and known[4] != customer["became"]:
                what = f"{customer['customer_id']} has become the member {known[4]}, not {customer['became']}"
                refusals.row(table, row, "became_changed", what, "Leave became empty: it stays as it is.")
            elif known[1:] == [
                customer["name"],
                since,
                customer["member_id"],
                customer["became"] or known[4],
            ]:
                unchanged += 1
            else:
                updated.append(row)
    return CheckedRows(table, typed, new, updated, unchanged)


def check_orders(
    table: CompanyTable,
    members: CheckedMembers,
    customers: CheckedRows | None,
    graph: Graph | None,
    zone: ZoneInfo,
    remarked: Collection[str],
    currencies: Mapping[str, int],
    refusals: Refusals,
    closed: Sequence[ClosedPeriod] = (),
    *,
    books_late: bool = False,
) -> CheckedRows:
    """Check the orders table against members, customers and the orders they refund.

    `remarked` are the contradictions of refunds that the company lets through; `currencies` holds the digits
    of the company's own currencies by code. A new order of a `closed` period is refused, or counts
    from the first open instant where the company `books_late` ones; a refund of an order that is closed
    corrects, and counts when that order counted.
    """
    typed = _typed(table, zone, currencies, refusals)
    refuse_unknown(table, table["member_id"], members, graph, refusals)
    todo = "Add that customer, or leave it empty for the member's own order."
    refuse_unknown_customers(table, table["customer_id"], customers, graph, refusals, todo)
    _check_signs(table, typed, refusals)
    new, same = _compared(table, typed, graph, refusals) if graph else (None, 0)
    fresh = None if new is None else set(new)
    remarks: tuple[str, ...] = ()
    if (last := last_to_end(closed)) is not None:
        settled = correcting(typed, fresh, graph, closed) if corrects(remarked) else {}
        late = [row for row in _late(typed, fresh, last) if row not in settled]
        typed = marked(typed, settled)
        remarks = _correct(table, typed, settled)
        if books_late:
            typed = _booked(typed, late, last)
        else:
            _refuse_late(table, typed, late, last, refusals)
    refused = refusals.rows(table)
    remarks += check_refunds(
        table,
        typed,
        graph,
        zone,
        remarked,
        currencies,
        lambda row: fresh is None or row in fresh,
        refusals,
        closed,
    )
    if new is None:
        new = _rows_without(table.count, refused)
    elif refused:
        new = [row for row in new if row not in refused]
    return CheckedRows(table, typed, new, [], same, remarks)


def _correct(table: CompanyTable, typed: pa.Table, settled: Mapping[int, Any]) -> tuple[str, ...]:
    """A remark on refunds that correct committed periods."""
    if not settled:
        return ()
    ids = [typed["order_id"][row].as_py() for row in list(settled)[:EXAMPLES]]
    more = " ..." if len(settled) > EXAMPLES else ""
    return (
        f"{table.path.name}: {len(settled):,} refunds take back orders of committed periods and correct "
        f"those: {', '.join(ids)}{more}",
    )


def _late(typed: pa.Table, fresh: Collection[int] | None, last: ClosedPeriod) -> list[int]:
    """The rows out of `fresh` ones (None: all) that count before the end of the last closed period."""
    before = pc.less(counted(typed), pa.scalar(last.ends_at, pa.timestamp("us", "UTC")))
    rows: list[int] = pc.indices_nonzero(before).to_pylist()
    return rows if fresh is None else [row for row in rows if row in fresh]


def _booked(typed: pa.Table, late: Sequence[int], last: ClosedPeriod) -> pa.Table:
    """The table with late orders counted from the first open instant."""
    if not late:
        return typed
    is_late = pc.is_in(pa.array(range(typed.num_rows)), pa.array(late))
    instant = pa.scalar(last.ends_at, pa.timestamp("us", "UTC"))
    place = typed.column_names.index("counted_at")
    return typed.set_column(place, "counted_at", pc.if_else(is_late, instant, typed["counted_at"]))


def counted(orders: pa.Table) -> pa.ChunkedArray:
    """From when on orders count: when they were placed, unless they came late."""
    return pc.coalesce(orders["counted_at"], orders["ordered_at"])


def _refuse_late(
    table: CompanyTable, typed: pa.Table, late: Sequence[int], last: ClosedPeriod, refusals: Refusals
) -> None:
    """Refuse late orders, unless something else is wrong with them."""
    refused = set(refusals.rows(table))
    for row in late:
        if row not in refused:
            column = "ordered_at" if typed["counted_at"][row].as_py() is None else "counted_at"
            what = last.why(f"{table.called(column)} is {table[column][row].as_py()}")
            refusals.row(table, row, "period_committed", what, last.todo)


def _compared(
    table: CompanyTable, typed: pa.Table, graph: Graph, refusals: Refusals
) -> tuple[list[int], int]:
    """The rows that the graph does not have, and how many it has; refuses those that it has otherwise."""
    new, same, refused = [], 0, refusals.rows(table)
    for numbers, portion, stored in _portions(typed, "intake/known_orders", graph):
        for row, order in zip(numbers, portion, strict=True):
            if row in refused:
                continue
            known = stored.get(order["order_id"])
            if known is None:
                new.append(row)
            elif wrong := _differences(order, known):
                what = f"order {order['order_id']} is stored with another {wrong}"
                todo = "An order never changes: book a refund and a new order."
                refusals.row(table, row, "order_changed", what, todo)
            else:
                same += 1
    return new, same


def _typed(
    table: CompanyTable, zone: ZoneInfo, currencies: Mapping[str, int], refusals: Refusals
) -> pa.Table:
    ids = columns.ids(table, "order_id", refusals, unique=True)
    owners = columns.references(table, "member_id", refusals)
    for name in ("ordered_at", "kind", *FIGURES):
        columns.needed(table, name, refusals)
    currency = columns.currencies(table, "currency", currencies, refusals)
    placed = columns.instants(table, "ordered_at", zone, refusals)
    late = columns.instants(table, "counted_at", zone, refusals)
    flag(
        table, pc.fill_null(pc.less(late, placed), False), "counted_before_order",
        lambda row: f"{table.called('counted_at')} {table['counted_at'][row].as_py()} is before "
        f"{table['ordered_at'][row].as_py()}, when the order was placed",
        refusals, "An order counts from when it was placed, or later.",
    )  # fmt: skip
    late = pc.if_else(pc.equal(late, placed), pa.scalar(None, late.type), late)
    return pa.table(
        {
            "order_id": ids,
            "ordered_at": placed,
            "counted_at": late,
            "member_id": owners,
            "customer_id": table["customer_id"],
            "kind": pc.utf8_lower(table["kind"]),
            "qualifying_volume": columns.volumes(table, "qualifying_volume", refusals),
            "commissionable_volume": columns.volumes(table, "commissionable_volume", refusals),
            "amount": columns.amounts(table, "amount", currency, currencies, refusals),
            "currency": currency,
            "refund_of": table["refund_of"],
        }
    )


def _differences(order: dict[str, Any], known: list[Any]) -> str:
    stored = dict(zip((*ORDER, "counted_at"), known, strict=True))
    instants = {name: order[name] and _micros(order[name]) for name in ("ordered_at", "counted_at")}
    now = {**order, **instants}
    if now["counted_at"] is None:  # nobody says from when on it counts
        del stored["counted_at"]
    return ", ".join(name for name in stored if now[name] != stored[name])


def _micros(instant: Any) -> int:
    whole = int(instant.replace(microsecond=0).timestamp())
    return whole * 1_000_000 + int(instant.microsecond)


def _portions(
    typed: pa.Table, query: str, graph: Graph
) -> Iterable[tuple[range, list[dict[str, Any]], dict[str, list[Any]]]]:
    """Rows a portion at a time, each with what the graph has of them (by the first column)."""
    key = typed.column_names[0]
    for start in range(0, typed.num_rows, LOOKUP):
        portion = typed.slice(start, LOOKUP).to_pylist()
        ids = [row[key] for row in portion if row[key] is not None]
        stored = {row[0]: row for row in graph.value(query, ids=ids)}
        yield range(start, start + len(portion)), portion, stored


def _rows_without(count: int, refused: set[int]) -> list[int]:
    return [row for row in range(count) if row not in refused] if refused else list(range(count))


def refuse_unknown_customers(
    table: CompanyTable,
    named: pa.Array,
    customers: CheckedRows | None,
    graph: Graph | None,
    refusals: Refusals,
    todo: str,
) -> None:
    """Refuse rows that name a customer whom neither the graph nor a sound row of the table knows."""
    if named.null_count == table.count:
        return
    listed, sound = pa.array([], pa.string()), pa.array([], pa.string())
    if customers:
        listed = sound = customers.columns["customer_id"].combine_chunks()
        if refusals.rows(customers.table):
            sound = listed.take(pa.array(customers.new + customers.updated, pa.int64()))
    bad = pc.and_(pc.is_valid(named), pc.invert(pc.is_in(named, sound)))
    if pc.any(bad).as_py() and graph:
        missing = sorted(set(named.filter(bad).to_pylist()))
        stored = [
            row[0]
            for portion in in_lookups(missing)
            for row in graph.value("intake/known_customers", ids=portion)
        ]
        bad = pc.and_(bad, pc.invert(pc.is_in(named, pa.array(stored, pa.string()))))
    refused = pc.and_(bad, pc.is_in(named, listed))
    flag(
        table, pc.and_(bad, pc.invert(refused)), "unknown_customer",
        lambda row: f"customer {named[row].as_py()} is not known", refusals,
        todo,
    )  # fmt: skip
    flag(
        table, refused, "refused_customer", lambda row: f"customer {named[row].as_py()} is refused", refusals,
        "Correct that row first.", consequence=True,
    )  # fmt: skip


def _check_signs(table: CompanyTable, typed: pa.Table, refusals: Refusals) -> None:
    refund = pc.fill_null(pc.equal(typed["kind"], REFUND), False).combine_chunks()
    for name in FIGURES:
        figure = pc.fill_null(typed[name], 0).combine_chunks()
        flag(
            table, pc.and_(refund, pc.greater(figure, 0)), "refund_not_negative",
            lambda row, name=name: f"{table.called(name)} of a refund is {table[name][row].as_py()}",  # type: ignore[misc]
            refusals, "Figures of a refund are zero or below.",
        )  # fmt: skip
        flag(
            table, pc.and_(pc.invert(refund), pc.less(figure, 0)), "sale_negative",
            lambda row, name=name: f"{table.called(name)} of an order of kind "  # type: ignore[misc]
            f"{table['kind'][row].as_py()} is {table[name][row].as_py()}", refusals,
            "Only an order of kind refund has figures below zero.",
        )  # fmt: skip
    strange = pc.and_(pc.is_valid(table["refund_of"]), pc.invert(refund))
    flag(
        table, strange, "not_a_refund",
        lambda row: f"{table.called('refund_of')} is given for an order of kind {table['kind'][row].as_py()}",
        refusals,
        "Only an order of kind refund names another order.",
    )  # fmt: skip
