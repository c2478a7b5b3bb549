"""A disk that can be filled and emptied: a small file system in memory, where one may be mounted."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SIZE_MIB = 768
"""Room for a small store, and for the space that a server needs free before it starts."""
BLOCK = 1 << 20
BALLAST = "ballast"


class Disk:
    """The folder of a campaign. `unfit` says why it cannot be filled; None where it can."""

    def __init__(self, folder: Path, unfit: str | None) -> None:
        self.folder, self.unfit = folder, unfit

    def fill(self) -> None:
        """Leave not a byte free."""
        for size in (BLOCK, 1):
            with suppress(OSError), (self.folder / BALLAST).open("ab", buffering=0) as file:
                while True:
                    file.write(bytes(size))

    def make_room(self) -> None:
        """Free what `fill` took."""
        (self.folder / BALLAST).unlink(missing_ok=True)


@contextmanager
def small_disk() -> Iterator[Disk]:
    """A new folder on a disk of its own where that is possible, gone afterwards with all that it holds."""
    with tempfile.TemporaryDirectory(prefix="upline-soak-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        try:
            yield Disk(folder, _mount(folder))
        finally:
            if folder.is_mount():  # also where the mounting itself was interrupted
                subprocess.run(["umount", "--lazy", name], check=False)


def _mount(folder: Path) -> str | None:
    """Mount a file system there; returns the reason where that is impossible."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "only root on Linux can mount a small file system to fill"
    options = f"size={SIZE_MIB}m,mode=0700"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "upline-soak", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return f"no file system can be mounted here: {done.stderr.strip()}" if done.returncode else None
