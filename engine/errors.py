"""The root of every refusal: a name of its own, what is wrong, where, and what to do."""

import difflib
import re
from collections.abc import Iterable


class UplineError(Exception):
    """A refusal that a person can act on.

    `what` says what is wrong, `where` is a place such as ``orders.csv:17``, `todo` says what to do.
    The class is the name of the refusal: `name` is its snake_case form and stays stable for programs.
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


def meant(said: object, known: Iterable[str]) -> str | None:
    """The nearest known word as a question, if there is a near one: what to do about a slip."""
    near = difflib.get_close_matches(str(said), [word for word in known if word], 1)
    return f"Did you mean {near[0]!r}?" if near else None
