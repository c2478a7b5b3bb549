"""Query files: one statement per `.cypher` file, its header comment the contract.

The folder and file name are the query's name: cypher/parts/volumes/group.cypher is ``volumes/group``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from engine.errors import UplineError

MODES = {"read": "r", "write": "w", "read-write": "rw", "schema": "s", "fragment": ""}
"""How a header names the server's own letters for a query's type; a fragment is no statement by itself."""

ROOMS = ("queries", "parts")
"""Folders of cypher/: statements that run as they are, and pieces with the statements that hold them."""

_HEADER = re.compile(
    r"^//\s*(mode|kind|params|returns|insert|scope|basis|levels|climb|flow|needs|order|carries|stage|starts|walk|shows|only|asks):\s*(.*)$",
    re.MULTILINE,
)
_NAME = re.compile(r"\$(\w+)")
_TOKEN = re.compile(r"<<(\w+)>>")


class QueryFileError(UplineError):
    """A query file breaks its own contract."""


class QueryArgumentsError(UplineError):
    """A query was asked with arguments that it does not declare, or without one that it does."""


@dataclass(frozen=True, slots=True)
class Query:
    """One statement with its contract.

    `mode` is a key of MODES; `params` and `returns` map names to Cypher types; `purpose` is the
    header's prose; `body` is the statement without its header.
    """

    name: str
    path: Path
    mode: str
    params: Mapping[str, str]
    returns: Mapping[str, str]
    purpose: str
    text: str

    def fill(self, **pieces: "Query | str") -> "Query":
        """Put fragments or plain text into the places ``<<name>>`` that the header's `insert` announces.

        The result declares the parameters of all its parts. Raises QueryArgumentsError when a piece
        is missing or not announced.
        """
        if wrong := sorted(set(_TOKEN.findall(self.text)) ^ pieces.keys()):
            raise QueryArgumentsError(f"pieces and places differ: {', '.join(wrong)}", f"{self.path}:1")
        params = dict(self.params)
        for piece in pieces.values():
            params.update(piece.params if isinstance(piece, Query) else {})
        text = _TOKEN.sub(lambda place: _plain(pieces[place[1]]), self.text)
        return replace(self, text=text, params=params)

    def replaced(self, old: str, new: str) -> "Query":
        """The same query with one piece of its text exchanged."""
        return replace(self, text=self.text.replace(old, new))

    def bind(self, **given: object) -> dict[str, object]:
        """The parameters, or QueryArgumentsError before the server sees anything wrong."""
        if wrong := sorted(given.keys() ^ self.params.keys()):
            raise QueryArgumentsError(
                f"arguments and declared params differ: {', '.join(wrong)}", f"{self.path}:1"
            )
        return dict(given)


def _plain(piece: Query | str) -> str:
    return piece.text if isinstance(piece, Query) else piece


def folder() -> Path:
    """The folder of query files: cypher/ in a checkout, a folder of the package in an installed wheel."""
    package = Path(__file__).parent.parent
    inside = package / "_cypher"
    return inside if inside.is_dir() else package.parent / "cypher"


def fields(text: str, path: Path) -> tuple[dict[str, str], str, str]:
    """Split a file into its header fields, its prose and its body."""
    header, gap, body = text.partition("\n\n")
    if not gap or not header.startswith("//"):
        raise QueryFileError("a header comment, then an empty line, must come first", f"{path}:1")
    found = {key: value.strip() for key, value in _HEADER.findall(header)}
    prose = [line.removeprefix("//").strip() for line in header.splitlines() if not _HEADER.match(line)]
    return found, " ".join(line for line in prose if line), body.strip()


def typed(listed: str, where: str) -> dict[str, str]:
    """Read ``name: TYPE, name: TYPE`` (or ``none``); commas inside brackets and strings do not count."""
    if listed in ("none", ""):
        return {}
    pairs = [part.strip().partition(":") for part in split(listed, "([{<", ")]}>")]
    if bad := [name for name, colon, kind in pairs if not colon or not kind.strip()]:
        raise QueryFileError(f"not of the form name: TYPE: {', '.join(bad)}", where)
    return {name.strip(): kind.strip() for name, _, kind in pairs}


def split(items: str, opening: str, closing: str) -> list[str]:
    """Split at commas outside of brackets and strings."""
    parts, depth, quote, start = [], 0, "", 0
    for place, sign in enumerate(items):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"`":
            quote = sign
        elif sign in opening:
            depth += 1
        elif sign in closing:
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(items[start:place])
            start = place + 1
    return [*parts, items[start:]]


def used(body: str) -> set[str]:
    """The parameters that a statement uses, comments left out."""
    return set(_NAME.findall(re.sub(r"//[^\n]*", "", body)))


def load(path: Path, name: str) -> Query:
    """Read one query file and hold its header against its text."""
    found, prose, body = fields(path.read_text(encoding="utf-8"), path)
    where = f"{path}:1"
    if missing := sorted({"mode", "params", "returns"} - found.keys()):
        raise QueryFileError(f"the header lacks {', '.join(missing)}", where)
    if found["mode"] not in MODES:
        raise QueryFileError(f"mode is {found['mode']!r}, none of {', '.join(MODES)}", where)
    params, returns = typed(found["params"], where), typed(found["returns"], where)
    announced = set(re.findall(r"\w+", found.get("insert", "")))
    wrong = sorted(used(body) - params.keys() if announced else used(body) ^ params.keys())
    if wrong:
        raise QueryFileError(f"declared and used params differ: {', '.join(wrong)}", where)
    if wrong := sorted(announced ^ set(_TOKEN.findall(body))):
        raise QueryFileError(f"announced and used insertions differ: {', '.join(wrong)}", where)
    return Query(name, path, found["mode"], params, returns, prose, body)


@cache
def query(name: str) -> Query:
    """The engine's own statement or piece of that name, for example ``volumes/group``."""
    path = next((path for room in ROOMS if (path := folder() / room / f"{name}.cypher").is_file()), None)
    if path is None:
        raise QueryFileError(f"there is no query {name}", str(folder()))
    return load(path, name)
