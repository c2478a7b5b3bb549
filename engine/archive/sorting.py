"""Rows in the order of their keys, however many: what does not fit into memory is sorted by way of files.

Rows are spread over files by ranges of the first column of the key, then of the next one where a single value
has too many of them, until each file fits into memory.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.archive.content import TableForm
from engine.drafts import naming

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 50_000
"""Rows that are gathered before they become columns."""
IN_MEMORY = 250_000
"""Rows that are sorted at once."""
SAMPLED = 20_000
"""Values of a column that are looked at for where to divide it."""
MOST_FILES = 64
"""Files over which rows are spread at once."""


class Sorter:
    """The rows of one table: added in any order, and read back in that of their key.

    Rows of which there are more than IN_MEMORY wait in files of `folder`, which are gone once they are read.
    """

    def __init__(self, layout: TableForm, folder: Path) -> None:
        self.layout, self.rows = layout, 0
        self._folder, self._schema = folder, layout.schema
        self._gathered: list[Sequence[Any]] = []
        self._held: list[pa.RecordBatch] = []
        self._spill: _Spill | None = None
        self._made: list[_Spill] = []

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows; raises OSError with the file's name where the disk is full."""
        for row in rows:
            self._gathered.append(row)
            if len(self._gathered) >= BATCH:
                self._gather()

    def sorted(self) -> Iterator["pa.Table"]:
        """All rows in the order of their key, in pieces."""
        self._gather()
        if self._spill is None:
            yield from self._in_order(self._held)
            return
        self._held = []
        yield from self._of_file(self._spill, 0)

    def discard(self) -> None:
        """Close and remove the files that are left, because their rows were not read to the end."""
        for each in self._made:
            each.remove()

    def _gather(self) -> None:
        import pyarrow as pa

        if not self._gathered:
            return
        columns = zip(*self._gathered, strict=True)
        arrays = [pa.array(column, kind.type) for column, kind in zip(columns, self._schema, strict=True)]
        batch = pa.RecordBatch.from_arrays(arrays, schema=self._schema)
        self.rows += batch.num_rows
        self._gathered = []
        if self._spill is None and self.rows <= IN_MEMORY:
            self._held.append(batch)
            return
        if self._spill is None:
            self._spill = self._new_file()
            for each in self._held:
                self._spill.write(each)
            self._held = []
        self._spill.write(batch)

    def _new_file(self) -> "_Spill":
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{self.layout.name}-{len(self._made)}.arrow"
        self._made.append(_Spill(self._folder / name, self._schema))
        return self._made[-1]

    def _in_order(self, batches: Sequence["pa.RecordBatch"]) -> Iterator["pa.Table"]:
        import pyarrow as pa
        import pyarrow.compute as pc

        table = pa.Table.from_batches(batches, schema=self._schema).combine_chunks()
        if table.num_rows:
            keys = [(name, "ascending") for name in self.layout.key]
            yield table.take(pc.sort_indices(table, sort_keys=keys))

    def _of_file(self, spill: "_Spill", place: int) -> Iterator["pa.Table"]:
        """The rows of a file in order; those of the key before `place` are the same in all of them."""
        if spill.rows <= IN_MEMORY:
            with spill.reading() as batches:
                yield from self._in_order(list(batches))
        elif place == len(self.layout.key):  # all rows are the same
            with spill.reading() as batches:
                yield from (_table(batch) for batch in batches)
        else:
            name = self.layout.key[place]
            bounds, alike = _bounds(spill, name)
            parts = [self._new_file() for _ in range(len(bounds) + 1)]
            with spill.reading() as batches:
                for batch in batches:
                    self._spread(batch, name, bounds, parts)
            spill.remove()
            for number, part in enumerate(parts):
                yield from self._of_file(part, place + (alike and number == 1))
            return
        spill.remove()

    def _spread(
        self, batch: "pa.RecordBatch", name: str, bounds: list[Any], parts: Sequence["_Spill"]
    ) -> None:
        """Write each row into the part whose range has its value."""
        import pyarrow.compute as pc

        order = pc.sort_indices(batch, sort_keys=[(name, "ascending")])
        ordered = batch.take(order)
        column = ordered.column(name)
        ends = [bisect_left(column, bound, key=_place_of) for bound in bounds]
        for part, (start, end) in zip(parts, pairwise([0, *ends, batch.num_rows]), strict=True):
            if end > start:
                part.write(ordered.slice(start, end - start))


class _Spill:
    """Rows in a file, batch by batch."""

    def __init__(self, path: Path, schema: "pa.Schema") -> None:
        self.path, self.schema, self.rows = path, schema, 0
        self._writer: pa.ipc.RecordBatchStreamWriter | None = None

    def write(self, batch: "pa.RecordBatch") -> None:
        import pyarrow as pa

        with naming(self.path):
            if self._writer is None:
                self._writer = pa.ipc.new_stream(str(self.path), self.schema)
            self._writer.write_batch(batch)
        self.rows += batch.num_rows

    def reading(self) -> "_Reading":
        self.close()
        return _Reading(self.path if self.rows else None)

    def remove(self) -> None:
        with suppress(OSError):  # of a full disk, which has said so before
            self.close()
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        if self._writer is not None:
            with naming(self.path):
                self._writer.close()


class _Reading:
    """The batches of a file, while it is open."""

    def __init__(self, path: Path | None) -> None:
        self._path, self._file = path, None

    def __enter__(self) -> Iterator["pa.RecordBatch"]:
        import pyarrow as pa

        if self._path is None:
            return iter(())
        self._file = pa.OSFile(str(self._path))
        return iter(pa.ipc.open_stream(self._file))

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


def _bounds(spill: _Spill, name: str) -> tuple[list[tuple[Any, ...]], bool]:
    """Where to divide a column: the first place of each part but the first one, as `_place_of` has it.

    And whether the second of three parts has a single value, because no other one was seen.
    """
    step = 1 + spill.rows // SAMPLED
    values: list[tuple[Any, ...]] = []
    with spill.reading() as batches:
        for batch in batches:
            values += [_place_of(batch.column(name)[row]) for row in range(0, batch.num_rows, step)]
    values.sort()
    if values[0] == values[-1]:
        return [values[0], (*values[0], None)], True
    count = min(MOST_FILES, 1 + 2 * spill.rows // IN_MEMORY)
    chosen = {values[number * len(values) // count] for number in range(1, count)}
    return sorted(chosen - {values[0]}) or [values[-1]], False


def _place_of(value: Any) -> tuple[Any, ...]:
    """A value as it is sorted: null last, texts as their UTF-8 bytes, with which Python's order agrees."""
    plain = value.as_py()
    return (1,) if plain is None else (0, plain)


def _table(batch: "pa.RecordBatch") -> "pa.Table":
    import pyarrow as pa

    return pa.Table.from_batches([batch])
