"""Openings: what a company brings along from before its first period here.

An opening is never changed in place, as with facts: a later import that says something else adds a version.
"""

from collections.abc import Sequence

import pyarrow as pa

from engine.genealogy.changes.closed import ClosedPeriod, closing_opening
from engine.graph.database import Graph
from engine.intake import columns
from engine.intake.checked import CheckedRows
from engine.intake.facts import compared, once, periods, without_closed
from engine.intake.members import CheckedMembers, known_owners
from engine.intake.refusals import Refusals
from engine.intake.tables import CompanyTable
from engine.passes.openings import fault
from engine.passes.record import RunRecord, complete
from engine.period import period

KEY = ("member_id", "plan", "period", "kind", "name", "part")


def check_openings(
    table: CompanyTable,
    members: CheckedMembers,
    graph: Graph | None,
    refusals: Refusals,
    closed: Sequence[ClosedPeriod] = (),
) -> CheckedRows:
    """Check the openings table against the members, and against the runs that are there already.

    One with which a `closed` period began, or could have, is refused.
    """
    owners = known_owners(table, members, graph, refusals)
    columns.ids(table, "plan", refusals)
    for name in ("period", "kind", "value"):
        columns.needed(table, name, refusals)
    typed = pa.table(
        {"member_id": owners, "plan": table["plan"], "period": periods(table, "period", refusals)}
        | {name: table[name] for name in ("kind", "name", "part", "value")}
    )
    for row, each in enumerate(typed.to_pylist()):
        if each["kind"] and each["value"]:
            wrong = fault(each["kind"], each["name"], each["part"], each["value"])
            if wrong:
                refusals.row(table, row, "bad_opening", *wrong)
    once(table, typed, KEY, "duplicate_opening", refusals)
    checked = compared(table, typed, (*KEY, "value"), "openings", graph, refusals, key=len(KEY))
    runs = complete(graph) if graph else []
    for row, opening in checked.by_row:
        _refuse_made(table, row, opening, runs, refusals)
    return without_closed(
        checked, refusals, closed,
        lambda opening: closing_opening(closed, opening["plan"], opening["period"]),
    )  # fmt: skip


def _refuse_made(
    table: CompanyTable, row: int, opening: dict[str, str], runs: list[RunRecord], refusals: Refusals
) -> None:
    """Refuse an opening that a run has made itself: one of its period by its plan, or of an earlier one."""
    as_of = period(opening["period"])
    for run in runs:
        if (run.plan, run.facts["calendar"]) != (opening["plan"], as_of.calendar):
            continue
        if run.facts["last_day"].to_native() <= as_of.last:
            what = (
                f"run {run.number} of {run.period} by {run.plan} has made what is carried into later periods"
            )
            todo = f"Openings are as of the period before the first one that is run. Leave out {as_of.name}."
            refusals.row(table, row, "opening_already_made", what, todo)
            return
