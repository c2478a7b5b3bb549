"""Pages of long lists: some rows, the key of each, and whether others follow.

A page begins after a key, never at a position. So a list that grows meanwhile repeats no row and skips none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some nodes of a list with their keys; `more` says whether others follow.

    `total` counts the nodes of all pages together, None where nobody has counted them. The page begins after
    the key `after`, "" for the first one.
    """

    nodes: tuple[T, ...]
    keys: tuple[str, ...]
    more: bool
    total: int | None
    after: str = ""


def page(
    rows: list[T], key: Callable[[T], str], first: int, total: int | None = None, after: str = ""
) -> Page[T]:
    """A page of at most `first` rows; one row more in `rows` means that others follow."""
    nodes = tuple(rows[:first])
    return Page(nodes, tuple(key(node) for node in nodes), len(rows) > first, total, after)


def empty(after: str = "") -> Page[Any]:
    """The only page of a list without nodes."""
    return Page((), (), False, 0, after)
