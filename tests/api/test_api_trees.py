"""Trees through the API: downlines of a run and of today, legs, levels, compressed trees, who waits."""

from collections.abc import Iterator
from typing import Any

import pytest

from engine.graph.database import Graph
from tests.support.api import Api, queries
from tests.support.companies import month

COMPANY = """
plan:
  name = "Two trees"
  [activity]
  personal_volume = 100
  [[rank]]
  name = "Silver"
  require = [{ kind = "personal_volume", at_least = 200 }]
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  compression = "activity_skip"
  rates = ["0.10", "0.05"]
  [[bonus]]
  name = "Sponsors"
  kind = "unilevel"
  tree = "sponsor"
  rates = ["0.10"]
members:
  member  sponsor  placement  leg
  1       -        -          -
  11      1        1          L
  12      1        1          R
  111     1        11         L
  112     12       11         R
  1111    111      111        L
  2       1        -          -
orders:
  order  member  qv   cv
  a      1       300  300
  b      11      20   20
  c      12      240  240
  d      111     120  120
  e      1111    120  120
"""
"""Placement: 1 over 11 (L) and 12 (R); 11 over 111 (L) and 112 (R); 111 over 1111. 2 waits for a place.

By hand: group volumes 1: 800, 11: 260, 111: 240, 12: 240, 1111: 120, 112: 0. Active are 1, 12, 111 and 1111.
"""


@pytest.fixture(scope="module")
def api(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    server_graph.batched("schema/wipe")
    month(server_graph, tmp_path_factory.mktemp("trees"), COMPANY)
    with Api(server_graph) as connected:
        yield connected


DOWNLINE = """{ %s(memberId: "%s") { downline%s { totalCount searchStopped nodes { memberId }
  edges { cursor level node { memberId } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
} } }"""


def downline(api: Api, kind: str, member_id: str, arguments: str = "") -> dict[str, Any]:
    """One page of a downline, with `ids` and `levels`."""
    query = DOWNLINE % (kind, member_id, f"({arguments})" if arguments else "")
    page: dict[str, Any] = api.data(query)[kind]["downline"]
    page["ids"] = [edge["node"]["memberId"] for edge in page["edges"]]
    assert [node["memberId"] for node in page["nodes"]] == page["ids"]
    page["levels"] = [edge["level"] for edge in page["edges"]]
    return page


IN_RUN = {
    "": (["11", "111", "1111", "112", "12"], [1, 2, 3, 2, 1]),
    "tree: PLACEMENT": (["11", "111", "1111", "112", "12"], [1, 2, 3, 2, 1]),
    "tree: SPONSOR": (["11", "111", "1111", "112", "12", "2"], [1, 1, 2, 2, 1, 1]),
    "depth: 1": (["11", "12"], [1, 1]),
    "depth: 1, tree: SPONSOR": (["11", "111", "12", "2"], [1, 1, 1, 1]),
    "orderBy: {field: MEMBER_ID, direction: DESC}": (["12", "112", "1111", "111", "11"], [1, 2, 3, 2, 1]),
    "orderBy: {field: GROUP_VOLUME, direction: DESC}": (["11", "111", "12", "1111", "112"], [1, 2, 1, 3, 2]),
    "orderBy: {field: GROUP_VOLUME}": (["112", "1111", "111", "12", "11"], [2, 3, 2, 1, 1]),
    "orderBy: {field: RANK, direction: DESC}, first: 1": (["12"], [1]),
    "orderBy: {field: LEVEL, direction: DESC}, first: 2": (["1111", "111"], [3, 2]),
    "filter: {levels: {from: 2, to: 2}}": (["111", "112"], [2, 2]),
    "filter: {levels: {to: 2}}, depth: 1": (["11", "12"], [1, 1]),
    "filter: {active: false}": (["11", "112"], [1, 2]),
    'filter: {ranks: ["Silver"]}': (["12"], [1]),
    'filter: {personalVolume: {from: "20", to: "120"}}': (["11", "111", "1111"], [1, 2, 3]),
    'filter: {groupVolume: {from: "240.01"}}': (["11"], [1]),
    'filter: {leg: "left"}': (["11", "111", "1111", "112"], [1, 2, 3, 2]),
    'filter: {leg: "R"}, tree: PLACEMENT': (["12"], [1]),
    'filter: {leg: "left"}, depth: 2': (["11", "111", "112"], [1, 2, 2]),
    "filter: {statuses: [TERMINATED]}": ([], []),
    "filter: {statuses: [ACTIVE, SUSPENDED], active: true}": (["111", "1111", "12"], [2, 3, 1]),
    'compressed: "activity_skip"': (["11", "111", "1111", "112", "12"], [1, 1, 2, 1, 1]),
    'compressed: "activity_skip", depth: 1': (["11", "111", "112", "12"], [1, 1, 1, 1]),
    'compressed: "activity_skip", filter: {levels: {from: 2}}': (["1111"], [2]),
    'compressed: "activity_skip", search: "1111"': (["1111"], [2]),
    'compressed: "activity_skip", orderBy: {field: LEVEL, direction: DESC}, first: 2': (
        ["1111", "11"],
        [2, 1],
    ),
    'search: "111"': (["111", "1111"], [2, 3]),
    'search: "111", filter: {leg: "L"}, orderBy: {field: LEVEL, direction: DESC}': (["1111", "111"], [3, 2]),
    'search: "name:*"': ([], []),
}


@pytest.mark.parametrize("arguments", IN_RUN)
def test_a_downline_of_a_run(arguments: str, api: Api) -> None:
    page = downline(api, "standing", "1", arguments)
    ids, levels = IN_RUN[arguments]
    assert (page["ids"], page["levels"]) == (ids, levels)
    if "first" not in arguments:
        assert page["totalCount"] == len(ids)


TODAY = {
    "": ["11", "111", "1111", "112", "12"],
    "tree: SPONSOR": ["11", "111", "1111", "112", "12", "2"],
    "tree: SPONSOR, depth: 1": ["11", "111", "12", "2"],
    "orderBy: {field: LEVEL, direction: DESC}": ["1111", "111", "112", "11", "12"],
    "filter: {levels: {from: 3}}": ["1111"],
    'filter: {leg: "R"}': ["12"],
    'search: "1111"': ["1111"],
    'search: "2", tree: SPONSOR': ["2"],
    'search: "2"': [],
}


@pytest.mark.parametrize("arguments", TODAY)
def test_a_downline_of_today(arguments: str, api: Api) -> None:
    page = downline(api, "member", "1", arguments)
    assert page["ids"] == TODAY[arguments]
    assert page["totalCount"] == len(TODAY[arguments])


@pytest.mark.parametrize("kind", ["standing", "member"])
@pytest.mark.parametrize("order", ["", "orderBy: {field: LEVEL, direction: DESC}", "orderBy: {field: NAME}"])
@pytest.mark.parametrize("tree", ["PLACEMENT", "SPONSOR"])
def test_pages_of_a_downline_are_one_list_both_ways(kind: str, order: str, tree: str, api: Api) -> None:
    fixed = f"tree: {tree} {order}"
    whole = downline(api, kind, "1", f"first: 200, {fixed}")["ids"]
    for count, bound, ahead, behind, edge in (
        ("first", "after", "hasNextPage", "hasPreviousPage", "endCursor"),
        ("last", "before", "hasPreviousPage", "hasNextPage", "startCursor"),
    ):
        ids: list[str] = []
        cursor = "null"
        while True:
            page = downline(api, kind, "1", f"{count}: 2, {bound}: {cursor}, {fixed}")
            ids = page["ids"] + ids if count == "last" else ids + page["ids"]
            assert page["pageInfo"][behind] is (cursor != "null")
            if not page["pageInfo"][ahead]:
                break
            cursor = f'"{page["pageInfo"][edge]}"'
        assert ids == whole
        refused = DOWNLINE % (kind, "11", f"({bound}: {cursor}, {fixed})")
        assert api.refused(refused)[0] == "stale_cursor", "of another member"


def test_legs_levels_and_both_trees_of_a_standing(api: Api) -> None:
    query = """{ standing(memberId: "1") {
      legs { totalCount nodes { leg size volume bestRank head { memberId } } }
      levelCounts { level members active }
      sponsored: levelCounts(tree: SPONSOR, depth: 1) { level members active }
      children(tree: SPONSOR) { totalCount nodes { memberId } }
      compressed: children(compressed: "activity_skip") { nodes { memberId } }
    } low: standing(memberId: "1111") {
      upline { totalCount nodes { memberId } }
      sponsors: upline(tree: SPONSOR) { totalCount nodes { memberId } }
      keepers: upline(compressed: "activity_skip", first: 1) {
        totalCount nodes { memberId } pageInfo { hasNextPage endCursor }
      }
    } }"""
    answer = api.data(query)
    assert answer["standing"] == {
        "legs": {
            "totalCount": 2,
            "nodes": [
                {"leg": "L", "size": 4, "volume": "260.00", "bestRank": "none", "head": {"memberId": "11"}},
                {"leg": "R", "size": 1, "volume": "240.00", "bestRank": "Silver", "head": {"memberId": "12"}},
            ],
        },
        "levelCounts": [
            {"level": 1, "members": 2, "active": 1},
            {"level": 2, "members": 2, "active": 1},
            {"level": 3, "members": 1, "active": 1},
        ],
        "sponsored": [{"level": 1, "members": 4, "active": 2}],
        "children": {"totalCount": 4, "nodes": [{"memberId": one} for one in ("11", "111", "12", "2")]},
        "compressed": {"nodes": [{"memberId": one} for one in ("11", "111", "112", "12")]},
    }
    low = answer["low"]
    assert [one["memberId"] for one in low["upline"]["nodes"]] == ["111", "11", "1"]
    assert [one["memberId"] for one in low["sponsors"]["nodes"]] == ["111", "1"]
    assert (low["upline"]["totalCount"], low["sponsors"]["totalCount"]) == (3, 2)
    assert [one["memberId"] for one in low["keepers"]["nodes"]] == ["111"]
    assert low["keepers"]["totalCount"] == 2
    assert low["keepers"]["pageInfo"]["hasNextPage"]
    rest = """query($after: String) { standing(memberId: "1111") {
      upline(compressed: "activity_skip", first: 1, after: $after) {
        nodes { memberId } pageInfo { hasNextPage }
      }
    } }"""
    page = api.data(rest, after=low["keepers"]["pageInfo"]["endCursor"])["standing"]["upline"]
    assert page == {"nodes": [{"memberId": "1"}], "pageInfo": {"hasNextPage": False}}


def test_both_trees_of_a_member_and_who_waits(api: Api) -> None:
    query = """{ member(memberId: "1") {
      children { nodes { memberId } } sponsored: children(tree: SPONSOR) { nodes { memberId } }
      holdingTank { totalCount nodes { memberId placement { memberId } sponsor { memberId } } }
    } low: member(memberId: "1111") {
      upline { totalCount nodes { memberId } } sponsors: upline(tree: SPONSOR, last: 1) { nodes { memberId } }
    } }"""
    answer = api.data(query)
    assert [one["memberId"] for one in answer["member"]["children"]["nodes"]] == ["11", "12"]
    assert [one["memberId"] for one in answer["member"]["sponsored"]["nodes"]] == ["11", "111", "12", "2"]
    assert answer["member"]["holdingTank"] == {
        "totalCount": 1,
        "nodes": [{"memberId": "2", "placement": None, "sponsor": {"memberId": "1"}}],
    }
    assert [one["memberId"] for one in answer["low"]["upline"]["nodes"]] == ["111", "11", "1"]
    assert answer["low"]["upline"]["totalCount"] == 3
    assert [one["memberId"] for one in answer["low"]["sponsors"]["nodes"]] == ["1"]


REFUSED = {
    'standing(memberId: "1") { downline(filter: {ranks: ["Gold"]}) { totalCount } }': "unknown_condition",
    'standing(memberId: "1") { downline(search: " ") { totalCount } }': "search",
    'standing(memberId: "1") { downline(filter: {groupVolume: {from: "much"}}) { totalCount } }': "amount",
    'standing(memberId: "1") { downline(depth: 0) { totalCount } }': "amount",
    'standing(memberId: "1") { levelCounts(depth: 101) { level } }': "page_size",
    'standing(memberId: "1") { children(compressed: "none_such") { totalCount } }': "unknown_overlay",
    'standing(memberId: "1") { upline(compressed: "activity_skip", tree: SPONSOR) { totalCount } }': (
        "tree_and_overlay"
    ),
    'member(memberId: "1") { downline(search: "%s") { totalCount } }' % ("x" * 300): "search",
}


@pytest.mark.parametrize("query", REFUSED)
def test_refusals_have_a_stable_code(query: str, api: Api) -> None:
    assert api.refused(f"{{ {query} }}")[0] == REFUSED[query]


ONE_TREE = """
plan:
  name = "One tree"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = ["0.10"]
members:
  member  sponsor
  1       -
  11      1
  111     11
"""


def test_a_tree_that_the_run_does_not_keep_is_refused_and_one_tree_is_both(
    graph: Graph, tmp_path_factory: pytest.TempPathFactory
) -> None:
    two = COMPANY.replace('  tree = "sponsor"\n', "")
    month(graph, tmp_path_factory.mktemp("two"), two)
    query = '{ standing(memberId: "1") { downline(tree: SPONSOR) { totalCount } } }'
    with Api(graph) as api:
        answer = api.ask(query)
        assert answer["data"] == {"standing": {"downline": None}}
        assert answer["errors"][0]["extensions"]["code"] == "tree_not_in_run"
    graph.batched("schema/wipe")
    month(graph, tmp_path_factory.mktemp("one"), ONE_TREE)
    with Api(graph) as api:
        assert api.data(query)["standing"]["downline"]["totalCount"] == 2
        today = '{ member(memberId: "1") { downline { totalCount } holdingTank { totalCount } } }'
        assert api.data(today)["member"] == {"downline": {"totalCount": 2}, "holdingTank": {"totalCount": 0}}


SCREENS: dict[str, tuple[str, int]] = {
    "downlines of a page": (
        """{ standing(memberId: "1") { children { nodes {
          downline(first: 2) { edges { level node { rank } } }
        } } } }""",
        1 + 1 + 1,  # run, the standing with its children, the downlines of all children
    ),
    "a downline with its total": (
        '{ standing(memberId: "1") { downline { totalCount nodes { rank } } } }',
        1 + 1 + 1 + 1,
    ),
    "legs": ('{ standing(memberId: "1") { legs { nodes { volume head { name } } } } }', 1 + 1 + 1),
    "downlines of today": (
        """{ member(memberId: "1") { children(tree: SPONSOR) { nodes {
          downline(tree: SPONSOR) { nodes { name } }
          holdingTank { nodes { name } }
          upline(tree: SPONSOR) { totalCount }
        } } } }""",
        1 + 1 + 1 + 1 + 1,
    ),
}


@pytest.mark.parametrize("what", SCREENS)
def test_a_screen_takes_one_statement_for_each_field_of_a_level(
    api: Api, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    query, most = SCREENS[what]
    with queries(monkeypatch) as sent:
        api.data(query)
    # The newest run may be known from the request before.
    assert most - 1 <= len(sent) <= most, "\n--\n".join(sent)
