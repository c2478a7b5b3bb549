"""The API on a plan with push-up, compression and ranks: transfers, places, near misses, checks of a run."""

from collections.abc import Iterator
from typing import Any

import pytest

from engine.graph.database import Graph
from tests.support.api import Api, queries
from tests.support.companies import month

COMPANY = """
plan:
  name = "Moved"
  version = "7"
  [volume]
  push_up = { at_least = 100 }
  [activity]
  personal_volume = 100
  [[rank]]
  name = "Silver"
  require = [{ kind = "personal_volume", at_least = 200 }]
  permanent = true
  [[rank]]
  name = "Gold"
  match = "any"
  require = [
    { kind = "group_volume", at_least = 1000, leg_cap = "0.4" },
    { all = [
      { kind = "legs_with_rank", rank = "Silver", at_least = 2 }, { kind = "retail_share", at_least = "0.5" },
    ] },
  ]
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  compression = { rule = "threshold_rank", rank = "Silver" }
  rates = { none = ["0.05"] }
  [[cap]]
  amount = 10
members:
  member  sponsor  status
  1       -        active
  11      1        active
  12      1        active
  111     11       active
  112     11       active
  1111    111      active
  2       -        terminated
orders:
  member  qv
  1       300
  11      150
  12      240
  111     20
  112     30
  1111    100
  2       5
"""


@pytest.fixture(scope="module")
def api(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The company; tests only read it."""
    server_graph.batched("schema/wipe")
    month(server_graph, tmp_path_factory.mktemp("moved"), COMPANY)
    with Api(server_graph) as connected:
        yield connected


def test_the_next_rank_shows_every_way_and_the_legs_that_would_help(api: Api) -> None:
    query = """{ standing(memberId: "1") { qualifiedRank nextRank { rank mustBeActive active
      ways { unmet requirements { requirement unit required actual missing passes
        legs { memberId counts room standing { name } } } } } } }"""
    standing = api.data(query)["standing"]
    assert standing["qualifiedRank"] == "Silver"
    near = standing["nextRank"]
    assert (near["rank"], near["mustBeActive"], near["active"]) == ("Gold", True, True)
    volume, pair = near["ways"]
    assert (volume["unmet"], pair["unmet"]) == (1, 1)
    # 300 of her own, 300 of 11's leg, 240 of 12's; a leg counts up to 400.
    assert volume["requirements"] == [
        {
            "requirement": "group_volume",
            "unit": "VOLUME",
            "required": "1000.00",
            "actual": "840.00",
            "missing": "160.00",
            "passes": False,
            "legs": [
                {"memberId": "11", "counts": "300.00", "room": "100.00", "standing": {"name": "11"}},
                {"memberId": "12", "counts": "240.00", "room": "160.00", "standing": {"name": "12"}},
            ],
        }
    ]
    requirements = [
        (each["requirement"], each["unit"], each["required"], each["actual"], each["missing"])
        for each in pair["requirements"]
    ]
    assert requirements == [
        ("legs_with_rank", "COUNT", "2", "2", "0"),
        ("retail_share", "RATE", "0.500000", "0.000000", "0.500000"),
    ]


def test_fewer_legs_may_be_requested(api: Api) -> None:
    query = (
        '{ standing(memberId: "1") { nextRank { ways { requirements { legs(first: 1) { memberId } } } } } }'
    )
    ways = api.data(query)["standing"]["nextRank"]["ways"]
    assert len(ways[0]["requirements"][0]["legs"]) == 1
    answer = api.ask(query.replace("first: 1", "first: 0"))
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"page_size"}
    ways = answer["data"]["standing"]["nextRank"]["ways"]
    assert [row["legs"] for way in ways for row in way["requirements"]] == [None] * len(answer["errors"])


def test_transfers_of_a_member_and_of_the_run(api: Api) -> None:
    query = """{
      run { pushedVolume volumeWithoutReceiver transfers { totalCount nodes {
        fromId giver { name } toId receiver { personalVolume } volume reason
      } } }
      eleven: standing(memberId: "11") { pushedUp { volume } received { totalCount nodes { fromId volume } } }
      leaf: standing(memberId: "111") { pushedUp { toId volume reason } received { totalCount } }
      two: standing(memberId: "2") { pushedUp { toId volume reason } }
    }"""
    data = api.data(query)
    run = data["run"]
    assert (run["pushedVolume"], run["volumeWithoutReceiver"]) == ("50.00", "5.00")
    eleven = {"personalVolume": "200.00"}
    assert run["transfers"] == {
        "totalCount": 3,
        "nodes": [
            {"fromId": "111", "giver": {"name": "111"}, "toId": "11", "receiver": eleven, "volume": "20.00",
             "reason": "personal_volume"},
            {"fromId": "112", "giver": {"name": "112"}, "toId": "11", "receiver": eleven, "volume": "30.00",
             "reason": "personal_volume"},
            {"fromId": "2", "giver": {"name": "2"}, "toId": None, "receiver": None, "volume": "5.00",
             "reason": "no_upline"},
        ],
    }  # fmt: skip
    assert data["eleven"] == {
        "pushedUp": None,
        "received": {
            "totalCount": 2,
            "nodes": [{"fromId": "111", "volume": "20.00"}, {"fromId": "112", "volume": "30.00"}],
        },
    }
    assert data["leaf"] == {
        "pushedUp": {"toId": "11", "volume": "20.00", "reason": "personal_volume"},
        "received": {"totalCount": 0},
    }
    assert data["two"]["pushedUp"] == {"toId": None, "volume": "5.00", "reason": "no_upline"}


PLACE = """compressed(overlay: "threshold_rank") {
  keeps parent { memberId } levelsSkipped lost { rule reason figure needed why }
  skipped { memberId reason figure needed standing { rank } }
  children { totalCount nodes { memberId } }
}"""


def test_a_place_in_a_compressed_tree(api: Api) -> None:
    query = f"""{{ run {{ overlays {{ name tree }} }} one: standing(memberId: "1") {{ {PLACE} }}
      deep: standing(memberId: "1111") {{ {PLACE} }} }}"""
    data = api.data(query)
    assert data["run"]["overlays"] == [{"name": "threshold_rank", "tree": "MAIN"}]
    assert data["one"]["compressed"] == {
        "keeps": True,
        "parent": None,
        "levelsSkipped": 0,
        "lost": None,
        "skipped": [],
        "children": {"totalCount": 2, "nodes": [{"memberId": "11"}, {"memberId": "12"}]},
    }
    deep = data["deep"]["compressed"]
    assert deep["lost"] == {
        "rule": "threshold_rank",
        "reason": "rank",
        "figure": "none",
        "needed": "Silver",
        "why": "rank none does not earn this level, Silver or higher is needed",
    }
    assert (deep["keeps"], deep["parent"], deep["levelsSkipped"]) == (False, {"memberId": "11"}, 1)
    assert deep["skipped"] == [
        {"memberId": "111", "reason": "inactive", "figure": "0.00", "needed": "100.00",
         "standing": {"rank": "none"}},
    ]  # fmt: skip
    assert deep["children"] == {"totalCount": 0, "nodes": []}
    unknown = '{ standing(memberId: "1") { compressed(overlay: "dynamic") { keeps } } }'
    code, message = api.refused(unknown)
    assert code == "unknown_overlay"
    assert "It has threshold_rank." in message


@pytest.mark.parametrize("size", [1, 2, 9])
def test_pages_of_compressed_children_and_of_transfers_put_together_are_the_whole(
    api: Api, size: int
) -> None:
    def whole(text: str, key: str) -> list[str]:
        after, values = "null", []
        while True:
            page: Any = api.data(
                text % (size, after, f"nodes {{ {key} }} pageInfo {{ hasNextPage endCursor }}")
            )
            while "nodes" not in page:
                page = next(iter(page.values()))
            values += [node[key] for node in page["nodes"]]
            if not page["pageInfo"]["hasNextPage"]:
                return values
            after = f'"{page["pageInfo"]["endCursor"]}"'

    below = """{ standing(memberId: "11") { compressed(overlay: "threshold_rank") {
      children(first: %d, after: %s) { %s } } } }"""
    assert whole(below, "memberId") == ["111", "1111", "112"]
    assert whole("{ run { transfers(first: %d, after: %s) { %s } } }", "fromId") == ["111", "112", "2"]
    received = '{ standing(memberId: "11") { received(first: %d, after: %s) { %s } } }'
    assert whole(received, "fromId") == ["111", "112"]


def test_a_run_shows_its_hashes_its_checks_and_what_caps_cut(api: Api) -> None:
    query = """{ run { planVersion resultsHash notes hashes { plan rules tree orders results }
      checks { name says violations { where expected actual } } }
      standing(memberId: "1") { statement { earnings { bonus amount { amount } exact cut { amount } } } } }"""
    data = api.data(query)
    run = data["run"]
    assert run["hashes"]["results"] == run["resultsHash"]
    assert {len(value) for value in run["hashes"].values()} == {64}
    assert len(set(run["hashes"].values())) == 5
    names = [check["name"] for check in run["checks"]]
    assert "earnings_add_up" in names
    assert all(check["says"] for check in run["checks"])
    assert [check["violations"] for check in run["checks"]] == [[] for _ in names]
    assert run["notes"] == [
        "there is no complete run of 2026-10 by Moved, so these begin at zero: lifetime ranks. "
        "If they should not, run 2026-10 first, then this period again"
    ]
    # 5 % of 150 and of 240, 19.50 in all, of which the cap leaves 10.
    assert data["standing"]["statement"]["earnings"] == [
        {"bonus": "Levels", "amount": {"amount": "10.00"}, "exact": "19.50", "cut": {"amount": "9.50"}}
    ]


SCREENS: dict[str, tuple[str, int]] = {
    "near misses of a page": (
        """{ standing(memberId: "1") { children(first: 9) { nodes { nextRank { rank ways {
          unmet requirements { missing legs { memberId room standing { name } }
        } } } } } } }""",
        2 + 2 + 1,  # run, standing with its children; cards, helpers; the legs' standings
    ),
    "transfers of a page": (
        """{ run { roots(first: 2) { nodes { pushedUp { volume receiver { name } }
          received { totalCount nodes { volume giver { name } } }
          children(first: 9) { nodes { pushedUp { volume } received { nodes { volume giver { name } } } } }
        } } } }""",
        # run, roots; given, received, children; given and received below, their givers.
        2 + 3 + 3,
    ),
    "a page of transfers": (
        "{ run { transfers { nodes { volume giver { name } receiver { name } } } } }",
        1 + 1 + 1,  # run, transfers, both ends of all
    ),
    "a compressed tree two levels deep": (
        """{ run { roots(first: 2) { nodes { compressed(overlay: "threshold_rank") {
          children(first: 9) { nodes { name
            compressed(overlay: "threshold_rank") { keeps levelsSkipped parent { name } skipped { why }
            children { totalCount nodes { name } } }
        } } } } } } }""",
        2 + 1 + 1 + 1 + 1 + 1,  # run, roots; places, children; places, parents, children
    ),
    "checks that nobody wants to see fail": ("{ run { checks { name says } hashes { plan } } }", 1),
}


@pytest.mark.parametrize("what", SCREENS)
def test_a_screen_takes_one_query_for_each_level(
    api: Api, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    query, most = SCREENS[what]
    with queries(monkeypatch) as sent:
        api.data(query)
    assert len(sent) == most, "\n--\n".join(sent)


def test_a_plan_that_moves_no_volume_needs_no_query_for_it(
    graph: Graph, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    month(graph, tmp_path_factory.mktemp("still"), COMPANY.replace("push_up = { at_least = 100 }", ""))
    query = """{ run { pushedVolume volumeWithoutReceiver transfers { totalCount nodes { fromId } }
      roots { nodes { pushedUp { volume } received { totalCount } } } } }"""
    with Api(graph) as api, queries(monkeypatch) as counted:
        run = api.data(query)["run"]
    assert len(counted) == 2  # the run and its roots
    assert (run["pushedVolume"], run["volumeWithoutReceiver"]) == (None, None)
    assert run["transfers"] == {"totalCount": 0, "nodes": []}
    assert run["roots"]["nodes"] == [{"pushedUp": None, "received": {"totalCount": 0}}] * 2
