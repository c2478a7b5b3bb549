"""Who asks: tokens that are accepted, tokens that are not, and keys that change."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from engine.access.policy import Policy
from engine.access.viewer import Role
from engine.api.identity import development
from engine.api.identity.configuration import (
    Access,
    Claims,
    Configuration,
)
from engine.api.identity.identity import Identity
from engine.api.identity.keys import PublicKeyError
from engine.api.identity.tokens import made
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.settings import Secret
from tests.support.api import Api
from tests.support.companies import CHAIN, cypher, written
from tests.support.tokens import OTHER_RSA, PEM, RSA, SECRET, signed, unsigned

SHARED = Configuration(("HS256",), Secret(SECRET), audience="upline", issuer="https://sign.example")
QUERY = {"query": '{ member(memberId: "11") { memberId } }'}


@pytest.fixture(scope="module")
def company(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    server_graph.batched("schema/wipe")
    folder = tmp_path_factory.mktemp("company")
    written(folder, CHAIN)
    import_company(server_graph, folder)
    return server_graph


@pytest.fixture(scope="module")
def api(company: Graph) -> Iterator[Api]:
    with Api(company, identity=Identity(Access(Policy(), SHARED))) as connected:
        yield connected


def post(api: Api, token: str | None, scheme: str = "Bearer") -> httpx.Response:
    headers = {} if token is None else {"authorization": f"{scheme} {token}"}
    return api.http.post("/graphql", json=QUERY, headers=headers)


def test_a_good_token_is_a_viewer(api: Api) -> None:
    assert post(api, signed()).json()["data"] == {"member": {"memberId": "11"}}
    assert post(api, signed(), "bearer").status_code == 200
    assert "upline-mode" not in post(api, signed()).headers
    staff = signed(role="support", member_id=None)
    assert post(api, staff).json()["data"] == {"member": {"memberId": "11"}}


def test_a_member_beyond_reach_is_unknown(api: Api) -> None:
    answer = post(api, signed(member_id="111")).json()
    assert answer["data"] == {"member": None}
    assert answer["errors"][0]["extensions"]["code"] == "unknown_member"


def test_nothing_works_without_a_token(api: Api) -> None:
    for response in (
        post(api, None),
        api.http.get("/graphql", params=QUERY),
        api.http.get("/graphql"),
        api.http.post("/graphql", content=b"x" * 100_000),
    ):
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == 'Bearer realm="upline"'
        (error,) = response.json()["errors"]
        assert error["extensions"] == {"code": "unauthenticated"}
        assert "data" not in response.json()
    assert api.http.get("/graphiql/").status_code == 200
    assert "Development mode" not in api.http.get("/graphiql/").text
    assert api.http.get("/health").status_code == 200


def test_health_tells_strangers_and_members_no_more_than_whether_it_works(api: Api) -> None:
    def shown(authorization: str | None) -> set[str]:
        headers = {} if authorization is None else {"authorization": authorization}
        response = api.http.get("/health", headers=headers)
        assert response.status_code == 200
        return {*response.json()}

    late = datetime.now(UTC) - timedelta(hours=1)
    for token in (signed(), signed(role="admin", exp=late), signed(OTHER_RSA, "RS256", role="admin"), "x"):
        assert shown(f"Bearer {token}") == {"server", "neo4j"}
    assert shown(None) == shown("Basic x") == {"server", "neo4j"}
    for role in ("support", "finance", "analyst", "admin"):
        staff = signed(role=role, member_id=None)
        assert shown(f"Bearer {staff}") == {"server", "version", "neo4j", "latest_run"}


INVALID: dict[str, Callable[[], str]] = {
    "alg none": lambda: unsigned({"alg": "none", "typ": "JWT"}),
    "alg None": lambda: unsigned({"alg": "None"}),
    "alg empty": lambda: unsigned({"alg": ""}),
    "alg is no text": lambda: unsigned({"alg": ["HS256"]}),
    "no signature": lambda: signed().rpartition(".")[0] + ".",
    "another secret": lambda: signed("f" * 32),
    "another algorithm": lambda: signed("f" * 64, "HS512"),
    "RS256 for a secret": lambda: signed(RSA, "RS256"),
    "another audience": lambda: signed(aud="others"),
    "no audience": lambda: signed(aud=None),
    "another issuer": lambda: signed(iss="https://sign.example.org"),
    "no issuer": lambda: signed(iss=None),
    "no end": lambda: signed(exp=None),
    "end is a text": lambda: signed(exp="tomorrow"),
    "end beyond all years": lambda: signed(exp=10**18),
    "no role": lambda: signed(role=None),
    "unknown role": lambda: signed(role="root"),
    "role in capitals": lambda: signed(role="ADMIN"),
    "two roles": lambda: signed(role=["member", "admin"]),
    "role is a number": lambda: signed(role=1),
    "member without id": lambda: signed(member_id=None),
    "member id is a number": lambda: signed(member_id=1),
    "member id is empty": lambda: signed(member_id=""),
    "unknown member": lambda: signed(member_id="99"),
    "terminated member": lambda: signed(member_id="1111"),
    "not yet": lambda: signed(nbf=datetime.now(UTC) + timedelta(minutes=1)),
    "made later": lambda: signed(iat=datetime.now(UTC) + timedelta(minutes=1)),
    "garbage": lambda: "a.b.c",
    "no dots": lambda: "abc",
    "long": lambda: "a" * 20_000,
    "other bytes": lambda: "\xff\xfe.\x80",
}


@pytest.mark.parametrize("why", INVALID)
def test_a_token_that_is_not_accepted_is_refused_alike(why: str, api: Api) -> None:
    token = INVALID[why]()
    response = api.http.post(
        "/graphql", json=QUERY, headers={b"authorization": b"Bearer " + token.encode("latin-1")}
    )
    if response.status_code == 431:
        return  # too long for the transport
    assert response.status_code == 401
    assert response.json() == {
        "errors": [
            {"message": "the token is not valid. Sign in again.", "extensions": {"code": "token_invalid"}}
        ]
    }
    assert response.headers["www-authenticate"] == (
        'Bearer realm="upline", error="invalid_token", error_description="the token is not valid"'
    )


@pytest.mark.parametrize("header", ["Basic dXNlcjpwYXNz", "Bearer", "", "Token abc"])
def test_another_scheme_is_no_token(header: str, api: Api) -> None:
    response = api.http.post("/graphql", json=QUERY, headers={"authorization": header})
    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"]["code"] == "token_invalid"


def test_an_expired_token_says_so_and_a_clock_may_be_off_by_the_leeway(api: Api) -> None:
    def ended(seconds: int) -> httpx.Response:
        return post(api, signed(exp=datetime.now(UTC) - timedelta(seconds=seconds)))

    assert ended(20).status_code == 200
    response = ended(60)
    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"]["code"] == "token_expired"
    assert 'error_description="the token has expired"' in response.headers["www-authenticate"]
    ahead = datetime.now(UTC) + timedelta(seconds=20)
    assert post(api, signed(nbf=ahead, iat=ahead)).status_code == 200


def test_a_member_who_is_terminated_or_suspended_meanwhile(api: Api, company: Graph) -> None:
    def status(name: str) -> None:
        statement = cypher("MATCH (m:Member {member_id: '111'}) SET m.status = $status", "status")
        with company.session() as session:
            session.run(statement.text, status=name).consume()

    token = signed(member_id="111")
    assert post(api, token).status_code == 200  # suspended, which the default policy accepts
    status("terminated")
    assert post(api, token).status_code == 401
    status("suspended")
    assert post(api, token).status_code == 200
    strict = Identity(Access(Policy(terminated=True, suspended=False), SHARED))
    with Api(company, identity=strict) as other:
        assert post(other, token).status_code == 401
        status("terminated")
        assert post(other, token).status_code == 200
    status("suspended")


def test_a_public_key_is_no_secret(company: Graph) -> None:
    identity = Identity(Access(Policy(), Configuration(("RS256",), public_key=PEM)))
    with Api(company, identity=identity) as api:
        assert post(api, signed(RSA, "RS256")).status_code == 200
        assert post(api, signed(OTHER_RSA, "RS256")).status_code == 401
        signing, _, _ = unsigned({"alg": "HS256", "typ": "JWT"}).rpartition(".")
        digest = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
        forged = digest.sign(signing.encode(), PEM.encode())
        token = f"{signing}.{jwt.utils.base64url_encode(forged).decode()}"
        assert post(api, token).json()["errors"][0]["extensions"]["code"] == "token_invalid"
    with pytest.raises(PublicKeyError, match="ES256"):
        Identity(Access(Policy(), Configuration(("RS256", "ES256"), public_key=PEM)))


def test_claims_may_be_named_otherwise(company: Graph) -> None:
    named = Claims(("realm", "roles"), ("https://company/member",))
    configured = Configuration(("HS256",), Secret(SECRET), claims=named)
    with Api(company, identity=Identity(Access(Policy(), configured))) as api:
        good: dict[str, Any] = {"realm": {"roles": ["offline", "member"]}, "https://company/member": "1"}
        assert post(api, signed(role=None, member_id=None, **good)).status_code == 200
        assert post(api, signed(role="admin", member_id="1")).status_code == 401
        assert (
            post(api, signed(role=None, realm=["roles"], **{"https://company/member": "1"})).status_code
            == 401
        )
        assert post(api, made(configured, Role.MEMBER, "1", 5)).status_code == 200


# The development mode


def test_without_configuration_everybody_on_the_machine_is_admin(company: Graph, tmp_path: Path) -> None:
    own = development.configuration(tmp_path)
    assert (tmp_path / "token_secret").stat().st_mode & 0o777 == 0o600
    assert development.configuration(tmp_path) == own
    with Api(company, identity=Identity(Access(Policy(), None), own)) as api:
        response = post(api, None)
        assert response.json()["data"] == {"member": {"memberId": "11"}}
        assert response.headers["upline-mode"] == "development"
        assert "Development mode" in api.http.get("/graphiql/").text
        assert post(api, made(own, Role.MEMBER, "111", 5)).json()["data"] == {"member": None}
        assert post(api, signed()).status_code == 401
        assert post(api, made(own, Role.MEMBER, "1111", 5)).status_code == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_a_page_of_another_site_does_not_speak_for_the_developer(origin: str, company: Graph) -> None:
    with Api(company) as api:
        response = api.http.post("/graphql", json=QUERY, headers={"origin": origin})
        assert response.status_code == 401
        for own in (api.address, "http://localhost:3000"):
            assert api.http.post("/graphql", json=QUERY, headers={"origin": own}).status_code == 200
