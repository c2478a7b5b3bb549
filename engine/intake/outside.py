"""Outside earnings: what members earned in bonuses that another system computes.

An amount is never changed in place, as with facts: a later import that says another one adds a version.
"""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from engine import ranges
from engine.genealogy.changes.closed import ClosedPeriod, closing_period
from engine.graph.database import Graph
from engine.intake import columns
from engine.intake.checked import CheckedRows
from engine.intake.facts import compared, once, periods, without_closed
from engine.intake.members import CheckedMembers, known_owners
from engine.intake.refusals import Refusals
from engine.intake.tables import CompanyTable
from engine.money import AmountError, minor_digits, scaled

KEY = ("member_id", "period", "bonus")
MOST_DIGITS = 3
"""Decimals of an amount whose currency only the plan knows; the run checks them again."""


def check_outside(
    table: CompanyTable,
    members: CheckedMembers,
    graph: Graph | None,
    currencies: Mapping[str, int],
    refusals: Refusals,
    closed: Sequence[ClosedPeriod] = (),
) -> CheckedRows:
    """Check the table outside_earnings against the members; without a currency it is that of the plan.

    One of a `closed` period is refused.

    `currencies` holds the digits of the company's own currencies by code.
    """
    owners = known_owners(table, members, graph, refusals)
    columns.ids(table, "bonus", refusals)
    for name in ("period", "amount"):
        columns.needed(table, name, refusals)
    typed = pa.table(
        {"member_id": owners, "period": periods(table, "period", refusals)}
        | {name: table[name] for name in ("bonus", "amount", "currency")}
    )
    for row, each in enumerate(typed.to_pylist()):
        if each["amount"] is None:
            continue
        code = each["currency"]
        digits = MOST_DIGITS if code is None else currencies.get(code, minor_digits(code))
        try:
            ranges.OUTSIDE.checked(scaled(each["amount"], 10**digits))
        except AmountError as error:
            what = f"amount {each['amount']!r} {error.what}"
            refusals.row(table, row, "bad_number", what, "Write it in currency units, such as 12.50.")
    once(table, typed, KEY, "duplicate_outside_earning", refusals)
    checked = compared(table, typed, (*KEY, "amount", "currency"), "outside_earnings", graph, refusals)
    return without_closed(checked, refusals, closed, lambda earned: closing_period(closed, earned["period"]))
