"""A table of a plan file, read key by key: whatever is wrong is refused with its line."""

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.errors import did_you_mean
from engine.money import AmountError, scaled
from engine.plans.text import PlanError, PlanText


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

    def has(self, key: str) -> bool:
        """Whether the table has the key."""
        return key in self._data

    def text(self, key: str, default: Any = ...) -> str:
        """A text that is not empty."""
        value = self.value(key, default)
        if not isinstance(value, str):
            raise self.error(key, f"must be text in quotes, not {value!r}")
        if not value.strip():
            raise self.error(key, "must not be empty")
        return value

    def texts(self, key: str) -> list[str]:
        """A list of texts; without the key an empty one."""
        value = self.value(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(
                key, f'must be a list of names in quotes, such as ["first", "second"], not {value!r}'
            )
        return value

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.value(key, default)
        if not isinstance(value, bool):
            raise self.error(key, f"must be true or false, not {value!r}")
        return value

    def one_of(self, key: str, allowed: tuple[str, ...], default: Any = ...) -> str:
        """One of the allowed words."""
        value = self.value(key, default)
        if value not in allowed:
            words = ", ".join(word for word in allowed if word)
            raise self.error(key, f"must be one of {words}, not {value!r}", did_you_mean(value, allowed))
        return str(value)

    @contextmanager
    def errors_at(self, key: str) -> Iterator[None]:
        """Turn a ValueError or an AmountError of the block into a refusal of the key's value."""
        try:
            yield
        except AmountError as error:
            raise self.error(key, error.what) from error
        except ValueError as error:
            raise self.error(key, str(error)) from error

    def number(self, key: str, scale: int, default: Any = ...) -> int:
        """An exact decimal that is not negative, as a whole number of 1/scale."""
        with self.errors_at(key):
            value = scaled(self.value(key, default), scale)
        if value < 0:
            raise self.error(key, "must not be negative")
        return value

    def table(self, key: str) -> "PlanTable":
        """The table of that name; without the key an empty one."""
        value = self.value(key, {})
        if not isinstance(value, dict):
            raise self.error(key, f"must be a table, not {value!r}", f"Write [{key}], its options below.")
        return PlanTable(self._text, value, key if not self.place else self.place)

    def tables(self, key: str) -> list["PlanTable"]:
        """The list of tables of that name; without the key an empty one."""
        value = self.value(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            form = f"{key} = [{{ kind = ... }}, ...]" if self.place else f"[[{key}]], its options below"
            raise self.error(key, "must be a list of tables", f"Write {form}.")
        places = [self.place or f"{key}.{index}" for index in range(len(value))]
        within = key if self.place else ""
        return [PlanTable(self._text, item, place, within) for item, place in zip(value, places, strict=True)]

    def refuse_unknown_keys(self) -> None:
        """Refuse a key that was never read, and offer the known one most like it."""
        for key in self._data.keys() - self._read:
            known = f"The options here are {', '.join(sorted(self._read))}."
            raise self.error(key, "is not an option here", did_you_mean(key, self._read) or known)
