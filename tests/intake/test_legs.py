"""Legs: one slot however it is written, one spelling in a company, the same in every answer."""

from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.answers.members import directly_below, members
from engine.answers.pages import Stretch
from engine.answers.standings import standings
from engine.genealogy.operations.placing import find, place
from engine.genealogy.placement import options
from engine.genealogy.slots import leg_in_use
from engine.graph.database import Graph
from engine.intake.importing import ImportReport, import_company
from engine.intake.refusals import ImportRefusedError
from engine.run import run_file
from tests.support.small_tables import edges, write

ONE_TREE = """
member_id sponsor_id leg enrolled_on
U - - 2026-01-01
L U left 2026-01-01
R U right 2026-01-01
"""
TWO_TREES = ONE_TREE.replace("sponsor_id leg", "sponsor_id placement_id leg").replace("U left", "U U left")
TWO_TREES = TWO_TREES.replace("U right", "U U right").replace("U - -", "U - - -")


def imported(graph: Graph, folder: Path, **tables: str) -> ImportReport:
    return import_company(graph, write(folder, **tables), time_zone="UTC")


def legs(graph: Graph) -> dict[str, str | None]:
    return {row[0]: row[3] for row in edges(graph) if row[3]}


@pytest.mark.parametrize("again", ["left", "L", "l", "1", "LEFT"])
def test_the_same_leg_in_another_spelling_is_no_other_leg(graph: Graph, tmp_path: Path, again: str) -> None:
    for folder, tables in (("one", ONE_TREE), ("two", TWO_TREES)):
        graph.batched("schema/wipe")
        imported(graph, tmp_path / folder, members=tables)
        report = imported(graph, tmp_path / folder, members=tables.replace("left", again))
        assert (report.members.unchanged, report.members.updated, report.members.added) == (3, 0, 0)
        assert legs(graph) == {"L": "left", "R": "right"}
        taken = tables.splitlines()[3].replace("left", again).replace("L ", "X ", 1)
        with pytest.raises(ImportRefusedError, match="leg left of U is taken by L"):
            imported(graph, tmp_path / folder, members=f"{tables}{taken}")


def test_what_comes_later_is_written_as_the_company_writes_its_legs(graph: Graph, tmp_path: Path) -> None:
    imported(graph, tmp_path, members=TWO_TREES)
    later = "member_id sponsor_id placement_id leg enrolled_on\nA U L 1 2026-02-01\nB U L R 2026-02-01\n"
    later += "C U R middle 2026-02-01"
    moves = "member_id tree parent_id leg effective_on\nB placement A l 2026-03-01"
    report = imported(graph, tmp_path, members=later, moves=moves)
    assert {(row[0], row[3]) for row in edges(graph) if row[3]} == {
        ("L", "left"), ("R", "right"), ("A", "left"), ("B", "right"), ("B", "left"), ("C", "middle"),
    }  # fmt: skip
    assert list(report.warnings) == [
        "members.csv: legs 1, R are kept as left, right, as this company writes its legs",
        "moves.csv: legs l are kept as left, as this company writes its legs",
    ]
    again = imported(graph, tmp_path, members=later, moves=moves)
    assert (again.members.unchanged, again.moves.unchanged, again.moves.added) == (3, 1, 0)


def test_a_first_table_of_several_spellings_is_kept_in_its_first_one(graph: Graph, tmp_path: Path) -> None:
    imported(graph, tmp_path, members=ONE_TREE.replace("left", "L"))
    assert legs(graph) == {"L": "L", "R": "R"}
    assert leg_in_use(graph.read) in ("L", "R")


def test_legs_stored_in_two_spellings_are_each_known_again(graph: Graph, tmp_path: Path) -> None:
    """As earlier versions stored them: a table with the stored words changes nothing."""
    imported(graph, tmp_path, members=TWO_TREES)
    with graph.session() as session:
        session.run("MATCH ()-[edge:PLACED_UNDER {leg: 'right'}]->() SET edge.leg = 'R'").consume()
    report = imported(graph, tmp_path, members=TWO_TREES.replace("right", "R"))
    assert (report.members.unchanged, report.warnings) == (3, report.warnings)
    assert legs(graph) == {"L": "left", "R": "R"}


def test_a_place_below_members_without_legs_is_written_like_the_rest(graph: Graph, tmp_path: Path) -> None:
    """The nearest leg above decides; where nobody above is in one, any of the company's does."""
    apart = "\nV - - - 2026-01-01\nW V - - 2026-01-02"
    imported(graph, tmp_path, members=TWO_TREES.strip() + apart)
    assert find(graph, "W", options("outer_left", {})).leg == "left"
    assert find(graph, "W", options("matrix", {"width": "3"})).leg == "left"
    graph.batched("schema/wipe")
    imported(graph, tmp_path, members=ONE_TREE.strip() + apart.replace(" - - 2", " - 2"))
    placed = place(graph, "W", options("outer_right", {}), begin=True)
    assert (placed.parent_id, placed.leg) == ("V", "right")


def test_members_standings_and_both_answers_show_the_leg_of_one_tree(graph: Graph, tmp_path: Path) -> None:
    imported(graph, tmp_path, members=ONE_TREE)
    (tmp_path / "plan.toml").write_text('name = "P"\n')
    run = run_file(graph, tmp_path / "plan.toml", "2026-11")
    expected = {"U": None, "L": "left", "R": "right"}
    assert {
        name: one.leg for name, one in members(graph, Reach.everything, list(expected)).items()
    } == expected
    below = directly_below(graph, Reach.everything, ["U"], "sponsor", Stretch(5))["U"]
    assert {one.member_id: one.leg for one in below.nodes} == {"L": "left", "R": "right"}
    assert {
        name: one.leg for name, one in standings(graph, Reach.everything, run, list(expected)).items()
    } == expected
