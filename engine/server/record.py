"""What a home records of its server: the last start, whether a stop was asked for, and why one ended.

The record is a hint. Whether a server runs is read from the process itself.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.server.processes import write_private

START, ENDING = "process.json", "ending.json"


@dataclass(frozen=True, slots=True)
class LastStart:
    """The last start of a home's server. `stopping`: it was asked to stop, so its end is no crash."""

    pid: int
    port: int
    ready: bool
    stopping: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """Why the server of a process ended that nobody stopped, in words; `at` is the time in seconds (UTC).

    `statement`: a statement that somebody asked was the reason, so other work can begin again.
    """

    pid: int
    reason: str
    at: float
    statement: bool = False


def last_start(home: Path) -> LastStart | None:
    """The last start, or None where there is none, or no readable one."""
    try:
        return LastStart(**json.loads((home / START).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def record(home: Path, start: LastStart) -> None:
    """Replace the last start."""
    write_private(home / START, json.dumps(asdict(start)))


def forget(home: Path) -> None:
    """Remove the last start: its server has ended as it should."""
    (home / START).unlink(missing_ok=True)


def last_ending(home: Path) -> Ending | None:
    """Why the last server ended that nobody stopped, or None."""
    try:
        return Ending(**json.loads((home / ENDING).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def record_ending(home: Path, ending: Ending) -> None:
    """Replace the last ending."""
    write_private(home / ENDING, json.dumps(asdict(ending)))
