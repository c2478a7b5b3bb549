"""One process at a time: a lock on a file that the system drops when its holder dies, however it dies."""

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
    """Another process holds the lock for longer than this one may wait."""


@contextmanager
def held(path: Path, wait_s: float) -> Iterator[None]:
    """Hold the lock at `path`, waiting up to `wait_s` seconds; HomeBusyError after that.

    The file stays when the lock is given back: removing it would let two holders lock two files.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + wait_s
        while not _taken(handle):
            if time.monotonic() > until:
                raise HomeBusyError(
                    f"another upline process has been busy here for {wait_s:.0f} seconds",
                    str(path),
                    "Wait for it to end, or end it, and try again.",
                )
            time.sleep(0.05)
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
