"""Where a campaign happens: a small disk with a managed Neo4j on it, and two programs that run commands."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psutil

from engine.graph.database import Graph
from engine.server.home import RunningServer
from engine.server.managed import Server
from engine.server.template import copy_template
from engine.server.temporary import with_home
from engine.settings import Settings
from tests.soak.disk import Disk, small_disk
from tests.support.commands import PAPER, Commands, Done, Started, prepared

HEAP_MIB = 512
PATIENCE_S = 180
"""No command of so small a company may take longer, not even on a busy machine with a cold server."""
TOKEN = "UPLINE_SOAK"
"""A variable in the environment of every process of a campaign: its value is the campaign's own."""
SHARED_CACHE = ("jars", "templates")


class HangError(Exception):
    """A command did not end."""


@dataclass(slots=True)
class Site:
    """The folder, server and programs of one campaign."""

    disk: Disk
    server: Server
    environment: Mapping[str, str]
    programs: tuple[Commands, ...]
    streams: Path

    @property
    def folder(self) -> Path:
        return self.disk.folder

    def start(self, words: tuple[str, ...], *, second: bool = False, through: int | None = None) -> Started:
        """Begin a command; `second` next to one at work, `through` a port in place of the server's own."""
        env = dict(self.environment)
        if through is not None:
            running = self.running()
            assert running, "a line can only be cut where there is a server"
            env |= {
                "UPLINE_NEO4J_URI": f"bolt://127.0.0.1:{through}",
                "UPLINE_NEO4J_USER": running.user,
                "UPLINE_NEO4J_PASSWORD": running.password,
            }
        folder = Path(tempfile.mkdtemp(dir=self.streams))
        return self.programs[second].start([*words], env, folder)

    def run(self, *words: str) -> Done:
        """A command that nothing disturbs, to its end."""
        return self.wait(self.start(words))

    def wait(self, command: Started) -> Done:
        """The outcome of a command; HangError where it does not end."""
        done = command.ended(PATIENCE_S)
        if done is None:
            os.killpg(command.pid, signal.SIGKILL)
            command.ended(PATIENCE_S)
            raise HangError(f"upline {' '.join(command.words)} had not ended after {PATIENCE_S} s")
        return done

    def running(self) -> RunningServer | None:
        """The managed server, if it answers; it is never started for that."""
        return self.server.running()

    def port(self) -> int:
        """Where the managed server listens; it must run."""
        running = self.running()
        assert running, "a line can only be cut where there is a server"
        return int(running.uri.rpartition(":")[2])

    @contextmanager
    def graph(self) -> Iterator[Graph]:
        """The database itself, past any proxy; the server must run."""
        running = self.running()
        assert running, "the server does not run"
        with Graph(running.uri, running.user, running.password) as graph:
            yield graph

    def processes(self) -> list[psutil.Process]:
        """Every process that a command of this campaign has started and that is there; no zombies."""
        ours = {os.getpid(), *(program.pid for program in self.programs)}
        processes = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                marked = process.environ().get(TOKEN) == self.environment[TOKEN]
                if marked and process.pid not in ours and process.status() != psutil.STATUS_ZOMBIE:
                    processes.append(process)
        return processes

    def strays(self, patience_s: float = 10) -> list[str]:
        """Processes other than the managed server that are still there after a while, described."""
        until = time.monotonic() + patience_s
        while True:
            running = self.running()
            known = running.pid if running else None
            left = [process for process in self.processes() if process.pid != known]
            if not left or time.monotonic() > until:
                return [_named(process) for process in left]
            time.sleep(0.1)

    def servers(self) -> list[psutil.Process]:
        """Java at work for this campaign: the managed server, a scratch server, the import tool."""
        servers = []
        for process in self.processes():
            with suppress(psutil.Error):
                if process.name().startswith("java"):
                    servers.append(process)
        return servers

    def end_processes(self) -> None:
        """Kill every process of the campaign, also those that start meanwhile; only the programs stay."""
        while processes := self.processes():
            for process in processes:
                with suppress(psutil.Error):
                    process.kill()
                    process.wait(10)

    def renew(self) -> None:
        """A new, empty store, whatever happened to the one before."""
        self.end_processes()
        self.disk.make_room()
        shutil.rmtree(self.server.home, ignore_errors=True)
        copy_template(self.server.settings, self.server.home)


def _named(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return f"{process.pid}: {' '.join(process.cmdline())[-200:]}"
    return str(process.pid)


@contextmanager
def site() -> Iterator[Site]:
    """A site whose store is empty and whose server does not run; everything of it is gone afterwards."""
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk())
        streams = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="upline-soak-output-")))
        settings = with_home(Settings(heap_mib=HEAP_MIB, brief=True), disk.folder / "home")
        copy_template(settings, settings.home)
        environment = _environment(settings, disk.folder / "cache")
        token = {TOKEN: environment[TOKEN]}
        programs = tuple(stack.enter_context(prepared(token)) for _ in range(2))
        made = Site(disk, Server(settings), environment, programs, streams)
        try:
            yield made
        finally:
            made.end_processes()


def _environment(settings: Settings, cache: Path) -> dict[str, str]:
    """The environment of every command: a managed server on the disk, and scratch servers there too."""
    cache.mkdir()
    for name in SHARED_CACHE:
        (cache / name).symlink_to(settings.cache.absolute() / name)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UPLINE_")}
    return kept | PAPER | {
        "UPLINE_HOME": str(settings.home),
        "UPLINE_CACHE": str(cache),
        "UPLINE_HEAP_MIB": str(HEAP_MIB),
        "UPLINE_BRIEF": "1",
        "UPLINE_TIDY": "now",  # what is left after a command is then what it left for good
        "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1",
        TOKEN: uuid4().hex,
    }  # fmt: skip
