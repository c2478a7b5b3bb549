"""Prospects: added, updated, won as customers and members, lost; nothing of them is forgotten."""

from datetime import date

import pytest

from engine.genealogy.operations.kinds import (
    AddProspect,
    ConvertProspect,
    EnrollCustomer,
    EnrollMember,
    MergeMembers,
    Operation,
    ReinstateMember,
    RollUpMember,
    SuspendMember,
    TakeBack,
    TerminateMember,
    UpdateProspect,
)
from engine.genealogy.operations.performing import Done, Instruction, perform, perform_each
from engine.genealogy.refusals import NotDoneError
from engine.graph.database import Graph
from tests.genealogy.test_performing import DAY, LATER, company, facts
from tests.support.companies import cypher
from tests.support.small_tables import dump

__all__ = ["company"]

JUNE = [date(2026, 6, day) for day in range(1, 31)]
OF = (
    "MATCH (p:Prospect)-[:PROSPECT_OF]->(m) WITH p, m ORDER BY p.prospect_id "
    "RETURN collect(m.member_id) AS of"
)
PASTS = (
    "MATCH (past:Past)-[:PAST_OF]->(p:Prospect) WITH past ORDER BY past.closed_no "
    "RETURN collect([past.status, toString(past.until), past.closed_no]) AS pasts"
)


def add(company: Graph) -> None:
    """Two prospects of 11, added by changes 2 and 3."""
    perform(company, AddProspect(prospect_id="p1", member_id="11", name="Mia", source="fair", on=DAY))
    perform(company, AddProspect(prospect_id="p2", member_id="11", status="contacted", on=DAY))


def test_a_prospect_becomes_a_member_and_keeps_its_history(company: Graph) -> None:
    add(company)
    done = perform(
        company, UpdateProspect(prospect_id="p1", status="presented", source="web", on=JUNE[4]), actor="11"
    )
    assert {(each.what, each.before, each.after) for each in done.changed} == {
        ("prospect_status", "new", "presented"), ("prospect_source", "fair", "web"),
    }  # fmt: skip
    assert done.member_ids == ()
    won = perform(company, EnrollMember(member_id="m1", prospect_id="p1", on=JUNE[9]))
    assert {(each.what, each.id, each.after) for each in won.changed} == {
        ("enrolled", "m1", "active"), ("sponsor", "m1", "11"), ("prospect_status", "p1", "member"),
        ("prospect_became", "p1", "m1"),
    }  # fmt: skip
    member, prospect = (
        facts(company, "Member", "member_id", "m1"),
        facts(company, "Prospect", "prospect_id", "p1"),
    )
    assert (member["name"], member["prospect_id"]) == ("Mia", "p1")
    assert (prospect["status"], prospect["became"], prospect["import_no"]) == ("member", "m1", 2)
    assert company.value(cypher(PASTS)) == [["new", "2026-06-05", 4], ["presented", "2026-06-10", 5]]
    with pytest.raises(NotDoneError, match="become the member m1"):
        perform(company, EnrollMember(member_id="m2", prospect_id="p1", on=JUNE[10]))
    # Taken back: the prospect is one again, and the member is gone from the first day on.
    perform(company, TakeBack(number=5))
    prospect = facts(company, "Prospect", "prospect_id", "p1")
    assert (prospect["status"], "became" in prospect) == ("presented", False)
    assert facts(company, "Member", "member_id", "m1")["status"] == "terminated"
    perform(company, EnrollMember(member_id="m2", prospect_id="p1", sponsor_id="12", on=JUNE[20]))
    perform(company, SuspendMember(member_id="m2"))
    with pytest.raises(NotDoneError, match="has changed since by change 8"):
        perform(company, TakeBack(number=7))
    perform(company, ReinstateMember(member_id="m2"))
    perform(company, TerminateMember(member_id="m2"))
    perform(company, TakeBack(number=7))
    assert facts(company, "Prospect", "prospect_id", "p1")["status"] == "presented"


def test_a_prospect_becomes_a_customer_who_becomes_a_member(company: Graph) -> None:
    add(company)
    done = perform(company, ConvertProspect(prospect_id="p1", customer_id="c9", on=JUNE[9]))
    assert [(each.what, each.id, each.after) for each in done.changed] == [
        ("customer_added", "c9", "11"), ("prospect_status", "p1", "customer"),
        ("prospect_became", "p1", "c9"),
    ]  # fmt: skip
    customer = facts(company, "Customer", "customer_id", "c9")
    assert (customer["name"], customer["prospect_id"]) == ("Mia", "p1")
    with pytest.raises(NotDoneError, match="become the customer c9"):
        perform(company, EnrollMember(member_id="m1", prospect_id="p1", on=JUNE[10]))
    perform(company, EnrollCustomer(customer_id="c9", member_id="m1", on=JUNE[14]))
    assert facts(company, "Member", "member_id", "m1")["prospect_id"] == "p1"
    # One who is known already: taken back, nothing of it is left, and it can be done again.
    before = facts(company, "Customer", "customer_id", "c1")
    perform(company, ConvertProspect(prospect_id="p2", customer_id="c1", on=JUNE[14]))
    assert facts(company, "Customer", "customer_id", "c1")["prospect_id"] == "p2"
    perform(company, TakeBack(number=6))
    assert facts(company, "Customer", "customer_id", "c1") == before
    assert facts(company, "Prospect", "prospect_id", "p2")["status"] == "contacted"
    perform(company, ConvertProspect(prospect_id="p2", customer_id="c1", on=JUNE[14]))
    perform(company, AddProspect(prospect_id="p3", member_id="12", on=DAY))
    with pytest.raises(NotDoneError, match="c1 was the prospect p2"):
        perform(company, ConvertProspect(prospect_id="p3", customer_id="c1", on=JUNE[14]))


def test_prospects_go_where_customers_go_but_for_those_who_were_won(company: Graph) -> None:
    add(company)
    perform(company, EnrollMember(member_id="m1", prospect_id="p2", on=DAY))
    perform(company, UpdateProspect(prospect_id="p1", member_id="111", on=DAY))
    assert company.value(cypher(OF)) == ["111", "11"]
    rolled = perform(company, RollUpMember(member_id="111", customers_only=True, on=DAY))
    assert company.value(cypher(OF)) == ["11", "11"]
    perform(company, MergeMembers(member_id="1111", other_id="12", on=DAY))
    perform(company, TakeBack(number=rolled.number))
    assert company.value(cypher(OF)) == ["111", "11"]


REFUSED: list[tuple[Operation, str]] = [
    (AddProspect(prospect_id="p1", member_id="12", on=DAY), "prospect_exists"),
    (AddProspect(prospect_id="", member_id="12", on=DAY), "bad_id"),
    (AddProspect(prospect_id="p9", member_id="nobody", on=DAY), "unknown_member"),
    (AddProspect(prospect_id="p9", member_id="122", on=DAY), "cannot_sponsor"),
    (AddProspect(prospect_id="p9", member_id="12", status="member", on=DAY), "wrong_status"),
    (AddProspect(prospect_id="p9", member_id="12", status="warm", on=DAY), "wrong_status"),
    (AddProspect(prospect_id="p9", member_id="12", source="a\x07", on=DAY), "bad_text"),
    (AddProspect(prospect_id="p9", member_id="12", on=LATER), "future_day"),
    (AddProspect(prospect_id="p9", member_id="13", on=date(2026, 2, 1)), "before_enrolment"),
    (UpdateProspect(prospect_id="p9", status="lost"), "unknown_prospect"),
    (UpdateProspect(prospect_id="p1", status="new"), "nothing_changes"),
    (UpdateProspect(prospect_id="p1", status="customer"), "wrong_status"),
    (UpdateProspect(prospect_id="p1", member_id="122"), "cannot_sponsor"),
    (UpdateProspect(prospect_id="p1", status="lost", on=date(2026, 5, 31)), "before_enrolment"),
    (UpdateProspect(prospect_id="p2", status="contacted", on=JUNE[3]), "later_change"),
    (ConvertProspect(prospect_id="p9"), "unknown_prospect"),
    (ConvertProspect(prospect_id="p1", customer_id=" c"), "bad_id"),
    (EnrollMember(member_id="m1", prospect_id="p9"), "unknown_prospect"),
    (EnrollMember(member_id="m1", prospect_id="p2", on=JUNE[3]), "later_change"),
    (EnrollMember(member_id="11", prospect_id="p1"), "member_exists"),
    (TakeBack(number=2), "cannot_take_back"),
]


def test_what_is_refused_has_written_nothing(company: Graph) -> None:
    add(company)
    perform(company, UpdateProspect(prospect_id="p2", status="lost", on=JUNE[9]))
    state = dump(company)
    outcomes = perform_each(company, [Instruction(each) for each, _ in REFUSED])
    names = [each.kind if isinstance(each, Done) else each.name for each in outcomes]
    assert names == [name for _, name in REFUSED]
    assert dump(company) == state
    reopened = perform(company, UpdateProspect(prospect_id="p2", status="contacted", on=JUNE[9]))
    perform(company, TakeBack(number=reopened.number))
    assert facts(company, "Prospect", "prospect_id", "p2")["status"] == "lost"


def test_several_in_one_transaction_see_each_other(company: Graph) -> None:
    operations: list[Operation] = [
        AddProspect(prospect_id="p1", member_id="11", on=DAY),
        UpdateProspect(prospect_id="p1", status="contacted", name="Mia", on=DAY),
        UpdateProspect(prospect_id="p1", status="presented", on=DAY),
        ConvertProspect(prospect_id="p1", on=DAY),
        EnrollCustomer(customer_id="p1", on=DAY),
    ]
    outcomes = perform_each(company, [Instruction(each) for each in operations])
    assert [each.kind if isinstance(each, Done) else each.name for each in outcomes] == [
        "add_prospect", "update_prospect", "update_prospect", "convert_prospect", "enroll_customer",
    ]  # fmt: skip
    member = facts(company, "Member", "member_id", "p1")
    assert (member["name"], member["prospect_id"]) == ("Mia", "p1")
    assert [each[0] for each in company.value(cypher(PASTS))] == ["new", "contacted", "presented"]
