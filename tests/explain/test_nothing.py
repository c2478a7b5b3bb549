"""Why nothing at all: every order of the group, every bonus, by the reason that came first."""

import pytest

from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.answers import lines
from engine.explain import nothing
from engine.explain.explanation import UnknownBonusError
from engine.explain.nothing import WhyNot, why_not
from engine.genealogy.refusals import UnknownMemberError
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from tests.support.companies import month

COMPANY = """
plan:
  name = "Why"
  [activity]
  personal_volume = 100
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = ["0.10", "0.05"]
  kinds = ["sale"]
  [[bonus]]
  name = "Squeezed"
  kind = "unilevel"
  compression = "activity_skip"
  rates = ["0.10"]
  [[bonus]]
  name = "Match"
  kind = "matching"
  bonuses = ["Levels"]
  rates = ["0.50"]
  [[bonus]]
  name = "Legs"
  kind = "binary"
  rate = "0.10"
  require = [{ kind = "group_volume", at_least = 9000 }]
members:
  member  sponsor  placement  leg
  1       -        -          -
  11      1        1          L
  111     11       11         L
  1111    111      111        L
  11111   1111     1111       L
orders:
  order  member  qv   cv   kind
  a      11      10   10   sale
  b      111     200  200  sale
  c      1111    200  200  sale
  d      11111   200  200  sale
  e      111     50   50   gift
  f      1       100  100  sale
"""


@pytest.fixture(scope="module")
def run(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    server_graph.batched("schema/wipe")
    return month(server_graph, tmp_path_factory.mktemp("why"), COMPANY)


def reasons(answer: WhyNot) -> dict[str, dict[str, tuple[int, str | None]]]:
    """By bonus and reason, how often it came first, and an example."""
    return {
        bonus.bonus: {each.reason: (each.count, each.example) for each in bonus.reasons}
        for bonus in answer.bonuses
    }


@pytest.mark.parametrize(("sources", "at_once"), [(200, 1_000), (1, 2)])
def test_every_order_of_the_group_counts_under_its_first_reason(
    server_graph: Graph, run: RunRecord, sources: int, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the members are looked at two at a time, by the index."""
    monkeypatch.setattr(lines, "SOURCES", sources)
    monkeypatch.setattr(nothing, "AT_ONCE", at_once)
    answer = why_not(server_graph, Reach.everything, run, "11")
    assert (answer.members, answer.complete) == (4, True)
    # 11 has 10 of the 100 that activity asks for. b and c are on her levels 1 and 2, d is below them, e is a
    # gift. 111 and 1111 earned in Levels; the only level of Match above 1111 is 111.
    assert reasons(answer) == {
        "Levels": {"inactive": (2, "b"), "not_reached": (1, "d"), "own_order": (1, "a"), "no_line": (1, "e")},
        "Squeezed": {"not_reached": (4, "b"), "own_order": (1, "a")},
        "Match": {"inactive": (1, None), "not_reached": (1, None)},
        "Legs": {"requirement": (0, None)},
    }
    by_bonus = {each.bonus: each for each in answer.bonuses}
    assert by_bonus["Levels"].verdict == "not paid: not active in the period (2 of 5 orders)"
    words = {each.reason: each.why for each in by_bonus["Levels"].reasons}
    assert "levels that the bonus pays end below this member" in words["not_reached"]
    assert "its kind is gift" in words["no_line"]
    skipped = {each.reason: each.why for each in by_bonus["Squeezed"].reasons}
    assert skipped["not_reached"].startswith("skipped for level 1 by activity_skip")
    assert "does not meet group volume" in by_bonus["Legs"].verdict


def test_what_is_paid_counts_too(server_graph: Graph, run: RunRecord) -> None:
    answer = why_not(server_graph, Reach.everything, run, "111", bonus="Levels")
    assert reasons(answer) == {"Levels": {"paid": (2, "c"), "own_order": (1, "b"), "no_line": (1, "e")}}
    assert answer.bonuses[0].verdict == "paid for 2 of 4 orders"


def test_one_order_has_one_reason_of_each_bonus(server_graph: Graph, run: RunRecord) -> None:
    answer = why_not(server_graph, Reach.everything, run, "11", "b")
    first = {name: next(iter(each)) for name, each in reasons(answer).items()}
    # 1 alone earned from b, and nobody is above 1 for a match.
    match = "not_reached"
    assert first == {"Levels": "inactive", "Squeezed": "not_reached", "Match": match, "Legs": "no_line"}
    assert answer.order_id == "b"


def test_a_large_group_is_looked_at_in_part(
    server_graph: Graph, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nothing, "AT_ONCE", 2)
    monkeypatch.setattr(nothing, "MOST_MEMBERS", 2)
    answer = why_not(server_graph, Reach.everything, run, "11", bonus="Levels")
    assert (answer.members, answer.complete) == (2, False)


def test_refusals_are_those_of_explain(server_graph: Graph, run: RunRecord) -> None:
    with pytest.raises(UnknownBonusError, match="Did you mean 'Levels'"):
        why_not(server_graph, Reach.everything, run, "11", bonus="Level")
    with pytest.raises(UnknownMemberError):
        why_not(server_graph, Reach.everything, run, "nobody")
    with pytest.raises(UnknownMemberError):
        why_not(server_graph, Reach(Viewer("m", Role.MEMBER, "111")), run, "11")
