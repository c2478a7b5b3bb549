"""Structural roll-up: who moves where, what stays, and that it is done once."""

from datetime import date
from pathlib import Path

import pytest

from engine.genealogy.refusals import TooFewRunsError
from engine.genealogy.rollup import roll_up
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.period import period
from engine.plans.reader import parse
from engine.run import run
from tests.support.small_tables import edges, write

MEMBERS = """
    member_id sponsor_id enrolled_on status
    1         -          2026-01-01  active
    11        1          2026-01-01  terminated
    111       11         2026-01-01  terminated
    1111      111        2026-01-01  active
    112       11         2026-01-01  active
    12        1          2026-01-01  active
    121       12         2026-01-01  active
    2         -          2026-01-01  terminated
    21        2          2026-01-01  active
    """
CUSTOMERS = "customer_id name member_id since\nc1 Gil 111 2026-05-01\nc2 Hal 12 2026-05-01"
PLAN = 'name = "P"\n[activity]\npersonal_volume = 100\n'
ORDERS = """
    order_id ordered_at            member_id kind qualifying_volume commissionable_volume amount currency
    o1       2026-10-05T00:00:00Z  121       sale 100               100                   0      USD
    o2       2026-11-05T00:00:00Z  121       sale 100               100                   0      USD
    o3       2026-10-05T00:00:00Z  12        sale 100               100                   0      USD
    """


def test_terminated_members_are_rolled_up_once(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path / "company", members=MEMBERS, customers=CUSTOMERS))
    rolled = roll_up(graph)
    assert rolled.gone == ("11", "111", "2")
    assert rolled.moves == (("111", "sponsor", "1"), ("1111", "sponsor", "1"), ("112", "sponsor", "1"))
    assert rolled.customers == (("c1", "Gil", "1"),)
    assert rolled.stayed == ("21",)
    import_company(graph, rolled.write(tmp_path / "moves", date(2026, 12, 1), "desk", "clean-up"))
    now = {(row[0], row[2]) for row in edges(graph) if row[5] is None}
    assert {("111", "1"), ("1111", "1"), ("112", "1"), ("21", "2"), ("121", "12")} <= now
    assert ("1111", "sponsor", "111", None, date(2026, 1, 1), date(2026, 12, 1)) in edges(graph)
    again = roll_up(graph)
    assert (again.moves, again.customers) == ((), ())


def test_by_option_only_customers_move(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path / "company", members=MEMBERS, customers=CUSTOMERS))
    rolled = roll_up(graph, customers_only=True)
    assert (rolled.moves, rolled.customers) == ((), (("c1", "Gil", "1"),))


def test_inactive_for_some_periods(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path / "company", members=MEMBERS, orders=ORDERS))
    plan = parse(PLAN, Path("plan.toml"))
    for name in ("2026-10", "2026-11"):
        run(graph, plan, period(name))
    with pytest.raises(TooFewRunsError, match="only 2 periods"):
        roll_up(graph, terminated=False, inactive_periods=3)
    # 12 was active in October, so only one period counts against her.
    assert "12" not in roll_up(graph, terminated=False, inactive_periods=2).gone
    latest = roll_up(graph, terminated=False, inactive_periods=1)
    assert ("121", "sponsor", "1") in latest.moves  # 1 is inactive as well, but nobody is above: 1 stays
    assert "12" in latest.stayed
