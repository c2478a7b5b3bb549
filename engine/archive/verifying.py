"""A committed run in the store, compared with what was archived of it when it was committed."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.archive.commits import committed, manifest_of_commit, not_archived
from engine.archive.content import TableForm
from engine.archive.files import differing, key_of, place_of, rows_of
from engine.archive.manifest import ArchivedTable, Manifest
from engine.archive.measuring import bytes_while_sorting, measured
from engine.archive.writing import folder_of
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from engine.progress import OnProgress, silent
from engine.server import space
from engine.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class TableDifference:
    """A table in which the store is not what was committed, and its first row that differs.

    `expected` and `actual` are the columns in which it does, as text; empty where only a stretch of rows is
    known, because the archive is not at hand.
    """

    table: str
    where: str
    expected: str = ""
    actual: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """A committed run: the hash of its content as it was committed, and that of the store now."""

    run: int
    period: str
    plan: str
    content_hash: str
    stored_hash: str
    rows: dict[str, int]
    differences: tuple[TableDifference, ...]

    @property
    def equal(self) -> bool:
        """Whether the store holds what was committed."""
        return self.content_hash == self.stored_hash


def verify(
    graph: Graph, number: int | None = None, *, folder: Path | None = None, report: OnProgress = silent
) -> Iterator[Verified]:
    """Compare committed runs in the store with their archives: the one of a number, or all, the latest first.

    `folder` has the archives, by default that of the settings: with them the row that differs is named.
    Raises RunNotCommittedError, NotArchivedError, NoRunError, ManifestAlteredError and DiskFullError.
    """
    folder = folder or Settings().archive
    known = [each for each in committed(graph, number) if each[1].get("archive_hash")]
    if not known:
        raise not_archived(number)
    for run, commit in known:
        yield _verified(graph, run, manifest_of_commit(graph, commit), folder, report)


def _verified(
    graph: Graph, run: RunRecord, manifest: Manifest, folder: Path | None, report: OnProgress
) -> Verified:
    by_name = {each.name: each for each in manifest.tables}
    first: dict[str, tuple[int, pa.Table]] = {}

    def compare(layout: TableForm, number: int, hash_: str, block: "pa.Table") -> None:
        expected = by_name[layout.name].blocks if layout.name in by_name else ()
        if layout.name not in first and expected[number : number + 1] != (hash_,):
            first[layout.name] = number, block

    sorting = Path(tempfile.gettempdir())
    space.require(sorting, bytes_while_sorting(run), "comparing the run", "let TMPDIR name another folder")
    stored = tuple(measured(graph, run, sorting, compare, report))
    at = folder / folder_of(manifest) if folder else None
    differences = [
        _difference(expected, actual, first, at)
        for expected, actual in _pairs(manifest.tables, stored)
        if expected is None or actual is None or expected.hash != actual.hash
    ]
    return Verified(
        run.number, run.period, run.plan, manifest.content_hash,
        Manifest(manifest.content, stored, manifest.origin).content_hash,
        {each.name: each.rows for each in stored}, tuple(differences),
    )  # fmt: skip


def _pairs(
    archived: tuple[ArchivedTable, ...], stored: tuple[ArchivedTable, ...]
) -> Iterator[tuple[ArchivedTable | None, ArchivedTable | None]]:
    """Each table as it was archived, and as it is stored now; None where there is none."""
    now = {each.name: each for each in stored}
    for each in archived:
        yield each, now.pop(each.name, None)
    for each in now.values():
        yield None, each


def _difference(
    expected: ArchivedTable | None,
    actual: ArchivedTable | None,
    first: dict[str, tuple[int, "pa.Table"]],
    folder: Path | None,
) -> TableDifference:
    """What differs first in a table: a row, or where the archive is not at hand, a stretch of rows."""
    if expected is None or actual is None:
        present = expected or actual
        return TableDifference(
            present.name if present else "",
            "the whole table",
            "a table" if expected else "no such table",
            "a table" if actual else "no such table",
        )
    counts = f"{expected.rows:,} rows", f"{actual.rows:,} rows"
    if expected.layout != actual.layout:
        return TableDifference(expected.name, "its columns, or its key", *counts)
    if expected.name not in first:  # rows at the end are gone
        number = len(actual.blocks)
        block = rows_of(folder, expected, number) if folder else None
        where = key_of(expected.layout, block, 0) if block is not None else f"rows after {actual.rows:,}"
        return TableDifference(expected.name, where, *counts)
    number, now = first[expected.name]
    then = rows_of(folder, expected, number) if folder and number < len(expected.blocks) else None
    if then is None:
        place = place_of(number, now)
        keys = f"{key_of(actual.layout, now, 0)} to {key_of(actual.layout, now, -1)}"
        return TableDifference(expected.name, f"{place}, {keys}", *counts)
    row = next(differing(then, now))
    return _of_row(expected.layout, row, then, now)


def _of_row(layout: TableForm, row: int, then: "pa.Table", now: "pa.Table") -> TableDifference:
    """A row that differs, by its key: its columns that do, or that it is there on one side alone."""
    rows: list[dict[str, Any] | None] = [
        block.slice(row, 1).to_pylist()[0] if row < block.num_rows else None for block in (then, now)
    ]
    keys = [tuple(each[name] for name in layout.key) if each else None for each in rows]
    if len(layout.key) < len(layout.columns) and keys[0] == keys[1]:
        changed = [name for name, _ in layout.columns if rows[0][name] != rows[1][name]]  # type: ignore[index]
        texts = [", ".join(f"{name} {each[name]}" for name in changed) for each in rows if each]
        return TableDifference(layout.name, key_of(layout, then, row), texts[0], texts[1])
    block, at = (then, row) if row < then.num_rows else (now, row)
    texts = [_row_text(each) for each in rows]
    return TableDifference(layout.name, key_of(layout, block, at), texts[0], texts[1])


def _row_text(row: dict[str, Any] | None) -> str:
    if row is None:
        return "no row"
    return ", ".join(f"{name} {value}" for name, value in row.items() if value is not None)
