"""Writes tables in blocks, as CSV or Parquet, so that memory does not grow with the company."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from engine.drafts import naming
from engine.parquet import ParquetFile

# Kinds of column: text, date (ISO day), instant (ISO 8601 with Z), decimal (two digits).
MEMBERS = (
    ("member_id", "text"),
    ("name", "text"),
    ("sponsor_id", "text"),
    ("placement_id", "text"),
    ("leg", "text"),
    ("enrolled_on", "date"),
    ("status", "text"),
    ("country", "text"),
    ("owner_id", "text"),
)
CUSTOMERS = (("customer_id", "text"), ("name", "text"), ("member_id", "text"), ("since", "date"))
ORDERS = (
    ("order_id", "text"),
    ("ordered_at", "instant"),
    ("member_id", "text"),
    ("customer_id", "text"),
    ("kind", "text"),
    ("qualifying_volume", "decimal"),
    ("commissionable_volume", "decimal"),
    ("amount", "decimal"),
    ("currency", "text"),
    ("refund_of", "text"),
)
MOVES = (
    ("member_id", "text"),
    ("tree", "text"),
    ("parent_id", "text"),
    ("leg", "text"),
    ("effective_on", "date"),
    ("recorded_at", "instant"),
    ("actor", "text"),
    ("reason", "text"),
)
TABLES = {"members": MEMBERS, "customers": CUSTOMERS, "orders": ORDERS, "moves": MOVES}

# Rows of a block: enough for good Parquet row groups, about 5 MB of text.
BLOCK_ROWS = 65_536


class TableWriter:
    """Writes one table. Rows come in as CSV lines (without quotes: no field contains a comma).

    Parquet is made from the same lines, so that both formats always have the same values. The file has a
    temporary name until `keep` is called: an incomplete table is never taken for a company's.
    """

    def __init__(self, directory: Path, name: str, format: str, report: Callable[[int], None]) -> None:
        self.path = directory / f"{name}.{format}"
        self.rows = 0
        self._part = directory / f".{name}.{format}.part"
        self._columns = TABLES[name]
        self._lines: list[str] = []
        self._report = report
        self._sink: _CsvSink | _ParquetSink
        self._sink = (_ParquetSink if format == "parquet" else _CsvSink)(self._part, self._columns)

    def add(self, line: str) -> None:
        """Add one row: its fields joined by commas, with a newline."""
        self._lines.append(line)
        if len(self._lines) >= BLOCK_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write the rows added so far, and report their number."""
        self.rows += len(self._lines)
        if self._lines:
            self._sink.write("".join(self._lines))
        self._lines.clear()
        self._report(self.rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sink.close()
        if kind is not None:
            self._part.unlink(missing_ok=True)

    def keep(self) -> None:
        """Give the finished file its name; all rows must have been flushed."""
        assert not self._lines, "rows were never written"
        self._part.replace(self.path)


class _CsvSink:
    def __init__(self, path: Path, columns: tuple[tuple[str, str], ...]) -> None:
        self._path = path
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="\n")
        self._file.write(",".join(name for name, _ in columns) + "\n")

    def write(self, text: str) -> None:
        with naming(self._path):
            self._file.write(text)

    def close(self) -> None:
        with naming(self._path):
            self._file.close()


class _ParquetSink:
    def __init__(self, path: Path, columns: tuple[tuple[str, str], ...]) -> None:
        # Imported here because a company in CSV, the usual case, should not wait for it.
        pa, pacsv = (import_module(name) for name in ("pyarrow", "pyarrow.csv"))
        types: dict[str, Any] = {
            "text": pa.string(),
            "date": pa.date32(),
            "instant": pa.timestamp("us", tz="UTC"),
            "decimal": pa.decimal128(18, 2),
        }
        schema = pa.schema([(name, types[kind]) for name, kind in columns])
        self._pa, self._csv = pa, pacsv
        self._convert = pacsv.ConvertOptions(
            column_types=schema, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        )
        self._names = schema.names
        self._writer = ParquetFile(path, schema)

    def write(self, text: str) -> None:
        data = text.encode()
        options = self._csv.ReadOptions(
            column_names=self._names, use_threads=False, block_size=max(len(data), 1)
        )
        parse = self._csv.ParseOptions(quote_char=False)
        source = self._pa.BufferReader(data)
        self._writer.write(self._csv.read_csv(source, options, parse, self._convert))

    def close(self) -> None:
        self._writer.close()
