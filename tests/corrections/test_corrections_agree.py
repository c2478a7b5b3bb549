"""Corrections of random companies are what the oracle pays less, where it knows of the refunds in time.

The engine pays October, commits it, and gets refunds of its orders with November. The oracle computes October
twice: without these refunds, and with each at the instant of its order.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from engine.answers.corrections import all_corrections
from engine.answers.export import Export
from engine.graph.database import Graph
from engine.intake.importing import import_company, import_rows
from engine.period import Period, period
from engine.periods.committing import commit
from engine.periods.steps import set_rules
from engine.plans.reader import read
from engine.run import run
from tests import oracle
from tests.support.family import read_output, unlike
from tests.support.groves import seeds
from tests.support.strategies import Case, Tables, grove

OCTOBER, NOVEMBER = "2026-10", "2026-11"
COMPANIES = 40

Row = dict[str, str]


def returned_later(rows: list[Row], october: Period) -> list[Row]:
    """Refunds of every third order of October that nobody has returned: in full, or of commission alone."""
    taken_back = {row["refund_of"] for row in rows if row.get("refund_of")}
    sold = [
        row
        for row in rows
        if october.start <= datetime.fromisoformat(row["ordered_at"]) < october.end
        and row["order_id"] not in taken_back
        and not row.get("refund_of")
        and float(row["commissionable_volume"]) > 0
    ]
    return [_refund(row, in_full=place % 6 < 3) for place, row in enumerate(sold) if place % 3 == 0]


def _refund(row: Row, *, in_full: bool) -> Row:
    """A refund of an order; without its qualifying volume and amount if not in full."""
    less = {name: _less(row[name]) for name in ("qualifying_volume", "commissionable_volume", "amount")}
    if not in_full:
        less |= {"qualifying_volume": "0", "amount": "0"}
    names = {"order_id": f"{row['order_id']}back", "kind": "refund", "refund_of": row["order_id"]}
    return row | less | names | {"ordered_at": "2026-11-20T12:00:00+00:00"}


def _less(figure: str) -> str:
    return f"-{figure}" if float(figure) else figure


def corrects(row: Row, placed: Mapping[str, str], october: Period) -> bool:
    """Whether a row is a refund of later of an order of October."""
    if not row.get("refund_of"):
        return False
    sold, back = (datetime.fromisoformat(at) for at in (placed[row["refund_of"]], row["ordered_at"]))
    return october.start <= sold < october.end <= back


def with_orders(case: Case, orders: list[Row]) -> Case:
    """The same company with other orders."""
    return Case(Tables({**case.tables.rows, "orders": orders}), case.plan)


def earned(result: oracle.Result) -> Mapping[tuple[str, str], int]:
    """By payee and bonus."""
    return {key: amount for key, amount in result.earnings.items() if amount}


@pytest.mark.parametrize("seed", seeds(6))
def test_what_is_taken_back_is_what_the_oracle_pays_less(seed: int, graph: Graph, tmp_path: Path) -> None:
    case = grove(seed, COMPANIES)
    plan_file = case.write(tmp_path / "case")[1]
    plan = read(plan_file, None)
    october = period(OCTOBER, plan.zone)
    orders = [*case.tables.rows["orders"], *returned_later(case.tables.rows["orders"], october)]
    placed = {row["order_id"]: row["ordered_at"] for row in orders}
    late = [row for row in orders if corrects(row, placed, october)]
    assert len(late) > COMPANIES
    kept = [row for row in orders if row not in late]
    in_time = [*kept, *(row | {"ordered_at": placed[row["refund_of"]]} for row in late)]
    paid_tables, _ = with_orders(case, kept).write(tmp_path / "paid")
    due_tables, _ = with_orders(case, in_time).write(tmp_path / "due")
    (paid,) = oracle.compute(paid_tables, plan_file, [OCTOBER])
    due, november = oracle.compute(due_tables, plan_file, [OCTOBER, NOVEMBER])

    import_company(graph, paid_tables)
    set_rules(graph, corrected_ranks="restated")
    commit(graph, OCTOBER, run=run(graph, plan, october).number, first=True)
    import_rows(graph, {"orders": [dict(row) for row in late]})
    corrected = run(graph, plan, period(NOVEMBER, plan.zone))

    booked = {(each.member_id, each.bonus): each.amount for each in all_corrections(graph, corrected)}
    before, after = earned(paid), earned(due)
    expected = {key: after.get(key, 0) - before.get(key, 0) for key in before.keys() | after.keys()}
    assert booked == {key: amount for key, amount in expected.items() if amount}
    out = Export(tmp_path / "out")
    out.add(graph, corrected)
    out.finish()
    assert unlike([november], read_output(due_tables, tmp_path / "out")) == []
