"""Earnings from elsewhere: what a run does with the table outside_earnings; a case has what it pays."""

from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.answers.contradictions import altered, contradictions
from engine.explain.explanation import explain
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.intake.refusals import ImportRefusedError
from engine.passes.chain import Chain
from engine.passes.record import complete
from engine.run import run_file
from engine.stages.outside import OutsideEarningError
from tests.support.companies import cypher, month, written

COMPANY = """
plan:
  name = "Elsewhere"
  [[bonus]]
  name = "Override"
  kind = "outside"
  [[bonus]]
  name = "Match"
  kind = "matching"
  bonuses = ["Override"]
  rates = ["0.5"]
members:
  member  sponsor  enrolled_on
  1       -        2026-01-01
  11      1        2026-01-01
  12      1        2026-12-01
orders:
  member  order  qv
  11      a      10
outside_earnings:
  member  period   bonus     amount  currency
  11      2026-11  Override  80.50   USD
  12      2026-11  Override  7       -
"""


def test_who_is_not_in_the_period_is_left_out_with_a_note(graph: Graph, tmp_path: Path) -> None:
    run = month(graph, tmp_path, COMPANY)
    assert [total["paid"] for total in run.totals] == [8050, 4025]
    assert run.notes == (
        "outside earnings of Override name 1 members who are not in 2026-11; Override leaves them out",
    )
    assert len(run.facts["outside_hash"]) == 64
    assert contradictions(graph, run) == altered(graph, run) == []
    story = explain(graph, Reach.everything, run, "11", "a", "Override").stories[0]
    assert "not computed here" in story.about


def test_a_corrected_amount_makes_the_run_of_its_period_stale(graph: Graph, tmp_path: Path) -> None:
    run = month(graph, tmp_path, COMPANY)
    written(tmp_path, COMPANY.replace("80.50", "100"))
    done = import_company(graph, tmp_path)
    assert (done.outside_earnings.updated, done.outside_earnings.unchanged) == (1, 1)
    assert Chain(graph, "Elsewhere").reasons(run) == ("later changes brought it corrected outside earnings",)
    again = run_file(graph, tmp_path / "plan.toml", "2026-11")
    assert [total["paid"] for total in again.totals] == [10000, 5000]
    assert again.facts["outside_hash"] != run.facts["outside_hash"]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("80.50   USD", "80.50   EUR", "was earned elsewhere in EUR; Elsewhere pays in USD"),
        ("7       -", "7.005   -", "must not have more than 2 decimals"),
    ],
)
def test_money_that_the_plan_does_not_pay_in_stops_the_run(
    before: str, after: str, message: str, graph: Graph, tmp_path: Path
) -> None:
    with pytest.raises(OutsideEarningError, match=message):
        month(graph, tmp_path, COMPANY.replace(before, after))
    assert complete(graph) == []


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("11      2026-11  Override", "7  2026-11  Override", "unknown_member"),
        ("11      2026-11  Override", "11  2026-13  Override", "bad_period"),
        ("11      2026-11  Override", "11  2026-11  -", "missing_value"),
        ("80.50   USD", "much  USD", "bad_number"),
        ("80.50   USD", "80.505  USD", "bad_number"),
        ("80.50   USD", "-  USD", "missing_value"),
        ("12      2026-11", "11  2026-11", "duplicate_outside_earning"),
    ],
)
def test_a_wrong_row_is_refused_by_name_and_line(
    before: str, after: str, name: str, graph: Graph, tmp_path: Path
) -> None:
    assert before in COMPANY
    written(tmp_path, COMPANY.replace(before, after, 1))
    with pytest.raises(ImportRefusedError) as raised:
        import_company(graph, tmp_path)
    (one,) = raised.value.refusals
    assert (one.where.partition(":")[0], one.name) == ("outside_earnings.csv", name)
    assert graph.value(cypher("MATCH (o:OutsideEarning) RETURN count(o) AS n")) == 0
