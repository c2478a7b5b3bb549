"""What a bonus requires of its payees: how it is explained, refused and remarked on."""

from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.explain.explanation import explain
from engine.graph.database import Graph
from engine.passes import record
from engine.plans.reader import parse
from engine.plans.remarks import remarks
from engine.plans.text import PlanError
from tests.support.companies import planned
from tests.support.family import story


def test_an_explanation_names_the_requirement_that_is_missing(graph: Graph, tmp_path: Path) -> None:
    team = '[[bonus]]\nname = "{}"\nkind = "unilevel"\ncompression = "{}"\nrates = ["0.1", "0.1"]\n'
    asks = 'require = [{ kind = "personal_volume", at_least = 100 }]\n'
    plan = team.format("Flat", "none") + asks + team.format("Climb", "dynamic") + asks
    members = "member_id sponsor_id\n1 -\n2 1\n3 2"
    story(graph, tmp_path, plan, members, "order_id member_id volume\na 1 100\nb 2 99\nc 3 50")
    explanation = explain(graph, Reach.everything, record.result(graph), "2", "c")
    flat, climb = explanation.stories
    misses = "does not meet what the bonus requires of its payees"
    assert flat.verdict == f"not paid: is at level 1, but {misses}"
    assert climb.verdict == f"not paid: skipped for level 1 by dynamic, {misses}"
    assert flat.requirements == climb.requirements == (("personal volume", "100.00", "99.00", False),)


def test_a_guarantee_to_those_who_may_not_be_paid_is_refused() -> None:
    plan = (
        'name = "P"\n[[rank]]\nname = "Lead"\nrequire = [{ kind = "personal_volume", at_least = 1 }]\n'
        '[[bonus]]\nname = "Over"\nkind = "breakaway"\nborder = "Lead"\nrates = ["0.05"]\nguaranteed = 100\n'
        'require = [{ kind = "orders" }]\n'
    )
    with pytest.raises(PlanError, match="require: cannot be combined with guaranteed") as raised:
        parse(plan, Path("plan.toml"))
    assert raised.value.where == "plan.toml:11"


def test_requirements_that_all_meet_or_nobody_can_are_remarked_on() -> None:
    plan = (
        'name = "P"\n[[rank]]\nname = "Lead"\nrequire = [{ kind = "personal_volume", at_least = 1 }]\n'
        '[[bonus]]\nname = "Team"\nkind = "unilevel"\nrates = ["0.05"]\nrequire = [\n'
        '  { kind = "rank_held", rank = "Lead", periods = 2, at_least = 3 },\n'
        '  { kind = "personal_volume_by_rank", at_least = { none = 0, Lead = 0 } },\n]\n'
    )
    assert [(one.name, one.where) for one in remarks(planned(plan))] == [
        ("requirement_out_of_reach", "plan.toml:5"),
        ("requirement_always_met", "plan.toml:5"),
    ]


def test_a_structure_bonus_needs_a_requirement_that_exists(tmp_path: Path) -> None:
    text = (
        'name = "P"\n[[bonus]]\nname = "B"\nkind = "structure"\namount = 1\nrequire = [{ kind = "luck" }]\n'
    )
    with pytest.raises(PlanError, match="no requirement rule is called 'luck'"):
        parse(text, tmp_path / "plan.toml")
