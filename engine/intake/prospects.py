"""The prospects table: whose prospect somebody is, how far it has come, and what it has become."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from engine.genealogy.changes.edges import native
from engine.genealogy.stored import BECOME, PROSPECT_STATUSES, in_lookups
from engine.graph.database import Graph
from engine.intake import columns
from engine.intake.checked import CheckedRows
from engine.intake.columns import flag
from engine.intake.members import CheckedMembers, known_owners, refuse_unknown
from engine.intake.orders import refuse_unknown_customers
from engine.intake.refusals import Refusals
from engine.intake.tables import CompanyTable

COMPARED = ("name", "source", "status", "since", "member_id", "became")
"""What a row may change of a stored prospect, in the order of intake/known_prospects."""


def check_prospects(
    table: CompanyTable,
    members: CheckedMembers,
    customers: CheckedRows | None,
    graph: Graph | None,
    refusals: Refusals,
) -> CheckedRows:
    """Check the prospects table against members, customers, and what is stored of these prospects.

    Without a status a new prospect is ``new``, and a stored one stays what it is; so does a missing day.
    Whoever has become a customer or a member stays that.
    """
    ids = columns.ids(table, "prospect_id", refusals, unique=True)
    owners = known_owners(table, members, graph, refusals)
    since = columns.dates(table, "since", refusals)
    status = columns.one_of(table, "status", PROSPECT_STATUSES, "bad_status", refusals, None)
    became = table["became"]
    won = pc.fill_null(pc.is_in(status, pa.array(BECOME)), False)
    flag(
        table, pc.not_equal(won, pc.is_valid(became)), "bad_became",
        lambda row: f"{table.called('status')} is {status[row].as_py() or 'empty'} and "
        f"{table.called('became')} is {became[row].as_py() or 'empty'}",
        refusals, "With the status customer or member, and only then, say which one it has become.",
    )  # fmt: skip
    for what in BECOME:
        named = pc.if_else(pc.fill_null(pc.equal(status, what), False), became, None)
        if what == "member":
            refuse_unknown(table, named, members, graph, refusals)
        else:
            todo = "Add that customer, or correct the identifier."
            refuse_unknown_customers(table, named, customers, graph, refusals, todo)
    typed = pa.table(
        {"prospect_id": ids, "name": table["name"], "source": table["source"], "status": status}
        | {"since": since, "member_id": owners, "became": became}
    )
    return _sorted(table, typed, graph, refusals)


def _sorted(table: CompanyTable, typed: pa.Table, graph: Graph | None, refusals: Refusals) -> CheckedRows:
    """The rows by whether they are new, changed or as stored."""
    rows = typed.to_pylist()
    known = _stored(graph, [row["prospect_id"] for row in rows if row["prospect_id"] is not None])
    refused = refusals.rows(table)
    new, updated, unchanged = [], [], 0
    for place, row in enumerate(rows):
        before = known.get(row["prospect_id"])
        if before is not None and row["status"] is None:
            row["status"], row["became"] = before["status"], before["became"]
        if before is not None and row["since"] is None:
            row["since"] = before["since"]
        row["status"] = row["status"] or "new"
        if place in refused:
            continue
        if before is None:
            new.append(place)
        elif all(row[name] == before[name] for name in COMPARED):
            unchanged += 1
        elif before["became"] and any(row[name] != before[name] for name in ("status", "became")):
            what = f"{row['prospect_id']} has become the {before['status']} {before['became']}"
            refusals.row(table, place, "prospect_won", what, "Leave out the row.")
        else:
            updated.append(place)
    return CheckedRows(table, pa.Table.from_pylist(rows, schema=typed.schema), new, updated, unchanged)


def _stored(graph: Graph | None, ids: list[str]) -> dict[str, dict[str, Any]]:
    """What is stored of some prospects, by id."""
    if graph is None:
        return {}
    rows = (row for portion in in_lookups(ids) for row in graph.value("intake/known_prospects", ids=portion))
    return {prospect_id: native(dict(zip(COMPARED, values, strict=True))) for prospect_id, *values in rows}
