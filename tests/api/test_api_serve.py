"""`upline serve` serves this machine alone unless an option says otherwise, and ends on a signal."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import httpx
import pytest

from engine.api.schema import printed
from engine.api.serving.process import Serving
from engine.commands import serve
from engine.commands.serve import OpenHostError, PortTakenError
from engine.graph.database import Graph

COMMAND = (sys.executable, "-c", "import typer; from engine.commands.serve import serve; typer.run(serve)")


@contextmanager
def started(environment: dict[str, str], *options: str) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    with subprocess.Popen(
        [*COMMAND, *options], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        try:
            yield process, process.stdout
        finally:
            process.kill()


def test_it_serves_until_it_is_interrupted(graph: Graph, cli_env: dict[str, str]) -> None:
    with started(cli_env, "--port", "0") as (process, output):
        page = output.readline().split()[-1]
        address = page.removesuffix("/graphiql/")
        assert address.startswith("http://127.0.0.1:")
        assert httpx.get(page).status_code == 200
        answer = httpx.post(f"{address}/graphql", json={"query": "{ members { totalCount } }"})
        assert answer.json()["data"] == {"members": {"totalCount": 0}}
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert "Traceback" not in output.read()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "example.org"])
def test_an_address_for_others_needs_insecure_open(host: str) -> None:
    with pytest.raises(OpenHostError, match="--insecure-open"):
        serve.serve(host=host, port=0)


def test_with_insecure_open_it_serves_other_hosts(graph: Graph, cli_env: dict[str, str]) -> None:
    with started(cli_env, "--port", "0", "--host", "0.0.0.0", "--insecure-open") as (_, output):
        port = output.readline().split(":")[-1].split("/")[0]
        response = httpx.get(f"http://127.0.0.1:{port}/health", headers={"host": "api.example"})
    assert response.status_code == 200


def test_a_taken_port_is_refused_before_anything_slow() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"127.0.0.1:{port}.*--port"):
            serve.serve(host="127.0.0.1", port=port)


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    serve.schema()
    assert capsys.readouterr().out == printed()


def test_variables_stand_in_for_options(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[tuple[object, ...]] = []

    def served(serving: Serving, _listening: object, probed: socket.socket, workers: int, *_: object) -> None:
        chosen.append((workers, serving.drain_s, *probed.getsockname()))

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setattr(serve, "_serve", served)
    values = {"WORKERS": "3", "DRAIN": "7", "HEALTH_HOST": "127.0.0.1", "HEALTH_PORT": str(port)}
    for name, value in values.items():
        monkeypatch.setenv(f"UPLINE_{name}", value)
    serve.serve(port=0)
    serve.serve(port=0, workers=1, drain=0)
    assert chosen == [(3, 7, "127.0.0.1", port), (1, 0, "127.0.0.1", port)]
    monkeypatch.setenv("UPLINE_HEALTH_HOST", "")  # as a compose file passes a variable that is not set
    serve.serve(port=0, health_port=0)
    assert chosen[-1][2] == "127.0.0.1"
