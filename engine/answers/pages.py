"""Pages of long lists: some rows, the key of each, and whether others come before and after.

A page begins after a key or ends before one, never at a position. So a list that grows meanwhile repeats no
row and skips none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from engine.graph.queries import Query

T = TypeVar("T")
U = TypeVar("U")

LAST = chr(0x10FFFF)
"""The last character: no id begins with it, and `text + LAST` ends all ids that begin with the text."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of a list that a page shows: rows after the key `after` and before the key `before`.

    Of these it has the first `size`, or the last ones if `backward`. An empty key is no bound.
    """

    size: int
    after: str = ""
    before: str = ""
    backward: bool = False

    @property
    def bounds(self) -> dict[str, Any]:
        """The parameters of a statement on a list by id; one row more says whether others follow."""
        return {"after": self.after, "before": self.before or LAST, "first": self.size + 1}


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some nodes of a list with their keys; whether others come before them (`earlier`) and after (`more`).

    `total` counts the nodes of all pages together, None where nobody has counted them.
    """

    nodes: tuple[T, ...]
    keys: tuple[str, ...]
    more: bool
    total: int | None
    earlier: bool = False

    def of(self, node: Callable[[T], U]) -> "Page[U]":
        """The same page of something else, each node made of one of these."""
        return Page(tuple(map(node, self.nodes)), self.keys, self.more, self.total, self.earlier)


def page(rows: list[T], key: Callable[[T], str], stretch: Stretch, total: int | None = None) -> Page[T]:
    """A page of at most `stretch.size` rows; one row more in `rows` means that the list continues.

    Rows of a backward page come from its end. A key that bounds the page was that of a row, so there is
    something on its other side.
    """
    nodes = rows[: stretch.size]
    further = len(rows) > stretch.size
    if stretch.backward:
        nodes.reverse()
    more = bool(stretch.before) or (further and not stretch.backward)
    earlier = bool(stretch.after) or (further and stretch.backward)
    return Page(tuple(nodes), tuple(map(key, nodes)), more, total, earlier)


def toward(statement: Query, stretch: Stretch) -> Query:
    """A statement that sorts a list and takes the first rows of it, or the last ones for a backward page."""
    return statement.replaced(" LIMIT $first", " DESC LIMIT $first") if stretch.backward else statement


def empty() -> Page[Any]:
    """The only page of a list without nodes."""
    return Page((), (), False, 0)
