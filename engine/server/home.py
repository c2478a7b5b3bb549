"""A home of the managed Neo4j: what is in it, whether its server is alive, and why the last one ended.

Nothing here starts or ends a server.
"""

import errno
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psutil

from engine.graph import driver
from engine.graph.database import Graph, ServerRefusedError, ServerUnreachableError
from engine.server import jars, space, swap
from engine.server.configuration import memory
from engine.server.locks import locked
from engine.server.processes import file_size, has_argument, pid_with_argument, speaks_bolt, tail
from engine.server.record import Ending, LastStart, last_ending, last_start, record_ending
from engine.server.refusals import home_refused
from engine.settings import Settings

USER = "neo4j"
CONSOLE, GC_LOG = "logs/console.log", "logs/gc.log"
STOPPED_WRITING = "its database had stopped, as it does when its log cannot be written on a full disk"
LAST_ATTEMPT = re.compile(r"Pause Full \((Allocation Failure|G1 Compaction Pause)\)")
"""The last thing that Java does before it ends for want of memory, in the words of its collector."""
LOCK_S = 300
"""Seconds to wait for another command: the longest start, and the longest stop."""


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

    `state` is running, starting, stopping, crashed or stopped; `since` is when the process started (UTC), or
    None; `store_bytes` is the size of the store's files, `free_bytes` what is free on their disk;
    `memory_bytes` is the process's resident memory, or None. `trouble` says why the database cannot be
    written, though the server runs; None where it can.
    """

    state: str
    home: Path
    version: str
    pid: int | None = None
    uri: str | None = None
    since: datetime | None = None
    store_bytes: int = 0
    memory_bytes: int | None = None
    user: str = USER
    password_file: Path | None = None
    free_bytes: int = 0
    trouble: str | None = None


class Home:
    """The folder of one managed Neo4j (`settings.home`)."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.home = settings.home.expanduser().absolute()

    def running(self) -> RunningServer | None:
        """The server if its process exists and has answered; never starts one."""
        last = last_start(self.home)
        if last is None or not last.ready or last.stopping or not self._alive(last.pid):
            return None
        return self._server(last)

    def status(self) -> Status:
        """The server's state, without changing anything."""
        last = last_start(self.home)
        stored = sum(file_size(file) for file in (self.home / "data").rglob("*"))
        version = self._content("version") or jars.lock().version
        file, free = self.home / "password", space.free(self.home)
        known = Status(
            "stopped", self.home, version, store_bytes=stored, free_bytes=free,
            password_file=file if file.exists() else None,
        )  # fmt: skip
        if last is None or self._has_stopped(last):
            return known
        if not self._alive(last.pid):
            return replace(known, state="crashed")
        try:
            process = psutil.Process(last.pid)
            since = datetime.fromtimestamp(process.create_time(), UTC).replace(microsecond=0)
            resident = process.memory_info().rss
        except psutil.Error:
            return replace(known, state="crashed")
        state = "stopping" if last.stopping else "running" if last.ready else "starting"
        trouble = self._trouble(last, free) if state == "running" else None
        return replace(
            known, state=state, pid=last.pid, uri=_uri(last.port), since=since, memory_bytes=resident,
            trouble=trouble,
        )  # fmt: skip

    def _trouble(self, last: LastStart, free: int) -> str | None:
        """Why nothing can be written into the running server's database; None where it can."""
        if free < space.LEAST_BYTES:
            return f"the disk is full ({free // space.MIB:,} MiB are free)"
        if not speaks_bolt(last.port):
            return "it does not answer"
        running = self._server(last)
        try:
            with Graph(running.uri, running.user, running.password) as graph:
                graph.verify()
                stopped = graph.trouble()
        except ServerRefusedError:
            return "it refuses the password in its file"
        except (ServerUnreachableError, *driver.lost()) as error:
            return f"it does not answer ({error})"
        return stopped and f"{stopped} The next command restarts it"

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

    @property
    def heap_mib(self) -> int:
        """The most heap that the server gets."""
        return memory(self.settings).heap

    def is_alive(self, pid: int) -> bool:
        """Whether the server of a process is alive."""
        return self._alive(pid)

    def ending(self, pid: int) -> Ending | None:
        """Why the server of a process ended that nobody stopped, where that is known."""
        ending = last_ending(self.home)
        return ending if ending and ending.pid == pid and not self._alive(pid) else None

    def ran_out_of_memory(self, pid: int) -> bool:
        """Whether the last server was of that process and has ended for want of memory."""
        last = last_start(self.home)
        if last is None or last.pid != pid or self._alive(pid):
            return False
        pauses = [line for line in tail(self.home / GC_LOG, 20) if "] GC(" in line]
        return bool(pauses) and LAST_ATTEMPT.search(pauses[-1]) is not None

    def last_ending(self) -> Ending | None:
        """Why the last server ended that nobody stopped, where that is known."""
        return last_ending(self.home)

    def note_crash(self) -> Ending | None:
        """Note why the last server has died, where its own last words say so and nobody noted it."""
        last = last_start(self.home)
        if last is None:
            return None
        if self.ending(last.pid) is None and self.ran_out_of_memory(last.pid):
            used_up = f"its memory was used up (UPLINE_HEAP_MIB gives it more than {self.heap_mib} MiB)"
            record_ending(self.home, Ending(last.pid, used_up, time.time()))
        return self.ending(last.pid)

    def _has_stopped(self, last: LastStart) -> bool:
        """Whether the server has ended as it was asked to, though nobody waited for it."""
        logged = any(line.endswith("Stopped.") for line in tail(self.log_file, 3))
        return last.stopping and logged and not self._alive(last.pid)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            with locked(self.home / "lock", LOCK_S):
                swap.settle(self.home)
                yield
        except OSError as error:
            if error.errno in space.FULL:
                raise space.full(self.home, "the start of Neo4j", space.MOVE_HOME) from error
            if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
                raise home_refused(self.home, error) from error
            raise

    def _alive(self, pid: int) -> bool:
        # The system gives a pid to another program later, but not with this home on its command line.
        return has_argument(pid, self._home_flag)

    @property
    def _home_flag(self) -> str:
        return f"--home-dir={self.home}"

    def _pid(self) -> int | None:
        """The pid of this home's server, even if the process that started it died before it recorded it."""
        last = last_start(self.home)
        return last.pid if last and self._alive(last.pid) else pid_with_argument(self._home_flag)

    def _server(self, start: LastStart, notes: tuple[str, ...] = ()) -> RunningServer:
        return RunningServer(_uri(start.port), USER, self._content("password"), start.pid, self.home, notes)

    def _content(self, name: str) -> str:
        """The content of a small file of the home; empty if there is none."""
        try:
            return (self.home / name).read_text().strip()
        except OSError:
            return ""


def _uri(port: int) -> str:
    return f"bolt://127.0.0.1:{port}"
