"""The schema is whole before anything is computed, whatever was missing of it."""

from engine.graph.database import Graph
from engine.graph.schema import prepare
from tests.support.companies import asking


def test_what_is_missing_of_the_schema_is_made_and_can_be_used_at_once(graph: Graph) -> None:
    whole = set(graph.value("schema/online"))
    for statement in ("DROP INDEX standing_level", "DROP CONSTRAINT order_id"):
        graph.batched(asking(statement))
    assert whole - set(graph.value("schema/online")) == {"standing_level", "order_id"}
    prepare(graph)
    assert set(graph.value("schema/online")) == whole
