"""Currencies that ISO 4217 does not know: named with an import, kept for the company, never changed."""

from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.answers.orders import order
from engine.compute import own_currency
from engine.genealogy.changes.lane import CurrencyKnownError, read_company
from engine.graph.database import Graph
from engine.intake.exporting import export_company
from engine.intake.importing import import_company
from engine.intake.refusals import ImportRefusedError
from engine.money import AmountError, declared_digits
from engine.period import period
from engine.plans.reader import parse
from engine.plans.text import PlanError
from engine.run import run

MEMBERS = "member_id,sponsor_id,enrolled_on\n1,,2026-01-01\n11,1,2026-01-01\n"
ORDERS = """order_id,ordered_at,member_id,kind,qualifying_volume,commissionable_volume,amount,currency
a,2026-11-10,11,sale,10,10,1.234,USDT
b,2026-11-10,11,sale,10,10,5.6,USD
"""
PLAN = """name = "P"
currency = {currency}
[[bonus]]
name = "Retail"
kind = "price_difference"
on = "all"
rate = "0.5"
"""


def company(folder: Path, orders: str = ORDERS) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "members.csv").write_text(MEMBERS, "utf-8")
    (folder / "orders.csv").write_text(orders, "utf-8")
    return folder


def test_an_import_keeps_the_digits_and_amounts_are_read_with_them(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, company(tmp_path / "company"), currencies={"USDT": 3})
    assert read_company(graph).currencies == {"USDT": 3}
    usdt, usd = order(graph, Reach.everything, "a"), order(graph, Reach.everything, "b")
    assert (usdt.amount, usdt.cash.amount(usdt.amount)) == (1234, "1.234")
    assert usd.cash.amount(usd.amount) == "5.60"
    plan = parse(PLAN.format(currency='{ code = "USDT", digits = 3 }'), tmp_path / "plan.toml")
    done = run(graph, plan, period("2026-11", "UTC"))
    assert (done.cash.digits, [total["paid"] for total in done.totals]) == (3, [617])


def test_a_refund_of_too_much_is_refused_in_the_digits_of_its_currency(graph: Graph, tmp_path: Path) -> None:
    refund = "r,2026-11-11,11,refund,-10,-10,-1.235,USDT,a\n"
    head, *rows = ORDERS.splitlines()
    text = "\n".join([f"{head},refund_of", *(f"{row}," for row in rows), refund])
    with pytest.raises(ImportRefusedError) as raised:
        import_company(graph, company(tmp_path / "company", text), currencies={"USDT": 3})
    (refused,) = raised.value.refusals
    assert refused.what == "refund r takes back 1.235 of amount, but 1.234 of order a is left"


def test_an_exported_company_has_its_currencies(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, company(tmp_path / "company"), currencies={"USDT": 3})
    export_company(graph, tmp_path / "out")
    assert ",1.234,USDT," in (tmp_path / "out" / "orders.csv").read_text("utf-8")
    graph.batched("schema/wipe")
    import_company(graph, tmp_path / "out")
    assert read_company(graph).currencies == {"USDT": 3}
    assert order(graph, Reach.everything, "a").amount == 1234


def test_later_imports_know_the_digits_and_nobody_changes_them(graph: Graph, tmp_path: Path) -> None:
    folder = company(tmp_path / "company")
    import_company(graph, folder, currencies={"USDT": 3})
    company(folder, ORDERS + "c,2026-11-11,11,sale,1,1,0.001,USDT\n")
    import_company(graph, folder)
    assert order(graph, Reach.everything, "c").amount == 1
    with pytest.raises(CurrencyKnownError, match="amounts in USDT have 3 decimals in this company, not 6"):
        import_company(graph, folder, currencies={"USDT": 6})
    with pytest.raises(CurrencyKnownError, match="amounts in BTC have 2 decimals"):
        import_company(graph, folder, currencies={"BTC": 6})
    plan = parse(PLAN.format(currency='{ code = "USDT", digits = 2 }'), tmp_path / "plan.toml")
    with pytest.raises(CurrencyKnownError, match="amounts in USDT have 3 decimals in this company, not 2"):
        run(graph, plan, period("2026-11", "UTC"))


def test_a_plan_names_the_digits_of_what_the_standard_does_not_know(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    assert own_currency(parse(PLAN.format(currency='{ code = "USDT", digits = 3 }'), path)) == {"USDT": 3}
    assert own_currency(parse(PLAN.format(currency='"USD"'), path)) == {}
    for currency, message in (
        ('"USDT"', "currency: 'USDT' is not a currency code"),
        ('{ code = "USD", digits = 3 }', "digits: USD has 2 digits by ISO 4217, not 3"),
        ('{ code = "USDT", digits = 7 }', "digits: digits of USDT must be from 0 to 6"),
        ('{ code = "usdt", digits = 3 }', "digits: 'usdt' is not a currency code"),
        ('{ code = "USDT" }', "digits: is missing"),
        ('{ code = "USDT", digits = 3, symbol = "T" }', "symbol: is not an option here"),
    ):
        with pytest.raises(PlanError) as raised:
            parse(PLAN.format(currency=currency), path)
        assert raised.value.what.startswith(message)
    with pytest.raises(AmountError):
        declared_digits("USDT", "three")
