"""Many members are rolled up at once, as one change that is taken back as one."""

from datetime import date
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.genealogy.changes.survey import ready
from engine.genealogy.operations.kinds import (
    ChangeSponsor,
    MoveCustomer,
    RollUpMembers,
    TakeBack,
    TerminateMember,
)
from engine.genealogy.operations.performing import perform
from engine.genealogy.refusals import NotDoneError
from engine.genealogy.rollup import roll_up
from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.genealogy.test_kept_places import KEYS, Model, agree
from tests.genealogy.test_performing import ONE_TREE, TWO_TREES, places
from tests.genealogy.test_rollup import CUSTOMERS, MEMBERS
from tests.genealogy.test_succession import OWNERS
from tests.support.companies import cypher
from tests.support.small_tables import write
from tests.support.tree_model import Person, TreeModel

BEGIN, DAY = date(2026, 1, 1), date(2026, 6, 1)
SIZE = 16


@settings(max_examples=8, deadline=None)
@given(
    sponsors=st.lists(st.integers(0, SIZE), min_size=SIZE - 1, max_size=SIZE - 1),
    parents=st.lists(st.integers(0, SIZE), min_size=SIZE - 1, max_size=SIZE - 1),
    gone=st.sets(st.integers(0, SIZE - 1), min_size=1, max_size=8),
    accept_valid=st.booleans(),
    limit=st.sampled_from([2, 1_000]),
)
def test_any_members_roll_up_and_come_back(
    graph: Graph, tmp_path: Path, sponsors: list[int], parents: list[int], gone: set[int],
    accept_valid: bool, limit: int,
) -> None:  # fmt: skip
    """Two trees without legs, against a model and a walk; what is done otherwise for many is done for few."""
    graph.batched("schema/wipe")
    model, rows = TreeModel(date.today()), ["0 - - 2026-01-01"]
    model.people["0"] = Person(BEGIN)
    for each, (sponsor, parent) in enumerate(zip(sponsors, parents, strict=True), 1):
        above, under = str(sponsor % each), str(parent % each)
        rows.append(f"{each} {above} {under} 2026-01-01")
        model.enroll(1, str(each), above, (under, None), BEGIN)
    import_company(
        graph, write(tmp_path, members="member_id sponsor_id placement_id enrolled_on\n" + "\n".join(rows))
    )
    ready(graph, KEYS)
    before = [places(graph, tree, DAY) for tree in ("sponsor", "placement")]
    ids = {str(each) for each in gone}
    expected = model.roll_up_all(2, ids, DAY, accept_valid=accept_valid)
    with (
        mock.patch("engine.genealogy.operations.trees.MANY", limit),
        mock.patch("engine.genealogy.changes.kept.MOST_FOLLOWED", limit),
    ):
        operation = RollUpMembers(member_ids=tuple(ids), accept_valid=accept_valid, on=DAY)
        if not expected:
            with pytest.raises(NotDoneError, match=r"group_cannot_roll_up|nothing_changes"):
                perform(graph, operation)
            return
        done = perform(graph, operation)
        for tree in ("sponsor", "placement"):
            held = {each: model.place_on(tree, each, DAY) for each in model.people}
            assert places(graph, tree, DAY) == {each: place for each, place in held.items() if place}
        ready(graph, KEYS)
        agree(graph, Model(places(graph, "placement", DAY)), list(model.people))
        perform(graph, TakeBack(number=done.number))
    assert [places(graph, tree, DAY) for tree in ("sponsor", "placement")] == before
    ready(graph, KEYS)
    agree(graph, Model(before[1]), list(model.people))


def test_whoever_is_terminated_is_rolled_up_with_the_customers(graph: Graph, tmp_path: Path) -> None:
    """The chain 111, 11 goes to 1; the root 2 has nobody above. The tables of a roll-up say the same."""
    import_company(graph, write(tmp_path, members=MEMBERS, customers=CUSTOMERS))
    tables = roll_up(graph)
    operation = RollUpMembers(terminated=True)
    with pytest.raises(NotDoneError, match=r"1 of 3 members .* the first is 2"):
        perform(graph, operation)
    done = perform(graph, RollUpMembers(terminated=True, accept_valid=True), actor="desk", reason="clean-up")
    assert {(each.id, each.what, each.after) for each in done.changed} == {
        *tables.moves, ("c1", "customer", "1"), ("2", "stayed", "sponsor"),
    }  # fmt: skip
    assert graph.value(cypher(OWNERS)) == ["1", "12"]
    assert roll_up(graph).moves == ()
    perform(graph, TakeBack(number=done.number))
    assert graph.value(cypher(OWNERS)) == ["111", "12"]
    assert roll_up(graph) == tables
    only = perform(graph, RollUpMembers(terminated=True, customers_only=True))
    assert [(each.id, each.after) for each in only.changed] == [("c1", "1")]


def test_the_status_and_the_trees_are_those_of_the_day(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path, **ONE_TREE))
    perform(graph, TerminateMember(member_id="11", on=DAY))
    with pytest.raises(NotDoneError, match="nothing_changes"):
        perform(graph, RollUpMembers(terminated=True, on=date(2026, 5, 31)))
    perform(graph, ChangeSponsor(member_id="111", sponsor_id="12", on=date(2026, 7, 1)))
    perform(graph, RollUpMembers(terminated=True, on=DAY))
    assert places(graph, "sponsor", DAY)["111"] == ("1", None)
    assert places(graph, "sponsor", date(2026, 7, 1))["111"] == ("12", None)


@pytest.mark.parametrize("limit", [0, 1_000])
def test_a_circle_on_a_later_day_is_refused(
    graph: Graph, tmp_path: Path, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """111 would stay under 1 for good, and 1's own upline is below 111 later on."""
    monkeypatch.setattr("engine.genealogy.operations.trees.MANY", limit)
    members = "member_id sponsor_id enrolled_on\n0 - 2026-01-01\n1 0 2026-01-01\n11 1 2026-01-01\n"
    import_company(graph, write(tmp_path, members=members + "111 11 2026-01-01"))
    perform(graph, ChangeSponsor(member_id="11", sponsor_id="0", on=date(2026, 7, 1)))
    perform(graph, ChangeSponsor(member_id="1", sponsor_id="111", on=date(2026, 7, 2)))
    with pytest.raises(NotDoneError, match="circle"):
        perform(graph, RollUpMembers(member_ids=("11",), on=DAY))
    assert places(graph, "sponsor", DAY)["111"] == ("11", None)


def test_legs_and_later_changes_stay_where_the_rest_is_accepted(graph: Graph, tmp_path: Path) -> None:
    """In the placement tree those below are in legs; c1 has moved on a later day."""
    import_company(graph, write(tmp_path, **TWO_TREES))
    perform(graph, MoveCustomer(customer_id="c1", member_id="12"))
    ids = ("11", "12", "111")
    with pytest.raises(NotDoneError, match="3 of 3 members"):
        perform(graph, RollUpMembers(member_ids=ids, on=DAY))
    with pytest.raises(NotDoneError, match="later_change"):
        perform(graph, RollUpMembers(member_ids=("12",), customers_only=True, on=DAY))
    done = perform(graph, RollUpMembers(member_ids=ids, accept_valid=True, on=DAY))
    assert {(each.what, each.id) for each in done.changed} == {
        *(("sponsor", each) for each in ("111", "112", "121", "122", "1111")),
        *(("stayed", each) for each in ids), ("customer", "c2"),
    }  # fmt: skip
    assert set(places(graph, "sponsor", DAY).values()) == {("1", None)}
