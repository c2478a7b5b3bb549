"""Tables as files: a disk that becomes full is named by the file, once."""

import errno
import gc
from pathlib import Path

import pytest

from engine.answers.sinks import FORMATS, sink
from engine.commands.lost import file_refused

FULL = Path("/dev/full")
"""A device on which every write fails as on a full disk."""


def write(format: str) -> None:
    table = sink(FULL, ("member_id", "depth"), format, exact_text=False)
    table.write((f"M{number}", number) for number in range(300_000))
    table.close()


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("format", FORMATS)
def test_a_disk_that_becomes_full_is_named_by_the_file(format: str) -> None:
    with pytest.raises(OSError, match=str(errno.ENOSPC)) as full:
        write(format)
    assert (full.value.errno, full.value.filename) == (errno.ENOSPC, str(FULL))
    refusal = file_refused(full.value)
    assert (refusal.name, refusal.where) == ("disk_full", str(FULL.parent))
    del full
    gc.collect()  # what is collected says nothing: pytest would fail
