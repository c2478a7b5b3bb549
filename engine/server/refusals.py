"""What can be wrong with the home of a managed server, in words."""

import re
from collections.abc import Sequence
from pathlib import Path

from engine.errors import UplineError
from engine.graph.schema import EarlierStoreError
from engine.server import jars

READ_LOG = "Read its log with `upline server logs`. The store has not been changed."


class ServerFailedError(UplineError):
    """Neo4j ended, or did not answer, while it was being started."""


class ServerSilentError(UplineError):
    """The process of the managed server is there, but answers nothing."""


class StoreNewerError(UplineError):
    """The store was written by a later release of Neo4j than this one."""


class PasswordLostError(UplineError):
    """The password of an existing store is missing."""


class PasswordChangedError(UplineError):
    """The managed server refuses the password in its file: somebody has given it another one."""


class DatabaseStoppedError(UplineError):
    """The server runs, but its database does not, not even after a restart."""


class HomeRefusedError(UplineError):
    """The home of Neo4j cannot be written."""


class ServerRunningError(UplineError):
    """The server must be stopped first."""


def halted(pid: int) -> str:
    """What is wrong with a server whose process is there and answers nothing."""
    return f"Neo4j is there as process {pid}, but answers nothing: it is halted, or its machine is overloaded"


def let_go_on(pid: int) -> str:
    """What to do about such a server."""
    return f"`kill -CONT {pid}` lets a halted process go on, `upline server stop` ends it."


def refuse_newer(home: Path, written_by: str) -> None:
    """Raise StoreNewerError where a store was written by a later release than the lock's."""
    if ordered(written_by) > ordered(jars.lock().version):
        raise StoreNewerError(
            f"the store was written by Neo4j {written_by}; this upline only has {jars.lock().version}",
            str(home),
            "Use the upline that wrote it or a later one, or set UPLINE_HOME to another folder.",
        )


def refuse_earlier(home: Path, written_by: str) -> None:
    """Raise EarlierStoreError where a store was written by an earlier release than the lock's."""
    if written_by and ordered(written_by) < ordered(jars.lock().version):
        raise EarlierStoreError(
            f"the store was written by Neo4j {written_by}; this upline has {jars.lock().version}",
            str(home),
            "Run `upline server upgrade`: it backs the store up, and then lets this Neo4j open it.",
        )


def password_lost(file: Path) -> PasswordLostError:
    """The refusal of a store whose password nobody has."""
    return PasswordLostError(
        "the store exists, but the file with its password is missing",
        str(file),
        "Restore the file, or remove the home and import again.",
    )


def password_changed(file: Path) -> PasswordChangedError:
    """The refusal of a password that was changed in the server but not in its file."""
    return PasswordChangedError(
        "the managed Neo4j refuses the password in this file: it was changed in the database",
        str(file),
        "Write the new password into the file. If `upline server password` was interrupted, run it again.",
    )


def database_stopped(log_file: Path, trouble: str) -> DatabaseStoppedError:
    """The refusal of a database that does not start with its server."""
    return DatabaseStoppedError(
        f"the database of the managed Neo4j does not start: {trouble}",
        str(log_file),
        "Read the log with `upline server logs`; nothing of the store was removed.",
    )


def home_refused(home: Path, error: OSError) -> HomeRefusedError:
    """The refusal of a home that the system does not let us write."""
    return HomeRefusedError(
        f"the home of Neo4j cannot be written ({error.strerror})",
        str(error.filename or home),
        "Change its owner, or set UPLINE_HOME to another folder.",
    )


def failed(log: Sequence[str], log_file: Path) -> ServerFailedError:
    """Why a server did not start, from the last lines of its log."""
    errors = [line for line in log if "ERROR" in line or "Caused by" in line or "Exception" in line]
    text = " | ".join((errors or log or ["its process ended without a message"])[-3:])
    return ServerFailedError(f"Neo4j did not start: {text[:1500]}", str(log_file), READ_LOG)


def ordered(version: str) -> tuple[int, ...]:
    """A version's numbers, to be compared."""
    return tuple(int(part) for part in re.findall(r"\d+", version))
