"""Every way into the company's state is tried on a day of a committed period, and refused by one guard."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.genealogy.changes.lane import read_company
from engine.genealogy.changes.undo import settle
from engine.genealogy.operations.kinds import (
    KINDS,
    AddProspect,
    ChangeOwner,
    ChangeSponsor,
    ConvertProspect,
    EnrollCustomer,
    EnrollMember,
    MergeMembers,
    MoveCustomer,
    MoveMember,
    Operation,
    PlaceMember,
    ReinstateMember,
    RollUpMember,
    RollUpMembers,
    SuspendMember,
    SwapMembers,
    TakeBack,
    TerminateMember,
    UpdateProspect,
)
from engine.genealogy.operations.performing import perform
from engine.genealogy.operations.placing import place
from engine.genealogy.placement import ByHand
from engine.genealogy.refusals import PeriodCommittedError
from engine.graph.database import Graph
from engine.intake.importing import import_company, import_rows
from engine.intake.operations import perform_table
from engine.intake.refusals import ImportRefusedError, OperationsRefusedError
from engine.intake.tables import LAYOUTS
from engine.passes.record import result
from engine.period import period
from engine.periods.committing import commit
from engine.periods.withdrawing import withdraw
from engine.plans.reader import read
from engine.run import run
from tests.support.small_tables import dump, write

TABLES = {
    "members": """
        member_id sponsor_id placement_id leg enrolled_on status
        R         -          -            -   2025-01-01  active
        A         R          R            L   2025-01-01  active
        B         R          R            R   2025-01-01  active
        C         A          A            L   2025-01-01  active
        S         B          B            R   2025-01-01  suspended
        N         A          -            -   2025-01-05  active
    """,
    "customers": """
        customer_id name member_id since
        c1          Cem  A         2025-02-01
    """,
    "orders": """
        order_id ordered_at member_id kind qualifying_volume commissionable_volume amount currency refund_of
        o1 2025-10-05T00:00:00Z C sale 90 90 90 USD -
    """,
    "overrides": """
        member_id kind   first_period last_period reason
        B         active 2025-10      -           trial
    """,
}
PLAN = """
name = "Closed"
currency = "USD"
tree = "placement"
[[bonus]]
name = "Team"
kind = "unilevel"
rates = { none = ["0.10"] }
"""
DAY, LATER, OCTOBER = date(2025, 10, 10), date(2025, 11, 10), "2025-10"
OPEN_PLACE = ByHand("C", "L")


def operations(day: date, number: int) -> list[Operation]:
    return [
        EnrollMember(member_id="X", sponsor_id="C", on=day),
        PlaceMember(member_id="N", how=OPEN_PLACE, on=day),
        MoveMember(member_id="C", parent_id="B", leg="L", on=day),
        ChangeSponsor(member_id="C", sponsor_id="B", on=day),
        SwapMembers(member_id="C", other_id="S", on=day),
        SuspendMember(member_id="C", on=day),
        ReinstateMember(member_id="S", on=day),
        TerminateMember(member_id="C", on=day),
        ChangeOwner(member_id="C", owner_id="R", on=day),
        MoveCustomer(customer_id="c1", member_id="B", on=day),
        EnrollCustomer(customer_id="c1", on=day),
        AddProspect(prospect_id="p2", member_id="C", on=day),
        UpdateProspect(prospect_id="p1", status="contacted", on=day),
        ConvertProspect(prospect_id="p1", on=day),
        RollUpMember(member_id="A", customers_only=True, on=day),
        RollUpMembers(member_ids=("A",), customers_only=True, on=day),
        MergeMembers(member_id="A", other_id="B", on=day),
        TakeBack(number=number),
    ]


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> Graph:
    import_company(graph, write(tmp_path, **TABLES))
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    perform(graph, ChangeOwner(member_id="B", owner_id="R", on=date(2025, 10, 7)))
    perform(graph, ChangeOwner(member_id="A", owner_id="R", on=date(2025, 10, 7)))
    perform(graph, AddProspect(prospect_id="p1", member_id="C", on=date(2025, 10, 7)))
    plan = read(tmp_path / "plan.toml", None)
    run(graph, plan, period(OCTOBER))
    commit(graph, OCTOBER)
    return graph


def test_every_operation_is_refused_on_a_closed_day(company: Graph) -> None:
    tried = operations(DAY, number=2)
    assert {each.kind for each in tried} == set(KINDS)
    before = dump(company)
    for each in tried:
        with pytest.raises(PeriodCommittedError, match="2025-10 of Closed is committed by run 1") as raised:
            perform(company, each)
        assert raised.value.field == ("number" if isinstance(each, TakeBack) else "on")
    rows = [{"kind": "suspend", "member_id": "C", "on": "2025-10-31"}]
    with pytest.raises(OperationsRefusedError, match="committed"):
        perform_table(company, rows)
    with pytest.raises(PeriodCommittedError):
        place(company, "N", OPEN_PLACE, on=DAY)
    assert dump(company) == before
    withdraw(company, OCTOBER, reason="to see that nothing else refuses them")
    for each in tried[:2]:
        assert perform(company, each).on == DAY


def test_on_an_open_day_they_are_done(company: Graph) -> None:
    for each in (
        SuspendMember(member_id="C", on=LATER), MoveCustomer(customer_id="c1", member_id="B", on=LATER),
        MoveMember(member_id="C", parent_id="B", leg="L", on=LATER),
    ):  # fmt: skip
        done = perform(company, each)
        assert perform(company, TakeBack(number=done.number)).undoes == done.number


FIGURES = {"qualifying_volume": "1", "commissionable_volume": "1", "amount": "1", "currency": "USD"}
BACK = dict.fromkeys(("qualifying_volume", "commissionable_volume", "amount"), "-1")


def order(name: str, day: str, **more: str) -> dict[str, str]:
    return {
        "order_id": name, "ordered_at": day, "member_id": "C", "kind": "sale", **FIGURES, **more
    }  # fmt: skip


CLOSED: dict[str, list[dict[str, Any]]] = {
    "members": [{"member_id": "X", "sponsor_id": "C", "enrolled_on": "2025-10-31"}],
    "orders": [
        order("x1", "2025-10-31T23:59:59.999999Z"), order("x2", "2025-01-01"),
        order("x3", "2025-10-20", kind="refund", **BACK),
    ],
    "moves": [{"member_id": "C", "tree": "sponsor", "parent_id": "B", "effective_on": "2025-10-31"}],
    "facts": [{"member_id": "C", "name": "n", "period": "2025-10", "value": "1"}],
    "overrides": [
        {"member_id": "C", "kind": "active", "first_period": "2025-10", "reason": "late"},
        {"member_id": "B", "kind": "active", "first_period": "2025-10", "last_period": "2025-W40",
         "reason": "trial"},
        {"member_id": "B", "kind": "exempt", "first_period": "2025-09", "last_period": "2025-12"},
    ],
    "outside_earnings": [{"member_id": "C", "period": "2025-09", "bonus": "Else", "amount": "5"}],
    "openings": [
        {"member_id": "C", "plan": "Closed", "period": "2025-09", "kind": "rank", "name": "lifetime",
         "value": "Gold"},
    ],
}  # fmt: skip
"""Rows of closed days, by table. Of each table every one is refused."""
OPEN: dict[str, list[dict[str, Any]]] = {
    "members": [
        {"member_id": "Y", "sponsor_id": "C", "enrolled_on": "2025-11-01"},
        {"member_id": "C", "sponsor_id": "A", "placement_id": "A", "leg": "L", "enrolled_on": "2025-01-01",
         "status": "terminated"},
    ],
    "customers": [{"customer_id": "c1", "name": "Cem", "member_id": "B", "since": "2025-02-01"}],
    "prospects": [{"prospect_id": "p9", "member_id": "C", "since": "2025-10-02"}],
    "orders": [order("y1", "2025-11-01T00:00:00Z")],
    "moves": [{"member_id": "C", "tree": "sponsor", "parent_id": "B", "effective_on": "2025-11-01"}],
    "facts": [
        {"member_id": "C", "name": "n", "period": "2025-11", "value": "1"},
        {"member_id": "C", "name": "n", "value": "2"},
    ],
    "overrides": [
        {"member_id": "B", "kind": "active", "first_period": "2025-10", "last_period": "2025-11",
         "reason": "trial"},
    ],
    "outside_earnings": [{"member_id": "C", "period": "2025-11", "bonus": "Else", "amount": "5"}],
    "openings": [
        {"member_id": "C", "plan": "Other", "period": "2025-09", "kind": "rank", "name": "lifetime",
         "value": "Gold"},
    ],
}  # fmt: skip
"""Rows that are taken in, although some are about what was there before."""


def test_every_table_is_refused_on_a_closed_day(company: Graph) -> None:
    assert CLOSED.keys() | {"customers", "prospects"} == OPEN.keys() == {layout.name for layout in LAYOUTS}
    before, number = dump(company), read_company(company).newest
    for name, rows in CLOSED.items():
        with pytest.raises(ImportRefusedError) as raised:
            import_rows(company, {name: rows})
        refused = {each.where for each in raised.value.refusals if each.name == "period_committed"}
        assert refused == {f"{name}[{row}]" for row in range(len(rows))}, name
    assert (dump(company), read_company(company).newest) == (before, number)
    mixed = {"orders": [*CLOSED["orders"][:1], *OPEN["orders"]]}
    assert import_rows(company, mixed, accept_valid=True).orders.added == 1
    kept = result(company, OCTOBER)
    for name, rows in OPEN.items():
        if name != "orders":
            assert import_rows(company, {name: rows}).number > number, name
    assert result(company, OCTOBER).facts["results_hash"] == kept.facts["results_hash"]


def test_a_refund_of_a_closed_order_is_refused_where_the_company_says_so(
    company: Graph,
) -> None:
    refund = {"orders": [order("r1", "2025-11-05", kind="refund", refund_of="o1", **BACK)]}
    with pytest.raises(ImportRefusedError, match="2025-10 of Closed is committed by run 1"):
        import_rows(company, refund, refund_rules={"committed_order": "refuse"})
    done = import_rows(company, refund, refund_rules={"committed_order": "remark"})
    assert (done.orders.added, len(done.warnings)) == (1, 1)


def test_the_writer_itself_refuses_what_nobody_has_checked(
    company: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checks of rows are for the messages; without them the guard of the writer lets nothing in."""
    for module in ("facts", "members", "moves", "orders", "openings", "outside"):
        for name in ("closing_day", "closing_period", "closing_opening", "last_to_end"):
            monkeypatch.setattr(f"engine.intake.{module}.{name}", lambda *_: None, raising=False)
    before = state(company)
    for name, rows in CLOSED.items():
        with pytest.raises(PeriodCommittedError):
            import_rows(company, {name: rows[:1]})
        settle(company)  # what it had written is taken back
        assert state(company) == before, name


def state(graph: Graph) -> list[str]:
    return [each for each in dump(graph) if "Change" not in each and "Company" not in each]
