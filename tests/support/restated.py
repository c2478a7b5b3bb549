"""What runs and their restated ones have paid and carry."""

from engine.corrections.restating import Restated
from engine.graph.database import Graph
from engine.plans.plan import Plan
from tests.support.companies import cypher


def paid(graph: Graph, number: int) -> dict[tuple[str, str], int]:
    """What members earn in a run, by member and bonus, but for nothing."""
    text = """MATCH (s:Standing {run: $run})<-[:EARNED_BY]-(e) WHERE e.amount <> 0
    RETURN s.member_id AS member, e.bonus AS bonus, e.amount AS amount"""
    rows = graph.read(cypher(text, "run"), run=number)
    return {(row["member"], row["bonus"]): row["amount"] for row in rows}


def differing(graph: Graph, listed: list[Restated]) -> dict[tuple[str, str, str], int]:
    """What restated runs pay more than the paid ones, by period, member and bonus."""
    found = {}
    for each in listed:
        before, after = paid(graph, each.paid.number), paid(graph, each.restated.number)
        for member, bonus in before.keys() | after.keys():
            change = after.get((member, bonus), 0) - before.get((member, bonus), 0)
            if change:
                found[each.paid.period, member, bonus] = change
    return found


def legs(graph: Graph, plan: Plan, number: int) -> list[int]:
    """What is left of both legs of U after a run."""
    text = f"MATCH (s:Standing {{run: $run, member_id: 'U'}}) RETURN s.`{plan.bonuses[0].state}` AS state"
    state = graph.read(cypher(text, "run"), run=number)[0]["state"]
    return [0, 0] if state is None else state[7:9]


def states(graph: Graph) -> dict[int, str]:
    rows = graph.read(cypher("MATCH (run:Run) RETURN run.number AS number, run.state AS state"))
    return {row["number"]: row["state"] for row in rows}


def volumes(graph: Graph, number: int) -> dict[str, int]:
    text = "MATCH (s:Standing {run: $run}) RETURN s.member_id AS id, s.personal_volume AS volume"
    return {row["id"]: row["volume"] for row in graph.read(cypher(text, "run"), run=number)}
