"""Operations that come at once: each is a change of its own, and none spoils another."""

from pathlib import Path

from engine.genealogy.operations.combining import Combining
from engine.genealogy.operations.kinds import EnrollMember, MoveMember, Operation
from engine.genealogy.operations.performing import Done, Instruction, keyed
from engine.genealogy.refusals import NotDoneError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.support.companies import cypher
from tests.support.small_tables import write

FOUNDER = "member_id sponsor_id enrolled_on\nR - 2026-01-01"


def test_whoever_waits_shares_a_transaction(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path, members=FOUNDER))
    combining = Combining(graph)
    operations: list[Operation] = []
    for n in range(150):
        operations.append(EnrollMember(member_id=f"m{n}", sponsor_id="R" if n < 2 else f"m{n // 2}"))
        if n % 10 == 0:
            operations.append(EnrollMember(member_id=f"m{n}", sponsor_id="R"))
            operations.append(MoveMember(member_id="R", parent_id=f"m{n}"))
    asked = [
        Instruction(each, "desk", request=keyed("desk", str(n), each)) for n, each in enumerate(operations)
    ]
    futures = [combining.submit(each) for each in asked]
    outcomes = [future.exception(60) or future.result() for future in futures]
    refused = [each.name for each in outcomes if isinstance(each, NotDoneError)]
    assert refused == ["member_exists", "one_tree"] * 15
    numbers = [each.number for each in outcomes if isinstance(each, Done)]
    assert numbers == list(range(2, 152))
    assert graph.value(cypher("MATCH (m:Member)-[:SPONSORED_BY]->() RETURN count(*) AS members")) == 150
    again = combining.submit(asked[0]).result(60)
    assert again == outcomes[0]


def test_a_fault_of_one_transaction_leaves_the_others(graph: Graph, tmp_path: Path) -> None:
    """A value that the driver cannot send is nobody else's trouble."""
    import_company(graph, write(tmp_path, members=FOUNDER))
    combining = Combining(graph)
    bad = EnrollMember(member_id="x", sponsor_id="R", owner_id=object())  # type: ignore[arg-type]
    futures = [
        combining.submit(Instruction(each))
        for each in (
            EnrollMember(member_id="a", sponsor_id="R"),
            bad,
            EnrollMember(member_id="b", sponsor_id="R"),
        )
    ]
    assert futures[1].exception(60) is not None
    assert [futures[place].result(60).kind for place in (0, 2)] == ["enroll", "enroll"]
