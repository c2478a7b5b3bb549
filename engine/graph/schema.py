"""The store's constraints and indexes, one file each in cypher/queries/schema, each named like its file."""

from engine.errors import UplineError
from engine.graph.database import Graph
from engine.graph.queries import folder, query

RENAMED = "import_number"
"""A constraint of releases up to 0.2: where it exists, changes are still called imports."""


class EarlierStoreError(UplineError):
    """A database or store is of an earlier release, and nobody has asked to take it over."""


def earlier(graph: Graph) -> str | None:
    """The releases that may have written a database which has to be taken over first; None for this one."""
    return "0.2 or before" if RENAMED in graph.value("schema/online") else None


def take_over(graph: Graph) -> None:
    """Rename what earlier releases wrote; after an interruption the next call continues."""
    if earlier(graph):
        graph.write("upgrade/rename_imports")
        graph.batched("upgrade/drop_import_number")


def prepare(graph: Graph) -> None:
    """Create what is missing of the schema and wait until it can be used; one read if nothing is missing.

    Raises EarlierStoreError for a database of an earlier release, which is not changed.
    """
    needed = {
        path.stem: statement
        for path in sorted((folder() / "queries" / "schema").glob("*.cypher"))
        if (statement := query(f"schema/{path.stem}")).mode == "schema"
    }
    online = set(graph.value("schema/online"))
    if RENAMED in online:
        raise EarlierStoreError(
            "the database was written by Upline 0.2 or before",
            graph.uri,
            "Run `upline server upgrade`: it backs the managed server up, and then takes the data over.",
        )
    if needed.keys() <= online:
        return
    # Indexes fill in the background. Creating a constraint waits, and fills its index in parallel with them.
    for statement in sorted(needed.values(), key=lambda each: each.text.startswith("CREATE CONSTRAINT")):
        graph.batched(statement)
    graph.batched("schema/await_indexes")
