"""Keys of an address: fetched once, rotated, kept while the address is down."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import RSAAlgorithm

from engine.access.policy import Policy
from engine.api.identity.configuration import (
    Access,
    Configuration,
)
from engine.api.identity.identity import Identity
from engine.api.identity.keys import FetchedKeys, UnknownKeyError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.support.api import Api
from tests.support.companies import CHAIN, written
from tests.support.tokens import OTHER_RSA, RSA, signed, unsigned

QUERY = {"query": '{ member(memberId: "11") { memberId } }'}


@pytest.fixture(scope="module")
def company(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    server_graph.batched("schema/wipe")
    folder = tmp_path_factory.mktemp("company")
    written(folder, CHAIN)
    import_company(server_graph, folder)
    return server_graph


def post(api: Api, token: str | None, scheme: str = "Bearer") -> httpx.Response:
    headers = {} if token is None else {"authorization": f"{scheme} {token}"}
    return api.http.post("/graphql", json=QUERY, headers=headers)


def row(key: rsa.RSAPrivateKey, kid: str | None, **more: Any) -> dict[str, Any]:
    content = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**content, **({} if kid is None else {"kid": kid}), **more}


class Address:
    """An address of keys on this machine, which counts how often it is asked."""

    def __init__(self) -> None:
        self.keys: list[dict[str, Any]] = []
        self.status, self.asked, self.wait_s = 200, 0, 0.0
        address = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address.asked += 1
                time.sleep(address.wait_s)
                content = json.dumps({"keys": address.keys}).encode()
                self.send_response(address.status)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/keys"


@pytest.fixture
def address() -> Iterator[Address]:
    made_one = Address()
    thread = threading.Thread(target=made_one.server.serve_forever)
    thread.start()
    yield made_one
    made_one.server.shutdown()
    made_one.server.server_close()
    thread.join()


def test_a_thousand_unknown_keys_cause_one_fetch(company: Graph, address: Address) -> None:
    address.keys = [row(RSA, "one")]
    with Api(
        company, identity=Identity(Access(Policy(), Configuration(("RS256",), jwks=address.url)))
    ) as api:
        assert post(api, signed(RSA, "RS256", "one")).status_code == 200
        for number in range(1000):
            header = {"alg": "RS256", "kid": f"unknown{number}"}
            assert post(api, unsigned(header) + "AAAA").status_code == 401
        assert post(api, signed(RSA, "RS256", "one")).status_code == 200
    assert address.asked == 1


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_keys_are_fetched_once_for_all_who_wait_and_rotate(address: Address) -> None:
    clock = Clock()
    keys = FetchedKeys(address.url, ("RS256",), clock=clock)
    address.keys, address.wait_s = [row(RSA, "one")], 0.2

    async def ask(kid: str | None) -> bool:
        try:
            await keys.key({"alg": "RS256", "kid": kid} if kid else {"alg": "RS256"})
        except UnknownKeyError:
            return False
        return True

    async def journey() -> None:
        assert await asyncio.gather(*(ask("one") for _ in range(50))) == [True] * 50
        assert address.asked == 1
        assert await ask(None)  # there is only one
        address.keys.append(row(OTHER_RSA, "two"))
        clock.now = 29
        assert not await ask("two")
        assert address.asked == 1
        clock.now = 31
        assert await ask("two")
        assert address.asked == 2
        assert not await ask(None)  # there are two
        # The first key is withdrawn, which is noticed without anybody asking for an unknown one.
        address.keys.pop(0)
        clock.now = 31 + 299
        assert await ask("one")  # for the last time: meanwhile the keys are fetched
        while address.asked < 3 or await ask("one"):
            await asyncio.sleep(0.02)
        # After their time nobody goes by the keys of before, not even the first who asks.
        address.keys[:] = [row(RSA, "one")]
        clock.now += 301
        assert not await ask("two")
        assert address.asked == 4
        address.keys[:] = [row(OTHER_RSA, "two")]
        clock.now += 31
        assert await ask("two")
        assert address.asked == 5
        # The address is down: the keys that are known stay.
        address.status = 500
        clock.now += 601
        assert await ask("two")
        assert not await ask("three")
        assert address.asked == 6
        clock.now += 10
        assert not await ask("three")
        assert await ask("two")
        assert address.asked == 6

    asyncio.run(journey())


@pytest.mark.parametrize(
    "content",
    [
        [], {}, {"keys": None}, {"keys": ["x", None, {}]}, {"keys": 3}, None,
        {"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "one"}]},
        {"keys": [{"kty": "RSA", "kid": "one", "n": "AQAB", "e": "x"}]},
        {"keys": [row(RSA, "one", use="enc")]},
        {"keys": [row(RSA, "one", alg="HS256")]},
        {"keys": [row(RSA, "one", alg=["RS256"])]},
    ],
)  # fmt: skip
def test_what_is_no_set_of_signing_keys_has_no_key(content: Any) -> None:
    keys = FetchedKeys("https://sign.example", ("RS256",), fetch=lambda _address: content)
    with pytest.raises(UnknownKeyError):
        asyncio.run(keys.key({"alg": "RS256", "kid": "one"}))


def test_a_key_is_good_for_its_own_algorithm_alone() -> None:
    curve = ec.generate_private_key(ec.SECP256R1())
    other = jwt.algorithms.ECAlgorithm.to_jwk(curve.public_key(), as_dict=True)
    both = {"keys": [row(RSA, "one"), {**other, "kid": "two"}]}
    keys = FetchedKeys("https://sign.example", ("RS256", "ES256"), fetch=lambda _address: both)

    async def ask(kid: str, algorithm: str) -> None:
        await keys.key({"alg": algorithm, "kid": kid})

    asyncio.run(ask("one", "RS256"))
    for kid, algorithm in (("one", "ES256"), ("two", "RS256"), ("two", "none")):
        with pytest.raises(UnknownKeyError):
            asyncio.run(ask(kid, algorithm))
