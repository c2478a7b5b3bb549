"""Backups of the managed server: written to one file, checked, and restored as a whole or not at all.

The server is stopped while its database is dumped, and started again. A restore unpacks into a home of its
own, starts a server there, compares what it holds with the backup's record, and only then lets the store take
the place of the one before (`swap`).
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from engine import __version__
from engine.errors import UplineError
from engine.graph.database import Graph
from engine.progress import OnProgress, silent
from engine.server import archive, jars, java, space, swap
from engine.server.archive import BackupRecord, Contents
from engine.server.home import RunningServer
from engine.server.java import AdminFailedError
from engine.server.managed import Server
from engine.server.processes import file_size
from engine.server.temporary import with_home
from engine.settings import Settings

DATABASE = "neo4j"
OTHER_FILE = "name a file on another disk"
NO_ROOM = "No space left on device"
"""What Neo4j's tool says when the disk is full."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What a backup asks of its database; `engine/runs/contents.py` has the answers."""

    check_idle: Callable[[Graph], None]
    """Raises a refusal while a change or a run is under way."""
    read: Callable[[Graph], Contents | None]
    """What the database holds; None where an earlier release wrote it, which counts differently."""
    mark: Callable[[Graph], object]
    """Something that differs after every change."""


class BackupExistsError(UplineError):
    """The file of a backup exists already."""


class NothingToBackUpError(UplineError):
    """The managed server has no store."""


class BackupDisturbedError(UplineError):
    """Something was written between reading what a database holds and stopping its server."""


class HomeNotEmptyError(UplineError):
    """The managed server holds a company already."""


class RestoreDiffersError(UplineError):
    """What was restored is not what the backup's record says."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written or restored: its file, the file's size in bytes, and its record."""

    file: Path
    bytes: int
    record: BackupRecord


class _StoppedServer(Server):
    """A managed server that is kept stopped while its files are worked on."""

    @contextmanager
    def kept_stopped(self, *, start_again: bool) -> Iterator[None]:
        """Stop the server and keep every process from starting it until the block ends."""
        with self._locked():
            if (pid := self._pid()) is not None:
                self._end(pid)
            try:
                yield
            finally:
                if start_again:
                    self._launch(jars.ensure(self.settings))

    @property
    def has_store(self) -> bool:
        return (self.home / "data" / "databases" / DATABASE).is_dir()

    @property
    def store_bytes(self) -> int:
        return sum(file_size(file) for file in (self.home / "data").rglob("*"))

    def dump(self, to: IO[bytes], contents: Contents | None, report: OnProgress) -> BackupRecord:
        """Write the stopped database into the file of a backup; the caller holds the lock."""
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        engine = __version__ if contents is not None else ""
        record = BackupRecord(made_at, self.store_bytes, contents, engine, self._content("version"))
        arguments = ("database", "dump", DATABASE, "--to-stdout")
        with java.admin_piped(jars.ensure(self.settings), self.home, *arguments) as tool:
            assert tool.stdout is not None
            return archive.write(to, tool.stdout, record, report)

    def load(self, file: Path, record: BackupRecord, report: OnProgress) -> None:
        """Unpack a backup into this home, whose server has never run."""
        arguments = ("database", "load", DATABASE, "--from-stdin", "--overwrite-destination=true")
        with self._locked():
            self._prepare(0)
            with java.admin_piped(jars.ensure(self.settings), self.home, *arguments) as tool:
                assert tool.stdin is not None
                try:
                    for piece in archive.pieces(file, record, "unpacking, MiB", report):
                        tool.stdin.write(piece)
                    tool.stdin.close()
                except BrokenPipeError:
                    pass  # the tool has given up, and says why when it ends
                tool.stdin = None


def write_backup(
    settings: Settings,
    file: Path,
    questions: Questions,
    report: OnProgress = silent,
    *,
    replace: bool = False,
) -> Backup:
    """Back up the managed server to a file; it is stopped for the dump and started again if it ran.

    Raises BackupExistsError, NothingToBackUpError, DiskFullError, BackupDisturbedError, and what `check_idle`
    raises. After an error there is no new file, and an earlier one is as it was.
    """
    server, file = _StoppedServer(settings), file.expanduser().absolute()
    _refuse_existing(file, replace=replace)
    if not server.has_store:
        raise NothingToBackUpError("the managed Neo4j has no store yet", str(server.home))
    space.require(file.parent, server.store_bytes, "the backup", OTHER_FILE)
    ran = server.running() is not None
    report("reading what the database holds", 0, 0)
    with _on(server.start()) as graph:
        mark = questions.mark(graph)
        questions.check_idle(graph)
        contents = questions.read(graph)
    with _room(file.parent, "the backup", OTHER_FILE), archive.private_draft(file) as to:
        with server.kept_stopped(start_again=True):
            record = server.dump(to, contents, report)
        with _on(server.start()) as graph:
            if questions.mark(graph) != mark:
                raise BackupDisturbedError(
                    "something was written while the backup began",
                    str(server.home),
                    "Run the command again when nothing else writes.",
                )
    if not ran:
        server.stop()
    return Backup(file, file_size(file), record)


def write_unread(settings: Settings, file: Path, report: OnProgress = silent) -> Backup:
    """Back up a store that no server of this release has opened yet, and leave its server stopped."""
    server, file = _StoppedServer(settings), file.expanduser().absolute()
    _refuse_existing(file, replace=False)
    space.require(file.parent, server.store_bytes, "the backup", OTHER_FILE)
    with (
        _room(file.parent, "the backup", OTHER_FILE),
        archive.private_draft(file) as to,
        server.kept_stopped(start_again=False),
    ):
        record = server.dump(to, None, report)
    return Backup(file, file_size(file), record)


def restore(
    settings: Settings,
    file: Path,
    questions: Questions,
    report: OnProgress = silent,
    *,
    replace: bool = False,
) -> Backup:
    """Let a backup become the store of the managed server, which is started again if it ran.

    Raises BackupDamagedError, BackupNewerError, HomeNotEmptyError unless `replace`, DiskFullError,
    RestoreDiffersError, and what `check_idle` raises. After an error, or when interrupted, the store is
    the one before.
    """
    server, file = _StoppedServer(settings), file.expanduser().absolute()
    record = archive.read(file)
    archive.verify(file, record, report)
    running = server.running()
    if server.has_store and (running is not None or not replace):
        with _on(running or server.start()) as graph:
            questions.check_idle(graph)
            if not replace:
                _require_empty(graph, server.home)
    server.home.mkdir(parents=True, exist_ok=True)
    space.require(server.home, record.store_bytes + space.START_BYTES, "the restore", space.MOVE_HOME)
    staged = _StoppedServer(with_home(settings, server.home / swap.STAGED))
    with (
        _room(server.home, "the restore", space.MOVE_HOME),
        server.kept_stopped(start_again=running is not None),
    ):
        try:
            _fill(staged, server.home / "password", file, record, questions, report)
            swap.commit(server.home)
        finally:
            staged.kill()
            swap.settle(server.home)
    return Backup(file, file_size(file), record)


def _fill(
    staged: _StoppedServer,
    password: Path,
    file: Path,
    record: BackupRecord,
    questions: Questions,
    report: OnProgress,
) -> None:
    """Unpack a backup into its own home, and compare what it holds with the record."""
    staged.home.mkdir()
    if password.exists():
        shutil.copy2(password, staged.home / "password")
    staged.load(file, record, report)
    report("comparing with the record", 0, 0)
    with _on(staged.start()) as graph:
        actual = questions.read(graph) if record.contents is not None else None
    if actual != record.contents:
        raise RestoreDiffersError(
            f"the restored database differs from the record of the backup: {_difference(record, actual)}",
            str(file),
            "Use another backup. The store is the one before.",
        )
    staged.stop()


def _difference(record: BackupRecord, actual: Contents | None) -> str:
    expected = record.contents
    assert expected is not None
    assert actual is not None
    names = ("members", "orders", "last_change", "runs")
    name = next(name for name in names if getattr(expected, name) != getattr(actual, name))
    return f"{name} {getattr(actual, name)}, not {getattr(expected, name)}"


def _require_empty(graph: Graph, home: Path) -> None:
    size = graph.read("graph/size")[0]
    if size["nodes"]:
        raise HomeNotEmptyError(
            f"the managed Neo4j holds a company: {size['members']:,} members, {size['orders']:,} orders",
            str(home),
            "Back it up first, then say --replace; or set UPLINE_HOME to another folder.",
        )


def _on(running: RunningServer) -> Graph:
    return Graph(running.uri, running.user, running.password)


def _refuse_existing(file: Path, *, replace: bool) -> None:
    if file.is_dir() or (file.exists() and not replace):
        raise BackupExistsError(
            "there is a folder of that name" if file.is_dir() else "the file exists already",
            str(file),
            "Choose another name, or say --replace.",
        )
    file.parent.mkdir(parents=True, exist_ok=True)


@contextmanager
def _room(folder: Path, work: str, setting: str) -> Iterator[None]:
    """Say in our terms that the disk has become full, for us or for Neo4j's tool."""
    try:
        yield
    except (OSError, AdminFailedError) as error:
        if not (isinstance(error, OSError) and error.errno in space.FULL) and NO_ROOM not in str(error):
            raise
        raise space.full(folder, work, setting) from error
