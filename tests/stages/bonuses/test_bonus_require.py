"""What a bonus requires of whom it pays: binaries carry, rewards wait, levels say why."""

from pathlib import Path

import pytest

from engine.explain.explanation import explain
from engine.graph.database import Graph
from engine.passes import record
from engine.plans.reader import parse
from engine.plans.remarks import remarks
from engine.plans.text import PlanError
from tests.oracle.notation import ladder
from tests.support.companies import planned
from tests.support.family import story

BINARY = '[[bonus]]\nname = "Pairs"\nkind = "binary_pairs"\npair = 100\nper_pair = 5\n'
SIDES = 'require = [{ kind = "personally_sponsored", at_least = 2 }]\n'
LEGS = "member_id sponsor_id placement_id leg\nA - - -\nB A A L\nC B A R\n"
MONTHS = "2026-10 2026-11"


def test_a_binary_carries_on_what_a_position_may_not_be_paid_for(graph: Graph, tmp_path: Path) -> None:
    orders = "member_id volume ordered_at\nB 200 2026-10-05T00:00:00Z\nC 300 2026-10-05T00:00:00Z\n"
    members = f"{LEGS}D A C L\n"
    late = members.replace("member_id", "enrolled_on member_id").replace("\nA", "\n2026-01-01 A")
    late = late.replace("\nB", "\n2026-01-01 B").replace("\nC", "\n2026-01-01 C")
    late = late.replace("\nD", "\n2026-11-01 D")
    told = story(graph, tmp_path, BINARY + SIDES, late, orders, MONTHS)
    assert [told.paid("Pairs", month) for month in MONTHS.split()] == [{}, {"A": "10"}]
    told = story(graph, tmp_path, f'{BINARY}ineligible = "lose"\n{SIDES}', late, orders, MONTHS)
    assert [told.paid("Pairs", month) for month in MONTHS.split()] == [{}, {}]


def test_a_reward_for_a_rank_waits_until_the_requirement_is_met(graph: Graph, tmp_path: Path) -> None:
    plan = ladder("Silver") + (
        '[[bonus]]\nname = "Rise"\nkind = "rank_advancement"\namounts = { Silver = 100 }\n'
        'require = [{ kind = "personal_volume", at_least = 50 }]\n'
    )
    rank = "member_id period name value\nA - rank 1"
    orders = "member_id volume ordered_at\nA 49 2026-10-05T00:00:00Z\nA 50 2026-11-05T00:00:00Z"
    told = story(graph, tmp_path, plan, "member_id sponsor_id\nA -", orders, MONTHS, facts=rank)
    assert [told.paid("Rise", month) for month in MONTHS.split()] == [{}, {"A": "100"}]


def test_an_explanation_names_the_requirement_that_is_missing(graph: Graph, tmp_path: Path) -> None:
    team = '[[bonus]]\nname = "{}"\nkind = "unilevel"\ncompression = "{}"\nrates = ["0.1", "0.1"]\n'
    asks = 'require = [{ kind = "personal_volume", at_least = 100 }]\n'
    plan = team.format("Flat", "none") + asks + team.format("Climb", "dynamic") + asks
    members = "member_id sponsor_id\n1 -\n2 1\n3 2"
    story(graph, tmp_path, plan, members, "order_id member_id volume\na 1 100\nb 2 99\nc 3 50")
    told = explain(graph, record.result(graph), "2", "c")
    flat, climb = told.stories
    misses = "misses what the bonus requires of whom it pays"
    assert flat.verdict == f"not paid: stands at level 1, but {misses}"
    assert climb.verdict == f"not paid: stepped over for level 1 by dynamic, {misses}"
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
