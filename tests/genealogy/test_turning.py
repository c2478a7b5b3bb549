"""What is planned for a later day: today does not show it, days do, and its day turns it or gives it up."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.access.reach import Reach
from engine.answers import days
from engine.answers.days import Moment
from engine.genealogy import placement
from engine.genealogy.changes.lane import read_company
from engine.genealogy.changes.recording import Recording
from engine.genealogy.changes.survey import ready
from engine.genealogy.operations.kinds import (
    ChangeOwner,
    ChangeSponsor,
    EnrollMember,
    MergeMembers,
    MoveCustomer,
    MoveMember,
    PlaceMember,
    ReinstateMember,
    SuspendMember,
    TakeBack,
    TerminateMember,
)
from engine.genealogy.operations.performing import perform
from engine.genealogy.operations.turning import caught_up
from engine.genealogy.placement import ByHand
from engine.genealogy.refusals import NotDoneError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.period import period
from engine.plans.reader import read
from engine.run import STAGES, run
from engine.runs.live import differences, refresh
from engine.workbench import reports
from tests.genealogy.test_performing import TWO_TREES
from tests.runs.test_freshness import PLAN, outcome
from tests.support.companies import cypher
from tests.support.days import travel
from tests.support.small_tables import ask, write

TODAY = date.today()
SOON, LATER, LAST = (TODAY + timedelta(days=days) for days in (10, 20, 40))
OPEN = """
MATCH (m:Member)
OPTIONAL MATCH (m)-[s:SPONSORED_BY]->(sponsor:Member)
OPTIONAL MATCH (m)-[p:PLACED_UNDER]->(parent:Member)
RETURN m.member_id AS id, m.status AS status, m.owner_id AS owner, sponsor.member_id AS sponsor,
  parent.member_id AS parent, p.leg AS leg
"""
CUSTOMERS = "MATCH (c:Customer)-[:CUSTOMER_OF]->(m) RETURN c.customer_id AS id, m.member_id AS member"
TURNS = "MATCH (c:Change {kind: 'turn'}) RETURN c {.*} AS change ORDER BY c.number"


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> Graph:
    import_company(graph, write(tmp_path, **TWO_TREES))
    return graph


def today(graph: Graph) -> dict[str, dict[str, Any]]:
    """What reads of today see, which look at no day: members by id, and customers."""
    return {row["id"]: row for row in [*ask(graph, OPEN), *ask(graph, CUSTOMERS)]}


def then(graph: Graph, day: date, known: int | None = None) -> dict[str, Any]:
    """Everybody on a day, as it was known."""
    ids = [row["id"] for row in ask(graph, OPEN)]
    return dict(days.members_then(graph, Reach.everything, ids, Moment(day, known)))


def lost(*_arguments: object, **_named: object) -> None:
    raise RuntimeError("lost")


def test_a_plan_shows_on_its_day_and_not_before(company: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(company, ("left_chain", "gap_legs", "gap_2"))
    before, history = today(company), {}
    operations = (
        MoveMember(member_id="111", parent_id="12", leg="M", on=SOON),
        PlaceMember(member_id="13", how=ByHand("112", "L"), on=SOON),
        ChangeSponsor(member_id="1111", sponsor_id="12", on=LATER),
        SuspendMember(member_id="11", on=SOON),
        ReinstateMember(member_id="11", on=LATER),
        ChangeOwner(member_id="11", owner_id="o9", on=LATER),
        MoveCustomer(customer_id="c1", member_id="12", on=SOON),
    )
    for operation in operations:
        done = perform(company, operation)
        assert all(each.after != each.before for each in done.changed)
        assert today(company) == before, "nothing of today has changed"
        history[done.number] = [then(company, day, done.number) for day in (TODAY, SOON, LATER, LAST)]
    assert read_company(company).next_turn == SOON
    assert caught_up(company) == []
    assert today(company) == before
    on = then(company, SOON)
    assert (on["111"].placement_id, on["111"].leg, on["11"].status) == ("12", "M", "suspended")
    assert (then(company, SOON - timedelta(days=1))["111"].placement_id, on["13"].placement_id) == (
        "11",
        "112",
    )
    assert [
        (then(company, day)["11"].status, then(company, day)["11"].owner_id) for day in (LATER, LAST)
    ] == [("active", "o9")] * 2
    expected = [then(company, day) for day in (TODAY, SOON, LATER, LAST)]

    travel(company, SOON)
    with monkeypatch.context() as broken:
        broken.setattr(Recording, "close", lost)
        with pytest.raises(RuntimeError):
            caught_up(company)
    assert (today(company), read_company(company).next_turn) == (before, SOON), "all or nothing"
    assert caught_up(company) == []
    assert caught_up(company) == [], "once is enough"
    ((turn,), now) = ask(company, TURNS), today(company)
    assert (turn["change"]["number"], turn["change"]["effective_on"].to_native()) == (9, SOON)
    assert (now["111"]["parent"], now["111"]["leg"], now["13"]["parent"], now["11"]["status"]) == (
        "12", "M", "112", "suspended",
    )  # fmt: skip
    assert (now["1111"]["sponsor"], now["c1"]["member"], now["11"]["owner"]) == ("111", "12", "o1")
    assert read_company(company).next_turn == LATER
    travel(company, LAST)
    done = perform(company, SuspendMember(member_id="112"))
    assert done.number == 11, "the operation comes after the change that turns"
    now = today(company)
    assert (now["1111"]["sponsor"], now["11"]["status"], now["11"]["owner"]) == ("12", "active", "o9")
    assert read_company(company).next_turn is None
    assert [then(company, day) for day in (TODAY, SOON, LATER)] == expected[:3], "turning changes no day"
    for number, known in history.items():
        assert [then(company, day, number) for day in (TODAY, SOON, LATER, LAST)] == known, number


def test_a_plan_is_taken_back_before_and_after_its_day(company: Graph) -> None:
    before, on = today(company), then(company, LAST)
    moves = [perform(company, MoveMember(member_id="111", parent_id="12", leg="M", on=SOON)).number]
    moves.append(perform(company, TerminateMember(member_id="11", on=SOON)).number)
    moves.append(perform(company, MoveCustomer(customer_id="c1", member_id="12", on=SOON)).number)
    planned = then(company, LAST)
    for number in moves:
        perform(company, TakeBack(number=number))
    assert (today(company), then(company, LAST)) == (before, on)
    assert then(company, LAST, moves[-1]) == planned, "it was believed in between"
    travel(company, SOON)
    assert caught_up(company) == [] == ask(company, TURNS)
    assert read_company(company).next_turn is None

    plans = (
        MoveMember(member_id="111", parent_id="12", leg="M", on=LATER),
        TerminateMember(member_id="11", on=LATER),
        MoveCustomer(customer_id="c1", member_id="12", on=LATER),
    )
    numbers = [perform(company, plan).number for plan in plans]
    travel(company, LATER)
    assert caught_up(company) == []
    assert today(company) != before
    for number in numbers:
        perform(company, TakeBack(number=number))
    assert (today(company), then(company, LAST)) == (before, on)
    with pytest.raises(NotDoneError, match="cannot_take_back"):
        perform(company, TakeBack(number=ask(company, TURNS)[0]["change"]["number"]))


def test_what_does_not_fit_any_more_is_given_up_and_stops_nothing(company: Graph) -> None:
    gone = perform(company, ChangeSponsor(member_id="1111", sponsor_id="12", on=SOON)).number
    late = perform(company, SuspendMember(member_id="12", on=SOON)).number
    kept = perform(company, ChangeSponsor(member_id="112", sponsor_id="1", on=SOON)).number
    lost = perform(company, MoveCustomer(customer_id="c1", member_id="12", on=SOON)).number
    perform(company, TerminateMember(member_id="12"))
    planned = then(company, LAST)
    travel(company, SOON)
    remarks = caught_up(company)
    assert [remark.split(",")[0] for remark in remarks] == [
        f"change {gone} (change sponsor)", f"change {late} (suspend)", f"change {lost} (move customer)",
    ]  # fmt: skip
    assert "cannot_sponsor, 12 is terminated and recruits nobody" in remarks[0]
    assert "wrong_status" in remarks[1]
    (turn,) = ask(company, TURNS)
    assert turn["change"]["remarks"] == remarks
    rows = reports.ask(company, reports.find("planned"), None)
    assert [(row[0], row[-1]) for row in rows] == [("given up", remark) for remark in sorted(remarks)]
    now = today(company)
    assert (now["1111"]["sponsor"], now["112"]["sponsor"], now["c1"]["member"]) == ("111", "1", "11")
    assert now["12"]["status"] == "terminated"
    assert (then(company, LAST)["1111"].sponsor_id, then(company, LAST)["12"].status) == ("111", "terminated")
    assert then(company, LAST, turn["change"]["number"] - 1) == planned, "it was believed in between"
    for number in (gone, late, lost):
        with pytest.raises(NotDoneError, match=r"was given up.*cannot_take_back"):
            perform(company, TakeBack(number=number))
    perform(company, TakeBack(number=kept))


def test_a_place_of_a_plan_is_reserved(company: Graph) -> None:
    ready(company, ("gap_legs", "gap_2"))
    perform(company, MoveMember(member_id="122", parent_id="112", leg="L", on=SOON))
    with pytest.raises(NotDoneError, match=r"leg L of 112 is taken by 122 on .*place_taken"):
        perform(company, PlaceMember(member_id="13", how=ByHand("112", "L")))
    with pytest.raises(NotDoneError, match="circle"):
        perform(company, MoveMember(member_id="112", parent_id="122", leg="R"))
    for kept in (True, False):
        if not kept:
            company.write(cypher("MATCH (kept:Kept) DELETE kept"))
        for name, options in (("even_fill", {}), ("matrix", {"width": 2})):
            how = placement.options(name, options)
            spot = placement.by_rule(company.read, how, "112")
            assert (spot.parent_id, spot.leg) == ("112", "R" if name == "even_fill" else "2")
    assert [each.member_id for each in placement.waiting(company)] == ["13", "14"]
    perform(company, PlaceMember(member_id="13", how=ByHand("112", "R"), on=SOON))
    assert [each.member_id for each in placement.waiting(company)] == ["14"], "a place is planned"
    with pytest.raises(placement.NoFreePlaceError):
        placement.by_rule(company.read, placement.options("even_fill", {}), "112")


def test_a_merge_of_a_later_day_and_moves_of_tables(company: Graph, tmp_path: Path) -> None:
    before = today(company)
    perform(company, MergeMembers(member_id="1", other_id="13", on=SOON))
    moves = f"""
        tree      member_id parent_id leg effective_on recorded_at
        placement 1111      121       L   {SOON}       2026-03-01T10:00:00
        sponsor   1111      1         -   {LATER}      2026-03-01T10:00:00
    """
    import_company(company, write(tmp_path, moves=moves, **TWO_TREES))
    assert today(company) == before
    assert then(company, SOON)["1111"].placement_id == "121"
    travel(company, LAST)
    assert caught_up(company) == []
    now = today(company)
    assert (now["1111"]["parent"], now["1111"]["sponsor"], now["13"]["status"]) == ("121", "1", "terminated")
    with pytest.raises(NotDoneError, match="future_day"):
        perform(company, EnrollMember(member_id="x", sponsor_id="1", on=LAST + timedelta(days=1)))


def test_a_run_of_the_period_sees_the_plan_before_its_day_and_after(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN.replace('"steady"', '"activity_skip"'), encoding="utf-8")
    plan, month = read(path), period(f"{SOON:%Y-%m}")
    import_company(graph, write(tmp_path / "tables", **TWO_TREES))
    perform(graph, MoveMember(member_id="111", parent_id="12", leg="M", on=SOON))
    before = run(graph, plan, month)
    perform(graph, SuspendMember(member_id="112", on=SOON))
    refresh(graph, plan, month, STAGES)
    travel(graph, SOON)
    caught_up(graph)
    live = refresh(graph, plan, month, STAGES).run
    assert differences(graph, live) == []
    perform(graph, ReinstateMember(member_id="112"))
    after = run(graph, plan, month)
    above = "MATCH (s:Standing {member_id: '111', run: $run})-[:UNDER]->(p) RETURN p.member_id AS above"
    assert [ask(graph, above, run=each.number) for each in (before, after)] == [[{"above": "12"}]] * 2
    assert outcome(before) == outcome(after)
