"""Pay is held until somebody releases it, the member qualifies, or its last day is over; and what is due."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.answers import ledger as answers
from engine.answers.pages import Stretch
from engine.genealogy.changes.lane import Company
from engine.genealogy.operations.kinds import ChangeOwner, SuspendMember
from engine.genealogy.operations.performing import perform
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.ledger import auditing
from engine.ledger.adjusting import BadAdjustmentError, adjust, approve, reject
from engine.ledger.balances import balances
from engine.ledger.holding import BadHoldError, NotHeldError, end_holds, forfeit, hold, holds, release
from engine.ledger.paying import WHY_NOT, Due, due
from engine.ledger.rules import set_rules
from engine.period import period
from engine.periods.committing import commit
from engine.plans.plan import Plan
from engine.plans.reader import read
from engine.run import run
from tests.ledger.test_adjusting import refused
from tests.ledger.test_posting import COMPANY_OF_FOUR, OCTOBER, SEPTEMBER
from tests.support.companies import planned, written

TODAY = date(2025, 10, 3)


@pytest.fixture
def plan(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """September is committed, October computed: there only 11 is active."""
    path = written(tmp_path, COMPANY_OF_FOUR)
    import_company(graph, tmp_path)
    plan = read(path, None)
    run(graph, plan, period(SEPTEMBER))
    commit(graph, SEPTEMBER)
    day_is(monkeypatch, TODAY)
    return plan


def day_is(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(Company, "today", property(lambda _: day))


def of(graph: Graph, member_id: str) -> tuple[int, int]:
    """What is payable and what is held."""
    (only,) = balances(graph, [member_id])[member_id]
    return only.payable, only.held


def test_what_is_held_is_released_in_parts_or_forfeited(graph: Graph, plan: Plan) -> None:
    refused(BadHoldError, lambda: hold(graph, "11", "10.01", reason="more than there is"))
    refused(BadHoldError, lambda: hold(graph, "12", reason="nothing is payable"))
    refused(BadHoldError, lambda: hold(graph, "11", reason="over", until=TODAY - timedelta(days=1)))
    refused(BadHoldError, lambda: hold(graph, "11", reason="x", release_when="rich"))
    first = hold(graph, "11", "6.00", reason="form is missing", actor="ann")
    second = hold(graph, "11", reason="the rest")
    assert (second.amount, of(graph, "11")) == (400, (0, 1000))
    assert release(graph, first.number, "2.50", reason="one form came").amount == 250
    refused(BadHoldError, lambda: release(graph, first.number, "3.51", reason="more than is left"))
    refused(BadHoldError, lambda: release(graph, first.number, "-1", reason="less than nothing"))
    refused(BadAdjustmentError, lambda: release(graph, first.number, "0", reason="nothing"))
    (left, whole) = holds(graph, "11")
    assert (left.number, left.left, whole.left, left.actor, left.day) == (1, 350, 400, "ann", TODAY)
    release(graph, first.number, reason="the other one too")
    refused(NotHeldError, lambda: release(graph, first.number, reason="again"))
    assert of(graph, "11") == (600, 400)
    forfeit(graph, second.number, reason="gone")
    assert (of(graph, "11"), holds(graph)) == ((600, 0), [])
    refused(NotHeldError, lambda: forfeit(graph, 3, reason="a release is no hold"))
    assert {each.account: each.amount for each in answers.account_totals(graph, Reach.everything)} == {
        "commission": -1600, "payable": 1200, "forfeited": 400, "held": 0,
    }  # fmt: skip
    assert auditing.audit(graph) == []


def test_holds_end_by_their_rule(graph: Graph, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """11 is active in October, which ends after the hold; 111 is not there; of 1 the last day passes."""
    until = TODAY + timedelta(days=30)
    for member_id in ("11", "111"):
        hold(graph, member_id, reason="must qualify", release_when="active", until=until)
    assert end_holds(graph) == []
    assert not any(each.qualifies for each in holds(graph))  # September ended before
    own = plan.text.replace("[[bonus]]", "[activity]\npersonal_volume = 150\n[[bonus]]", 1)
    run(graph, planned(own), period(OCTOBER), replace=True)
    commit(graph, OCTOBER)
    (ended,) = end_holds(graph, actor="night")
    assert (ended.kind, ended.member_id, ended.actor) == ("release", "11", "night")
    assert of(graph, "11") == (1200, 0)
    day_is(monkeypatch, until)
    assert end_holds(graph) == []
    set_rules(graph, two_person=True)  # what the hold decided needs nobody's approval
    day_is(monkeypatch, until + timedelta(days=1))
    (ended,) = end_holds(graph)
    assert (ended.kind, ended.member_id, ended.state, end_holds(graph)) == ("forfeit", "111", "booked", [])
    assert of(graph, "111") == (0, 0)
    assert auditing.audit(graph) == []


def test_a_hold_that_is_only_proposed_to_end_ends_once(graph: Graph, plan: Plan) -> None:
    own = hold(graph, "11", reason="x", actor="ann")
    set_rules(graph, two_person=True)
    proposed = release(graph, own.number, reason="x", actor="ann")
    refused(NotHeldError, lambda: forfeit(graph, own.number, reason="x", actor="ann"))
    reject(graph, proposed.number, reason="not yet", actor="bob")
    again = release(graph, own.number, "4", reason="x", actor="ann")
    approve(graph, again.number, actor="bob")
    assert (of(graph, "11"), holds(graph)[0].left) == ((400, 600), 600)


def test_what_is_due_and_why_not(graph: Graph, plan: Plan) -> None:
    """By hand, in cents: 1 has 500 and 11 has 1000 less 24 % and a fee of 150; 111 is below the minimum."""
    adjust(graph, "12", "-3", type="charge", reason="kit")
    set_rules(
        graph, minimum={"USD": "2"}, fee={"USD": "1.50"}, withholding={"*": "0.24"}, unpaid=["terminated"]
    )
    assert rows(graph) == {
        "1": (500, 0, 150, 120, 230, None), "11": (1000, 0, 150, 240, 610, None),
        "111": (100, 0, 0, 0, 0, "below_minimum"), "12": (-300, 0, 0, 0, 0, "negative"),
    }  # fmt: skip
    set_rules(graph, minimum={"USD": "0"})
    hold(graph, "11", reason="x")
    assert (rows(graph)["111"][-1], rows(graph)["11"]) == ("below_fee", (0, 1000, 0, 0, 0, "held"))
    set_rules(graph, unpaid=["active"], withholding={"*": "0"}, fee={"USD": "0"})
    assert {rows(graph)[each][-1] for each in ("1", "111")} == {"status"}
    assert {"below_fee", "below_minimum", "held", "negative", "status"} == WHY_NOT.keys()
    page = answers.due_page(graph, Reach.everything, Stretch(1, after="1"))
    assert ([each.member_id for each in page.nodes], page.more) == (["11"], True)
    member = Reach(Viewer("m", Role.MEMBER, "11"))
    assert answers.due_page(graph, member, Stretch(5)).nodes == ()
    assert (answers.holds(graph, member), answers.postings(graph, member)) == ([], [])


def test_positions_of_one_owner_are_paid_together(graph: Graph, plan: Plan) -> None:
    """11 and 12 belong to 1, who has no owner: 5.00, 10.00 and -3.00 are one payment. 111 is apart."""
    for member_id in ("11", "12"):
        perform(graph, ChangeOwner(member_id=member_id, owner_id="1", on=date(2025, 10, 5)))
    adjust(graph, "12", "-3", type="charge", reason="kit")
    set_rules(graph, fee={"USD": "1"})
    assert {each: of[0] for each, of in rows(graph).items()} == {"1": 500, "11": 1000, "111": 100, "12": -300}
    set_rules(graph, together=True)
    (own, apart) = due(graph)
    assert (own.member_id, own.positions, figures(own)) == (
        "1",
        ("1", "11", "12"),
        (1200, 0, 100, 0, 1100, None),
    )
    assert (apart.member_id, apart.positions) == ("111", ("111",))
    first = answers.due_page(graph, Reach.everything, Stretch(1))
    assert ([each.payable for each in first.nodes], first.more) == ([1200], True)
    second = answers.due_page(graph, Reach.everything, Stretch(1, after=first.keys[-1]))
    assert [each.member_id for each in second.nodes] == ["111"]
    perform(graph, SuspendMember(member_id="11", on=date(2025, 10, 6)))
    set_rules(graph, unpaid=["suspended"])
    assert {each.positions: (each.payable, each.why_not) for each in due(graph)} == {
        ("1", "12"): (200, None), ("11",): (1000, "status"), ("111",): (100, "below_fee"),
    }  # fmt: skip


def rows(graph: Graph) -> dict[str, tuple[int | str | None, ...]]:
    return {each.member_id: figures(each) for each in due(graph)}


def figures(of: Due) -> tuple[int | str | None, ...]:
    return of.payable, of.held, of.fee, of.withheld, of.amount, of.why_not
