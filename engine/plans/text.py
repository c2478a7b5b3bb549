"""The text of a plan file: takes its keys one by one, and knows the line of each."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.errors import UplineError, meant
from engine.money import AmountError, scaled


class PlanError(UplineError):
    """A plan file says something that no plan can say."""


@lru_cache(maxsize=16)
def bonus_tables(text: str) -> tuple[Mapping[str, Any], ...]:
    """The bonuses of a sound plan's text, each as the file gives it."""
    return tuple(tomllib.loads(text).get("bonus", ()))


class PlanText:
    """A plan file's path and lines."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.lines = path, text.splitlines()

    def line(self, table: str, key: str | None, within: str = "") -> int:
        """The line of a key in a table such as ``bonus.1`` (counted from 0); the table "" is the plan itself.

        Where the key is not there: the line of the key `within` that holds the table, else the header.
        """
        first, last = self._span(table.split(".")) if table else (0, self._first_header())
        for wanted in (key, within):
            if wanted:
                pattern = re.compile(rf"(^|[\s{{,\[.]){re.escape(wanted)}\s*(=|\]|\.)")
                searched: list[int] = [*range(first + bool(table), last), *([] if table else self._headers())]
                for number in searched:
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


class Table:
    """One TOML table, read key by key; `done` refuses what nobody asked for."""

    def __init__(self, text: PlanText, data: dict[str, Any], place: str, within: str = "") -> None:
        self._text, self._data, self.place, self._within = text, data, place, within
        self._asked: set[str] = set()

    def wrong(self, key: str | None, what: str, todo: str | None = None, at: str | None = None) -> PlanError:
        """The refusal of a key's value, with path and line: that of the key, or of another one, `at`."""
        said = f"{key}: {what}" if key else what
        line = self._text.line(self.place, at or key, self._within)
        return PlanError(said, f"{self._text.path}:{line}", todo)

    def take(self, key: str, default: Any = ...) -> Any:
        """A key's raw value; refuses a missing one that has no default."""
        self._asked.add(key)
        if key in self._data:
            return self._data[key]
        if default is ...:
            near = difflib.get_close_matches(key, self._data.keys() - self._asked, 1)
            todo = f"There is a {near[0]!r} here: did you mean {key!r}?" if near else None
            raise self.wrong(key, "is missing", todo, at=near[0] if near else key)
        return default

    def has(self, key: str) -> bool:
        """Whether the table gives the key."""
        return key in self._data

    def text(self, key: str, default: Any = ...) -> str:
        """A text that is not empty."""
        value = self.take(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, f"must be a text, not {value!r}")
        return value

    def texts(self, key: str) -> list[str]:
        """A list of texts, empty by default."""
        value = self.take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, "must be a list of texts")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, f"must be true or false, not {value!r}")
        return value

    def one_of(self, key: str, allowed: tuple[str, ...], default: Any = ...) -> str:
        """One of some words."""
        value = self.take(key, default)
        if value not in allowed:
            known = ", ".join(word for word in allowed if word)
            raise self.wrong(key, f"must be one of {known}, not {value!r}", meant(value, allowed))
        return str(value)

    @contextmanager
    def telling(self, key: str) -> Iterator[None]:
        """Say where it stands what the block finds wrong with a key's value."""
        try:
            yield
        except AmountError as error:
            raise self.wrong(key, error.what) from error
        except ValueError as error:
            raise self.wrong(key, str(error)) from error

    def number(self, key: str, scale: int, default: Any = ..., *, negative: bool = False) -> int:
        """An exact decimal as a whole number of 1/scale."""
        with self.telling(key):
            value = scaled(self.take(key, default), scale, "it")
        if value < 0 and not negative:
            raise self.wrong(key, "must not be negative")
        return value

    def table(self, key: str) -> "Table":
        """A sub-table, empty by default."""
        value = self.take(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "must be a table")
        return Table(self._text, value, key if not self.place else self.place)

    def tables(self, key: str) -> list["Table"]:
        """An array of tables, empty by default."""
        value = self.take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(
                key,
                f"must be a list of tables: write [[{key}]]"
                if not self.place
                else "must be a list of tables: write [{ kind = ... }, ...]",
            )
        places = [self.place or f"{key}.{index}" for index in range(len(value))]
        within = key if self.place else ""
        return [Table(self._text, item, place, within) for item, place in zip(value, places, strict=True)]

    def done(self) -> None:
        """Refuse keys that nobody asked for, naming the nearest known one."""
        for key in self._data.keys() - self._asked:
            known = f"Known are {', '.join(sorted(self._asked))}."
            raise self.wrong(key, "is not known here", meant(key, self._asked) or known)
