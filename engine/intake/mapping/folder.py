"""The files of a folder that a mapping reads: each once, with all the columns that are needed of it."""

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from engine.intake import files
from engine.intake.mapping.mapping import CompanyMapping, Condition, Feed
from engine.intake.refusals import Refusals

Key = tuple[Path, files.Dialect]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one file that feed a table: `rows` are their places in the file."""

    feed: Feed
    read: files.FileContents
    rows: pa.Array


@dataclass(slots=True)
class Folder:
    """The files that a mapping reads, each once."""

    directory: Path
    mapping: CompanyMapping
    refusals: Refusals
    read: dict[Key, files.FileContents | None] = field(default_factory=dict)
    taken: dict[Key, pa.Array] = field(default_factory=dict)
    """Which rows of each file feed some table."""


def contents_of(folder: Folder, path: Path, dialect: files.Dialect) -> files.FileContents | None:
    """A file with every column that the mapping reads of it; None where it is refused."""
    key = (path, dialect)
    if key not in folder.read:
        needed = _needed(folder, path)
        try:
            head = files.header(path, dialect, folder.refusals)
            sound = head is not None and _complete(folder, head, needed)
            folder.read[key] = files.contents(head, needed, folder.refusals) if head and sound else None
        except (OSError, csv.Error, pa.ArrowException) as error:
            reason = (str(error).splitlines() or [""])[0]
            folder.refusals.file(
                "unreadable_file", f"the file cannot be read: {reason}", path.name, "Write the file again."
            )
            folder.read[key] = None
    return folder.read[key]


def _needed(folder: Folder, path: Path) -> dict[str, str]:
    """The columns that the mapping reads of a file, each with the place where the mapping names it."""
    needed: dict[str, str] = {}
    for feed in folder.mapping.feeds:
        if any(path.match(name) for name in feed.files):
            for condition in feed.where:
                needed.setdefault(condition.column, feed.place)
            for column in feed.columns:
                for name in column.names:
                    needed.setdefault(name, column.place)
        for column in feed.columns:
            if column.lookup and column.lookup.file == path.name:
                look = column.lookup
                for name in (look.key, look.value, *(condition.column for condition in look.where)):
                    needed.setdefault(name, column.place)
    return needed


def _complete(folder: Folder, head: files.FileHeader, needed: Mapping[str, str]) -> bool:
    where = f"{head.path.name}:{head.line}"
    names = [name for name in head.names if name]
    missing = [name for name in needed if name not in names]
    for name in missing:
        folder.refusals.file(
            "missing_column",
            f"column {name} is missing, which the mapping reads; there are {', '.join(names) or 'none'}",
            where, f"Correct the mapping at {needed[name]}, or its delimiter and encoding.",
        )  # fmt: skip
    if twice := sorted({name for name in names if names.count(name) > 1} & needed.keys()):
        folder.refusals.file(
            "duplicate_column", f"column {', '.join(twice)} is there twice", where, "Rename one of them."
        )
    return not missing and not twice


def meets(read: files.FileContents, conditions: Collection[Condition]) -> pa.Array:
    """Which rows of a file meet some conditions."""
    mask = pa.array([True] * read.count, pa.bool_())
    for condition in conditions:
        texts = pc.fill_null(read.columns[condition.column], "")
        within = pc.is_in(texts, pa.array(condition.values, pa.string()))
        mask = pc.and_(mask, pc.invert(within) if condition.but else within)
    return mask
