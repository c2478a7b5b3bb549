"""The page for front-end developers: every query on it answers as it says, in as many trips as it says.

With UPLINE_WRITE_SCREENS=1 the test writes the answers and the numbers of trips into the page instead.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import ExecutionContext

from engine.access.policy import Policy
from engine.api.answering import answer
from engine.api.identity.configuration import Access, Configuration
from engine.api.identity.identity import Identity
from engine.graph.database import Graph
from engine.settings import Secret
from tests.support.api import Api, queries
from tests.support.months import month
from tests.support.tokens import SECRET, signed

PAGES = sorted((Path(__file__).parents[2] / "docs" / "api").glob("screens*.md"))
SCREEN = re.compile(r"^## (?P<title>[^\n]+)\n(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
QUERY = re.compile(r"^```graphql\n(?P<text>.*?)^```\n", re.MULTILINE | re.DOTALL)
ANSWER = re.compile(r"^```json\n(?P<text>.*?)^```\n", re.MULTILINE | re.DOTALL)
TRIPS = re.compile(r"^Trips to the database: (?P<count>\d+)\.$", re.MULTILINE)
WIDTH = 100
"""Characters of a line of an answer."""
WRITES = "UPLINE_WRITE_SCREENS" in os.environ

VIEWER = "11"
CURSOR = re.compile(r'("\w*[cC]ursor": )"[^"]+"')
"""Cursors are sealed by a secret of each server: the page shows that there is one."""

SCREENS = {
    match["title"]: (page, match["body"])
    for page in PAGES
    for match in SCREEN.finditer(page.read_text(encoding="utf-8"))
}


@pytest.fixture(scope="module")
def api(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The company of tests/support/months.py with its November; tests only read it."""
    server_graph.batched("schema/wipe")
    month(server_graph, tmp_path_factory.mktemp("month"))
    identity = Identity(Access(Policy(), Configuration(("HS256",), Secret(SECRET), audience="upline")))
    with Api(server_graph, identity=identity, token=signed(role="member", member_id=VIEWER)) as connected:
        yield connected


@pytest.mark.parametrize("title", SCREENS)
def test_a_screen_is_answered_as_the_page_says(api: Api, monkeypatch: pytest.MonkeyPatch, title: str) -> None:
    page, body = SCREENS[title]
    query = QUERY.search(body)
    assert query, title
    with monkeypatch.context() as patched:
        patched.setattr(answer, "Quick", ExecutionContext)
        plain = api.data(query["text"])  # what is known from then on is not asked again
    with queries(monkeypatch) as texts:
        data = api.data(query["text"])
    assert _shown_answer(data) == _shown_answer(plain), "as the library executes it"
    if WRITES:
        shown_answer = f"```json\n{_shown_answer(data)}\n```\n"
        shown = query[0] + f"\n{shown_answer}\nTrips to the database: {len(texts)}.\n"
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace(_shown(body), shown), encoding="utf-8")
        return
    written, trips = ANSWER.search(body), TRIPS.search(body)
    assert written, title
    assert trips, title
    assert _shown_answer(data) == written["text"].rstrip("\n")
    assert len(texts) == int(trips["count"]), "\n".join(texts)


def _shown_answer(data: Any) -> str:
    """An answer as the page shows it."""
    return CURSOR.sub(r'\1"..."', _laid_out(data, ""))


def _laid_out(value: Any, indent: str, begin: int = 0) -> str:
    """JSON whose parts are on one line where they fit; `begin` is what the line has before it."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(indent) + begin + len(line) <= WIDTH:
        return line
    inner = indent + "  "
    if isinstance(value, dict):
        names = {name: f'"{name}": ' for name in value}
        parts = [named + _laid_out(value[name], inner, len(named)) for name, named in names.items()]
    else:
        parts = [_laid_out(part, inner) for part in value]
    joined = ",\n".join(f"{inner}{part}" for part in parts)
    first, last = "{}" if isinstance(value, dict) else "[]"
    return f"{first}\n{joined}\n{indent}{last}"


def _shown(body: str) -> str:
    """The part of a screen that begins with its query."""
    query = QUERY.search(body)
    assert query
    end = TRIPS.search(body)
    return body[query.start() : end.end() + 1 if end else query.end()]


def test_the_page_has_screens() -> None:
    assert len(SCREENS) >= 9
