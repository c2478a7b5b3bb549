"""Every answer about a run: calls every answering function, for the members that matter most."""

from engine.access.reach import Reach
from engine.answers import downline, lines, overlays, pay, ranks, standings, trees
from engine.answers.pages import Stretch
from engine.explain.explanation import as_json, explain
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of, window_of
from engine.workbench import reports
from tests.support.companies import cypher

MEMBERS = """
MATCH (standing:Standing {run: $run})
RETURN standing.member_id AS id ORDER BY coalesce(standing.earned, 0) DESC, standing.depth DESC, id
"""
ORDERS = """
MATCH (order:Order)-[:CREDITED_TO]->(:Member)
WHERE order.ordered_at >= $start AND order.ordered_at < $end AND NOT order.kind IN $excluded
  AND EXISTS { (:Standing {run: $run, member_id: order.member_id}) }
RETURN order.order_id AS id ORDER BY order.commissionable_volume DESC, id
"""


def ask_everything(graph: Graph, run: RunRecord, most: int = 2) -> int:
    """Ask for every answer about a run's best earners and its deepest member; returns how many answers came.

    Raises whatever an answer raises.
    """
    plan = plan_of(run)
    ids = [row["id"] for row in graph.read(cypher(MEMBERS, "run"), run=run.number)]
    chosen = list(dict.fromkeys([*ids[:most], *ids[-1:]]))
    window = window_of(run, plan)
    times = {name: window[name] for name in ("start", "end", "excluded")}
    orders = [row["id"] for row in graph.read(cypher(ORDERS, "run", *times), run=run.number, **times)][:most]
    answered = 0
    for member_id in chosen:
        statement = pay.statement(graph, Reach.everything, run, member_id)
        paid = list(lines.lines_to(graph, Reach.everything, run, plan, member_id))
        assert {line.payee_id for line in paid} <= {member_id}
        if not plan.caps:
            assert {earning.bonus for earning in statement.earnings if earning.amount} <= {
                line.bonus for line in paid
            }
        card = ranks.rank_card(graph, Reach.everything, run, plan, member_id)
        ranks.next_rank(plan, card)
        standings.frontlines(graph, Reach.everything, run, [member_id], Stretch(10))
        standings.uplines(graph, Reach.everything, run, [member_id], Stretch(10))
        downline.downline_page(graph, Reach.everything, run, member_id)
        trees.group(graph, Reach.everything, run, member_id, 2)
        for overlay in plan.overlays:
            trees.group(graph, Reach.everything, run, member_id, 2, overlay.label)
            overlays.places(graph, Reach.everything, run, plan, [member_id], overlay.label)
        for order_id in orders:
            as_json(explain(graph, Reach.everything, run, member_id, order_id), plan)
        answered += 1
    for report in reports.every():
        reports.ask(graph, report, run)
    return answered
