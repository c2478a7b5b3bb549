"""The ready mappings: each reads an export of its shape, with invented rows, and accounts for every row."""

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from engine.genealogy.changes.lane import Company
from engine.intake.load import Load, check
from engine.intake.mapping.reader import read_mapping, ready_names
from engine.progress import silent


def loaded(folder: Path, name: str, **files: str) -> Load:
    """What a ready mapping makes of some files, by their names without .csv."""
    for stem, text in files.items():
        (folder / f"{stem}.csv").write_text(dedent(text).lstrip(), encoding="utf-8")
    return check(None, folder, Company(), None, {}, silent, read_mapping(name))


def rows(table: Any, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in table.added.select(list(columns)).to_pylist()]


def orders(load: Load) -> list[tuple[Any, ...]]:
    assert load.orders
    names = ("order_id", "member_id", "customer_id", "kind", "qualifying_volume", "amount", "currency")
    return sorted(rows(load.orders, *names))


EXIGO_CUSTOMERS = """
    CustomerID,FirstName,LastName,CustomerTypeID,CustomerStatusID,EnrollerID,SponsorID,MainCountry,CreatedDate
    100,Una,Stern,3,1,0,0,US,2026-01-01 00:00:00
    101,Dov,Hale,3,1,100,100,US,2026-01-05 09:30:00
    102,Ida,Moss,3,2,100,101,CA,2026-02-01 00:00:00
    900,Kit,Shop,1,1,101,0,US,2026-02-02 00:00:00
    901,Pia,Buys,2,1,102,0,US,2026-02-03 00:00:00
    999,Old,Vendor,9,1,0,0,US,2020-01-01 00:00:00
"""
EXIGO_ORDERS = (
    """
    OrderID,CustomerID,OrderStatusID,OrderTypeID,OrderDate,CurrencyCode,Total,BusinessVolumeTotal,"""
    """CommissionableVolumeTotal,ReturnOrderID
    1,101,9,2,2026-03-01 10:00:00,usd,120.00,100.00,80.00,0
    2,900,7,2,2026-03-02 10:00:00,usd,60.00,50.00,40.00,0
    3,901,4,2,2026-03-03 10:00:00,usd,60.00,50.00,40.00,0
    4,101,9,8,2026-03-09 10:00:00,usd,120.00,100.00,80.00,1
    5,900,9,8,2026-03-10 10:00:00,usd,-6.00,-5.00,-4.00,2
"""
)


def test_exigo(tmp_path: Path) -> None:
    load = loaded(tmp_path, "exigo", Customers=EXIGO_CUSTOMERS, Orders=EXIGO_ORDERS)
    assert load.refusals.resolve() == []
    assert rows(load.members, "member_id", "sponsor_id", "placement_id", "name", "status") == [
        ("100", None, None, "Una Stern", "active"),
        ("101", "100", "100", "Dov Hale", "active"),
        ("102", "100", "101", "Ida Moss", "suspended"),
    ]
    assert load.customers
    assert rows(load.customers, "customer_id", "member_id") == [("900", "101"), ("901", "102")]
    assert orders(load) == [
        ("1", "101", None, "sale", 100_00, 120_00, "USD"),
        ("2", "101", "900", "sale", 50_00, 60_00, "USD"),
        ("4", "101", None, "refund", -100_00, -120_00, "USD"),
        ("5", "101", "900", "refund", -5_00, -6_00, "USD"),
    ]
    assert load.warnings == [
        "Customers.csv: 1 row feeds no table, as the mapping says",
        "Orders.csv: 1 row feeds no table, as the mapping says",
    ]


def test_exigo_names_the_companys_own_column_and_line(tmp_path: Path) -> None:
    customers = EXIGO_CUSTOMERS.replace("2026-02-01 00:00:00", "1 Feb 26").replace(
        "Ida,Moss,3,2", "Ida,Moss,3,7"
    )
    load = loaded(
        tmp_path, "exigo", Customers=customers, Orders=EXIGO_ORDERS.replace("50.00,40.00", "50,00,1")
    )
    refusals = [(one.name, one.where, one.what.split(" is ")[0]) for one in load.refusals.resolve()]
    assert ("bad_date", "Customers.csv:4", "CreatedDate (enrolled_on) '1 Feb 26'") in refusals
    assert ("unknown_word", "Customers.csv:4", "CustomerStatusID (status) '7'") in refusals
    assert {where for name, where, _ in refusals if name == "wrong_field_count"} == {
        "Orders.csv:3",
        "Orders.csv:4",
    }


def test_woocommerce_with_affiliatewp(tmp_path: Path) -> None:
    load = loaded(
        tmp_path, "woocommerce-affiliatewp",
        affiliates="""
            "Affiliate ID",Email,"First Name","Last Name",Username,Rate,Status,"Date Registered"
            7,a@example.org,Ann,Lee,ann,20,active,"2026-01-02 10:00:00"
            8,b@example.org,Ben,,ben,20,inactive,"Jan 3, 2026"
            9,c@example.org,Cy,,cy,20,pending,"2026-02-01 10:00:00"
        """,
        referrals="""
            "Affiliate ID",Email,Amount,Currency,Reference,Context,Status,Date
            7,a@example.org,10.00,USD,501,woocommerce,paid,2026-03-01
            8,b@example.org,4.00,USD,502,woocommerce,unpaid,2026-03-02
            7,a@example.org,4.00,USD,503,woocommerce,rejected,2026-03-02
        """,
        orders="""
            order_id,order_number,order_date,status,order_total,order_subtotal,order_currency,customer_id
            501,501,2026-03-01 12:00:00,completed,59.99,50.00,USD,31
            502,502,3/2/2026  6:29:00,processing,20.00,20.00,USD,32
            503,503,2026-03-02 12:00:00,completed,20.00,20.00,USD,33
            504,504,2026-03-02 12:00:00,completed,20.00,20.00,USD,34
            505,505,2026-03-02 12:00:00,cancelled,20.00,20.00,USD,34
        """,
    )  # fmt: skip
    assert load.refusals.resolve() == []
    assert rows(load.members, "member_id", "name", "status") == [
        ("7", "Ann Lee", "active"),
        ("8", "Ben", "suspended"),
    ]
    assert orders(load) == [
        ("501", "7", None, "sale", 50_00, 59_99, "USD"), ("502", "8", None, "sale", 20_00, 20_00, "USD"),
    ]  # fmt: skip
    assert "orders.csv: 3 rows feed no table, as the mapping says" in load.warnings


def test_an_order_of_two_affiliates_is_refused(tmp_path: Path) -> None:
    load = loaded(
        tmp_path, "woocommerce-affiliatewp",
        affiliates="Affiliate ID,First Name,Last Name,Status,Date Registered\n"
        "7,A,,active,2026-01-02\n8,B,,active,2026-01-02",
        referrals="Affiliate ID,Reference,Status\n7,501,paid\n8,501,paid",
        orders="order_id,order_date,status,order_total,order_subtotal,order_currency\n"
        "501,2026-03-01 12:00:00,completed,59.99,50.00,USD",
    )  # fmt: skip
    (refusal,) = load.refusals.resolve()
    assert (refusal.name, refusal.where) == ("ambiguous_lookup", "orders.csv:2")
    assert refusal.what == (
        "order_id, looked up in referrals.csv (member_id) '501' has several Affiliate ID there"
    )


def test_odoo(tmp_path: Path) -> None:
    load = loaded(
        tmp_path, "odoo",
        partners="""
            Reference,Name,Sponsor,Tags,Country,Created on
            M1,Ann,,Member,Germany,2026-01-01 08:00:00
            M2,Ben,M1,Member,Germany,2026-01-02 08:00:00
            K1,Cleo,M2,,Germany,2026-01-03 08:00:00
            S1,Supplier,,,Germany,2026-01-03 08:00:00
        """,
        orders="""
            Order Reference,Order Date,Customer/Reference,Untaxed Amount,Total,Currency,Status
            S00001,2026-03-01 23:30:00,M2,100.0,119.0,EUR,Sales Order
            S00002,2026-03-02 10:00:00,K1,50.0,59.5,EUR,Locked
            S00003,2026-03-02 10:00:00,K1,50.0,59.5,EUR,Quotation
        """,
    )  # fmt: skip
    assert load.refusals.resolve() == []
    assert rows(load.members, "member_id", "sponsor_id") == [("M1", None), ("M2", "M1")]
    assert orders(load) == [
        ("S00001", "M2", None, "sale", 100_00, 119_00, "EUR"),
        ("S00002", "M2", "K1", "sale", 50_00, 59_50, "EUR"),
    ]


def test_bydesign(tmp_path: Path) -> None:
    load = loaded(
        tmp_path, "bydesign",
        Reps="""
            RepNumber,SponsorRepNumber,Firstname,Lastname,BillCountry,JoinDate,Status
            1,1,Home,Office,US,01/01/2020,Active
            2,1,Ann,Lee,US,12/31/2025 11:05:00 PM,Cancelled
        """,
        Orders="""
            OrderID,OrderDate,RepNumber,CustomerNumber,QualifyingVolume,CommissionableVolume,Total,CurrencyCode
            5,3/1/2026 1:05:00 PM,2,,10,10,12.50,USD
        """,
    )  # fmt: skip
    assert load.refusals.resolve() == []
    assert rows(load.members, "member_id", "sponsor_id", "status") == [
        ("1", None, "active"),
        ("2", "1", "terminated"),
    ]
    assert orders(load) == [("5", "2", None, "sale", 10_00, 12_50, "USD")]


@pytest.mark.parametrize("name", ready_names())
def test_each_ready_mapping_has_its_test(name: str) -> None:
    assert f'"{name}"' in Path(__file__).read_text(encoding="utf-8")
