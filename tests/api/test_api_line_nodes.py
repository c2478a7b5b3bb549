"""Lines are nodes: an id that says nothing to others finds the line again, within what the viewer may see."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from engine.access.policy import Policy
from engine.access.viewer import Role
from engine.api.cursors import Seals
from engine.api.identity.configuration import Access, Configuration
from engine.api.identity.identity import Identity
from engine.api.identity.tokens import made
from engine.api.types.nodes import MOST_LINES, global_id
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from engine.settings import Secret
from tests.support.api import Api
from tests.support.months import month

CONFIGURATION = Configuration(("HS256",), Secret("0123456789abcdef0123456789abcdef"))
SEALS = Seals([b"0123456789abcdef0123456789abcdef"])
FIELDS = (
    "id bonus orderId sourceId payeeId level treeLevel base rate budget paid reason exact amount { amount }"
)
OF_MEMBER = f"""query($id: ID!) {{ standing(memberId: $id) {{
  lines(unpaid: true, first: 100) {{ nodes {{ {FIELDS} }} }} }} }}"""
OF_ORDER = f"query($id: ID!) {{ order(orderId: $id) {{ lines(first: 100) {{ nodes {{ {FIELDS} }} }} }} }}"
NODE = f"query($id: ID!) {{ node(id: $id) {{ id ... on Line {{ {FIELDS} }} }} }}"
NODES = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ id ... on Line {{ {FIELDS} }} }} }}"


@pytest.fixture(scope="module")
def run(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    server_graph.batched("schema/wipe")
    return month(server_graph, tmp_path_factory.mktemp("month"))


@pytest.fixture(scope="module")
def api(server_graph: Graph, run: RunRecord) -> Iterator[Api]:
    with Api(server_graph, seals=SEALS) as connected:
        yield connected


def lines(api: Api, query: str, id: str) -> list[dict[str, Any]]:
    ((page,),) = ((data["lines"],) for data in api.data(query, id=id).values())
    return list(page["nodes"])


def test_every_line_is_found_again_by_its_id(api: Api) -> None:
    of_members = [line for member in ("1", "11", "12") for line in lines(api, OF_MEMBER, member)]
    of_orders = [line for order in ("o2", "o3", "o5", "o7") for line in lines(api, OF_ORDER, order)]
    assert of_members
    assert any(not line["paid"] for line in of_members)
    assert any(line["payeeId"] is None for line in of_orders), "nobody is left above"
    every = {line["id"]: line for line in (*of_members, *of_orders)}
    for id, line in every.items():
        assert api.data(NODE, id=id)["node"] == line
    contents = {tuple(map(str, line.values())) for line in every.values()}
    assert len(contents) == len(every)
    shared = {line["id"] for line in of_members} & {line["id"] for line in of_orders}
    assert shared, "a line has one id, wherever it is listed"
    some = list(every)[:MOST_LINES]
    assert api.data(NODES, ids=some)["nodes"] == [every[id] for id in some]


def test_an_id_says_nothing_and_cannot_be_made(api: Api, run: RunRecord) -> None:
    (line, *_) = lines(api, OF_MEMBER, "1")
    kind, _, key = base64.urlsafe_b64decode(line["id"] + "==").decode().partition(":")
    assert kind == "Line"
    hidden = base64.urlsafe_b64decode(key)
    assert not any(text in hidden for text in (b"Unilevel", b"Retail", b"null"))
    others = Seals([b"another secret of thirty-two bytes"]).hidden('[1,"Unilevel","1","11","o2",1,"0"]')
    for wrong in ("", "x", key[:-4], others, "1:1", SEALS.hidden(f'[{run.number},"No","1","11","o2",1,"0"]')):
        assert api.data(NODE, id=global_id("Line", wrong)) == {"node": None}
    rotated = Seals([b"a new secret of thirty-two bytes!", b"0123456789abcdef0123456789abcdef"])
    assert rotated.revealed(key) == SEALS.revealed(key) is not None


def test_a_line_is_for_who_sees_its_money(api: Api, server_graph: Graph) -> None:
    own, above = lines(api, OF_MEMBER, "11")[0]["id"], lines(api, OF_MEMBER, "1")[0]["id"]
    unpaid = next(line["id"] for line in lines(api, OF_ORDER, "o2") if line["payeeId"] is None)
    identity = Identity(Access(Policy(), CONFIGURATION))
    for role, member, seen in (
        (Role.MEMBER, "11", [True, False, False]),
        (Role.SUPPORT, None, [False, False, False]),
        (Role.FINANCE, None, [True, True, True]),
    ):
        token = made(CONFIGURATION, role, member, 60)
        with Api(server_graph, identity=identity, token=token, seals=SEALS) as viewer:
            nodes = viewer.data("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[own, above, unpaid])
            assert [node is not None for node in nodes["nodes"]] == seen
            if role is Role.MEMBER:
                assert {line["id"] for line in lines(viewer, OF_MEMBER, "11")} >= {own}


def test_only_some_lines_are_looked_for_at_once(api: Api) -> None:
    (line, *_) = lines(api, OF_MEMBER, "1")
    assert api.refused(NODES, ids=[line["id"]] * (MOST_LINES + 1))[0] == "page_size"
