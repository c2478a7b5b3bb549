"""One process at a time: a lock on a file, which the system releases however its holder ends."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import UplineError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class HomeBusyError(UplineError):
    """Another process has held the lock for longer than this one waits."""


@contextmanager
def locked(path: Path, wait_s: float) -> Iterator[None]:
    """Hold the lock at `path`, waiting up to `wait_s` seconds for it; after that HomeBusyError.

    The file stays when the lock is released: if it were removed, two processes could lock two files.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + wait_s
        while not _lock(handle):
            if time.monotonic() > until:
                raise HomeBusyError(
                    f"another upline process has been busy here for {wait_s:.0f} seconds",
                    str(path),
                    "Wait until it has ended, or end it; then try again.",
                )
            time.sleep(0.05)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    """Try to take the lock; False where another process holds it."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
