"""Ranks: which is met, which is paid, and the card that says what is missing."""

from pathlib import Path

from engine.access.reach import Reach
from engine.answers.ranks import next_rank, progress, rank_card
from engine.graph.database import Graph
from engine.passes.replay import plan_of
from tests.support.companies import CHAIN, everyone, month

LADDER = """
plan:
  name = "Ladder"
  [activity]
  personal_volume = 50
  [[rank]]
  name = "Silver"
  require = [{ kind = "personal_volume", at_least = 100 }]
  [[rank]]
  name = "Gold"
  match = "any"
  require = [
    { kind = "group_volume", at_least = 1000 },
    { kind = "legs_with_rank", rank = "Silver", at_least = 2 },
  ]
  [[rank]]
  name = "Legacy"
  must_be_active = false
  require = [{ kind = "group_volume", at_least = 5000 }]
members:
  member  sponsor  status
  1       -        active
  11      1        active
  12      1        active
  121     12       active
  13      1        active
  2       -        active
  21      2        active
  3       -        suspended
  31      3        active
  4       -        active
orders:
  member  qv
  1       60
  11      100
  121     100
  2       60
  21      940
  3       60
  31      4940
  4       49.99
overrides:
  member  kind  value   first_period  last_period
  13      rank  Gold    2026-11       2026-11
  11      rank  none    2026-11       -
  121     rank  Gold    2026-01       2026-10
"""


def test_the_highest_rank_that_is_met_counts_and_lower_ones_need_not_be(graph: Graph, tmp_path: Path) -> None:
    standings = everyone(
        graph, month(graph, tmp_path, LADDER.replace("  11      rank  none    2026-11       -\n", ""))
    )
    assert {member: (one.qualified_rank, one.rank) for member, one in standings.items()} == {
        "1": ("Gold", "Gold"),  # two legs hold a Silver, one of them further down; not Silver itself
        "11": ("Silver", "Silver"),
        "12": ("none", "none"),  # not active
        "121": ("Silver", "Silver"),  # the override has ended
        "13": ("none", "Gold"),  # forced, without qualifying
        "2": ("Gold", "Gold"),
        "21": ("Silver", "Silver"),
        "3": ("Legacy", "Legacy"),  # needs no activity
        "31": ("Gold", "Gold"),
        "4": ("none", "none"),
    }


def test_a_card_shows_what_is_there_and_what_is_missing(graph: Graph, tmp_path: Path) -> None:
    done = month(graph, tmp_path, LADDER.replace("  11      rank  none    2026-11       -\n", ""))
    shown = [
        (row.rank, row.requirement, row.required, row.actual, row.missing, row.passes)
        for row in rank_card(graph, Reach.everything, done, plan_of(done), "1").progress
    ]
    assert shown == [
        ("Silver", "personal_volume", 10_000, 6_000, 4_000, False),
        ("Gold", "group_volume", 100_000, 26_000, 74_000, False),
        ("Gold", "legs_with_rank", 2, 2, 0, True),
        ("Legacy", "group_volume", 500_000, 26_000, 474_000, False),
    ]
    card = rank_card(graph, Reach.everything, done, plan_of(done), "1")
    units = {row.requirement: row.unit for row in card.progress}
    assert card.standing.member_id == "1"
    assert units == {"personal_volume": "volume", "group_volume": "volume", "legs_with_rank": "count"}
    assert plan_of(done).rank_names == ("none", "Silver", "Gold", "Legacy")


def test_a_rank_may_be_taken_away_by_forcing_none(graph: Graph, tmp_path: Path) -> None:
    standings = everyone(graph, month(graph, tmp_path, LADDER))
    assert (standings["11"].qualified_rank, standings["11"].rank) == ("Silver", "none")
    assert standings["1"].qualified_rank == "Gold"  # legs count by what their members qualified for


def test_a_plan_without_ranks_has_empty_cards(graph: Graph, tmp_path: Path) -> None:
    done = month(graph, tmp_path, CHAIN)
    plan = plan_of(done)
    assert progress(graph, Reach.everything, done, plan, ["1", "11"]) == {}
    card = rank_card(graph, Reach.everything, done, plan, "11")
    assert (card.standing.member_id, card.progress) == ("11", ())
    assert next_rank(plan, card) is None
