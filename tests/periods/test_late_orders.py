"""Late orders of committed periods count in the first open one, exactly, where the company says so."""

import csv
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.answers.orders import order as order_of
from engine.answers.standings import standings
from engine.genealogy.changes.lane import Company, read_company
from engine.graph.database import Graph
from engine.intake.exporting import export_company
from engine.intake.importing import import_company, import_rows
from engine.intake.load import check
from engine.intake.orders import counted
from engine.intake.refusals import ImportRefusedError
from engine.passes.record import result
from engine.period import period
from engine.periods.committing import commit
from engine.periods.steps import BadRuleError, set_rules
from engine.plans.plan import Plan
from engine.plans.reader import read
from engine.progress import silent
from engine.run import run
from tests.periods.test_committing import COMPANY, order
from tests.support.companies import written

MONTHS = ("2025-09", "2025-10", "2025-11")
BACK = dict.fromkeys(("qualifying_volume", "commissionable_volume", "amount"), "-10")


@pytest.fixture
def plan(graph: Graph, tmp_path: Path) -> Plan:
    path = written(tmp_path, COMPANY)
    import_company(graph, tmp_path)
    set_rules(graph, late_orders="book")
    return read(path, None)


def volume(graph: Graph, name: str, member_id: str) -> int:
    done = result(graph, name)
    return standings(graph, Reach.everything, done, [member_id])[member_id].personal_volume


def test_a_late_order_counts_in_the_first_open_period(graph: Graph, plan: Plan) -> None:
    with pytest.raises(BadRuleError):
        set_rules(graph, late_orders="perhaps")
    assert read_company(graph).late_orders == "book"
    run(graph, plan, period("2025-09"))
    commit(graph, "2025-09")
    before = result(graph, "2025-09").facts["results_hash"]
    late = {"orders": [order("late", "2025-09-20")]}
    assert import_rows(graph, late).orders.added == 1
    assert import_rows(graph, late).orders.unchanged == 1
    assert import_rows(
        graph, {"orders": [order("back", "2025-09-21", kind="refund", refund_of="late", **BACK)]}
    )
    kept = order_of(graph, Reach.everything, "late")
    assert kept.placed_at == datetime(2025, 9, 20, tzinfo=UTC)
    assert kept.ordered_at == datetime(2025, 10, 1, tzinfo=UTC)
    import_rows(graph, {"orders": [order("late2", "2025-09-22")]})
    run(graph, plan, period("2025-10"))
    assert volume(graph, "2025-10", "11") == 10_000 + 1_000 - 1_000 + 1_000
    assert result(graph, "2025-09").facts["results_hash"] == before
    free = BACK | {"amount": "0"}
    import_rows(graph, {"orders": [order("r", "2025-09-25", kind="refund", refund_of="s1", **free)]})
    run(graph, plan, period("2025-10"))
    assert volume(graph, "2025-10", "11") == 10_000 + 1_000 - 1_000 + 1_000  # it corrects September
    set_rules(graph, late_orders="refuse")
    for wrong in ({"counted_at": "2025-09-19"}, {"counted_at": "2025-09-29"}):
        with pytest.raises(ImportRefusedError):
            import_rows(graph, {"orders": [order("w", "2025-09-20", **wrong)]})


@pytest.mark.parametrize("seed", [1, 2])
def test_random_late_orders_are_counted_once_and_where_the_model_says(
    graph: Graph, plan: Plan, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    figures, expected = [10_000, 10_000, 0], {"s1": 0, "o1": 1, "n1": 2}
    for closed in range(-1, 2):
        for turn in range(6):
            at, name = chance.randrange(3), f"{closed}/{turn}"
            day = f"{MONTHS[at]}-{chance.randint(1, 30):02d}"
            assert import_rows(graph, {"orders": [order(name, day)]}).orders.added == 1
            expected[name] = max(at, closed + 1)
            figures[expected[name]] += 1_000
        run(graph, plan, period(MONTHS[closed + 1]))
        assert volume(graph, MONTHS[closed + 1], "11") == figures[closed + 1]
        commit(graph, MONTHS[closed + 1])
    assert [volume(graph, name, "11") for name in MONTHS] == figures

    # Out, and checked for another database: each order counts in the same month there.
    export_company(graph, tmp_path / "out")
    with (tmp_path / "out" / "orders.csv").open(newline="") as file:
        rows = {row["order_id"]: row["counted_at"] or row["ordered_at"] for row in csv.DictReader(file)}
    assert {name: MONTHS.index(at[:7]) for name, at in rows.items()} == expected
    load = check(None, tmp_path / "out", Company(), None, {}, silent)
    assert load.orders
    added = load.orders.added
    months = [MONTHS.index(f"{at:%Y-%m}") for at in counted(added).to_pylist()]
    assert dict(zip(added["order_id"].to_pylist(), months, strict=True)) == expected
