"""The store's constraints and indexes, one file each in cypher/queries/schema, each named like its file."""

from engine.graph.database import Graph
from engine.graph.queries import folder, query

RENAMED = "import_number"
"""A constraint of releases up to 0.2: where it exists, changes are still called imports."""


def prepare(graph: Graph) -> None:
    """Create what is missing of the schema and wait until it can be used; one read if nothing is missing.

    Data of an earlier release is renamed first; after an interruption the next call continues.
    """
    needed = {
        path.stem: statement
        for path in sorted((folder() / "queries" / "schema").glob("*.cypher"))
        if (statement := query(f"schema/{path.stem}")).mode == "schema"
    }
    online = set(graph.value("schema/online"))
    if RENAMED in online:
        graph.write("upgrade/rename_imports")
        graph.batched("upgrade/drop_import_number")
    if needed.keys() <= online:
        return
    # Indexes fill in the background. Creating a constraint waits, and fills its index in parallel with them.
    for statement in sorted(needed.values(), key=lambda each: each.text.startswith("CREATE CONSTRAINT")):
        graph.batched(statement)
    graph.batched("schema/await_indexes")
