"""What clients change over HTTP: done once, refused by name, and never half done."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.api.mutations.payloads import COLUMNS
from engine.api.mutations.tables import FIELDS
from engine.api.writing import TooManyChangesError
from engine.genealogy.changes.lane import read_company
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.intake.tables import LAYOUTS
from engine.runs import life
from tests.conftest import Address
from tests.support.api import Api
from tests.support.months import PERIOD, month
from tests.support.serving import eventually
from tests.support.small_tables import ask, dump, edges, write

TANK = """
member_id sponsor_id placement_id leg enrolled_on
R         -          -            -   2026-01-01
A         R          R            L   2026-01-01
N         R          -            -   2026-01-02
O         A          -            -   2026-01-03
"""
PLACE = """
mutation Place($input: PlaceMemberInput!) {
  placeMember(input: $input) {
    placement { memberId parentId leg since member { placement { memberId } } }
    errors { code message todo path }
    clientMutationId
  }
}"""
IMPORT = """
mutation Import($input: ImportRowsInput!) {
  importRows(input: $input) {
    change
    tables { table rows added updated unchanged refused }
    warnings
    errors { code message path }
  }
}"""
RUN = """
mutation Run($input: RunPeriodInput!) {
  runPeriod(input: $input) {
    progress { number state period plan }
    kept
    notes
    errors { code message todo path }
  }
}"""
PROGRESS = """
query($number: Int!) {
  runProgress(number: $number) { number state stage percent failure { code } }
}"""
LIVE = """
mutation($input: RefreshLiveFiguresInput!) {
  refreshLiveFigures(input: $input) {
    live { period plan change orders standings rebuilt }
    errors { code message }
  }
}"""
ORDER = {
    "orderId": "n1", "orderedAt": "2026-11-20T10:00:00Z", "memberId": "112", "kind": "sale",
    "qualifyingVolume": "60.00", "commissionableVolume": "60", "amount": "60", "currency": "USD",
}  # fmt: skip
BY_HAND = {"memberId": "N", "byHand": {"parentId": "R", "leg": "right"}, "on": "2026-02-01"}


@pytest.fixture
def tank(graph: Graph, tmp_path: Path) -> Graph:
    import_company(graph, write(tmp_path, members=TANK))
    return graph


@pytest.fixture
def api(graph: Graph) -> Iterator[Api]:
    with Api(graph) as api:
        yield api


def done(api: Api, mutation: str, **input: Any) -> dict[str, Any]:
    """The payload of a mutation that has no error outside of it."""
    (payload,) = api.data(mutation, input=input).values()
    return dict(payload)


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["errors"]]


# Placing


def test_a_member_is_placed_by_hand_and_by_a_rule(tank: Graph, api: Api) -> None:
    placed = done(api, PLACE, **BY_HAND, clientMutationId="mine")
    assert placed == {
        "placement": {
            "memberId": "N", "parentId": "R", "leg": "R", "since": "2026-02-01",
            "member": {"placement": {"memberId": "R"}},
        },
        "errors": [],
        "clientMutationId": "mine",
    }  # fmt: skip
    rule = {"name": "matrix", "width": 2, "depth": 5}
    assert done(api, PLACE, memberId="O", byRule=rule)["placement"]["parentId"] == "A"
    assert {edge[0] for edge in edges(tank) if edge[1] == "placement"} == {"A", "N", "O"}
    change = ask(tank, "MATCH (c:Change {number: 2}) RETURN c.kind AS kind, c.actor AS actor")
    assert change == [{"kind": "place", "actor": "development"}]


@pytest.mark.parametrize(
    ("changed", "code", "path"),
    [
        ({"memberId": "X"}, "unknown_member", ["input", "memberId"]),
        ({"byHand": {"parentId": "R", "leg": "L"}}, "place_taken", ["input", "byHand", "leg"]),
        ({"byHand": {"parentId": "X", "leg": "L"}}, "unknown_member", ["input", "byHand", "parentId"]),
        ({"byHand": None}, "no_preference", []),
        ({"byRule": {"name": "even_fill"}}, "bad_input", ["input", "byHand"]),
        ({"byHand": None, "byRule": {"name": "matrix", "width": 0}}, "bad_input", ["input", "byRule"]),
        ({"byHand": None, "byRule": {"name": "matrx"}}, "unknown_rule", []),
        ({"idempotencyKey": ""}, "bad_input", ["input", "idempotencyKey"]),
    ],
)
def test_what_cannot_be_placed_is_an_error_of_the_payload(
    tank: Graph, api: Api, changed: dict[str, Any], code: str, path: list[str]
) -> None:
    before = dump(tank)
    payload = done(api, PLACE, **{**BY_HAND, **changed})
    assert payload["placement"] is None
    assert [(error["code"], error["path"]) for error in payload["errors"]] == [(code, path)]
    assert dump(tank) == before


def test_a_dry_run_places_nobody(tank: Graph, api: Api) -> None:
    before = dump(tank)
    assert done(api, PLACE, **BY_HAND, dryRun=True)["placement"]["leg"] == "R"
    assert dump(tank) == before


# Keys


def test_the_same_key_gets_the_first_answer_and_other_arguments_are_refused(tank: Graph, api: Api) -> None:
    first = done(api, PLACE, **BY_HAND, idempotencyKey="k", clientMutationId="1")
    before = dump(tank)
    again = done(api, PLACE, **BY_HAND, idempotencyKey="k", clientMutationId="2")
    assert again == {**first, "clientMutationId": "2"}
    other = done(api, PLACE, **{**BY_HAND, "on": "2026-02-02"}, idempotencyKey="k")
    assert [(error["code"], error["path"]) for error in other["errors"]] == [
        ("key_reused", ["input", "idempotencyKey"])
    ]
    assert codes(done(api, IMPORT, orders=[ORDER], idempotencyKey="k")) == ["key_reused"]
    assert dump(tank) == before


def test_one_key_sent_to_two_servers_at_once_is_done_once(tank: Graph, neo4j_address: Address) -> None:
    with (
        Graph(neo4j_address.uri, neo4j_address.user, neo4j_address.password) as other,
        Api(tank) as one,
        Api(other) as two,
        ThreadPoolExecutor(8) as pool,
    ):
        sent = [
            pool.submit(
                lambda api: httpx.post(
                    f"{api.address}/graphql",
                    json={"query": PLACE, "variables": {"input": {**BY_HAND, "idempotencyKey": "k"}}},
                    timeout=60,
                ).json(),
                api,
            )
            for api in (one, two) * 4
        ]
        answers = [each.result() for each in sent]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["data"]["placeMember"]["placement"]["leg"] == "R"
    assert read_company(tank).last_change == 2


KILLED = """
import os, signal, sys
import uvicorn
from engine.api import writing
from engine.api.http.app import build
from engine.api.serving.server import configuration
from engine.graph.database import Graph

operate = writing.Writing.operate

async def and_die(self, instruction):
    await operate(self, instruction)
    os.kill(os.getpid(), signal.SIGKILL)

writing.Writing.operate = and_die
with Graph(*sys.argv[2:]) as graph:
    uvicorn.Server(configuration(build(graph), None, port=int(sys.argv[1]))).run()
"""


def test_a_server_killed_between_commit_and_answer_leaves_the_answer(
    tank: Graph, neo4j_address: Address, free_port: int
) -> None:
    address = (neo4j_address.uri, neo4j_address.user, neo4j_address.password)
    command = [sys.executable, "-c", KILLED, str(free_port), *address]
    with subprocess.Popen(command, env=os.environ) as process:
        url = f"http://127.0.0.1:{free_port}"
        eventually(lambda: _answers(url), 60)
        with pytest.raises(httpx.HTTPError):
            httpx.post(
                f"{url}/graphql",
                json={"query": PLACE, "variables": {"input": {**BY_HAND, "idempotencyKey": "k"}}},
                timeout=60,
            )
        assert process.wait(20) == -signal.SIGKILL
    before = dump(tank)
    assert read_company(tank).last_change == 2
    with Api(tank) as api:
        assert done(api, PLACE, **BY_HAND, idempotencyKey="k")["placement"]["leg"] == "R"
    assert dump(tank) == before


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/graphql", params={"query": "{ __typename }"}).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


# Rows


def test_rows_are_taken_in_and_counted(graph: Graph, tmp_path: Path, api: Api) -> None:
    month(graph, tmp_path)
    taken = done(api, IMPORT, orders=[ORDER], facts=[{"memberId": "1", "name": "points", "value": "3"}])
    assert taken == {
        "change": 2,
        "tables": [
            {"table": "ORDERS", "rows": 1, "added": 1, "updated": 0, "unchanged": 0, "refused": 0},
            {"table": "FACTS", "rows": 1, "added": 1, "updated": 0, "unchanged": 0, "refused": 0},
        ],
        "warnings": [],
        "errors": [],
    }
    again = done(api, IMPORT, orders=[ORDER])
    assert (again["change"], again["tables"][0]["unchanged"]) == (None, 1)


def test_wrong_rows_are_named_by_their_path_and_nothing_is_written(
    graph: Graph, tmp_path: Path, api: Api
) -> None:
    month(graph, tmp_path)
    before = dump(graph)
    wrong = [{**ORDER, "amount": "12.345"}, ORDER, {**ORDER, "orderId": "n2", "memberId": "x"}]
    taken = done(api, IMPORT, orders=wrong, members=[{"memberId": "9", "enrolledOn": "2026-02-30"}])
    assert taken["tables"] == []
    assert {(error["code"], tuple(error["path"])) for error in taken["errors"]} == {
        ("bad_date", ("input", "members", "0", "enrolledOn")),
        ("bad_decimal", ("input", "orders", "0", "amount")),
        ("duplicate_id", ("input", "orders", "1", "orderId")),
        ("unknown_member", ("input", "orders", "2")),
    }
    assert dump(graph) == before
    some = done(api, IMPORT, orders=wrong, acceptValid=True)
    assert some["tables"][0]["added"] + some["tables"][0]["refused"] == 3
    assert len(some["errors"]) == some["tables"][0]["refused"] > 0
    assert codes(done(api, IMPORT)) == ["bad_input"]


def test_every_column_of_every_table_has_its_argument() -> None:
    assert {name: list(FIELDS[name]) for name in FIELDS} == {
        layout.name: [*sorted(layout.columns, key=list(FIELDS[layout.name]).index)] for layout in LAYOUTS
    }
    assert COLUMNS["orders"] >= {"orderId", "refundOf"}


# Runs


def test_a_period_is_computed_in_the_background(graph: Graph, tmp_path: Path, api: Api) -> None:
    before = month(graph, tmp_path)
    kept = done(api, RUN, period=PERIOD)
    assert kept["kept"] is True
    assert (kept["progress"]["number"], kept["progress"]["state"]) == (before.number, "COMPLETE")
    begun = done(api, RUN, period=PERIOD, afresh=True, idempotencyKey="r")
    assert (begun["errors"], begun["kept"]) == ([], False)
    number = begun["progress"]["number"]
    assert number > before.number
    eventually(lambda: progress(api, number)["state"] == "COMPLETE", 60)
    assert progress(api, number) == {
        "number": number, "state": "COMPLETE", "stage": None, "percent": 100, "failure": None,
    }  # fmt: skip
    again = done(api, RUN, period=PERIOD, afresh=True, idempotencyKey="r")
    assert again["progress"]["number"] == number
    assert api.data("{ run { number } }")["run"]["number"] == number
    assert api.refused(PROGRESS, number=number + 1)[0] == "no_run"


def progress(api: Api, number: int) -> dict[str, Any]:
    return dict(api.data(PROGRESS, number=number)["runProgress"])


def test_a_second_run_is_refused_and_a_failed_one_says_why(
    graph: Graph, tmp_path: Path, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    month(graph, tmp_path)
    held = threading.Event()
    complete = life._complete

    def wait(work: Any) -> None:
        assert held.wait(60)
        complete(work)

    monkeypatch.setattr(life, "_complete", wait)
    number = done(api, RUN, period=PERIOD, afresh=True)["progress"]["number"]
    try:
        assert progress(api, number)["state"] == "RUNNING"
        assert api.data("{ runUnderWay { number } }")["runUnderWay"]["number"] == number
        (error,) = done(api, RUN, period=PERIOD, afresh=True)["errors"]
        assert error["code"] == "run_under_way"
        assert error["message"] == f"run {number} of {PERIOD} is under way."
        assert "runProgress" in error["todo"]
    finally:
        held.set()
    eventually(lambda: progress(api, number)["state"] == "COMPLETE", 60)
    assert api.data("{ runUnderWay { number } }")["runUnderWay"] is None

    def fail(_work: Any) -> None:
        raise TooManyChangesError("this run fails")

    monkeypatch.setattr(life, "_complete", fail)
    number = done(api, RUN, period=PERIOD, afresh=True)["progress"]["number"]
    eventually(lambda: progress(api, number)["state"] == "FAILED", 60)
    assert progress(api, number)["failure"] == {"code": "too_many_changes"}


@pytest.mark.parametrize(
    ("input", "code"),
    [
        ({"period": "2026-13"}, "bad_period"),
        ({"period": PERIOD, "plan": "none"}, "no_run"),
        ({"period": PERIOD, "planText": "name = 1"}, "plan"),
        ({"period": PERIOD, "plan": "Small", "planText": "x"}, "bad_input"),
    ],
)
def test_what_cannot_be_computed_is_an_error_of_the_payload(
    graph: Graph, tmp_path: Path, api: Api, input: dict[str, Any], code: str
) -> None:
    month(graph, tmp_path)
    payload = done(api, RUN, **input)
    assert payload["progress"] is None
    assert codes(payload) == [code]


def test_live_figures_follow_new_orders(graph: Graph, tmp_path: Path, api: Api) -> None:
    month(graph, tmp_path)
    assert done(api, LIVE, period="2026-12")["live"]["rebuilt"] is True
    done(api, IMPORT, orders=[{**ORDER, "orderedAt": "2026-12-03"}])
    live = done(api, LIVE, period="2026-12")["live"]
    assert (live["rebuilt"], live["orders"], live["change"]) == (False, 1, 2)
