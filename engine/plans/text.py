"""The text of a plan file, and the line of every table and key in it."""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.errors import UplineError


class PlanError(UplineError):
    """A plan file is wrong; `where` gives its path and line."""


@lru_cache(maxsize=16)
def bonus_tables(text: str) -> tuple[Mapping[str, Any], ...]:
    """The ``[[bonus]]`` tables of a valid plan's text, as the file gives them."""
    return tuple(tomllib.loads(text).get("bonus", ()))


class PlanText:
    """A plan file's path and lines."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.lines = path, text.splitlines()

    def line(self, table: str, key: str | None, within: str = "") -> int:
        """The line of a key in a table such as ``bonus.1`` (counted from 0); the table "" is the plan itself.

        Where the key is missing: the line of the key `within`, which holds the table, else the header's line.
        """
        first, last = self._span(table.split(".")) if table else (0, self._first_header())
        for name in (key, within):
            if name:
                pattern = re.compile(rf"(^|[\s{{,\[.]){re.escape(name)}\s*(=|\]|\.)")
                numbers: list[int] = [*range(first + bool(table), last), *([] if table else self._headers())]
                for number in numbers:
                    if pattern.search(self.lines[number].split("#")[0]):
                        return number + 1
        return first + 1

    def _headers(self) -> list[int]:
        return [number for number, line in enumerate(self.lines) if re.match(r"\s*\[", line)]

    def _first_header(self) -> int:
        return next(iter(self._headers()), len(self.lines))

    def _span(self, place: list[str]) -> tuple[int, int]:
        name, index = place[0], int(place[1]) if len(place) > 1 else 0
        starts = [
            n for n, line in enumerate(self.lines) if re.match(rf"\s*\[+\s*{re.escape(name)}\s*\]", line)
        ]
        if index >= len(starts):
            return 0, len(self.lines)
        first = starts[index]
        ends = [
            n
            for n in range(first + 1, len(self.lines))
            if re.match(r"\s*\[", self.lines[n]) and not re.match(rf"\s*\[+\s*{name}\.", self.lines[n])
        ]
        return first, ends[0] if ends else len(self.lines)
