"""Roles and recruiters explained: who is passed over for one share may hold another."""

from pathlib import Path

from engine.access.reach import Reach
from engine.explain.explanation import explain
from engine.graph.database import Graph
from engine.passes.record import result
from tests.oracle.notation import facts, ladder
from tests.support.family import story

ROLES = """
[[bonus]]
name = "Roles"
kind = "role_shares"
roles = ["PM", "OL", "VL"]
amounts = [1, 1, 1]

[[bonus]]
name = "Recruiter"
kind = "recruiter"
direct = { VS1 = 5, VS2 = 20 }
"""
HELD = {"VS1": 1, "VS2": 2, "PM": 3, "OL": 4, "VL": 5}


def test_an_explanation_finds_everybody_who_has_a_role(graph: Graph, tmp_path: Path) -> None:
    """Each role is looked for from the sale up: who is passed over for one role may hold another."""
    members = "member_id sponsor_id\nVL -\nPM VL\nVS1 PM\nNEW VS1"
    output = story(
        graph, tmp_path, ladder(*HELD) + ROLES, members, "member_id volume\nNEW 100",
        facts=facts("VL:5 PM:3 VS1:1"),
    )  # fmt: skip
    assert output.paid("Roles") == {"PM": "1", "VL": "2"}
    run = result(graph, "2026-11")
    sentences = {
        member: [each.verdict for each in explain(graph, Reach.everything, run, member, "o1").stories]
        for member in ("VL", "PM", "VS1")
    }
    share, piece = "role {}, 1 piece at 1.00 USD", "level {}, 1 piece at {} USD"
    both = f"paid 2.00 USD: 1.00 for {share.format('OL')}; 1.00 for {share.format('VL')}"
    assert sentences == {
        "VL": [both, "not paid: the 2 levels that the bonus pays end below this member"],
        "PM": [f"paid 1.00 USD: {share.format('PM')}", f"paid 15.00 USD: {piece.format(2, '15.00')}"],
        "VS1": [
            "not paid: skipped for role PM by role, rank VS1 does not earn this level",
            f"paid 5.00 USD: {piece.format(1, '5.00')}",
        ],
    }
