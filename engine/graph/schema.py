"""The store's constraints and indexes, one file each in cypher/schema, each named like its file."""

from engine.graph.database import Graph
from engine.graph.queries import folder, query


def prepare(graph: Graph) -> None:
    """Create what is missing of the schema and wait until it can be used; one read where nothing is."""
    wanted = {
        path.stem: asked
        for path in sorted((folder() / "queries" / "schema").glob("*.cypher"))
        if (asked := query(f"schema/{path.stem}")).mode == "schema"
    }
    if wanted.keys() <= set(graph.value("schema/online")):
        return
    # Indexes are filled in the background, a constraint is waited for: it fills its own beside theirs.
    for asked in sorted(wanted.values(), key=lambda one: one.text.startswith("CREATE CONSTRAINT")):
        graph.batched(asked)
    graph.batched("schema/await_indexes")
