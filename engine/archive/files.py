"""An archive that somebody kept, checked against its manifest, and manifests against one another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.archive.content import BLOCK, TableForm, block_hash, blocks
from engine.archive.manifest import ArchivedTable, Manifest, read
from engine.errors import UplineError

if TYPE_CHECKING:
    import pyarrow as pa

AGAIN = "Take another copy of the archive, or have Upline write it again: upline run archive."


class TableMissingError(UplineError):
    """A table that a manifest names is not there."""


class TableAlteredError(UplineError):
    """A table is not the one that its manifest names."""


class OtherContentError(UplineError):
    """An archive is whole, but not the one that is expected."""


class ChainBrokenError(UplineError):
    """An archive names another archive of the commit before than the one that is there."""


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that is as its manifest says."""

    path: Path
    manifest: Manifest

    @property
    def rows(self) -> dict[str, int]:
        """The number of rows by table."""
        return {each.name: each.rows for each in self.manifest.tables}


def check_files(path: Path, content_hash: str | None = None) -> Archive:
    """Check an archive by its files alone: its folder, or its manifest.

    `content_hash` is the one that is expected; its first 12 characters suffice. Raises TableMissingError,
    TableAlteredError with table and rows, OtherContentError, and what reading a manifest raises.
    """
    manifest = read(path)
    if content_hash is not None and not manifest.content_hash.startswith(content_hash.lower()):
        raise OtherContentError(
            f"the content hash is {manifest.content_hash[:12]}, not {content_hash}",
            str(path),
            "Look for the archive of the run that you mean.",
        )
    folder = path if path.is_dir() else path.parent
    for table in manifest.tables:
        _check(folder / table.file, table)
    return Archive(path, manifest)


def check_chain(archives: Sequence[Archive]) -> list[str]:
    """Check that each archive follows on the one that it names, as far as that is among them.

    Returns a sentence for each one whose predecessor is not. Raises ChainBrokenError.
    """
    by_hash = {each.manifest.hash: each for each in archives}
    by_commit = {each.manifest.origin["commit"]: each for each in archives}
    missing = []
    for each in archives:
        previous = each.manifest.previous
        if previous is None or previous["manifest_hash"] in by_hash:
            continue
        other = by_commit.get(previous["commit"])
        if other is not None:
            raise ChainBrokenError(
                f"follows on the archive {previous['manifest_hash'][:12]} of {previous['period']}, but that "
                f"of commit {previous['commit']} is {other.manifest.hash[:12]}",
                str(each.path),
                "One of the two is not the archive that was committed: compare both with the database "
                "(upline run verify).",
            )
        period, manifest_hash = previous["period"], previous["manifest_hash"][:12]
        missing.append(f"{each.path}: the archive before it, {manifest_hash} of {period}, is not among these")
    return missing


def rows_of(folder: Path, table: ArchivedTable, number: int) -> "pa.Table | None":
    """The rows of a block of an archive, if its file has them as they were archived; else None."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(folder / table.file) as file:
            rows = file.read_row_group(number)
            return rows if block_hash(table.layout, rows) == table.blocks[number] else None
    except (OSError, pa.ArrowException, KeyError, IndexError):
        return None


def _check(path: Path, table: ArchivedTable) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        raise TableMissingError(f"the table {table.name} is missing", str(path), AGAIN)
    try:
        with pq.ParquetFile(path) as file:
            if not file.schema_arrow.equals(table.layout.schema):
                raise _altered(path, table, "its columns are others")
            if file.metadata.num_rows != table.rows:
                raise _altered(path, table, f"it has {file.metadata.num_rows:,} rows, not {table.rows:,}")
            pieces = (pa.Table.from_batches([batch]) for batch in file.iter_batches(batch_size=BLOCK))
            for number, (block, expected) in enumerate(zip(blocks(pieces), table.blocks, strict=True)):
                if block_hash(table.layout, block) != expected:
                    raise _altered(path, table, f"{_place(table.layout, number, block)} are others")
    except (OSError, pa.ArrowException, ValueError) as error:
        raise _altered(path, table, f"it cannot be read: {error}") from error


def _altered(path: Path, table: ArchivedTable, why: str) -> TableAlteredError:
    return TableAlteredError(
        f"the table {table.name} is not the one that was archived: {why}", str(path), AGAIN
    )


def _place(layout: TableForm, number: int, block: "pa.Table") -> str:
    return f"{place_of(number, block)}, {key_of(layout, block, 0)} to {key_of(layout, block, -1)},"


def place_of(number: int, block: "pa.Table") -> str:
    """Where a block is: its rows, counted from 1."""
    first = number * BLOCK + 1
    return f"rows {first:,} to {first + block.num_rows - 1:,}"


def key_of(layout: TableForm, block: "pa.Table", row: int) -> str:
    """The key of a row, at most its first four columns."""
    at = row % block.num_rows
    return ", ".join(f"{name} {_shown(block[name][at])}" for name in layout.key[:4])


def _shown(value: Any) -> str:
    plain = value.as_py()
    return "null" if plain is None else str(plain)


def differing(expected: "pa.Table", actual: "pa.Table") -> Iterator[int]:
    """The numbers of the rows in which two blocks differ, in order."""
    for row in range(max(expected.num_rows, actual.num_rows)):
        both = [block.slice(row, 1).to_pylist() for block in (expected, actual)]
        if both[0] != both[1]:
            yield row
