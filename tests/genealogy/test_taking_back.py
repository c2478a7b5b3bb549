"""Operations under keys, in batches, and taken back by later ones."""

from datetime import date, timedelta

import pytest

from engine.genealogy import placement
from engine.genealogy.changes.lane import read_company
from engine.genealogy.changes.requests import KeyReusedError
from engine.genealogy.operations import placing
from engine.genealogy.operations.kinds import (
    ChangeOwner,
    ChangeSponsor,
    EnrollCustomer,
    EnrollMember,
    MoveCustomer,
    MoveMember,
    Operation,
    PlaceMember,
    ReinstateMember,
    SuspendMember,
    SwapMembers,
    TakeBack,
    TerminateMember,
)
from engine.genealogy.operations.performing import Changed, Done, Instruction, keyed, perform, perform_each
from engine.genealogy.placement import ByHand
from engine.genealogy.refusals import NotDoneError
from engine.graph.database import Graph
from tests.genealogy.test_performing import DAY, LATER, MOVED, company, facts, places
from tests.support.companies import cypher
from tests.support.small_tables import dump

__all__ = ["company"]


def test_a_repeated_request_gets_the_first_answer(company: Graph) -> None:
    first = perform(company, MOVED, actor="desk", key="k")
    state = dump(company)
    assert perform(company, MOVED, actor="desk", key="k") == first
    with pytest.raises(KeyReusedError):
        perform(company, MoveMember(member_id="11", parent_id="122", leg="L"), actor="desk", key="k")
    assert dump(company) == state


def test_a_refused_operation_spoils_none_of_its_batch(company: Graph) -> None:
    enroll = [EnrollMember(member_id=f"n{n}", sponsor_id="n0" if n else "11", on=DAY) for n in range(4)]
    asked = [
        *(Instruction(each, "desk", request=keyed("desk", each.member_id, each)) for each in enroll),
        Instruction(EnrollMember(member_id="n1", sponsor_id="11", on=DAY)),
        Instruction(MoveMember(member_id="11", parent_id="1111", leg="L")),
        Instruction(PlaceMember(member_id="n1", how=ByHand("112", "L"), on=DAY)),
        Instruction(PlaceMember(member_id="n2", how=ByHand("112", "L"), on=DAY)),
        Instruction(enroll[0], "desk", request=keyed("desk", "n0", enroll[0])),
        Instruction(SuspendMember(member_id="n3")),
        Instruction(TerminateMember(member_id="n3")),
    ]
    outcomes = perform_each(company, asked)
    assert [each.number if isinstance(each, Done) else each.name for each in outcomes] == [
        2, 3, 4, 5, "member_exists", "circle", 6, "place_taken", 2, 7, 8,
    ]  # fmt: skip
    assert facts(company, "Member", "member_id", "n3")["status"] == "terminated"
    assert read_company(company).last_change == 8
    numbers = company.value(cypher("MATCH (c:Change) WITH c.number AS n ORDER BY n RETURN collect(n) AS n"))
    assert numbers == list(range(1, 9))


def test_a_batch_that_brings_the_first_leg_asks_for_one_from_then_on(graph: Graph) -> None:
    outcomes = perform_each(graph, [
        Instruction(EnrollMember(member_id="A", root=True)),
        Instruction(EnrollMember(member_id="B", sponsor_id="A")),
        Instruction(EnrollMember(member_id="C", sponsor_id="A", leg="left")),
        Instruction(EnrollMember(member_id="D", sponsor_id="A")),
        Instruction(EnrollMember(member_id="D", sponsor_id="A", leg="L")),
        Instruction(EnrollMember(member_id="D", sponsor_id="A", leg="2")),
    ])  # fmt: skip
    assert [each.number if isinstance(each, Done) else each.name for each in outcomes] == [
        1, 2, 3, "unknown_place", "place_taken", 4,
    ]  # fmt: skip
    assert places(graph, "sponsor", date.today())["D"] == ("A", "right")


TAKEN_BACK: dict[str, Operation] = {
    "move": MOVED,
    "alone": MoveMember(member_id="111", parent_id="12", leg="M", alone=True, on=DAY),
    "backdated": MoveMember(member_id="111", parent_id="12", leg="M", on=date(2026, 2, 10)),
    "future": MoveMember(member_id="111", parent_id="12", leg="M", on=LATER),
    "planned owner": ChangeOwner(member_id="11", owner_id="o2", on=LATER),
    "sponsor": ChangeSponsor(member_id="11", sponsor_id="12", alone=True, on=DAY),
    "swap": SwapMembers(member_id="11", other_id="111", on=DAY),
    "place": PlaceMember(member_id="13", how=ByHand("112", "L"), on=DAY),
    "suspend": SuspendMember(member_id="11"),
    "owner": ChangeOwner(member_id="11", owner_id="o2"),
    "customer": MoveCustomer(customer_id="c1", member_id="12"),
    "active": EnrollCustomer(customer_id="14"),
}


HISTORY = ("Change", "Past", "PAST_OF", "ONCE_", "Planned", "PLANNED_FOR")
"""How what stays readable begins in a dump."""


@pytest.mark.parametrize("case", TAKEN_BACK)
def test_an_operation_is_taken_back_and_both_stay_on_record(company: Graph, case: str) -> None:
    perform(company, MoveMember(member_id="111", parent_id="121", leg="M", on=DAY - timedelta(days=3)))

    def state() -> list[str]:
        kept = dump(company, "last_change", "next_turn", "opened_no", "closed_no")
        return [each for each in kept if not each.startswith(HISTORY)]

    before = state()
    done = perform(company, TAKEN_BACK[case])
    assert (state() != before) is (case != "planned owner")
    back = perform(company, TakeBack(number=done.number), reason="a mistake")
    assert (back.undoes, back.on) == (done.number, done.on)
    assert state() == before
    with pytest.raises(NotDoneError, match="taken change 3 back already"):
        perform(company, TakeBack(number=done.number))


def test_what_the_command_or_the_mutation_has_placed_is_taken_back(company: Graph) -> None:
    placing.place(company, "13", ByHand("112", "L"), on=DAY)
    back = perform(company, TakeBack(number=2))
    assert (back.on, back.changed) == (DAY, (Changed("placement", "13", "112", None, "L", None),))
    assert "13" in [each.member_id for each in placement.waiting(company)]


def test_what_something_rests_on_is_not_taken_back(company: Graph) -> None:
    moved = perform(company, MOVED)
    perform(company, MoveMember(member_id="12", parent_id="1", leg="L", on=DAY))
    with pytest.raises(NotDoneError, match="place_taken"):
        perform(company, TakeBack(number=moved.number))
    suspended = perform(company, SuspendMember(member_id="111"))
    perform(company, ReinstateMember(member_id="111"))
    with pytest.raises(NotDoneError, match="by change 5"):
        perform(company, TakeBack(number=suspended.number))
    enrolled = perform(company, EnrollMember(member_id="15", sponsor_id="1"))
    with pytest.raises(NotDoneError, match="Terminate the member"):
        perform(company, TakeBack(number=enrolled.number))
