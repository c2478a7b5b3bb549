"""Many operations in one request: the same rows, refusals and numbers as through the other doors."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.api.mutations.bulk import MOST_ROWS
from engine.genealogy.changes.lane import read_company
from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.genealogy.test_performing import TWO_TREES
from tests.support.api import Api
from tests.support.small_tables import dump, write

PERFORM = """
mutation Perform($input: PerformOperationsInput!) {
  performOperations(input: $input) {
    changes { number kind on reason changed { what id after legAfter } members { memberId } }
    errors { code message todo path }
    clientMutationId
  }
}"""
ROWS: list[dict[str, Any]] = [
    {"kind": "ENROLL", "memberId": "15", "sponsorId": "11", "parentId": "112", "leg": "left"},
    {"kind": "MOVE", "memberId": "1111", "parentId": "15", "leg": "left", "alone": True, "on": "2100-01-01"},
    {"kind": "SWAP", "memberId": "121", "otherId": "122", "tree": "PLACEMENT", "reason": "by wish"},
    {"kind": "TAKE_BACK", "number": 99},
]


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> Graph:
    import_company(graph, write(tmp_path, **TWO_TREES))
    return graph


@pytest.fixture
def api(company: Graph) -> Iterator[Api]:
    with Api(company) as api:
        yield api


def perform(api: Api, rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    response = api.http.post(
        "/graphql", json={"query": PERFORM, "variables": {"input": {"operations": rows, **more}}}
    )
    payload: dict[str, Any] = response.json()["data"]["performOperations"]
    return payload


def test_all_or_none(company: Graph, api: Api) -> None:
    before = dump(company)
    refused = perform(api, ROWS, clientMutationId="c")
    (error,) = refused["errors"]
    assert error["code"] == "unknown_change"
    assert error["path"] == ["input", "operations", "3", "number"]
    assert (refused["changes"], refused["clientMutationId"]) == ([], "c")
    assert dump(company) == before
    done = perform(api, ROWS[:3], reason="by hand")
    assert done["errors"] == []
    assert [(each["number"], each["kind"], each["reason"]) for each in done["changes"]] == [
        (2, "enroll", "by hand"), (3, "move", "by hand"), (4, "swap", "by wish"),
    ]  # fmt: skip
    assert [each["memberId"] for each in done["changes"][2]["members"]] == ["122", "121"]


def test_what_can_be_done_is_done_once(company: Graph, api: Api) -> None:
    first = perform(api, ROWS, acceptValid=True, idempotencyKey="k")
    assert [each["number"] for each in first["changes"]] == [2, 3, 4]
    assert [each["code"] for each in first["errors"]] == ["unknown_change"]
    assert perform(api, ROWS, acceptValid=True, idempotencyKey="k")["changes"] == first["changes"]
    assert read_company(company).last_change == 4
    other = [{**ROWS[0], "memberId": "16"}, *ROWS[1:3]]
    assert perform(api, other, idempotencyKey="k")["errors"][0]["code"] == "key_reused"


def test_a_wrong_row_names_its_column(api: Api) -> None:
    wrong = perform(api, [{"kind": "SUSPEND", "memberId": "11", "country": "DE"}, {"kind": "MOVE"}])
    assert [(each["code"], each["path"][2:]) for each in wrong["errors"]] == [
        ("column_not_used", ["0", "country"]), ("missing_value", ["1", "memberId"]),
    ]  # fmt: skip


@pytest.mark.parametrize("count", [0, MOST_ROWS + 1])
def test_the_number_of_rows_is_bounded(api: Api, count: int) -> None:
    refused = perform(api, [{"kind": "SUSPEND", "memberId": "11"}] * count)
    assert [(each["code"], each["path"]) for each in refused["errors"]] == [
        ("bad_input", ["input", "operations"])
    ]
