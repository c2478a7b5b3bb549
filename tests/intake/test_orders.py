"""Customers and orders: what an import makes of them, and what it refuses."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.genealogy.changes.lane import read_company
from engine.graph.database import Graph
from engine.intake.importing import ImportReport, import_company
from engine.intake.refusals import ImportRefusedError
from tests.support.small_tables import ask, dump, refusals_of, write

MEMBERS = """
    member_id sponsor_id enrolled_on
    1         -          2026-01-01
    11        1          2026-02-01
    12        1          2026-02-01
"""
CUSTOMERS = """
    customer_id name  member_id since
    c1          Carla 11        2026-02-02
    c2          -     12        -
"""
ORDERS = """
    order_id ordered_at           member_id customer_id kind   qualifying_volume commissionable_volume amount currency refund_of
    a        2026-11-03T10:00:00Z 11        -           sale   100               80.50                 120.99 USD      -
    b        2026-11-04T23:30:00  11        c1          kit    10                0                     15     USD      -
    ar       2026-11-05T10:00:00Z 11        -           Refund -100              -80.5                 -120.99 USD      a
"""  # noqa: E501
HEAD = ORDERS.strip().splitlines()[0]


def imported(graph: Graph, folder: Path, zone: str | None = None, **tables: str) -> ImportReport:
    return import_company(graph, write(folder, **tables), time_zone=zone)


def stored(graph: Graph) -> dict[str, dict[str, Any]]:
    """Every order, with its neighbours."""
    rows = ask(
        graph,
        """
        MATCH (order:Order)-[:CREDITED_TO]->(member:Member)
        RETURN order {.*, credited: member.member_id,
          buyers: [(order)-[:BOUGHT_BY]->(customer) | customer.customer_id],
          refunds: [(order)-[:REFUNDS]->(other) | other.order_id]} AS order
        """,
    )
    return {row["order"]["order_id"]: row["order"] for row in rows}


def test_orders_as_they_are_stored(graph: Graph, tmp_path: Path) -> None:
    report = imported(graph, tmp_path, "Europe/Berlin", members=MEMBERS, customers=CUSTOMERS, orders=ORDERS)
    assert (report.customers.added, report.orders.added, report.time_zone) == (2, 3, "Europe/Berlin")
    orders = stored(graph)
    assert orders["b"].pop("ordered_at").to_native() == datetime(2026, 11, 4, 22, 30, tzinfo=UTC)
    assert orders["b"] == {
        "order_id": "b", "member_id": "11", "credited": "11", "customer_id": "c1", "buyers": ["c1"],
        "kind": "kit", "qualifying_volume": 1000, "commissionable_volume": 0, "amount": 1500,
        "currency": "USD", "import_no": 1, "refunds": [],
    }  # fmt: skip
    refund = orders["ar"]
    assert (refund["kind"], refund["refunds"], refund["qualifying_volume"]) == ("refund", ["a"], -10000)
    assert (refund["commissionable_volume"], refund["amount"]) == (-8050, -12099)
    assert "customer_id" not in refund
    customers = graph.value("intake/known_customers", ids=["c1", "c2"])
    assert customers == [["c1", "Carla", "2026-02-02", "11", None], ["c2", None, None, "12", None]]


def test_the_same_tables_twice_change_nothing(graph: Graph, tmp_path: Path) -> None:
    imported(graph, tmp_path, "Europe/Berlin", members=MEMBERS, customers=CUSTOMERS, orders=ORDERS)
    before = dump(graph)
    report = imported(graph, tmp_path)
    assert (report.customers.unchanged, report.orders.unchanged, report.orders.added) == (2, 3, 0)
    assert report.time_zone == "Europe/Berlin", "the company's zone is remembered"
    assert dump(graph) == before


def test_a_second_import_has_a_number_of_its_own(graph: Graph, tmp_path: Path) -> None:
    imported(graph, tmp_path, members=MEMBERS, customers=CUSTOMERS, orders=ORDERS)
    more = f"{HEAD}\nc 2026-11-06 12 c1 sale 1 1 1 EUR -\nbr 2026-11-07 11 c1 refund -1 0 -1 USD b"
    moved = CUSTOMERS.replace("Carla 11", "Karla 12")
    report = imported(graph, tmp_path, members=MEMBERS, customers=moved, orders=more)
    assert (report.number, report.customers.updated, report.orders.added) == (2, 1, 2)
    assert {one: row["import_no"] for one, row in stored(graph).items()} == {
        "a": 1,
        "b": 1,
        "ar": 1,
        "c": 2,
        "br": 2,
    }
    assert stored(graph)["br"]["refunds"] == ["b"]
    assert graph.value("intake/known_customers", ids=["c1"]) == [["c1", "Karla", "2026-02-02", "12", None]]
    assert read_company(graph).last_change == 2


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("x 2026-11-03 99 - sale 1 1 1 USD -", "unknown_member"),
        ("x 2026-11-03 1 c9 sale 1 1 1 USD -", "unknown_customer"),
        ("x 2026-11-31 1 - sale 1 1 1 USD -", "bad_date"),
        ("x 2026-11-03 1 - sale 1e2 1 1 USD -", "bad_decimal"),
        ("x 2026-11-03 1 - sale 1 1.005 1 USD -", "bad_decimal"),
        ("x 2026-11-03 1 - sale 1 1 1.5 JPY -", "bad_decimal"),
        ("x 2026-11-03 1 - sale 1 1 10000000000 USD -", "number_too_large"),
        ("x 2026-11-03 1 - sale 1 1 1 dollar -", "bad_currency"),
        ("x 2026-11-03 1 - sale - 1 1 USD -", "missing_value"),
        ("x 2026-11-03 1 - - 1 1 1 USD -", "missing_value"),
        ("- 2026-11-03 1 - sale 1 1 1 USD -", "missing_value"),
        ("a 2026-11-03 1 - sale 1 1 1 USD -", "duplicate_id"),
        ("x 2026-11-03 1 - sale -1 1 1 USD -", "sale_negative"),
        ("x 2026-11-03 1 - sale 1 -1 1 USD -", "sale_negative"),
        ("x 2026-11-03 1 - kit 1 1 -1 USD -", "sale_negative"),
        ("x 2026-11-03 1 - refund -1 1 -1 USD a", "refund_not_negative"),
        ("x 2026-11-03 1 - refund -1 -1 -1 USD nope", "unknown_refund"),
        ("x 2026-11-03 1 - refund -1 -1 -1 USD x", "self_reference"),
        ("x 2026-11-03 1 - sale 1 1 1 USD a", "not_a_refund"),
    ],
)
def test_refused_orders(tmp_path: Path, row: str, name: str) -> None:
    refusals = refusals_of(tmp_path, members=MEMBERS, customers=CUSTOMERS, orders=f"{ORDERS.strip()}\n{row}")
    assert refusals == [(name, "orders.csv:5")]


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("c1 Twin 11 -", "duplicate_id"),
        ("c3 - 99 -", "unknown_member"),
        ("c3 - - -", "missing_value"),
        ("- - 11 -", "missing_value"),
        ("c3 - 11 2026-02-30", "bad_date"),
    ],
)
def test_refused_customers(tmp_path: Path, row: str, name: str) -> None:
    refusals = refusals_of(tmp_path, members=MEMBERS, customers=f"{CUSTOMERS.strip()}\n{row}")
    assert refusals == [(name, "customers.csv:4")]


def test_what_depends_on_a_refused_row_is_refused_with_it(tmp_path: Path) -> None:
    refusals = refusals_of(
        tmp_path,
        members=f"{MEMBERS.strip()}\n13 9 2026-02-01",
        customers=f"{CUSTOMERS.strip()}\nc3 - 13 -",
        orders=f"""{HEAD}
            a  2026-11-03 13 -  sale   1  1  1  USD -
            b  2026-11-03 1  c3 sale   1  1  1  USD -
            br 2026-11-03 1  -  refund 0  0  -1 USD b
            bs 2026-11-03 1  -  refund 0  0  -1 USD br
        """,
    )
    assert refusals == [
        ("unknown_sponsor", "members.csv:5"),
        ("refused_member", "customers.csv:4"),
        ("refused_member", "orders.csv:2"),
        ("refused_customer", "orders.csv:3"),
        ("refused_refund", "orders.csv:4"),
        ("refused_refund", "orders.csv:5"),
    ]


@pytest.mark.parametrize(
    ("was", "becomes", "column"),
    [
        ("100 ", "101 ", "qualifying_volume"),
        ("T10:00:00Z", "T10:00:01Z", "ordered_at"),
        ("USD a", "USD b", "refund_of"),
    ],
)
def test_a_stored_order_never_changes(
    graph: Graph, tmp_path: Path, was: str, becomes: str, column: str
) -> None:
    squeezed = "\n".join(" ".join(line.split()) for line in ORDERS.strip().splitlines())
    imported(graph, tmp_path, members=MEMBERS, customers=CUSTOMERS, orders=squeezed)
    before = dump(graph)
    with pytest.raises(ImportRefusedError) as caught:
        imported(graph, tmp_path, orders=squeezed.replace(was, becomes))
    assert {one.name for one in caught.value.refusals} == {"order_changed"}
    assert column in caught.value.refusals[0].what
    assert dump(graph) == before


def test_orders_of_stored_members_and_refunds_of_stored_orders(graph: Graph, tmp_path: Path) -> None:
    imported(graph, tmp_path / "one", members=MEMBERS, customers=CUSTOMERS, orders=ORDERS)
    report = imported(
        graph,
        tmp_path / "two",
        members="member_id sponsor_id enrolled_on\n13 12 2026-03-01",
        orders=f"{HEAD}\nx 2026-12-01 11 c2 refund 0 0 -1 USD b",
    )
    assert (report.members.added, report.orders.added) == (1, 1)


def test_the_command_reports_what_it_read(graph: Graph, tmp_path: Path, upline: Any) -> None:
    folder = write(tmp_path, members=MEMBERS, customers=CUSTOMERS, orders=ORDERS)
    done = upline("import", folder, "--time-zone", "Asia/Tokyo")
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["members", "3", "3", "0", "0", "0"] in rows
    assert ["orders", "3", "3", "0", "0", "0"] in rows
    assert "local times are Asia/Tokyo" in done.stdout
    wrong = upline("import", write(tmp_path, orders=ORDERS.replace("USD", "usd")))
    assert wrong.returncode == 2
    assert "orders.csv:2: currency 'usd' is not a currency code [bad_currency]" in wrong.stderr
