"""Tables as files, CSV or Parquet, row by row."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.drafts import naming
from engine.parquet import ParquetFile
from engine.text import csv_writer, quoted

FORMATS = ("csv", "parquet")
_INTEGERS = {
    "depth", "orders", "level", "tree_level", "lines", "place", "payees", "levels_skipped", "base_run",
    "batch", "run", "entries", "payees_before", "payees_after", "members_before", "members_after",
    "members_changed", "risen", "fallen", "winners", "losers",
}  # fmt: skip
_FLAGS = {"active", "passes", "eligible", "keeps", "active_before", "active_after"}
"""Columns that Parquet has as whole numbers and as flags; all others are text."""

Row = tuple[Any, ...]


class Sink(ABC):
    """A table that is being written."""

    @abstractmethod
    def write(self, rows: Iterable[Row]) -> None:
        """Append rows."""

    @abstractmethod
    def close(self) -> None:
        """Write out what waits, and close the file."""


def sink(path: Path, columns: tuple[str, ...], format: str, *, exact_text: bool) -> Sink:
    """A new table in one of FORMATS.

    In CSV a text that a spreadsheet would compute has an apostrophe in front, unless `exact_text`.
    """
    return _Csv(path, columns, exact_text) if format == "csv" else _Parquet(path, columns)


class _Csv(Sink):
    """A CSV table: UTF-8, with a header; null is an empty field."""

    def __init__(self, path: Path, columns: tuple[str, ...], exact_text: bool) -> None:
        self._text: Callable[[str], str] = str if exact_text else quoted
        self._path = path
        self._file = path.open("w", encoding="utf-8", newline="")
        self._rows = csv_writer(self._file)
        self._rows.writerow(columns)

    def write(self, rows: Iterable[Row]) -> None:
        fields = ([self._field(value) for value in row] for row in rows)
        try:
            with naming(self._path):
                self._rows.writerows(fields)
        except OSError:
            with suppress(OSError):  # what is left over cannot be written either
                self._file.close()
            raise

    def _field(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        return "true" if value is True else "false" if value is False else value

    def close(self) -> None:
        with naming(self._path):
            self._file.close()


class _Parquet(Sink):
    """A Parquet table: integers and flags typed, decimals as exact text."""

    BATCH = 100_000

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        import pyarrow as pa

        types = {**dict.fromkeys(_INTEGERS, pa.int64()), **dict.fromkeys(_FLAGS, pa.bool_())}
        self._table, self._array = pa.Table, pa.array
        self._schema = pa.schema([(name, types.get(name, pa.string())) for name in columns])
        self._writer = ParquetFile(path, self._schema, compression="zstd")

    def write(self, rows: Iterable[Row]) -> None:
        batch: list[Row] = []
        for row in rows:
            batch.append(row)
            if len(batch) == self.BATCH:
                self._flush(batch)
                batch = []
        if batch:
            self._flush(batch)

    def _flush(self, batch: list[Row]) -> None:
        columns = zip(*batch, strict=True)
        arrays = [self._array(column, kind.type) for column, kind in zip(columns, self._schema, strict=True)]
        self._writer.write(self._table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        self._writer.close()
