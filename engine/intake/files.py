"""Files of tables, CSV or Parquet: columns of text by the names of their header, each row findable again.

CSV is parsed by Arrow; only where Arrow gives up is the file walked in Python, to name each broken row. What
spreadsheets add is left out: empty columns and fields at the end, and rows with nothing in them.
"""

import codecs
import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from engine.intake.refusals import Refusals, Source
from engine.text import FORMULA

BLOCK = 8 << 20
"""Bytes that Arrow parses at once; no single row may be larger."""
NAMELESS = "\0"
"""What Arrow calls columns without a name, followed by their position."""
Place = tuple[int, list[str]]
"""The line of a row (Parquet: its number from 1), and its fields as they are written."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file is written; `skip` lines come before the header."""

    delimiter: str = ","
    encoding: str = "utf-8"
    skip: int = 0

    @property
    def decoded(self) -> str:
        """The encoding, with a byte order mark left out where there may be one."""
        return "utf-8-sig" if self.encoding == "utf-8" else self.encoding


@dataclass(frozen=True, slots=True)
class FileHeader:
    """The names of a file's columns, "" for those without one, and the line that they are on."""

    path: Path
    names: tuple[str, ...]
    line: int
    dialect: Dialect


@dataclass(frozen=True, slots=True)
class FileContents:
    """Some columns of a file, as trimmed text with null for empty.

    `broken` are rows whose number of fields is not that of the header, with that number; they are empty.
    """

    header: FileHeader
    count: int
    columns: Mapping[str, pa.Array]
    broken: tuple[tuple[int, int], ...] = ()
    remarks: tuple[str, ...] = field(default=())

    @property
    def path(self) -> Path:
        """The file."""
        return self.header.path

    def refuse_broken(
        self, source: Source, refusals: Refusals, rows: Mapping[int, int] | None = None
    ) -> None:
        """Refuse the broken rows in a table; `rows` gives its row for each row of the file if they differ."""
        for row, count in self.broken:
            if rows is not None and row not in rows:
                continue
            what = f"the row has {count} fields, the header {len(self.header.names)}"
            todo = "Quote fields that hold commas, quotes or line ends."
            refusals.row(source, row if rows is None else rows[row], "wrong_field_count", what, todo)

    def originals(self, rows: Collection[int]) -> dict[int, Place]:
        """The true line and the original fields of each of these rows."""
        if not rows:
            return {}
        if self.path.suffix == ".parquet":
            names = [name for name in self.header.names if name in self.columns]
            return {row: (row + 1, [self.columns[name][row].as_py() or "" for name in names]) for row in rows}
        numbers, last = set(rows), max(rows)
        places: dict[int, Place] = {}
        for row, place in enumerate(records(self.path, self.header.dialect)):
            if row - 1 in numbers:
                places[row - 1] = place
            if row > last:
                break
        return places


def header(path: Path, dialect: Dialect, refusals: Refusals) -> FileHeader | None:
    """The header of a file, or None where its encoding is wrong, which is refused."""
    if path.suffix == ".parquet":
        with pa.parquet.ParquetFile(path) as file:
            return FileHeader(path, tuple(file.schema_arrow.names), 1, dialect)
    if (bad := _wrong_encoding(path, dialect.encoding)) is not None:
        line, what = bad
        todo = "Save the file as UTF-8." if dialect.encoding == "utf-8" else "Name another encoding."
        refusals.file("wrong_encoding", what, f"{path.name}:{line}", todo)
        return None
    line, fields = next(records(path, dialect), (1 + dialect.skip, []))
    return FileHeader(path, tuple(name.strip() for name in fields), line, dialect)


def contents(head: FileHeader, needed: Collection[str], refusals: Refusals) -> FileContents:
    """Some of a file's columns; what Parquet holds as another type than text becomes text."""
    if head.path.suffix == ".parquet":
        return _parquet(head, needed, refusals)
    try:
        one_line = not any(end in name for name in head.names for end in "\r\n")
        data = _arrow(head, needed) if head.line == head.dialect.skip + 1 and one_line else None
    except pa.ArrowInvalid:
        data = None
    if data is None:
        return _walked(head, needed)
    columns = {name: trimmed(_unquoted(data[name])) for name in data.column_names}
    return _without_blanks(_finished(head, data.num_rows, columns, ()))


def records(path: Path, dialect: Dialect) -> Iterator[Place]:
    """Each record with the line on which it begins, those with nothing in them left out; the header first."""
    return (
        (line, fields) for line, fields in _lines(path, dialect) if any(field.strip() for field in fields)
    )


def _lines(path: Path, dialect: Dialect) -> Iterator[Place]:
    """Each record of a CSV file that is more than a line end, with the line on which it begins."""
    csv.field_size_limit(BLOCK)
    with path.open(encoding=dialect.decoded, newline="") as file:
        for _ in range(dialect.skip):
            file.readline()
        reader = csv.reader(file, delimiter=dialect.delimiter)
        line = dialect.skip + 1
        for fields in reader:
            if fields:
                yield line, fields
            line = dialect.skip + reader.line_num + 1


def _finished(
    head: FileHeader, count: int, columns: dict[str, pa.Array], broken: Sequence[tuple[int, int]]
) -> FileContents:
    """Leave out columns without a name, with a remark on those that hold something."""
    remarks = []
    for name in [name for name in columns if name.startswith(NAMELESS)]:
        column = columns.pop(name)
        if filled := count - column.null_count:
            rows = "1 row has" if filled == 1 else f"{filled:,} rows have"
            remarks.append(
                f"{head.path.name}: column {int(name[1:]) + 1} has no name and was not read; "
                f"{rows} a value in it"
            )
    return FileContents(head, count, columns, tuple(broken), tuple(remarks))


def _without_blanks(read: FileContents) -> FileContents:
    """Leave out the rows that hold nothing at all, which spreadsheets write below a table."""
    if not read.columns or any(column.null_count == 0 for column in read.columns.values()):
        return read
    nothing = None
    for column in read.columns.values():
        nothing = pc.is_null(column) if nothing is None else pc.and_(nothing, pc.is_null(column))
    if not pc.any(nothing).as_py():
        return read
    head = read.header
    lines = _lines(head.path, head.dialect)
    next(lines)
    keep = pa.array([any(field.strip() for field in fields) for _, fields in lines], pa.bool_())
    columns = {name: column.filter(keep) for name, column in read.columns.items()}
    return FileContents(head, pc.sum(keep).as_py() or 0, columns, (), read.remarks)


def trimmed(column: Any) -> pa.Array:
    """One chunk of text, trimmed, with null for empty."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):  # nothing at all, or more than one chunk can hold
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], pa.string())
    text = pc.utf8_trim_whitespace(whole)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


# Parquet


def _parquet(head: FileHeader, needed: Collection[str], refusals: Refusals) -> FileContents:
    with pa.parquet.ParquetFile(head.path) as file:
        data = file.read(columns=[name for name in head.names if name and name in needed])
    columns = {}
    for name in data.column_names:
        column = _as_text(data[name])
        if column is None:
            refusals.file(
                "wrong_type",
                f"column {name} holds {data[name].type}, which is not exact or not a plain value",
                head.path.name,
                "Write it as text, decimal, integer, date or timestamp.",
            )
        else:
            columns[name] = trimmed(column)
    return FileContents(head, data.num_rows, columns)


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


def _labels(head: FileHeader) -> list[str]:
    """The names of the columns, with one for each that has none."""
    return [name or f"{NAMELESS}{place}" for place, name in enumerate(head.names)]


def _arrow(head: FileHeader, needed: Collection[str]) -> pa.Table:
    names = _labels(head)
    included = [name for name in names if name in needed or name.startswith(NAMELESS)]
    return pa.csv.read_csv(
        head.path,
        read_options=pa.csv.ReadOptions(
            column_names=names, skip_rows=head.line, block_size=BLOCK, encoding=head.dialect.encoding
        ),
        parse_options=pa.csv.ParseOptions(delimiter=head.dialect.delimiter, newlines_in_values=True),
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


def _walked(head: FileHeader, needed: Collection[str]) -> FileContents:
    """The slow way, for files in which some row has more fields than the header, or fewer."""
    names = _labels(head)
    rows: list[list[str]] = []
    broken: list[tuple[int, int]] = []
    lines = records(head.path, head.dialect)
    next(lines, None)
    for _, fields in lines:
        row = _fitted(fields, head.names)
        if row is None:
            broken.append((len(rows), len(fields)))
            row = [""] * len(names)
        rows.append(row)
    columns = {
        name: trimmed(_unquoted(pa.array([row[place] for row in rows], pa.string())))
        for place, name in enumerate(names)
        if name in needed or name.startswith(NAMELESS)
    }
    return _finished(head, len(rows), columns, broken)


def _fitted(fields: list[str], names: Sequence[str]) -> list[str] | None:
    """A row's fields, one for each name: empty ones too many are cut off, ones without a name may lack."""
    more = fields[len(names) :]
    if any(field.strip() for field in more) or any(names[len(fields) :]):
        return None
    return fields[: len(names)] + [""] * (len(names) - len(fields))


def _wrong_encoding(path: Path, encoding: str) -> tuple[int, str] | None:
    """The first line that is not in an encoding, and what is wrong; None where all is well."""
    shown = encoding.upper()
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        if encoding == "utf-8" and file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return 1, "the file is UTF-16, not UTF-8"
        file.seek(0)
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeError:
            data = path.read_bytes()
        else:
            return None
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return _ends(data[: error.start]) + 1, f"byte {data[error.start]:#04x} is not {shown}"
    except UnicodeError as error:
        return 1, f"the file is not {shown}: {error}"
    return None


def _ends(data: bytes) -> int:
    """Line ends in a piece of a file: CR LF, CR or LF."""
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
