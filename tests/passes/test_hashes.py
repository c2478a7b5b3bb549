"""Hashes: of content alone, whatever order the store keeps it in and however it is read."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from engine import run as map_of_the_run
from engine.graph.database import Graph
from engine.graph.queries import Query, query
from engine.passes import hashes, record
from engine.passes.context import Work
from engine.period import period
from tests.conftest import Address
from tests.support.companies import month, planned
from tests.support.maps import with_pass

PLAN = """
plan:
  name = "Hashed"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = { none = ["0.05", "0.03"] }
"""
MEMBERS = ("  1  -", "  11  1", "  12  1", "  111  11", "  2  -")
ORDERS = ("  111  a  40", "  12  b  70", "  111  c  90", "  2  d  5")


def company(members: tuple[str, ...], orders: tuple[str, ...]) -> str:
    rows = ["members:", "  member  sponsor", *members, "orders:", "  member  order  qv", *orders]
    return PLAN + "\n".join(rows) + "\n"


def outcome(of: record.RunRecord) -> tuple[str, ...]:
    return tuple(of.facts[f"{name}_hash"] for name in ("tree", "orders", "results"))


def test_hashes_do_not_depend_on_the_order_of_rows_or_the_size_of_answers(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = month(graph, tmp_path / "there", company(MEMBERS, ORDERS))
    graph.batched("schema/wipe")
    monkeypatch.setattr(record, "STANDINGS_PER_ANSWER", 1)
    back = month(graph, tmp_path / "back", company(MEMBERS[::-1], ORDERS[::-1]))
    assert outcome(back) == outcome(there)
    assert len(set(outcome(there))) == 3


def test_figures_are_hashed_apart_from_what_was_earned_on_them(graph: Graph, tmp_path: Path) -> None:
    there = month(graph, tmp_path / "there", company(MEMBERS, ORDERS))
    graph.batched("schema/wipe")
    dearer = company(MEMBERS, ORDERS).replace('"0.03"', '"0.04"')
    more = month(graph, tmp_path / "more", dearer)
    graph.batched("schema/wipe")
    other = month(graph, tmp_path / "other", company(MEMBERS, (*ORDERS[:3], "  2  d  6")))
    figures = [run.facts["figures_hash"] for run in (there, more, other)]
    assert figures[0] == figures[1] != figures[2]
    assert len({run.facts["results_hash"] for run in (there, more, other)}) == 3


def test_a_hash_that_was_not_begun_during_the_stages_is_taken_at_once(graph: Graph, tmp_path: Path) -> None:
    done = month(graph, tmp_path, company(MEMBERS, ORDERS))
    plan = planned(PLAN.removeprefix("\nplan:\n"))
    work = Work(graph, plan, period("2026-11"), run=done.number, cut=1, one_tree=True, writers=2)
    work.widths["main"] = [2, 2, 1]
    assert hashes.results(work)["results_hash"] == done.facts["results_hash"]


def test_hashes_do_not_depend_on_which_import_brought_an_order(graph: Graph, tmp_path: Path) -> None:
    there = month(graph, tmp_path / "there", company(MEMBERS, ORDERS))
    graph.batched("schema/wipe")
    first = month(graph, tmp_path / "back", company(MEMBERS, ORDERS[:2]))
    back = month(graph, tmp_path / "back", company(MEMBERS, ORDERS))
    assert back.facts["cut"] > first.facts["cut"]
    assert outcome(first)[1] != outcome(back)[1]
    assert outcome(back) == outcome(there)


def test_parts_of_a_period_meet_and_leave_nothing_out() -> None:
    spring = period("2026-03", "Europe/Berlin")  # an hour shorter than its days say
    for count in (1, 2, 7, 24 * 31):
        times = hashes._stretches(spring, count)
        assert len(times) == count + 1
        assert (times[0], times[-1]) == (spring.start, spring.end)
        assert times == sorted(set(times))


def test_texts_that_join_to_the_same_text_have_different_hashes() -> None:
    def pieces(*rows: tuple[str, str]) -> str:
        first, second = zip(*rows, strict=True)
        return hashes._hash("tree", iter([{"member_id": list(first), "leg": list(second)}]))

    assert pieces(("1", "ab"), ("2", "c")) != pieces(("1", "a"), ("2", "bc"))
    assert pieces(("1", "a"), ("2", "b")) == pieces(("2", "b"), ("1", "a"))


def test_a_failing_task_in_parallel_with_the_stages_ends_the_run(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_work: Work) -> dict[str, str]:
        raise RuntimeError("the server went away")

    monkeypatch.setattr(map_of_the_run, "STAGES", with_pass("hashes of inputs", fail))
    with pytest.raises(RuntimeError, match="went away"):
        month(graph, tmp_path, company(MEMBERS, ORDERS))
    assert record.complete(graph) == []


class Failing(Graph):
    """A graph that fails at every read, and remembers whether anybody stopped its queries."""

    stopped = False

    def read(self, name: str | Query, /, **parameters: object) -> list[dict[str, Any]]:
        raise RuntimeError("the server went away")

    def stop(self) -> None:
        self.stopped = True


def test_a_failing_hash_stops_no_query_of_the_stages(neo4j_address: Address) -> None:
    with Failing(neo4j_address.uri, neo4j_address.user, neo4j_address.password) as failing:
        plan = planned(PLAN.removeprefix("\nplan:\n"))
        work = Work(failing, plan, period("2026-11"), run=1, cut=1, one_tree=True, writers=2)
        work.widths["main"] = [record.STANDINGS_PER_ANSWER] * 3
        with pytest.raises(RuntimeError, match="went away"):
            hashes.results(work)
        assert not failing.stopped


LEGS = """
plan:
  name = "Legs"
  [[bonus]]
  name = "Pairs"
  kind = "binary_pairs"
  pair = 100
  per_pair = 10
members:
  member  sponsor  placement  leg
  1       -        -          -
  11      1        1          L
  12      1        1          R
orders:
  member  qv   ordered_at
  11      {volume}  2026-10-05T00:00:00Z
  11      50   2026-11-05T00:00:00Z
"""


def test_what_is_carried_is_a_result(graph: Graph, tmp_path: Path) -> None:
    """November pays nothing in either company and has the same figures; December could pay in one alone."""
    runs = []
    for volume in (30, 60):
        graph.batched("schema/wipe")
        text = LEGS.format(volume=volume)
        runs.append(month(graph, tmp_path / str(volume), text, "2026-10", "2026-11"))
    assert runs[0].facts["figures_hash"] == runs[1].facts["figures_hash"]
    assert runs[0].facts["carry_hash"] != runs[1].facts["carry_hash"]
    assert runs[0].facts["results_hash"] != runs[1].facts["results_hash"]
    assert hashes.stored_results(graph, runs[1]) == runs[1].facts["results_hash"]


def test_a_run_that_carries_nothing_has_the_hash_of_figures_and_earnings_alone(
    graph: Graph, tmp_path: Path
) -> None:
    run = month(graph, tmp_path, company(MEMBERS, ORDERS))
    rows = record.levels_of(graph, run)
    earnings = hashes._hash("earnings", hashes._levels(graph, run.number, rows, query("hashes/earnings")))
    both = run.facts["figures_hash"] + earnings
    assert run.facts["carry_hash"] == hashes.NOTHING_CARRIED
    assert run.facts["results_hash"] == hashlib.sha256(both.encode()).hexdigest()
