"""Reading tables: encodings, newlines, true line numbers, typed values; each fault has a name and a place."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet
import pytest

from engine.intake import columns
from engine.intake.refusals import Refusals
from engine.intake.tables import LAYOUTS, CompanyTable, read
from tests.support.small_tables import refusals_of

MEMBERS = "member_id,sponsor_id,enrolled_on\n1,,2026-01-01\n"
ORDERS = (
    "order_id,ordered_at,member_id,kind,qualifying_volume,commissionable_volume,amount,currency,customer_id\n"
)


def orders(folder: Path, *rows: str) -> tuple[CompanyTable, Refusals]:
    """The orders table with some rows, and a members table with one member."""
    (folder / "members.csv").write_text(MEMBERS)
    (folder / "orders.csv").write_text(ORDERS + "".join(f"{row}\n" for row in rows))
    refusals = Refusals()
    return read(folder, refusals)["orders"], refusals


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("broken", [False, True], ids=["by Arrow", "row by row"])
def test_newlines_and_lines(tmp_path: Path, start: str, end: str, broken: bool) -> None:
    lines = [
        "member_id,name,sponsor_id,enrolled_on",  # 1
        'a,"Ann',  # 2: a name on two lines
        'Lee",,2026-01-01',
        "",  # 4: blank lines do not count as rows
        "b,Ünï ,a,2026-02-30",  # 5
        "c,,nobody,2026-01-01",  # 6
        *(["d,too,few"] if broken else []),  # 7
    ]
    (tmp_path / "members.csv").write_bytes((start + end.join(lines) + end).encode())
    expected = [("bad_date", "members.csv:5"), ("unknown_sponsor", "members.csv:6")]
    if broken:
        expected.insert(0, ("wrong_field_count", "members.csv:7"))
    assert sorted(refusals_of(tmp_path)) == sorted(expected)
    table = read(tmp_path, Refusals())["members"]
    assert table["name"].to_pylist()[:3] == [f"Ann{end}Lee", "Ünï", None]


@pytest.mark.parametrize(
    ("content", "name", "line"),
    [
        (b"member_id,sponsor_id,enrolled_on\n1,,2026-01-01\n\xe9,,2026-01-01\n", "wrong_encoding", 3),
        (MEMBERS.encode("utf-16"), "wrong_encoding", 1),
        (b"member_id,enrolled_on\n1,2026-01-01\n", "missing_column", 1),
        (b"", "missing_column", 1),
        (b"member_id,member_id,sponsor_id,enrolled_on\n", "duplicate_column", 1),
    ],
    ids=["latin 1", "utf-16", "column left out", "empty file", "column twice"],
)
def test_a_file_refused_whole(tmp_path: Path, content: bytes, name: str, line: int) -> None:
    (tmp_path / "members.csv").write_bytes(content)
    assert refusals_of(tmp_path) == [(name, f"members.csv:{line}")]


@pytest.mark.parametrize(("sign", "called"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_columns_that_something_else_separates(tmp_path: Path, sign: str, called: str) -> None:
    text = "member_id,sponsor_id,enrolled_on\n1,,2026-01-01\n".replace(",", sign)
    (tmp_path / "members.csv").write_text(text)
    refusals = Refusals()
    read(tmp_path, refusals)
    (refusal,) = refusals.resolve()
    assert (refusal.name, refusal.where) == ("missing_column", "members.csv:1")
    assert refusal.todo == f"The columns are separated by {called}: save the file with commas."


def test_files_missing_and_doubled(tmp_path: Path) -> None:
    assert refusals_of(tmp_path) == [("unreadable_file", "members.csv")]
    (tmp_path / "members.csv").write_text(MEMBERS)
    (tmp_path / "members.parquet").write_bytes(b"not a table")
    assert refusals_of(tmp_path) == [("two_files", "members.parquet")]
    (tmp_path / "members.csv").unlink()
    assert refusals_of(tmp_path) == [("unreadable_file", "members.parquet")]


def test_an_unknown_column_is_only_a_warning(tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_text("member_id,sponsor_id,enrolled_on,shoe\n1,,2026-01-01,44\n")
    refusals = Refusals()
    table = read(tmp_path, refusals)["members"]
    assert not refusals.any
    assert table.warnings == ("members.csv: column shoe is not known and was not read",)


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [
        ("0", 0), ("7", 700), ("+7.5", 750), ("-0.01", -1), ("1.10", 110), ("1.1000000000", 110),
        ("1000000000", 10**11), ("0012", 1200),
        ("1.001", "bad_decimal"), ("1.0000000001", "bad_decimal"),
        ("1e3", "bad_decimal"), ("1,5", "bad_decimal"), ("$1", "bad_decimal"),
        ("NaN", "bad_decimal"), ("1 000", "bad_decimal"), ("0x1", "bad_decimal"), ("--1", "bad_decimal"),
        ("1000000000.01", "number_too_large"), ("9" * 12, "number_too_large"), ("9" * 40, "bad_decimal"),
        ("", "missing_value"),
    ],
)  # fmt: skip
def test_volumes(tmp_path: Path, text: str, hundredths: int | str) -> None:
    table, refusals = orders(
        tmp_path, f'1,2026-11-01,1,sale,"{text}",1,1,USD,', "2,2026-11-01,1,sale,2,2,2,USD,"
    )
    columns.needed(table, "qualifying_volume", refusals)
    values = columns.volumes(table, "qualifying_volume", refusals).to_pylist()
    assert values[1] == 200
    if isinstance(hundredths, int):
        assert (values[0], refusals.any) == (hundredths, False)
    else:
        assert values[0] is None
        assert [(one.name, one.where) for one in refusals.resolve()] == [(hundredths, "orders.csv:2")]


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.34", "USD", 1234), ("12", "JPY", 12), ("12.00", "JPY", 12), ("1.234", "KWD", 1234),
        ("12.5", "JPY", None), ("1.234", "EUR", None), ("1.2345", "KWD", None),
        ("1.234", "USDT", 1234), ("1.2345", "USDT", None),
    ],
)  # fmt: skip
def test_amounts_have_the_decimals_of_their_currency(
    tmp_path: Path, text: str, currency: str, minor: int | None
) -> None:
    table, refusals = orders(
        tmp_path, f"1,2026-11-01,1,sale,1,1,{text},{currency},", "2,2026-11-01,1,sale,1,1,2,USD,"
    )
    own = {"USDT": 3}
    currencies = columns.currencies(table, "currency", own, refusals)
    values = columns.amounts(table, "amount", currencies, own, refusals)
    assert values.to_pylist() == [minor, 200]
    assert refusals.any == (minor is None)


def test_a_currency_that_no_standard_knows_needs_its_digits(tmp_path: Path) -> None:
    table, refusals = orders(tmp_path, "1,2026-11-01,1,sale,1,1,1,USDT,", "2,2026-11-01,1,sale,1,1,2,USD,")
    columns.currencies(table, "currency", {"USDT": 3}, refusals)
    assert not refusals.any
    columns.currencies(table, "currency", {"USDC": 6}, refusals)
    assert [(one.name, one.where) for one in refusals.resolve()] == [("bad_currency", "orders.csv:2")]


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-01T10:00:00Z", datetime(2026, 11, 1, 10)),
        ("2026-11-01 10:00Z", datetime(2026, 11, 1, 10)),
        ("2026-11-01T10:00:00.123456+0230", datetime(2026, 11, 1, 7, 30, 0, 123456)),
        ("2026-11-01T10:00:00-05", datetime(2026, 11, 1, 15)),
        ("2026-11-01T10:00", datetime(2026, 11, 1, 9)),  # winter in Berlin
        ("2026-07-01T10:00", datetime(2026, 7, 1, 8)),  # summer
        ("2026-07-01", datetime(2026, 6, 30, 22)),  # the first instant of the day
        ("2026-10-25T02:30:00", datetime(2026, 10, 25, 0, 30)),  # shown twice by the clock: the first
        ("2026-03-29T02:30:00", datetime(2026, 3, 29, 1, 30)),  # never shown
        ("2026-02-30T10:00:00Z", None),
        ("2026-11-01T25:00:00Z", None),
        ("2026-11-01T10:00:00 Berlin", None),
        ("1.11.2026", None),
        ("0026-11-01T10:00:00", None),
        ("2026-11-01T10", None),
    ],
)
@pytest.mark.parametrize("second", ["2026-11-02T00:00:00Z", "rubbish"])
def test_instants(tmp_path: Path, text: str, utc: datetime | None, second: str) -> None:
    table, refusals = orders(tmp_path, f"1,{text},1,sale,1,1,1,USD,", f"2,{second},1,sale,1,1,1,USD,")
    values = columns.instants(table, "ordered_at", ZoneInfo("Europe/Berlin"), refusals).to_pylist()
    assert values[0] == (utc.replace(tzinfo=UTC) if utc else None)
    places = [one.where for one in refusals.resolve()]
    assert places == ["orders.csv:2"] * (utc is None) + ["orders.csv:3"] * (second == "rubbish")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-02-28", date(2026, 2, 28)), ("2026-02-28T00:00:00", date(2026, 2, 28)),
        ("2026-02-29", None), ("2026-2-1", None), ("28/02/2026", None), ("2026-02-28T11:00:00", None),
        ("1850-01-01", None), ("20260228", None),
    ],
)  # fmt: skip
def test_dates(tmp_path: Path, text: str, day: date | None) -> None:
    (tmp_path / "members.csv").write_text(MEMBERS + f"2,1,{text}\n")
    refusals = Refusals()
    days = columns.dates(read(tmp_path, refusals)["members"], "enrolled_on", refusals)
    assert days.to_pylist() == [date(2026, 1, 1), day]
    assert [one.name for one in refusals.resolve()] == ["bad_date"] * (day is None)


def parquet(folder: Path, **changed: Any) -> Path:
    """An orders.parquet of one row in natural types, some columns changed, with its member."""
    (folder / "members.csv").write_text(MEMBERS)
    row = {
        "order_id": pa.array([77]),
        "ordered_at": pa.array([datetime(2026, 11, 1, 10, tzinfo=UTC)], pa.timestamp("ns", "Asia/Tokyo")),
        "member_id": pa.array(["1"]).dictionary_encode(),
        "kind": pa.array(["sale"], pa.large_string()),
        "qualifying_volume": pa.array([Decimal("12.50")], pa.decimal128(12, 4)),
        "commissionable_volume": pa.array([12], pa.int16()),
        "amount": pa.array(["19.99"]),
        "currency": pa.array(["USD"]),
        "customer_id": pa.array([None], pa.null()),
    }
    pa.parquet.write_table(pa.table({**row, **changed}), folder / "orders.parquet")
    return folder


def test_parquet_types(tmp_path: Path) -> None:
    refusals = Refusals()
    table = read(parquet(tmp_path), refusals)["orders"]
    assert table["order_id"].to_pylist() == ["77"]
    assert table["customer_id"].to_pylist() == [None]
    instants = columns.instants(table, "ordered_at", ZoneInfo("UTC"), refusals).to_pylist()
    assert instants == [datetime(2026, 11, 1, 10, tzinfo=UTC)]
    assert columns.volumes(table, "qualifying_volume", refusals).to_pylist() == [1250]
    assert columns.volumes(table, "commissionable_volume", refusals).to_pylist() == [1200]
    assert not refusals.any


def test_parquet_floats_are_refused(tmp_path: Path) -> None:
    parquet(tmp_path, qualifying_volume=pa.array([0.1]))
    assert refusals_of(tmp_path) == [("wrong_type", "orders.parquet")]


def test_parquet_rows_are_counted_from_one(tmp_path: Path) -> None:
    parquet(tmp_path, member_id=pa.array(["nobody"]))
    assert refusals_of(tmp_path) == [("unknown_member", "orders.parquet:1")]


def test_the_documentation_holds_every_column_and_the_needed_ones_in_bold() -> None:
    docs = Path(__file__).parent.parent.parent / "docs"
    text = (docs / "company-tables.md").read_text(encoding="utf-8")
    own_page = (docs / "prospects.md").read_text(encoding="utf-8")
    text += own_page.replace("\n## As a table\n", "\n## prospects\n")
    documented: dict[str, set[str]] = {}
    for part in text.split("\n## ")[1:]:
        # The first table of a section; what has none is about something else.
        rows = part.partition("\n| ")[2].partition("\n\n")[0].splitlines()[1:]
        cells = [line.split("|")[1].strip() for line in rows if line.startswith("| ") and "---" not in line]
        if cells and cells[0].startswith("**"):
            documented[part.partition("\n")[0]] = {name for cell in cells for name in cell.split(", ")}
    assert documented == {
        layout.name: {f"**{column}**" for column in layout.required} | set(layout.optional)
        for layout in LAYOUTS
    }
