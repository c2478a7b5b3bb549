"""Filled levels of a forced matrix: what a level must hold, once in a lifetime or every period."""

from pathlib import Path

from engine.graph.database import Graph
from tests.oracle.notation import facts, ladder
from tests.support.family import story

TWO_WIDE = "member_id sponsor_id\nYOU -\n1 YOU\n2 YOU\n11 1\n12 1\n21 2\n22 2"
PLAN = "[activity]\npersonal_volume = 10\n" + ladder("Gold")
LEVELS = """[[bonus]]
name = "Full"
kind = "filled_levels"
width = 2
amounts = {{ none = [10, 100], Gold = [15, 100] }}
{}
"""
MONTHS = "2026-09 2026-10 2026-11"


def orders(*who: str) -> str:
    """Orders by month: first those of September."""
    lines = [
        f"{member} 10 {month}-10T12:00:00Z"
        for month, members in zip(MONTHS.split(), who, strict=True)
        for member in members.split()
    ]
    return "member_id volume ordered_at\n" + "\n".join(lines)


EVERYBODY = "YOU 1 2 11 12 21 22"


def test_each_level_is_paid_once_when_it_is_full_of_active_members(graph: Graph, tmp_path: Path) -> None:
    sold = orders("YOU 1 2 11 12 21", EVERYBODY, EVERYBODY)
    told = story(graph, tmp_path, PLAN + LEVELS.format(""), TWO_WIDE, sold, MONTHS, facts=facts("YOU:1"))
    assert [told.paid(period=month) for month in MONTHS.split()] == [
        {"YOU": "15", "1": "10"}, {"YOU": "100", "2": "10"}, {}
    ]  # fmt: skip


def test_a_full_level_is_paid_again_by_option_and_a_deeper_one_wants_the_one_above(
    graph: Graph, tmp_path: Path
) -> None:
    sold = orders(EVERYBODY, "YOU 1 11 12 21 22", "1 2 11 12 21 22")
    plan = PLAN + LEVELS.format("again = true")
    told = story(graph, tmp_path, plan, TWO_WIDE, sold, MONTHS)
    assert told.paid(period="2026-09") == {"YOU": "110", "1": "10", "2": "10"}
    assert told.paid(period="2026-10") == {"1": "10"}
    assert told.paid(period="2026-11") == {"1": "10", "2": "10"}
    unpaid = {(row["payee_id"], row["reason"]) for row in told.lines("Full", "2026-11") if row["reason"]}
    assert ("YOU", "inactive") in unpaid


def test_members_who_are_not_active_fill_levels_too_by_option(graph: Graph, tmp_path: Path) -> None:
    plan = PLAN + LEVELS.format('counts = "all"')
    told = story(graph, tmp_path, plan, TWO_WIDE, orders("YOU", "YOU", "YOU"), MONTHS)
    assert told.paid(period="2026-09") == {"YOU": "110"}
