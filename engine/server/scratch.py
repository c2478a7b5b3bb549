"""Scratch servers: a Neo4j with a temporary home, both removed when the work is done.

Each begins as a copy of the template. `standby.py` has the one that waits for the next command.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.server import java
from engine.server.home import RunningServer
from engine.server.managed import Server
from engine.server.template import copy_template
from engine.server.temporary import new_home, remove_orphans, with_home
from engine.settings import Settings

SMALL_BYTES = 256 << 10
"""Company tables up to this size are work for a short-lived server: some four thousand rows."""


class ShortServer(Server):
    """A server for a few statements on a small store: its time goes by in its start and its first plans."""

    def _command(self, classes: Path) -> list[str]:
        return java.short_lived(super()._command(classes))


@contextmanager
def scratch_server(settings: Settings, *, short: bool = False) -> Iterator[RunningServer]:
    """A new, empty, running server with its schema; on exit it is killed and its home removed.

    `short`: the work is small, so the server begins soon and never gets to its top speed. Work that stops the
    server in between (the offline import) uses `Server(with_home(settings, running.home))`; on exit whatever
    server the home has then is killed.
    """
    remove_orphans(settings)
    home = new_home(settings)
    own = with_home(settings.changed(brief=True) if short else settings, home)
    server = ShortServer(own) if short else Server(own)
    try:
        copy_template(settings, home)
        yield server.start()
    finally:
        server.kill()
        shutil.rmtree(home, ignore_errors=True)


def is_small(tables: Path) -> bool:
    """Whether a folder of company tables is work for a short-lived server."""
    return sum(file.stat().st_size for file in tables.glob("*") if file.is_file()) <= SMALL_BYTES
