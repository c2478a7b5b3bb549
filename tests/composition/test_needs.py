"""What any rule of a plan needs is prepared by the run: measures, what they count from, the sponsor tree."""

from pathlib import Path

import pytest

from engine.composition.measures import needed, needs_sponsor_tree
from engine.graph.database import Graph
from engine.plans.reader import parse
from engine.settings import Settings
from engine.workbench import cases
from tests.rules.test_reads import REQUIREMENT, written

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
