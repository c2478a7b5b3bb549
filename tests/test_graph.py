"""The door to Neo4j: a cluster's address serves like a single server's."""

from pathlib import Path

from engine.answers import standings
from engine.graph import Graph
from tests.companies import month
from tests.conftest import Address

COMPANY = """
plan:
  name = "Routed"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = { none = ["0.05"] }
members:
  member  sponsor
  1       -
  11      1
orders:
  member  qv
  11      80
"""


def test_a_month_goes_through_a_routing_address(graph: Graph, neo4j_address: Address, tmp_path: Path) -> None:
    """`neo4j://` asks the server who leads and who follows; reads and writes then go where that says."""
    routed_uri = neo4j_address.uri.replace("bolt://", "neo4j://")
    assert routed_uri != graph.uri
    with Graph(routed_uri, neo4j_address.user, neo4j_address.password) as routed:
        routed.verify()
        run = month(routed, tmp_path, COMPANY)
        assert [total["paid"] for total in run.totals] == [400]
    # The other door shows what came through this one.
    assert {one.group_volume for one in standings(graph, run, ["1"]).values()} == {8000}
