"""The base class of every refusal: a stable name, what is wrong, where, and what to do."""

import difflib
import re
from collections.abc import Iterable


class UplineError(Exception):
    """A refusal that a person can act on.

    `what` says what is wrong, `where` is a place such as ``orders.csv:17``, `todo` says what to do.
    The class names the refusal; `name` is its snake_case form, which programs can rely on.
    """

    def __init__(self, what: str, where: str | None = None, todo: str | None = None) -> None:
        self.what, self.where, self.todo = what, where, todo
        super().__init__(str(self))

    @property
    def name(self) -> str:
        """The refusal's stable name, for example ``unknown_sponsor``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__.removesuffix("Error")).lower()

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        todo = f" {self.todo}" if self.todo else ""
        return f"{place}{self.what} [{self.name}]{todo}"


def interrupted_by(error: BaseException) -> KeyboardInterrupt | None:
    """The Ctrl-C in whose course an error arose, as where something cannot be closed any more; or None."""
    before: list[BaseException | None] = [error]
    seen: set[int] = set()
    while before:
        each = before.pop()
        if isinstance(each, KeyboardInterrupt):
            return each
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            before += (each.__context__, each.__cause__)  # an error may have a cause and hide what it was in
    return None


def excerpt(value: object, most: int = 60) -> str:
    """A value as it is written in code, short enough for one line of a message."""
    try:
        written = repr(value)
    except (ValueError, RecursionError):  # an integer of thousands of digits; lists nested without end
        return f"a value too long to show ({type(value).__name__})"
    return written if len(written) <= most else f"{written[: most - 3]}..."


def did_you_mean(word: object, known: Iterable[str]) -> str | None:
    """A question that offers the known word most like a misspelt one; None where none is close."""
    close = difflib.get_close_matches(excerpt(word).strip("'"), [name for name in known if name], 1)
    return f"Did you mean {close[0]!r}?" if close else None
