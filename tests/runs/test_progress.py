"""How far a run is, how it ended, and the request that it answers."""

from pathlib import Path
from threading import Event, Thread

import pytest

from engine.genealogy.changes.requests import earlier_answer, request
from engine.graph.database import Graph
from engine.passes.record import NoRunError
from engine.passes.replay import plan_of
from engine.period import period
from engine.run_period import run_period
from engine.runs import life
from engine.runs.life import OtherPlanTextError, RunUnderWayError
from engine.runs.progress import Failure, progress, under_way
from engine.stages.checks import CheckFailedError
from tests.runs.test_run import COMPANY, NOVEMBER, other_text
from tests.support.companies import cypher, month


def test_a_run_is_watched_while_it_is_computed_and_refuses_a_second_one(graph: Graph, tmp_path: Path) -> None:
    done = month(graph, tmp_path, COMPANY)
    plan, of = plan_of(done), period(NOVEMBER)
    same = request("desk", "k", "run", {"period": NOVEMBER})
    begun, seen = Event(), Event()
    numbers: list[int] = []

    def note(number: int) -> None:
        numbers.append(number)
        begun.set()
        seen.wait(60)

    def work() -> None:
        run_period(graph, plan, of, afresh=True, request=same, on_begun=note)

    thread = Thread(target=work)
    thread.start()
    assert begun.wait(60)
    try:
        now = progress(graph, numbers[0])
        assert (now.state, now.period, now.plan, now.ended) == ("running", NOVEMBER, "Life", False)
        assert under_way(graph) == now
        assert earlier_answer(graph.read, same) == {"run": numbers[0]}
        with pytest.raises(RunUnderWayError, match=f"run {numbers[0]} of {NOVEMBER} is under way"):
            run_period(graph, plan, of, afresh=True)
    finally:
        seen.set()
        thread.join(60)
    assert progress(graph, numbers[0]).state == "complete"
    assert under_way(graph) is None
    assert progress(graph, done.number).state in ("complete", "interrupted")  # superseded, or removed by now


def test_of_two_that_begin_at_once_the_second_is_refused(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have looked for a run under way before either has begun."""
    plan = plan_of(month(graph, tmp_path, COMPANY))
    text = """
    MATCH (c:Company) SET c.last_run = c.last_run + 1
    CREATE (:Run {number: c.last_run, state: 'running', period: 'p', pid: 1, host: 'h'})
    """
    graph.batched(cypher(text))
    monkeypatch.setattr(life, "clear", lambda _graph: [])
    with pytest.raises(RunUnderWayError, match="process 1 on h"):
        run_period(graph, plan, period(NOVEMBER), afresh=True)


def test_how_a_run_failed_is_kept_with_its_request(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(month(graph, tmp_path, COMPANY))
    same = request("desk", "k", "run", {})

    def wrong(_work: object) -> None:
        raise CheckFailedError("the sums differ", todo="Report it.")

    monkeypatch.setattr(life, "_complete", wrong)
    numbers: list[int] = []
    with pytest.raises(CheckFailedError):
        run_period(
            graph, plan, period(NOVEMBER), afresh=True, request=same, on_begun=numbers.append
        )  # fmt: skip
    failed = progress(graph, numbers[0])
    assert (failed.state, failed.failure) == (
        "failed",
        Failure("check_failed", "the sums differ", "Report it."),
    )
    assert (earlier_answer(graph.read, same) or {})["run"] == numbers[0]


def test_what_is_refused_before_it_begins_keeps_nothing(graph: Graph, tmp_path: Path) -> None:
    done = month(graph, tmp_path, COMPANY)
    same = request("desk", "k", "run", {})
    with pytest.raises(OtherPlanTextError):
        run_period(graph, other_text(plan_of(done)), period(NOVEMBER), request=same)
    assert earlier_answer(graph.read, same) is None
    kept = run_period(graph, plan_of(done), period(NOVEMBER), request=same)
    assert (kept.run.number, kept.kept) == (done.number, True)
    assert earlier_answer(graph.read, same) == {"run": done.number}


def test_a_run_that_stopped_is_interrupted_and_an_unknown_one_refused(graph: Graph, tmp_path: Path) -> None:
    month(graph, tmp_path, COMPANY)
    text = """
    CREATE (:Run {
      number: 77, run_id: 'r', state: 'running', period: 'p', plan: 'l', host: 'elsewhere',
      started_at: datetime(), heartbeat_at: datetime() - duration('PT1M')
    })
    """
    graph.batched(cypher(text))
    assert progress(graph, 77).state == "interrupted"
    assert under_way(graph) is None
    with pytest.raises(NoRunError):
        progress(graph, 78)
