"""The store's constraints and indexes, one file each in cypher/queries/schema, each named like its file.

One of the constraints marks the layout of the store: what nodes, relationships and properties mean. A release
that changes the layout replaces the mark's file by one of the next number, and takes the earlier layout over
in `take_over`; earlier releases refuse a store of the later one by its mark.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import cache

from engine import __version__
from engine.errors import UplineError
from engine.graph.database import Graph
from engine.graph.queries import Query, folder, query

RENAMED = "import_number"
"""A constraint of releases up to 0.2: where it exists, changes are still called imports."""
_MARK = re.compile(r"layout_(\d+)_since_(\d+(?:_\d+)*)")


class EarlierStoreError(UplineError):
    """A database or store is of an earlier release, and nobody has asked to take it over."""


class LaterStoreError(UplineError):
    """A database has a layout that only a later release knows."""


def layout() -> int:
    """The layout of this release."""
    return max(number for number, _ in _marks(_statements()))


def earlier(graph: Graph) -> str | None:
    """The releases that may have written a database which has to be taken over first; None for this one."""
    return _earlier(graph.value("schema/online"))


def _earlier(names: list[str]) -> str | None:
    return "0.2 or before" if RENAMED in names else None


def refuse_later(graph: Graph) -> None:
    """Raise LaterStoreError for a database whose layout this release does not know.

    What it reads is kept for the first `prepare`, so that both together ask the database once.
    """
    names: list[str] = graph.value("schema/online")
    number, since = max(_marks(names), default=(0, ""))
    if number > layout():
        raise LaterStoreError(
            f"the database was written by Upline {since} or a later one (layout {number}); "
            f"this is {__version__} (layout {layout()})",
            graph.uri,
            f"Use Upline {since} or later. To go back, restore a backup of before the upgrade into another "
            "database.",
        )
    graph.schema = names


def _marks(names: Iterable[str]) -> list[tuple[int, str]]:
    """The layouts that are marked: each with the release since which it exists."""
    matches = (_MARK.fullmatch(name) for name in names)
    return [(int(mark[1]), mark[2].replace("_", ".")) for mark in matches if mark]


def take_over(graph: Graph) -> None:
    """Rename what earlier releases wrote; after an interruption the next call continues."""
    if earlier(graph):
        graph.write("upgrade/rename_imports")
        graph.batched("upgrade/number_closed_edges")
        graph.batched("upgrade/drop_import_number")
        graph.schema = None


def prepare(graph: Graph) -> None:
    """Create what is missing of the schema and wait until it can be used; one read if nothing is missing.

    Raises EarlierStoreError for a database of an earlier release, LaterStoreError for one of a later layout;
    neither is changed.
    """
    if graph.prepared:
        return
    if graph.schema is None:
        refuse_later(graph)
    names, graph.schema = graph.schema or [], None
    if _earlier(names):
        raise EarlierStoreError(
            "the database was written by Upline 0.2 or before",
            graph.uri,
            "Run `upline server upgrade`: it backs the managed server up, and then takes the data over.",
        )
    needed = _statements()
    if needed.keys() <= set(names):
        return
    # The mark comes first, so that no release takes half a schema of a later layout for its own. Indexes fill
    # in the background. Creating a constraint waits, and fills its index in parallel with them.
    for _, statement in sorted(needed.items(), key=lambda each: _order(*each)):
        graph.batched(statement)
    graph.batched("schema/await_indexes")
    graph.write("schema/names")


def _order(name: str, statement: Query) -> tuple[bool, bool]:
    return not _MARK.fullmatch(name), statement.text.startswith("CREATE CONSTRAINT")


@cache
def digest() -> str:
    """A hash of the whole schema and of the names that it makes known, in hex."""
    statements = (*_statements().values(), query("schema/names"))
    texts = "\n".join(statement.text for statement in statements)
    return hashlib.sha256(texts.encode()).hexdigest()


def _statements() -> dict[str, Query]:
    """The statements that make the schema, by the name of what each makes."""
    return {
        path.stem: statement
        for path in sorted((folder() / "queries" / "schema").glob("*.cypher"))
        if (statement := query(f"schema/{path.stem}")).mode == "schema"
    }
