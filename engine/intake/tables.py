"""Company tables as they come: CSV or Parquet files read into columns of text, each row findable again.

Every value arrives as trimmed text or null (empty); engine/columns.py gives it a type. CSV is parsed by
Arrow; only where Arrow gives up is the file walked in Python, to name each broken row.
"""

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from engine.intake.refusals import Refusals
from engine.text import FORMULA

BLOCK = 8 << 20
"""Bytes that Arrow parses at once; no single row may be larger."""
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of table; what is not `required` may be absent."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    needed: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that the engine reads."""
        return self.required + self.optional


LAYOUTS = (
    Layout(
        "members",
        ("member_id", "sponsor_id", "enrolled_on"),
        ("name", "placement_id", "leg", "status", "country", "owner_id"),
        needed=True,
    ),
    Layout("customers", ("customer_id", "member_id"), ("name", "since")),
    Layout(
        "orders",
        (
            "order_id",
            "ordered_at",
            "member_id",
            "kind",
            "qualifying_volume",
            "commissionable_volume",
            "amount",
            "currency",
        ),
        ("customer_id", "refund_of"),
    ),
    Layout(
        "moves",
        ("member_id", "tree", "parent_id", "effective_on"),
        ("leg", "recorded_at", "actor", "reason"),
    ),
    Layout("facts", ("member_id", "name", "value"), ("period",)),
    Layout("overrides", ("member_id", "kind", "first_period"), ("value", "last_period", "actor", "reason")),
    Layout("outside_earnings", ("member_id", "period", "bonus", "amount"), ("currency",)),
    Layout("openings", ("member_id", "plan", "period", "kind", "value"), ("name", "part")),
)
"""The tables of a company, in the order in which they are taken in."""


@dataclass(frozen=True, slots=True)
class CompanyTable:
    """One table: columns of trimmed text (null where empty), all of the layout's columns present."""

    name: str
    path: Path
    count: int
    columns: Mapping[str, pa.Array]
    header: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    def __getitem__(self, column: str) -> pa.Array:
        return self.columns[column]

    def originals(self, rows: Sequence[int]) -> dict[int, tuple[int, list[str]]]:
        """The true line (Parquet: row number from 1) and the original fields of each of these rows."""
        if not rows:
            return {}
        if self.path.suffix == ".parquet":
            names = [name for name in self.header if name in self.columns]
            return {row: (row + 1, [self.columns[name][row].as_py() or "" for name in names]) for row in rows}
        numbers, last = set(rows), max(rows)
        places: dict[int, tuple[int, list[str]]] = {}
        for row, (line, fields) in enumerate(_records(self.path)):
            if row - 1 in numbers:
                places[row - 1] = (line, fields)
            if row > last:
                break
        return places


def read(directory: Path, refusals: Refusals) -> dict[str, CompanyTable]:
    """The tables of a folder by name; files that cannot be read at all are refused as files.

    Looks for the tables of LAYOUTS, each `.csv` or `.parquet`; only members is needed.
    """
    tables: dict[str, CompanyTable] = {}
    for layout in LAYOUTS:
        paths = [
            path for suffix in ("csv", "parquet") if (path := directory / f"{layout.name}.{suffix}").is_file()
        ]
        if len(paths) > 1:
            refusals.file(
                "two_files",
                f"both {paths[0].name} and {paths[1].name} are there",
                paths[1].name,
                "Keep one of the two.",
            )
        elif paths:
            table = _table(paths[0], layout, refusals)
            if table:
                tables[layout.name] = table
        elif layout.needed:
            refusals.file(
                "unreadable_file",
                f"there is no {layout.name}.csv or {layout.name}.parquet in {directory}",
                f"{layout.name}.csv",
                "Name the folder that holds the company's tables.",
            )
    return tables


def _table(path: Path, layout: Layout, refusals: Refusals) -> CompanyTable | None:
    reader = _parquet if path.suffix == ".parquet" else _csv
    try:
        return reader(path, layout, refusals)
    except (OSError, csv.Error, pa.ArrowException) as error:
        reason = (str(error).splitlines() or [""])[0]
        refusals.file(
            "unreadable_file", f"the file cannot be read: {reason}", path.name, "Write the file again."
        )
        return None


def _header(path: Path, names: Sequence[str], layout: Layout, refusals: Refusals, line: int) -> bool:
    where = f"{path.name}:{line}"
    if missing := [name for name in layout.required if name not in names]:
        refusals.file(
            "missing_column",
            f"column {', '.join(missing)} is missing; there are {', '.join(names) or 'none'}",
            where,
            _separated(names) or "Give every required column; they are separated by commas.",
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        refusals.file(
            "duplicate_column", f"column {', '.join(twice)} is there twice", where, "Keep one of them."
        )
    return not missing and not twice


def _separated(names: Sequence[str]) -> str | None:
    """What to do about a header that is one long name, because something else separates its columns."""
    for sign, called in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(names) == 1 and sign in names[0]:
            return f"The columns are separated by {called}: save the file with commas."
    return None


def _unknown(path: Path, names: Sequence[str], layout: Layout) -> tuple[str, ...]:
    unknown = [name for name in names if name not in layout.columns]
    return (f"{path.name}: column {', '.join(unknown)} is not known and was not read",) if unknown else ()


def _finished(
    path: Path, layout: Layout, count: int, texts: Mapping[str, Any], names: Sequence[str]
) -> CompanyTable:
    columns = {
        name: _trimmed(texts[name]) if name in texts else pa.nulls(count, pa.string())
        for name in layout.columns
    }
    return CompanyTable(layout.name, path, count, columns, tuple(names), _unknown(path, names, layout))


def _trimmed(column: Any) -> pa.Array:
    """One chunk of text, trimmed, with null for empty."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):  # nothing at all, or more than one chunk can hold
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], pa.string())
    text = pc.utf8_trim_whitespace(whole)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


# Parquet


def _parquet(path: Path, layout: Layout, refusals: Refusals) -> CompanyTable | None:
    with pa.parquet.ParquetFile(path) as file:
        names = file.schema_arrow.names
        if not _header(path, names, layout, refusals, 1):
            return None
        data = file.read(columns=[name for name in names if name in layout.columns])
    texts = {}
    for name in data.column_names:
        column = _as_text(data[name])
        if column is None:
            refusals.file(
                "wrong_type",
                f"column {name} holds {data[name].type}, which is not exact or not a plain value",
                path.name,
                "Write it as text, decimal, integer, date or timestamp.",
            )
        else:
            texts[name] = column
    return _finished(path, layout, data.num_rows, texts, names)


def _as_text(column: Any) -> Any | None:
    """A Parquet column as text, or None for types without exact text (floats, lists...)."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_null(kind):
        return pc.cast(column, pa.string())
    if pa.types.is_timestamp(kind):
        # Zoned instants are turned to UTC, so that their text ends in Z.
        column = column.cast(pa.timestamp("us", "UTC" if kind.tz else None), safe=False)
        return pc.cast(column, pa.string())
    simple = (
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_date(kind)
        or str(kind) == "string_view"
    )
    if pa.types.is_date64(kind):
        column = column.cast(pa.date32())
    return pc.cast(column, pa.string()) if simple else None


# CSV


def _csv(path: Path, layout: Layout, refusals: Refusals) -> CompanyTable | None:
    if (bad := _wrong_encoding(path)) is not None:
        line, what = bad
        refusals.file("wrong_encoding", what, f"{path.name}:{line}", "Save the file as UTF-8.")
        return None
    line, fields = next(_records(path), (1, []))
    names = [name.strip() for name in fields]
    if not _header(path, names, layout, refusals, line):
        return None
    try:
        data = _arrow(path, names, layout) if line == 1 else None
    except pa.ArrowInvalid:
        data = None
    if data is None:
        return _walked(path, names, layout, refusals)
    columns = {name: _unquoted(data[name]) for name in data.column_names}
    return _finished(path, layout, data.num_rows, columns, names)


def _arrow(path: Path, names: list[str], layout: Layout) -> pa.Table:
    included = [name for name in names if name in layout.columns]
    return pa.csv.read_csv(
        path,
        read_options=pa.csv.ReadOptions(column_names=names, skip_rows=1, block_size=BLOCK),
        parse_options=pa.csv.ParseOptions(newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(included, pa.string()),
            include_columns=included,
            strings_can_be_null=False,
        ),
    )


def _unquoted(column: Any) -> Any:
    """Texts without the apostrophe that an export puts in front of what a spreadsheet would compute."""
    if not pc.any(pc.starts_with(column, "'")).as_py():
        return column
    return pc.replace_substring_regex(column, rf"^'({FORMULA.removeprefix('^')})", r"\1")


def _walked(path: Path, names: list[str], layout: Layout, refusals: Refusals) -> CompanyTable:
    """The slow way, for files in which some row is broken: each is refused by its line."""
    rows: list[list[str]] = []
    broken: list[tuple[int, int]] = []
    records = _records(path)
    next(records)
    for _, fields in records:
        if len(fields) != len(names):
            broken.append((len(rows), len(fields)))
            fields = [""] * len(names)  # noqa: PLW2901
        rows.append(fields)
    texts = {
        name: _unquoted(pa.array([row[place] for row in rows], pa.string()))
        for place, name in enumerate(names)
        if name in layout.columns
    }
    table = _finished(path, layout, len(rows), texts, names)
    for row, count in broken:
        refusals.row(
            table,
            row,
            "wrong_field_count",
            f"the row has {count} fields, the header {len(names)}",
            "Quote fields that hold commas, quotes or line ends.",
        )
    return table


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins, blank lines left out; the header comes first."""
    csv.field_size_limit(BLOCK)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        line = 1
        for fields in reader:
            if fields:
                yield line, fields
            line = reader.line_num + 1


def _wrong_encoding(path: Path) -> tuple[int, str] | None:
    """The first line that is not UTF-8, and what is wrong; None where all is well."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return 1, "the file is UTF-16, not UTF-8"
        file.seek(0)
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            data = path.read_bytes()
        else:
            return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _ends(data[: error.start]) + 1, f"byte {data[error.start]:#04x} is not UTF-8"
    return None


def _ends(data: bytes) -> int:
    """Line ends in a piece of a file: CR LF, CR or LF."""
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
