"""The canonical form of archived tables, and the hashes of it: the same content gives the same hashes.

Whatever wrote a file, in whichever order its rows came: rows are sorted by their key, and hashed in blocks of
BLOCK rows. docs/archive.md says it so that others can check it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # commands that archive nothing do not wait for it
    import pyarrow as pa

BLOCK = 65_536
"""Rows of a block, and of a row group of a file; the last block of a table may have fewer."""
TEXT, INTEGER, BOOLEAN = "text", "integer", "boolean"
INTEGER_BYTES = 8


@dataclass(frozen=True, slots=True)
class TableForm:
    """A table: its name, its columns with their types, and the columns that sort its rows."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    @property
    def schema(self) -> "pa.Schema":
        """The columns as Arrow has them."""
        import pyarrow as pa

        types = {TEXT: pa.string(), INTEGER: pa.int64(), BOOLEAN: pa.bool_()}
        return pa.schema([(name, types[kind]) for name, kind in self.columns])


def blocks(pieces: Iterable["pa.Table"], size: int = BLOCK) -> Iterator["pa.Table"]:
    """The same rows in tables of `size` rows each, the last one with what is left."""
    import pyarrow as pa

    waiting: list[pa.Table] = []
    rows = 0
    for piece in pieces:
        waiting.append(piece)
        rows += piece.num_rows
        while rows >= size:
            table = pa.concat_tables(waiting)
            yield table.slice(0, size)
            waiting, rows = [table.slice(size)], rows - size
    if rows:
        yield pa.concat_tables(waiting)


def block_hash(layout: TableForm, table: "pa.Table") -> str:
    """SHA-256 of a block: column by column, which rows are not null, and then their values."""
    digest = hashlib.sha256()
    for name, kind in layout.columns:
        for part in _bytes_of(table[name], kind):
            digest.update(part)
    return digest.hexdigest()


def table_hash(layout: TableForm, rows: int, block_hashes: Sequence[str]) -> str:
    """SHA-256 of a table, by the hashes of its blocks."""
    return canonical_hash(
        {
            "name": layout.name, "columns": [list(each) for each in layout.columns], "key": list(layout.key),
            "rows": rows, "block_rows": BLOCK, "blocks": list(block_hashes),
        }
    )  # fmt: skip


def canonical_hash(data: Any) -> str:
    """SHA-256 of plain data as JSON: names sorted, no blanks, UTF-8."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _bytes_of(column: "pa.ChunkedArray", kind: str) -> Iterator[bytes | memoryview]:
    import pyarrow as pa
    import pyarrow.compute as pc

    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):  # of no rows
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    yield _values(pc.cast(pc.is_valid(array), pa.uint8()), 1)
    if kind == TEXT:
        texts = pc.fill_null(pc.cast(array, pa.large_string()), "")
        yield _values(pc.cast(pc.binary_length(texts), pa.int64()), INTEGER_BYTES)
        _, places, data = texts.buffers()
        if data is not None:
            offsets = memoryview(places).cast("q")
            yield memoryview(data)[offsets[texts.offset] : offsets[texts.offset + len(texts)]]
    elif kind == BOOLEAN:
        yield _values(pc.cast(pc.fill_null(array, False), pa.uint8()), 1)
    else:
        yield _values(pc.fill_null(pc.cast(array, pa.int64()), 0), INTEGER_BYTES)


def _values(array: "pa.Array", width: int) -> bytes | memoryview:
    """The bytes of an array of numbers of a width, without nulls."""
    data = array.buffers()[1]
    if data is None:
        return b""
    return memoryview(data)[array.offset * width : (array.offset + len(array)) * width]
