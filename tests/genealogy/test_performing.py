"""Operations on people and trees: what each does, what it is refused for, and what it leaves then."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.genealogy import placement
from engine.genealogy.changes.lane import read_company
from engine.genealogy.operations.kinds import (
    KINDS,
    ChangeOwner,
    ChangeSponsor,
    EnrollCustomer,
    EnrollMember,
    MergeMembers,
    MoveCustomer,
    MoveMember,
    Operation,
    PlaceMember,
    ReinstateMember,
    RollUpMember,
    RollUpMembers,
    SuspendMember,
    SwapMembers,
    TakeBack,
    TerminateMember,
)
from engine.genealogy.operations.performing import (
    DECIDE,
    Changed,
    perform,
)
from engine.genealogy.placement import ByHand
from engine.genealogy.refusals import NotDoneError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.support.companies import cypher
from tests.support.small_tables import dump, edges, write

TWO_TREES = {
    "members": """
        member_id sponsor_id placement_id leg enrolled_on status     name  owner_id
        1         -          -            -   2026-01-01  active     Ada   -
        11        1          1            L   2026-02-01  active     Ben   o1
        12        1          1            R   2026-02-01  active     Cleo  -
        111       11         11           L   2026-02-02  active     Dan   -
        112       11         11           R   2026-02-02  active     Eve   -
        121       12         12           L   2026-02-03  suspended  Fay   -
        122       12         12           R   2026-02-03  terminated Gus   -
        1111      111        111          L   2026-02-04  active     Hal   -
        13        1          -            -   2026-03-01  active     Ida   -
        14        1          -            -   2026-03-01  customer   Jon   -
    """,
    "customers": """
        customer_id name  member_id since
        c1          Carla 11        2026-02-02
        c2          -     12        2026-02-03
    """,
}
ONE_TREE = {
    "members": """
        member_id sponsor_id enrolled_on
        1         -          2026-01-01
        11        1          2026-02-01
        12        1          2026-02-01
        111       11         2026-02-02
        112       11         2026-02-02
    """
}
DAY = date(2026, 6, 1)
LATER = date.today() + timedelta(days=30)


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> Graph:
    """Two trees with legs, a holding tank (13), a customer among the members (14), and two customers."""
    import_company(graph, write(tmp_path, **TWO_TREES))
    return graph


@pytest.fixture
def one_tree(graph: Graph, tmp_path: Path) -> Graph:
    import_company(graph, write(tmp_path, **ONE_TREE))
    return graph


def places(graph: Graph, tree: str, day: date) -> dict[str, tuple[str, str | None]]:
    """Everybody's parent and leg on a day."""
    return {
        member: (parent, leg)
        for member, of, parent, leg, since, until in edges(graph)
        if of == tree and since <= day and (until is None or day < until)
    }


def facts(graph: Graph, label: str, key: str, which: str) -> dict[str, Any]:
    text = f"MATCH (n:{label} {{{key}: '{which}'}}) RETURN n {{.*}} AS facts"
    row: dict[str, Any] = graph.value(cypher(text))
    return row


def test_every_kind_is_decided_somewhere() -> None:
    assert DECIDE.keys() == KINDS.keys()


def test_a_member_enrolls_below_a_sponsor_and_waits(company: Graph) -> None:
    done = perform(company, EnrollMember(member_id="15", sponsor_id="11", name="Kim", on=DAY), actor="desk")
    assert (done.number, done.kind, done.on, done.actor) == (2, "enroll", DAY, "desk")
    assert done.changed == (
        Changed("enrolled", "15", after="active"), Changed("sponsor", "15", after="11"),
    )  # fmt: skip
    stored = facts(company, "Member", "member_id", "15")
    assert (stored["name"], stored["status"], stored["import_no"]) == ("Kim", "active", 2)
    assert stored["enrolled_on"].to_native() == DAY
    assert places(company, "sponsor", DAY)["15"] == ("11", None)
    assert [each.member_id for each in placement.waiting(company)] == ["13", "14", "15"]


def test_a_member_enrolls_into_a_place(company: Graph) -> None:
    how = ByHand("112", "left")
    done = perform(company, EnrollMember(member_id="15", sponsor_id="11", how=how, on=DAY))
    assert places(company, "placement", DAY)["15"] == ("112", "L"), "in the company's words"
    assert Changed("placement", "15", after="112", leg_after="L") in done.changed
    by_rule = placement.options("outer_left", {})
    perform(company, EnrollMember(member_id="16", sponsor_id="1", how=by_rule, on=DAY))
    assert places(company, "placement", DAY)["16"] == ("1111", "L")


def test_a_company_may_begin_with_its_first_enrolment(graph: Graph) -> None:
    perform(graph, EnrollMember(member_id="A", root=True))
    perform(graph, EnrollMember(member_id="B", sponsor_id="A", leg="left"))
    assert read_company(graph).one_tree is True
    change = graph.value(cypher("MATCH (c:Change {number: 1}) RETURN c.touched AS touched"))
    assert change == ["members_added", "one_tree_set"]
    perform(graph, EnrollMember(member_id="C", sponsor_id="B", how=ByHand("A", "right"), begin=True))
    assert read_company(graph).one_tree is False


def test_whoever_waits_is_placed(company: Graph) -> None:
    done = perform(company, PlaceMember(member_id="13", how=ByHand("112", "L"), on=DAY), reason="by wish")
    assert done.changed == (Changed("placement", "13", after="112", leg_after="L"),)
    assert placement.waiting(company)[0].member_id == "14"


def test_a_member_moves_with_the_group(company: Graph) -> None:
    done = perform(company, MoveMember(member_id="11", parent_id="121", leg="l", on=DAY), reason="by wish")
    assert done.changed == (Changed("placement", "11", "1", "121", "L", "L"),)
    before, after = (places(company, "placement", day) for day in (DAY - timedelta(days=1), DAY))
    assert (before["11"], after["11"]) == (("1", "L"), ("121", "L"))
    assert before["111"] == after["111"] == ("11", "L")
    assert places(company, "sponsor", DAY)["11"] == ("1", None)


def test_a_member_moves_alone_and_the_frontline_goes_up(company: Graph) -> None:
    perform(company, MoveMember(member_id="111", parent_id="12", leg="M", alone=True, on=DAY))
    now = places(company, "placement", DAY)
    assert (now["111"], now["1111"]) == (("12", "M"), ("11", "L"))


def test_a_member_gets_another_sponsor_and_the_first_stays_on_record(company: Graph) -> None:
    perform(company, ChangeSponsor(member_id="11", sponsor_id="12", alone=True, on=DAY))
    now = places(company, "sponsor", DAY)
    assert (now["11"], now["111"], now["112"]) == (("12", None), ("1", None), ("1", None))
    first = [each for each in edges(company) if each[:3] == ("11", "sponsor", "1")]
    assert [each[4:] for each in first] == [(date(2026, 2, 1), DAY)]
    day = date(2026, 2, 2)
    perform(company, ChangeSponsor(member_id="111", sponsor_id="12", on=day))
    assert places(company, "sponsor", day)["111"] == ("12", None)
    assert [each[4:] for each in edges(company) if each[:3] == ("111", "sponsor", "11")] == [(day, day)]


def test_two_members_swap_alone(company: Graph) -> None:
    perform(company, SwapMembers(member_id="11", other_id="111", on=DAY))
    now = places(company, "placement", DAY)
    assert now["111"] == ("1", "L")
    assert now["11"] == ("111", "L")
    assert (now["1111"], now["112"]) == (("11", "L"), ("111", "R"))


def test_two_members_swap_with_their_groups(company: Graph) -> None:
    perform(company, SwapMembers(member_id="111", other_id="12", groups=True, on=DAY))
    now = places(company, "placement", DAY)
    assert (now["12"], now["111"]) == (("11", "L"), ("1", "R"))
    assert (now["121"], now["1111"]) == (("12", "L"), ("111", "L"))


def test_legs_of_one_member_are_swapped(company: Graph) -> None:
    perform(company, SwapMembers(member_id="11", other_id="12", groups=True, on=DAY))
    now = places(company, "placement", DAY)
    assert (now["11"], now["12"], now["111"]) == (("1", "R"), ("1", "L"), ("11", "L"))


def test_a_member_is_suspended_reinstated_and_leaves(company: Graph) -> None:
    statuses = []
    for kind in (SuspendMember, ReinstateMember, TerminateMember):
        done = perform(company, kind(member_id="111"))
        statuses.append((done.changed[0].before, facts(company, "Member", "member_id", "111")["status"]))
    assert statuses == [("active", "suspended"), ("suspended", "active"), ("active", "terminated")]
    assert places(company, "placement", date.today())["111"] == ("11", "L"), "the place is kept"


def test_a_position_goes_to_another_owner(company: Graph) -> None:
    done = perform(company, ChangeOwner(member_id="11", owner_id="o2"))
    assert done.changed == (Changed("owner", "11", "o1", "o2"),)
    assert facts(company, "Member", "member_id", "11")["owner_id"] == "o2"
    perform(company, ChangeOwner(member_id="11"))
    assert "owner_id" not in facts(company, "Member", "member_id", "11")


def test_a_customer_belongs_to_another_member(company: Graph) -> None:
    perform(company, MoveCustomer(customer_id="c1", member_id="12"))
    text = "MATCH (c:Customer {customer_id: 'c1'})-[:CUSTOMER_OF]->(m) RETURN m.member_id AS id"
    assert company.value(cypher(text)) == "12"


def test_a_customer_becomes_a_member(company: Graph) -> None:
    done = perform(company, EnrollCustomer(customer_id="c1", on=DAY))
    assert done.member_ids == ("c1",)
    assert facts(company, "Member", "member_id", "c1")["name"] == "Carla"
    assert places(company, "sponsor", DAY)["c1"] == ("11", None)
    assert facts(company, "Customer", "customer_id", "c1")["became"] == "c1"
    perform(company, EnrollCustomer(customer_id="14"))
    assert facts(company, "Member", "member_id", "14")["status"] == "active"


def test_a_member_is_rolled_up_for_good(one_tree: Graph) -> None:
    done = perform(one_tree, RollUpMember(member_id="11", on=DAY))
    assert {each.id: each.after for each in done.changed} == {"111": "1", "112": "1"}
    assert places(one_tree, "sponsor", DAY)["11"] == ("1", None)


# What an operation is refused for

MOVED = MoveMember(member_id="11", parent_id="121", leg="L", on=DAY)
REFUSED: dict[str, tuple[Operation, str, str | None]] = {
    "nobody": (MoveMember(member_id="x", parent_id="1", leg="L"), "unknown_member", "member_id"),
    "no parent": (MoveMember(member_id="11", parent_id="x", leg="L"), "unknown_member", "parent_id"),
    "oneself": (MoveMember(member_id="11", parent_id="11", leg="L"), "circle", "parent_id"),
    "own group": (MoveMember(member_id="11", parent_id="112", leg="L"), "circle", "parent_id"),
    "own group of a later day": (
        MoveMember(member_id="12", parent_id="1111", leg="R", on=DAY - timedelta(days=9)),
        "circle", "parent_id",
    ),
    "taken": (MoveMember(member_id="111", parent_id="1", leg="right"), "place_taken", "leg"),
    "no leg": (MoveMember(member_id="111", parent_id="1"), "unknown_place", "leg"),
    "no such leg": (MoveMember(member_id="111", parent_id="1", leg="x" * 31), "unknown_place", "leg"),
    "leg of a sponsor": (ChangeSponsor(member_id="111", sponsor_id="1", leg="L"), "unknown_place", "leg"),
    "too early": (
        MoveMember(member_id="111", parent_id="12", leg="M", on=date(2026, 2, 1)), "before_enrolment", "on",
    ),
    "same place": (MoveMember(member_id="12", parent_id="1", leg="R"), "nothing_changes", "parent_id"),
    "waits": (MoveMember(member_id="13", parent_id="12", leg="M"), "still_waiting", "member_id"),
    "two below": (
        MoveMember(member_id="11", parent_id="12", leg="M", alone=True), "group_cannot_roll_up", "alone",
    ),
    "root": (ChangeSponsor(member_id="1", sponsor_id="11"), "circle", "parent_id"),
    "terminated sponsor": (ChangeSponsor(member_id="11", sponsor_id="122"), "cannot_sponsor", "sponsor_id"),
    "enrolled": (EnrollMember(member_id="11", sponsor_id="1"), "member_exists", "member_id"),
    "no sponsor": (EnrollMember(member_id="15"), "sponsor_missing", "sponsor_id"),
    "odd sponsor": (EnrollMember(member_id="15", sponsor_id="x"), "unknown_member", "sponsor_id"),
    "customer sponsors": (EnrollMember(member_id="15", sponsor_id="14"), "cannot_sponsor", "sponsor_id"),
    "odd id": (EnrollMember(member_id="1\n5", sponsor_id="1"), "bad_id", "member_id"),
    "odd name": (EnrollMember(member_id="15", sponsor_id="1", name="a\0b"), "bad_text", "name"),
    "leg alone": (EnrollMember(member_id="15", sponsor_id="1", leg="L"), "unknown_place", "leg"),
    "later": (EnrollMember(member_id="15", sponsor_id="1", on=LATER), "future_day", "on"),
    "placed": (PlaceMember(member_id="11", how=ByHand("121", "L")), "cannot_place", "member_id"),
    "place taken": (
        EnrollMember(member_id="15", sponsor_id="1", how=ByHand("1", "L")), "place_taken", "leg",
    ),
    "twice suspended": (SuspendMember(member_id="121"), "wrong_status", "member_id"),
    "reinstated": (ReinstateMember(member_id="11"), "wrong_status", "member_id"),
    "gone already": (TerminateMember(member_id="122"), "wrong_status", "member_id"),
    "same owner": (ChangeOwner(member_id="11", owner_id="o1"), "nothing_changes", "owner_id"),
    "no customer": (MoveCustomer(customer_id="x", member_id="1"), "unknown_customer", "customer_id"),
    "customer's own": (MoveCustomer(customer_id="c1", member_id="11"), "nothing_changes", "member_id"),
    "member already": (EnrollCustomer(customer_id="11"), "wrong_status", "customer_id"),
    "swap of a root": (SwapMembers(member_id="1", other_id="11"), "root_has_no_place", "member_id"),
    "swap of one": (SwapMembers(member_id="11", other_id="11"), "nothing_changes", "other_id"),
    "swap in a group": (SwapMembers(member_id="12", other_id="1111", groups=True), "circle", "parent_id"),
    "swap with the parent": (SwapMembers(member_id="11", other_id="111", groups=True), "circle", "groups"),
    "merged with oneself": (MergeMembers(member_id="11", other_id="11"), "nothing_changes", "other_id"),
    "merged into one who is gone": (
        MergeMembers(member_id="122", other_id="12"), "cannot_sponsor", "member_id",
    ),
    "merged within a leg": (
        MergeMembers(member_id="111", other_id="11", on=DAY), "group_cannot_roll_up", "other_id",
    ),
    "merged into full legs": (MergeMembers(member_id="12", other_id="11", on=DAY), "place_taken", "leg"),
    "merged into one who waits": (
        MergeMembers(member_id="13", other_id="121", on=DAY), "still_waiting", "member_id",
    ),
    "legs roll up": (RollUpMember(member_id="11"), "group_cannot_roll_up", "member_id"),
    "many in legs": (RollUpMembers(member_ids=("11", "12")), "group_cannot_roll_up", "member_ids"),
    "nobody to roll up": (RollUpMembers(customers_only=True), "members_or_rule", "member_ids"),
    "few periods": (RollUpMembers(inactive_periods=2, plan="P"), "too_few_runs", "inactive_periods"),
    "nobody below": (RollUpMembers(terminated=True), "nothing_changes", "member_ids"),
    "rolls up nobody known": (RollUpMembers(member_ids=("11", "x")), "unknown_member", "member_ids"),
    "no change": (TakeBack(number=99), "unknown_change", "number"),
    "an import": (TakeBack(number=1), "cannot_take_back", "number"),
}  # fmt: skip


def test_a_refused_operation_says_why_and_writes_nothing(company: Graph) -> None:
    perform(company, MoveMember(member_id="12", parent_id="1", leg="R2", on=DAY - timedelta(days=20)))
    perform(company, TakeBack(number=2))
    perform(company, MoveMember(member_id="1111", parent_id="121", leg="L", on=DAY - timedelta(days=5)))
    state = dump(company)
    for case, (operation, name, field) in REFUSED.items():
        with pytest.raises(NotDoneError) as caught:
            perform(company, operation)
        assert (caught.value.name, caught.value.field) == (name, field), case
        assert dump(company) == state, case


def test_what_a_company_of_one_tree_refuses(one_tree: Graph) -> None:
    for operation in (
        MoveMember(member_id="11", parent_id="12"),
        SwapMembers(member_id="11", other_id="12"),
        EnrollMember(member_id="13", sponsor_id="1", how=ByHand("11")),
        PlaceMember(member_id="11", how=ByHand("12")),
    ):
        with pytest.raises(NotDoneError, match="one_tree"):
            perform(one_tree, operation)
    perform(one_tree, SwapMembers(member_id="11", other_id="12", tree="sponsor", on=DAY))
    assert places(one_tree, "sponsor", DAY)["111"] == ("12", None)
