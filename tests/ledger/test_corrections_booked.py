"""What a run corrects of a closed period is booked with its commit, as entries of their own."""

from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.answers import pay
from engine.answers.corrections import all_corrections
from engine.answers.ledger import account_totals, entries
from engine.answers.pages import Stretch
from engine.graph.database import Graph
from engine.ledger import auditing
from engine.ledger.balances import balances
from engine.passes.record import RunRecord, result
from engine.periods.committing import commit
from engine.periods.withdrawing import withdraw
from tests.corrections.test_booking import JULY, JUNE, Story
from tests.support.companies import cypher


def test_what_is_corrected_is_an_entry_of_its_own(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A was paid 80.00 for June by the orders that are refunded, G matched half of it."""
    story = Story(graph, tmp_path, monkeypatch)
    before = owed(graph)
    assert before == earned(graph, story.june)
    story.refund("o1 o2")
    july = story.run(JULY)
    commit(graph, JULY)
    corrected: dict[str, int] = {}
    for each in all_corrections(graph, july):
        corrected[each.member_id] = corrected.get(each.member_id, 0) + each.amount
    assert corrected == {"A": -8000, "G": -4000}
    assert owed(graph) == added(before, earned(graph, july), corrected)
    listed = entries(graph, Reach.everything, "A", Stretch(9)).nodes
    own = next(each for each in listed if (each.event, each.period) == ("corrected", JULY))
    assert (own.amount, [(part.bonus, part.amount, part.period) for part in own.parts]) == (
        -8000, [("Level", -8000, JUNE)],
    )  # fmt: skip
    assert auditing.audit(graph) == []
    totals = {each.account: each.amount for each in account_totals(graph, Reach.everything)}
    assert totals["commission"] == -sum(owed(graph).values()) == -totals["payable"]

    withdraw(graph, JULY, reason="once more")
    assert (owed(graph), auditing.audit(graph)) == (before, [])
    latest = entries(graph, Reach.everything, "G", Stretch(9)).nodes
    back = next(each for each in latest if (each.event, each.kind) == ("corrected", "withdrawal"))
    assert (back.amount, [part.amount for part in back.parts]) == (4000, [4000])

    commit(graph, JULY)
    graph.write(cypher("MATCH (c:Correction {member_id: 'A'}) SET c.amount = c.amount + 1"))
    (wrong,) = (each for each in auditing.of_run(graph, result(graph, JULY)) if "corrected" in each.where)
    assert (wrong.check, wrong.expected, wrong.actual) == (auditing.AS_EARNED, -7999, -8000)


def earned(graph: Graph, run: RunRecord) -> dict[str, int]:
    rows = pay.earnings(graph, Reach.everything, run, ["A", "B", "D", "G", "Z"])
    return {member: total for member, of in rows.items() if (total := sum(each.amount for each in of))}


def owed(graph: Graph) -> dict[str, int]:
    rows = balances(graph, ["A", "B", "D", "G", "Z"])
    return {owner: each.payable for owner, of in rows.items() for each in of if each.payable}


def added(*parts: dict[str, int]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for part in parts:
        for owner, amount in part.items():
            sums[owner] = sums.get(owner, 0) + amount
    return {owner: amount for owner, amount in sums.items() if amount}
