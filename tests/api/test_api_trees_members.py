"""Trees as a member sees them: the own group, its counts and searches, own cursors, and no stranger."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from engine.access.policy import Policy
from engine.api.cursors import fresh
from engine.api.identity.configuration import Access, Configuration
from engine.api.identity.identity import Identity
from engine.api.types.nodes import global_id
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from engine.settings import Secret
from tests.api.test_api_trees import COMPANY
from tests.support.api import Api
from tests.support.companies import month
from tests.support.tokens import SECRET, signed

SHARED = Configuration(("HS256",), Secret(SECRET), audience="upline", issuer="https://sign.example")


@pytest.fixture(scope="module")
def run(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    server_graph.batched("schema/wipe")
    return month(server_graph, tmp_path_factory.mktemp("members"), COMPANY)


@pytest.fixture(scope="module")
def api(run: RunRecord, server_graph: Graph) -> Iterator[dict[str, Api]]:
    """The API as seen by members 1, 11 and 12, by an analyst, and by support; all cursors have one secret."""
    assert run.number
    tokens = {one: signed(role="member", member_id=one, sub=one) for one in ("1", "11", "12")}
    tokens |= {role: signed(role=role, member_id=None, sub=role) for role in ("analyst", "support")}
    seals = fresh()
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(
                Api(server_graph, identity=Identity(Access(Policy(), SHARED)), token=token, seals=seals)
            )
            for name, token in tokens.items()
        }


DOWNLINE = "{ downline%s { totalCount edges { cursor node { memberId } } } }"


def ids(api: Api, kind: str, arguments: str = "", member_id: str = "11") -> list[str]:
    """The ids of a whole downline, which has as many members as its total says."""
    answer = api.data(f'{{ {kind}(memberId: "{member_id}") {DOWNLINE % arguments} }}')[kind]["downline"]
    assert answer["totalCount"] == len(answer["edges"])
    return [edge["node"]["memberId"] for edge in answer["edges"]]


@pytest.mark.parametrize("kind", ["member", "standing"])
def test_a_member_sees_the_own_downline_alone(kind: str, api: dict[str, Api]) -> None:
    group = ["111", "1111", "112"]
    assert ids(api["11"], kind) == ids(api["1"], kind) == ids(api["support"], kind) == group
    # 112 is placed under 11 and sponsored by 12: 12 sees it in the sponsor tree, and nobody else.
    assert ids(api["12"], kind, "(tree: SPONSOR)", "12") == ["112"]
    for other in ("11", "1"):
        code, message = api["12"].refused(f'{{ {kind}(memberId: "{other}") {DOWNLINE % ""} }}')
        assert code == "unknown_member"
        gone = api["12"].refused(f'{{ {kind}(memberId: "nobody") {DOWNLINE % ""} }}')
        assert message.replace(f"'{other}'", "'nobody'") == gone[1]


def test_nothing_of_a_stranger_is_counted_found_or_fetched(api: dict[str, Api], run: RunRecord) -> None:
    assert api["11"].data("{ members { totalCount } }")["members"]["totalCount"] == 4
    query = '{ members(search: "1") { totalCount searchStopped nodes { memberId } } }'
    page = api["11"].data(query)["members"]
    assert [one["memberId"] for one in page["nodes"]] == ["11", "111", "1111", "112"]
    assert (page["totalCount"], page["searchStopped"]) == (4, False)
    strangers = [global_id("Member", "12"), global_id("Standing", run.number, "12"), global_id("Member", "x")]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert api["11"].data(query, ids=strangers)["nodes"] == [None] * 3
    assert None not in api["support"].data(query, ids=strangers[:2])["nodes"]
    upline = '{ standing(memberId: "1111") { upline { totalCount nodes { memberId } } } }'
    seen = api["11"].data(upline)["standing"]["upline"]
    assert ([one["memberId"] for one in seen["nodes"]], seen["totalCount"]) == (["111", "11"], 2)


def test_a_cursor_is_its_viewers_own(api: dict[str, Api]) -> None:
    query = '{ member(memberId: "11") { downline(first: 1 %s) { edges { cursor } } } }'
    cursor = api["11"].data(query % "")["member"]["downline"]["edges"][0]["cursor"]
    assert api["11"].data(query % f', after: "{cursor}"')["member"]["downline"]["edges"]
    for other in ("1", "support"):
        assert api[other].refused(query % f', after: "{cursor}"')[0] == "stale_cursor"


@pytest.mark.parametrize(("viewer", "field"), [("11", "EARNED"), ("support", "EARNED"), ("analyst", "NAME")])
def test_no_list_goes_by_what_the_viewer_does_not_see(viewer: str, field: str, api: dict[str, Api]) -> None:
    query = f'{{ standing(memberId: "11") {{ downline(orderBy: {{field: {field}}}) {{ totalCount }} }} }}'
    assert api[viewer].refused(query)[0] == "hidden_figure"
