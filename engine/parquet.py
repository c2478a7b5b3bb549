"""A Parquet file that is being written; its failures name the file, and it fails once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.drafts import naming

if TYPE_CHECKING:  # a company in CSV, the usual case, does not wait for it
    import pyarrow as pa


class ParquetFile:
    """A new Parquet file of a schema; `options` are those of pyarrow's writer."""

    def __init__(self, path: Path, schema: pa.Schema, **options: Any) -> None:
        import pyarrow.parquet as pq

        self._path = path
        with naming(path):
            self._writer = pq.ParquetWriter(path, schema, **options)

    def write(self, table: pa.Table) -> None:
        """Append rows; raises OSError with the file's name."""
        self._once(self._writer.write_table, table)

    def close(self) -> None:
        """Write out what waits, and close the file; raises OSError with the file's name."""
        self._once(self._writer.close)

    def _once(self, work: Any, *arguments: Any) -> None:
        try:
            with naming(self._path):
                work(*arguments)
        except OSError:
            self._writer.is_open = False  # else it tries again when it is collected, and prints its failure
            raise
