"""Pieces: the file and line of every stretch of a statement, kept while statements are put together."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

HOLE = re.compile(r"<<(\w+)>>")
"""A place in a statement's text where another piece, or a word, is inserted."""

LITERAL = re.compile(r"""//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:``|[^`])*`""", re.DOTALL)
"""Comments, strings and names in backticks."""


class Piece(NamedTuple):
    """A stretch of text as one file has it, from line `line` on.

    `depth` counts the statements around it. `begins` marks the first stretch of what was inserted as one: a
    whole file, or a column of a rule.
    """

    text: str
    path: Path
    line: int
    depth: int = 0
    begins: bool = True


Pieces = tuple[Piece, ...]


def text_of(pieces: Iterable[Piece]) -> str:
    """The whole text, as the server gets it."""
    return "".join(piece.text for piece in pieces)


def filled(pieces: Pieces, contents: Mapping[str, Pieces | str]) -> Pieces:
    """The pieces with each place ``<<name>>`` filled: by other pieces, or by words on the same line."""
    result: list[Piece] = []
    for piece in pieces:
        result.extend(_filled(piece, contents) if "<<" in piece.text else (piece,))
    return tuple(result)


def _filled(piece: Piece, contents: Mapping[str, Pieces | str]) -> Iterator[Piece]:
    text, line, begins, done = "", piece.line, piece.begins, 0
    for hole in HOLE.finditer(piece.text):
        text += piece.text[done : hole.start()]
        done = hole.end()
        content = contents[hole[1]]
        if isinstance(content, str):
            text += content
            continue
        if text or begins:
            yield Piece(text, piece.path, line, piece.depth, begins)
        yield from (inner._replace(depth=inner.depth + piece.depth + 1) for inner in content)
        text, begins = "", False
        line = piece.line + piece.text.count("\n", 0, done)
    if text := text + piece.text[done:]:
        yield Piece(text, piece.path, line, piece.depth, begins)


def parted(pieces: Pieces, offset: int) -> tuple[Pieces, Pieces]:
    """The pieces before and after an offset of the whole text."""
    for number, piece in enumerate(pieces):
        if offset < len(piece.text):
            head, tail = piece.text[:offset], piece.text[offset:]
            before = (*pieces[:number], piece._replace(text=head)) if head else pieces[:number]
            rest = piece._replace(
                text=tail, line=piece.line + head.count("\n"), begins=piece.begins and not head
            )
            return before, (rest, *pieces[number + 1 :])
        offset -= len(piece.text)
    return pieces, ()


def offset_of(text: str, line: int, column: int) -> int:
    """The offset of a line and column; of the next text that is not blank, where the place is blank."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
        if start == 0:
            return len(text)
    end = text.find("\n", start)
    at = min(start + column - 1, len(text) if end < 0 else end)
    return at + len(text[at:]) - len(text[at:].lstrip())


def origin_of(pieces: Pieces, offset: int) -> tuple[Path, int]:
    """The file and line that the text at an offset of the whole comes from."""
    for piece in pieces:
        if offset < len(piece.text):
            return piece.path, piece.line + piece.text.count("\n", 0, offset)
        offset -= len(piece.text)
    last = pieces[-1]
    return last.path, last.line + last.text.rstrip().count("\n")


def printed(pieces: Pieces, named: Callable[[Path], str]) -> str:
    """The text for people: before each piece a comment with its file and line, pieces in pieces indented.

    The statement stays the same: only comments and white space are added.
    """
    page = _Page()
    for piece in pieces:
        if piece.begins or not page.lines:
            page.begin(piece.depth, f"// {named(piece.path)}:{piece.line}")
            page.write(piece.text.lstrip(" "))
        else:
            page.write(page.back(piece.depth, piece.text))
    return "\n".join(line.rstrip() for line in page.lines).strip()


class _Page:
    """Lines as they are printed.

    `margins` holds the indentation of each piece that has not ended, `leads` that of the line around it.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.margins: list[str] = []
        self.leads: list[str] = []

    def begin(self, depth: int, comment: str) -> None:
        """Begin a piece on a line of its own, indented like the piece before it in the same place."""
        if len(self.margins) > depth:
            del self.margins[depth + 1 :], self.leads[depth + 1 :]
        else:
            line = self.lines[-1] if self.lines else ""
            self.leads.append(line[: len(line) - len(line.lstrip())])
            self.margins.append(f"{self.leads[-1]}  " if depth else "")
        if self.lines and not self.lines[-1].strip():
            self.lines.pop()
        self.lines += [self.margins[-1] + comment, self.margins[-1]]

    def back(self, depth: int, text: str) -> str:
        """Continue a piece on a new line after inner pieces have ended; returns the text still to write."""
        if len(self.margins) == depth + 1:
            return text
        lead = self.leads[depth + 1]
        del self.margins[depth + 1 :], self.leads[depth + 1 :]
        rest = text.lstrip(" ")
        if rest.startswith(",") and "//" not in self.lines[-1]:
            self.lines[-1] += ","
            rest = rest[1:].lstrip(" ")
        if not rest.startswith("\n"):
            self.lines.append(lead)
        return rest

    def write(self, text: str) -> None:
        """Add text of the latest piece; an end of line within a string does not end the printed line."""
        quoted = [match.span() for match in LITERAL.finditer(text) if not match[0].startswith("//")]
        start = 0
        for end in re.finditer("\n", text):
            if not any(first < end.start() < last for first, last in quoted):
                self.lines[-1] += text[start : end.start()]
                self.lines.append(self.margins[-1])
                start = end.end()
        self.lines[-1] += text[start:]
