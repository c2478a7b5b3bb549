"""Prospects by the API: who reads them, page by page, and what mutations make of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.access.policy import Policy
from engine.access.viewer import Role
from engine.api.identity.configuration import Access, Configuration
from engine.api.identity.identity import Identity
from engine.api.identity.tokens import made
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.settings import Secret
from tests.api.test_api_mutations import codes, done
from tests.support.api import Api
from tests.support.small_tables import write

CONFIGURATION = Configuration(("HS256",), Secret("0123456789abcdef0123456789abcdef"))
TABLES = {
    "members": """
        member_id sponsor_id enrolled_on
        1         -          2026-01-01
        11        1          2026-01-01
        12        1          2026-01-01
        111       11         2026-01-01
    """,
    "prospects": """
        prospect_id member_id name status    since      became
        p1          1         Ann  new       2026-02-01 -
        p11         11        Ben  presented 2026-02-01 -
        p12         11        Cem  lost      2026-02-01 -
        p13         11        Dan  member    2026-02-01 111
        p20         12        Eve  member    2026-02-01 12
        p111        111       Fay  new       2026-02-01 -
    """,
}
ADD = """mutation($input: AddProspectInput!) {
  addProspect(input: $input) { change { number changed { what id after } } errors { code path } } }"""
UPDATE = """mutation($input: UpdateProspectInput!) {
  updateProspect(input: $input) { change { number } errors { code path } } }"""
CONVERT = """mutation($input: ConvertProspectInput!) {
  convertProspect(input: $input) { change { changed { what id after } } errors { code path } } }"""
ENROLL = """mutation($input: EnrollMemberInput!) {
  enrollMember(input: $input) { errors { code }
    change { members { memberId name prospect { prospectId } } } } }"""
ONE = """query($id: ID!) { prospect(prospectId: $id) { id prospectId memberId member { memberId } name
  source status since becameCustomer becameMember history { status on change actor reason } } }"""
OF = """query($id: ID!, $statuses: [ProspectStatus!], $first: Int, $after: String) { member(memberId: $id) {
  prospects(statuses: $statuses, first: $first, after: $after) { totalCount nodes { prospectId }
    pageInfo { hasNextPage endCursor } } } }"""


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> Graph:
    import_company(graph, write(tmp_path, **TABLES))
    return graph


@pytest.fixture
def api(company: Graph) -> Iterator[Api]:
    with Api(company) as api:
        yield api


def viewer(graph: Graph, role: Role, member_id: str | None = None, *, customers: bool = False) -> Api:
    identity = Identity(Access(Policy(downline_customers=customers), CONFIGURATION))
    return Api(graph, identity=identity, token=made(CONFIGURATION, role, member_id, 60))


def seen(api: Api) -> set[str]:
    """The prospects that a viewer reads, asked for in every way; the ways agree."""
    every = [row.split()[0] for row in TABLES["prospects"].splitlines()[2:-1]]
    ids = {each for each in every if api.ask(ONE, id=each)["data"]["prospect"]}
    listed: set[str] = set()
    for member in ("1", "11", "12", "111"):
        page = (api.ask(OF, id=member)["data"]["member"] or {}).get("prospects")
        listed |= {each["prospectId"] for each in page["nodes"]} if page else set()
    assert listed == ids
    return ids


def test_who_reads_which_prospects(company: Graph) -> None:
    own, team = {"p11", "p12", "p13"}, {"p11", "p12", "p13", "p111"}
    for role, member, customers, expected in (
        (Role.MEMBER, "11", False, own), (Role.MEMBER, "11", True, team),
        (Role.MEMBER, "111", True, {"p111"}),
        (Role.SUPPORT, None, False, team | {"p1", "p20"}), (Role.ANALYST, None, False, set()),
    ):  # fmt: skip
        with viewer(company, role, member, customers=customers) as api:
            assert seen(api) == expected, (role, member)
    with viewer(company, Role.MEMBER, "111") as api:
        # What a member was to the sponsor is the sponsor's to see.
        assert api.data('{ member(memberId: "111") { prospect { name } } }')["member"]["prospect"] is None
        assert api.refused(ONE, id="p13") == tuple(
            each.replace("p99", "p13") for each in api.refused(ONE, id="p99")
        )
    with viewer(company, Role.MEMBER, "11") as api:
        assert api.data('{ member(memberId: "111") { prospect { name } } }')["member"]["prospect"] == {
            "name": "Dan"
        }
        steps = api.data(ONE, id="p13")["prospect"]["history"]
        assert steps == [{"status": "MEMBER", "on": "2026-02-01", "change": 1, "actor": None, "reason": None}]


def test_pages_are_sorted_by_id_and_filtered_by_status(api: Api) -> None:
    def page(**arguments: Any) -> dict[str, Any]:
        return api.data(OF, id="11", **arguments)["member"]["prospects"]  # type: ignore[no-any-return]

    first = page(first=2)
    assert [each["prospectId"] for each in first["nodes"]] == ["p11", "p12"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    rest = page(first=2, after=first["pageInfo"]["endCursor"])
    assert [each["prospectId"] for each in rest["nodes"]] == ["p13"]
    some = page(statuses=["LOST", "MEMBER"])
    assert ([each["prospectId"] for each in some["nodes"]], some["totalCount"]) == (["p12", "p13"], 2)


def test_a_prospect_is_added_updated_and_won(api: Api) -> None:
    added = done(api, ADD, prospectId="p5", memberId="11", name="Gil", source="fair", on="2026-03-01")
    assert added["change"]["changed"] == [{"what": "PROSPECT_ADDED", "id": "p5", "after": "11"}]
    updated = done(api, UPDATE, prospectId="p5", status="FOLLOWING_UP", on="2026-03-02", reason="a call")
    assert updated == {"change": {"number": 3}, "errors": []}
    assert codes(done(api, UPDATE, prospectId="p5", status="CUSTOMER")) == ["wrong_status"]
    assert codes(done(api, UPDATE, prospectId="p6", status="LOST")) == ["unknown_prospect"]
    assert codes(done(api, CONVERT, prospectId="p13")) == ["wrong_status"]
    enrolled = done(api, ENROLL, memberId="5", prospectId="p5", on="2026-03-03")
    assert enrolled["change"]["members"][0] == {
        "memberId": "5", "name": "Gil", "prospect": {"prospectId": "p5"},
    }  # fmt: skip
    prospect = api.data(ONE, id="p5")["prospect"]
    assert prospect["becameMember"] == "5"
    assert [(each["status"], each["on"], each["reason"]) for each in prospect["history"]] == [
        ("NEW", "2026-03-01", None), ("FOLLOWING_UP", "2026-03-02", "a call"), ("MEMBER", "2026-03-03", None),
    ]  # fmt: skip
    node = api.data("query($id: ID!) { node(id: $id) { ... on Prospect { prospectId } } }", id=prospect["id"])
    assert node == {"node": {"prospectId": "p5"}}
    won = done(api, CONVERT, prospectId="p11", customerId="c1")
    assert [each["what"] for each in won["change"]["changed"]] == [
        "CUSTOMER_ADDED", "PROSPECT_STATUS", "PROSPECT_BECAME",
    ]  # fmt: skip
