"""Another day as today."""

from datetime import UTC, date, datetime, time

from engine.graph.database import Graph
from tests.support.companies import cypher


def travel(graph: Graph, day: date) -> None:
    """Let today be a later day: the lane's clock never says less than the newest change."""
    noon = datetime.combine(day, time(12), UTC).isoformat()
    graph.write(
        cypher(
            f"MATCH (c:Change) WITH c ORDER BY c.number DESC LIMIT 1 SET c.finished_at = datetime('{noon}')"
        )
    )
