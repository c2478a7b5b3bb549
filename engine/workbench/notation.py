"""Tables as plain text, the notation of data cases and of small tables in tests.

    member  name           leg
    1       "Ann of Bern"  -
    # a comment

The first line names the columns. White space separates cells; a cell in double quotes may contain it, and
`""` inside the quotes is one quote. `-` is an empty cell, `"-"` a dash. A line that begins with `#` is a
comment.
"""

import re
from collections.abc import Iterable, Iterator

from engine.errors import UplineError

Row = dict[str, str]

_CELL = re.compile(r'"((?:[^"]|"")*)"(?=\s|$)|([^"\s]\S*)')


class CaseError(UplineError):
    """A case file, or a table in its notation, cannot be read."""


def cells(line: str, where: str) -> list[str]:
    """The cells of one line; raises CaseError at `where` for a quote that is not closed."""
    texts, at, line = [], 0, line.strip()
    while at < len(line):
        cell = _CELL.match(line, at)
        if cell is None:
            raise CaseError(
                f"the quote before {line[at + 1 : at + 21]!r} is not closed",
                where,
                'A quoted cell ends with a quote and white space; a quote inside it is written "".',
            )
        quoted, plain = cell.groups()
        texts.append(quoted.replace('""', '"') if plain is None else "" if plain == "-" else plain)
        at = cell.end()
        at += len(line[at:]) - len(line[at:].lstrip())
    return texts


def lines(text: Iterable[str], path: str, first: int = 1) -> Iterator[tuple[str, list[str]]]:
    """Each line of a table that is neither empty nor a comment: its place (path and line) and its cells."""
    for number, line in enumerate(text, first):
        if line.strip() and not line.lstrip().startswith("#"):
            where = f"{path}:{number}"
            yield where, cells(line, where)


def table(text: Iterable[str], path: str, first: int = 1) -> tuple[list[str], list[list[str]]]:
    """The columns of a table and its rows, as wide as the columns; `first` is the number of its first line.

    Raises CaseError with path and line.
    """
    written = list(lines(text, path, first))
    if not written:
        return [], []
    (_, columns), *rest = written
    for where, row in rest:
        if len(row) != len(columns):
            raise CaseError(f"{len(row)} words under {len(columns)} columns", where)
    return columns, [row for _, row in rest]


def rows(text: str, path: str = "table") -> list[Row]:
    """The rows of a table, column by column."""
    columns, body = table(text.splitlines(), path)
    return [dict(zip(columns, row, strict=True)) for row in body]
