"""What operations cost in very deep legs, in database hits: nothing that is checked walks without need."""

from datetime import date

import pytest

from engine.genealogy.changes.lane import look
from engine.genealogy.changes.survey import ready
from engine.genealogy.operations.kinds import EnrollMember, MoveMember, Operation, PlaceMember
from engine.genealogy.operations.performing import Decided, decide, perform
from engine.genealogy.operations.trees import FIRST_STEPS
from engine.genealogy.placement import ByHand, options
from engine.genealogy.refusals import CircleError
from engine.graph.database import Graph
from tests.support.companies import cypher
from tests.support.hits import counting

DEEP = 4_000
DAY = date(2026, 3, 1)
LEG = """
MERGE (company:Company {key: 'company'}) SET company.one_tree = false, company.last_change = 1
MERGE (:Change {number: 1, kind: 'import', state: 'complete'})
WITH date('2026-01-01') AS day
UNWIND range(0, $deep + 9) AS n
CREATE (m:Member {member_id: CASE WHEN n < $deep THEN 'L' + n ELSE 'T' + (n - $deep) END, status: 'active',
  enrolled_on: day, import_no: 1})
WITH collect(m) AS members, day
UNWIND range(1, size(members) - 1) AS n
WITH members[n] AS member, n, day, members[CASE WHEN n < $deep THEN n - 1 ELSE 0 END] AS parent
CREATE (member)-[:SPONSORED_BY {since: day, step: 0}]->(parent)
FOREACH (leg IN CASE WHEN n < $deep THEN ['L'] WHEN n = $deep THEN ['R'] ELSE [] END |
  CREATE (member)-[:PLACED_UNDER {since: day, step: 0, leg: leg}]->(parent))
"""
"""A left leg L0, L1 ... so deep, T0 in the right leg of its top, and T1 ... who wait."""


def leg(graph: Graph, deep: int) -> Graph:
    graph.batched("schema/wipe")
    graph.batched(cypher(LEG, "deep"), deep=deep)
    return graph


def cost(graph: Graph, operation: Operation) -> tuple[int, int, Decided | CircleError]:
    """Database hits and statements of deciding an operation, with what came of it."""
    with graph.session() as session, session.begin_transaction() as transaction:
        ask, counted = counting(transaction)
        try:
            outcome: Decided | CircleError = decide(ask, operation)
        except CircleError as error:
            outcome = error
        transaction.rollback()
    return sum(counted), len(counted), outcome


def test_a_place_at_the_end_of_a_leg_costs_the_same_however_deep_it_is(graph: Graph) -> None:
    rule = options("outer_left", {})
    placing = PlaceMember(member_id="T1", how=rule, on=DAY)
    entering = EnrollMember(member_id="new", sponsor_id="L0", how=rule, on=DAY)
    costs = []
    for deep in (DEEP // 10, DEEP):
        leg(graph, deep)
        ready(graph, ["left_chain", "right_chain"])
        listed = [cost(graph, each) for each in (placing, entering)]
        assert all(isinstance(outcome, Decided) for *_, outcome in listed)
        costs.append([counted for counted, *_ in listed])
    assert costs[1] == pytest.approx(costs[0], abs=20)
    assert max(costs[1]) < 300
    assert max(statements for _, statements, _ in listed) <= 7


def test_a_move_costs_the_shorter_of_two_ways(graph: Graph) -> None:
    leg(graph, DEEP)
    few = 60 * FIRST_STEPS
    up = MoveMember(member_id=f"L{DEEP - 20}", parent_id="T0", leg="L", on=DAY)
    down = MoveMember(member_id="T0", parent_id=f"L{DEEP - 1}", leg="L", on=DAY)
    nobody = MoveMember(member_id=f"L{DEEP - 1}", parent_id=f"L{DEEP - 3}", leg="R", on=DAY)
    for operation, most in ((up, few), (down, few), (nobody, 300)):
        counted, _, outcome = cost(graph, operation)
        assert isinstance(outcome, Decided)
        assert counted < most, operation
    counted, _, outcome = cost(graph, MoveMember(member_id="L1", parent_id=f"L{DEEP - 1}", leg="R", on=DAY))
    assert isinstance(outcome, CircleError)
    assert counted < 60 * DEEP
    # Who was above once is found again on the way, wherever the others are now.
    perform(graph, MoveMember(member_id="L30", parent_id="T0", leg="L", on=DAY))
    assert look(graph.read).last_change == 2
    with pytest.raises(CircleError):
        perform(graph, MoveMember(member_id="T0", parent_id=f"L{DEEP - 1}", leg="L", on=date(2026, 4, 1)))
    perform(graph, MoveMember(member_id="L1", parent_id=f"L{DEEP - 1}", leg="L", on=date(2026, 4, 1)))
    with pytest.raises(CircleError):  # on the day before the group went to another leg
        perform(graph, MoveMember(member_id="L2", parent_id="L40", leg="R", on=date(2026, 2, 1)))


def test_who_comes_below_within_one_transaction_counts_too(graph: Graph) -> None:
    leg(graph, 5)
    perform(graph, EnrollMember(member_id="a", sponsor_id="L0", how=ByHand("L4", "L"), on=DAY))
    perform(graph, EnrollMember(member_id="b", sponsor_id="a", how=ByHand("a", "L"), on=DAY))
    with pytest.raises(CircleError):
        perform(graph, MoveMember(member_id="a", parent_id="b", leg="L", on=DAY))
