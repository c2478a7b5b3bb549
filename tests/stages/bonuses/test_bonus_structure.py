"""Structure bonus: a fixed amount once the team has a shape, judged like a rank."""

from pathlib import Path

import pytest

from engine.graph.database import Graph
from engine.plans.reader import parse
from engine.plans.text import PlanError
from tests.oracle.notation import ladder
from tests.support.family import Told, story

TEAMS = """
member_id sponsor_id
T1 -
T2 -
T3 -
a T1
b T1
c T2
d T3
"""


def shape(graph: Graph, folder: Path, require: str, amount: str, orders: str, options: str = "") -> Told:
    plan = ladder("Silver") + (
        '[[bonus]]\nname = "Power"\nkind = "structure"\n'
        f"amount = {amount}\nrequire = [{require}]\n{options}\n"
    )
    return story(graph, folder, plan, TEAMS, orders)


def test_fs_07_pays_the_teams_that_reach_600(graph: Graph, tmp_path: Path) -> None:
    orders = "member_id volume\nT1 151\na 300\nb 200\nT2 336\nc 300\nT3 252\nd 300"
    require = '{ kind = "team_volume", levels = 1, at_least = 600 }'
    assert shape(graph, tmp_path, require, "250", orders).paid() == {"T1": "250", "T2": "250"}


def test_fs_07_as_a_rank_says_how_much_is_missing(graph: Graph, tmp_path: Path) -> None:
    plan = '[[rank]]\nname = "Power"\nrequire = [{ kind = "group_volume", at_least = 600 }]\n'
    told = story(graph, tmp_path, plan, TEAMS, "member_id volume\nT1 651\nT2 636\nT3 552")
    cards = {row["member_id"]: (row["passes"], row["missing"]) for row in told.rows["rank_cards"]}
    assert (cards["T1"], cards["T2"], cards["T3"]) == (("true", "0.00"), ("true", "0.00"), ("false", "48.00"))


def test_any_of_several_shapes_pays_active_members_only(graph: Graph, tmp_path: Path) -> None:
    orders = "member_id volume\nT1 100\na 100\nb 100\nT3 500"
    require = '{ kind = "active_frontline", at_least = 2 }, { kind = "personal_volume", at_least = 500 }'
    told = shape(graph, tmp_path, require, "{ none = 5, Silver = 8 }", orders, 'match = "any"')
    assert told.paid() == {"T1": "5", "T3": "5"}
    assert told.rows["totals"][0]["breakage"] == "6.00"


def test_a_structure_bonus_needs_a_requirement_that_exists(tmp_path: Path) -> None:
    text = (
        'name = "P"\n[[bonus]]\nname = "B"\nkind = "structure"\namount = 1\nrequire = [{ kind = "luck" }]\n'
    )
    with pytest.raises(PlanError, match="no requirement rule is called 'luck'"):
        parse(text, tmp_path / "plan.toml")
