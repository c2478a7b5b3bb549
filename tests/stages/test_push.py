"""Volume push-up: how a run counts it."""

from pathlib import Path

from engine.graph.database import Graph
from engine.passes import record
from tests.support.family import story

PLAN = """
[volume]
push_up = { at_least = 100 }
"""
MEMBERS = """
    member_id sponsor_id status
    1         -          active
    11        1          active
    111       11         terminated
    1111      111        active
    11111     1111       active
    2         -          active
    21        2          active
    """
ORDERS = "member_id volume\n1 150\n11 40\n111 500\n1111 30\n11111 120\n2 60\n21 10"


def test_a_run_counts_what_was_pushed_and_what_found_no_receiver(graph: Graph, tmp_path: Path) -> None:
    """Where the volume goes: tests/cases/push/push_up.case."""
    story(graph, tmp_path, PLAN, MEMBERS, ORDERS)
    facts = record.result(graph).facts
    assert (facts["pushes"], facts["pushed_volume"], facts["volume_without_receiver"]) == (3, 57_000, 7_000)
