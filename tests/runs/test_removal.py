"""Superseded runs are removed by one process at a time, in the background, and whatever interrupts that."""

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from engine.graph.claims import STALE_SECONDS, WorkClaim
from engine.graph.database import Graph
from engine.runs.removal import leftovers, remove, sweep, tidied
from tests.conftest import Upline
from tests.support.companies import cypher, month, written

COMPANY = """
plan:
  name = "Small"
members:
  member  sponsor
  1       -
  11      1
orders:
  member  qv
  11      10
"""
PATIENCE_S = 60


def twice(graph: Graph, folder: Path) -> None:
    """Run 1 is superseded by run 2, and nobody has removed it yet."""
    month(graph, folder, COMPANY, "2026-11", "2026-11")
    assert states(graph) == {1: "superseded", 2: "complete"}


def states(graph: Graph) -> dict[int, str]:
    rows = graph.read(cypher("MATCH (run:Run) RETURN run.number AS number, run.state AS state"))
    return {row["number"]: row["state"] for row in rows}


def standings(graph: Graph) -> set[int]:
    return set(graph.value(cypher("MATCH (s:Standing) RETURN collect(DISTINCT s.run) AS runs")))


def test_one_process_removes_a_run(graph: Graph, tmp_path: Path) -> None:
    twice(graph, tmp_path)
    other = WorkClaim()
    first = graph.read("runs/every")[1]["run"]
    assert graph.write_rows("runs/removing", run=1, seen=first["claim"], facts=other.facts)
    assert not graph.write_rows("runs/removing", run=1, seen=first["claim"], facts=WorkClaim().facts)
    with other.held():
        assert leftovers(graph) == []
        assert remove(graph, 1) is None
        assert sweep(graph) == []
    assert [run["number"] for run in leftovers(graph)] == [1]  # it has given up
    assert sweep(graph) == [1]
    assert (states(graph), standings(graph)) == ({2: "complete"}, {2})


def test_a_removal_of_another_machine_is_left_alone_while_its_heart_beats(
    graph: Graph, tmp_path: Path
) -> None:
    twice(graph, tmp_path)
    claim = graph.read("runs/every")[1]["run"]["claim"]
    facts = WorkClaim().facts | {"host": "another machine"}
    graph.write_rows("runs/removing", run=1, seen=claim, facts=facts)
    assert sweep(graph) == []
    old = f"datetime() - duration({{seconds: {STALE_SECONDS + 1}}})"
    graph.batched(cypher(f"MATCH (run:Run {{number: 1}}) SET run.heartbeat_at = {old}"))
    assert tidied(graph) == [1]


def test_an_interrupted_removal_is_continued(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice(graph, tmp_path)
    real = Graph.write_rows

    def gone(self: Graph, statement: str, **parameters: object) -> object:
        if statement == "runs/forget":
            raise KeyboardInterrupt
        return real(self, statement, **parameters)

    with monkeypatch.context() as patch:
        patch.setattr(Graph, "write_rows", gone)
        with pytest.raises(KeyboardInterrupt):
            sweep(graph)
    assert states(graph) == {1: "removing", 2: "complete"}
    assert tidied(graph) == [1]
    assert tidied(graph) == []


def test_the_prompt_is_back_before_the_earlier_run_is_removed(
    graph: Graph, tmp_path: Path, upline: Upline
) -> None:
    plan = written(tmp_path, COMPANY)
    words = ("run", "--period", "2026-11", "--plan", plan, "--afresh")
    assert upline("import", tmp_path).returncode == 0
    assert upline(*words).returncode == 0
    background = {"UPLINE_TIDY": "background"}
    again = upline(*words, env=background)
    assert again.returncode == 0, again.stderr
    assert "what this replaces is removed in the background (run 1); upline server tidy waits" in again.stderr
    waited = upline("server", "tidy")
    assert waited.returncode == 0, waited.stderr
    assert (states(graph), standings(graph)) == ({2: "complete"}, {2})
    assert upline("server", "tidy").stdout == "There was nothing to remove.\n"


def test_a_killed_removal_is_continued_by_the_next_command(
    graph: Graph, tmp_path: Path, upline: Upline
) -> None:
    twice(graph, tmp_path)
    # A process that has claimed the run and is killed before it removes anything.
    child = psutil.Popen(["sleep", str(PATIENCE_S)])
    facts = WorkClaim().facts | {"pid": child.pid, "pid_started": int(child.create_time())}
    claim = graph.read("runs/every")[1]["run"]["claim"]
    graph.write_rows("runs/removing", run=1, seen=claim, facts=facts)
    assert upline("runs").returncode == 0
    assert states(graph) == {1: "removing", 2: "complete"}, "it is left to the process that has claimed it"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert upline("runs", env={"UPLINE_TIDY": "background"}).returncode == 0
    deadline = time.monotonic() + PATIENCE_S
    while states(graph) != {2: "complete"}:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert standings(graph) == {2}
