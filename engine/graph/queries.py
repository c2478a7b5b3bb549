"""Query files: one statement per `.cypher` file, its header comment the contract.

The folder and file name are the query's name: cypher/parts/volumes/group.cypher is ``volumes/group``. A query
knows the file and line of every stretch of its text, however many files it was put together from.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from engine.errors import UplineError
from engine.graph.pieces import HOLE, LITERAL, Piece, Pieces, filled, offset_of, origin_of, text_of

MODES = {"read": "r", "write": "w", "read-write": "rw", "schema": "s", "fragment": ""}
"""The modes that a header may name, and the letters by which the server reports each type of query. A
fragment is no statement by itself."""

KEPT = ".kept"
"""A file that marks a folder of rules as those that a run has kept."""
ROOMS = ("queries", "parts")
"""Folders of cypher/: statements that run as they are, and pieces with the statements that hold them."""

_HEADER = re.compile(
    r"^//\s*(mode|kind|params|returns|insert|scope|basis|levels|climb|flow|needs|order|carries|stage|starts|walk|shows|only|asks|reach|figures|areas):\s*(.*)$",
    re.MULTILINE,
)
_NAME = re.compile(r"\$(\w+)")
_OUTSIDE_LITERALS = re.compile(rf"{LITERAL.pattern}|\$(\w+)", re.DOTALL)
VALUES = "values"
"""The one parameter of a statement whose parameters are gathered."""


class QueryFileError(UplineError):
    """A query file breaks its own contract."""


class QueryArgumentsError(UplineError):
    """A query was called with arguments that it does not declare, or without one that it declares."""


@dataclass(frozen=True, slots=True)
class Query:
    """One statement, or a piece of one, with its contract.

    `mode` is a key of MODES; `params` and `returns` map names to Cypher types; `purpose` is the header's
    prose; `text` is the statement without its header, and `pieces` say where each stretch of it comes from.
    """

    name: str
    path: Path
    mode: str
    params: Mapping[str, str]
    returns: Mapping[str, str]
    purpose: str
    text: str
    pieces: Pieces = ()

    def __post_init__(self) -> None:
        if not self.pieces:
            object.__setattr__(self, "pieces", (Piece(self.text, self.path, 1),))

    def fill(self, **pieces: "Query | str") -> "Query":
        """Put fragments or plain text into the places ``<<name>>`` that the header's `insert` announces.

        The result declares the parameters of all its parts. Raises QueryArgumentsError when a piece
        is missing or not announced, or when plain text has several lines: those belong into a file.
        """
        if wrong := sorted(self.holes ^ pieces.keys()):
            raise QueryArgumentsError(f"pieces and places differ: {', '.join(wrong)}", f"{self.path}:1")
        params, contents = dict(self.params), dict[str, Pieces | str]()
        for name, piece in pieces.items():
            if isinstance(piece, Query):
                params.update(piece.params)
                contents[name] = piece.pieces
            elif "\n" in piece:
                raise QueryArgumentsError(f"{name} is text of several lines and of no file", f"{self.path}:1")
            else:
                contents[name] = piece
        return _of(self, filled(self.pieces, contents), params)

    def replaced(self, old: str, new: str) -> "Query":
        """The same query with some text replaced; text that spans two pieces is left as it is."""
        new_pieces = (piece._replace(text=piece.text.replace(old, new)) for piece in self.pieces)
        return _of(self, tuple(new_pieces), self.params) if old in self.text else self

    @property
    def holes(self) -> set[str]:
        """The places ``<<name>>`` that are still to be filled."""
        return set(HOLE.findall(self.text))

    def where(self, offset: int) -> str:
        """The file and line that the text at an offset comes from, as people are shown it."""
        path, line = origin_of(self.pieces, offset)
        return f"{shown(path)}:{line}"

    def place(self, line: int, column: int) -> tuple[Path, int]:
        """The file and line that a place in the statement comes from; lines and columns count from 1."""
        return origin_of(self.pieces, offset_of(self.text, line, column))

    def bind(self, **parameters: object) -> dict[str, object]:
        """The parameters, or QueryArgumentsError before the server sees anything wrong."""
        if wrong := sorted(parameters.keys() ^ self.params.keys()):
            raise QueryArgumentsError(
                f"arguments and declared params differ: {', '.join(wrong)}", f"{self.path}:1"
            )
        return dict(parameters)


Statement = tuple[Query, dict[str, Any]]
"""A statement, or a piece of one, and its parameters by name."""


def fragment(name: str, path: Path, text: str, line: int = 1) -> Query:
    """A piece without parameters of its own: text of a file, from a line on."""
    return Query(name, path, "fragment", {}, {}, "", text, (Piece(text, path, line),))


def joined(pieces: Iterable[Query], separator: str) -> Query | str:
    """Fragments one after the other, as one; an empty text where there are none."""
    listed = list(pieces)
    if not listed:
        return ""
    params: dict[str, str] = {}
    collected: list[Piece] = []
    for number, each in enumerate(listed, 1):
        params |= each.params
        *others, last = each.pieces
        collected += [*others, last if number == len(listed) else last._replace(text=last.text + separator)]
    return _of(listed[0], tuple(collected), params)


def _of(query: Query, pieces: Pieces, params: Mapping[str, str]) -> Query:
    return replace(query, text=text_of(pieces), pieces=pieces, params=params)


def shown(path: Path) -> str:
    """A path for people: ``cypher/...`` for the engine's own files, any other unchanged.

    A rule that a run has kept has no lasting file: ``kept rules/bonuses/own.cypher``.
    """
    if kept_by_a_run(path):
        return f"kept rules/{path.parent.name}/{path.name}"
    return str(path) if foreign(path) else f"cypher/{path.relative_to(folder()).as_posix()}"


def kept_by_a_run(path: Path) -> bool:
    """Whether a rule's file is one that a run has kept."""
    return (path.parent.parent / KEPT).is_file()


def foreign(path: Path) -> bool:
    """Whether a file is not one of the engine's own."""
    return not path.is_relative_to(folder())


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
    keys = {key: value.strip() for key, value in _HEADER.findall(header)}
    prose = [line.removeprefix("//").strip() for line in header.splitlines() if not _HEADER.match(line)]
    return keys, " ".join(line for line in prose if line), body.strip()


def first_line(text: str) -> int:
    """The line of a file on which the statement after its header begins."""
    header, _, body = text.partition("\n\n")
    return header.count("\n") + 3 + body[: len(body) - len(body.lstrip())].count("\n")


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
    for place, character in enumerate(items):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"`":
            quote = character
        elif character in opening:
            depth += 1
        elif character in closing:
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(items[start:place])
            start = place + 1
    return [*parts, items[start:]]


def used(body: str) -> set[str]:
    """The parameters that a statement uses, comments left out."""
    return set(_NAME.findall(re.sub(r"//[^\n]*", "", body)))


@lru_cache(1_024)
def gathered(text: str) -> str:
    """A statement that takes all its parameters out of one map, `VALUES`.

    The server plans a statement anew for each order of magnitude of a list or text among its parameters:
    none, one, up to ten, up to a hundred ... What lies in a map does not count.
    """
    return _OUTSIDE_LITERALS.sub(lambda match: f"${VALUES}.{match[1]}" if match[1] else match[0], text)


def load_query(path: Path, name: str) -> Query:
    """Read one query file; raises QueryFileError where its header does not agree with its text."""
    text = path.read_text(encoding="utf-8")
    keys, prose, body = fields(text, path)
    where = f"{path}:1"
    if missing := sorted({"mode", "params", "returns"} - keys.keys()):
        raise QueryFileError(f"the header lacks {', '.join(missing)}", where)
    if keys["mode"] not in MODES:
        raise QueryFileError(f"mode is {keys['mode']!r}, none of {', '.join(MODES)}", where)
    params, returns = typed(keys["params"], where), typed(keys["returns"], where)
    announced = set(re.findall(r"\w+", keys.get("insert", "")))
    wrong = sorted(used(body) - params.keys() if announced else used(body) ^ params.keys())
    if wrong:
        raise QueryFileError(f"declared and used params differ: {', '.join(wrong)}", where)
    if wrong := sorted(announced ^ set(HOLE.findall(body))):
        raise QueryFileError(f"announced and used insertions differ: {', '.join(wrong)}", where)
    pieces = (Piece(body, path, first_line(text)),)
    return Query(name, path, keys["mode"], params, returns, prose, body, pieces)


@cache
def query(name: str) -> Query:
    """The engine's own statement or piece of that name, for example ``volumes/group``."""
    path = next((path for room in ROOMS if (path := folder() / room / f"{name}.cypher").is_file()), None)
    if path is None:
        raise QueryFileError(f"there is no query {name}", str(folder()))
    return load_query(path, name)
