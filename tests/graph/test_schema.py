"""The schema is complete before anything is computed, whatever was missing or had another name."""

import pytest

from engine.genealogy.changes.lane import read_company
from engine.genealogy.changes.undo import settle
from engine.graph.database import Graph
from engine.graph.schema import EarlierStoreError, earlier, prepare, take_over
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
