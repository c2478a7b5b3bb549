"""`upline serve` in tests: the command in a process of its own, and raw sockets that treat it badly."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

import httpx

COMMAND = (sys.executable, "-c", "import typer; from engine.commands.serve import serve; typer.run(serve)")


class Serve:
    """The command, with the addresses that it printed."""

    def __init__(self, environment: dict[str, str], *options: str) -> None:
        self._environment, self._options = environment, options

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [*COMMAND, "--port", "0", *self._options],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout
        self.output = self.process.stdout
        self.printed: list[str] = []
        while not (self.printed and self.printed[-1].startswith("Ctrl-C")):
            line = self.output.readline()
            self.printed.append(line.rstrip())
            if not line:
                self.__exit__()
                raise AssertionError("\n".join(self.printed))
        self.api = self._address("GraphQL").removesuffix("/graphql")
        self.health = self._address("Health").removesuffix("/ready")
        return self

    def __exit__(self, *raised: object) -> None:
        self.process.kill()
        self.process.wait()
        self.output.close()

    def _address(self, name: str) -> str:
        (line,) = (line for line in self.printed if line.startswith(f"{name} "))
        return line.split()[1]

    def ask(self, query: str) -> httpx.Response:
        """The response to one query."""
        return httpx.post(f"{self.api}/graphql", json={"query": query}, timeout=30)

    def until_ready(self) -> None:
        """Wait until it says that it is ready."""
        eventually(lambda: httpx.get(f"{self.health}/ready").status_code == 200)


def seconds_of(address: str, path: str) -> float:
    """The seconds of one answer with status 200; without a client library, whose own work would count."""
    request = f"GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode()
    begun = time.monotonic()
    with connected(address) as (connection,):
        connection.sendall(request)
        answer = answer_of(connection)
    seconds = time.monotonic() - begun
    assert answer.startswith(b"HTTP/1.1 200 "), answer
    return seconds


def eventually(holds: Callable[[], bool], seconds: float = 20) -> float:
    """Wait until something holds, and return the seconds that it took."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds, "it never held"
        time.sleep(0.02)
    return time.monotonic() - begun


@contextmanager
def connected(address: str, number: int = 1) -> Iterator[list[socket.socket]]:
    """Raw connections to a server."""
    match = re.fullmatch(r"http://([^:]+):(\d+)", address)
    assert match
    sockets: list[socket.socket] = []
    try:
        for _ in range(number):
            sockets.append(socket.create_connection((match[1], int(match[2])), timeout=20))
        yield sockets
    finally:
        for each in sockets:
            each.close()


def answer_of(connection: socket.socket) -> bytes:
    """What comes over a connection until the server closes it."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)
