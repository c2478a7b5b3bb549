"""Bonuses: who is paid for an order, at which rate, how it is rounded, and what stays with the company."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neo4j.exceptions import TransientError

from engine.answers.lines import lines
from engine.composition.bonuses import rounding
from engine.graph.database import Graph
from engine.graph.queries import Query
from engine.money import ROUNDINGS, in_currency, money
from engine.passes.record import RunRecord, complete
from engine.passes.replay import plan_of, window_of
from tests.support.companies import month

COMPANY = """
plan:
  name = "Pay"
  [activity]
  personal_volume = 10
  [rounding]
  rule = "floor"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = { none = ["0.10", "0.05", "0.01"] }
members:
  member  sponsor  status
  1       -        active
  11      1        active
  111     11       terminated
  1111    111      active
orders:
  order  member  qv  cv     kind    refund_of
  a      1       10  0      sale    -
  b      111     99  1.99   sale    -
  c      1111    10  10.01  sale    -
  d      1111    0   -0.50  refund  c
"""


@pytest.fixture
def run(graph: Graph, tmp_path: Path) -> RunRecord:
    return month(graph, tmp_path, COMPANY)


def lines_of(graph: Graph, run: RunRecord, which: str, **chosen: object) -> list[tuple[object, ...]]:
    plan = plan_of(run)
    answered = lines(graph, plan, run.number, window_of(run, plan), plan.bonuses[0], which, **chosen)
    return [(line.order_id, line.level, line.payee_id, line.amount, line.reason) for line in answered]


def test_each_order_pays_up_the_tree_whatever_the_status_of_its_buyer(run: RunRecord, graph: Graph) -> None:
    assert lines_of(graph, run, "of_levels", first=0, last=9) == [
        ("b", 1, "11", 0, "inactive"),
        ("b", 2, "1", 9, None),  # 5 % of 1.99 is 9.95 cents, rounded down; a terminated member's order pays
        ("b", 3, None, 0, "no_upline"),
        ("c", 1, "111", 0, "inactive"),
        ("c", 2, "11", 0, "inactive"),
        ("c", 3, "1", 10, None),
        ("d", 1, "111", 0, "inactive"),
        ("d", 2, "11", 0, "inactive"),
        ("d", 3, "1", 0, None),  # half a cent back, rounded towards zero like the payment
    ]


def test_lines_can_be_read_by_source_and_by_payee(run: RunRecord, graph: Graph) -> None:
    every = lines_of(graph, run, "of_levels", first=0, last=9)
    assert lines_of(graph, run, "of_source", source_id="1111") == [
        line for line in every if line[0] in ("c", "d")
    ]
    assert lines_of(graph, run, "of_payee", payee_id="1") == [line for line in every if line[2] == "1"]


def test_totals_show_what_is_paid_what_is_left_and_why(run: RunRecord) -> None:
    total = run.totals[0]
    worth = Fraction(total["unit"], total["parts"])
    volume, full = Fraction("11.50"), Fraction("0.16")
    assert (total["paid_exact"] + total["breakage"]) * worth == volume * full * 100
    assert total["paid"] == 19
    assert total["reasons"] == ["inactive", "no_upline"]
    assert sum(total["unpaid"]) == total["breakage"]


EXACT = st.one_of(
    st.integers(-(10**15), 10**15),
    st.builds(lambda half, sign: sign * half * 50_000_000, st.integers(0, 10**6), st.sampled_from([-1, 1])),
)


@pytest.mark.parametrize("rule", ROUNDINGS)
@pytest.mark.parametrize(
    ("point", "digits"), [("1", 6), ("0.75", 6), ("1.333333", 6), ("12", 6), ("0.75", 9), ("12", 9)]
)
@settings(max_examples=15)
@given(units=st.lists(EXACT, min_size=50, max_size=50))
def test_cypher_rounds_as_python_does(
    rule: str, point: str, digits: int, units: list[int], server_graph: Graph
) -> None:
    cash = money(in_currency("USD"), rule, True, Fraction(point), digits)
    piece = rounding(cash)
    text = f"UNWIND $units AS exact RETURN collect({piece.text}) AS rounded"
    query = Query(
        "tests/rounded", Path("ask"), "read", dict.fromkeys([*piece.params, "units"], "ANY"), {}, "", text
    )
    offered = {"units": units, "unit": cash.volume.unit, "parts": cash.volume.parts}
    parameters = {name: value for name, value in offered.items() if f"${name}" in text}
    query_used = Query(query.name, query.path, "read", dict.fromkeys(parameters, "ANY"), {}, "", text)
    rounded = server_graph.read(query_used, **parameters)[0]["rounded"]
    assert rounded == [cash.rounded(each, cash.volume) for each in units]


def test_a_bonus_that_read_while_another_wrote_is_computed_again(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed = month(graph, tmp_path / "undisturbed", COMPANY)
    batched = Graph.batched
    refused: list[object] = []

    def outdated(self: Graph, statement: str | Query, **parameters: object) -> list[dict[str, object]]:
        rows = batched(self, statement, **parameters)
        if getattr(statement, "name", statement) == "bonuses/write" and len(refused) < 2:
            refused.append(parameters["bonus"])  # worst case: some of it is stored when the server gives up
            raise TransientError("The transaction read outdated data")
        return rows

    monkeypatch.setattr(Graph, "batched", outdated)
    again = month(graph, tmp_path / "again", COMPANY)
    assert refused == ["Levels", "Levels"]
    assert again.totals == undisturbed.totals
    assert again.facts["results_hash"] == undisturbed.facts["results_hash"]


def test_a_bonus_that_is_refused_again_and_again_fails_and_leaves_nothing(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batched = Graph.batched

    def outdated(self: Graph, statement: str | Query, **parameters: object) -> list[dict[str, object]]:
        if getattr(statement, "name", statement) == "bonuses/write":
            raise TransientError("The transaction read outdated data")
        return batched(self, statement, **parameters)

    monkeypatch.setattr(Graph, "batched", outdated)
    with pytest.raises(TransientError):
        month(graph, tmp_path, COMPANY)
    monkeypatch.undo()
    assert complete(graph) == []
    assert graph.value("runs/every") is None
