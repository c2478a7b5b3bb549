"""Lists in pages, forward and backward; whose cursors they take; and nodes by their global ids."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.api import cursors, newest
from engine.api.cursors import Seals
from engine.api.errors import StaleCursorError
from engine.api.types.nodes import MOST_NODES, global_id
from engine.graph.database import Graph
from engine.run import run_file
from engine.settings import Settings
from tests.support.api import Api, queries
from tests.support.months import PERIOD, month


@pytest.fixture(scope="module")
def api(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The company of tests/support/months.py with its November; tests only read it."""
    server_graph.batched("schema/wipe")
    month(server_graph, tmp_path_factory.mktemp("month"))
    with Api(server_graph) as connected:
        yield connected


PAGED: dict[str, tuple[str, list[Any]]] = {
    "members": (
        "{ members(%s) { %s nodes { key: memberId } } }",
        ["1", "11", "111", "112", "12", "121"],
    ),
    "members of one beginning": (
        '{ members(%s, idStartsWith: "11") { %s nodes { key: memberId } } }',
        ["11", "111", "112"],
    ),
    "sponsored": (
        '{ member(memberId: "1") { page: sponsored(%s) { %s nodes { key: memberId } } } }',
        ["11", "111", "12"],
    ),
    "children": (
        '{ standing(memberId: "11") { children(%s) { %s nodes { key: memberId } } } }',
        ["111", "112"],
    ),
    "upline": (
        '{ standing(memberId: "112") { page: upline(%s) { %s nodes { key: memberId } } } }',
        ["11", "1"],
    ),
    "roots": ("{ run { page: roots(%s) { %s nodes { key: memberId } } } }", ["1"]),
    "runs": ("{ runs(%s) { %s nodes { key: period } } }", [PERIOD]),
    "lines": (
        '{ standing(memberId: "1") { page: lines(%s) { %s nodes { key: orderId } } } }',
        ["o2", "o3", "o5", "o6", "o4", "o7"],  # by source: 11, 11, 111, 112, 12, 121
    ),
    "lines of an order": (
        '{ order(orderId: "o3") { page: lines(%s) { %s nodes { key: level } } } }',
        [0, 1, 2],
    ),
}
FORWARD = ("lines",)
"""Lists that are found from their beginning on."""
INFO = "totalCount edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor startCursor }"


def page_of(api: Api, what: str, arguments: str) -> dict[str, Any]:
    """One page, wherever in the answer it is."""
    page: Any = api.data(PAGED[what][0] % (arguments, INFO))
    while "nodes" not in page:
        page = next(iter(page.values()))
    page["keys"] = [node["key"] for node in page["nodes"]]
    return dict(page)


@pytest.mark.parametrize(
    ("what", "backward"),
    [(what, back) for what in PAGED for back in (False, True) if not back or what not in FORWARD],
)
@pytest.mark.parametrize("size", [1, 2, 200])
def test_pages_put_together_are_the_whole_list(api: Api, what: str, size: int, backward: bool) -> None:
    whole = PAGED[what][1]
    count, bound, ahead, behind, edge = (
        ("last", "before", "hasPreviousPage", "hasNextPage", "startCursor")
        if backward
        else ("first", "after", "hasNextPage", "hasPreviousPage", "endCursor")
    )
    keys: list[Any] = []
    cursor = "null"
    while True:
        page = page_of(api, what, f"{count}: {size}, {bound}: {cursor}")
        assert page["totalCount"] == len(whole)
        sealed = [each["cursor"] for each in page["edges"]]
        info = page["pageInfo"]
        assert [info["startCursor"], info["endCursor"]] == [sealed[0], sealed[-1]]
        assert info[behind] is bool(keys)
        keys = page["keys"] + keys if backward else keys + page["keys"]
        assert info[ahead] is (len(keys) < len(whole))
        if not info[ahead]:
            break
        cursor = f'"{info[edge]}"'
    assert keys == whole


def test_a_page_between_two_cursors(api: Api) -> None:
    whole = page_of(api, "members", "first: 200")
    sealed = [each["cursor"] for each in whole["edges"]]
    between = f'after: "{sealed[0]}", before: "{sealed[4]}"'
    page = page_of(api, "members", f"first: 2, {between}")
    assert page["keys"] == whole["keys"][1:3]
    assert page["pageInfo"]["hasNextPage"]
    assert page["pageInfo"]["hasPreviousPage"]
    page = page_of(api, "members", f"last: 2, {between}")
    assert page["keys"] == whole["keys"][2:4]
    assert page["pageInfo"]["hasNextPage"]
    assert page["pageInfo"]["hasPreviousPage"]
    middle = page_of(api, "upline", "first: 200")["edges"][0]["cursor"]
    assert page_of(api, "upline", f'last: 5, before: "{middle}"')["keys"] == []


def test_without_a_size_a_page_has_the_default_and_both_sizes_are_refused(api: Api) -> None:
    for arguments in ("first: null", "first: null, last: null", "after: null"):
        assert page_of(api, "members", arguments)["keys"] == PAGED["members"][1]
    query = PAGED["members"][0]
    assert api.refused(query % ("first: 2, last: 2", INFO))[0] == "page_size"
    assert api.refused(query % ("last: 201", INFO)) == (
        "page_size",
        "last must be between 1 and 200, not 201.",
    )
    assert api.refused(query % ("last: 0", INFO))[0] == "page_size"
    # A client with one query for both directions sends null for the one that it does not use.
    both = "query($first: Int, $last: Int) { members(first: $first, last: $last) { nodes { memberId } } }"
    assert [each["memberId"] for each in api.data(both, first=None, last=2)["members"]["nodes"]] == [
        "12",
        "121",
    ]
    assert [each["memberId"] for each in api.data(both, first=1, last=None)["members"]["nodes"]] == ["1"]
    assert [each["memberId"] for each in api.data(both, last=1)["members"]["nodes"]] == ["121"]


FOREIGN = {
    "another parent": '{ member(memberId: "11") { sponsored(after: "%s") { nodes { memberId } } } }',
    "another field": '{ member(memberId: "1") { placed(after: "%s") { nodes { memberId } } } }',
    "another argument": '{ members(idStartsWith: "1", after: "%s") { nodes { memberId } } }',
    "another type": '{ standing(memberId: "1") { upline(before: "%s") { nodes { memberId } } } }',
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_cursor_continues_its_own_list_only(api: Api, what: str) -> None:
    own = '{ member(memberId: "1") { sponsored(first: 1, after: %s) { edges { cursor } } } }'
    cursor = api.data(own % "null")["member"]["sponsored"]["edges"][0]["cursor"]
    listed = api.data("{ members(first: 1) { edges { cursor } } }")["members"]["edges"][0]["cursor"]
    refusals = [api.refused(FOREIGN[what] % each) for each in (cursor, listed)]
    forged = cursor[:-1] + ("A" if cursor[-1] != "A" else "E")
    refusals.append(api.refused(own % f'"{"A" + cursor[1:]}"'))
    refusals.append(api.refused(own % f'"{forged}"'))
    assert len(set(refusals)) == 1, "the same words, whatever is wrong"
    assert refusals[0][0] == "stale_cursor"
    assert api.data(own % f'"{cursor}"')["member"]["sponsored"]["edges"]


def test_a_cursor_is_bound_to_its_run_and_its_reader(graph: Graph, tmp_path: Path) -> None:
    first = month(graph, tmp_path)
    query = (
        "{ run { number roots { nodes { children(first: 1 %s) { edges { cursor node { memberId } } } } } } }"
    )
    with Api(graph) as api:
        (root,) = api.data(query % "")["run"]["roots"]["nodes"]
        cursor = root["children"]["edges"][0]["cursor"]
        again = api.data(query % f', after: "{cursor}"')["run"]
        assert again["number"] == first.number
        run_file(graph, tmp_path / "plan.toml", PERIOD)
        time.sleep(newest.FRESH_S)  # for so long a request may still be about the run before
        assert api.refused(query % f', after: "{cursor}"')[0] == "stale_cursor"
    seals = cursors.fresh()
    mine = seals.seal(cursors.place("one", "Query", "members", {}), "11")
    with pytest.raises(StaleCursorError):
        seals.open(cursors.place("two", "Query", "members", {}), mine)


def test_processes_of_a_home_share_their_cursors_and_secrets_rotate(tmp_path: Path) -> None:
    where = cursors.place("", "Query", "members", {})
    kept = cursors.of_home(tmp_path / "home").seal(where, "11")
    assert cursors.of_home(tmp_path / "home").open(where, kept) == "11"
    assert (tmp_path / "home" / cursors.FILE).stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "home").iterdir()] == [cursors.FILE], "no draft is left"
    old = cursors.of_home(tmp_path, ["a" * 32]).seal(where, "11")
    rotated = cursors.of_home(tmp_path, ["b" * 32, "a" * 32])
    assert rotated.open(where, old) == "11"
    assert rotated.seal(where, "11") == Seals([b"b" * 32]).seal(where, "11") != old
    with pytest.raises(StaleCursorError):
        cursors.of_home(tmp_path, ["b" * 32]).open(where, old)


def test_a_home_that_cannot_keep_a_secret_and_one_that_is_cut_off_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(cursors.CursorSecretError, match=r"cannot be kept: .* UPLINE_CURSOR_SECRETS"):
        cursors.of_home(tmp_path / "file")
    (tmp_path / cursors.FILE).write_bytes(b"short")
    with pytest.raises(cursors.CursorSecretError, match="too short"):
        cursors.of_home(tmp_path)


def test_secrets_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLINE_CURSOR_SECRETS", f"{'n' * 32}, {'o' * 32}")
    assert [each.reveal() for each in Settings().cursor_secrets] == ["n" * 32, "o" * 32]


NODES = """{ member(memberId: "11") { id } standing(memberId: "12") { id } order(orderId: "o3") { id }
  run { id number } }"""
SHOWN = """__typename id ... on Member { memberId } ... on Standing { memberId rank run { number } }
  ... on Order { orderId } ... on Run { number }"""
ONE = f"query($id: ID!) {{ node(id: $id) {{ {SHOWN} }} }}"
MANY = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ {SHOWN} }} }}"


def test_a_node_is_fetched_again_by_its_global_id(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = api.data(NODES)
    number = answer["run"]["number"]
    expected: dict[str, dict[str, Any]] = {
        "member": {"__typename": "Member", "memberId": "11"},
        "standing": {"__typename": "Standing", "memberId": "12", "rank": "none", "run": {"number": number}},
        "order": {"__typename": "Order", "orderId": "o3"},
        "run": {"__typename": "Run", "number": number},
    }
    ids = [answer[name]["id"] for name in expected]
    nodes = [{**expected[name], "id": answer[name]["id"]} for name in expected]
    assert [api.data(ONE, id=each)["node"] for each in ids] == nodes
    with queries(monkeypatch) as sent:
        assert api.data(MANY, ids=[ids[0], "nothing", *ids, global_id("Member", "12")])["nodes"] == [
            nodes[0], None, *nodes,
            {"__typename": "Member", "memberId": "12", "id": global_id("Member", "12")},
        ]  # fmt: skip
    assert len(sent) == 4, "one statement for each type"
    assert api.refused(MANY, ids=["x"] * (MOST_NODES + 1))[0] == "page_size"


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "%%%", "\x00", "11", "Member", global_id("Member"), global_id("Member", ""),
        global_id("Member", "nobody"), global_id("Order", "11"), global_id("Run", "0"),
        global_id("Run", "-1"), global_id("Run", "01"), global_id("Run", "999999"),
        global_id("Run", "9" * 40), global_id("Run", "1", "11"),
        global_id("Standing", "11"), global_id("Standing", "999999", "11"),
        global_id("Standing", "", "11"), global_id("Line", "1"), global_id("Query"),
        global_id("Member", "11") + "=", global_id("Member", "11") + "A",
    ],
)  # fmt: skip
def test_a_wrong_id_is_like_a_missing_one(api: Api, text: str) -> None:
    answer = api.ask("query($id: ID!) { node(id: $id) { id } }", id=text)
    assert answer["data"] == {"node": None}
    assert "errors" not in answer
