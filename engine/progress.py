"""How long work says how far it is: a function that a command brings along."""

from collections.abc import Callable

Report = Callable[[str, int, int], None]
"""Called with a stage's name, rows or standings done, and those to do (0 where that is not known)."""


def silent(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""
