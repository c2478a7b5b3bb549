"""The group and the customers of one position go to another: merges, and roll-ups of customers."""

from pathlib import Path

import pytest

from engine.genealogy.operations.kinds import MergeMembers, MoveCustomer, RollUpMember, TakeBack
from engine.genealogy.operations.performing import Instruction, perform, perform_each
from engine.genealogy.refusals import NotDoneError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.genealogy.test_performing import DAY, LATER, ONE_TREE, TWO_TREES, facts, places
from tests.support.companies import cypher
from tests.support.small_tables import write

OWNERS = (
    "MATCH (c:Customer)-[:CUSTOMER_OF]->(m) WITH c, m ORDER BY c.customer_id "
    "RETURN collect(m.member_id) AS ids"
)


def test_group_and_customers_go_to_the_member_and_come_back(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path, **TWO_TREES))
    sponsors, placed = (places(graph, tree, DAY) for tree in ("sponsor", "placement"))
    done = perform(graph, MergeMembers(member_id="1111", other_id="12", on=DAY), reason="enrolled twice")
    assert places(graph, "sponsor", DAY) == sponsors | {"121": ("1111", None), "122": ("1111", None)}
    assert places(graph, "placement", DAY) == placed | {
        "121": ("1111", "L"),
        "122": ("1111", "R"),
    }
    assert facts(graph, "Member", "member_id", "12")["status"] == "terminated"
    assert graph.value(cypher(OWNERS)) == ["11", "1111"]
    assert {each.what for each in done.changed} == {"sponsor", "placement", "status", "customer"}
    perform(graph, TakeBack(number=done.number))
    assert places(graph, "sponsor", DAY) == sponsors
    assert places(graph, "placement", DAY) == placed
    assert facts(graph, "Member", "member_id", "12")["status"] == "active"
    assert graph.value(cypher(OWNERS)) == ["11", "12"]


def test_a_member_takes_the_place_of_the_other_one_above(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path, **ONE_TREE))
    perform(graph, MergeMembers(member_id="111", other_id="11", on=DAY))
    assert places(graph, "sponsor", DAY) == {
        "111": ("1", None), "11": ("111", None), "112": ("111", None), "12": ("1", None),
    }  # fmt: skip


def test_the_other_one_may_be_directly_below(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path, **ONE_TREE))
    perform(graph, MergeMembers(member_id="1", other_id="11", on=DAY))
    assert places(graph, "sponsor", DAY) == dict.fromkeys(("11", "12", "111", "112"), ("1", None))


def test_customers_go_on_a_later_day_and_with_what_comes_before(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path, **TWO_TREES))
    later = perform(graph, RollUpMember(member_id="11", customers_only=True, on=LATER))
    assert graph.value(cypher(OWNERS)) == ["11", "12"]
    perform(graph, TakeBack(number=later.number))
    perform_each(
        graph,
        [
            Instruction(MoveCustomer(customer_id="c2", member_id="11")),
            Instruction(RollUpMember(member_id="11", customers_only=True)),
        ],
    )
    assert graph.value(cypher(OWNERS)) == ["1", "1"]
    perform(graph, MoveCustomer(customer_id="c1", member_id="12"))
    with pytest.raises(NotDoneError, match="later_change"):
        perform(graph, RollUpMember(member_id="12", customers_only=True, on=DAY))
