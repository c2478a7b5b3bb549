"""Members, both trees and moves: what an import makes of them, and what it refuses by name, file and line."""

from datetime import date
from pathlib import Path

import pytest

from engine.company import ImportReport, import_company
from engine.graph import Graph
from engine.refusals import ImportRefusedError
from small_tables import edges, write

ROOT_AND_TWO = """
    member_id sponsor_id placement_id leg enrolled_on status
    1         -          -            -   2026-01-01  active
    11        1          1            L   2026-02-01  active
    12        1          1            R   2026-02-01  suspended
"""


def refused(graph: Graph, folder: Path, **tables: str) -> list[tuple[str, str]]:
    """The names and places of what an import of these tables refuses."""
    write(folder, **tables)
    with pytest.raises(ImportRefusedError) as caught:
        import_company(graph, folder)
    assert graph.value("genealogy/member_count") == 0, "nothing is written"
    return [(one.name, one.where) for one in caught.value.refusals]


def imported(graph: Graph, folder: Path, **tables: str) -> ImportReport:
    write(folder, **tables)
    return import_company(graph, folder)


def test_two_trees(graph: Graph, tmp_path: Path) -> None:
    report = imported(graph, tmp_path, members=ROOT_AND_TWO)
    assert (report.members.read, report.members.added, report.one_tree) == (3, 3, False)
    assert edges(graph) == {
        ("11", "sponsor", "1", None, date(2026, 2, 1), None),
        ("12", "sponsor", "1", None, date(2026, 2, 1), None),
        ("11", "placement", "1", "L", date(2026, 2, 1), None),
        ("12", "placement", "1", "R", date(2026, 2, 1), None),
    }
    again = import_company(graph, tmp_path)
    assert (again.members.added, again.members.unchanged) == (0, 3)
