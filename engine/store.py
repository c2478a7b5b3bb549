"""The store's constraints and indexes, one file each in cypher/schema."""

from engine.graph import Graph
from engine.queries import folder, query


def prepare(graph: Graph) -> None:
    """Create what is missing of the schema and wait until it can be used; safe to repeat."""
    for path in sorted((folder() / "schema").glob("*.cypher")):
        asked = query(f"schema/{path.stem}")
        if asked.mode == "schema":
            graph.batched(asked)
    graph.batched("schema/await_indexes")
