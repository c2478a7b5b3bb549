"""Progress of long work: the function that a command passes in to show it."""

from collections.abc import Callable

OnProgress = Callable[[str, int, int], None]
"""Called with a stage's name, rows or standings done, and those to do (0 where that is not known)."""


def silent(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""
