"""The schema is complete before anything is computed, whatever was missing or had another name."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from neo4j import Session, Transaction

from engine import __version__
from engine.genealogy.changes.lane import read_company
from engine.genealogy.changes.undo import settle
from engine.graph.database import Graph
from engine.graph.schema import EarlierStoreError, LaterStoreError, earlier, layout, prepare, take_over
from engine.runs.contents import contents
from engine.server.connect import connect
from engine.settings import Settings
from tests.conftest import Upline
from tests.support.companies import cypher


def test_missing_parts_of_the_schema_are_created_and_usable_at_once(graph: Graph) -> None:
    whole = set(graph.value("schema/online"))
    for statement in ("DROP INDEX standing_level", "DROP CONSTRAINT order_id"):
        graph.batched(cypher(statement))
    assert whole - set(graph.value("schema/online")) == {"standing_level", "order_id"}
    prepare(graph)
    assert set(graph.value("schema/online")) == whole


OLD = """
CREATE (:Company {key: 'company', one_tree: true, time_zone: 'Asia/Tokyo', last_import: 2, last_run: 7})
CREATE (:Import {number: 1, state: 'complete', trees: true, directory: 'a', started_at: datetime()})
CREATE (:Import {number: 2, state: 'complete', trees: false, directory: 'b', started_at: datetime()})
CREATE (:Import {number: 3, state: 'running', directory: 'c', started_at: datetime(), host: 'x', pid: 1})
CREATE (:Member {member_id: 'kept', import_no: 2}), (:Member {member_id: 'half', import_no: 3})
"""
CHANGES = "MATCH (c:Change) RETURN c {.number, .kind, .state, .trees, .touched} AS change ORDER BY c.number"


@pytest.fixture
def old(graph: Graph) -> Graph:
    """A store as release 0.2 left it, with an import that was interrupted."""
    for statement in ("DROP CONSTRAINT change_number", "CREATE CONSTRAINT import_number FOR (i:Import) "
                      "REQUIRE i.number IS UNIQUE", *OLD.strip().splitlines()):  # fmt: skip
        graph.batched(cypher(statement))
    return graph


@pytest.mark.parametrize("interrupted", [False, True])
def test_imports_of_release_0_2_are_changes(old: Graph, interrupted: bool) -> None:
    if interrupted:  # after the first of two steps
        old.write("upgrade/rename_imports")
    take_over(old)
    assert earlier(old) is None
    assert settle(old) == ["import 3 of c was interrupted; what it had written was taken back"]
    changes = [row["change"] for row in old.read(cypher(CHANGES))]
    assert [(change["number"], change["kind"], change["state"]) for change in changes] == [
        (1, "import", "complete"), (2, "import", "complete"), (3, "import", "taken back"),
    ]  # fmt: skip
    assert {(change["trees"], change["touched"]) for change in changes} == {(None, None)}
    company = read_company(old)
    assert (company.one_tree, company.time_zone, company.newest) == (True, "Asia/Tokyo", 3)
    assert company.last_change == 3, "what was taken back counts as a change"
    text = "MATCH (m:Member) RETURN collect(m.member_id) AS ids, EXISTS { (:Import) } AS old"
    assert old.read(cypher(text)) == [{"ids": ["kept"], "old": False}]
    online = old.value("schema/online")
    assert ("import_number" in online, "change_number" in online) == (False, True)


def test_the_last_import_of_release_0_2_is_the_last_change(old: Graph) -> None:
    take_over(old)
    prepare(old)
    assert read_company(old).last_change == 2
    take_over(old)
    assert read_company(old).last_change == 2


def test_data_of_release_0_2_is_not_touched_unless_asked(old: Graph) -> None:
    text = "MATCH (n) RETURN labels(n) AS labels, properties(n) AS facts ORDER BY elementId(n)"
    before = old.read(cypher(text))
    for command in (prepare, settle):
        with pytest.raises(EarlierStoreError, match="upline server upgrade"):
            command(old)
    assert old.read(cypher(text)) == before
    take_over(old)
    prepare(old)


MARK = "layout_1_since_0_3_0"
LATER = "layout_2_since_0_9_1"


def test_the_schema_marks_its_layout_and_makes_the_mark_first(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert layout() == 1
    for name in ("CONSTRAINT order_id", "INDEX standing_level", f"CONSTRAINT {MARK}"):
        graph.batched(cypher(f"DROP {name}"))
    made: list[str] = []
    batched = Graph.batched

    def noted(self: Graph, statement: Any, /, **parameters: object) -> Any:
        made.append(getattr(statement, "name", statement))
        return batched(self, statement, **parameters)

    monkeypatch.setattr(Graph, "batched", noted)
    prepare(graph)
    assert made[0] == f"schema/{MARK}"
    assert made[-1] == "schema/await_indexes"
    assert MARK in graph.value("schema/online")


@pytest.fixture
def later(graph: Graph) -> Iterator[Graph]:
    """A database of a layout that does not exist yet."""
    graph.batched(cypher(f"CREATE CONSTRAINT {LATER} FOR (layout:Layout) REQUIRE layout.name IS UNIQUE"))
    yield graph
    graph.batched(cypher(f"DROP CONSTRAINT {LATER}"))
    prepare(graph)


def test_data_of_a_later_layout_is_refused_and_not_touched(later: Graph, settings: Settings) -> None:
    later.batched(cypher("DROP INDEX standing_level"))
    before = set(later.value("schema/online"))
    said = re.escape(f"written by Upline 0.9.1 or a later one (layout 2); this is {__version__} (layout 1)")
    for work in (prepare, settle, contents, lambda _graph: connect(settings)):
        with pytest.raises(LaterStoreError, match=said) as caught:
            work(later)
        assert "Use Upline 0.9.1 or later" in str(caught.value.todo)
    assert set(later.value("schema/online")) == before
    assert later.value(cypher("MATCH (n) RETURN count(n) AS nodes")) == 0


PERIOD = "--period 2026-11 --plan {folder}/p.toml"
COMMANDS = (
    "runs", "import {folder}", "place", "rollup --out {folder}/moves", f"live {PERIOD}", f"run {PERIOD}",
    "export --out {folder}/out", "export --company --out {folder}/out", "check", "statement A",
    "explain A --order o", "rank A", "tree A", "downline A", "report cohorts", "demo --members 50",
    "cypher RETURN[1]", "serve --port 0", "server tidy", "server upgrade", "server upgrade --backed-up",
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_refuses_data_of_a_later_layout(
    words: str, later: Graph, upline: Upline, tmp_path: Path
) -> None:
    (tmp_path / "members.csv").write_text("member_id,sponsor_id,enrolled_on\nA,,2026-01-01\n")
    (tmp_path / "p.toml").write_text('name = "P"\n')
    done = upline(*words.format(folder=tmp_path).split())
    assert (done.returncode, "[later_store]" in done.stderr) == (2, True), done.stderr
    assert later.value(cypher("MATCH (n) RETURN count(n) AS nodes")) == 0


def test_a_command_reads_the_mark_with_what_it_reads_anyway(
    graph: Graph, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connecting and preparing together list the schema once, as preparing alone does."""
    assert earlier(graph) is None
    texts: list[str] = []
    for kind in (Session, Transaction):
        ask = kind.run

        def noted(self: Any, query: Any, *positional: Any, ask: Any = ask, **named: Any) -> Any:
            texts.append(getattr(query, "text", query))
            return ask(self, query, *positional, **named)

        monkeypatch.setattr(kind, "run", noted)
    settle(graph)
    alone = len(texts)
    with connect(settings) as connected:
        settle(connected)
    assert len(texts) == 2 * alone
    assert sum("SHOW INDEXES" in text for text in texts) == 2
