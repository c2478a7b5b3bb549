"""The clients of front ends on one journey, and the audit of GraphQL over HTTP: all see the same company."""

import json
import subprocess
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXTransport
from graphql import parse

from engine.api.http.responses import JSON_TYPE, PARTIAL, RESPONSE_TYPE
from engine.graph.database import Graph
from tests.conformance import node
from tests.support.api import Api
from tests.support.months import month

pytestmark = pytest.mark.long

LEADER = "11"
CARD = {
    "memberId": LEADER,
    "name": "Ben",
    "status": "ACTIVE",
    "rank": "Silver",
    "groupVolume": "880.00",
    "earned": {"amount": "98.00", "currency": "USD"},
    "total": 2,
}
CHILDREN = ["111", "112"]
SCHEMA = Path(__file__).parents[2] / "schema.graphql"
AUDIT = 61
"""The items of the audit, all of which pass."""


@pytest.fixture(scope="module")
def api(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The company of tests/support/months.py with its November; tests only read it."""
    server_graph.batched("schema/wipe")
    month(server_graph, tmp_path_factory.mktemp("month"))
    with Api(server_graph) as connected:
        yield connected


@pytest.fixture
def journeys(tmp_path: Path) -> Path:
    """A folder with the journeys and what they import."""
    return node.folder(tmp_path / "journeys")


def test_every_item_of_the_audit_passes(api: Api, journeys: Path) -> None:
    items = [
        json.loads(line) for line in node.run(journeys, "audit.mjs", f"{api.address}/graphql").splitlines()
    ]
    assert [item for item in items if item["status"] != "ok"] == []
    assert len(items) == AUDIT


@pytest.mark.parametrize("client", ["urql", "apollo"])
def test_a_client_reads_a_team_in_pages(api: Api, journeys: Path, client: str) -> None:
    seen = node.reported(journeys, f"{client}.mjs", f"{api.address}/graphql", LEADER)
    assert seen == {
        "card": CARD,
        "children": CHILDREN,
        "pages": len(CHILDREN),
        "beside": {"present": LEADER, "missing": None, "codes": ["unknown_member"]},
        "wrong": ["page_size"],
    }


def test_gql_reads_a_team_in_pages(api: Api) -> None:
    documents = {
        each.name.value: gql("".join(each.loc.source.body[each.loc.start : each.loc.end] if each.loc else ""))
        for each in parse((node.JOURNEYS / "team.graphql").read_text()).definitions
        if hasattr(each, "name") and each.name
    }
    client = Client(transport=HTTPXTransport(f"{api.address}/graphql"), fetch_schema_from_transport=True)
    children: list[str] = []
    after = None
    while True:
        documents["Team"].variable_values = {"memberId": LEADER, "first": 1, "after": after}
        team: dict[str, Any] = client.execute(documents["Team"])["member"]
        page = team["standing"]["children"]
        children += [edge["node"]["memberId"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert children == CHILDREN
    documents["Missing"].variable_values = {"memberId": LEADER, "missing": "nobody"}
    with pytest.raises(TransportQueryError) as refused:
        client.execute(documents["Missing"])
    assert refused.value.data == {"present": {"memberId": LEADER}, "missing": None}
    assert refused.value.errors
    assert refused.value.errors[0]["extensions"]["code"] == "unknown_member"


def test_generated_types_are_exact(journeys: Path) -> None:
    node.run(journeys, "codegen.mjs", str(SCHEMA), "team.graphql", "generated")
    node.run(
        journeys, "node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--skipLibCheck",
        "--module", "esnext", "--target", "es2022", "--moduleResolution", "bundler", "generated/use.ts",
    )  # fmt: skip


def test_the_relay_compiler_accepts_a_screen(journeys: Path) -> None:
    (journeys / "src").mkdir()
    (journeys / "Team.relay.js").rename(journeys / "src" / "Team.js")
    (journeys / "relay.config.json").write_text(
        json.dumps({"src": "./src", "schema": str(SCHEMA), "language": "javascript", "eagerEsModules": True})
    )
    done = subprocess.run(
        [journeys / "node_modules" / ".bin" / "relay-compiler", "relay.config.json"],
        check=False, cwd=journeys, capture_output=True, text=True, timeout=node.RUN_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path.name for path in (journeys / "src" / "__generated__").iterdir()} == {
        "TeamRelayQuery.graphql.js",
        "TeamFrontlinePageQuery.graphql.js",
        "Team_frontline.graphql.js",
    }


@pytest.mark.parametrize(
    ("second", "status"), [("12", HTTPStatus.OK), ("nobody", PARTIAL)], ids=["answered", "answered in part"]
)
def test_the_status_says_how_much_was_answered(api: Api, second: str, status: int) -> None:
    document = f'{{ one: member(memberId: "11") {{ name }} two: member(memberId: "{second}") {{ name }} }}'
    statuses = {
        kind: api.http.post("/graphql", json={"query": document}, headers={"accept": kind}).status_code
        for kind in (RESPONSE_TYPE, JSON_TYPE)
    }
    assert statuses == {RESPONSE_TYPE: status, JSON_TYPE: HTTPStatus.OK}
