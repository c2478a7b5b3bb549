"""What stands in front of the API: origins of web pages, proxies, names, a path of its own."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import httpx
import pytest
import websockets
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from engine.api.http.app import build
from engine.api.http.origins import Origins
from engine.api.serving.options import (
    HostNameError,
    OriginError,
    ProxyAddressError,
    RootPathError,
    hosts_of,
    networks_of,
    origins_of,
    root_path_of,
)
from engine.api.serving.server import configuration
from engine.graph.database import Graph
from engine.settings import SettingError, Settings
from tests.support.api import served
from tests.support.serving import Serve

TEAM = "https://team.example"


@pytest.fixture(scope="module")
def address(server_graph: Graph) -> Iterator[str]:
    with served(build(server_graph, origins=(TEAM,))) as address:
        yield address


def preflight(address: str, origin: str, headers: str = "content-type,authorization") -> httpx.Response:
    """A browser's question before it lets a page call another origin."""
    return httpx.options(
        f"{address}/graphql",
        headers={
            "origin": origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": headers,
        },
    )


def test_a_page_of_a_named_origin_may_call(address: str) -> None:
    answer = preflight(address, TEAM)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == TEAM
    assert "authorization" in answer.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in answer.headers
    response = httpx.post(f"{address}/graphql", json={"query": "{ __typename }"}, headers={"origin": TEAM})
    assert response.json()["data"] == {"__typename": "Query"}
    assert response.headers["access-control-allow-origin"] == TEAM
    assert "x-request-id" in response.headers["access-control-expose-headers"]


def test_a_refusal_is_shown_to_the_page_too(address: str) -> None:
    response = httpx.post(f"{address}/graphql", content=b"no JSON", headers={"origin": TEAM})
    assert response.status_code >= 400
    assert response.headers["access-control-allow-origin"] == TEAM


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://team.example", "https://team.example.evil.example", "null"]
)
def test_pages_of_other_origins_may_not(address: str, origin: str) -> None:
    answer = preflight(address, origin)
    assert answer.status_code == 400
    assert answer.headers.get("access-control-allow-origin") is None
    response = httpx.post(f"{address}/graphql", json={"query": "{ __typename }"}, headers={"origin": origin})
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize(
    ("origin", "opens"),
    [(None, True), (TEAM, True), ("own", True), ("https://evil.example", False), ("null", False)],
)
def test_a_web_socket_is_for_named_origins_and_our_own(origin: str | None, opens: bool) -> None:
    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("open")
        await socket.close()

    app = Starlette(
        routes=[WebSocketRoute("/graphql", echo)], middleware=[Middleware(Origins, origins=(TEAM,))]
    )
    with served(app) as address:
        own = address if origin == "own" else origin
        url = address.replace("http", "ws") + "/graphql"
        if not opens:
            with pytest.raises(InvalidStatus, match="403"):
                connect(url, origin=websockets.Origin(str(own)))
            return
        with connect(url, origin=websockets.Origin(own) if own else None) as socket:
            assert socket.recv() == "open"


async def who(request: Request) -> JSONResponse:
    return JSONResponse({"client": request.client and request.client.host, "scheme": request.url.scheme})


@pytest.mark.parametrize(
    ("proxies", "client", "scheme"),
    [
        ((), "127.0.0.1", "http"),
        (("10.0.0.0/8",), "127.0.0.1", "http"),
        (("127.0.0.1",), "192.0.2.7", "https"),
    ],
)
def test_forwarded_headers_are_believed_of_proxies_alone(
    proxies: tuple[str, ...], client: str, scheme: str
) -> None:
    trusting = {"proxy_headers": True, "forwarded_allow_ips": list(proxies)}
    options: dict[str, Any] = trusting if proxies else {}
    with served(Starlette(routes=[Route("/", who)]), **options) as address:
        headers = {"x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "https"}
        assert httpx.get(address, headers=headers).json() == {"client": client, "scheme": scheme}


def test_a_proxy_that_believes_its_clients_is_not_believed_further() -> None:
    """The last address that no trusted proxy has is the client's: what comes before it, the client wrote."""
    options: dict[str, Any] = {"proxy_headers": True, "forwarded_allow_ips": ["127.0.0.1", "10.0.0.0/8"]}
    with served(Starlette(routes=[Route("/", who)]), **options) as address:
        headers = {"x-forwarded-for": "203.0.113.1, 192.0.2.7, 10.0.0.9"}
        assert httpx.get(address, headers=headers).json()["client"] == "192.0.2.7"


def test_the_command_takes_all_of_them(graph: Graph, cli_env: dict[str, str]) -> None:
    options = ("--root-path", "/upline/", "--public-host", "API.example.org", "--proxy", "127.0.0.1")
    with Serve({**cli_env, "UPLINE_CORS_ORIGINS": f"{TEAM}, https://b.example"}, *options) as serve:
        for host, status in (("api.example.org", 307), ("localhost", 307), ("evil.example", 421)):
            response = httpx.get(serve.api, headers={"host": host})
            assert response.status_code == status, host
        assert httpx.get(serve.api).headers["location"] == "/upline/graphiql/"
        assert preflight(serve.api, "https://b.example").status_code == 200
        assert serve.ask("{ __typename }").status_code == 200


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://team.example", TEAM),
        ("https://Team.Example/", TEAM),
        ("https://team.example:443", TEAM),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_an_origin_is_written_as_browsers_do(text: str, origin: str) -> None:
    assert origins_of((text, text)) == (origin,)


@pytest.mark.parametrize(
    "text",
    ["*", "team.example", "https://team.example/page", "ftp://team.example", "https://", "https://a:b@c.example",
     "https://team.example:port", "https://team.example?x"],
)  # fmt: skip
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(OriginError, match="--cors-origin"):
        origins_of((text,))


def test_networks_of_proxies() -> None:
    assert networks_of(("10.0.0.5", "fd00::/8")) == (ip_network("10.0.0.5/32"), ip_network("fd00::/8"))
    for text in ("proxy.example", "10.0.0.0/33", "*"):
        with pytest.raises(ProxyAddressError, match="--proxy"):
            networks_of((text,))


def test_names_of_the_server() -> None:
    assert hosts_of((), loopback=False) is None
    assert "localhost" in (hosts_of((), loopback=True) or ())
    assert {"localhost", "api.example.org"} <= (hosts_of(("api.example.org.",), loopback=False) or set())
    for text in ("https://api.example.org", "api.example.org:8080", "*.example.org", ""):
        with pytest.raises(HostNameError, match="--public-host"):
            hosts_of((text,), loopback=True)


def test_the_path_of_a_proxy() -> None:
    assert [root_path_of(text) for text in ("", "/", "/upline/", "/a/b-c")] == ["", "", "/upline", "/a/b-c"]
    for text in ("upline", "/a b", "/a/../b?", "//a", "https://x"):
        with pytest.raises(RootPathError, match="--root-path"):
            root_path_of(text)


def test_settings_of_several_values_have_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLINE_PROXIES", " 10.0.0.5 ,, 10.0.0.6")
    assert Settings().proxies == ("10.0.0.5", "10.0.0.6")
    with pytest.raises(SettingError, match="UPLINE_LOG_FORMAT"):
        Settings(log_format="xml")


def test_uvicorn_believes_nobody_by_default(server_graph: Graph) -> None:
    assert configuration(build(server_graph)).proxy_headers is False


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1:8080", 200), ("localhost", 200), ("[::1]:8080", 200), ("evil.example", 421), ("", 421)],
)
def test_only_this_machine_s_own_names_are_answered(address: str, host: str, status: int) -> None:
    assert httpx.get(f"{address}/graphiql/", headers={"host": host}).status_code == status


def test_an_open_server_answers_to_any_name(server_graph: Graph) -> None:
    with served(build(server_graph, hosts=None)) as address:
        assert httpx.get(f"{address}/graphiql/", headers={"host": "api.example"}).status_code == 200
