"""Rows that a program hands over, as the tables that files give: every check after it is the ordinary one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from engine.errors import UplineError, did_you_mean, excerpt
from engine.intake.files import Dialect, FileContents, FileHeader, trimmed
from engine.intake.refusals import Refusals
from engine.intake.tables import LAYOUTS, CompanyTable, Layout

TablesOfRows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by their table, each a mapping of column to value: text, whole number, Decimal, date or None."""


class UnknownTableError(UplineError):
    """There is no company table of that name."""


class UnknownColumnError(UplineError):
    """The table has no column of that name."""


@dataclass(frozen=True, slots=True)
class RowTable(CompanyTable):
    """A table of rows that never were in a file. A place in it is like ``orders[16]``, counted from 0."""

    column_called: Callable[[str], str] = str

    @property
    def files(self) -> tuple[Path, ...]:
        """No files."""
        return ()

    def called(self, column: str) -> str:
        """The name by which the program knows a column."""
        return self.column_called(column)

    def originals(self, rows: Sequence[int]) -> dict[int, tuple[str, list[str]]]:
        """Where each of these rows is, such as ``orders[16]``, and its fields."""
        columns = list(self.columns.values())
        return {
            row: (f"{self.name}[{row}]", [column[row].as_py() or "" for column in columns]) for row in rows
        }


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one import; `column_called` is how messages name a column."""

    tables: TablesOfRows
    column_called: Callable[[str], str] = str

    def read(self, refusals: Refusals) -> dict[str, CompanyTable]:
        """The tables by name, members always. Raises UnknownTableError and UnknownColumnError."""
        names = [layout.name for layout in LAYOUTS]
        if unknown := [name for name in self.tables if name not in names]:
            todo = did_you_mean(unknown[0], names) or f"There are {', '.join(names)}."
            raise UnknownTableError(f"there is no table {excerpt(unknown[0])}", todo=todo)
        return {
            layout.name: self.table(layout, self.tables.get(layout.name, ()), refusals)
            for layout in LAYOUTS
            if layout.needed or layout.name in self.tables
        }

    def table(self, layout: Layout, rows: Sequence[Mapping[str, Any]], refusals: Refusals) -> RowTable:
        """One table of rows. Raises UnknownColumnError."""
        for place, row in enumerate(rows):
            if unknown := [name for name in row if name not in layout.columns]:
                raise UnknownColumnError(
                    f"there is no column {excerpt(unknown[0])}",
                    f"{layout.name}[{place}]",
                    did_you_mean(unknown[0], layout.columns) or f"There are {', '.join(layout.columns)}.",
                )
        inexact: list[tuple[int, str]] = []
        columns = {}
        for name in layout.columns:
            texts = [_text(row.get(name)) for row in rows]
            inexact += [(place, name) for place, text in enumerate(texts) if text is _INEXACT]
            columns[name] = trimmed(
                pa.array([None if text is _INEXACT else text for text in texts], pa.string())
            )
        head = FileHeader(Path(layout.name), layout.columns, 0, Dialect())
        read = FileContents(head, len(rows), columns)
        table = RowTable(layout.name, read, len(rows), columns, column_called=self.column_called)
        for place, name in inexact:
            what = f"{table.called(name)} is not exact or not a plain value"
            refusals.row(
                table, place, "wrong_type", what, "Give a text, a whole number, a Decimal or a date."
            )
        refusals.settle(table, {place for place, _ in inexact})
        return table


_INEXACT = object()


def _text(value: Any) -> Any:
    """A value as the text that a table would have; _INEXACT where there is no exact one."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        whole = value.utcoffset() is None or value.utcoffset() % timedelta(minutes=1) == timedelta(0)  # type: ignore[operator]
        return value.isoformat() if whole else _INEXACT
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _INEXACT
