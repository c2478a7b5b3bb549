"""Many operations at once: all or none, or those that can be done; interrupted at every write, and killed."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from engine.genealogy import slots
from engine.genealogy.changes.lane import ChangeUnderWayError, read_company, unfinished
from engine.genealogy.changes.undo import settle
from engine.genealogy.operations import bulk
from engine.genealogy.operations.bulk import NoneDoneError, perform_all
from engine.genealogy.operations.kinds import (
    ChangeOwner,
    ChangeSponsor,
    EnrollCustomer,
    EnrollMember,
    MoveCustomer,
    MoveMember,
    Operation,
    PlaceMember,
    SuspendMember,
    SwapMembers,
    TakeBack,
    TerminateMember,
)
from engine.genealogy.operations.performing import Done, Instruction, Outcome, keyed, perform, perform_each
from engine.genealogy.placement import ByHand, UnknownPlaceError
from engine.genealogy.refusals import CircleError, UnknownMemberError
from engine.graph.database import Ask, Graph
from engine.intake.importing import import_company
from tests.genealogy.test_performing import ONE_TREE, TWO_TREES
from tests.genealogy.test_undo import Interrupted, company_state, interrupted_at
from tests.support.companies import cypher
from tests.support.small_tables import ask, dump, write

DAY = date(2026, 6, 1)
EARLIER = date(2026, 4, 1)
MANY: tuple[Operation, ...] = (
    EnrollMember(member_id="15", sponsor_id="11", name="Kim", how=ByHand("112", "left"), on=DAY),
    EnrollMember(member_id="16", sponsor_id="15", on=DAY),
    MoveMember(member_id="1111", parent_id="15", leg="left", on=DAY),
    MoveMember(member_id="1111", parent_id="112", leg="right", on=DAY),
    MoveMember(member_id="1111", parent_id="121", leg="left", on=EARLIER),
    SwapMembers(member_id="121", other_id="122", on=DAY),
    PlaceMember(member_id="13", how=ByHand("15", "right"), on=DAY),
    SuspendMember(member_id="15", on=DAY),
    SuspendMember(member_id="111", on=DAY),
    TerminateMember(member_id="111", on=DAY),
    ChangeOwner(member_id="11", owner_id="o7", on=DAY),
    ChangeSponsor(member_id="112", sponsor_id="1", on=DAY),
    TakeBack(number=2),
    TakeBack(number=3),
    MoveCustomer(customer_id="c1", member_id="12", on=DAY),
    EnrollCustomer(customer_id="c1", on=DAY),
    EnrollCustomer(customer_id="c2", member_id="k2", on=DAY),
)
"""Operations that make, close, withdraw and open again edges, of which some touch the same member twice."""
CIRCLE = MoveMember(member_id="11", parent_id="111", leg="right", on=DAY)
UNKNOWN = SuspendMember(member_id="nobody", on=DAY)


@pytest.fixture
def company(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Graph:
    """Two trees with two changes that the operations take back; a batch is four operations."""
    monkeypatch.setattr(bulk, "BATCH", 4)
    return prepared(graph, tmp_path)


def prepared(graph: Graph, folder: Path) -> Graph:
    import_company(graph, write(folder, **TWO_TREES))
    perform(graph, MoveMember(member_id="122", parent_id="1111", leg="left", on=date(2026, 3, 1)))
    perform(graph, ChangeOwner(member_id="12", owner_id="o3", on=date(2026, 3, 1)))
    return graph


def keys(operations: Sequence[Operation]) -> list[Instruction]:
    return [
        Instruction(each, "desk", "by file", keyed("desk", f"file:{place}", each))
        for place, each in enumerate(operations)
    ]


def numbers(outcomes: Sequence[Outcome]) -> list[int | None]:
    return [each.number if isinstance(each, Done) else None for each in outcomes]


def tree(graph: Graph) -> list[str]:
    """Members, customers and edges as they are, without numbers and instants."""
    hidden = (
        "import_no", "opened_no", "closed_no", "withdrawn_no", "recorded_at", "opened_at", "started_at",
        "finished_at", "heartbeat_at", "number", "change", "last_change",
    )  # fmt: skip
    return [line for line in dump(graph, *hidden) if "Change" not in line and "Request" not in line]


def test_all_of_them_are_changes_with_numbers_of_their_own(company: Graph, tmp_path: Path) -> None:
    outcomes = perform_all(company, keys(MANY), source="f.csv", actor="desk")
    assert numbers(outcomes) == list(range(5, 5 + len(MANY))), "the change set itself is 4"
    rows = ask(company, "MATCH (c:Change) WHERE c.number > 3 RETURN c {.*} AS change ORDER BY c.number")
    changes = [row["change"] for row in rows]
    assert [each["number"] for each in changes] == list(range(4, 5 + len(MANY)))
    assert {each["state"] for each in changes} == {"complete"}
    assert len({each["finished_at"] for each in changes}) == 1, "none of them was known before the others"
    assert (changes[0]["kind"], changes[0]["directory"], changes[0]["touched"]) == ("operations", "f.csv", [])
    assert read_company(company).last_change == 4 + len(MANY)
    assert company.value(cypher("MATCH (n:PendingChange|PendingRequest) RETURN count(n) AS n")) == 0
    together = tree(company)
    company.batched("schema/wipe")
    prepared(company, tmp_path)
    for each in MANY:
        perform(company, each, actor="desk", reason="by file")
    assert tree(company) == together, "as if each had come alone"


def test_the_same_again_does_nothing_and_answers_the_same(company: Graph) -> None:
    first = perform_all(company, keys(MANY))
    before = dump(company)
    assert perform_all(company, keys(MANY)) == first
    assert perform_all(company, keys(MANY), accept_valid=True) == first
    assert dump(company) == before


@pytest.mark.parametrize("count", [3, len(MANY)])
def test_one_refusal_and_none_is_done(company: Graph, count: int) -> None:
    before = company_state(company)
    with pytest.raises(NoneDoneError, match=r"2 of .* operations are refused, and none was done") as refused:
        perform_all(company, keys([CIRCLE, *MANY[: count - 2], UNKNOWN]))
    why = refused.value.refused
    assert {place: type(each) for place, each in why.items()} == {
        0: CircleError, count - 1: UnknownMemberError,
    }  # fmt: skip
    assert company_state(company) == before
    assert unfinished(company) is None


def test_what_can_be_done_is_done(company: Graph) -> None:
    outcomes = perform_all(company, keys([CIRCLE, *MANY, UNKNOWN]), accept_valid=True)
    assert numbers(outcomes) == [None, *range(4, 4 + len(MANY)), None]
    assert company.value(cypher("MATCH (c:Change {kind: 'operations'}) RETURN count(c) AS n")) == 0


def test_interrupted_at_every_write(company: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was written is taken back by the next command, to the last property."""
    before = company_state(company)
    writes, open_sets = 0, 0
    while True:
        writes += 1
        try:
            with interrupted_at(writes, monkeypatch):
                perform_all(company, keys(MANY))
        except Interrupted:
            pass
        else:
            break
        open_sets += unfinished(company) is not None
        settle(company)
        assert company_state(company) == before
    assert open_sets >= len(MANY) // 4
    assert read_company(company).last_change == open_sets + 4 + len(MANY)


def test_taking_back_is_interrupted_at_every_write(company: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    before = company_state(company)
    writes = 0
    while True:
        writes += 1
        with monkeypatch.context() as patch:
            patch.setattr(bulk, "_complete", lambda *_: (_ for _ in ()).throw(Interrupted()))
            with pytest.raises(Interrupted):
                perform_all(company, keys(MANY))
        try:
            with interrupted_at(writes, monkeypatch):
                settle(company)
        except Interrupted:
            settle(company)
            assert company_state(company) == before
        else:
            break
    assert writes > 8, "every step of taking back was interrupted once"


def test_others_wait_while_a_change_set_is_open(company: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = 0

    def meanwhile(_stage: str, done: int, total: int) -> None:
        nonlocal tried
        if 0 < done < total:
            tried += 1
            with pytest.raises(ChangeUnderWayError, match=r"operations 4 of f\.csv is at work"):
                perform(company, UNKNOWN)

    perform_all(company, keys(MANY), source="f.csv", report=meanwhile)
    assert tried == len(MANY) // 4


def test_interrupted_where_each_counts_by_itself_it_goes_on(
    company: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_stage: str, done: int, _total: int) -> None:
        if done == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        perform_all(company, keys(MANY), accept_valid=True, report=stop)
    assert read_company(company).last_change == 3 + 8
    outcomes = perform_all(company, keys(MANY), accept_valid=True)
    assert numbers(outcomes) == list(range(4, 4 + len(MANY)))


KILLED = """
import os, signal, sys
from engine.genealogy.operations import bulk
from engine.server.connect import connect
from tests.genealogy.test_bulk_operations import MANY, keys
bulk.BATCH = 4
def deadly(stage, done, total):
    if done == 12:
        os.kill(os.getpid(), signal.SIGKILL)
with connect() as graph:
    bulk.perform_all(graph, keys(MANY), accept_valid=sys.argv[1] == "each", source="f.csv", report=deadly)
"""


@pytest.mark.parametrize("way", ["all", "each"])
def test_a_killed_process_costs_nothing(company: Graph, cli_env: dict[str, str], way: str) -> None:
    before = company_state(company)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, way], env=cli_env | {"PYTHONPATH": str(Path.cwd())},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    if way == "all":
        assert settle(company) == [
            "operations 4 of f.csv was interrupted; what it had written was taken back"
        ]
        assert company_state(company) == before
    outcomes = perform_all(company, keys(MANY), accept_valid=way == "each")
    first = 6 if way == "all" else 4  # change 4 was taken back, 5 is the change set of the second time
    assert numbers(outcomes) == list(range(first, first + len(MANY)))


def test_what_was_written_already_is_not_written_twice(company: Graph) -> None:
    """A transaction that was committed, and whose answer was lost, is tried again: it is given up."""
    instructions = keys(MANY[:4])
    from engine.genealogy.changes.lane import enter, signed, take_number
    from engine.genealogy.changes.writing import ChangeLostError
    from engine.genealogy.operations.performing import OpenSet, Performance

    facts = signed("operations")
    number = company.together(lambda ask: take_number(ask, enter(ask), facts))
    whole = OpenSet(number, facts["claim"], number, False)
    company.together(lambda ask: Performance(ask, instructions, whole).part())
    with pytest.raises(ChangeLostError):
        company.together(lambda ask: Performance(ask, keys([UNKNOWN]), whole).part())


def test_operations_of_a_set_are_taken_back_one_by_one(company: Graph) -> None:
    outcomes = perform_all(company, keys(MANY))
    owner = outcomes[10]
    assert isinstance(owner, Done)
    perform(company, TakeBack(number=owner.number))
    (refused,) = perform_each(company, [Instruction(TakeBack(number=4))])
    assert "Take back its operations" in str(getattr(refused, "todo", None))


def test_a_customer_who_changes_twice_in_one_transaction_belongs_to_one_member(company: Graph) -> None:
    move = MoveCustomer(customer_id="c1", member_id="12", on=DAY)
    perform_each(company, keys([move, EnrollCustomer(customer_id="c1", on=DAY)]))
    rows = ask(company, "MATCH (:Customer {customer_id: 'c1'})-[:CUSTOMER_OF]->(m) RETURN m.member_id AS id")
    assert [row["id"] for row in rows] == ["12"]


def test_the_lane_is_not_held_for_a_look_at_every_edge(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a company has legs is looked up once, and again after another process has changed it."""
    looks: list[object] = []
    look = slots.leg_in_use

    def counted(ask_store: Ask) -> str | None:
        looks.append(ask_store)
        return look(ask_store)

    monkeypatch.setattr(slots, "leg_in_use", counted)
    monkeypatch.setattr(bulk, "BATCH", 2)
    import_company(graph, write(tmp_path / "company", **ONE_TREE))
    for number in range(3):
        perform(graph, EnrollMember(member_id=f"n{number}", sponsor_id="11"))
    assert len(looks) == 1
    perform_all(graph, keys([EnrollMember(member_id=f"m{n}", sponsor_id="12") for n in range(6)]))
    again = [Instruction(EnrollMember(member_id=f"k{n}", sponsor_id="12")) for n in range(6)]
    perform_all(graph, again)
    assert len(looks) == 3, "a change set looks by itself, once"
    legged = """
        member_id sponsor_id leg  enrolled_on
        113       112        left 2026-03-01
    """
    import_company(graph, write(tmp_path / "more", members=legged))
    with pytest.raises(UnknownPlaceError, match="this company has legs"):
        perform(graph, EnrollMember(member_id="n4", sponsor_id="113"))


def test_moves_that_come_together_close_no_circle(company: Graph) -> None:
    """What is read for all of them at once counts only as long as nobody else has moved."""
    moves = [
        ChangeSponsor(member_id="111", sponsor_id="112", on=DAY),
        ChangeSponsor(member_id="112", sponsor_id="1111", on=DAY),  # 1111 is below 111, who is below 112 now
        ChangeSponsor(member_id="13", sponsor_id="121", on=DAY),
        EnrollMember(member_id="20", sponsor_id="13", on=DAY),
        ChangeSponsor(member_id="11", sponsor_id="20", on=DAY),
        ChangeSponsor(member_id="13", sponsor_id="111", on=DAY),  # 111 is below 11, who is below 13 now
        MoveMember(member_id="11", parent_id="121", leg="left", on=DAY),
        MoveMember(member_id="12", parent_id="1111", leg="right", on=DAY),  # 1111 is below 11, below 12 now
        MoveMember(member_id="122", parent_id="12", leg="right", on=DAY),
    ]
    outcomes = perform_each(company, [Instruction(each) for each in moves])
    circles = [place for place, each in enumerate(outcomes) if isinstance(each, CircleError)]
    others = [each for each in outcomes if not isinstance(each, Done | CircleError)]
    assert (circles, others) == ([1, 5, 7], [])
