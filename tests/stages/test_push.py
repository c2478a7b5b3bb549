"""Volume push-up: where volume goes, that none is lost, and what is told of it."""

from pathlib import Path

from engine.answers.transfers import transfers
from engine.graph.database import Graph
from engine.passes import record
from tests.support.family import Told, story

PLAN = """
[volume]
push_up = { at_least = 100 }
[[rank]]
name = "Hundred"
require = [{ kind = "personal_volume", at_least = 200 }]
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


def moved(graph: Graph) -> set[tuple[str, str | None, int, str]]:
    run = record.result(graph)
    return {(each.from_id, each.to_id, each.volume, each.reason) for each in transfers(graph, run)}


def volumes(told: Told) -> dict[str, str]:
    return told.ranks(column="personal_volume")


def test_volume_goes_to_the_nearest_one_above_who_meets_the_floor(graph: Graph, tmp_path: Path) -> None:
    told = story(graph, tmp_path, PLAN, MEMBERS, ORDERS)
    assert volumes(told) == {
        "1": "720.00", "11": "0.00", "111": "0.00", "1111": "0.00", "11111": "120.00",
        "2": "60.00", "21": "10.00",
    }  # fmt: skip
    assert moved(graph) == {
        ("11", "1", 4_000, "personal_volume"),
        ("111", "1", 50_000, "terminated"),
        ("1111", "1", 3_000, "personal_volume"),
        ("2", None, 6_000, "no_upline"),
        ("21", None, 1_000, "no_upline"),
    }
    facts = record.result(graph).facts
    assert (facts["pushes"], facts["pushed_volume"], facts["volume_without_receiver"]) == (3, 57_000, 7_000)
    # Pushed volume counts for rank and for groups; the whole is what was ordered.
    assert told.ranks()["1"] == "Hundred"
    groups = told.ranks(column="group_volume")
    assert (groups["1"], groups["11"], groups["2"]) == ("840.00", "120.00", "70.00")


def test_whoever_meets_the_floor_again_is_a_receiver_again(graph: Graph, tmp_path: Path) -> None:
    told = story(
        graph, tmp_path, PLAN, MEMBERS, ORDERS.replace("1111 30", "1111 100").replace("11111 120", "11111 9")
    )
    assert volumes(told)["1111"] == "109.00"
    assert ("11111", "1111", 900, "personal_volume") in moved(graph)
    assert ("111", "1", 50_000, "terminated") in moved(graph)
