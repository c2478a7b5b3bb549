"""An archive is written: a folder of its own for each commit, with a file for each table, and the manifest.

All of it is written into a draft, onto the disk, and then given its name in one step: an archive is whole, or
it is not there. What a killed process has left is removed by the next one.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.archive.content import TableForm
from engine.archive.files import check_files
from engine.archive.manifest import NAME, Manifest
from engine.archive.measuring import bytes_while_sorting, manifest_of, measured
from engine.drafts import naming
from engine.errors import UplineError
from engine.graph.database import Graph
from engine.parquet import ParquetFile
from engine.passes.record import RunRecord
from engine.progress import OnProgress, silent
from engine.server import space
from engine.server.locks import locked

if TYPE_CHECKING:
    import pyarrow as pa

DRAFT = ".archive-"
"""How the names of drafts begin."""
WAIT_S = 600
"""How long an archive waits for another one that is being written into the same folder."""
OPTIONS = {"compression": "zstd", "compression_level": 3, "store_schema": False, "version": "2.6"}
"""Of the writer: the same version of it writes the same bytes."""
LETTERS = 40
"""Characters of a plan's name in the name of a folder."""


class ArchiveFolderError(UplineError):
    """The folder of archives cannot be written to."""


class ArchiveDiffersError(UplineError):
    """What the store holds of a run is not what was archived of it."""


@dataclass(frozen=True, slots=True)
class Written:
    """An archive that has been written: its manifest, and the folder that has it."""

    manifest: Manifest
    folder: Path


def require(folder: Path, run: RunRecord) -> None:
    """Raise ArchiveFolderError or DiskFullError where an archive of a run cannot be written to a folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ArchiveFolderError(
            f"archives cannot be written: {error.strerror}",
            str(folder),
            "Let UPLINE_ARCHIVE name a folder that can be written to.",
        ) from error
    needed = space.MIB + 5 * bytes_while_sorting(run) // 4
    space.require(folder, needed, "the archive", "let UPLINE_ARCHIVE name another folder")


def write(
    graph: Graph,
    run: RunRecord,
    folder: Path,
    commit: Mapping[str, Any],
    texts: Iterable[tuple[str, str]],
    previous: Mapping[str, Any] | None,
    expected: str | None = None,
    report: OnProgress = silent,
) -> Written:
    """Write the archive of a run into a folder of its own below `folder`; it can be repeated.

    `commit` has the properties of its commit, `texts` what is kept with the run (use and SHA-256), `previous`
    names the archive of the commit before; `expected` is the hash of the manifest where there was one before.
    An archive that is there already, and whole, is left as it is. Raises ArchiveDiffersError (then nothing is
    written), ArchiveFolderError, DiskFullError and HomeBusyError, and OSError with the file's name.
    """
    require(folder, run)
    with locked(folder / ".lock", WAIT_S):
        for left in folder.glob(f"{DRAFT}*"):
            shutil.rmtree(left, ignore_errors=True)
        draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=folder))
        try:
            files: dict[str, ParquetFile] = {}

            def keep(layout: TableForm, _number: int, _hash: str, block: "pa.Table") -> None:
                _file_of(files, draft, layout).write(block)

            tables = []
            for table in measured(graph, run, draft, keep, report):
                _file_of(files, draft, table.layout).close()
                _onto_disk(draft / table.file)
                tables.append(table)
            manifest = manifest_of(run, commit, tuple(tables), texts, previous)
            if expected not in (None, manifest.hash):
                raise _differs(run, folder)
            path = draft / NAME
            with naming(path):
                path.write_text(manifest.text, encoding="utf-8", newline="\n")
            _onto_disk(path)
            _onto_disk(draft)
            return Written(manifest, _named(draft, folder / folder_of(manifest)))
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _differs(run: RunRecord, folder: Path) -> ArchiveDiffersError:
    return ArchiveDiffersError(
        f"what the store holds of run {run.number} of {run.period} is not what was archived of it",
        str(folder),
        f"See which rows differ: upline run verify {run.number}.",
    )


def folder_of(manifest: Manifest) -> str:
    """The name of an archive's folder: period, plan, and the first characters of the manifest's hash."""
    plan = "".join(each if each.isascii() and each.isalnum() else "-" for each in manifest.content["plan"])
    period = "".join(each if each.isalnum() or each in "-." else "_" for each in manifest.content["period"])
    return f"{period}-{plan[:LETTERS].lower()}-{manifest.hash[:12]}"


def _file_of(files: dict[str, ParquetFile], draft: Path, layout: TableForm) -> ParquetFile:
    """The file of a table, which is made with its first block, or empty."""
    if layout.name not in files:
        files[layout.name] = ParquetFile(draft / f"{layout.name}.parquet", layout.schema, **OPTIONS)
    return files[layout.name]


def _named(draft: Path, folder: Path) -> Path:
    """Give a draft its name; one of that name that is whole stays, because it is the same."""
    if folder.exists():
        try:
            check_files(folder)
        except UplineError:
            folder.rename(draft.parent / f"{DRAFT}damaged-{draft.name.removeprefix(DRAFT)}")
        else:
            return folder
    with naming(folder):
        draft.rename(folder)
    _onto_disk(folder.parent)
    return folder


def _onto_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    with suppress(PermissionError) if path.is_dir() else naming(path):  # Windows opens no folder
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
