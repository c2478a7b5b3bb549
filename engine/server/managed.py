"""The managed Neo4j: a child process that outlives the command that started it.

One home holds one store. The server's state is read from the process itself, never trusted from a file: a
home whose server died, whatever killed it, starts again.
"""

import re
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from engine.server import jars, java, space
from engine.server.configuration import configuration, memory
from engine.server.home import CONSOLE, GC_LOG, STOPPED_WRITING, Home, RunningServer
from engine.server.jars import DownloadProgress
from engine.server.processes import (
    detached,
    end_process,
    file_size,
    free_port,
    pid_with_argument,
    speaks_bolt,
    tail,
    write_private,
)  # fmt: skip
from engine.server.record import (
    Ending,
    LastStart,
    forget,
    last_ending,
    last_start,
    record,
    record_ending,
)  # fmt: skip
from engine.server.refusals import (
    ServerRunningError,
    failed,
    password_lost,
    refuse_earlier,
    refuse_newer,
)  # fmt: skip

START_S = 180
"""A start takes 8 seconds; recovery of a big store after a crash may take minutes."""
STOP_S = 120
"""A stop writes a last checkpoint; after this time the process is killed, and the next start recovers."""
PORT_TRIES = 5

CRASHED = "Neo4j had stopped unexpectedly; its store was recovered"
RESTARTED = "Neo4j was restarted: {}; its store was recovered"
CUT = (
    "the last record in the log of its database was incomplete and was left out; a copy of that log is in {}"
)
PANIC = "needs to be restarted"
"""What every statement gets from a database that has stopped."""
DAMAGED = re.compile(r"\[neo4j/\w+\] Fail to read transaction log version (\d+)")
"""What recovery says of a log whose rest it cannot read."""
MOVED = "another program uses the port that Neo4j had, so Neo4j has a new one"
EMPTIED = "an import had not finished; its incomplete store was removed, so the database is empty"


class Server(Home):
    """The managed Neo4j of one home (`settings.home`): what is done to it."""

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
            self._end(pid)
            return True

    def _end(self, pid: int) -> None:
        """End the server; noted first, so that the next command finishes a stop that is interrupted."""
        last = last_start(self.home)
        if last is not None and last.pid == pid:
            with suppress(OSError):  # a full disk must not keep a server from being stopped
                record(self.home, replace(last, stopping=True))
        end_process(pid, STOP_S)
        forget(self.home)

    def kill(self) -> None:
        """Kill the server at once, as a crash would; for stores that are thrown away."""
        if (pid := self._pid()) is not None:
            end_process(pid, 0)

    def end_at_once(self) -> None:
        """Kill the server whose store is replaced; the next start takes its end for no crash."""
        pid = self._pid()
        forget(self.home)  # first: interrupted here, the next start ends a server without a record
        if pid is not None:
            end_process(pid, 0)

    def end(self, pid: int, reason: str) -> None:
        """Note that the server of a process ends for a statement's sake, and kill it if it is alive."""
        with self._locked():
            last, known = last_start(self.home), last_ending(self.home)
            if (last and last.pid == pid) or (known and known.pid == pid):
                with suppress(OSError):  # the disk may be full
                    record_ending(self.home, Ending(pid, reason, time.time(), statement=True))
            if self._alive(pid):
                end_process(pid, 0)

    def revive(self, pid: int, trouble: str) -> RunningServer | None:
        """Restart a server whose database has stopped, or does not start because its log ends damaged.

        A disk that was full leaves half a record there, of a transaction that failed. It is left out; where
        there was one, a copy of the log is kept in the home. Raises DiskFullError while the disk is full.
        None where something else is wrong.
        """
        classes = jars.ensure(self.settings)
        with self._locked():
            last = last_start(self.home)
            if last is None or last.pid != pid or not self._alive(pid):
                return self._started_elsewhere() or self._launch(classes)
            if PANIC not in trouble and not self._log_ends_damaged():
                return None
            log, copy = self.home / "data" / "transactions" / "neo4j", self.home / f"damaged-log-{pid}"
            size = sum(file_size(file) for file in log.iterdir())
            space.require(self.home, space.START_BYTES + size, "Neo4j", space.MOVE_HOME)
            end_process(pid, 0)
            shutil.copytree(log, copy, dirs_exist_ok=True)
            forget(self.home)
            logged = file_size(self._debug_log)
            running = self._launch(classes, tolerant=True)
            notes = [RESTARTED.format(STOPPED_WRITING), *running.notes]
            if self._log_ends_damaged(logged):
                notes.append(CUT.format(copy))
            else:
                shutil.rmtree(copy, ignore_errors=True)
            return replace(running, notes=tuple(notes))

    def _log_ends_damaged(self, since: int = 0) -> bool:
        """Whether a recovery could not read the transaction log's last file to its end.

        `since` is the size that debug.log had before it; without, the last lines of debug.log count.
        """
        files = (self.home / "data" / "transactions" / "neo4j").glob("neostore.transaction.db.*")
        newest = max((int(file.suffix[1:]) for file in files), default=-1)
        if since:
            with self._debug_log.open("rb") as log:
                log.seek(since)
                text = log.read().decode("utf-8", "replace")
        else:
            text = "\n".join(tail(self._debug_log, 200))
        failures = DAMAGED.findall(text)
        return bool(failures) and int(failures[-1]) == newest

    @property
    def _debug_log(self) -> Path:
        return self.home / "logs" / "debug.log"

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
        if self._pid() is not None:
            what = f"{work} needs the server to be stopped"
            raise ServerRunningError(what, str(self.home), "Run `upline server stop` first.")

    @property
    def _import_marker(self) -> Path:
        return self.home / "importing"

    def _started_elsewhere(self) -> RunningServer | None:
        """The server that another process started, once it answers; the caller holds the lock."""
        last = last_start(self.home)
        if last is None or not self._alive(last.pid):
            if (pid := pid_with_argument(self._home_flag)) is not None:
                end_process(pid, STOP_S)  # without its port it is of no use
            return None
        if last.stopping:
            self._end(last.pid)
            return None
        if not last.ready:
            if not self._answers(last.pid, last.port):
                end_process(last.pid, 0)
                return None
            record(self.home, LastStart(last.pid, last.port, True))
        return self._server(last)

    def _launch(self, classes: Path, *, tolerant: bool = False) -> RunningServer:
        refuse_newer(self.home, self._content("version"))
        refuse_earlier(self.home, self._content("version"))
        space.require(self.home, space.START_BYTES, "Neo4j", space.MOVE_HOME)
        notes = []
        before = last_start(self.home)
        if before and before.ready and not self._has_stopped(before):
            ending = self.note_crash()
            notes.append(RESTARTED.format(ending.reason) if ending else CRASHED)
        if self._import_marker.exists():
            for part in ("databases", "transactions"):
                shutil.rmtree(self.home / "data" / part / "neo4j", ignore_errors=True)
            self._import_marker.unlink()
            notes.append(EMPTIED)
        last_port = self._content("port")
        preferred = int(last_port) if last_port.isdigit() else 0
        for _ in range(PORT_TRIES):
            port = free_port(preferred)
            self._prepare(port, tolerant=tolerant)
            pid = self._spawn(classes)
            record(self.home, LastStart(pid, port, False))
            if self._answers(pid, port):
                record(self.home, LastStart(pid, port, True))
                write_private(self.home / "port", str(port))
                write_private(self.home / "version", jars.lock().version)
                if preferred not in (0, port):
                    notes.append(MOVED)
                return self._server(LastStart(pid, port, True), tuple(notes))
            end_process(pid, 0)
            if "already in use" not in (log := "\n".join(self.logs(200))) and "BindException" not in log:
                break
            preferred = 0
        forget(self.home)
        raise failed(self.logs(200), self.log_file)

    def _prepare(self, port: int, *, tolerant: bool = False) -> None:
        for name in ("conf", "logs", "run"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        text = configuration(port, memory(self.settings), brief=self.settings.brief, tolerant=tolerant)
        write_private(self.home / "conf" / "neo4j.conf", text)
        data, password = self.home / "data", self.home / "password"
        new = not (data / "databases" / "system").exists()
        if not password.exists():
            if not new:
                raise password_lost(password)
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
        return java.command(classes, java.SERVER, self.heap_mib, brief=self.settings.brief, gc_log=GC_LOG)

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
