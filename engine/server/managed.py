"""The managed Neo4j: a child process that outlives the command that started it.

One home holds one store. The server's state is read from the process itself, never trusted from a file: a
home whose server died, whatever killed it, starts again.
"""

import errno
import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psutil

from engine.errors import UplineError
from engine.server import jars, java
from engine.server.configuration import configuration, memory
from engine.server.jars import DiskFullError, DownloadProgress
from engine.server.locks import locked
from engine.server.processes import (
    detached,
    end_process,
    file_size,
    free_port,
    has_argument,
    pid_with_argument,
    speaks_bolt,
    tail,
    write_private,
)  # fmt: skip
from engine.settings import Settings

USER = "neo4j"
CONSOLE = "logs/console.log"

START_S = 180
"""A start takes 8 seconds; recovery of a big store after a crash may take minutes."""
STOP_S = 120
"""A stop writes a last checkpoint; after this time the process is killed, and the next start recovers."""
LOCK_S = START_S + STOP_S
FREE_BYTES = 256 << 20
"""Bytes that must be free before a server starts: Neo4j misbehaves when its log cannot grow."""
PORT_TRIES = 5

CRASHED = "Neo4j had stopped unexpectedly; its store was recovered"
MOVED = "another program uses the port that Neo4j had, so Neo4j has a new one"
EMPTIED = "an import had not finished; its incomplete store was removed, so the database is empty"


class ServerFailedError(UplineError):
    """Neo4j ended, or did not answer, while it was being started."""


class StoreNewerError(UplineError):
    """The store was written by a later release of Neo4j than this one."""


class PasswordLostError(UplineError):
    """The password of an existing store is missing."""


class HomeRefusedError(UplineError):
    """The home of Neo4j cannot be written."""


class ServerRunningError(UplineError):
    """The server must be stopped first."""


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A managed server that answers. `notes` are sentences for the user; usually there are none."""

    uri: str
    user: str
    password: str
    pid: int
    home: Path
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the managed server.

    `state` is running, starting, crashed or stopped; `since` is when the process started (UTC), or None;
    `store_bytes` is the size of the store's files; `memory_bytes` is the process's resident memory, or None.
    """

    state: str
    home: Path
    version: str
    pid: int | None = None
    uri: str | None = None
    since: datetime | None = None
    store_bytes: int = 0
    memory_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class _Start:
    """The last start, as home/process.json records it."""

    pid: int
    port: int
    ready: bool


class Server:
    """The managed Neo4j of one home (`settings.home`)."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.home = settings.home.expanduser().absolute()

    def running(self) -> RunningServer | None:
        """The server if its process exists and has answered; never starts one."""
        last = self._last_start()
        if last is None or not last.ready or not self._alive(last.pid):
            return None
        return self._server(last)

    def status(self) -> Status:
        """The server's state, without changing anything."""
        last = self._last_start()
        stored = sum(file_size(file) for file in (self.home / "data").rglob("*"))
        version = self._content("version") or jars.lock().version
        known = Status("stopped", self.home, version, store_bytes=stored)
        if last is None:
            return known
        if not self._alive(last.pid):
            return replace(known, state="crashed")
        try:
            process = psutil.Process(last.pid)
            since = datetime.fromtimestamp(process.create_time(), UTC).replace(microsecond=0)
            resident = process.memory_info().rss
        except psutil.Error:
            return replace(known, state="crashed")
        state, uri = "running" if last.ready else "starting", _uri(last.port)
        return replace(known, state=state, pid=last.pid, uri=uri, since=since, memory_bytes=resident)

    def logs(self, lines: int = 50) -> list[str]:
        """The last lines of the server's log, oldest first; empty if it never ran."""
        log = tail(self.log_file, lines)
        # Java writes to the console when it cannot go on; its warnings to programmers are of no interest.
        console = [line for line in tail((self.home / CONSOLE), lines) if not line.startswith("WARNING: ")]
        return [*log, *console][-lines:]

    @property
    def log_file(self) -> Path:
        """The file of Neo4j's own log, which Neo4j extends and rotates."""
        return self.home / "logs" / "neo4j.log"

    def start(self, progress: DownloadProgress | None = None) -> RunningServer:
        """The running server, started if necessary; two callers at once get the same one.

        Downloads the jars first if they are missing (`progress`, or a bar on standard error).
        """
        if running := self.running():
            return running
        classes = jars.ensure(self.settings, progress)
        with self._locked():
            return self._started_elsewhere() or self._launch(classes)

    def stop(self) -> bool:
        """Stop the server and wait until it has ended; False if none was running."""
        if not self.home.is_dir():
            return False
        with self._locked():
            if (pid := self._pid()) is None:
                return False
            end_process(pid, STOP_S)
            self._delete_record()
            return True

    def kill(self) -> None:
        """Kill the server at once, as a crash would; for stores that are thrown away."""
        if (pid := self._pid()) is not None:
            end_process(pid, 0)

    def begin_import(self) -> None:
        """Mark that the store is being imported offline; a start before `end_import` empties it."""
        self._require_stopped("an offline import")
        self.home.mkdir(parents=True, exist_ok=True)
        self._import_marker.touch()

    def end_import(self) -> None:
        """Mark that the store that was imported offline is complete."""
        self._import_marker.unlink(missing_ok=True)

    def java_command(self, main_class: str, heap_mib: int) -> list[str]:
        """The command line that runs a class of Neo4j; downloads the jars if they are missing.

        Run it with `environment()` and, for admin work, with the server stopped.
        """
        return java.command(jars.ensure(self.settings), main_class, heap_mib)

    def environment(self) -> dict[str, str]:
        """The environment of Neo4j's tools for this home."""
        return java.environment(self.home)

    def admin(self, *args: str) -> str:
        """Run neo4j-admin while the server is stopped; returns its output, raises AdminFailedError."""
        self._require_stopped("the admin tool")
        with self._locked():
            self._prepare(0)
            return java.admin(jars.ensure(self.settings), self.home, *args)

    def _require_stopped(self, work: str) -> None:
        if self.running():
            what = f"{work} needs the server to be stopped"
            raise ServerRunningError(what, str(self.home), "Run `upline server stop` first.")

    @property
    def _import_marker(self) -> Path:
        return self.home / "importing"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            with locked(self.home / "lock", LOCK_S):
                yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise _full(self.home) from error
            if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
                raise HomeRefusedError(
                    f"the home of Neo4j cannot be written ({error.strerror})",
                    str(error.filename or self.home),
                    "Change its owner, or set UPLINE_HOME to another folder.",
                ) from error
            raise

    def _last_start(self) -> _Start | None:
        try:
            return _Start(**json.loads((self.home / "process.json").read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def _record(self, start: _Start) -> None:
        write_private(self.home / "process.json", json.dumps(asdict(start)))

    def _delete_record(self) -> None:
        (self.home / "process.json").unlink(missing_ok=True)

    def _alive(self, pid: int) -> bool:
        # The system gives a pid to another program later, but not with this home on its command line.
        return has_argument(pid, self._home_flag)

    @property
    def _home_flag(self) -> str:
        return f"--home-dir={self.home}"

    def _pid(self) -> int | None:
        """The pid of this home's server, even if the process that started it died before it recorded it."""
        last = self._last_start()
        return last.pid if last and self._alive(last.pid) else pid_with_argument(self._home_flag)

    def _server(self, start: _Start, notes: tuple[str, ...] = ()) -> RunningServer:
        return RunningServer(_uri(start.port), USER, self._content("password"), start.pid, self.home, notes)

    def _started_elsewhere(self) -> RunningServer | None:
        """The server that another process started, once it answers; the caller holds the lock."""
        last = self._last_start()
        if last is None or not self._alive(last.pid):
            if (pid := pid_with_argument(self._home_flag)) is not None:
                end_process(pid, STOP_S)  # without its port it is of no use
            return None
        if not last.ready:
            if not self._answers(last.pid, last.port):
                end_process(last.pid, 0)
                return None
            self._record(_Start(last.pid, last.port, True))
        return self._server(last)

    def _launch(self, classes: Path) -> RunningServer:
        self._refuse_newer()
        if shutil.disk_usage(self.home).free < FREE_BYTES:
            raise _full(self.home)
        notes = []
        before = self._last_start()
        if before and before.ready:
            notes.append(CRASHED)
        if self._import_marker.exists():
            for part in ("databases", "transactions"):
                shutil.rmtree(self.home / "data" / part / "neo4j", ignore_errors=True)
            self._import_marker.unlink()
            notes.append(EMPTIED)
        last_port = self._content("port")
        preferred = int(last_port) if last_port.isdigit() else 0
        for _ in range(PORT_TRIES):
            port = free_port(preferred)
            self._prepare(port)
            pid = self._spawn(classes)
            self._record(_Start(pid, port, False))
            if self._answers(pid, port):
                self._record(_Start(pid, port, True))
                write_private(self.home / "port", str(port))
                write_private(self.home / "version", jars.lock().version)
                if preferred not in (0, port):
                    notes.append(MOVED)
                return self._server(_Start(pid, port, True), tuple(notes))
            end_process(pid, 0)
            if "already in use" not in (log := "\n".join(self.logs(200))) and "BindException" not in log:
                break
            preferred = 0
        self._delete_record()
        raise self._failure()

    def _prepare(self, port: int) -> None:
        for name in ("conf", "logs", "run"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        text = configuration(port, memory(self.settings), brief=self.settings.brief)
        write_private(self.home / "conf" / "neo4j.conf", text)
        data, password = self.home / "data", self.home / "password"
        new = not (data / "databases" / "system").exists()
        if not password.exists():
            if not new:
                raise PasswordLostError(
                    "the store exists, but the file with its password is missing",
                    str(password),
                    "Restore the file, or remove the home and import again.",
                )
            write_private(password, secrets.token_hex(16))
            (data / "dbms" / "auth.ini").unlink(missing_ok=True)
        if new and not (data / "dbms" / "auth.ini").exists():
            classes = jars.ensure(self.settings)
            java.admin(classes, self.home, "dbms", "set-initial-password", password.read_text())

    def _spawn(self, classes: Path) -> int:
        folders = [self._home_flag, f"--config-dir={self.home / 'conf'}"]
        command = [*self._command(classes), *folders]
        with suppress(FileNotFoundError):  # so that the log is about this start alone
            self.log_file.replace(self.log_file.with_suffix(".previous.log"))
        with (self.home / CONSOLE).open("wb") as console:
            return detached(command, console, self.environment(), self.home)

    def _command(self, classes: Path) -> list[str]:
        return java.command(classes, java.SERVER, memory(self.settings).heap, brief=self.settings.brief)

    def _answers(self, pid: int, port: int) -> bool:
        """Wait until Bolt answers; False if the process ends or the time is up."""
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if not self._alive(pid):
                return False
            if speaks_bolt(port):
                return True
            time.sleep(0.1)
        return False

    def _content(self, name: str) -> str:
        """The content of a small file of the home; empty if there is none."""
        try:
            return (self.home / name).read_text().strip()
        except OSError:
            return ""

    def _refuse_newer(self) -> None:
        written = self._content("version")
        if _ordered(written) > _ordered(jars.lock().version):
            raise StoreNewerError(
                f"the store was written by Neo4j {written}; this upline only has {jars.lock().version}",
                str(self.home),
                "Use the upline that wrote it or a later one, or set UPLINE_HOME to another folder.",
            )

    def _failure(self) -> UplineError:
        log = self.logs(200)
        errors = [line for line in log if "ERROR" in line or "Caused by" in line or "Exception" in line]
        text = " | ".join((errors or log or ["its process ended without a message"])[-3:])
        return ServerFailedError(
            f"Neo4j did not start: {text[:1500]}",
            str(self.log_file),
            "Read its log with `upline server logs`. The store has not been changed.",
        )


def _uri(port: int) -> str:
    return f"bolt://127.0.0.1:{port}"


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _full(home: Path) -> DiskFullError:
    return DiskFullError(
        f"less than {FREE_BYTES >> 20} MiB of disk space is free",
        str(home),
        "Free some space, or set UPLINE_HOME to another folder.",
    )
