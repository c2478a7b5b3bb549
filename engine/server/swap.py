"""A restored store takes the place of the one before, in steps that no interruption can lose.

`restoring` is a home inside the home, in which a backup is unpacked and checked. Its file `ready` says that
the store in it is whole: from then on whoever next takes the home's lock carries the swap through. Without
`ready` it is what an interrupted restore left, and is removed; the store before it was never touched.
"""

import os
import shutil
import sys
from pathlib import Path

from engine.server.processes import end_process, pid_with_argument

STAGED, READY, REPLACED = "restoring", "ready", "replaced"


def commit(home: Path) -> None:
    """Mark the staged store as whole: from here on it is the home's store, whatever happens."""
    ready = home / STAGED / READY
    with ready.open("w") as mark:
        os.fsync(mark.fileno())
    if sys.platform != "win32":
        folder = os.open(ready.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def settle(home: Path) -> None:
    """Carry a swap through that was committed, or remove what an interrupted restore left.

    The caller holds the home's lock. Safe to interrupt and repeat.
    """
    staged, data, replaced = home / STAGED, home / "data", home / REPLACED
    if not staged.exists():
        shutil.rmtree(replaced, ignore_errors=True)
        return
    if (pid := pid_with_argument(f"--home-dir={staged}")) is not None:
        end_process(pid, 0)  # it was checking the staged store when its restore was killed
    if (staged / READY).exists():
        if not (home / "password").exists():
            shutil.copy2(staged / "password", home / "password")
        if (staged / "data").exists():
            if data.exists():
                shutil.rmtree(replaced, ignore_errors=True)
                data.rename(replaced)
            (staged / "data").rename(data)
        if (staged / "version").exists():
            (staged / "version").replace(home / "version")
        for left in ("importing", "process.json"):
            (home / left).unlink(missing_ok=True)
        (staged / READY).unlink()
    shutil.rmtree(staged)
    shutil.rmtree(replaced, ignore_errors=True)
