"""A finished run says the same for ever: its lines, derived again after any import, are what was earned."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from engine.access.reach import Reach
from engine.answers.contradictions import ALTERED, CHECK, altered, contradictions
from engine.answers.lines import lines_to
from engine.answers.pay import statement
from engine.answers.ranks import rank_card
from engine.explain.explanation import as_json, explain
from engine.graph.database import Graph
from engine.graph.queries import Query
from engine.intake.importing import import_company
from engine.passes.checks import violations
from engine.passes.hashes import stored_results
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of
from engine.rules.library import rules
from tests.passes.test_rule_values import COMPANY, LEVELS, RULES
from tests.rules.test_reads import written as written_rule
from tests.support.companies import ids, month, written

PLAN = """
plan:
  name = "Frozen"
  [activity]
  personal_volume = 50
  [[rank]]
  name = "Silver"
  require = [{ kind = "personal_volume", at_least = 100 }, { kind = "orders", at_least = 1 }]
  [[bonus]]
  name = "Fast"
  kind = "fast_start"
  days = 60
  rates = ["0.20", "0.10"]
  [[bonus]]
  name = "First"
  kind = "fast_start"
  first_orders = 1
  rates = ["0.05"]
  [[bonus]]
  name = "Kit"
  kind = "level_amount"
  amounts = [5, 2]
  days = 60
  first_orders = 2
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = ["0.05", "0.03"]
  compression = "activity_skip"
  [[bonus]]
  name = "Match"
  kind = "matching"
  bonuses = ["Levels"]
  rates = ["0.50"]
  [[bonus]]
  name = "Generations"
  kind = "generation_matching"
  bonuses = ["Levels", "Fast"]
  border = "Silver"
  rates = ["0.10", "0.05"]
  [[bonus]]
  name = "Pool"
  kind = "pool"
  share = "0.10"
  countries = ["US"]
  qualifiers = "countries"
  [[bonus]]
  name = "Longest"
  kind = "pool"
  share = "0.02"
  top = 1
  top_by = "personal_volume"
  ties = "enrolled"
  [[cap]]
  amount = 25
  bonuses = ["Levels"]
  before_matching = true
  [[cap]]
  amount = 40
"""
MEMBERS = """
members:
  member  sponsor  country  enrolled_on  status
  1       -        US       2026-01-01   active
  11      1        US       2026-10-01   active
  12      1        DE       2026-10-20   active
  111     11       US       2026-11-02   active
  112     11       DE       2026-11-03   active
"""
ORDERS = """
orders:
  order  member  qv   cv   ordered_at
  a      1       100  100  2026-11-05T10:00:00Z
  b      11      100  300  2026-11-06T10:00:00Z
  c      12      100  200  2026-11-07T10:00:00Z
  d      111     100  150  2026-11-08T10:00:00Z
  e      112     100  150  2026-11-09T10:00:00Z
"""
MOVED = """
members:
  member  sponsor  country  enrolled_on  status      owner
  1       -        CH       2026-01-01   suspended   11
  11      1        DE       2026-10-01   terminated  11
  12      1        US       2026-10-20   active      11
  111     11       CH       2026-11-02   customer    11
  112     11       US       2026-11-03   active      11
  0       -        US       2025-01-01   active      0
  1121    112      US       2026-11-10   active      0
"""
LATER = """
orders:
  order  member  qv   cv   ordered_at
  a      1       100  100  2026-11-05T10:00:00Z
  b      11      100  300  2026-11-06T10:00:00Z
  c      12      100  200  2026-11-07T10:00:00Z
  d      111     100  150  2026-11-08T10:00:00Z
  e      112     100  150  2026-11-09T10:00:00Z
  f      111     50   50   2026-11-03T10:00:00Z
  g      112     50   50   2026-11-04T10:00:00Z
  h      1121    50   50   2026-11-12T10:00:00Z

facts:
  member  name   value
  11      score  9
"""

CARRYING = """
plan:
  name = "Carrying"
  [volume]
  accumulate = true
  [[rank]]
  name = "Much"
  require = [{ kind = "group_volume", at_least = 1000 }]
  [[bonus]]
  name = "Legs"
  kind = "binary"
  rate = "0.10"
members:
  member  sponsor  placement  leg
  1       -        -          -
  11      1        1          L
  12      1        1          R
orders:
  member  qv
  11      100
  12      40
"""


def answers(graph: Graph, run: RunRecord) -> str:
    """What a run says of everybody: lines, statements, rank cards and explanations, as one text."""
    plan = plan_of(run)
    listed: list[Any] = []
    for member_id in ids(graph, run):
        listed += [asdict(line) for line in lines_to(graph, Reach.everything, run, plan, member_id)]
        listed.append(asdict(statement(graph, Reach.everything, run, member_id)))
        listed.append(asdict(rank_card(graph, Reach.everything, run, plan, member_id)))
        listed += [
            as_json(explain(graph, Reach.everything, run, member_id, order_id), plan) for order_id in "bd"
        ]
    return json.dumps(listed, default=str, indent=1)


def tampered(graph: Graph, text: str) -> None:
    graph.batched(Query("tests/tamper", Path("tamper"), "write", {}, {}, "", text))


def test_no_later_import_changes_what_a_finished_run_says(graph: Graph, tmp_path: Path) -> None:
    run = month(graph, tmp_path / "first", PLAN + MEMBERS + ORDERS)
    before = answers(graph, run)
    assert '"Pool"' in before
    assert contradictions(graph, run) == []
    written(tmp_path / "later", MOVED + LATER)
    import_company(graph, tmp_path / "later")
    assert answers(graph, run) == before
    assert contradictions(graph, run) == []
    assert violations(graph, run.number) == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("MATCH (e:Earning {bonus: 'Levels'})-[:EARNED_BY]->({member_id: '1'}) SET e.exact = e.exact + 1",
         "1 in Levels"),
        ("MATCH (e:Earning {bonus: 'Pool'})-[:EARNED_BY]->({member_id: '11'}) SET e.amount = e.amount + 1",
         "11 in Pool"),
        ("MATCH (e:Earning {bonus: 'Match'})-[:EARNED_BY]->({member_id: '1'}) DETACH DELETE e", "1 in Match"),
        ("MATCH (s:Standing {member_id: '111'}) SET s.country = 'FR'", "11 in Pool"),
        ("MATCH (t:BonusTotal {bonus: 'Fast'}) SET t.payees = t.payees + 1",
         "payees of Fast, and their exact sum"),
    ],
)  # fmt: skip
def test_what_is_falsified_is_named(text: str, where: str, graph: Graph, tmp_path: Path) -> None:
    run = month(graph, tmp_path / "first", PLAN + MEMBERS + ORDERS)
    tampered(graph, text)
    wrong = contradictions(graph, run)
    assert where in [each.where for each in wrong]
    assert {each.check for each in wrong} == {CHECK}


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (s:Standing {member_id: '1'}) SET s.state_legs = s.state_legs[..7] + [1] + s.state_legs[8..]",
        "MATCH (s:Standing {member_id: '1'}) SET s.accumulated_group_volume = 1",
        "MATCH (s:Standing {member_id: '1'}) SET s.lifetime_rank = 1",
        "MATCH (s:Standing {member_id: '1'}) SET s.group_volume = s.group_volume + 1",
        "MATCH (e:Earning)-[:EARNED_BY]->({member_id: '1'}) SET e.exact = e.exact + 1",
    ],
)
def test_results_that_are_not_what_a_run_was_completed_with_are_named(
    text: str, graph: Graph, tmp_path: Path
) -> None:
    """Also what only the next period reads: legs, accumulated volume, lifetime ranks."""
    run = month(graph, tmp_path, CARRYING)
    assert altered(graph, run) == []
    tampered(graph, text)
    (wrong,) = altered(graph, run)
    assert (wrong.check, wrong.where) == (ALTERED, "hash of results")
    assert altered(graph, replace(run, facts={**run.facts, "results_hash": None})) == []


def test_a_run_of_an_earlier_release_is_compared_without_what_it_carries(
    graph: Graph, tmp_path: Path
) -> None:
    run = month(graph, tmp_path, CARRYING)
    earlier = {name: value for name, value in run.facts.items() if name not in ("carried", "carry_hash")}
    then = replace(run, facts=earlier)
    assert stored_results(graph, then) != run.facts["results_hash"]
    then = replace(run, facts={**earlier, "results_hash": stored_results(graph, then)})
    tampered(graph, "MATCH (s:Standing {member_id: '1'}) SET s.accumulated_group_volume = 1")
    assert altered(graph, then) == []


def test_lines_are_derived_by_the_rules_that_the_run_kept(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_rule(tmp_path, "compression", "mine", RULES["compression"])
    monkeypatch.setenv("UPLINE_RULES", str(tmp_path))
    run = month(graph, tmp_path / "first", COMPANY.format(plan=LEVELS))
    assert contradictions(graph, run) == []
    changed = RULES["compression"].replace("5000 AS needed", "4000 AS needed")
    written_rule(tmp_path, "compression", "mine", changed)
    rules.cache_clear()
    assert contradictions(graph, run) == []
    (wrong,) = contradictions(graph, replace(run, rules={}))
    assert wrong.check == CHECK
    assert "have changed since run 1" in str(wrong.actual)
