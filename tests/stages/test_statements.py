"""Statements: what a member earned by bonus and in all, with every line behind it."""

from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.answers.lines import lines_paid_to
from engine.answers.members import member
from engine.answers.pages import Stretch
from engine.answers.pay import earnings, statement
from engine.answers.standings import NotStandingError, frontlines, standing, standings, uplines
from engine.genealogy.refusals import UnknownMemberError
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from tests.support.companies import month

COMPANY = """
plan:
  name = "Statements"
  point_value = "0.5"
  [activity]
  personal_volume = 10
  [rounding]
  rule = "half_even"
  at = "{where}"
  [[bonus]]
  name = "Retail"
  kind = "personal"
  rate = "0.25"
  on = "customers"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = {{ none = ["0.05", "0.05"] }}
members:
  member  sponsor  enrolled_on
  1       -        2026-01-01
  11      1        2026-01-01
  12      1        2026-01-01
  111     11       2026-01-01
  13      1        2026-12-01
customers:
  customer  member
  c         11
orders:
  order  member  customer  qv     cv     kind    refund_of
  a      1       -         10     10     sale    -
  b      11      c         10     0.10   sale    -
  c      111     -         10     0.30   sale    -
  d      111     -         10     0.30   sale    -
  e      12      -         10     100    sale    -
  f      12      -         -1     -40    refund  e
"""


@pytest.fixture
def run(graph: Graph, tmp_path: Path) -> RunRecord:
    return month(graph, tmp_path, COMPANY.format(where="line"))


def test_a_statement_sums_rounded_lines_by_bonus(run: RunRecord, graph: Graph) -> None:
    paid = statement(graph, Reach.everything, run, "11")
    # Retail 25 % of half of 0.10 is 1.25 cents; two lines of 5 % of half of 0.30 are 0.75 cents each.
    assert [(one.bonus, one.amount, one.lines) for one in paid.earnings] == [
        ("Retail", 1, 1),
        ("Levels", 2, 2),
    ]
    assert paid.total == paid.standing.earned == 3
    assert [
        (line.bonus, line.order_id, line.amount) for line in lines_paid_to(graph, Reach.everything, run, "11")
    ] == [
        ("Retail", "b", 1),
        ("Levels", "c", 1),
        ("Levels", "d", 1),
    ]


def test_a_plan_that_rounds_totals_rounds_each_sum_once(graph: Graph, tmp_path: Path) -> None:
    run = month(graph, tmp_path, COMPANY.format(where="total"))
    paid = statement(graph, Reach.everything, run, "11")
    assert [(one.bonus, one.amount) for one in paid.earnings] == [
        ("Retail", 1),
        ("Levels", 2),
    ]  # 1.25 and 1.5
    assert {line.amount for line in lines_paid_to(graph, Reach.everything, run, "11")} == {None}
    assert (
        statement(graph, Reach.everything, run, "1").total == 152
    )  # 5 % of half of 0.10, 0.60 and 60: 151.75


def test_refunds_take_back_what_the_sale_paid(run: RunRecord, graph: Graph) -> None:
    lines = {line.order_id: line.amount for line in lines_paid_to(graph, Reach.everything, run, "1")}
    assert (lines["e"], lines["f"]) == (250, -100)


def test_who_earned_nothing_has_a_statement_too(run: RunRecord, graph: Graph) -> None:
    paid = statement(graph, Reach.everything, run, "111")
    assert (paid.earnings, paid.total) == ((), 0)
    assert set(standings(graph, Reach.everything, run, ["1", "11", "nobody"])) == {"1", "11"}
    earned = earnings(graph, Reach.everything, run, ["1", "11", "nobody"])
    assert {one: len(each) for one, each in earned.items()} == {"1": 1, "11": 2, "nobody": 0}


def test_unknown_and_absent_members_are_distinguished(run: RunRecord, graph: Graph) -> None:
    with pytest.raises(UnknownMemberError, match="no member has the id 'nobody'"):
        statement(graph, Reach.everything, run, "nobody")
    with pytest.raises(NotStandingError, match="13 was not enrolled in 2026-11"):
        standing(graph, Reach.everything, run, "13")
    assert member(graph, Reach.everything, "13").sponsor_id == "1"


def test_the_frontline_comes_in_pages_and_the_upline_nearest_first(run: RunRecord, graph: Graph) -> None:
    first = frontlines(graph, Reach.everything, run, ["1"], Stretch(1))["1"]
    assert (first.keys, first.more, first.total) == (("11",), True, 2)
    second = frontlines(graph, Reach.everything, run, ["1"], Stretch(1, after="11"))["1"]
    assert (second.keys, second.more) == (("12",), False)
    above = uplines(graph, Reach.everything, run, ["111"], Stretch(9))["111"]
    assert ([each.member_id for each in above.nodes], above.total) == (["11", "1"], 2)
