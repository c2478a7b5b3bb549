"""What any rule of a plan needs is prepared by the run: measures, what they count from, the sponsor tree."""

from pathlib import Path

import pytest

from engine.answers.lines import Line, lines
from engine.composition.measures import needed, needs_sponsor_tree
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of, window_of
from engine.period import period
from engine.plans.reader import parse
from engine.run import refresh, run
from engine.settings import Settings
from engine.workbench import cases
from tests.rules.test_reads import REQUIREMENT, written
from tests.support import companies
from tests.support.companies import month

COMPRESSION = """// Whoever has enough active recruits keeps a place.
//
// kind:    compression
// needs:   active_recruits
// params:  at_least: COUNT
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER

RETURN
  standing.active_recruits >= rule.at_least AS keeps,
  'recruits' AS reason,
  standing.active_recruits AS figure,
  rule.at_least AS needed
"""
PUSH = """// Whoever has enough active recruits receives volume.
//
// kind:    push
// needs:   active_recruits
// params:  at_least: COUNT
// returns: receives: BOOLEAN, volume: INTEGER, reason: STRING

RETURN
  standing.active_recruits >= rule.at_least AS receives,
  standing.personal_volume AS volume,
  'recruits' AS reason
"""
COMPANY = """
members:
  member  sponsor  placement
  top     -        -
  near    top      top
  far     top      near
  last    far      far

orders:
  member  cv   qv
  top     0    100
  near    100  100
  far     100  100
  last    100  100
"""
COMPRESSED = """case: places by recruits
plan:
  name = "Own"
  [activity]
  personal_volume = 50
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  compression = { rule = "mine", at_least = 2 }
  rates = ["0.10"]
""" + COMPANY + """
expect earnings:
  member  amount
  top     30
"""  # fmt: skip
PUSHED = """case: volume goes to whoever has recruits
plan:
  name = "Own"
  [activity]
  personal_volume = 50
  [volume]
  push_up = { rule = "mine", at_least = 2 }
""" + COMPANY + """
expect standings:
  member  personal_volume
  top     400
  near    0
  far     0
  last    0
"""  # fmt: skip
RANKED = """case: ranks by recruits
plan:
  name = "Own"
  [activity]
  personal_volume = 0
  [[rank]]
  name = "Leader"
  require = [{ kind = "mine", at_least = 2 }]
""" + COMPANY + """
expect standings:
  member  rank
  top     Leader
  near    none
  far     none
  last    none
"""  # fmt: skip


LOCAL = """// Pays members of one country and owner who enrolled by a day.
//
// kind:    bonus
// scope:   payee
// basis:   count
// needs:   country(country), owner_id, enrolled_on
// params:  country: TEXT = null
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER

WITH payee, rule
WHERE payee.country = rule.country AND payee.owner_id = 'Kim' AND payee.enrolled_on < date('2026-11-01')
RETURN payee, 0 AS level, 100 AS rate, 100 AS budget, null AS reason, 1 AS base
"""
ABROAD = """
plan:
  name = "Own"
  [[bonus]]
  name = "Local"
  kind = "mine"
  country = "CH"

members:
  member  sponsor  country  owner  enrolled_on
  1       -        CH       Kim    2026-10-31
  11      1        {home}       Kim    2026-10-31
  12      1        CH       Lee    2026-10-31
  13      1        CH       Kim    2026-11-01
"""


@pytest.mark.parametrize(
    ("kind", "rule", "case"),
    [
        ("compression", COMPRESSION, COMPRESSED),
        ("push", PUSH, PUSHED),
        ("requirement", REQUIREMENT, RANKED),
    ],
)
def test_a_company_s_own_rule_finds_the_recruits_that_no_bonus_walks_to(
    kind: str, rule: str, case: str, graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, kind, "mine", rule)
    monkeypatch.setenv("UPLINE_RULES", str(tmp_path))
    assert Settings().rules == tmp_path
    path = tmp_path / "mine.case"
    path.write_text(case, encoding="utf-8")
    assert cases.failures(cases.read(path), graph) == []


def test_a_measure_brings_those_that_it_counts_from(tmp_path: Path) -> None:
    written(tmp_path, "compression", "mine", COMPRESSION.replace("active_recruits", "legs_through_inactive"))
    bonus = '[[bonus]]\nname = "B"\nkind = "unilevel"\nrates = ["0.1"]\n'
    compressed = 'compression = { rule = "mine", at_least = 1 }\n'
    plan = parse('name = "Own"\n' + bonus + compressed, Path("plan.toml"), tmp_path)
    assert needed(plan) == ["heads_inactive", "legs_through_inactive"]
    assert not needs_sponsor_tree(plan)


def test_what_is_copied_of_members_is_on_standings_and_on_live_figures(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "bonus", "mine", LOCAL)
    monkeypatch.setenv("UPLINE_RULES", str(tmp_path))
    done = month(graph, tmp_path / "before", ABROAD.format(home="DE"))
    plan = plan_of(done)
    assert [line.payee_id for line in lines_of_all(graph, done)] == ["1"]
    december = period("2026-12", plan.zone)
    assert refresh(graph, plan, december).rebuilt
    assert not refresh(graph, plan, december).rebuilt
    companies.written(tmp_path / "after", ABROAD.format(home="CH"))
    import_company(graph, tmp_path / "after")
    assert not refresh(graph, plan, december).rebuilt
    assert [line.payee_id for line in lines_of_all(graph, done)] == ["1"]
    later = run(graph, plan, december)
    assert sorted(line.payee_id or "" for line in lines_of_all(graph, later)) == ["1", "11"]


def lines_of_all(graph: Graph, done: RunRecord) -> list[Line]:
    """Every line of a run of one bonus of payees."""
    plan = plan_of(done)
    window = window_of(done, plan)
    return list(lines(graph, plan, done.number, window, plan.bonuses[0], "of_levels", first=0, last=9))
