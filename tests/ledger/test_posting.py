"""What a run pays is posted with its commit, whole or not at all, and booked back when that is withdrawn."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine.access.areas import Area
from engine.access.policy import Policy
from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.answers.ledger import account_totals, batches, entries, entry_total
from engine.answers.ledger import balances as seen_balances
from engine.answers.pages import Stretch
from engine.genealogy.changes import ledger
from engine.genealogy.changes.lane import CurrencyKnownError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.ledger import auditing
from engine.ledger.accounts import COMPANY, COMPANY_ACCOUNTS, EVENTS, MEMBER_ACCOUNTS
from engine.ledger.balances import balances
from engine.ledger.folding import fold
from engine.ledger.posting import LedgerContradictedError, key_of_commit
from engine.passes.record import result
from engine.period import period
from engine.periods.committing import commit
from engine.periods.lives import one
from engine.periods.withdrawing import withdraw
from engine.plans.plan import Plan
from engine.plans.reader import read
from engine.run import run
from tests.support.companies import cypher, planned, written

COMPANY_OF_FOUR = """
plan:
  name = "Small"
  currency = "USD"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = { none = ["0.10", "0.05"] }
  [[bonus]]
  name = "Own"
  kind = "personal"
  rate = "0.01"
members:
  member  sponsor  enrolled_on
  1       -        2025-01-05
  11      1        2025-01-05
  12      1        2025-01-05
  111     11       2025-01-05
orders:
  order  member  qv   ordered_at
  s1     111     100  2025-09-05T12:00:00Z
  o1     11      200  2025-10-05T12:00:00Z
  o2     12      40   2025-10-06T12:00:00Z
  n1     12      200  2025-11-05T12:00:00Z
"""
SEPTEMBER, OCTOBER = "2025-09", "2025-10"
PAID = {
    SEPTEMBER: {"1": 500, "11": 1000, "111": 100},
    OCTOBER: {"1": 2400, "11": 200, "12": 40},
}
"""By hand, in cents. September: 10 % and 5 % of 100, and 1 % for the buyer. October: 10 % of 200 + 40."""


@pytest.fixture
def plan(graph: Graph, tmp_path: Path) -> Plan:
    path = written(tmp_path, COMPANY_OF_FOUR)
    import_company(graph, tmp_path)
    return read(path, None)


def owed(graph: Graph, as_of: date | None = None) -> dict[str, int]:
    """What is payable to each member, without those to whom nothing is."""
    rows = balances(graph, ["1", "11", "12", "111"], as_of)
    return {owner: each.payable for owner, of in rows.items() for each in of if each.payable}


def sums(*months: str) -> dict[str, int]:
    totals: dict[str, int] = {}
    for name in months:
        for owner, amount in PAID[name].items():
            totals[owner] = totals.get(owner, 0) + amount
    return totals


def test_a_commit_books_what_its_run_pays(graph: Graph, plan: Plan) -> None:
    for name in (SEPTEMBER, OCTOBER):
        run(graph, plan, period(name))
    assert owed(graph) == {}
    commit(graph, SEPTEMBER, actor="ann", reason="month end")
    assert owed(graph) == sums(SEPTEMBER)
    done = commit(graph, OCTOBER, actor="bob", key="k")
    assert commit(graph, OCTOBER, actor="bob", key="k") == done
    assert owed(graph) == sums(SEPTEMBER, OCTOBER)
    listed = batches(graph, Reach.everything, Stretch(10)).nodes
    assert [
        (each.number, each.kind, each.actor, each.reason, each.period, each.entries) for each in listed
    ] == [
        (2, "earnings", "bob", "", OCTOBER, 4),
        (1, "earnings", "ann", "month end", SEPTEMBER, 4),
    ]
    first, second = entries(graph, Reach.everything, "11", Stretch(1)), None
    (entry,) = first.nodes
    assert (entry.amount, entry.period, entry.run, entry.account, entry.event) == (
        200, OCTOBER, done.run, "payable", "earned",
    )  # fmt: skip
    assert {each.bonus: each.amount for each in entry.parts} == {"Own": 200}
    second = entries(graph, Reach.everything, "11", Stretch(1, after=first.keys[-1]))
    assert (second.nodes[0].amount, second.more, second.earlier) == (1000, False, True)
    assert {each.bonus: each.amount for each in second.nodes[0].parts} == {"Levels": 1000}
    assert entry_total(graph, Reach.everything, "11") == 2

    withdraw(graph, OCTOBER, reason="a wrong rate", actor="cem")
    assert owed(graph) == sums(SEPTEMBER)
    assert [each.amount for each in entries(graph, Reach.everything, "11", Stretch(9)).nodes] == [
        -200,
        200,
        1000,
    ]
    assert batches(graph, Reach.everything, Stretch(1)).nodes[0].reason == "a wrong rate"
    commit(graph, OCTOBER)
    assert owed(graph) == sums(SEPTEMBER, OCTOBER)
    totals = {each.account: each.amount for each in account_totals(graph, Reach.everything)}
    paid = sum(sums(SEPTEMBER, OCTOBER).values())
    assert totals == {"payable": paid, "commission": -paid}
    assert auditing.audit(graph) == []
    assert auditing.of_run(graph, result(graph, OCTOBER)) == []


def test_a_member_sees_the_own_money_alone(graph: Graph, plan: Plan) -> None:
    run(graph, plan, period(SEPTEMBER))
    commit(graph, SEPTEMBER)
    reach = Reach(Viewer("m", Role.MEMBER, "11"))
    assert seen_balances(graph, reach, ["1", "11", "111"]).keys() == {"11"}
    assert entries(graph, reach, "111", Stretch(5)).nodes == ()
    assert (entry_total(graph, reach, "111"), entry_total(graph, reach, "11")) == (0, 1)
    leader = Reach(Viewer("m", Role.MEMBER, "11"), Policy(downline_money=True))
    assert leader.sees(Area.MONEY, "1")  # within reach or not, the statement decides
    assert seen_balances(graph, leader, ["1", "11", "111"]).keys() == {"11", "111"}
    assert entries(graph, leader, "1", Stretch(5)).nodes == ()


def test_accounts_have_their_kinds() -> None:
    assert not MEMBER_ACCOUNTS.keys() & COMPANY_ACCOUNTS.keys()
    for sides in EVENTS.values():
        assert set(sides) <= MEMBER_ACCOUNTS.keys() | COMPANY_ACCOUNTS.keys()


class Killed(BaseException):
    """A process ends."""


def test_a_commit_that_is_killed_at_any_write_books_nothing_or_everything(
    graph: Graph, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for its withdrawal. Writes of pieces are also killed half way."""
    run(graph, plan, period(SEPTEMBER))
    nothing: dict[str, int] = {}
    everything = sums(SEPTEMBER)
    killed = 0

    def attempt(work: Callable[[], Any], kill_at: int, *, after: bool) -> bool:
        """Whether the work came to its end."""
        nonlocal killed
        with monkeypatch.context() as patched:
            _dying(patched, kill_at, after=after)
            try:
                work()
            except Killed:
                killed += 1
                return False
        return True

    for after in (False, True):
        for kill_at in range(1, 40):
            key = f"{after} {kill_at}"
            if attempt(partial(commit, graph, SEPTEMBER, key=key), kill_at, after=after):
                break
            counts = one(graph, SEPTEMBER).state == "committed"
            assert owed(graph) == (everything if counts else nothing), key
            graph.write(  # half of what was posted, and not booked, is lost: the process died within a piece
                cypher(
                    "MATCH (b:Batch {state: 'writing'}) MATCH (e:Entry {batch: b.key}) "
                    "WITH e LIMIT 2 DELETE e"
                )
            )
            commit(graph, SEPTEMBER, key=key)
            assert owed(graph) == everything
            assert auditing.audit(graph) == []
            withdraw(graph, SEPTEMBER, reason="next point")
            assert owed(graph) == nothing
        withdraw(graph, SEPTEMBER, reason="next way")
        for kill_at in range(1, 40):
            commit(graph, SEPTEMBER)
            work = partial(withdraw, graph, SEPTEMBER, reason="killed")
            if attempt(work, kill_at, after=after):
                break
            counts = one(graph, SEPTEMBER).state == "committed"
            assert owed(graph) == (everything if counts else nothing), kill_at
            if counts:
                work()
            assert owed(graph) == nothing
            assert auditing.audit(graph) == []
    assert killed >= 24


def _dying(patched: pytest.MonkeyPatch, kill_at: int, *, after: bool) -> None:
    """Let a process end before or after its write of that number."""
    points = 0

    def dying(method: Callable[..., Any]) -> Callable[..., Any]:
        def called(self: Graph, *arguments: Any, **parameters: Any) -> Any:
            nonlocal points
            points += 1
            if points == kill_at and not after:
                raise Killed
            done = method(self, *arguments, **parameters)
            if points == kill_at and after:
                raise Killed
            return done

        return called

    for name in ("together", "write", "batched"):
        patched.setattr(Graph, name, dying(getattr(Graph, name)))


def test_an_interrupted_commit_that_is_withdrawn_leaves_nothing(
    graph: Graph, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(graph, plan, period(SEPTEMBER))
    with monkeypatch.context() as patched:
        patched.setattr("engine.periods.committing.book", lambda *_: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            commit(graph, SEPTEMBER)
    assert graph.read(cypher("MATCH (e:Entry) RETURN count(e) AS n"))[0]["n"] == 4
    withdraw(graph, SEPTEMBER, reason="begin again")
    assert graph.read(cypher("MATCH (e:Entry) RETURN count(e) AS n"))[0]["n"] == 0
    assert (owed(graph), auditing.audit(graph)) == ({}, [])


def test_entries_that_are_not_what_was_earned_are_not_committed(
    graph: Graph, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(graph, plan, period(SEPTEMBER))
    post = ledger.post_earnings

    def altered(graph: Graph, key: str, *others: Any) -> None:
        post(graph, key, *others)
        graph.write(cypher("MATCH (e:Entry {owner: '11'}) SET e.amount = e.amount + 1"))
        strange = "{owner: '12', batch: 'commit 2', account: 'payable', event: 'earned', currency: 'USD'}"
        graph.write(cypher(f"CREATE (e:Entry {strange}) SET e.amount = 5"))

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "post_earnings", altered)
        with pytest.raises(LedgerContradictedError, match="11 in commit 2 should be 1000, is 1001") as raised:
            commit(graph, SEPTEMBER)
    assert {each.where for each in raised.value.violations} == {
        "commit 2 in USD", "11 in commit 2", "12 in commit 2",
    }  # fmt: skip
    assert (one(graph, SEPTEMBER).state, owed(graph)) == ("open", {})
    commit(graph, SEPTEMBER)
    assert owed(graph) == sums(SEPTEMBER)


def test_a_currency_has_the_same_digits_in_all_plans(graph: Graph, plan: Plan) -> None:
    for name, digits in (("Three", 3), ("Two", 2)):
        own = plan.text.replace("Small", name).replace('"USD"', f'{{ code = "USDT", digits = {digits} }}')
        run(graph, planned(own), period(SEPTEMBER))
    commit(graph, SEPTEMBER, "Three")
    with pytest.raises(CurrencyKnownError, match="3 decimals in the ledger, not 2"):
        commit(graph, SEPTEMBER, "Two")
    (only,) = balances(graph, ["1"])["1"]
    assert (only.cash.currency, only.cash.digits, only.payable) == ("USDT", 3, 5000)


TAMPERED = {
    auditing.BALANCED: "MATCH (e:Entry {owner: '11'}) SET e.amount = e.amount + 1",
    auditing.ADDED_UP: "MATCH (a:Account {owner: '11'}) SET a.folded = [a.folded[0] + 1, a.folded[1]]",
    auditing.NUMBERED: "MATCH (b:Batch) SET b.number = b.number + 1",
    auditing.BOOKED: "MATCH (b:Batch) SET b.key = 'another'",
    auditing.AS_EARNED: "MATCH (:Standing {member_id: '11'})<-[:EARNED_BY]-(e) SET e.amount = e.amount + 1",
}


@pytest.mark.parametrize("check", auditing.CHECKS)
def test_what_is_wrong_is_found(graph: Graph, plan: Plan, check: str) -> None:
    run(graph, plan, period(SEPTEMBER))
    commit(graph, SEPTEMBER)
    assert fold(graph) == 0  # the commit has done it
    assert auditing.audit(graph) == []
    graph.write(cypher(TAMPERED[check]))
    assert check in {each.check for each in auditing.audit(graph)}
    if check in auditing.OF_RUN:
        assert check in {each.check for each in auditing.of_run(graph, result(graph, SEPTEMBER))}
    assert key_of_commit(7) == "commit 7"
    assert COMPANY == ""
