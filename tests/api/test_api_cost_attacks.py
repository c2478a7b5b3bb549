"""Attacks on a real server by several clients at once: it stays alive, they pay, and others are answered."""

import itertools
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from engine.api.answering.checking import Checker
from engine.graph.database import Graph
from tests.support.api import Api, queries
from tests.support.months import month
from tests.support.serving import Serve, seconds_of

CLIENTS = 4
SECONDS = 1.5
LIVE_S = 0.1
"""Seconds of the median answer of /live during an attack."""


def aliases(count: int, field: str) -> str:
    return "{ " + " ".join(f"a{n}: {field}" for n in range(count)) + " }"


REFUSED = {
    # Queries that are refused before anything of them is validated, and the codes.
    "aliases of the schema": (aliases(80, "__schema { types { fields { description } } }"), "too_costly"),
    "type names": ("{ " + "__typename " * 1900 + "}", "too_wide"),
    "aliases of the violations": (aliases(20, "run { checks { violations { where } } }"), "too_costly"),
    "pages of pages": (
        "{ members(first: 200) { nodes { sponsored(first: 200) { nodes { name } } } } }", "too_costly",
    ),
    "a fragment with a name of introspection": (
        "{ ...__schema } fragment __schema on Query "
        "{ members(first: 200) { nodes { sponsored(first: 200) { nodes { name } } } } }",
        "too_costly",
    ),
    "explanations": (aliases(60, 'explain(memberId: "1", orderId: "o2") { distance }'), "too_costly"),
    "sizes in variables": (
        "query($n: Int! = 200) { members(first: $n) { nodes { sponsored(first: $n) { nodes { name } } } } }",
        "too_costly",
    ),
    "what is skipped": (aliases(80, "__schema @skip(if: true) { types { fields { name } } }"), "too_costly"),
}  # fmt: skip


@pytest.fixture(scope="module")
def company(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """A small company with one run: what the attacks cost does not depend on its size."""
    server_graph.batched("schema/wipe")
    month(server_graph, tmp_path_factory.mktemp("month"))
    return server_graph


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_without_a_statement_and_without_validation(
    company: Graph, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    query, code = REFUSED[what]
    validated: list[object] = []
    monkeypatch.setattr(Checker, "_validate", lambda _self, checked: validated.append(checked))
    with Api(company) as api, queries(monkeypatch) as sent:
        response = api.http.post("/graphql", json={"query": query})
        assert response.json()["errors"][0]["extensions"]["code"] == code
        assert "data" not in response.json()
    assert (sent, validated) == ([], [])


Attack = Callable[[int], dict[str, object]]
"""The request of an attack, by its number."""
ATTACKS: dict[str, Attack] = {
    **{what: lambda _n, query=query: {"query": query} for what, (query, _) in REFUSED.items()},  # type: ignore[misc]
    "the same with another text each time": lambda n: {
        "query": f"# {n}\n" + "{ " + "__typename " * 190 + "}"
    },
    "introspection within the price": lambda n: {
        "query": f"query Q{n} " + aliases(9, "__schema { types { fields { name } } }")
    },
    "the violations within the price": lambda n: {
        "query": f"query Q{n} {{ run {{ checks {{ violations {{ where }} }} }} }}"
    },
    "equal queries at once": lambda _n: {
        "query": "{ members(first: 200) { nodes { memberId name standing { rank groupVolume } } } }"
    },
    "mistakes": lambda n: {"query": "{ " + " ".join(f"nope{n}x{k}" for k in range(600)) + " }"},
    "no query": lambda _n: {"query": "{" * 1900},
    "variables": lambda _n: {"query": "{ __typename }", "variables": {f"v{k}": [[[k]]] for k in range(3000)}},
}  # fmt: skip


@pytest.fixture(scope="module")
def serve(company: Graph, neo4j_address: object) -> Iterator[Serve]:
    with Serve({**os.environ, **neo4j_address.environment}) as serving:  # type: ignore[attr-defined]
        serving.until_ready()
        threading.Thread(target=drain, args=(serving,), daemon=True).start()
        yield serving


def drain(serving: Serve) -> None:
    """Read the log lines of all those requests: a full pipe would stop the server."""
    with suppress(ValueError, OSError):  # the server has ended
        for _ in serving.output:
            pass


@pytest.mark.parametrize("what", ATTACKS)
def test_it_stays_alive_and_others_are_answered_after(serve: Serve, what: str) -> None:
    numbers, over, statuses = itertools.count(), threading.Event(), Counter[int]()

    def attack() -> None:
        with httpx.Client(timeout=30) as client:
            while not over.is_set():
                body = json.dumps(ATTACKS[what](next(numbers)))
                response = client.post(
                    f"{serve.api}/graphql", content=body, headers={"content-type": "application/json"}
                )
                statuses[response.status_code] += 1

    clients = [threading.Thread(target=attack) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        until = time.monotonic() + SECONDS
        times: list[float] = []
        while time.monotonic() < until or len(times) < 10:
            times.append(seconds_of(serve.health, "/live"))
            time.sleep(0.02)
    finally:
        over.set()
        for client in clients:
            client.join()
    assert statuses.keys() <= {200, 400, 429}, statuses
    assert sorted(times)[len(times) // 2] < LIVE_S, (statuses, sorted(times))
    assert answered_in_time(serve), statuses


def answered_in_time(serve: Serve) -> bool:
    """Whether a screen is answered, at the latest when the refusal says that the budget allows it."""
    query = "{ members(first: 20) { nodes { memberId name } } }"
    until = time.monotonic() + 60
    while time.monotonic() < until:
        response = serve.ask(query)
        if response.status_code != 429:
            return response.status_code == 200 and bool(response.json()["data"]["members"]["nodes"])
        wait = int(response.headers["retry-after"])
        assert wait <= 50, "a budget is full again by then"
        time.sleep(wait)
    return False


def test_the_dear_ones_within_the_price_soon_meet_an_empty_budget(serve: Serve) -> None:
    """Each of these is allowed; what they cost together is not."""
    answered_in_time(serve)
    codes = Counter[int]()
    for n in range(12):
        query = f"query Dear{n} {{ run {{ checks {{ violations {{ where }} }} }} }}"
        codes[serve.ask(query).status_code] += 1
    assert codes[429] >= 5
    assert codes.keys() <= {200, 429}


PAGES = Path(__file__).parents[2] / "docs" / "api"


def test_the_page_of_limits_names_the_codes() -> None:
    page = (PAGES / "limits.md").read_text(encoding="utf-8")
    assert all(f"`{code}`" in page for _, code in REFUSED.values())
