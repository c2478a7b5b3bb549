"""Facts of members, and overrides with actor and reason: what a company says besides trees and orders.

A fact or override is never changed in place. A later import that says something else adds a version, which
holds from then on; runs see the versions up to their own cut.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from engine import ranges
from engine.genealogy.changes.closed import ClosedPeriod, closing_day, closing_period
from engine.genealogy.stored import in_lookups
from engine.graph.database import Graph
from engine.intake import columns
from engine.intake.checked import CheckedRows
from engine.intake.members import CheckedMembers, known_owners
from engine.intake.refusals import Refusals
from engine.intake.tables import CompanyTable
from engine.period import BadPeriodError, period

KINDS = ("rank", "active", "exempt")
"""Kinds of overrides: a rank that pay goes by, a waived activity floor, a member excused for a while."""


def check_facts(
    table: CompanyTable,
    members: CheckedMembers,
    graph: Graph | None,
    refusals: Refusals,
    closed: Sequence[ClosedPeriod] = (),
) -> CheckedRows:
    """Check the facts table against the members; a fact without a period holds in every period.

    One of a `closed` period is refused; one without a period holds in the open ones.
    """
    owners = known_owners(table, members, graph, refusals)
    columns.ids(table, "name", refusals)
    columns.needed(table, "value", refusals)
    names = periods(table, "period", refusals)
    typed = pa.table(
        {"member_id": owners, "name": table["name"], "period": names, "value": _counts(table, refusals)}
    )
    once(table, typed, ("member_id", "name", "period"), "duplicate_fact", refusals)
    checked = compared(table, typed, ("member_id", "period", "name", "value"), "facts", graph, refusals)
    return without_closed(checked, refusals, closed, lambda fact: closing_period(closed, fact["period"]))


def check_overrides(
    table: CompanyTable,
    members: CheckedMembers,
    graph: Graph | None,
    refusals: Refusals,
    closed: Sequence[ClosedPeriod] = (),
) -> CheckedRows:
    """Check the overrides table against the members; one without a last period goes on.

    A row that says something else than before of a `closed` day is refused. The checked rows have
    `changes_from`, the first day on which each does.
    """
    owners = known_owners(table, members, graph, refusals)
    for name in ("kind", "first_period"):
        columns.needed(table, name, refusals)
    kinds = columns.one_of(table, "kind", KINDS, "unknown_override", refusals, None)
    firsts, lasts = periods(table, "first_period", refusals), periods(table, "last_period", refusals)
    typed = pa.table({
        "member_id": owners, "kind": kinds, "first_period": firsts, "value": table["value"],
        "last_period": lasts, "actor": table["actor"], "reason": table["reason"],
    })  # fmt: skip
    for row, override in enumerate(typed.to_pylist()):
        if override["kind"] == "rank" and override["value"] is None:
            refusals.row(table, row, "missing_value", "value is empty", "Name the rank that is forced.")
        first, last = override["first_period"], override["last_period"]
        if first and last and period(first).first > period(last).last:
            what = f"last_period {last} ends before first_period {first} begins"
            refusals.row(table, row, "override_ends_early", what, "Exchange or correct them.")
    once(table, typed, ("member_id", "kind", "first_period"), "duplicate_override", refusals)
    checked = compared(table, typed, tuple(typed.column_names), "overrides", graph, refusals)
    days: list[date | None] = [None] * table.count
    for row, values in checked.by_row:
        days[row] = _changes_from(values, checked.before.get(row))
    dated_rows = typed.append_column("changes_from", pa.array(days, pa.date32()))
    checked = replace(checked, columns=dated_rows)
    return without_closed(checked, refusals, closed, lambda each: closing_day(closed, each["changes_from"]))


def _changes_from(now: dict[str, Any], before: list[Any] | None) -> date:
    """The first day on which an override says something else than what is stored of it."""
    first = period(now["first_period"]).first
    if before is None:
        return first
    stored = dict(zip(now, before, strict=True))
    if any(now[name] != stored[name] for name in now if name != "last_period"):
        return first
    ends = [period(name).last for name in (now["last_period"], stored["last_period"]) if name]
    return min(ends) + timedelta(days=1)


def without_closed(
    checked: CheckedRows,
    refusals: Refusals,
    closed: Sequence[ClosedPeriod],
    reaches: Callable[[dict[str, Any]], ClosedPeriod | None],
) -> CheckedRows:
    """The rows without refused ones, and without those that reach into a `closed` period.

    `reaches` says which one the values of a row reach into. New and changed rows that do are refused.
    """
    table, before = checked.table, set(refusals.rows(checked.table))
    for row, values in checked.by_row if closed else ():
        if row not in before and (reached := reaches(values)) is not None:
            shown = next((values[name] for name in ("period", "first_period") if values.get(name)), "it")
            what = reached.why(f"{table.called('period')} {shown} is closed")
            refusals.row(table, row, "period_committed", what, reached.todo)
    refused = refusals.rows(table)
    new, updated = ([row for row in rows if row not in refused] for rows in (checked.new, checked.updated))
    return replace(checked, new=new, updated=updated)


def dated(overrides: pa.Table) -> pa.Table:
    """Overrides with the days of their periods: first_day, and last_day (null: without end)."""
    rows = overrides.to_pylist()
    firsts = [period(row["first_period"]).first for row in rows]
    lasts = [period(row["last_period"]).last if row["last_period"] else None for row in rows]
    days = {"first_day": pa.array(firsts, pa.date32()), "last_day": pa.array(lasts, pa.date32())}
    return pa.table({name: overrides[name] for name in overrides.column_names} | days)


def periods(table: CompanyTable, column: str, refusals: Refusals) -> pa.Array:
    """Names of periods, null where empty or refused."""
    named = table[column].to_pylist()
    bad = {name for name in set(named) - {None} if not _is_period(name)}
    for row, name in enumerate(named):
        if name in bad:
            what = f"{table.called(column)} {name!r} is not the name of a period"
            todo = (
                f"Write it as 2026-11, 2026-W47, 2026-Q4 or 2026 ({ranges.YEAR.least} to {ranges.YEAR.most})."
            )
            refusals.row(table, row, "bad_period", what, todo)
    return pa.array([None if name in bad else name for name in named], pa.string())


def _is_period(name: str) -> bool:
    try:
        period(name)
    except BadPeriodError:
        return False
    return True


def _counts(table: CompanyTable, refusals: Refusals) -> pa.Array:
    """Whole numbers, null where refused."""
    values: list[int | None] = []
    for row, text in enumerate(table["value"].to_pylist()):
        value = _whole(text)
        if text is not None and value is None:
            what = f"value {text!r} is not a whole number up to {ranges.FACT.text(ranges.FACT.most)}"
            refusals.row(table, row, "bad_number", what, "Write digits and nothing else.")
        values.append(value)
    return pa.array(values, pa.int64())


def _whole(text: str | None) -> int | None:
    digits = (text or "").removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(ranges.FACT.most))):
        return None
    value = int(text or "")
    return value if abs(value) <= ranges.FACT.most else None


def once(table: CompanyTable, typed: pa.Table, key: tuple[str, ...], name: str, refusals: Refusals) -> None:
    """Refuse rows that are about the same as an earlier one."""
    seen: set[tuple[Any, ...]] = set()
    for row, subject in enumerate(typed.select(list(key)).to_pylist()):
        values = tuple(subject.values())
        if values in seen:
            refusals.row(table, row, name, f"{', '.join(key)} are there more than once", "Keep one row.")
        seen.add(values)


def compared(
    table: CompanyTable,
    typed: pa.Table,
    stored_as: tuple[str, ...],
    noun: str,
    graph: Graph | None,
    refusals: Refusals,
    key: int = 3,
) -> CheckedRows:
    """Sort the sound rows into new ones, ones that differ from the graph, and ones that are the same.

    `stored_as` names the columns as the graph returns them; the first `key` are what a row is about.
    """
    known: dict[tuple[Any, ...], list[Any]] = {}
    if graph:
        owners = sorted({owner for owner in typed["member_id"].to_pylist() if owner is not None})
        for portion in in_lookups(owners):
            known |= {tuple(row[:key]): row for row in graph.value(f"intake/known_{noun}", ids=portion)}
    new, updated, unchanged = [], [], 0
    before: dict[int, list[Any]] = {}
    for row, values in enumerate(typed.to_pylist()):
        if row in refusals.rows(table):
            continue
        now = [values[name] for name in stored_as]
        stored = known.get(tuple(now[:key]))
        if stored is None:
            new.append(row)
        elif stored == now:
            unchanged += 1
        else:
            updated.append(row)
            before[row] = stored
    return CheckedRows(table, typed, new, updated, unchanged, before=before)
