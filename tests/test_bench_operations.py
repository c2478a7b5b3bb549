"""The benchmark of operations: it measures operations that are done, and says what they were to reach."""

from pathlib import Path

import pytest

from bench import operations, report
from bench.tree import Tree
from engine.genealogy.changes.lane import read_company
from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.genealogy.test_performing import TWO_TREES
from tests.support.small_tables import write


def test_operations_are_measured(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import_company(graph, write(tmp_path, **TWO_TREES))
    monkeypatch.setattr(operations, "MANY", 40)
    monkeypatch.setattr(operations, "SECONDS", 0.5)
    members = ["1", "11", "12", "111", "112", "121", "1111"]
    facts = operations.measure(graph, Tree(members, [], [], [], []), seed=7)
    assert facts["each"]["refused"] < 40
    assert facts["all"]["refused"] == 0
    assert facts["single"]["p95_ms"] >= facts["single"]["p50_ms"] > 0
    done = read_company(graph).last_change
    assert done is not None
    assert done > 80 - facts["each"]["refused"], "they are changes of the company"
    cell = {"shape": "binary", "members": 7, "operations": facts}
    page = report._operations([cell])
    assert "| binary 7 | 40 from a list, all or none |" in page
    assert "| 278/s (180 s) |" in page
    assert report._operations([{"shape": "binary", "members": 7}]) == ""
