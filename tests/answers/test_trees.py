"""Trees to look at: a group level by level, real or compressed, never more than anyone can see."""

from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.answers import trees
from engine.answers.overlays import UnknownOverlayError
from engine.answers.trees import Branch, group
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from tests.support.companies import month

COMPANY = """
plan:
  name = "Looks"
  [activity]
  personal_volume = 10
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  compression = "activity_skip"
  rates = { none = ["0.05"] }
members:
  member  sponsor
  1       -
  11      1
  12      1
  111     11
  112     11
  1111    111
orders:
  member  qv
  1       10
  12      10
  112     10
  1111    10
"""


@pytest.fixture
def run(graph: Graph, tmp_path: Path) -> RunRecord:
    return month(graph, tmp_path, COMPANY)


def shape(branch: Branch) -> dict[str, object]:
    """A branch as nested names; `+n` counts what is hidden."""
    branches: dict[str, object] = {below.standing.member_id: shape(below) for below in branch.below}
    if branch.hidden:
        branches[f"+{branch.hidden}"] = {}
    return branches


def test_a_group_is_shown_down_to_some_levels(run: RunRecord, graph: Graph) -> None:
    assert shape(group(graph, Reach.everything, run, "1", 2)) == {
        "11": {"111": {"+1": {}}, "112": {}},
        "12": {},
    }
    assert shape(group(graph, Reach.everything, run, "1", 9)) == {
        "11": {"111": {"1111": {}}, "112": {}},
        "12": {},
    }
    assert shape(group(graph, Reach.everything, run, "1111", 3)) == {}


def test_in_a_compressed_tree_members_hang_where_the_bonus_finds_them(run: RunRecord, graph: Graph) -> None:
    # 11 and 111 are not active: the members below them are under 1.
    assert shape(group(graph, Reach.everything, run, "1", 1, "activity_skip")) == {
        "11": {}, "111": {}, "1111": {}, "112": {}, "12": {},
    }  # fmt: skip
    # Nobody is below members who were skipped, however many levels are shown.
    assert shape(group(graph, Reach.everything, run, "1", 9, "activity_skip")) == shape(
        group(graph, Reach.everything, run, "1", 1, "activity_skip")
    )


def test_more_than_can_be_seen_is_counted_instead(
    run: RunRecord, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trees, "MOST_SHOWN", 3)
    assert shape(group(graph, Reach.everything, run, "1", 9)) == {"11": {"+2": {}}, "12": {}}


def test_an_unknown_overlay_is_refused_with_the_known_ones(run: RunRecord, graph: Graph) -> None:
    with pytest.raises(UnknownOverlayError, match=r"no compressed tree 'dynamic' .* It has activity_skip"):
        group(graph, Reach.everything, run, "1", 1, "dynamic")
