"""Explain: for any member and order, what happened and why, also where nothing was paid."""

from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.answers.lines import lines_of_order
from engine.answers.orders import OrderNotCountedError, UnknownOrderError
from engine.explain.explanation import as_json, explain
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of
from tests.support.companies import month, written

COMPANY = """
plan:
  name = "Why"
  [volume]
  exclude_kinds = ["kit"]
  [activity]
  personal_volume = 100
  [[rank]]
  name = "Silver"
  require = [{ kind = "personal_volume", at_least = 200 }]
  [[bonus]]
  name = "Retail"
  kind = "personal"
  rate = "0.20"
  on = "customers"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  compression = "dynamic"
  rates = { none = ["0.05", "0"], Silver = ["0.06", "0.04"] }
  [[bonus]]
  name = "Plain"
  kind = "unilevel"
  rates = { none = ["0.01", "0.02"] }
members:
  member  sponsor  status
  1       -        active
  2       1        active
  3       2        active
  4       3        terminated
  5       4        active
  6       5        active
  7       6        active
  8       -        active
customers:
  customer  member
  c         7
orders:
  order  member  customer  kind  qv   cv   ordered_at
  o1     1       -         sale  200  0    2026-11-05T00:00:00Z
  o2     2       -         sale  100  0    2026-11-05T00:00:00Z
  o3     3       -         sale  150  0    2026-11-05T00:00:00Z
  o5     5       -         sale  99   0    2026-11-05T00:00:00Z
  o6     6       -         sale  100  0    2026-11-05T00:00:00Z
  o7     7       c         sale  100  10   2026-11-05T00:00:00Z
  kit    7       -         kit   100  10   2026-11-05T00:00:00Z
  old    7       -         sale  100  10   2026-10-31T23:59:59Z
"""
OWN, OUTSIDE = "pays the member who is credited with the order", "is not above the member who is credited"
UPWARD = "pays the members above the one who is credited with the order"
BELOW = "levels that the bonus pays end below this member"
VERDICTS = {
    "1": (OWN, "paid 0.40 USD: level 2, 4 % of 10.00", BELOW),
    "2": (OWN, "skipped for level 2 by dynamic, rank none does not earn this level", BELOW),
    "4": (OWN, "skipped for level 2 by dynamic, terminated", BELOW),
    "5": (OWN, "inactive: personal volume 99.00 of 100.00", "is at level 2, but"),
    "6": (OWN, "paid 0.50 USD: level 1, 5 % of 10.00", "paid 0.10 USD: level 1, 1 % of 10.00"),
    "7": ("paid 2.00 USD: 20 % of 10.00", UPWARD, UPWARD),
    "8": (OWN, OUTSIDE, OUTSIDE),
}
"""What the explanation of order o7 says about Retail, Levels and Plain, for each member."""


@pytest.fixture
def run(graph: Graph, tmp_path: Path) -> RunRecord:
    return month(graph, tmp_path, COMPANY)


def test_everybody_gets_a_verdict_for_each_bonus(run: RunRecord, graph: Graph) -> None:
    for member, expected in VERDICTS.items():
        stories = explain(graph, Reach.everything, run, member, "o7").stories
        for story, words in zip(stories, expected, strict=True):
            assert words in story.verdict, f"{member} {story.bonus}"


def test_the_way_up_names_everyone_who_was_stepped_over_and_the_figure(run: RunRecord, graph: Graph) -> None:
    explanation = explain(graph, Reach.everything, run, "1", "o7")
    assert (explanation.source_id, explanation.distance) == ("7", 6)
    levels = next(story for story in explanation.stories if story.bonus == "Levels")
    assert [(step.line.level, step.line.tree_level, step.line.payee_id) for step in levels.steps] == [
        (1, 1, "6"),
        (2, 6, "1"),
    ]
    assert [(skip.member_id, skip.reason, skip.figure, skip.needed) for skip in levels.steps[1].skipped] == [
        ("5", "inactive", 9_900, 10_000),
        ("4", "terminated", 0, 10_000),
        ("3", "rank", 0, 0),
        ("2", "rank", 0, 0),
    ]


def test_an_explanation_holds_exactly_the_lines_of_the_order(run: RunRecord, graph: Graph) -> None:
    lines = lines_of_order(graph, Reach.everything, run, plan_of(run), "o7", "7")
    explained = [
        step.line
        for story in explain(graph, Reach.everything, run, "5", "o7").stories
        for step in story.steps
    ]
    assert sorted(map(repr, explained)) == sorted(map(repr, lines))


def test_the_explanation_as_data_is_exact_text(run: RunRecord, graph: Graph) -> None:
    data = as_json(explain(graph, Reach.everything, run, "1", "o7"), plan_of(run))
    step = next(bonus for bonus in data["bonuses"] if bonus["bonus"] == "Levels")["steps"][1]
    assert {key: step[key] for key in ("base", "rate", "amount", "payee_id")} == {
        "base": "10.00", "rate": "0.040000", "amount": "0.40", "payee_id": "1",
    }  # fmt: skip
    assert step["skipped"][0] == {
        "member_id": "5",
        "rule": "dynamic",
        "reason": "inactive",
        "figure": "99.00",
        "needed": "100.00",
        "why": "inactive: personal volume 99.00 of 100.00",
    }


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ("old", r"it was placed at 2026-10-31T23:59:59.*, outside 2026-11"),
        ("kit", "orders of kind 'kit' have no volume in this plan"),
        ("later", "it came with import 2, after the run; run the period again"),
    ],
)
def test_an_order_that_the_run_did_not_count_is_refused_with_the_reason(
    order: str, why: str, run: RunRecord, graph: Graph, tmp_path: Path
) -> None:
    written(tmp_path, COMPANY + "  later  7  -  sale  1  1  2026-11-06T00:00:00Z\n")
    import_company(graph, tmp_path)
    with pytest.raises(OrderNotCountedError, match=why):
        explain(graph, Reach.everything, run, "1", order)


def test_an_unknown_order_is_refused(run: RunRecord, graph: Graph) -> None:
    with pytest.raises(UnknownOrderError, match="no order has the id 'o99'"):
        explain(graph, Reach.everything, run, "1", "o99")
