"""The managed Neo4j: a child process that outlives the command, on a Java that comes as a wheel.

One home holds one store. What is true of it is read from the process itself, never trusted from a
file: a home whose server died, whatever killed it, starts again.
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
from engine.server.jars import DiskFullError, Progress
from engine.server.locks import held
from engine.server.processes import detached, end, free_port, size, speaks_bolt, tail, write_private
from engine.settings import Settings

USER = "neo4j"
CONSOLE = "logs/console.log"

START_S = 180
"""A start takes 8 seconds; the recovery of a big store after a crash may take minutes."""
STOP_S = 120
"""A stop writes a last checkpoint; after this the process is ended and the next start recovers."""
LOCK_S = START_S + STOP_S
ROOM = 256 << 20
"""Bytes that must be free before a server starts: Neo4j misbehaves where the log cannot grow."""
PORT_TRIES = 5

CRASHED = "the server had stopped without warning; its store was recovered"
MOVED = "the port used before is taken by another program, so another was chosen"
EMPTIED = "an import had not finished; its half-made store was removed, so the store is empty"


class ServerFailedError(UplineError):
    """Neo4j ended, or never answered, while it was being started."""


class StoreNewerError(UplineError):
    """The store was written by a later release than this one."""


class PasswordLostError(UplineError):
    """A store without the password that opens it."""


class HomeRefusedError(UplineError):
    """The home may not be written."""


class ServerRunningError(UplineError):
    """The work needs the server stopped."""


@dataclass(frozen=True, slots=True)
class Running:
    """A managed server that answers. `notes` are sentences a person should see, mostly none."""

    uri: str
    user: str
    password: str
    pid: int
    home: Path
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of the managed server.

    `state` is running, starting, crashed or stopped; `since` is when the process began (UTC), or None;
    `store_bytes` counts the files of the store; `memory_bytes` is the process's resident memory, or None.
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
class _Process:
    """What home/process.json remembers of the last start."""

    pid: int
    port: int
    ready: bool


class Server:
    """The managed Neo4j of one home (`settings.home`)."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.home = settings.home.expanduser().absolute()

    def running(self) -> Running | None:
        """The server if its process is there and has answered; never starts one."""
        seen = self._seen()
        if seen is None or not seen.ready or not self._alive(seen.pid):
            return None
        return self._running(seen)

    def status(self) -> Status:
        """What is known, without touching anything."""
        seen = self._seen()
        stored = sum(size(file) for file in (self.home / "data").rglob("*"))
        known = Status("stopped", self.home, self._kept("version") or jars.lock().version, store_bytes=stored)
        if seen is None:
            return known
        if not self._alive(seen.pid):
            return replace(known, state="crashed")
        try:
            process = psutil.Process(seen.pid)
            since = datetime.fromtimestamp(process.create_time(), UTC).replace(microsecond=0)
            resident = process.memory_info().rss
        except psutil.Error:
            return replace(known, state="crashed")
        state, uri = "running" if seen.ready else "starting", _uri(seen.port)
        return replace(known, state=state, pid=seen.pid, uri=uri, since=since, memory_bytes=resident)

    def logs(self, lines: int = 50) -> list[str]:
        """The last lines of what the server said, oldest first; empty where it never ran."""
        said = tail(self.log_file, lines)
        # Java speaks up beside the log when it cannot go on; its advice to programmers is no news.
        aside = [line for line in tail((self.home / CONSOLE), lines) if not line.startswith("WARNING: ")]
        return [*said, *aside][-lines:]

    @property
    def log_file(self) -> Path:
        """The file of Neo4j's own log, which grows while it runs and is rotated by it."""
        return self.home / "logs" / "neo4j.log"

    def start(self, progress: Progress | None = None) -> Running:
        """The running server, started if need be; two callers at once get the same one.

        Fetches the jars first where they are missing (`progress`, or a bar on standard error).
        """
        if found := self.running():
            return found
        classes = jars.ensure(self.settings, progress)
        with self._locked():
            return self._found() or self._launch(classes)

    def stop(self) -> bool:
        """Stop the server and wait for it; False where none was running."""
        if not self.home.is_dir():
            return False
        with self._locked():
            seen = self._seen()
            pid = seen.pid if seen and self._alive(seen.pid) else self._stray()
            if pid is None:
                return False
            end(pid, STOP_S)
            self._forget()
            return True

    def kill(self) -> None:
        """End the server at once, as a crash would; for stores that are thrown away."""
        seen = self._seen()
        pid = seen.pid if seen and self._alive(seen.pid) else self._stray()
        if pid is not None:
            end(pid, 0)

    def begin_import(self) -> None:
        """Mark that the store is being made offline; a start before `end_import` empties it."""
        if self.running():
            raise ServerRunningError("the store cannot be made while its server runs", str(self.home))
        self.home.mkdir(parents=True, exist_ok=True)
        self._marker.touch()

    def end_import(self) -> None:
        """The store that was made offline is whole."""
        self._marker.unlink(missing_ok=True)

    def java_command(self, main_class: str, heap_mib: int) -> list[str]:
        """The command line that runs a class of Neo4j; fetches the jars where they are missing.

        Run it with `environment()` and, for admin work, with the server stopped.
        """
        return java.command(jars.ensure(self.settings), main_class, heap_mib)

    def environment(self) -> dict[str, str]:
        """The environment of Neo4j's tools for this home."""
        return java.environment(self.home)

    def admin(self, *args: str) -> str:
        """Run neo4j-admin with the server stopped; its output, or AdminFailedError."""
        if self.running():
            raise ServerRunningError(
                "the admin tool works on a stopped store", str(self.home), "Run `upline server stop` first."
            )
        with self._locked():
            self._prepare(0)
            return java.admin(jars.ensure(self.settings), self.home, *args)

    @property
    def _marker(self) -> Path:
        return self.home / "importing"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            with held(self.home / "lock", LOCK_S):
                yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise _full(self.home) from error
            if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
                raise HomeRefusedError(
                    f"the home of Neo4j cannot be written ({error.strerror})",
                    str(error.filename or self.home),
                    "Change its owner, or name another place in UPLINE_HOME.",
                ) from error
            raise

    def _seen(self) -> _Process | None:
        try:
            return _Process(**json.loads((self.home / "process.json").read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def _remember(self, seen: _Process) -> None:
        write_private(self.home / "process.json", json.dumps(asdict(seen)))

    def _forget(self) -> None:
        (self.home / "process.json").unlink(missing_ok=True)

    def _alive(self, pid: int) -> bool:
        # A pid comes back as another program's; the home on its command line does not.
        try:
            process = psutil.Process(pid)
            for _ in range(100):
                if process.status() == psutil.STATUS_ZOMBIE:
                    return False
                if line := process.cmdline():
                    return self._mark in line
                time.sleep(0.01)  # a program that is just being loaded has no command line yet
        except psutil.Error:
            pass
        return False

    @property
    def _mark(self) -> str:
        return f"--home-dir={self.home}"

    def _stray(self) -> int | None:
        """A server of this home that process.json does not know, as when its starter was killed."""
        found = (p.pid for p in psutil.process_iter(["cmdline"]) if self._mark in (p.info["cmdline"] or ()))
        return next((pid for pid in found if self._alive(pid)), None)

    def _running(self, seen: _Process, notes: tuple[str, ...] = ()) -> Running:
        return Running(_uri(seen.port), USER, self._kept("password"), seen.pid, self.home, notes)

    def _found(self) -> Running | None:
        """Under the lock: a server that somebody else started, once it answers."""
        seen = self._seen()
        if seen is None or not self._alive(seen.pid):
            if (stray := self._stray()) is not None:
                end(stray, STOP_S)  # its port is not known, so it is of no use
            return None
        if not seen.ready:
            if not self._answers(seen.pid, seen.port):
                end(seen.pid, 0)
                return None
            self._remember(_Process(seen.pid, seen.port, True))
        return self._running(seen)

    def _launch(self, classes: Path) -> Running:
        self._refuse_newer()
        if shutil.disk_usage(self.home).free < ROOM:
            raise _full(self.home)
        notes = []
        before = self._seen()
        if before and before.ready:
            notes.append(CRASHED)
        if self._marker.exists():
            for part in ("databases", "transactions"):
                shutil.rmtree(self.home / "data" / part / "neo4j", ignore_errors=True)
            self._marker.unlink()
            notes.append(EMPTIED)
        wanted = int(kept) if (kept := self._kept("port")).isdigit() else 0
        for _ in range(PORT_TRIES):
            port = free_port(wanted)
            self._prepare(port)
            pid = self._spawn(classes)
            self._remember(_Process(pid, port, False))
            if self._answers(pid, port):
                self._remember(_Process(pid, port, True))
                write_private(self.home / "port", str(port))
                write_private(self.home / "version", jars.lock().version)
                if wanted not in (0, port):
                    notes.append(MOVED)
                return self._running(_Process(pid, port, True), tuple(notes))
            end(pid, 0)
            if "already in use" not in (said := "\n".join(self.logs(200))) and "BindException" not in said:
                break
            wanted = 0
        self._forget()
        raise self._failure()

    def _prepare(self, port: int) -> None:
        for name in ("conf", "logs", "run"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        said = configuration(port, memory(self.settings), brief=self.settings.brief)
        write_private(self.home / "conf" / "neo4j.conf", said)
        data, password = self.home / "data", self.home / "password"
        new = not (data / "databases" / "system").exists()
        if not password.exists():
            if not new:
                raise PasswordLostError(
                    "the store is there but the file with its password is not",
                    str(password),
                    "Put the file back; or remove the home, and import again.",
                )
            write_private(password, secrets.token_hex(16))
            (data / "dbms" / "auth.ini").unlink(missing_ok=True)
        if new and not (data / "dbms" / "auth.ini").exists():
            classes = jars.ensure(self.settings)
            java.admin(classes, self.home, "dbms", "set-initial-password", password.read_text())

    def _spawn(self, classes: Path) -> int:
        places = [self._mark, f"--config-dir={self.home / 'conf'}"]
        command = [*self._command(classes), *places]
        with suppress(FileNotFoundError):  # so that the log tells of this start alone
            self.log_file.replace(self.log_file.with_suffix(".previous.log"))
        with (self.home / CONSOLE).open("wb") as console:
            return detached(command, console, self.environment(), self.home)

    def _command(self, classes: Path) -> list[str]:
        return java.command(classes, java.SERVER, memory(self.settings).heap, brief=self.settings.brief)

    def _answers(self, pid: int, port: int) -> bool:
        """Wait until Bolt answers; False once the process is gone or the time is up."""
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if not self._alive(pid):
                return False
            if speaks_bolt(port):
                return True
            time.sleep(0.1)
        return False

    def _kept(self, name: str) -> str:
        """What a small file of the home says; empty where there is none."""
        try:
            return (self.home / name).read_text().strip()
        except OSError:
            return ""

    def _refuse_newer(self) -> None:
        written = self._kept("version")
        if _ordered(written) > _ordered(jars.lock().version):
            raise StoreNewerError(
                f"the store was written by Neo4j {written}, this upline brings {jars.lock().version}",
                str(self.home),
                "Use the newer upline, or another home (UPLINE_HOME).",
            )

    def _failure(self) -> UplineError:
        said = self.logs(200)
        telling = [line for line in said if "ERROR" in line or "Caused by" in line or "Exception" in line]
        text = " | ".join((telling or said or ["its process ended without a word"])[-3:])
        return ServerFailedError(
            f"Neo4j did not start: {text[:1500]}",
            str(self.log_file),
            "Read its log with `upline server logs`; the store was left as it is.",
        )


def _uri(port: int) -> str:
    return f"bolt://127.0.0.1:{port}"


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _full(home: Path) -> DiskFullError:
    return DiskFullError(
        f"less than {ROOM >> 20} MiB is free",
        str(home),
        "Free some space, or name another place in UPLINE_HOME.",
    )
