"""The file of a backup: a zip archive with Neo4j's own dump of the database, and a record that checks it.

    neo4j.dump    what neo4j-admin database dump wrote; every Neo4j of that release or later can load it
    backup.json   who made it of what, the size and SHA-256 of the dump, and what the database held

The record is written last and the file gets its name when it is complete, so that half a backup is none.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

from engine import __version__
from engine.errors import UplineError
from engine.progress import OnProgress
from engine.server import jars
from engine.server.refusals import ordered

LAYOUT = 1
"""The layout of the file; a later one is refused."""
DUMP, RECORD = "neo4j.dump", "backup.json"
CHUNK = 1 << 20


class BackupDamagedError(UplineError):
    """A file is no whole backup."""


class BackupNewerError(UplineError):
    """A backup was made by a later release than this one."""


@dataclass(frozen=True, slots=True)
class RunHash:
    """A complete run and the hash of its results, computed from what is stored."""

    number: int
    period: str
    plan: str
    results_hash: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds, as far as no clearing away changes it; with the hash of each complete run."""

    members: int
    orders: int
    last_change: int
    runs: tuple[RunHash, ...]


@dataclass(frozen=True, slots=True)
class BackupRecord:
    """The record in a backup. Sizes are bytes.

    `engine` and `neo4j` are the releases that wrote the store. Of a store that this release has not opened
    `contents` is None and `engine` empty.
    """

    made_at: str
    store_bytes: int
    contents: Contents | None
    engine: str
    neo4j: str
    dump_bytes: int = 0
    dump_sha256: str = ""
    layout: int = LAYOUT


@contextmanager
def private_draft(file: Path) -> Iterator[IO[bytes]]:
    """A file that only its owner can read, under another name until the block ends without an error."""
    draft = file.with_name(f"{file.name}.part")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as handle:
            yield handle
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(file)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def write(to: IO[bytes], dump: IO[bytes], record: BackupRecord, report: OnProgress) -> BackupRecord:
    """Write a dump and its record into an open file; returns the record with size and hash of the dump."""
    digest, size = hashlib.sha256(), 0
    with zipfile.ZipFile(to, "w", zipfile.ZIP_STORED) as archive:
        with archive.open(DUMP, "w", force_zip64=True) as entry:
            while chunk := dump.read(CHUNK):
                entry.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                report("writing the backup, MiB", size >> 20, 0)
        record = replace(record, dump_bytes=size, dump_sha256=digest.hexdigest())
        archive.writestr(RECORD, json.dumps(asdict(record), indent=2))
    return record


def read(file: Path) -> BackupRecord:
    """The record of a backup. Raises BackupDamagedError, and BackupNewerError for one of a later release."""
    try:
        with zipfile.ZipFile(file) as archive:
            facts: dict[str, Any] = json.loads(archive.read(RECORD))
            if facts["layout"] == LAYOUT:
                record = _record(facts)
                if archive.getinfo(DUMP).file_size != record.dump_bytes:
                    raise ValueError("the dump has another size than the record says")
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError, NotImplementedError) as error:
        raise _damaged(file, str(error)) from error
    for name, theirs, ours in (
        ("layout", facts["layout"], LAYOUT),
        ("upline", facts["engine"], __version__),
        ("Neo4j", facts["neo4j"], jars.lock().version),
    ):
        if ordered(str(theirs)) > ordered(str(ours)):
            raise BackupNewerError(
                f"the backup is of {name} {theirs}, this is {name} {ours}",
                str(file),
                f"Restore it with the upline that made it ({facts['engine']}) or a later one.",
            )
    return record


def verify(file: Path, record: BackupRecord, report: OnProgress) -> None:
    """Read the whole dump and compare it with the record; raises BackupDamagedError."""
    digest = hashlib.sha256()
    for chunk in pieces(file, record, "checking the backup, MiB", report):
        digest.update(chunk)
    if digest.hexdigest() != record.dump_sha256:
        raise _damaged(file, "the dump is not the one that was written")


def pieces(file: Path, record: BackupRecord, stage: str, report: OnProgress) -> Iterable[bytes]:
    """The dump in pieces; raises BackupDamagedError where it cannot be read to its end."""
    done = 0
    try:
        with zipfile.ZipFile(file) as archive, archive.open(DUMP) as entry:
            while chunk := entry.read(CHUNK):
                done += len(chunk)
                report(stage, done >> 20, record.dump_bytes >> 20)
                yield chunk
    except (zipfile.BadZipFile, EOFError) as error:
        raise _damaged(file, str(error)) from error


def _record(facts: dict[str, Any]) -> BackupRecord:
    contents = facts["contents"]
    if contents is not None:
        runs = tuple(RunHash(**run) for run in contents["runs"])
        contents = Contents(**{**contents, "runs": runs})
    return BackupRecord(**{**facts, "contents": contents})


def _damaged(file: Path, reason: str) -> BackupDamagedError:
    return BackupDamagedError(
        f"this is no whole backup: {reason}", str(file), "Use another backup. Nothing has been changed."
    )
