"""Places in compressed trees: each member's parent there, and who was skipped by which figure."""

from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.answers import overlays
from engine.answers.overlays import CompressedPlace, Skip, places, skip_text
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of
from tests.support.companies import month

COMPANY = """
plan:
  name = "Two"
  tree = "placement"
  [activity]
  personal_volume = 10
  [[rank]]
  name = "Silver"
  require = [{ kind = "personal_volume", at_least = 100 }]
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  compression = { rule = "threshold_rank", rank = "Silver" }
  rates = ["0.05", "0.05"]
  [[bonus]]
  name = "Match"
  kind = "matching"
  bonuses = ["Levels"]
  tree = "sponsor"
  compression = "activity_skip"
  rates = ["0.10"]
members:
  member  name  sponsor  placement
  1       Ann   -        -
  2       Ben   1        1
  3       Cat   1        2
  4       Dan   2        3
  5       Eve   2        4
orders:
  member  qv
  1       100
  3       50
  4       9
  5       20
"""


@pytest.fixture
def run(graph: Graph, tmp_path: Path) -> RunRecord:
    return month(graph, tmp_path, COMPANY)


def placed(graph: Graph, run: RunRecord, label: str, *member_ids: str) -> dict[str, CompressedPlace]:
    return places(graph, Reach.everything, run, plan_of(run), list(member_ids), label)


def summary(place: CompressedPlace) -> tuple[str | None, int, list[str | None], bool]:
    return place.parent_id, place.levels_skipped, [skip.member_id for skip in place.skips], place.lost is None


def test_a_place_names_everybody_between_the_member_and_the_one_above(graph: Graph, run: RunRecord) -> None:
    by_member = placed(graph, run, "threshold_rank", "1", "2", "5", "nobody")
    assert {member_id: summary(place) for member_id, place in by_member.items()} == {
        "1": (None, 0, [], True),
        "2": ("1", 0, [], False),
        "5": ("1", 3, ["4", "3", "2"], False),
    }
    assert by_member["5"].skips == (
        Skip("4", "Dan", "threshold_rank", "inactive", 900, 1_000),
        Skip("3", "Cat", "threshold_rank", "rank", 0, 1),
        Skip("2", "Ben", "threshold_rank", "inactive", 0, 1_000),
    )
    assert by_member["5"].lost == Skip("5", "Eve", "threshold_rank", "rank", 0, 1)
    plan = plan_of(run)
    assert [skip_text(plan, skip) for skip in by_member["5"].skips[:2]] == [
        "inactive: personal volume 9.00 of 10.00",
        "rank none does not earn this level, Silver or higher is needed",
    ]


def test_a_compressed_sponsor_tree_is_read_in_the_same_way(graph: Graph, run: RunRecord) -> None:
    # 4 and 5 were sponsored by 2, who is not active; 1 sponsored 2.
    by_member = placed(graph, run, "activity_skip", "4", "5", "2")
    assert {member_id: summary(place) for member_id, place in by_member.items()} == {
        "4": ("1", 1, ["2"], False),
        "5": ("1", 1, ["2"], True),
        "2": ("1", 0, [], False),
    }


def test_only_so_many_are_named_and_all_are_counted(
    graph: Graph, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overlays, "MOST_SKIPPED", 2)
    assert summary(placed(graph, run, "threshold_rank", "5")["5"]) == ("1", 3, ["4", "3"], False)
