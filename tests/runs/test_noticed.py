"""Runs and live figures notice every operation on people and trees."""

from pathlib import Path

from engine.genealogy.operations.kinds import (
    KINDS,
    AddProspect,
    ChangeOwner,
    ChangeSponsor,
    ConvertProspect,
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
    UpdateProspect,
)
from engine.genealogy.operations.performing import perform
from engine.genealogy.operations.placing import place
from engine.genealogy.placement import ByHand, options
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.chain import Chain
from engine.passes.replay import unchanged
from engine.period import period
from engine.plans.reader import read
from engine.run import STAGES, run
from engine.runs.live import differences, refresh
from tests.runs.test_freshness import FIELD, PLAN, TABLES, outcome
from tests.support.companies import cypher
from tests.support.small_tables import write

NOVEMBER = period("2026-11")
FIRST = NOVEMBER.first
OPERATIONS: list[Operation] = [
    EnrollMember(member_id="F", sponsor_id="B", how=ByHand("C", "L"), on=FIRST),
    PlaceMember(member_id="N", how=ByHand("C", "R"), on=FIRST),
    MoveMember(member_id="E", parent_id="A", leg="R", on=FIRST),
    ChangeSponsor(member_id="E", sponsor_id="A", on=FIRST),
    SwapMembers(member_id="C", other_id="E", on=FIRST),
    SuspendMember(member_id="A"),
    ReinstateMember(member_id="A"),
    TerminateMember(member_id="B"),
    ChangeOwner(member_id="A", owner_id="o"),
    EnrollCustomer(customer_id="c1", on=FIRST),
    TakeBack(number=6),
    RollUpMember(member_id="A", customers_only=True),
    RollUpMembers(member_ids=("C", "A"), accept_valid=True),
    MoveCustomer(customer_id="c1", member_id="E"),
    AddProspect(prospect_id="p9", member_id="A"),
    UpdateProspect(prospect_id="p9", status="presented"),
    ConvertProspect(prospect_id="p9"),
    MergeMembers(member_id="A", other_id="N"),
]
"""One of each kind, in an order in which each can be done."""


def test_every_kind_has_its_turn() -> None:
    assert {each.kind for each in OPERATIONS} == KINDS.keys()


def test_every_operation_is_noticed(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN.replace('"steady"', '"activity_skip"'), encoding="utf-8")
    plan = read(path)
    import_company(graph, write(tmp_path / "tables", **TABLES))
    first = run(graph, plan, NOVEMBER)
    refresh(graph, plan, NOVEMBER, STAGES)
    for operation in OPERATIONS:
        done = perform(graph, operation)
        assert unchanged(graph, plan, NOVEMBER) is None, operation
        live = refresh(graph, plan, NOVEMBER, STAGES)
        assert (live.cut, live.changes, live.rebuilt) == (done.number, 1, False), operation
        assert differences(graph, live.run) == [], operation
    (reason,) = Chain(graph, plan.name).reasons(first)
    for words in (
        "members who joined",
        "placement tree",
        "sponsor tree",
        "placements",
        "another name, status",
    ):
        assert words in reason
    adopted = run(graph, plan, NOVEMBER)
    from_nothing = run(graph, plan, NOVEMBER)
    assert outcome(adopted) == outcome(from_nothing)
    assert outcome(adopted)["results"] != outcome(first)["results"]


def test_the_end_of_the_one_tree_is_noticed(graph: Graph, tmp_path: Path) -> None:
    plan = read(FIELD / "plan.toml")
    members = "member_id sponsor_id enrolled_on\nR - 2026-01-01\nA R 2026-01-01\nB A 2026-01-01"
    orders = (FIELD / "orders.csv").read_text().replace("05,N,", "05,A,")
    (tmp_path / "orders.csv").write_text(orders)
    import_company(graph, write(tmp_path, members=members))
    before = run(graph, plan, NOVEMBER)
    refresh(graph, plan, NOVEMBER, STAGES)
    place(graph, "A", options("outer_left", {}), on=NOVEMBER.first, begin=True)
    touched = graph.value(cypher("MATCH (c:Change {number: 2}) RETURN c.touched AS touched"))
    assert set(touched) == {"members_placed", "one_tree_set"}
    assert unchanged(graph, plan, NOVEMBER) is None
    live = refresh(graph, plan, NOVEMBER, STAGES)
    assert live.rebuilt
    adopted, from_nothing = run(graph, plan, NOVEMBER), run(graph, plan, NOVEMBER)
    assert adopted.number == live.run.number
    assert outcome(adopted) == outcome(from_nothing) != outcome(before)
