"""Disk space: how much work needs, how much there is, and the refusal where that is not enough."""

import errno
import shutil
from contextlib import suppress
from pathlib import Path

from engine.errors import UplineError
from engine.graph.database import Graph

MIB = 1 << 20
START_BYTES = 256 * MIB
"""Bytes that must be free before a server starts: Neo4j misbehaves when its log cannot grow."""
LEAST_BYTES = 16 * MIB
"""Bytes that must be free before anything is written into a store, however little it is."""
LOG_BYTES = 256 * MIB
"""Most that Neo4j keeps of its transaction log: two files."""
MOVE_HOME = "set UPLINE_HOME to another folder"
FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system says where there is no room: the disk is full, or a quota is used up."""


class DiskFullError(UplineError):
    """There is no room left on the disk."""


def free(folder: Path) -> int:
    """Bytes that are free on the disk of a folder, which need not exist yet."""
    for existing in (folder, *folder.absolute().parents):
        with suppress(FileNotFoundError, NotADirectoryError):
            return shutil.disk_usage(existing).free
    return shutil.disk_usage(Path.cwd()).free


def require(folder: Path, needed: int, work: str, setting: str) -> None:
    """Raise DiskFullError where the disk of a folder has not so many bytes free.

    `work` needs them, such as "the import"; `setting` moves the folder to another disk.
    """
    if (there := free(folder)) < needed:
        raise DiskFullError(
            f"{work} needs about {_mib(needed)} MiB of disk space, {there // MIB:,} MiB are free",
            str(folder),
            f"Free some space, or {setting}. Nothing was written.",
        )


def require_in_store(graph: Graph, written: int, work: str) -> None:
    """Raise DiskFullError where the store of a graph has no room for so many bytes, and for their log.

    Where the store is on another machine nobody can tell.
    """
    if graph.store is not None:
        needed = LEAST_BYTES + written + min(2 * written, LOG_BYTES)
        require(graph.store, needed, work, MOVE_HOME)


def full(folder: Path, work: str, setting: str) -> DiskFullError:
    """The refusal after the disk of a folder became full while `work` was being done."""
    return DiskFullError(
        f"the disk became full during {work}: {free(folder) // MIB:,} MiB are free",
        str(folder),
        f"Free some space, or {setting}; then run the command again.",
    )


def _mib(number: int) -> str:
    return f"{-(-number // MIB):,}"
