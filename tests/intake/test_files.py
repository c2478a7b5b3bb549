"""Files as spreadsheets write them: what they add is left out, and what no column holds is remarked on."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from engine.genealogy.changes.lane import Company
from engine.intake.load import Load, check
from engine.intake.refusals import ImportRefusedError, Refusals
from engine.intake.tables import read
from engine.progress import silent
from tests.support.small_tables import refusals_of

FIELD = Path(__file__).parent.parent / "cases" / "field" / "09-referral-export-import"
HEAD = "member_id,sponsor_id,enrolled_on,name"
ROWS = ("a,,2026-01-01,Ann", "b,a,2026-01-02,Ben", "c,a,2026-01-03,")


def members(folder: Path, *lines: str) -> tuple[list[tuple[str, str]], list[str], list[str | None]]:
    """Refusals of a members table, its remarks, and the members' ids."""
    (folder / "members.csv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    refusals = Refusals()
    table = read(folder, refusals)["members"]
    return refusals_of(folder), list(table.warnings), table["member_id"].to_pylist()


@pytest.mark.parametrize(
    "lines",
    [
        (f"{HEAD},", *(f"{row}," for row in ROWS)),
        (f"{HEAD},,,", *(f"{row},,," for row in ROWS)),
        (f"{HEAD}, ,\t", *(f'{row},"", ' for row in ROWS)),
        (HEAD, *(f"{row},," for row in ROWS)),
        (HEAD, ROWS[0], f"{ROWS[1]},,,", f"{ROWS[2]}, "),
        (f"{HEAD},,", *ROWS),
        (f"{HEAD},,", f"{ROWS[0]},", ROWS[1], f"{ROWS[2]},,"),
        (HEAD, *ROWS, ",,,", ",,,", "   ", ""),
        (HEAD, ROWS[0], ",,,", ROWS[1], '" ",,,', ROWS[2]),
        (",,", HEAD, *ROWS),
        ("", HEAD, ROWS[0], ",,,,,", *ROWS[1:], ",,,"),
    ],
)
def test_what_spreadsheets_add_is_left_out(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert members(tmp_path, *lines) == ([], [], ["a", "b", "c"])


def test_lines_are_counted_with_the_rows_that_hold_nothing(tmp_path: Path) -> None:
    lines = (HEAD, ROWS[0], ",,,", "b,nobody,2026-01-02,", "", ",,,", "c,a,2026-02-30,")
    expected = [("bad_date", "members.csv:7"), ("unknown_sponsor", "members.csv:4")]
    for last in ([], ["d,a"]):
        refusals, _, _ = members(tmp_path, *lines, *last)
        assert sorted(refusals) == [*expected, *[("wrong_field_count", "members.csv:8")] * len(last)]


def test_a_row_that_only_an_unknown_column_fills_is_no_empty_row(tmp_path: Path) -> None:
    refusals, _, ids = members(tmp_path, f"{HEAD},shoe", f"{ROWS[0]},44", ",,,,45", ",,,,")
    assert ids == ["a", None]
    assert {place for _, place in refusals} == {"members.csv:3"}


def test_values_in_columns_without_a_name_are_remarked_on_by_position(tmp_path: Path) -> None:
    lines = (f",{HEAD},", *(f"{place},{row}," for place, row in enumerate(ROWS)))
    expected = "members.csv: column 1 has no name and was not read; 3 rows have a value in it"
    assert members(tmp_path, *lines) == ([], [expected], ["a", "b", "c"])
    one = (f"{HEAD},,", f"{ROWS[0]},,", f"{ROWS[1]},,left over", ROWS[2])
    expected = "members.csv: column 6 has no name and was not read; 1 row has a value in it"
    assert members(tmp_path, *one) == ([], [expected], ["a", "b", "c"])


@pytest.mark.parametrize("row", ["b,a,2026-01-02,Ben,x", "b,a,2026-01-02,Ben,,x", "b,a,2026-01-02", "b,a"])
def test_a_row_with_another_number_of_values_is_still_refused(tmp_path: Path, row: str) -> None:
    refusals, _, _ = members(tmp_path, HEAD, ROWS[0], row, ROWS[2])
    assert refusals == [("wrong_field_count", "members.csv:3")]


def test_nameless_columns_of_parquet_do_no_harm(tmp_path: Path) -> None:
    arrays = [pa.array(["a"]), pa.array([None], pa.string()), pa.array(["2026-01-01"]), pa.array([1.5])]
    table = pa.table(arrays, names=["member_id", "sponsor_id", "enrolled_on", ""])
    pa.parquet.write_table(table, tmp_path / "members.parquet")
    assert refusals_of(tmp_path) == []


@pytest.mark.parametrize("folder", ["company", "company-no-blank", "company-one-blank"])
def test_a_referral_export_is_told_by_line_whatever_its_empty_columns(folder: str) -> None:
    with pytest.raises(ImportRefusedError) as caught:
        raise ImportRefusedError(loaded(folder).refusals.resolve(), FIELD)
    direct = [(one.name, one.where) for one in caught.value.refusals if not one.name.startswith("refused_")]
    assert sorted(direct) == [
        ("duplicate_id", "members.csv:8"), ("self_reference", "members.csv:5"),
        ("unknown_sponsor", "members.csv:6"),
    ]  # fmt: skip
    assert ("refused_sponsor", "members.csv:7") in [(one.name, one.where) for one in caught.value.refusals]
    assert any("differ from another one only in capitals" in each for each in loaded(folder).warnings)


@pytest.mark.parametrize("folder", ["company-odd", "company-ragged"])
def test_odd_rows_of_a_spreadsheet_are_read(folder: str) -> None:
    read = loaded(folder)
    assert not read.refusals.any
    assert read.members.columns["name"].to_pylist()[:2] == ['髙橋, "花" 👩‍🌾', "O'Neil\n(two lines)"]


def test_a_raw_export_says_which_columns_there_are() -> None:
    with pytest.raises(ImportRefusedError) as caught:
        loaded("raw")
    (refusal,) = caught.value.refusals
    missing, there = refusal.what.split("; ")
    assert missing == "column member_id, sponsor_id, enrolled_on is missing"
    assert there == "there are No, USER BEP20 ADDRESS, REFERAL ADDRESS"


def loaded(folder: str) -> Load:
    return check(None, FIELD / folder, Company(), None, {}, silent)
