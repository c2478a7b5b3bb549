"""The standby server: a scratch server that waits some minutes for the next command.

Whoever tries out a rule runs its case again and again. The first command starts the server; the next ones
find it warm, with its plans made. One command has it at a time, by a lock; another one at that moment gets a
scratch server of its own. A process of its own ends it when nobody has used it for some minutes:
``python -m engine.server.standby CACHE SECONDS``.
"""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from engine.errors import UplineError
from engine.graph.database import Graph
from engine.server import template
from engine.server.configuration import memory
from engine.server.home import RunningServer
from engine.server.locks import HomeBusyError, locked
from engine.server.processes import detached
from engine.server.scratch import ShortServer, scratch_server
from engine.server.temporary import with_home
from engine.settings import Settings

LOCK, WATCH = "lock", "watch"
"""Locks in the folder: of the command that has the server, and of the process that ends it."""
USED = "used"
"""A file in the home whose time is that of the last use."""
HEAP_MIB = 1024
"""Most heap of the server: cases are small."""
HANDOVER_S = 10
"""Seconds that the process which ends a server waits for one before it that is about to end itself."""
LOOK_S = 5.0
"""Most seconds between two looks of the process that ends an idle server."""


@contextmanager
def standby_server(settings: Settings) -> Iterator[RunningServer]:
    """A running server whose database may hold what the command before left: empty it before use."""
    with ExitStack() as stack:
        try:
            if not settings.standby:
                raise HomeBusyError("no server is to wait")
            stack.enter_context(locked(_folder(settings) / LOCK, 0))
        except HomeBusyError:
            yield stack.enter_context(scratch_server(settings, short=True))
            return
        home = _folder(settings) / template.name()
        running = _answering(settings, home) or _started(settings, home)
        try:
            _begin_watch(settings)
            yield running
        finally:
            (home / USED).touch()


def end(settings: Settings) -> None:
    """End the standby server and remove its home; nothing if there is none. The caller holds the lock."""
    for home in _folder(settings).glob("*/"):
        ShortServer(with_home(settings, home.absolute())).kill()
        shutil.rmtree(home, ignore_errors=True)


def _folder(settings: Settings) -> Path:
    return settings.cache.expanduser().absolute() / "standby"


def _answering(settings: Settings, home: Path) -> RunningServer | None:
    """The server that waits, if it still answers and can write."""
    running = ShortServer(with_home(settings, home)).running()
    if running is None:
        return None
    with suppress(UplineError), Graph(running.uri, running.user, running.password) as graph:
        graph.verify()
        if graph.trouble() is None:
            return running
    return None


def _started(settings: Settings, home: Path) -> RunningServer:
    """A new server in an empty store, and the process that ends it."""
    end(settings)
    home.mkdir(parents=True, mode=0o700)
    try:
        template.copy_template(settings, home)
        heap = min(memory(settings).heap, HEAP_MIB)
        running = ShortServer(with_home(settings.changed(brief=True, heap_mib=heap), home)).start()
        (home / USED).touch()
    except BaseException:
        end(settings)
        raise
    return running


def _begin_watch(settings: Settings) -> None:
    """Start the process that ends an idle server, unless one is at work."""
    with suppress(HomeBusyError), locked(_folder(settings) / WATCH, 0):
        seconds = 60 * settings.standby
        command = [sys.executable, "-P", "-m", "engine.server.standby", str(settings.cache), str(seconds)]
        with Path(os.devnull).open("wb") as sink:
            detached(command, sink, os.environ, Path.cwd())


def watch(settings: Settings, idle_s: float) -> None:
    """Wait until nobody has used the server for so many seconds, and end it; one process at a time does."""
    with suppress(HomeBusyError), locked(_folder(settings) / WATCH, HANDOVER_S):
        while True:
            left = _last_use(settings) + idle_s - time.time()
            if left <= 0:
                # A command that has the server or is about to start one holds the lock.
                with suppress(HomeBusyError), locked(_folder(settings) / LOCK, 0):
                    if _last_use(settings) + idle_s <= time.time():
                        end(settings)
                        return
            time.sleep(min(max(left, 0.2), LOOK_S))


def _last_use(settings: Settings) -> float:
    """When the server was last used, in seconds since 1970; 0 where there is none."""
    return max((file.stat().st_mtime for file in _folder(settings).glob(f"*/{USED}")), default=0)


if __name__ == "__main__":
    watch(Settings(cache=Path(sys.argv[1])), float(sys.argv[2]))
