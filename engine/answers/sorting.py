"""Sorting: lists in the order of one figure, paged by the key of a row: its figure and its id."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, unquote

from engine.answers.pages import Stretch

TEXTS, DAYS = frozenset({"name", "member"}), frozenset({"enrolled"})
"""Figures that are texts, and days; all others are whole numbers."""
MOST_DIGITS = 18
"""Digits of a figure: 64 bits hold all of them."""


@dataclass(frozen=True, slots=True)
class Sort:
    """A figure and a direction. Rows with the same figure are sorted by id, always upward."""

    figure: str
    descending: bool = False

    def pieces(self, stretch: Stretch) -> dict[str, str]:
        """The comparisons and directions of a statement that reads a stretch of the list."""
        turned = self.descending != stretch.backward
        return {
            "later": "<" if self.descending else ">",
            "sooner": ">" if self.descending else "<",
            "direction": "DESC" if turned else "ASC",
            "tie": "DESC" if stretch.backward else "ASC",
        }

    def is_key(self, text: str) -> bool:
        """Whether a text is a key of this list."""
        figure, slash, member_id = text.partition("/")
        if not slash or not member_id:
            return False
        if self.figure in TEXTS:
            return True
        if self.figure in DAYS:
            return _is_day(figure)
        digits = figure.removeprefix("-")
        return digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS

    def key(self, text: str) -> list[Any] | None:
        """The figure and the id of a key; None for an empty text."""
        if not text:
            return None
        figure, _, member_id = text.partition("/")
        if self.figure in TEXTS:
            return [unquote(figure), member_id]
        return [date.fromisoformat(figure) if self.figure in DAYS else int(figure), member_id]


def bounds(sort: Sort, stretch: Stretch) -> dict[str, Any]:
    """The parameters `after` and `before` of such a statement."""
    return {"after": sort.key(stretch.after), "before": sort.key(stretch.before)}


def key_text(figure: Any, row_id: str) -> str:
    """The key of a row as text: its figure, and its id."""
    written = figure.iso_format() if hasattr(figure, "iso_format") else figure
    return f"{quote(str(written), safe=' ') if isinstance(written, str) else written}/{row_id}"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
