"""Who is nearest to the next rank, and a member period after period, calculated by hand."""

from collections.abc import Iterator
from fractions import Fraction

import pytest

from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.answers import near
from engine.answers.history import history
from engine.answers.near import UnknownRankError, near_misses
from engine.genealogy.refusals import UnknownMemberError
from engine.graph.database import Graph
from engine.passes.record import RunRecord, result
from engine.passes.replay import plan_of
from engine.period import BadPeriodError
from tests.support.api import Api
from tests.support.companies import month

COMPANY = """
plan:
  name = "Near"
  [activity]
  personal_volume = 100
  [[rank]]
  name = "Silver"
  require = [{ kind = "group_volume", at_least = 400 }]
  [[rank]]
  name = "Gold"
  match = "any"
  require = [
    { all = [{ kind = "group_volume", at_least = 1000 }, { kind = "active_frontline", at_least = 4 }] },
    { kind = "personal_volume", at_least = 1000 },
  ]
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = ["0.10"]
members:
  member  sponsor  status
  1       -        active
  11      1        active
  12      1        active
  13      1        active
  14      1        terminated
  111     11       active
orders:
  order  member  qv   ordered_at
  a      1       150  2026-11-05
  b      11      300  2026-11-05
  c      12      300  2026-11-05
  d      13      80   2026-11-05
  e      111     120  2026-11-05
  f      11      100  2026-10-05
"""


@pytest.fixture(scope="module")
def run(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    server_graph.batched("schema/wipe")
    return month(server_graph, tmp_path_factory.mktemp("near"), COMPANY, "2026-10", "2026-11")


@pytest.fixture(scope="module")
def api(run: RunRecord, server_graph: Graph) -> Iterator[Api]:
    assert run.period == "2026-11"
    with Api(server_graph) as connected:
        yield connected


def test_the_nearest_come_first(server_graph: Graph, run: RunRecord) -> None:
    misses = near_misses(server_graph, Reach.everything, run, plan_of(run), "1", 10)
    # 12 has 300 of 400: a quarter is missing. 111 has 120, 13 has 80 and is inactive. 11 is Silver with 420:
    # 580 of 1000 and 3 of 4 are missing of one way, 700 of 1000 of the other, which is shorter.
    assert [
        (each.standing.member_id, each.rank, each.distance, each.inactive) for each in misses.members
    ] == [
        ("12", "Silver", Fraction(1, 4), False),
        ("11", "Gold", Fraction(7, 10), False),  # as far as 111, with the larger group
        ("111", "Silver", Fraction(7, 10), False),
        ("13", "Silver", Fraction(4, 5) + 1, True),
    ]
    assert [row.requirement for row in misses.members[1].missing] == ["personal_volume"]
    assert (misses.candidates, misses.complete) == (4, True)


def test_of_one_rank_and_of_the_whole_company(server_graph: Graph, run: RunRecord) -> None:
    plan = plan_of(run)
    gold = near_misses(server_graph, Reach.everything, run, plan, None, 10, "Gold")
    # 1 has 950 in the group, and 2 of 4: 0.05 + 0.5; she comes before 11.
    assert [(each.standing.member_id, each.distance) for each in gold.members] == [
        ("1", Fraction(55, 100)),
        ("11", Fraction(7, 10)),
    ]
    with pytest.raises(UnknownRankError, match="Did you mean 'Gold'"):
        near_misses(server_graph, Reach.everything, run, plan, "1", 10, "Golt")


def test_a_large_downline_is_looked_at_in_part(
    server_graph: Graph, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near, "MOST_CANDIDATES", 2)
    monkeypatch.setattr(near, "AT_ONCE", 1)
    misses = near_misses(server_graph, Reach.everything, run, plan_of(run), "1", 10)
    assert ({each.standing.member_id for each in misses.members}, misses.complete) == ({"11", "12"}, False)


def test_a_member_sees_the_own_downline_only(server_graph: Graph, run: RunRecord) -> None:
    reach = Reach(Viewer("m", Role.MEMBER, "11"))
    misses = near_misses(server_graph, reach, run, plan_of(run), "11", 10)
    assert [each.standing.member_id for each in misses.members] == ["111"]
    with pytest.raises(UnknownMemberError):
        near_misses(server_graph, reach, run, plan_of(run), "1", 10)
    whole = near_misses(server_graph, reach, run, plan_of(run), None, 10)
    assert {each.standing.member_id for each in whole.members} == {"11", "111"}


def test_history_is_that_of_the_newest_run_of_each_period(server_graph: Graph, run: RunRecord) -> None:
    periods = history(server_graph, Reach.everything, "11", 10)
    shown = [(each.run.period, each.rank, each.active, each.group_volume, each.earned) for each in periods]
    assert shown == [
        ("2026-11", "Silver", True, 42_000, 1_200),
        ("2026-10", "none", True, 10_000, 0),
    ]
    assert [each.run.period for each in history(server_graph, Reach.everything, "11", 1)] == ["2026-11"]
    october = history(server_graph, Reach.everything, "11", 10, ["2026-10"])
    assert [each.run.number for each in october] == [result(server_graph, "2026-10").number]
    with pytest.raises(BadPeriodError):
        history(server_graph, Reach.everything, "11", 10, ["2026-13"])


def test_history_of_members_out_of_reach_is_empty_and_money_is_hidden(
    server_graph: Graph, run: RunRecord
) -> None:
    reach = Reach(Viewer("m", Role.MEMBER, "11"))
    assert history(server_graph, reach, "12", 10) == []
    assert [each.earned for each in history(server_graph, reach, "111", 10)] == [None, None]
    assert [each.earned for each in history(server_graph, reach, "11", 10)] == [1_200, 0]


def test_the_api_shows_the_same(api: Api) -> None:
    query = """{
      member(memberId: "11") { history { period rank earned { amount } groupVolume run { number } } }
      standing(memberId: "1") {
        nearMisses(first: 1) { candidates complete members { rank distance inactive standing { memberId }
          missing { requirement missing legs { memberId } } } }
        rankCard { rank requirements { requirement legs { memberId counts } } }
      }
    }"""
    data = api.data(query)
    assert [(each["period"], each["groupVolume"]) for each in data["member"]["history"]] == [
        ("2026-11", "420.00"),
        ("2026-10", "100.00"),
    ]
    misses = data["standing"]["nearMisses"]
    assert misses["members"][0] == {
        "rank": "Silver",
        "distance": "0.2500",
        "inactive": False,
        "standing": {"memberId": "12"},
        "missing": [{"requirement": "group_volume", "missing": "100.00", "legs": []}],
    }
    silver = data["standing"]["rankCard"][0]["requirements"][0]
    # Each leg of 1 counts its group, 11 with 420 first; 14 has nothing.
    assert [(leg["memberId"], leg["counts"]) for leg in silver["legs"]][:3] == [
        ("11", "420.00"),
        ("12", "300.00"),
        ("13", "80.00"),
    ]
    refused = '{ standing(memberId: "1") { nearMisses(rank: "Golt") { complete } } }'
    assert api.refused(refused)[0] == "unknown_rank"
