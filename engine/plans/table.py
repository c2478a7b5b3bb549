"""A table of a plan file, read key by key: whatever is wrong is refused with its line."""

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine import ranges
from engine.errors import did_you_mean, excerpt
from engine.money import AmountError
from engine.plans.quantities import items, not_longer, printable, text
from engine.plans.text import PlanError, PlanText
from engine.ranges import Range


class PlanTable:
    """One table of a plan file.

    The methods that read a key remember it; `refuse_unknown_keys` then refuses every key that was not read.
    `place` is the table's place in the file, such as ``bonus.1``; `within` is the key of that place which
    holds this table where it is an inline one.
    """

    def __init__(self, text: PlanText, data: dict[str, Any], place: str, within: str = "") -> None:
        self._text, self._data, self.place, self._within = text, data, place, within
        self._read: set[str] = set()

    def error(self, key: str | None, what: str, todo: str | None = None, at: str | None = None) -> PlanError:
        """The refusal of a key's value, with path and line: the line of the key, or of another key, `at`."""
        line = self._text.line(self.place, at or key, self._within)
        return PlanError(f"{key}: {what}" if key else what, f"{self._text.path}:{line}", todo)

    def value(self, key: str, default: Any = ...) -> Any:
        """A key's value as the file gives it; refuses a missing key that has no default."""
        self._read.add(key)
        if key in self._data:
            return self._data[key]
        if default is ...:
            close = difflib.get_close_matches(key, self._data.keys() - self._read, 1)
            todo = f"The file has {close[0]!r} here. Did you mean {key!r}?" if close else None
            raise self.error(key, "is missing", todo, at=close[0] if close else key)
        return default

    def written(self) -> list[str]:
        """The keys that the table has."""
        return list(self._data)

    def has(self, key: str) -> bool:
        """Whether the table has the key."""
        return key in self._data

    def text(self, key: str, default: Any = ...) -> str:
        """A text that is not empty, and can be printed."""
        with self.errors_at(key):
            return text(self.value(key, default))

    def texts(self, key: str) -> list[str]:
        """A list of texts; without the key an empty one."""
        value = self.value(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(
                key, f'must be a list of names in quotes, such as ["first", "second"], not {excerpt(value)}'
            )
        with self.errors_at(key):
            return [printable(item) for item in items(value)]

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.value(key, default)
        if not isinstance(value, bool):
            raise self.error(key, f"must be true or false, not {excerpt(value)}")
        return value

    def one_of(self, key: str, allowed: tuple[str, ...], default: Any = ...) -> str:
        """One of the allowed words."""
        value = self.value(key, default)
        if value not in allowed:
            words = ", ".join(word for word in allowed if word)
            raise self.error(
                key, f"must be one of {words}, not {excerpt(value)}", did_you_mean(value, allowed)
            )
        return str(value)

    @contextmanager
    def errors_at(self, key: str, todo: str | None = None) -> Iterator[None]:
        """Turn a ValueError or an AmountError of the block into a refusal of the key's value."""
        try:
            yield
        except AmountError as error:
            raise self.error(key, error.what, todo) from error
        except ValueError as error:
            raise self.error(key, str(error), todo) from error

    def number(self, key: str, within: Range, default: Any = ..., todo: str | None = None) -> int:
        """An exact decimal within a range, as a whole number of 1/scale; a default may be outside it."""
        value = self.value(key, default)
        if not self.has(key):
            return int(value)
        with self.errors_at(key, todo):
            return within.read(value)

    def table(self, key: str) -> "PlanTable":
        """The table of that name; without the key an empty one."""
        value = self.value(key, {})
        if not isinstance(value, dict):
            raise self.error(
                key, f"must be a table, not {excerpt(value)}", f"Write [{key}], its options below."
            )
        return PlanTable(self._text, value, key if not self.place else self.place)

    def tables(self, key: str, longest: Range = ranges.TABLES) -> list["PlanTable"]:
        """The list of tables of that name; without the key an empty one."""
        value = self.value(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            form = f"{key} = [{{ kind = ... }}, ...]" if self.place else f"[[{key}]], its options below"
            raise self.error(key, "must be a list of tables", f"Write {form}.")
        with self.errors_at(key):
            not_longer(value, longest)
        places = [self.place or f"{key}.{index}" for index in range(len(value))]
        within = key if self.place else ""
        return [PlanTable(self._text, item, place, within) for item, place in zip(value, places, strict=True)]

    def refuse_unknown_keys(self) -> None:
        """Refuse a key that was never read, and offer the known one most like it."""
        for key in self._data.keys() - self._read:
            known = f"The options here are {', '.join(sorted(self._read))}."
            named, todo = excerpt(key).strip("'"), did_you_mean(key, self._read) or known
            raise self.error(named, "is not an option here", todo, at=key)
