"""Customers and orders: held against members and each other, then written; whole columns at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from engine.genealogy.changes import Tick, batches
from engine.genealogy.stored import LOOKUP, existing
from engine.graph.database import Graph
from engine.intake import columns
from engine.intake.columns import flag
from engine.intake.members import Members
from engine.intake.refusals import Refusals
from engine.intake.tables import Table

REFUND = "refund"
FIGURES = ("qualifying_volume", "commissionable_volume", "amount")
ORDER = (
    "order_id", "ordered_at", "member_id", "customer_id", "kind",
    "qualifying_volume", "commissionable_volume", "amount", "currency", "refund_of",
)  # fmt: skip
CUSTOMER = ("customer_id", "name", "since", "member_id")


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked table: typed columns, and the rows that are new or changed; the rest is as stored."""

    table: Table
    columns: pa.Table
    new: list[int]
    updated: list[int]
    unchanged: int


def check_customers(table: Table, members: Members, graph: Graph | None, refusals: Refusals) -> Checked:
    """Hold the customers table against the members (of the table and the graph)."""
    ids = columns.ids(table, "customer_id", refusals, unique=True)
    owners = columns.references(table, "member_id", refusals)
    since = columns.dates(table, "since", refusals)
    known_members(table, owners, members, graph, refusals)
    typed = pa.table({"customer_id": ids, "name": table["name"], "since": since, "member_id": owners})
    refused = refusals.rows(table)
    if graph is None:
        return Checked(table, typed, _rows_without(table.count, refused), [], 0)
    new, updated, unchanged = [], [], 0
    for rows, found, stored in _portions(typed, "orders/known_customers", graph):
        for row, said in zip(rows, found, strict=True):
            if row in refused:
                continue
            had = stored.get(said["customer_id"])
            if had is None:
                new.append(row)
            elif had[1:] == [said["name"], said["since"] and said["since"].isoformat(), said["member_id"]]:
                unchanged += 1
            else:
                updated.append(row)
    return Checked(table, typed, new, updated, unchanged)


def check_orders(
    table: Table,
    members: Members,
    customers: Checked | None,
    graph: Graph | None,
    zone: ZoneInfo,
    refusals: Refusals,
) -> Checked:
    """Hold the orders table against members, customers and the orders they refund."""
    typed = _typed(table, zone, refusals)
    known_members(table, table["member_id"], members, graph, refusals)
    _known_customers(table, customers, graph, refusals)
    _check_signs(table, typed, refusals)
    if graph is None:
        _check_refunds(table, graph, refusals)
        new = _rows_without(table.count, refusals.rows(table))
        return Checked(table, typed, new, [], 0)
    new, same, refused = [], 0, refusals.rows(table)
    for rows, found, stored in _portions(typed, "orders/known_orders", graph):
        for row, said in zip(rows, found, strict=True):
            if row in refused:
                continue
            had = stored.get(said["order_id"])
            if had is None:
                new.append(row)
            elif wrong := _differences(said, had):
                what = f"order {said['order_id']} is stored with another {wrong}"
                todo = "An order never changes: book a refund and a new order."
                refusals.row(table, row, "order_changed", what, todo)
            else:
                same += 1
    before = len(refused)
    _check_refunds(table, graph, refusals)
    if len(refused) > before:
        new = [row for row in new if row not in refused]
    return Checked(table, typed, new, [], same)


def _typed(table: Table, zone: ZoneInfo, refusals: Refusals) -> pa.Table:
    ids = columns.ids(table, "order_id", refusals, unique=True)
    owners = columns.references(table, "member_id", refusals)
    for name in ("ordered_at", "kind", *FIGURES):
        columns.needed(table, name, refusals)
    currency = columns.currencies(table, "currency", refusals)
    return pa.table(
        {
            "order_id": ids,
            "ordered_at": columns.instants(table, "ordered_at", zone, refusals),
            "member_id": owners,
            "customer_id": table["customer_id"],
            "kind": pc.utf8_lower(table["kind"]),
            "qualifying_volume": columns.volumes(table, "qualifying_volume", refusals),
            "commissionable_volume": columns.volumes(table, "commissionable_volume", refusals),
            "amount": columns.amounts(table, "amount", currency, refusals),
            "currency": currency,
            "refund_of": table["refund_of"],
        }
    )


def _differences(said: dict[str, Any], had: list[Any]) -> str:
    instant = said["ordered_at"]
    stored = dict(zip(ORDER, had, strict=True))
    micros = None if instant is None else _micros(instant)
    given = {**said, "ordered_at": micros}
    return ", ".join(name for name in ORDER if given[name] != stored[name])


def _micros(instant: Any) -> int:
    whole = int(instant.replace(microsecond=0).timestamp())
    return whole * 1_000_000 + int(instant.microsecond)


def _portions(
    typed: pa.Table, asked: str, graph: Graph
) -> Iterable[tuple[range, list[dict[str, Any]], dict[str, list[Any]]]]:
    """Rows a portion at a time, each with what the graph has of them (by the first column)."""
    key = typed.column_names[0]
    for start in range(0, typed.num_rows, LOOKUP):
        found = typed.slice(start, LOOKUP).to_pylist()
        ids = [row[key] for row in found if row[key] is not None]
        stored = {row[0]: row for row in graph.value(asked, ids=ids)}
        yield range(start, start + len(found)), found, stored


def _rows_without(count: int, refused: set[int]) -> list[int]:
    return [row for row in range(count) if row not in refused] if refused else list(range(count))


def known_members(
    table: Table, named: pa.Array, members: Members, graph: Graph | None, refusals: Refusals
) -> None:
    """Refuse rows that name a member whom neither the graph nor a sound row of the members table knows."""
    listed = members.columns["member_id"].combine_chunks()
    bad = pc.and_(pc.is_valid(named), pc.invert(pc.is_in(named, _sound_ids(members, refusals))))
    if pc.any(bad).as_py() and graph:
        stored = existing(graph, named.filter(bad).to_pylist())
        bad = pc.and_(bad, pc.invert(pc.is_in(named, pa.array(list(stored), pa.string()))))
    if not pc.any(bad).as_py():
        return
    refused = pc.and_(bad, pc.is_in(named, listed))
    flag(
        table, pc.and_(bad, pc.invert(refused)), "unknown_member",
        lambda row: f"member {named[row].as_py()} is not known", refusals,
        "Add that member, or correct the identifier.",
    )  # fmt: skip
    flag(
        table, refused, "refused_member", lambda row: f"member {named[row].as_py()} is refused", refusals,
        "Correct that row first.", consequence=True,
    )  # fmt: skip


def _sound_ids(members: Members, refusals: Refusals) -> pa.Array:
    ids = members.columns["member_id"].combine_chunks()
    if not refusals.rows(members.table):
        return ids
    rows = pa.array(members.new + members.updated, pa.int64())
    return pa.concat_arrays([ids.take(rows), pa.array(list(members.known), pa.string())])


def _known_customers(
    table: Table, customers: Checked | None, graph: Graph | None, refusals: Refusals
) -> None:
    named = table["customer_id"]
    if named.null_count == table.count:
        return
    listed, sound = pa.array([], pa.string()), pa.array([], pa.string())
    if customers:
        listed = sound = customers.columns["customer_id"].combine_chunks()
        if refusals.rows(customers.table):
            sound = listed.take(pa.array(customers.new + customers.updated, pa.int64()))
    bad = pc.and_(pc.is_valid(named), pc.invert(pc.is_in(named, sound)))
    if pc.any(bad).as_py() and graph:
        wanted = sorted(set(named.filter(bad).to_pylist()))
        stored = [
            row[0]
            for start in range(0, len(wanted), LOOKUP)
            for row in graph.value("orders/known_customers", ids=wanted[start : start + LOOKUP])
        ]
        bad = pc.and_(bad, pc.invert(pc.is_in(named, pa.array(stored, pa.string()))))
    refused = pc.and_(bad, pc.is_in(named, listed))
    flag(
        table, pc.and_(bad, pc.invert(refused)), "unknown_customer",
        lambda row: f"customer {named[row].as_py()} is not known", refusals,
        "Add that customer, or leave it empty for the member's own order.",
    )  # fmt: skip
    flag(
        table, refused, "refused_customer", lambda row: f"customer {named[row].as_py()} is refused", refusals,
        "Correct that row first.", consequence=True,
    )  # fmt: skip


def _check_signs(table: Table, typed: pa.Table, refusals: Refusals) -> None:
    refund = pc.fill_null(pc.equal(typed["kind"], REFUND), False).combine_chunks()
    for name in FIGURES:
        figure = pc.fill_null(typed[name], 0).combine_chunks()
        flag(
            table, pc.and_(refund, pc.greater(figure, 0)), "refund_not_negative",
            lambda row, name=name: f"{name} of a refund is {table[name][row].as_py()}", refusals,  # type: ignore[misc]
            "Figures of a refund are zero or below.",
        )  # fmt: skip
        flag(
            table, pc.and_(pc.invert(refund), pc.less(figure, 0)), "sale_negative",
            lambda row, name=name: f"{name} of an order of kind {table['kind'][row].as_py()} is "  # type: ignore[misc]
            f"{table[name][row].as_py()}", refusals,
            "Only an order of kind refund has figures below zero.",
        )  # fmt: skip
    strange = pc.and_(pc.is_valid(table["refund_of"]), pc.invert(refund))
    flag(
        table, strange, "not_a_refund",
        lambda row: f"refund_of is given for an order of kind {table['kind'][row].as_py()}", refusals,
        "Only an order of kind refund names another order.",
    )  # fmt: skip


def _check_refunds(table: Table, graph: Graph | None, refusals: Refusals) -> None:
    """Refunds must name an order that is there; refunds of refused orders are refused with them."""
    ids, named = table["order_id"], table["refund_of"]
    if named.null_count == table.count:
        return
    itself = pc.equal(ids, named)
    flag(
        table, itself, "self_reference", lambda row: f"order {ids[row].as_py()} refunds itself", refusals,
        "Name the order that is refunded.",
    )  # fmt: skip
    rows = pc.indices_nonzero(pc.is_valid(named)).to_pylist()
    wanted = named.filter(pc.is_valid(named))
    at = columns.places(wanted, ids).to_pylist()
    names = wanted.to_pylist()
    stored: set[str] = set()
    if graph:
        distinct = sorted(set(names))
        for start in range(0, len(distinct), LOOKUP):
            portion = graph.value("orders/known_orders", ids=distinct[start : start + LOOKUP])
            stored |= {row[0] for row in portion}
    for row, place, name in zip(rows, at, names, strict=True):
        if place is None and name not in stored:
            what = f"refund_of {name} is no known order"
            refusals.row(table, row, "unknown_refund", what, "Add that order, or correct the identifier.")
    refused, before = refusals.rows(table), -1
    while before != len(refused):
        before = len(refused)
        for row, place, name in zip(rows, at, names, strict=True):
            if place in refused and name not in stored and row not in refused:
                what = f"the refunded order {name} is refused"
                refusals.row(table, row, "refused_refund", what, "Correct that row first.", consequence=True)


# Writing


def add_customers(graph: Graph, checked: Checked, number: int, tick: Tick) -> None:
    """Write new customers and bring known ones up to date."""
    typed = checked.columns.set_column(
        checked.columns.column_names.index("since"), "since", pc.cast(checked.columns["since"], pa.string())
    )
    for batch in batches(typed.take(pa.array(checked.new, pa.int64()))):
        graph.write("orders/add_customers", rows=batch, number=number)
        tick(len(batch))
    for batch in batches(typed.take(pa.array(checked.updated, pa.int64()))):
        graph.write("orders/update_customers", rows=batch)
        tick(len(batch))


def add_orders(graph: Graph, checked: Checked, number: int, tick: Tick) -> None:
    """Write new orders, who bought them, and what they refund."""
    new = checked.columns.take(pa.array(checked.new, pa.int64()))
    whole = pc.floor_temporal(new["ordered_at"], unit="second")
    micros = pc.subtract(new["ordered_at"].cast(pa.int64()), whole.cast(pa.int64()))
    seconds = pc.divide(whole.cast(pa.int64()), 1_000_000)
    rows = new.drop_columns(["ordered_at", "refund_of"])
    rows = rows.append_column("seconds", seconds).append_column("microseconds", micros)
    for batch in batches(rows):
        graph.write("orders/add_orders", rows=batch, number=number)
        tick(len(batch))
    for asked, named in (("orders/add_buyers", "customer_id"), ("orders/add_refunds", "refund_of")):
        for batch in batches(new.select(["order_id", named]).filter(pc.is_valid(new[named]))):
            graph.write(asked, rows=batch)
            tick(0)
