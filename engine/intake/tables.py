"""Company tables: their columns, and the files of a folder read into columns of text.

Every value arrives as trimmed text or null (empty); engine/intake/columns.py gives it a type.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from engine.intake import files
from engine.intake.refusals import Refusals


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
    Layout("customers", ("customer_id", "member_id"), ("name", "since", "became")),
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
        ("customer_id", "refund_of", "counted_at"),
    ),
    Layout("prospects", ("prospect_id", "member_id"), ("name", "source", "status", "since", "became")),
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
    read: files.FileContents
    count: int
    columns: Mapping[str, pa.Array]
    warnings: tuple[str, ...] = field(default=())

    def __getitem__(self, column: str) -> pa.Array:
        return self.columns[column]

    @property
    def path(self) -> Path:
        """The file."""
        return self.read.path

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that was read for it."""
        return (self.path,)

    def called(self, column: str) -> str:
        """What a message calls a column of ours: the company's own name for it comes first."""
        return column

    def originals(self, rows: Sequence[int]) -> dict[int, tuple[str, list[str]]]:
        """Where each of these rows is, such as ``orders.csv:17``, and its original fields."""
        places = self.read.originals(rows)
        return {row: (f"{self.path.name}:{line}", fields) for row, (line, fields) in places.items()}


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
            table = read_table(paths[0], layout, refusals)
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


def read_table(
    path: Path, layout: Layout, refusals: Refusals, dialect: files.Dialect | None = None
) -> CompanyTable | None:
    """One table, CSV or Parquet; None where the file cannot be read as such, which is refused."""
    try:
        head = files.header(path, dialect or files.Dialect(), refusals)
        if head is None or not _complete(head, layout, refusals):
            return None
        read = files.contents(head, layout.columns, refusals)
    except (OSError, csv.Error, pa.ArrowException) as error:
        reason = (str(error).splitlines() or [""])[0]
        refusals.file(
            "unreadable_file", f"the file cannot be read: {reason}", path.name, "Write the file again."
        )
        return None
    columns = {
        name: read.columns[name] if name in read.columns else pa.nulls(read.count, pa.string())
        for name in layout.columns
    }
    remarks = (*_unknown(head, layout), *read.remarks)
    table = CompanyTable(layout.name, read, read.count, columns, remarks)
    read.refuse_broken(table, refusals)
    return table


def _complete(head: files.FileHeader, layout: Layout, refusals: Refusals) -> bool:
    where = f"{head.path.name}:{head.line}"
    names = [name for name in head.names if name]
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


def _unknown(head: files.FileHeader, layout: Layout) -> tuple[str, ...]:
    unknown = [name for name in head.names if name and name not in layout.columns]
    shown = f"{head.path.name}: column {', '.join(unknown)} is not known and was not read"
    return (shown,) if unknown else ()
