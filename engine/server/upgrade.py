"""A store of an earlier Neo4j is backed up, and then opened by the one of this release."""

from pathlib import Path

from engine.progress import OnProgress, silent
from engine.server import jars
from engine.server.backup import Backup, write_unread
from engine.server.managed import Server
from engine.server.processes import write_private
from engine.server.refusals import ordered
from engine.settings import Settings


class _OpeningServer(Server):
    @property
    def written_by(self) -> str:
        """The release of Neo4j that wrote the store; empty if there is none."""
        return self._content("version")

    def open_earlier(self) -> None:
        """Start on a store of an earlier Neo4j; where that fails, it stays one."""
        written_by = self.written_by
        write_private(self.home / "version", jars.lock().version)
        try:
            self.start()
        except BaseException:
            write_private(self.home / "version", written_by)
            raise


def open_earlier(settings: Settings, file: Path, report: OnProgress = silent) -> Backup | None:
    """Back up a store of an earlier Neo4j to a file, and start this one on it; None if it is no earlier one.

    The store has to be stopped cleanly: a recovery is the work of the Neo4j that wrote it. Raises
    AdminFailedError otherwise, and what `write_unread` raises; the store is then as it was.
    """
    server = _OpeningServer(settings)
    if not server.written_by or ordered(server.written_by) >= ordered(jars.lock().version):
        return None
    backup = write_unread(settings, file, report)
    report("starting", 0, 0)
    server.open_earlier()
    return backup
