"""A Parquet file: what is written can be read, and a failure names the file, once."""

import errno
import gc
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.parquet import ParquetFile

FULL = Path("/dev/full")
"""A device on which every write fails as on a full disk."""
TABLE = pa.table({"number": pa.array(range(300_000), pa.int64())})


def write(path: Path) -> None:
    file = ParquetFile(path, TABLE.schema)
    file.write(TABLE)
    file.write(TABLE.slice(0, 1))
    file.close()


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    write(tmp_path / "table.parquet")
    assert pq.read_table(tmp_path / "table.parquet").num_rows == TABLE.num_rows + 1


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
def test_a_failure_names_the_file_once() -> None:
    with pytest.raises(OSError, match=str(errno.ENOSPC)) as full:
        write(FULL)
    assert (full.value.errno, full.value.filename) == (errno.ENOSPC, str(FULL))
    del full
    gc.collect()  # what is collected says nothing: pytest would fail
