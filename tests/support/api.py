"""Asking the API in tests, as a client does: a real server on a real port, and a count of its queries."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpx
import pytest
import uvicorn
from neo4j import AsyncSession, Session
from starlette.types import ASGIApp

from engine.api import newest
from engine.api.cost.budgets import UNLIMITED, Spending
from engine.api.cursors import Seals
from engine.api.http.app import build
from engine.api.identity.identity import Identity
from engine.api.serving.connections import ConnectionLimits
from engine.api.serving.server import configuration
from engine.graph.database import Graph


@contextmanager
def served(app: ASGIApp, limits: ConnectionLimits | None = None, **options: Any) -> Iterator[str]:
    """The address of an application, served by the server that `upline serve` uses."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(configuration(app, limits, **options))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


TRIES, TOO_SLOW = 5, '"too_slow'
"""How often a query is sent that a busy machine was too slow for, and what such an answer has in it."""


class Api:
    """The API on a database, as a client sees it."""

    def __init__(
        self,
        graph: Graph,
        spending: Spending = UNLIMITED,
        identity: Identity | None = None,
        token: str | None = None,
        seals: Seals | None = None,
    ) -> None:
        self._served = served(build(graph, spending=spending, identity=identity, seals=seals))
        self._headers = {} if token is None else {"authorization": f"Bearer {token}"}

    def __enter__(self) -> Self:
        self.address = self._served.__enter__()
        self.http = httpx.Client(base_url=self.address, timeout=30, headers=self._headers)
        return self

    def __exit__(self, *raised: object) -> None:
        self.http.close()
        self._served.__exit__(None, None, None)

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer: data and errors."""
        response = self.http.post("/graphql", json={"query": query, "variables": variables})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def patiently(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer to a query, sent again while the machine is too slow for it.

        A busy one may be slow to plan its statements for the first time.
        """
        for _ in range(TRIES):
            response = self.http.post("/graphql", json={"query": query, "variables": variables})
            if TOO_SLOW not in response.text:
                break
        answer: dict[str, Any] = response.json()
        return answer

    def data(self, query: str, **variables: Any) -> Any:
        """The data of an answer without errors.

        A mutation is sent once, a query as `patiently` sends it.
        """
        changes = query.lstrip().startswith("mutation")
        answer = self.ask(query, **variables) if changes else self.patiently(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def refused(self, query: str, **variables: Any) -> tuple[str, str]:
        """Code and message of the one error."""
        answer = self.ask(query, **variables)
        assert len(answer["errors"]) == 1, answer
        error = answer["errors"][0]
        return error["extensions"]["code"], error["message"]


@contextmanager
def queries(monkeypatch: pytest.MonkeyPatch, fresh_s: float = 0.0) -> Iterator[list[str]]:
    """The texts of the queries that reach the driver meanwhile.

    Each request reads which run it is about, unless it was read within `fresh_s` seconds.
    """
    texts: list[str] = []

    def noting(run: Any) -> Any:
        def noted(self: object, query: Any, *positional: Any, **named: Any) -> Any:
            texts.append(getattr(query, "text", query))
            return run(self, query, *positional, **named)

        return noted

    with monkeypatch.context() as patched:
        patched.setattr(newest, "FRESH_S", fresh_s)
        for session in (Session, AsyncSession):
            patched.setattr(session, "run", noting(session.run))
        yield texts
