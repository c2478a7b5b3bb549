"""Retail profit as a difference of prices, explained."""

from pathlib import Path

from engine.access.reach import Reach
from engine.explain.explanation import explain
from engine.graph.database import Graph
from engine.passes.record import result
from tests.support.family import story

MEMBERS = "member_id sponsor_id\n1 -\n12 1\n13 1"
CUSTOMERS = "customer_id member_id name since\nc1 1 C 2026-01-01\nc2 12 C 2026-01-01\nc3 13 C 2026-01-01"
ORDERS = """order_id member_id customer_id volume amount currency kind refund_of
    a 1 c1 100 199.99 USD sale -
    b 1 - 60 90.00 USD sale -
    c 12 c2 300 480.00 USD sale -
    d 12 c2 0 20.00 USD kit -
    e 12 c2 -300 -96.00 USD refund c
    f 12 c2 60 180.00 EUR sale -
    g 13 c3 20 40.00 USD sale -
    h 12 - 60 0 USD sale -"""
PLAN = '[activity]\npersonal_volume = 50\n[[bonus]]\nname = "Retail"\nkind = "price_difference"\n{}\n'


def test_an_inactive_member_leaves_the_profit_and_explanations_name_the_currency(
    graph: Graph, tmp_path: Path
) -> None:
    output = story(graph, tmp_path, PLAN.format('rate = "0.25"'), MEMBERS, ORDERS, customers=CUSTOMERS)
    assert [(row["payee_id"], row["exact"], row["reason"]) for row in output.lines("Retail")][-1] == (
        "13",
        "10.00",
        "inactive",
    )
    run = result(graph, "2026-11")
    verdicts = {
        order: explain(graph, Reach.everything, run, payee, order).stories[0].verdict
        for payee, order in (("1", "a"), ("12", "f"), ("12", "h"), ("13", "g"), ("1", "b"))
    }
    assert verdicts == {
        "a": "paid 50.00 USD: 25 % of 199.99 USD",
        "f": "nothing to pay on this order: its amount is in EUR, the plan pays in USD",
        "h": "nothing to pay on this order: it is 12's own order, and the bonus counts only customers' "
        "orders (on)",
        "g": "not paid: not active in the period",
        "b": "nothing to pay on this order: it is 1's own order, and the bonus counts only customers' "
        "orders (on)",
    }
