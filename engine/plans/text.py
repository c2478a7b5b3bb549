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
        numbers: list[int] = [*range(first + bool(table), last), *([] if table else self._headers())]
        holder = self._first(within, numbers) if within else None
        if holder is not None:
            numbers = [number for number in numbers if holder <= number < self._end(holder, last)]
        found = self._first(key, numbers) if key else None
        line = next((number for number in (found, holder) if number is not None), first)
        return line + 1

    def _first(self, key: str, numbers: list[int]) -> int | None:
        """The first of some lines that has the key."""
        pattern = re.compile(rf"(^|[\s{{,\[.]){re.escape(key)}\s*(=|\]|\.)")
        return next((number for number in numbers if pattern.search(self.lines[number].split("#")[0])), None)

    def _end(self, holder: int, last: int) -> int:
        """The line after the value of the key that begins there: the next key at the beginning of a line.

        A key that is a header has the rest of the table.
        """
        if re.match(r"\s*\[", self.lines[holder]):
            return last
        begins = re.compile(r'\s*("[^"]*"|[\w.-]+)\s*=')
        depth = 0
        for number in range(holder, last):
            if number > holder and depth <= 0 and begins.match(self.lines[number]):
                return number
            text = self.lines[number].split("#")[0]
            depth += sum(text.count(sign) for sign in "[{") - sum(text.count(sign) for sign in "]}")
        return last

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
