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
