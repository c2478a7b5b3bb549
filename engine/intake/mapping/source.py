"""The files of a folder, fed into tables by a mapping: every check after it is the ordinary one."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from engine.intake.files import FileContents
from engine.intake.mapping.filler import Fault, Filler
from engine.intake.mapping.folder import Folder, Part, contents_of, meets
from engine.intake.mapping.mapping import CompanyMapping, Feed, labelled
from engine.intake.refusals import Refusals
from engine.intake.tables import LAYOUTS, CompanyTable

IDS = {"members": "member_id", "customers": "customer_id", "orders": "order_id"}
"""The column that names a row, by table."""


@dataclass(frozen=True, slots=True)
class MappedTable(CompanyTable):
    """A table of ours, fed by rows of the company's files."""

    parts: tuple[Part, ...] = ()
    looked_up: tuple[Path, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that was read for it."""
        return tuple(dict.fromkeys([*(part.read.path for part in self.parts), *self.looked_up]))

    def called(self, column: str) -> str:
        """The company's own name of a column, and ours."""
        labels = [one.label for part in self.parts for one in part.feed.columns if one.target == column]
        return labelled(", ".join(dict.fromkeys(label for label in labels if label)), column)

    def originals(self, rows: Sequence[int]) -> dict[int, tuple[str, list[str]]]:
        """Where each of these rows is in the company's files, and its original fields."""
        starts = self.starts
        places: dict[int, tuple[str, list[str]]] = {}
        for number, part in enumerate(self.parts):
            own = [row for row in rows if bisect_right(starts, row) - 1 == number]
            at = {row: part.rows[row - starts[number]].as_py() for row in own}
            originals = part.read.originals(set(at.values()))
            for row, place in at.items():
                line, fields = originals[place]
                places[row] = (f"{part.read.path.name}:{line}", fields)
        return places

    @property
    def starts(self) -> list[int]:
        """The first row of each part."""
        starts = [0]
        for part in self.parts[:-1]:
            starts.append(starts[-1] + len(part.rows))
        return starts


def read_mapped(directory: Path, mapping: CompanyMapping, refusals: Refusals) -> dict[str, CompanyTable]:
    """The tables of a folder by name, as a mapping says; files that cannot be read are refused as files."""
    folder = Folder(directory, mapping, refusals)
    parts: dict[str, list[Part]] = {}
    for feed in mapping.feeds:
        for path in _paths(folder, feed):
            part = _part(folder, feed, path)
            if part:
                parts.setdefault(feed.table, []).append(part)
    if refusals.files:
        return {}
    tables: dict[str, CompanyTable] = {}
    for layout in LAYOUTS:
        if layout.name in parts:
            tables[layout.name] = _table(folder, layout.name, layout.columns, parts[layout.name])
    if "members" not in tables:
        names = ", ".join(name for feed in mapping.feeds if feed.table == "members" for name in feed.files)
        refusals.file("unreadable_file", "no file feeds members", names, "Add one of these files.")
    return tables


def _paths(folder: Folder, feed: Feed) -> list[Path]:
    existing: list[Path] = []
    for name in feed.files:
        paths = sorted(folder.directory.glob(name)) if "*" in name else [folder.directory / name]
        there = [path for path in paths if path.is_file()]
        if not there and not feed.optional:
            folder.refusals.file(
                "unreadable_file", f"there is no {name} in {folder.directory}", name,
                f"Add the file, or say optional = true ({feed.place}).",
            )  # fmt: skip
        existing += there
    return existing


def _part(folder: Folder, feed: Feed, path: Path) -> Part | None:
    """The rows of a file that meet an entry's conditions; broken rows go with the first entry."""
    read = contents_of(folder, path, feed.dialect)
    if read is None:
        return None
    mask = meets(read, feed.where)
    for name in feed.only_with:
        rows = Part(feed, read, pa.array(range(read.count), pa.int64()))
        (column,) = (column for column in feed.columns if column.target == name)
        mask = pc.and_(mask, pc.is_valid(Filler(folder, rows, column, [], 0).filled(None)))
    key = (path, feed.dialect)
    if key not in folder.taken and read.broken:
        mask = pc.or_(mask, _broken(pa.array(range(read.count), pa.int64()), read))
    taken = folder.taken.get(key)
    folder.taken[key] = mask if taken is None else pc.or_(taken, mask)
    return Part(feed, read, pc.indices_nonzero(mask).cast(pa.int64()))


def _broken(rows: pa.Array, read: FileContents) -> pa.Array:
    """Which of some rows have another number of fields than their header."""
    return pc.is_in(rows, pa.array([row for row, _ in read.broken], pa.int64()))


def _table(folder: Folder, name: str, columns: Sequence[str], parts: list[Part]) -> MappedTable:
    faults: list[Fault] = []
    remarks: list[str] = []
    pieces: dict[str, list[pa.Array]] = {column: [] for column in columns}
    start, looked_up = 0, []
    for part in parts:
        fed = {column.target: column for column in part.feed.columns}
        ids: pa.Array | None = None
        order = sorted(columns, key=lambda column: column != IDS.get(name))
        made: dict[str, pa.Array] = {}
        for column in order:
            if column in fed:
                filler = Filler(folder, part, fed[column], faults, start)
                made[column] = filler.filled(ids)
                looked_up += filler.looked_up
            else:
                made[column] = pa.nulls(len(part.rows), pa.string())
            if column == IDS.get(name):
                ids = made[column]
        for column in columns:
            pieces[column].append(made[column])
        start += len(part.rows)
    whole = {column: pa.concat_arrays(pieces[column]) for column in columns}
    for key, taken in folder.taken.items():
        if key[0] in {part.read.path for part in parts} and name == _first_table(folder, key[0]):
            remarks += _left(key[0], taken)
            remarks += folder.read[key].remarks if folder.read[key] else ()  # type: ignore[union-attr]
    table = MappedTable(
        name, parts[0].read, start, whole, tuple(remarks), parts=tuple(parts), looked_up=tuple(looked_up)
    )
    _refuse(table, faults, folder)
    return table


def _first_table(folder: Folder, path: Path) -> str:
    """The table that tells what a file has left over."""
    fed = [feed.table for feed in folder.mapping.feeds if any(path.match(name) for name in feed.files)]
    return min(fed, key=[layout.name for layout in LAYOUTS].index)


def _left(path: Path, taken: pa.Array) -> list[str]:
    left = len(taken) - (pc.sum(taken).as_py() or 0)
    rows = "1 row feeds" if left == 1 else f"{left:,} rows feed"
    return [f"{path.name}: {rows} no table, as the mapping says"] if left else []


def _refuse(table: MappedTable, faults: list[Fault], folder: Folder) -> None:
    for start, part in zip(table.starts, table.parts, strict=True):
        if part.read.broken:
            places = {row: start + place for place, row in enumerate(part.rows.to_pylist())}
            part.read.refuse_broken(table, folder.refusals, places)
    for row, name, what, todo in faults:
        folder.refusals.row(table, row, name, what, todo)
    folder.refusals.settle(table, {row for row, *_ in faults})
