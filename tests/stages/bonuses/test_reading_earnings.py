"""A bonus that reads what others paid comes after them, and its lines say what was paid."""

from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.answers.lines import lines_to
from engine.graph.database import Graph
from engine.passes.context import Work
from engine.passes.replay import plan_of
from engine.period import period
from engine.plans.reader import read
from engine.rules.module import RuleError
from engine.run import run_file
from engine.settings import Settings
from engine.stages.bonuses import pay
from tests.rules.test_reads import written
from tests.support.companies import month

DOUBLE = """// Pays a payee again what the payee was paid in some bonuses.
//
// kind:    bonus
// scope:   payee
// basis:   count
// params:  bonuses: TEXTS
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER

CALL (payee, rule) {
  WITH payee AS source, rule
  <<earnings>>
  RETURN coalesce(sum(paid), 0) AS before
}
WITH payee, before WHERE before > 0
RETURN payee, 0 AS level, before AS rate, before AS budget, null AS reason, 1 AS base
"""
COMPANY = """
plan:
  name = "Own"
  [activity]
  personal_volume = 50
  [[bonus]]
  name = "Team"
  kind = "unilevel"
  rates = ["0.10", "0.05"]
  [[bonus]]
  name = "Own sales"
  kind = "personal"
  rate = "0.01"
  [[bonus]]
  name = "Again"
  kind = "again"
  bonuses = ["Team"]
  [[bonus]]
  name = "More"
  kind = "unilevel"
  rates = ["0.02"]
  [[cap]]
  amount = 12

members:
  member  sponsor
  1       -
  11      1
  111     11

orders:
  order  member  qv   cv
  z      1       100  0
  a      11      100  100
  b      111     100  100
"""


def test_the_order_of_bonuses_follows_from_what_they_read(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "bonus", "again", DOUBLE)
    monkeypatch.setenv("UPLINE_RULES", str(tmp_path))
    sums = set()
    for number in range(3):
        if number == 0:
            done = month(graph, tmp_path / "company", COMPANY)
        else:
            done = run_file(graph, tmp_path / "company" / "plan.toml", "2026-11")
        lines = [
            line
            for line in lines_to(graph, Reach.everything, done, plan_of(done), "1")
            if line.bonus == "Again"
        ]
        sums.add(tuple(line.amount for line in lines))
    assert sums == {(1500,)}  # 10 % of a and 5 % of b, before the cap takes some
    plan = read(tmp_path / "company" / "plan.toml", Settings().rules)
    work = Work(graph, plan, period("2026-11", plan.zone), done.number, 1, one_tree=True, writers=1)
    assert [[bonus.name for bonus in group] for group in pay.groups(work)] == [
        ["Team", "Own sales"],
        ["Again"],
        ["More"],
    ]


def test_earnings_read_in_any_other_way_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = DOUBLE.replace(
        "  <<earnings>>\n", "  MATCH (source)<-[:EARNED_BY]-(earned)\n  WITH earned.amount AS paid\n"
    )
    written(tmp_path, "bonus", "again", text)
    plan = tmp_path / "plan.toml"
    plan.write_text('name = "Own"\n[[bonus]]\nname = "A"\nkind = "again"\nbonuses = []\n', encoding="utf-8")
    with pytest.raises(RuleError, match="EARNED_BY is no relationship that it may read") as raised:
        read(plan, tmp_path)
    assert "<<earnings>>" in str(raised.value.todo)
