"""Neo4j goes and comes back under a server that serves: refusals at once meanwhile, answers at once then."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from engine.server.connect import connect
from engine.server.managed import Server
from engine.settings import Settings
from tests.support.api import Api
from tests.support.serving import Serve, eventually

pytestmark = pytest.mark.usefixtures("brisk")

COUNT = "{ members { totalCount } }"
NONE = {"members": {"totalCount": 0}}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    settings = Settings(neo4j_uri=None, home=tmp_path_factory.mktemp("home") / "upline", heap_mib=512)
    yield settings
    Server(settings).stop()


@pytest.fixture(scope="module")
def serve(home: Settings) -> Iterator[Serve]:
    environment = {**os.environ, "UPLINE_NEO4J_URI": "", "UPLINE_HOME": str(home.home)}
    with Serve(environment) as serving:
        serving.until_ready()
        eventually(lambda: serving.ask(COUNT).status_code == 200)
        yield serving


def burst(serve: Serve, number: int = 12) -> list[httpx.Response]:
    """The responses of some requests at once, which take a connection to the database each."""
    responses: list[httpx.Response] = []
    threads = [threading.Thread(target=lambda: responses.append(serve.ask(COUNT))) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return responses


def counted(response: httpx.Response) -> bool:
    """Whether a request was answered."""
    return response.status_code == 200 and response.json().get("data") == NONE


def refused_at_once(serve: Serve) -> None:
    """Requests are refused without waiting, by a stable code and with the time to try again."""
    seconds = []
    for _ in range(3):  # the machine may be busy
        begun = time.monotonic()
        response = serve.ask(COUNT)
        seconds.append(time.monotonic() - begun)
        assert response.status_code == 503
    assert min(seconds) < 1
    assert response.headers["retry-after"] == "1"
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["server_unreachable"]


def back(home: Settings) -> None:
    """Start Neo4j, and wait until it answers somebody else: at first it plans for seconds."""
    Server(home).start()
    with connect(home) as graph, Api(graph) as api:
        assert api.data(COUNT) == NONE


def answered_at_once(serve: Serve) -> None:
    """A request is answered within a second; and another one, for a machine that is busy."""
    began = time.monotonic()
    eventually(lambda: counted(serve.ask(COUNT)))
    assert time.monotonic() - began < 2


def state(serve: Serve) -> str:
    neo4j: str = httpx.get(f"{serve.health}/ready").json()["neo4j"]
    return neo4j


def test_a_database_that_was_stopped_is_used_again_at_once(serve: Serve, home: Settings) -> None:
    assert all(counted(response) for response in burst(serve))
    Server(home).stop()
    assert eventually(lambda: state(serve) == "gone") < 3
    refused_at_once(serve)
    assert all(response.status_code == 503 for response in burst(serve))
    assert httpx.get(f"{serve.health}/live").status_code == 200
    back(home)
    answered_at_once(serve)
    began = time.monotonic()
    assert all(counted(response) for response in burst(serve))
    assert time.monotonic() - began < 2
    assert httpx.get(f"{serve.health}/ready").status_code == 200


def test_a_database_that_is_halted_is_noticed_and_used_again(serve: Serve, home: Settings) -> None:
    running = Server(home).start()
    assert all(counted(response) for response in burst(serve))
    os.kill(running.pid, signal.SIGSTOP)
    try:
        eventually(lambda: state(serve) == "silent")
        refused_at_once(serve)
    finally:
        with suppress(ProcessLookupError):
            os.kill(running.pid, signal.SIGCONT)
    began = time.monotonic()
    eventually(lambda: serve.ask(COUNT).status_code == 200)
    assert time.monotonic() - began < 3
    began = time.monotonic()
    assert all(counted(response) for response in burst(serve))
    assert time.monotonic() - began < 2


def test_a_database_that_was_killed_is_used_again_at_once(serve: Serve, home: Settings) -> None:
    running = Server(home).start()
    assert all(counted(response) for response in burst(serve))
    os.kill(running.pid, signal.SIGKILL)
    eventually(lambda: state(serve) == "gone")
    refused_at_once(serve)
    back(home)
    answered_at_once(serve)
