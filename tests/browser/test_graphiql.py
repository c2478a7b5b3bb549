"""GraphiQL in a real browser: it shows, documents and runs queries, and asks no other host for anything."""

import os
from pathlib import Path

import pytest

from engine.graph.database import Graph
from tests.browser.chromium import Page, installed
from tests.support.api import Api
from tests.support.months import month


@pytest.mark.skipif(not installed(), reason="no Chromium on this machine")
def test_graphiql_works_without_any_network(graph: Graph, tmp_path: Path) -> None:
    month(graph, tmp_path)
    program = installed()
    assert program
    with Api(graph) as api, Page(program, tmp_path / "profile") as page:
        page.go(f"{api.address}/graphiql/")
        page.until("!!document.querySelector('.graphiql-execute-button')")
        page.until("!!document.querySelector('.graphiql-query-editor .CodeMirror')")

        page.value("document.querySelector('.graphiql-execute-button').click()")
        answer = page.until(
            "(text => /memberId/.test(text) && text)"
            "(document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue())"
        )
        assert '"period": "2026-11"' in answer
        assert '"amount": "101.00"' in answer

        page.value("document.querySelector('.graphiql-sidebar button').click(), true")
        page.until("/Query/.test(document.querySelector('.graphiql-doc-explorer')?.innerText)")

        if kept := os.environ.get("UPLINE_TEST_PICTURES"):
            page.picture(Path(kept) / "graphiql.png")
        outside = [url for url in page.requests if not url.startswith((api.address, "data:"))]
        assert not outside
        assert not page.complaints
        assert any(url.endswith("/graphql") for url in page.requests)
