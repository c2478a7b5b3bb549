"""Hostile values in every column of every table: refused by name with their line, or taken in as they are."""

import csv
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings

from engine import ranges
from engine.genealogy.changes.lane import Company
from engine.graph.database import Graph
from engine.intake import columns, texts
from engine.intake.importing import import_company
from engine.intake.load import Load, check
from engine.intake.refusals import ImportRefusedError
from engine.intake.tables import LAYOUTS
from engine.progress import silent
from tests.support import hostile

SOUND: dict[str, list[dict[str, str]]] = {
    "members": [
        {"member_id": "A", "enrolled_on": "2026-01-01"},
        {"member_id": "B", "sponsor_id": "A", "placement_id": "A", "leg": "1", "enrolled_on": "2026-01-02"},
        {"member_id": "C", "sponsor_id": "A", "placement_id": "B", "leg": "1", "enrolled_on": "2026-01-03"},
    ],
    "customers": [{"customer_id": "K", "member_id": "B", "since": "2026-02-01"}],
    "orders": [
        {
            "order_id": "0", "ordered_at": "2026-11-04", "member_id": "B", "kind": "sale", "currency": "USD",
            "qualifying_volume": "1", "commissionable_volume": "1", "amount": "1",
        },
        {
            "order_id": "2", "ordered_at": "2026-11-06", "member_id": "B", "kind": "refund",
            "currency": "USD", "qualifying_volume": "-1", "commissionable_volume": "-1", "amount": "-1",
            "refund_of": "0",
        },
        {
            "order_id": "1", "ordered_at": "2026-11-05", "member_id": "B", "kind": "sale", "currency": "USD",
            "qualifying_volume": "100", "commissionable_volume": "80.50", "amount": "120.99",
        },
    ],
    "moves": [
        {"member_id": "C", "tree": "sponsor", "parent_id": "B", "effective_on": "2026-03-01"},
    ],
    "facts": [{"member_id": "B", "name": "training", "value": "1", "period": "2026-11"}],
    "overrides": [{"member_id": "B", "kind": "rank", "first_period": "2026-11", "value": "Gold"}],
    "openings": [
        {
            "member_id": "B", "plan": "P", "period": "2026-10", "kind": "leg", "name": "Two", "part": "left",
            "value": "1",
        },
    ],
    "prospects": [
        {"prospect_id": "p", "member_id": "B", "status": "member", "since": "2026-02-01", "became": "B"},
    ],
    "outside_earnings": [
        {"member_id": "B", "period": "2026-11", "bonus": "Else", "amount": "1", "currency": "USD"},
    ],
}  # fmt: skip
"""A small company with a row in every table; what a row does not name is empty."""
COLUMNS = [(layout.name, column) for layout in LAYOUTS for column in layout.columns]
SECONDS = 1.0


def write(folder: Path, table: str = "", column: str = "", value: str = "") -> None:
    """The sound company, or its members and one other table with another value in its last row."""
    for layout in LAYOUTS:
        if table and layout.name not in ("members", table):
            (folder / f"{layout.name}.csv").unlink(missing_ok=True)
            continue
        with (folder / f"{layout.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, layout.columns, restval="", lineterminator="\n")
            writer.writeheader()
            rows = SOUND[layout.name]
            if layout.name == table:
                rows = [*rows[:-1], {**rows[-1], column: value}]
            writer.writerows(rows)


def outcome(folder: Path) -> Load | ImportRefusedError:
    """What checking comes to, within a second; any other exception is a failure of the test."""
    began = time.process_time()
    result: Load | ImportRefusedError
    try:
        result = check(None, folder, Company(), None, {}, silent)
        if result.refusals.any:
            result = ImportRefusedError(result.refusals.resolve(), folder)
    except ImportRefusedError as error:
        result = error
    assert time.process_time() - began < SECONDS
    return result


def test_the_sound_company_is_taken_in_and_every_table_has_a_row(tmp_path: Path) -> None:
    write(tmp_path)
    assert isinstance(outcome(tmp_path), Load)
    assert set(SOUND) == {layout.name for layout in LAYOUTS}


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[f"{table} {column}" for table, column in COLUMNS])
@settings(max_examples=15)
@given(value=hostile.anything)
def test_a_hostile_value_in_any_column_is_refused_with_its_line_or_fits(
    table: str, column: str, value: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("company")
    write(folder, table, column, value)
    result = outcome(folder)
    if isinstance(result, ImportRefusedError):
        lines = {refusal.where for refusal in result.refusals}
        assert all(re.fullmatch(r"\w+\.csv:\d+", where) for where in lines)
        # A line end that is not in quotes begins a line of its own.
        assert any(where >= f"{table}.csv:{len(SOUND[table]) + 1}" for where in lines)
        assert len(str(result)) < 20_000
    else:
        assert len(value.strip()) <= ranges.TEXT_LENGTH.most
        assert texts.MARK not in value


def test_what_is_let_through_is_stored_by_the_server(graph: Graph, tmp_path: Path) -> None:
    """In every column the shortest and the longest of the hostile values that it does not refuse."""
    stored = set()
    for table, column in COLUMNS:
        taken: list[str] = []
        for value in (*hostile.NUMBERS[::3], *hostile.TEXTS[::2], *hostile.PERIODS[::3]):
            write(tmp_path, table, column, value)
            if value.strip() and isinstance(outcome(tmp_path), Load):
                taken.append(value)
        for value in {min(taken, key=len), max(taken, key=len)} if taken else ():
            write(tmp_path, table, column, value)
            graph.batched("schema/wipe")
            assert import_company(graph, tmp_path).refusals == ()
            stored.add((table, column))
    assert stored >= {("members", "name"), ("orders", "amount"), ("facts", "value"), ("facts", "period")}


def test_years_of_dates_and_instants_are_those_of_the_range() -> None:
    """The patterns write the years out, because they are matched by whole columns."""
    for pattern, text in ((columns.DATE, "{}-06-01"), (columns.INSTANT, "{}-06-01T10:00")):
        fitting = [year for year in range(10_000) if re.match(pattern, text.format(f"{year:04}"))]
        assert (fitting[0], fitting[-1]) == (ranges.YEAR.least, ranges.YEAR.most)
        assert len(fitting) == ranges.YEAR.most - ranges.YEAR.least + 1


def test_a_byte_order_mark_within_a_table_is_refused_with_its_line(tmp_path: Path) -> None:
    """Where files that begin with one were put together, also with the header of the second."""
    part = "\ufeffmember_id,sponsor_id,enrolled_on\n{},,2026-01-01\n"
    (tmp_path / "members.csv").write_text(part.format("A") + part.format("B"), encoding="utf-8")
    result = outcome(tmp_path)
    assert isinstance(result, ImportRefusedError)
    assert ("byte_order_mark", "members.csv:3") in {(each.name, each.where) for each in result.refusals}


def members_of(folder: Path, *ids: str) -> Path:
    text = "member_id,sponsor_id,enrolled_on\n" + "".join(f"{each},,2026-01-01\n" for each in ids)
    (folder / "members.csv").write_text(text, encoding="utf-8")
    return folder


def test_identifiers_that_look_alike_are_remarked_on_and_imported(graph: Graph, tmp_path: Path) -> None:
    twins = ("Ann", "ann", "Zo\u00e9", "Zoe\u0301", "b\u200bc", "bc")
    report = import_company(graph, members_of(tmp_path, *twins, "x"))
    assert report.members.added == 7
    assert report.warnings == (
        "members.csv: 1 member_id have signs that nobody sees: 'b\\u200bc'",
        "members.csv: 1 member_id differ from another one only in capitals: 'Ann' and 'ann'",
        "members.csv: 1 member_id differ from another one only in how accents are written (NFC or NFD): "
        "'Zo\\xe9' and 'Zoe\\u0301'",
        "members.csv: 1 member_id differ from another one only in signs that nobody sees: "
        "'b\\u200bc' and 'bc'",
    )
    later = import_company(graph, members_of(tmp_path, "ANN", "zo\u00e9", "y"))
    assert later.members.added == 3
    assert sorted(sentence.partition("'")[0] for sentence in later.warnings) == [
        "members.csv: 1 member_id differ from another one only in how accents are written (NFC or NFD): ",
        "members.csv: 3 member_id differ from another one only in capitals: ",
    ]


def test_new_customers_and_orders_are_compared_with_stored_ones(graph: Graph, tmp_path: Path) -> None:
    def tables(customer: str, order: str) -> Path:
        members_of(tmp_path, "m")
        (tmp_path / "customers.csv").write_text(
            f"customer_id,member_id,since\n{customer},m,2026-01-01\n", encoding="utf-8"
        )
        (tmp_path / "orders.csv").write_text(
            "order_id,ordered_at,member_id,kind,qualifying_volume,commissionable_volume,amount,currency\n"
            f"{order},2026-11-02T10:00:00Z,m,sale,1,1,1,USD\n",
            encoding="utf-8",
        )
        return tmp_path

    assert import_company(graph, tables("C1", "Zo\u00e9-1")).warnings == ()
    assert import_company(graph, tables("C1", "Zo\u00e9-1")).warnings == ()
    later = import_company(graph, tables("c1", "Zoe\u0301-1"))
    assert later.warnings == (
        "customers.csv: 1 customer_id differ from another one only in capitals: 'C1' and 'c1'",
        "orders.csv: 1 order_id differ from another one only in how accents are written (NFC or NFD): "
        "'Zo\\xe9-1' and 'Zoe\\u0301-1'",
    )
    assert import_company(graph, tables("2", "o2")).warnings == ()
    assert import_company(graph, tables("2", "o\u200b2")).warnings == (
        "orders.csv: 1 order_id have signs that nobody sees: 'o\\u200b2'",
        "orders.csv: 1 order_id differ from another one only in signs that nobody sees: 'o2' and 'o\\u200b2'",
    )
