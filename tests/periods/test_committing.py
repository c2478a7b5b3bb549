"""A committed period is closed: one run is its result for good, and nothing reaches into its days."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine.errors import UplineError
from engine.genealogy.changes.closed import DATED, FROM_NOW_ON, OF_PERIODS, TIMED
from engine.genealogy.changes.lane import ChangeUnderWayError, CompanyChangedError, read_company
from engine.genealogy.changes.requests import KeyReusedError
from engine.genealogy.changes.writing import OPERATIONS
from engine.genealogy.refusals import PeriodCommittedError, ReasonMissingError, SamePersonError
from engine.graph.database import Graph
from engine.intake.importing import import_company, import_rows
from engine.intake.refusals import ImportRefusedError
from engine.passes.record import complete, result
from engine.period import period
from engine.periods import keeping
from engine.periods.committing import (
    Commit,
    CommitUnderWayError,
    CommitWithdrawnError,
    EarlierPeriodOpenError,
    PeriodNotOverError,
    RunOutOfDateError,
    commit,
)
from engine.periods.lives import OtherResultsError, one, periods
from engine.periods.steps import (
    NotApprovedError,
    NotInReviewError,
    RunReplacedError,
    approve,
    reopen,
    review,
    set_rules,
)
from engine.periods.texts import kept_texts
from engine.periods.withdrawing import (
    LaterPeriodCommittedError,
    NotCommittedError,
    PeriodPaidError,
    record_paid,
    withdraw,
)
from engine.plans.plan import Plan
from engine.plans.reader import read
from engine.run import run
from engine.run_period import run_period, try_period
from engine.runs.life import PeriodInReviewError
from engine.runs.removal import remove, sweep
from tests.support.companies import cypher, written

COMPANY = """
plan:
  name = "Small"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = { none = ["0.05"] }
members:
  member  sponsor  enrolled_on
  1       -        2025-01-05
  11      1        2025-01-05
  12      1        2025-01-05
orders:
  order  member  qv   ordered_at
  s1     11      100  2025-09-05T12:00:00Z
  o1     11      100  2025-10-05T12:00:00Z
  n1     12      200  2025-11-05T12:00:00Z
"""
SEPTEMBER, OCTOBER, NOVEMBER = "2025-09", "2025-10", "2025-11"


@pytest.fixture
def plan(graph: Graph, tmp_path: Path) -> Plan:
    path = written(tmp_path, COMPANY)
    import_company(graph, tmp_path)
    return read(path, None)


def computed(graph: Graph, plan: Plan, *names: str) -> int:
    """Run some periods; returns the number of the last run."""
    return [run(graph, plan, period(name)).number for name in names][-1]


def refused(error: type[UplineError], work: Callable[[], Any]) -> str:
    with pytest.raises(error) as raised:
        work()
    return str(raised.value)


def test_the_life_of_a_period(graph: Graph, plan: Plan) -> None:
    number = computed(graph, plan, SEPTEMBER, OCTOBER)
    assert [(each.name, each.state) for each in periods(graph)] == [(OCTOBER, "open"), (SEPTEMBER, "open")]
    assert "2025-09 of Small has orders" in refused(EarlierPeriodOpenError, lambda: commit(graph, OCTOBER))
    first = commit(graph, SEPTEMBER, actor="ann", reason="month end")
    assert (first.run, first.actor) == (number - 1, "ann")
    assert commit(graph, SEPTEMBER, actor="bob") == first  # the same answer, whoever asks again
    done = commit(graph, OCTOBER, run=number, actor="ann", key="k")
    assert commit(graph, OCTOBER, run=number, actor="ann", key="k") == done
    refused(KeyReusedError, lambda: commit(graph, SEPTEMBER, actor="ann", key="k"))
    refused(PeriodCommittedError, lambda: commit(graph, OCTOBER, actor="ann", key="another"))
    october = one(graph, OCTOBER)
    assert (october.state, october.run, october.commit) == ("committed", number, done.number)
    assert [(each.step, each.actor) for each in october.events] == [("commit", "ann"), ("committed", "ann")]
    assert result(graph, OCTOBER).facts["committed_at"] is not None
    assert kept_texts(graph, number)["plan"] == plan.text

    refused(LaterPeriodCommittedError, lambda: withdraw(graph, SEPTEMBER, reason="x"))
    refused(ReasonMissingError, lambda: withdraw(graph, OCTOBER, reason=" "))
    opened = withdraw(graph, OCTOBER, reason="a rate was wrong", actor="cem")
    assert (opened.state, opened.events[-1].reason, opened.run) == ("open", "a rate was wrong", number)
    refused(NotCommittedError, lambda: withdraw(graph, OCTOBER, reason="again"))
    refused(CommitWithdrawnError, lambda: commit(graph, OCTOBER, run=number, actor="ann", key="k"))
    assert "committed_at" not in result(graph, OCTOBER).facts
    assert [each.last_day for each in read_company(graph).closed] == [date(2025, 9, 30)]
    again = computed(graph, plan, OCTOBER)
    commit(graph, OCTOBER, actor="ann")
    record_paid(graph, OCTOBER)
    refused(PeriodPaidError, lambda: withdraw(graph, OCTOBER, reason="late"))
    assert (one(graph, OCTOBER).state, one(graph, OCTOBER).run) == ("paid", again)


def test_the_run_that_is_committed_is_the_newest_and_up_to_date(graph: Graph, plan: Plan) -> None:
    old, new = computed(graph, plan, SEPTEMBER), computed(graph, plan, SEPTEMBER)
    refused(RunReplacedError, lambda: commit(graph, SEPTEMBER, run=old))
    refused(OtherResultsError, lambda: commit(graph, SEPTEMBER, results_hash="0" * 12))
    late = {"orders": [order("late", "2025-09-20")]}
    import_rows(graph, late)
    assert "later changes brought it orders" in refused(RunOutOfDateError, lambda: commit(graph, SEPTEMBER))
    new = computed(graph, plan, SEPTEMBER)
    own = str(result(graph, SEPTEMBER).facts["results_hash"])
    assert commit(graph, SEPTEMBER, results_hash=own[:12]).run == new


def test_a_period_that_goes_on_cannot_be_committed(graph: Graph, plan: Plan) -> None:
    now = date.today().strftime("%Y-%m")
    computed(graph, plan, now)
    assert f"{now} of Small goes on until" in refused(
        PeriodNotOverError, lambda: commit(graph, now, first=True)
    )
    assert one(graph, now).state == "open"


def test_a_company_begins_with_a_period(graph: Graph, plan: Plan) -> None:
    computed(graph, plan, OCTOBER)
    assert "--first" in refused(EarlierPeriodOpenError, lambda: commit(graph, OCTOBER))
    commit(graph, OCTOBER, first=True)
    with pytest.raises(PeriodCommittedError):
        computed(graph, plan, SEPTEMBER)  # closed with it


def test_no_run_takes_the_place_of_a_committed_one(graph: Graph, plan: Plan) -> None:
    number = computed(graph, plan, SEPTEMBER)
    review(graph, SEPTEMBER, actor="ann")
    assert "reopen" in refused(PeriodInReviewError, lambda: run(graph, plan, period(SEPTEMBER)))
    commit(graph, SEPTEMBER)
    refused(PeriodCommittedError, lambda: run(graph, plan, period(SEPTEMBER)))
    kept = run_period(graph, plan, period(SEPTEMBER))
    assert (kept.run.number, kept.kept) == (number, True)
    refused(PeriodCommittedError, lambda: run_period(graph, plan, period(SEPTEMBER), afresh=True))
    trial = try_period(graph, plan, period(SEPTEMBER))
    assert trial.facts["results_hash"] == kept.run.facts["results_hash"]
    sweep(graph)
    assert remove(graph, number) is None
    assert [each.number for each in complete(graph, SEPTEMBER)] == [number]
    run_period(graph, plan, period(OCTOBER), chain=True)
    assert result(graph, SEPTEMBER).number == number


def test_another_person_approves(graph: Graph, plan: Plan) -> None:
    set_rules(graph, two_person=True, actor="ann")
    computed(graph, plan, SEPTEMBER)
    refused(NotApprovedError, lambda: commit(graph, SEPTEMBER, actor="bob"))
    refused(NotInReviewError, lambda: approve(graph, SEPTEMBER, actor="bob"))
    review(graph, SEPTEMBER, actor="ann")
    refused(SamePersonError, lambda: approve(graph, SEPTEMBER, actor="ann"))
    refused(OtherResultsError, lambda: approve(graph, SEPTEMBER, results_hash="f" * 12, actor="bob"))
    assert approve(graph, SEPTEMBER, actor="bob").approvals[0].actor == "bob"
    refused(SamePersonError, lambda: commit(graph, SEPTEMBER, actor="bob"))
    reopen(graph, SEPTEMBER, actor="ann")
    import_rows(graph, {"orders": [order("late", "2025-09-20")]})
    computed(graph, plan, SEPTEMBER)
    refused(NotApprovedError, lambda: commit(graph, SEPTEMBER, actor="ann"))
    review(graph, SEPTEMBER, actor="ann")
    approve(graph, SEPTEMBER, actor="bob")
    commit(graph, SEPTEMBER, actor="ann")
    withdraw(graph, SEPTEMBER, actor="bob", reason="approvals end with it")
    refused(NotApprovedError, lambda: commit(graph, SEPTEMBER, actor="ann"))
    steps = [each.step for each in one(graph, SEPTEMBER).events]
    assert steps == ["review", "approve", "reopen", "review", "approve", "commit", "committed", "withdraw"]


# Interrupted, and at once


class Killed(BaseException):
    """A process ends."""


def test_a_commit_that_is_killed_at_any_step_goes_on(
    graph: Graph, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = computed(graph, plan, SEPTEMBER)
    points, kill_at = 0, 0
    together, write = Graph.together, Graph.write

    def dying(method: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
        def called(self: Graph, *given: Any, **parameters: Any) -> Any:
            nonlocal points
            points += 1
            if points == kill_at and not after:
                raise Killed
            done = method(self, *given, **parameters)
            if points == kill_at and after:
                raise Killed
            return done

        return called

    killed = 0
    for after in (False, True):
        for kill_at in range(1, 30):
            points = 0
            with monkeypatch.context() as patched:
                patched.setattr(Graph, "together", dying(together, after=after))
                patched.setattr(Graph, "write", dying(write, after=after))
                try:
                    commit(graph, SEPTEMBER, actor="ann", key=f"{after} {kill_at}")
                except Killed:
                    killed += 1
                else:
                    break
            state = one(graph, SEPTEMBER).state
            assert ("committed_at" in result(graph, SEPTEMBER).facts) == (state == "committed")
            if state == "committing":
                refused(CommitUnderWayError, lambda: commit(graph, SEPTEMBER, actor="ann", key="other"))
                closed = {"orders": [order("x", "2025-09-20")]}
                refused(ImportRefusedError, partial(import_rows, graph, closed))
            done = commit(graph, SEPTEMBER, actor="ann", key=f"{after} {kill_at}")
            assert (done.run, one(graph, SEPTEMBER).state) == (number, "committed")
            withdraw(graph, SEPTEMBER, reason="next point")
        withdraw(graph, SEPTEMBER, reason="next way")
    assert killed >= 6
    assert len(graph.read(cypher("MATCH (c:Commit {state: 'booked'}) RETURN c.key AS key"))) == 0


def test_an_interrupted_commit_can_be_withdrawn(
    graph: Graph, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed(graph, plan, SEPTEMBER)
    with monkeypatch.context() as patched:
        patched.setattr(keeping, "keep_texts", lambda *_: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            commit(graph, SEPTEMBER)
    assert one(graph, SEPTEMBER).state == "committing"
    assert withdraw(graph, SEPTEMBER, reason="begin again").state == "open"
    assert read_company(graph).closed == ()
    computed(graph, plan, SEPTEMBER)


def test_of_two_at_once_one_wins(graph: Graph, plan: Plan) -> None:
    computed(graph, plan, SEPTEMBER)
    others = (CommitUnderWayError, PeriodCommittedError, CompanyChangedError, ChangeUnderWayError)

    def attempt(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except (*others, ImportRefusedError, RunOutOfDateError) as error:
            return error

    for turn in range(6):
        works: list[Callable[[], Any]] = [
            partial(commit, graph, SEPTEMBER, actor="ann", key=f"a{turn}"),
            partial(commit, graph, SEPTEMBER, actor="bob", key=f"b{turn}"),
        ]
        if turn % 2:
            rows = {"orders": [order(f"t{turn}", "2025-09-21")]}
            works[1] = partial(import_rows, graph, rows)
        with ThreadPoolExecutor(2) as pool:
            ended = list(pool.map(attempt, works))
        done = [each for each in ended if not isinstance(each, Exception)]
        assert len(done) == 1, ended
        if isinstance(done[0], Commit):
            withdraw(graph, SEPTEMBER, reason="next turn")
        else:
            computed(graph, plan, SEPTEMBER)
    commit(graph, SEPTEMBER)


# Doors


def order(name: str, day: str, **more: str) -> dict[str, str]:
    figures = dict.fromkeys(("qualifying_volume", "commissionable_volume", "amount"), "10")
    return {
        "order_id": name, "ordered_at": f"{day}T00:00:00Z", "member_id": "11", "kind": "sale", **figures,
        "currency": "USD", **more,
    }  # fmt: skip


def test_every_operation_has_its_place_in_the_guard() -> None:
    listed = [*DATED, *TIMED, *OF_PERIODS, *FROM_NOW_ON]
    assert sorted(listed) == sorted(OPERATIONS)
