"""What a command says of a managed server that it has lost, and the work that begins again by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeGuard

from engine.commands.console import note
from engine.errors import UplineError
from engine.graph import driver
from engine.server import space
from engine.server.managed import Server
from engine.server.processes import speaks_bolt
from engine.server.record import Ending
from engine.server.refusals import halted, let_go_on
from engine.settings import Settings

KNOWN_S = 3.0
"""Seconds after which whoever watches over a statement has noted that the server died of it."""
LOOK_S = 0.2


class ServerLostError(UplineError):
    """The connection to Neo4j was lost during a command."""


class FileRefusedError(UplineError):
    """A file or folder that a command needs cannot be read or written."""


class DatabaseRefusedError(UplineError):
    """Neo4j refused a statement of the engine."""


def explained(error: driver.DriverError | driver.Neo4jError, since: float) -> UplineError:
    """The refusal of a command that began at a time (seconds, UTC) and failed at the database."""
    settings = Settings()
    home = None if settings.neo4j_uri else Server(settings).home
    if home is not None and space.free(home) < space.LEAST_BYTES:
        return space.full(home, "the work of this command", space.MOVE_HOME)
    if isinstance(error, driver.DriverError):
        return lost_server(error, since)
    return DatabaseRefusedError(f"{error.code}: {error.message}")


def of_database(error: Exception) -> TypeGuard[driver.DriverError | driver.Neo4jError]:
    """Whether an error is of a lost connection, or the server's own."""
    return isinstance(error, (*driver.lost(), driver.Neo4jError))


def file_refused(error: OSError) -> UplineError:
    """The refusal of a command that failed at a file or folder."""
    if error.errno in space.FULL:
        folder = Path(error.filename).parent if error.filename else Path.cwd()
        return space.full(folder, "the work of this command", "write to another folder")
    return FileRefusedError(
        f"the file or folder cannot be used: {error.strerror or error}",
        str(error.filename) if error.filename else None,
        "Use another file or folder, or make this one accessible.",
    )


def lost_server(error: driver.DriverError, since: float) -> ServerLostError:
    """The refusal of a command that began at a time (seconds, UTC) and has lost its server."""
    ending = _ending(since)
    again = "Run the command again: it first clears away what this one left unfinished."
    if ending is None and (pid := _silent()) is not None:
        return ServerLostError(halted(pid), todo=f"{let_go_on(pid)} {again}")
    reason = f"Neo4j has ended: {ending.reason}" if ending else f"the connection to Neo4j was lost ({error})"
    return ServerLostError(reason, todo=again)


def _silent() -> int | None:
    """The process of the managed server, where it is there and answers nothing."""
    settings = Settings()
    running = None if settings.neo4j_uri else Server(settings).running()
    if running is None or speaks_bolt(int(running.uri.rpartition(":")[2])):
        return None
    return running.pid


def begun_again(work: Callable[[], None]) -> None:
    """Do some work, and once more where Neo4j was restarted for the sake of somebody's statement.

    The work has to clear away what its first attempt left.
    """
    since = time.time()
    try:
        work()
    except driver.lost():
        ending = _ending(since)
        if ending is None or not ending.statement:
            raise
        note(f"Neo4j was restarted ({ending.reason}), so the work begins again")
        work()


def _ending(since: float) -> Ending | None:
    """Why the managed server has ended since a time, where somebody has noted it, or notes it now."""
    settings = Settings()
    if settings.neo4j_uri:
        return None
    server = Server(settings)
    until = time.monotonic() + KNOWN_S
    while True:
        ending = server.last_ending()
        if ending and ending.at >= since and (ending.statement or time.monotonic() > until):
            return ending
        if time.monotonic() > until:
            return server.note_crash()
        time.sleep(LOOK_S)
