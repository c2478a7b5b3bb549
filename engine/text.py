"""Text that reaches people and other programs: terminals obey control characters, spreadsheets obey formulas.

A terminal gets control characters as escapes. In a table that people open in a spreadsheet, a text that would
be a formula gets an apostrophe in front. `unquoted` takes it off again, so that what was exported can be
imported: it is the inverse of `quoted` for every text.
"""

import csv
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from _csv import Writer

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
"""Control characters but tab and line feed, marks that turn the direction of text, halves of characters."""
FORMULA = r"^'*[=+\-@\t\r]"
"""What a spreadsheet computes, perhaps with apostrophes in front."""
_FORMULA = re.compile(FORMULA)
_FIRST = frozenset("'=+-@\t\r")
_FIGURE = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(/[0-9]+)?")
"""An exact figure: a sign in front of it is no formula."""


def unreadable(error: OSError | UnicodeDecodeError) -> str | None:
    """Why a text file cannot be read, for a message."""
    return error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """Texts such as ``width=3``: what is behind the sign, by what is in front of it."""
    return dict(text.partition("=")[::2] for text in texts)


def printable(text: str) -> str:
    """The text with every character that would control a terminal as an escape such as ``\\x1b``."""
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def printable_json(text: str) -> str:
    """A JSON document with the same characters as JSON escapes, so that it stays the same document."""
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def quoted(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would compute it; figures stay as they are."""
    if text[:1] not in _FIRST:
        return text
    return f"'{text}" if _FORMULA.match(text) and not _FIGURE.fullmatch(text) else text


def unquoted(text: str) -> str:
    """The text that `quoted` had, without its apostrophe."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


class _Writable(Protocol):
    def write(self, text: str, /) -> object: ...


class _Records:
    """Takes records that end in CR LF, and passes them on with LF."""

    def __init__(self, out: _Writable) -> None:
        self._out = out

    def write(self, record: str) -> None:
        self._out.write(record.removesuffix("\r\n") + "\n")


def csv_writer(out: _Writable) -> "Writer":
    """A writer of CSV records that end in LF, and in which any line end within a field is quoted.

    Python's own writer quotes only the signs that end its records, so that a reader would take a carriage
    return within a text for the end of the record.
    """
    return csv.writer(_Records(out), lineterminator="\r\n")


def grouped(figure: str) -> str:
    """Exact decimal text with thousands separators, for people only; anything else as it is."""
    sign = "-" if figure.startswith("-") else ""
    whole, point, tail = figure.removeprefix("-").partition(".")
    return f"{sign}{int(whole):,}{point}{tail}" if whole.isdecimal() else figure
