"""The manifest of an archive: what was archived, by which hashes, and what it was made of.

The content hash is over the period, the plan and the tables alone: the same company gives the same one on
another machine. The manifest's own hash covers the rest too, and names that of the commit before: a chain.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.archive.content import BLOCK, BOOLEAN, INTEGER, TEXT, TableForm, canonical_hash, table_hash
from engine.errors import UplineError

FORMAT = 1
"""The version of the canonical form and of the manifest."""
NAME = "manifest.json"
OF_CONTENT = ("period", "first_day", "last_day", "plan", "plan_version", "plan_sha256", "currency")
"""What the content hash covers besides the tables."""


class ManifestMissingError(UplineError):
    """There is no manifest where an archive is to be checked."""


class ManifestAlteredError(UplineError):
    """A manifest cannot be read, contradicts itself, or is not the one that was committed."""


class ManifestVersionError(UplineError):
    """A manifest is of another version than this release reads."""


@dataclass(frozen=True, slots=True)
class ArchivedTable:
    """A table of an archive: its columns and key, how many rows it has, and the hash of each block."""

    layout: TableForm
    rows: int
    blocks: tuple[str, ...]

    @property
    def name(self) -> str:
        """The table's name."""
        return self.layout.name

    @property
    def hash(self) -> str:
        """The hash of its content."""
        return table_hash(self.layout, self.rows, self.blocks)

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.name}.parquet"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself.

    `content` has the keys of OF_CONTENT; `origin` says what it was made of: run, commit, hash of results,
    texts by SHA-256, versions of engine and time zone data, and `previous`, that of the commit before.
    """

    content: Mapping[str, Any]
    tables: tuple[ArchivedTable, ...]
    origin: Mapping[str, Any]

    @property
    def content_hash(self) -> str:
        """The hash of all content: the same for the same company, plan and period, on any machine."""
        return canonical_hash(
            {
                "format": FORMAT,
                "content": dict(self.content),
                "tables": {each.name: each.hash for each in self.tables},
            }
        )

    @property
    def text(self) -> str:
        """The manifest as its file has it: JSON, always with the same bytes."""
        data = {
            "format": FORMAT,
            "content_hash": self.content_hash,
            "content": dict(self.content),
            "tables": [
                {
                    "name": each.name, "file": each.file, "rows": each.rows, "hash": each.hash,
                    "columns": [list(column) for column in each.layout.columns],
                    "key": list(each.layout.key), "block_rows": BLOCK, "blocks": list(each.blocks),
                }
                for each in self.tables
            ],
            "origin": dict(self.origin),
        }  # fmt: skip
        return json.dumps(data, sort_keys=True, indent=1, ensure_ascii=False) + "\n"

    @property
    def hash(self) -> str:
        """The SHA-256 of the manifest's file."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def previous(self) -> Mapping[str, Any] | None:
        """The commit before, with the hash of its manifest; None where that has no archive."""
        return self.origin["previous"]  # type: ignore[no-any-return]


def read(path: Path) -> Manifest:
    """The manifest of a folder, or the file itself.

    Raises ManifestMissingError, ManifestVersionError and ManifestAlteredError.
    """
    file = path / NAME if path.is_dir() else path
    try:
        text = file.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ManifestMissingError(
            f"there is no {NAME}",
            str(path),
            f"Name the folder of an archive, which has a {NAME} and the tables next to it.",
        ) from error
    except UnicodeDecodeError as error:
        raise _altered(str(file), "it is not UTF-8 text") from error
    return parsed(text, str(file))


def parsed(text: str, where: str) -> Manifest:
    """The manifest of a text; `where` is what refusals name. Raises what `read` raises."""
    try:
        data = json.loads(text)
        version = data["format"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _altered(where, "it is not the JSON of a manifest") from error
    if version != FORMAT:
        raise ManifestVersionError(
            f"the manifest is of version {version!r}; this release reads version {FORMAT}",
            where,
            "Check it with the release of Upline that wrote it, or a later one.",
        )
    try:
        tables = tuple(_table(each, where) for each in data["tables"])
        content = {name: data["content"][name] for name in OF_CONTENT}
        manifest = Manifest(content, tables, {"previous": None, **data["origin"]})
        hashes = {each["name"]: each["hash"] for each in data["tables"]}
        expected = data["content_hash"]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _altered(where, f"it lacks what a manifest has: {error}") from error
    for table in tables:
        if hashes[table.name] != table.hash:
            raise _altered(where, f"the hash of {table.name} is not that of its blocks")
    if manifest.content_hash != expected:
        raise _altered(where, "its content hash is not that of its tables")
    if manifest.text != text:
        raise _altered(where, "it is written otherwise than Upline writes it, so its own hash is another")
    return manifest


def _table(data: Mapping[str, Any], where: str) -> ArchivedTable:
    name, columns = str(data["name"]), tuple((str(column), str(kind)) for column, kind in data["columns"])
    unknown = [kind for _, kind in columns if kind not in (TEXT, INTEGER, BOOLEAN)]
    if unknown or data["block_rows"] != BLOCK or data["file"] != f"{name}.parquet" or not name.isidentifier():
        raise _altered(
            where, f"{name} has a type, a size of blocks or a file that this version does not have"
        )
    layout = TableForm(name, columns, tuple(str(each) for each in data["key"]))
    return ArchivedTable(layout, int(data["rows"]), tuple(str(each) for each in data["blocks"]))


def _altered(where: str, why: str) -> ManifestAlteredError:
    return ManifestAlteredError(
        f"the manifest is not as it was written: {why}",
        where,
        "Take another copy of the archive, or have Upline write it again: upline run archive.",
    )
