"""The example client of one file, on another origin than the API: a member walks down the group."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from engine.access.policy import Policy
from engine.api.cost.budgets import UNLIMITED
from engine.api.http.app import build
from engine.api.identity.configuration import Access, Configuration
from engine.api.identity.identity import Identity
from engine.graph.database import Graph
from engine.settings import Secret
from tests.browser.chromium import Page, installed
from tests.support.api import served
from tests.support.months import month
from tests.support.tokens import SECRET, signed

DOCS = Path(__file__).parents[2] / "docs" / "api"
ROWS = "[...document.querySelectorAll('#team tbody tr')].map(row => row.innerText.replaceAll('\\t', '|'))"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@contextmanager
def pages(folder: Path) -> Iterator[str]:
    """The address of a folder's files."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.skipif(not installed(), reason="no Chromium on this machine")
def test_a_member_walks_down_the_group(graph: Graph, tmp_path: Path) -> None:
    month(graph, tmp_path)
    program = installed()
    assert program
    identity = Identity(Access(Policy(), Configuration(("HS256",), Secret(SECRET), audience="upline")))
    with pages(DOCS) as origin:
        app = build(graph, spending=UNLIMITED, identity=identity, origins=(origin,))
        with served(app) as api, Page(program, tmp_path / "profile") as page:
            page.go(f"{origin}/team.html")
            page.until("!!document.getElementById('login')")
            token = signed(role="member", member_id="11")
            for name, value in {"address": f"{api}/graphql", "token": token, "member": "11"}.items():
                page.value(f"document.querySelector('[name={name}]').value = '{value}'")
            page.value("document.querySelector('#login button').click()")
            page.until(f"{ROWS}.length === 2")
            assert page.value(ROWS) == ["Dan|none|500.00|0", "Eve|none|80.00|0"]
            assert page.value("document.querySelector('h2').innerText") == "Ben"
            if kept := os.environ.get("UPLINE_TEST_PICTURES"):
                page.picture(Path(kept) / "team.png")
            page.value("document.querySelector('#team button.link').click()")
            page.until("document.querySelector('h2').innerText === 'Dan'")
            # Somebody who is not in the group is nobody.
            page.value("document.querySelector('[name=member]').value = '12'")
            page.value("document.querySelector('#login button').click()")
            message = page.until("document.getElementById('error').innerText")
            assert "12" in message
            assert not page.complaints
