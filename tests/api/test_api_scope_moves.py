"""Members who move, and viewers whose rights end: the next answer knows it, also the next page of a list."""

from pathlib import Path

import pytest

from engine.access.policy import Policy
from engine.access.viewer import Role
from engine.api.identity.configuration import Access
from engine.api.identity.identity import Identity
from engine.api.identity.tokens import made
from engine.graph.database import Graph
from tests.api.test_api_scope import COMPANY, CONFIGURATION
from tests.support.api import Api
from tests.support.companies import cypher, month

MOVE = """
MATCH (moved:Member {member_id: 'below'})-[edge:SPONSORED_BY|PLACED_UNDER]->()
DELETE edge
WITH DISTINCT moved
MATCH (above:Member {member_id: 'XWEST'})
CREATE (moved)-[:SPONSORED_BY]->(above), (moved)-[:PLACED_UNDER]->(above)
"""
REFUNDS = """
MATCH (own:Order {order_id: 'own'}), (theirs:Order {order_id: 'XORDA'})
MATCH (two:Order {order_id: 'two'}), (one:Order {order_id: 'one'})
CREATE (own)-[:REFUNDS]->(theirs), (two)-[:REFUNDS]->(one)
"""
STANDING = """{ standing(memberId: "below") { name groupVolume member { name } }
  standings: standing(memberId: "viewer") { children { totalCount nodes { memberId name } } } }"""

PAGE = """query($after: String) { members(first: 1, after: $after) {
  nodes { memberId } pageInfo { endCursor } } }"""


def write(graph: Graph, text: str) -> None:
    with graph.session() as session:
        session.run(cypher(text).text).consume()


def seen(graph: Graph, policy: Policy, member_id: str = "viewer") -> Api:
    token = made(CONFIGURATION, Role.MEMBER, member_id, 60)
    return Api(graph, identity=Identity(Access(policy, CONFIGURATION)), token=token)


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> Graph:
    month(graph, tmp_path / "company", COMPANY, "2026-11")
    return graph


def test_who_moved_away_stays_in_the_figures_of_the_run_without_a_name(company: Graph) -> None:
    with seen(company, Policy()) as api:
        before = api.data(STANDING)
        assert before["standing"]["name"] == before["standing"]["member"]["name"] == "Bella"
        write(company, MOVE)
        after = api.data(STANDING)
        assert after["standing"] == {**before["standing"], "name": None, "member": None}
        assert after["standings"]["children"] == {
            "totalCount": 2,
            "nodes": [{"memberId": "below", "name": None}, {"memberId": "other", "name": "Otto"}],
        }
        for member_id in ("below", "deep"):
            assert api.refused(f'{{ member(memberId: "{member_id}") {{ name }} }}')[0] == "unknown_member"
        assert api.data("{ members { totalCount } }")["members"]["totalCount"] == 2
    with seen(company, Policy(moved_names=True)) as api:
        assert api.data(STANDING)["standing"]["name"] == "Bella"
    with seen(company, Policy(), "XWEST") as api:  # the new upline sees the member, and not the old figures
        assert api.data('{ member(memberId: "below") { name } }')["member"] == {"name": "Bella"}
        assert api.ask('{ standing(memberId: "below") { groupVolume } }')["data"] == {"standing": None}


def test_a_refund_names_no_order_of_a_stranger(company: Graph) -> None:
    """A company's rule may let a refund take back the order of another member."""
    write(company, REFUNDS)
    query = """{ theirs: order(orderId: "own") { refundOf } ours: order(orderId: "two") { refundOf }
      none: order(orderId: "three") { refundOf } }"""
    for policy, theirs in ((Policy(), None), (None, "XORDA")):
        with seen(company, policy) if policy else Api(company) as api:
            assert api.data(query) == {
                "theirs": {"refundOf": theirs}, "ours": {"refundOf": "one"}, "none": {"refundOf": None},
            }  # fmt: skip


def test_a_move_between_two_pages_is_known_to_the_second(company: Graph) -> None:
    with seen(company, Policy()) as api:
        first = api.data(PAGE)["members"]
        assert first["nodes"] == [{"memberId": "below"}]
        write(company, MOVE)
        second = api.data(PAGE, after=first["pageInfo"]["endCursor"])["members"]
        assert second["nodes"] == [{"memberId": "other"}]


def test_a_viewer_whose_rights_end_gets_no_second_page(company: Graph) -> None:
    with seen(company, Policy()) as api:
        assert api.http.post("/graphql", json={"query": "{ members { totalCount } }"}).status_code == 200
        write(company, "MATCH (member:Member {member_id: 'viewer'}) SET member.status = 'terminated'")
        assert api.http.post("/graphql", json={"query": "{ members { totalCount } }"}).status_code == 401


def test_a_cursor_of_another_role_is_refused(company: Graph) -> None:
    """A member of staff who is demoted continues no list of the former role."""
    identity = Identity(Access(Policy(), CONFIGURATION))
    with Api(company, identity=identity) as api:
        tokens = [
            made(CONFIGURATION, Role.ADMIN, None, 60, "ann"),
            made(CONFIGURATION, Role.MEMBER, "viewer", 60, "ann"),
        ]
        answers = []
        after = None
        for token in tokens:
            response = api.http.post(
                "/graphql",
                json={"query": PAGE, "variables": {"after": after}},
                headers={"authorization": f"Bearer {token}"},
            ).json()
            answers.append(response)
            after = after or response["data"]["members"]["pageInfo"]["endCursor"]
        assert answers[1]["errors"][0]["extensions"]["code"] in ("bad_cursor", "cursor", "stale_cursor")
        assert "XTOP" not in str(answers[1])
