"""Operations from a file: what a row is refused for, what is done, and what comes back to be corrected."""

import csv
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from engine.genealogy.changes.lane import read_company
from engine.genealogy.operations import bulk
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.intake.operations import LAYOUT, OperationsReport, perform_table
from engine.intake.refusals import OperationsRefusedError
from tests.conftest import Upline
from tests.genealogy.test_performing import TWO_TREES
from tests.support.small_tables import dump, write

SOUND = """
kind member_id sponsor_id parent_id rule options leg on alone other_id tree reason
enroll 15 11 112 - - left 2026-06-01 - - - kit
enroll 16 11 - outer_left - - 2026-06-01 - - - -
place 13 - 112 - - right 2026-06-02 - - - -
move 1111 - 121 - - left 2026-06-02 yes - - -
swap 121 - - - - - 2026-06-03 - 122 - -
roll-up 16 - - - - - - - - - -
terminate 111 - - - - - - - - - -
"""


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> Graph:
    import_company(graph, write(tmp_path / "company", **TWO_TREES))
    return graph


def table(folder: Path, text: str, name: str = "operations") -> Path:
    return write(folder, **{name: text.strip("\n")}) / f"{name}.csv"


def without(text: str, kind: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith(kind))


def refusals_of(graph: Graph, source: Any, **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(OperationsRefusedError) as refused:
        perform_table(graph, source, **options)
    return [(each.where, each.name) for each in refused.value.refusals]


def test_a_file_is_done_as_a_whole_and_once(company: Graph, tmp_path: Path) -> None:
    path = table(tmp_path, without(SOUND, "roll-up"))
    done = perform_table(company, path, actor="desk", reason="by file")
    assert [each.kind for each in done.done] == ["enroll", "enroll", "place", "move", "swap", "terminate"]
    assert [each.number for each in done.done] == [2, 3, 4, 5, 6, 7]
    assert {each.reason for each in done.done} == {"kit", "by file"}
    assert {each.actor for each in done.done} == {"desk"}
    (placed,) = (each for each in done.done[0].changed if each.what == "placement")
    assert (placed.after, placed.leg_after) == ("112", "L")
    assert (done.rows, done.before, done.refusals, done.refusals_file) == (6, (), (), None)
    state = dump(company)
    again = perform_table(company, path, actor="desk", reason="by file")
    assert (again.done, again.before) == ((), done.done)
    assert dump(company) == state


def test_every_wrong_value_is_a_refusal_of_its_row(company: Graph, tmp_path: Path) -> None:
    path = table(tmp_path, """
        kind     member_id parent_id rule       options leg on         alone number tree  country
        dance    11        -         -          -       -   -          -     -      -     -
        -        11        -         -          -       -   -          -     -      -     -
        move     11        -         -          -       -   -          -     -      -     -
        move     11        12        -          -       -   2026-13-01 -     -      -     -
        move     11        12        -          -       -   -          maybe -      -     -
        suspend  11        -         -          -       -   -          -     -      -     DE
        place    13        112       even_fill  -       -   -          -     -      -     -
        place    13        -         no_rule    -       -   -          -     -      -     -
        place    13        -         even_fill  -       R   -          -     -      -     -
        place    13        112       -          width=3 R   -          -     -      -     -
        place    13        -         -          -       -   -          -     -      -     -
        place    13        -         matrix     size=3  -   -          -     -      -     -
        take_back -        -         -          -       -   -          -     seven  -     -
        swap     11        -         -          -       -   -          -     -      other -
    """)  # fmt: skip
    before = dump(company)
    assert refusals_of(company, path) == [
        ("operations.csv:2", "unknown_kind"), ("operations.csv:3", "missing_value"),
        ("operations.csv:4", "missing_value"), ("operations.csv:5", "bad_date"),
        ("operations.csv:6", "bad_choice"), ("operations.csv:7", "column_not_used"),
        ("operations.csv:8", "two_places"), ("operations.csv:9", "unknown_rule"),
        ("operations.csv:10", "column_not_used"), ("operations.csv:11", "column_not_used"),
        ("operations.csv:12", "missing_value"), ("operations.csv:13", "plan"),
        ("operations.csv:14", "bad_number"),
        ("operations.csv:15", "bad_choice"), ("operations.csv:15", "missing_value"),
    ]  # fmt: skip
    assert dump(company) == before


def test_refused_rows_come_back_with_the_reason_and_can_be_given_again(
    company: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 2)
    path, back = table(tmp_path, SOUND), tmp_path / "back.csv"
    assert refusals_of(company, path) == [("operations.csv:7", "nothing_changes")]
    assert read_company(company).last_change == 2, "the change set was taken back"
    done = perform_table(company, path, accept_valid=True, refusals_to=back)
    assert (len(done.done), done.refusals_file) == (6, back)
    with back.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["kind"], row["member_id"], row["line"]) == ("roll-up", "16", "7")
    assert row["refusal"] == "nothing_changes"
    assert "nobody who could go up is below 16" in row["what"]
    back.write_text(back.read_text().replace("roll-up,16", "suspend,16"))
    again = perform_table(company, back)
    assert [each.kind for each in again.done] == ["suspend"]
    assert again.warnings == (), "the columns of the reason are known"


def test_tabs_and_parquet(company: Graph, tmp_path: Path) -> None:
    tabs = tmp_path / "operations.tsv"
    tabs.write_text("kind\tmember_id\ton\nsuspend\t11\t2026-06-01\nsuspend\tnobody\t\n")
    assert refusals_of(company, tabs) == [("operations.tsv:3", "unknown_member")]
    columns = {"kind": ["suspend", "move"], "member_id": ["11", "12"], "number": [None, 5]}
    parquet = tmp_path / "operations.parquet"
    pyarrow.parquet.write_table(pa.table(columns), parquet)
    assert refusals_of(company, parquet) == [
        ("operations.parquet:2", "column_not_used"), ("operations.parquet:2", "missing_value"),
    ]  # fmt: skip
    pyarrow.parquet.write_table(pa.table(columns).slice(0, 1), parquet)
    assert len(perform_table(company, parquet).done) == 1


def test_a_file_that_is_none(company: Graph, tmp_path: Path) -> None:
    path = tmp_path / "moves.csv"
    path.write_text("member_id;on\n1;2026-01-01\n")
    assert refusals_of(company, path) == [("moves.csv:1", "missing_column")]


def test_rows_of_a_program(company: Graph) -> None:
    rows: list[dict[str, Any]] = [
        {"kind": "suspend", "member_id": "11"},
        {"kind": "suspend", "member_id": "x"},
    ]
    assert refusals_of(company, rows) == [("operations[1]", "unknown_member")]
    first: OperationsReport = perform_table(company, rows, accept_valid=True, key="k")
    assert [each.number for each in first.done] == [2]
    assert perform_table(company, rows, accept_valid=True, key="k").before == first.done


def test_the_command(company: Graph, tmp_path: Path, upline: Upline) -> None:
    path = table(tmp_path, SOUND)
    refused = upline("operations", path)
    assert refused.returncode == 2
    assert (
        "operations.csv:7: member_id: nobody who could go up is below 16 [nothing_changes]" in refused.stderr
    )
    assert "[operations_refused]" in refused.stderr
    done = upline("operations", path, "--accept-valid", "--refusals", tmp_path / "back.csv")
    assert done.returncode == 0, done.stderr
    assert "6 operations done" in done.stdout
    assert "changes 2 to 7" in done.stdout
    again = upline("operations", path, "--accept-valid", "--refusals", tmp_path / "back.csv")
    assert "6 operations had been done before" in again.stdout


def test_every_field_of_an_operation_is_a_column() -> None:
    from dataclasses import fields

    from engine.genealogy.operations.kinds import KINDS

    named = {each.name for kind in KINDS.values() for each in fields(kind)} - {"how"}
    assert named <= set(LAYOUT.columns)
