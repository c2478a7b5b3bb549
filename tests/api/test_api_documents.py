"""Documents by their hash: Apollo's protocol, and a list that nothing else passes."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query

from engine.api.answering import documents
from engine.api.answering.documents import Documents, DocumentsFileError, read
from engine.api.errors import PersistedQueryNotFoundError
from engine.api.http.app import build
from engine.api.schema import schema
from engine.graph.database import Graph
from tests.support.api import Api, served

COUNT = "query Count { members { totalCount } }"
PAGE = "query Page($n: Int! = 3) { members(first: $n) { nodes { memberId } } }"
NEVER = "{ runs { totalCount } }"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def persisted(text: str, **more: Any) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}, **more}


@pytest.fixture(scope="module")
def api(server_graph: Graph) -> Iterator[Api]:
    server_graph.batched("schema/wipe")
    with Api(server_graph) as connected:
        yield connected


def post(address: str, body: Any) -> httpx.Response:
    return httpx.post(f"{address}/graphql", json=body)


def code(response: httpx.Response) -> str:
    (error,) = response.json()["errors"]
    assert "data" not in response.json()
    return str(error["extensions"]["code"])


def test_a_query_is_stored_once_it_came_with_its_hash(api: Api) -> None:
    assert code(post(api.address, persisted(COUNT))) == "PERSISTED_QUERY_NOT_FOUND"
    assert post(api.address, persisted(COUNT, query=COUNT)).json()["data"] == {"members": {"totalCount": 0}}
    assert post(api.address, persisted(COUNT)).json()["data"] == {"members": {"totalCount": 0}}
    by_get = httpx.get(
        f"{api.address}/graphql", params={"extensions": json.dumps(persisted(COUNT)["extensions"])}
    )
    assert by_get.json()["data"] == {"members": {"totalCount": 0}}
    by_id = post(api.address, {"documentId": f"sha256:{digest(COUNT)}"})
    assert by_id.json()["data"] == {"members": {"totalCount": 0}}


def test_variables_go_with_a_hash(api: Api) -> None:
    post(api.address, persisted(PAGE, query=PAGE))
    answer = post(api.address, persisted(PAGE, variables={"n": 1})).json()
    assert answer["data"] == {"members": {"nodes": []}}
    assert answer["extensions"]["cost"]["requested"] == 10 + 21 + 1 + 1


def test_the_hash_is_checked_before_anything_is_stored(api: Api) -> None:
    body = persisted(NEVER, query="{ __typename }")
    assert code(post(api.address, body)) == "persisted_query_mismatch"
    assert code(post(api.address, persisted(NEVER))) == "PERSISTED_QUERY_NOT_FOUND"
    assert code(post(api.address, persisted("{ __typename }"))) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize("query", ["{", "{ nope }", "{ " + "__typename " * 900 + "}"])
def test_what_cannot_run_is_not_stored(api: Api, query: str) -> None:
    assert post(api.address, persisted(query, query=query)).json()["errors"]
    assert code(post(api.address, persisted(query))) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    "body",
    [
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": digest(COUNT)}}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"extensions": {"persistedQuery": "x"}},
        {"documentId": 5},
        {"documentId": ""},
    ],
)
def test_a_malformed_name_is_refused(api: Api, body: Any) -> None:
    response = post(api.address, body)
    assert (response.status_code, code(response)) == (400, "malformed_request")


def test_the_store_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_STORED_BYTES", 100)
    store, texts = Documents(), ["a" * 40, "b" * 40, "c" * 40]
    for text in texts:
        store.store(text)
        store.store(text)
    with pytest.raises(PersistedQueryNotFoundError):
        store.text(None, digest(texts[0]))
    assert [store.text(None, digest(text)) for text in texts[1:]] == texts[1:]


@pytest.fixture(scope="module")
def listed(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server_graph.batched("schema/wipe")
    path = tmp_path_factory.mktemp("documents") / "persisted-documents.json"
    path.write_text(json.dumps({digest(text): text for text in (COUNT, PAGE)}))
    with served(build(server_graph, documents=read(path, schema.graphql_schema))) as address:
        yield address


@pytest.mark.parametrize(
    "body",
    [
        {"documentId": f"sha256:{digest(COUNT)}"},
        {"query": COUNT},
        persisted(COUNT),
        persisted(COUNT, query=COUNT),
    ],
)
def test_a_listed_document_runs_however_it_is_named(listed: str, body: Any) -> None:
    assert post(listed, body).json()["data"] == {"members": {"totalCount": 0}}


def test_everything_else_gets_one_and_the_same_error(listed: str) -> None:
    bodies: list[Any] = [
        {"documentId": f"sha256:{digest(NEVER)}"},
        {"documentId": digest(COUNT)[:-1]},
        {"documentId": "Count"},
        {"documentId": f"md5:{digest(COUNT)}"},
        {"query": NEVER},
        {"query": COUNT + " "},
        {"query": "{"},
        {"query": get_introspection_query()},
        persisted(NEVER),
        persisted(NEVER, query=NEVER),
    ]
    responses = [post(listed, body) for body in bodies]
    assert {response.text for response in responses} == {responses[0].text}
    assert code(responses[0]) == "unknown_document"
    # Nothing was stored by asking.
    assert code(post(listed, persisted(NEVER))) == "unknown_document"


def test_a_list_closes_the_page_that_needs_introspection(listed: str) -> None:
    assert httpx.get(f"{listed}/graphiql/").status_code == 404
    assert httpx.get(f"{listed}/").status_code == 404


def test_a_manifest_of_apollo_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    entry = {"id": digest(COUNT), "name": "Count", "type": "query", "body": COUNT}
    path.write_text(
        json.dumps({"format": "apollo-persisted-query-manifest", "version": 1, "operations": [entry]})
    )
    assert read(path, schema.graphql_schema) == {digest(COUNT): COUNT}


FILES: dict[str, tuple[str, str]] = {
    "a wrong hash": (json.dumps({digest(COUNT): PAGE}), digest(PAGE)),
    "a name that is no hash": (json.dumps({"Count": COUNT}), digest(COUNT)),
    "an invalid document": (json.dumps({digest("{ nope }"): "{ nope }"}), "nope"),
    "a syntax error": (json.dumps({digest("{"): "{"}), "Syntax Error"),
    "a document that is too dear": (
        json.dumps({(text := "{ members(first: 200) { nodes { sponsored(first: 200) { nodes { name } } } } }")
                    and digest(text): text}),
        "cost",
    ),
    "no object": ("[1]", "no file of documents"),
    "texts that are none": (json.dumps({digest(COUNT): 5}), "no file of documents"),
    "no JSON": ("{", "no file of documents"),
}  # fmt: skip


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_cannot_be_used_is_refused_at_the_start(tmp_path: Path, what: str) -> None:
    path = tmp_path / "documents.json"
    content, says = FILES[what]
    path.write_text(content)
    with pytest.raises(DocumentsFileError) as refused:
        read(path, schema.graphql_schema)
    assert says in str(refused.value)
    assert refused.value.where == str(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentsFileError, match="No such file"):
        read(tmp_path / "nothing.json", schema.graphql_schema)
