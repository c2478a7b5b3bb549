"""The API over HTTP: the specification's statuses, limits on hostile queries, health, headers."""

import asyncio
import json
import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import GraphQLError, get_introspection_query
from neo4j import Query
from neo4j.exceptions import ServiceUnavailable

from engine.api.errors import HERE, OPERATORS, for_client
from engine.api.http import limits
from engine.api.http.limits import MOST_BODY_BYTES, MOST_COST, MOST_DEPTH, MOST_TOKENS
from engine.errors import UplineError
from engine.graph.awaited import Awaited
from engine.graph.database import Graph, Row
from engine.passes.record import NoRunError
from engine.passes.replay import RulesChangedError
from tests.support.api import Api

ENGINE = Path(__file__).parent.parent.parent / "engine"
JSON, RESPONSE = "application/json", "application/graphql-response+json"


@pytest.fixture(scope="module")
def api(server_graph: Graph) -> Iterator[Api]:
    """An empty company: nothing here asks about anybody."""
    server_graph.batched("schema/wipe")
    with Api(server_graph) as connected:
        yield connected


def post(api: Api, body: Any, accept: str = JSON, content_type: str = JSON) -> httpx.Response:
    text = body if isinstance(body, bytes | str) else json.dumps(body)
    return api.http.post("/graphql", content=text, headers={"accept": accept, "content-type": content_type})


COUNTED = "query($n: Int!) { runs(first: $n) { totalCount } }"

# What is sent, and the status where the client accepts JSON and where it accepts a GraphQL response.
REQUESTS: dict[str, tuple[Any, int, int]] = {
    "a query": ({"query": "{ __typename }"}, 200, 200),
    "with variables": ({"query": COUNTED, "variables": {"n": 1}}, 200, 200),
    "with null for what may be absent": (
        {"query": "{ __typename }", "variables": None, "operationName": None}, 200, 200,
    ),
    "the chosen one of two operations": (
        {"query": "query A { __typename } query B { __typename }", "operationName": "B"}, 200, 200,
    ),
    "a syntax error": ({"query": "{"}, 200, 400),
    "an unknown field": ({"query": "{ nope }"}, 200, 400),
    "a variable of the wrong type": (
        {"query": COUNTED, "variables": {"n": "x"}}, 200, 400,
    ),
    "a missing variable": ({"query": COUNTED}, 200, 400),
    "an error in the answer": ({"query": '{ member(memberId: "x") { name } }'}, 200, 294),
    "no query": ({}, 400, 400),
    "a query that is no text": ({"query": 5}, 400, 400),
    "variables that are no object": ({"query": "{ __typename }", "variables": [7]}, 400, 400),
    "an operation name that is no text": ({"query": "{ __typename }", "operationName": 1}, 400, 400),
    "extensions that are no object": ({"query": "{ __typename }", "extensions": 1}, 400, 400),
    "a list": ([{"query": "{ __typename }"}], 400, 400),
    "no JSON": (b"{", 400, 400),
    "nested JSON without end": (b"[" * 60_000, 400, 400),
    "not UTF-8": (b'{"query": "\xff"}', 400, 400),
}  # fmt: skip


@pytest.mark.parametrize("what", REQUESTS)
def test_statuses_are_those_of_the_specification(api: Api, what: str) -> None:
    body, as_json, as_response = REQUESTS[what]
    assert post(api, body).status_code == as_json
    answered = post(api, body, accept=RESPONSE)
    assert answered.status_code == as_response
    if as_response < 400:
        assert answered.headers["content-type"].startswith(RESPONSE)


def test_queries_may_come_by_get(api: Api) -> None:
    response = api.http.get(
        "/graphql",
        params={"query": "query($n: Int!) { runs(first: $n) { totalCount } }", "variables": '{"n": 1}'},
    )
    assert response.json()["data"] == {"runs": {"totalCount": 0}}


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_requests_that_a_foreign_page_can_send_without_preflight_are_refused(api: Api, kind: str) -> None:
    response = post(api, {"query": "{ __typename }"}, content_type=kind)
    assert response.status_code == 415
    assert response.json()["errors"][0]["extensions"]["code"] == "unsupported_media_type"
    assert "data" not in response.json()


REFUSED: dict[str, tuple[str, dict[str, Any], int, str]] = {
    # Method, what is sent, status, code.
    "no query": ("GET", {}, 400, "malformed_request"),
    "another method": ("PUT", {"json": {"query": "{ __typename }"}}, 405, "method_not_allowed"),
    "a body that is no JSON": ("POST", {"content": b"{"}, 400, "malformed_request"),
    "variables in the address that are no JSON": (
        "GET", {"params": {"query": "{ __typename }", "variables": "{"}}, 400, "malformed_request",
    ),
    "a form": ("POST", {"data": {"query": "{ __typename }"}}, 415, "unsupported_media_type"),
    "too large": ("POST", {"json": {"query": "x" * MOST_BODY_BYTES}}, 413, "too_large"),
}  # fmt: skip


@pytest.mark.parametrize("accept", [JSON, RESPONSE])
@pytest.mark.parametrize("what", REFUSED)
def test_a_refused_request_has_the_shape_of_an_answer(api: Api, what: str, accept: str) -> None:
    method, sent, status, code = REFUSED[what]
    headers = {"accept": accept} | ({"content-type": JSON} if "content" in sent else {})
    response = api.http.request(method, "/graphql", headers=headers, **sent)
    assert response.status_code == status
    assert response.headers["content-type"].startswith(accept)
    (error,) = response.json()["errors"]
    assert response.json().keys() == {"errors"}
    assert error["extensions"] == {"code": code}
    if status == 405:
        assert response.headers["allow"] == "GET, POST, OPTIONS"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "no_such_address"),
        ("GET", "/graphiql/nowhere.js", 404, "no_such_address"),
        ("POST", "/health", 405, "method_not_allowed"),
        ("DELETE", "/graphiql/", 405, "method_not_allowed"),
        ("PATCH", "/graphql", 405, "method_not_allowed"),
    ],
)
def test_what_is_not_served_has_the_shape_of_an_answer_too(
    api: Api, method: str, path: str, status: int, code: str
) -> None:
    response = api.http.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"].startswith(JSON)
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": code}
    assert error["message"]


def shown(error: UplineError) -> str:
    return str(for_client(GraphQLError(error.what, original_error=error))["message"])


def test_no_message_speaks_to_whoever_runs_the_server() -> None:
    """What to do is said in the words of this door: no command, no option, no setting."""
    kept_none = RulesChangedError("the rules are others", todo="UPLINE_RULES is not set.")
    assert (
        shown(kept_none)
        == "the rules are others. Name a later run of the period; an operator can run it again."
    )
    assert (
        shown(NoRunError("there is none", todo="Compute one: upline run --period 2026-11."))
        == "there is none."
    )
    assert (
        shown(NoRunError("there is none", todo="`runs` lists them.")) == "there is none. `runs` lists them."
    )
    for name, words in HERE.items():
        assert not OPERATORS.search(words), name
    classes = {"".join(part.capitalize() for part in name.split("_")) + "Error" for name in HERE}
    code = "\n".join(path.read_text(encoding="utf-8") for path in ENGINE.rglob("*.py"))
    assert [name for name in classes if f"class {name}(" not in code] == []


@pytest.mark.parametrize("accept", [JSON, RESPONSE])
@pytest.mark.parametrize(
    "body",
    [
        {"query": COUNTED, "variables": {"n": "x"}},
        {"query": COUNTED},
        {"query": "query A { __typename } query B { __typename }"},
        {"query": "query A { __typename } query B { __typename }", "operationName": "C"},
        {"query": "fragment F on Query { __typename }"},
        {"query": "{ nope }"},
        {"query": "{"},
    ],
)
def test_what_is_refused_before_it_runs_has_no_data(api: Api, body: Any, accept: str) -> None:
    answer = post(api, body, accept).json()
    assert "data" not in answer
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"invalid_query"}


def test_what_fails_while_it_runs_has_data(api: Api) -> None:
    answer = post(api, {"query": '{ member(memberId: "x") { name } }'}).json()
    assert answer["data"] == {"member": None}


def test_mistakes_are_reported_ten_at_a_time_and_without_suggestions(api: Api) -> None:
    query = "{ " + " ".join(f"member{n}" for n in range(30)) + " membr }"
    errors = post(api, {"query": query}).json()["errors"]
    assert len(errors) <= 11
    assert "Did you mean" not in json.dumps(post(api, {"query": "{ membr { name } }"}).json())


def deep(levels: int) -> str:
    return '{ member(memberId: "1") ' + "{ sponsor " * levels + "{ name }" + " }" * levels + " }"


def doubled(fragments: int, inner: str) -> str:
    """Fragments of which each spreads the next one twice."""
    parts = ['{ member(memberId: "1") { ...F0 } }']
    for place in range(fragments):
        below = f"...F{place + 1} ...F{place + 1}" if place + 1 < fragments else "name"
        parts.append(f"fragment F{place} on Member {{ {inner % below} }}")
    return " ".join(parts)


HOSTILE = {
    # Requests, and the names by which they are refused.
    "deep": (deep(60), "too_deep"),
    "deep by fragments": (doubled(40, "sponsor { %s }"), "too_deep"),
    "pages of pages of pages": (
        "{ members(first: 200) { nodes { sponsored(first: 200) { nodes { name } } } } }",
        "too_costly",
    ),
    "aliases": (
        "{ " + " ".join(f"a{n}: members(first: 200) {{ nodes {{ name }} }}" for n in range(60)) + " }",
        "too_costly",
    ),
    "fragments that double": (doubled(24, "%s"), "too_wide"),
    "a cost that hides in a variable's default": (
        "query($n: Int! = 200) { members(first: $n) { nodes { sponsored(first: $n) { nodes { name } } } } }",
        "too_costly",
    ),
    "a negative page that would pay for another": (
        "{ a: members(first: -9999) { totalCount } members(first: 200) { nodes { sponsored(first: 200) "
        "{ nodes { name } } } } }",
        "too_costly",
    ),
    "a circle of fragments": (
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "invalid_query",
    ),
    "too many words": ("{ " + "name " * (MOST_TOKENS + 1) + "}", "invalid_query"),
    "deep brackets": ("{ a" * 500, "invalid_query"),
    "introspection without end": (
        "{ __schema { types " + "{ fields { type " * 5 + "{ name }" + " } }" * 5 + " } }",
        "too_costly",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_queries_are_refused_at_once(api: Api, what: str) -> None:
    query, code = HOSTILE[what]
    began = time.monotonic()
    errors = post(api, {"query": query}).json()["errors"]
    assert time.monotonic() - began < 2
    assert code in {error["extensions"]["code"] for error in errors}, errors[:3]


def test_the_operation_that_runs_is_the_one_that_is_priced(api: Api) -> None:
    query = """
        query A($n: Int! = 200) { members(first: $n) { nodes { sponsored(first: $n) { nodes { name } } } } }
        query B($n: Int! = 1) { members(first: $n) { totalCount } }
    """
    errors = post(api, {"query": query, "operationName": "A"}).json()["errors"]
    assert errors[0]["extensions"]["code"] == "too_costly"


def test_queries_of_a_front_end_are_not_refused(api: Api) -> None:
    """GraphiQL's introspection, and the widest screen that the limits are meant for."""
    assert "errors" not in post(api, {"query": get_introspection_query()}).json()
    screen = """{ members(first: 200) { nodes { memberId name status country enrolledOn
      sponsor { memberId name } placement { memberId name } sponsored(first: 3) { nodes { name } } } } }"""
    assert post(api, {"query": screen}).json()["data"] == {"members": {"nodes": []}}
    assert MOST_DEPTH >= 12
    assert MOST_COST >= 200 * 20


def test_a_body_that_is_too_large_is_refused(api: Api) -> None:
    response = post(api, {"query": "{ __typename }", "filler": "x" * MOST_BODY_BYTES})
    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["code"] == "too_large"


class Slow(Awaited):
    """A database whose queries take their time."""

    async def rows(
        self, statement: Query, parameters: dict[str, Any], most: int | None = None
    ) -> list[dict[str, Any]]:
        await asyncio.sleep(3)
        return await super().rows(statement, parameters, most)


def test_what_takes_too_long_is_given_up(server_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.api.http.handler.REQUEST_SECONDS", 0.3)
    monkeypatch.setattr("engine.graph.awaited.Awaited", Slow)
    with Api(server_graph) as api:
        began = time.monotonic()
        response = post(api, {"query": "{ members { nodes { name } } }"})
        assert time.monotonic() - began < 2.5
    assert response.status_code == 503
    assert response.json()["errors"][0]["extensions"]["code"] == "too_slow"


def test_the_database_itself_gives_up_too(server_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time that is left goes to Neo4j with every query, so that no query outlives its request."""
    monkeypatch.setattr("engine.api.http.app.REQUEST_SECONDS", -1)
    with Api(server_graph) as api:
        assert api.refused("{ members { nodes { name } } }")[0] == "too_slow"


class Broken(Graph):
    """A database in which every query fails in an unforeseen way."""

    def __init__(self, error: Exception) -> None:
        super().__init__("bolt://127.0.0.1:1", "neo4j", "x")
        self._error = error

    def marked(self, *_: Any, **__: Any) -> Any:
        raise self._error

    def read(self, *_: Any, **__: Any) -> list[Row]:
        raise self._error


def test_unforeseen_errors_stay_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with (
        Broken(ValueError("the secret is 1234")) as graph,
        Api(graph) as api,
        caplog.at_level(logging.ERROR),
    ):
        code, message = api.refused("{ members { nodes { name } } }")
    number = message.removeprefix("internal error ")
    assert code == "internal_error"
    assert "1234" not in message
    assert number in caplog.text
    assert "the secret is 1234" in caplog.text


def test_health_says_whether_questions_can_be_answered(api: Api) -> None:
    response = api.http.get("/health")
    assert response.status_code == 200
    assert response.json()["neo4j"] == "ok"
    assert response.json()["latest_run"] is None
    with Broken(ServiceUnavailable("gone")) as graph, Api(graph) as broken:
        down = broken.http.get("/health")
        refused = broken.http.post("/graphql", json={"query": "{ members { nodes { name } } }"})
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert [error["extensions"]["code"] for error in refused.json()["errors"]] == ["server_unreachable"]
    assert (down.status_code, down.json()["neo4j"]) == (503, "does not answer")


def test_every_response_is_guarded(api: Api) -> None:
    for path in ("/health", "/graphiql/", "/graphiql/graphiql.js", "/graphql?query={__typename}", "/nowhere"):
        headers = api.http.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff", path
        assert "access-control-allow-origin" not in headers, path


def test_graphiql_is_there_and_names_no_other_host(api: Api) -> None:
    home = api.http.get("/")
    assert (home.status_code, home.headers["location"]) == (307, "/graphiql/")
    page = api.http.get("/graphiql/")
    assert page.status_code == 200
    assert "http" not in page.text
    for name in ("graphiql.js", "graphiql.css", "page.css"):
        assert name in page.text
        assert api.http.get(f"/graphiql/{name}").status_code == 200


def test_many_requests_at_once_are_answered(api: Api) -> None:
    counts: list[int] = []

    def ask() -> None:
        answer = api.data("{ members { totalCount } runs { totalCount } }")
        counts.append(answer["members"]["totalCount"])

    threads = [threading.Thread(target=ask) for _ in range(2 * limits.THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [0] * len(threads)
