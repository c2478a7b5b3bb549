"""A company's own rules are explained by the server before a run, and refused if they do more than read."""

from pathlib import Path

import pytest

from engine.composition.vetting import vet
from engine.graph.database import Graph
from engine.plans.reader import parse
from engine.rules.module import RuleError

REQUIREMENT = """// Buys at all.
//
// kind:    requirement
// params:  at_least: VOLUME = 1
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN

RETURN
  rule.at_least AS required,
  standing.personal_volume AS actual,
  standing.personal_volume >= rule.at_least AS passes
"""
BONUS = """// Pays the seller.
//
// kind:    bonus
// scope:   order
// params:  rate: RATE
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER

WITH source, order, rule
RETURN source AS payee, 0 AS level, rule.rate AS rate, rule.rate AS budget, null AS reason,
  order.commissionable_volume AS base
"""
PLAN = """
name = "Own"
[[rank]]
name = "Buyer"
require = [{ kind = "buys" }]
[[bonus]]
name = "Seller"
kind = "seller"
rate = "0.10"
"""


def vetted(graph: Graph, folder: Path, requirement: str, bonus: str) -> None:
    """Vet a plan that uses two rules of the company."""
    for kind, name, text in (("requirements", "buys", requirement), ("bonuses", "seller", bonus)):
        (folder / kind).mkdir(parents=True)
        (folder / kind / f"{name}.cypher").write_text(text)
    vet(graph, parse(PLAN, Path("plan.toml"), folder))


def test_rules_that_only_read_pass(graph: Graph, tmp_path: Path) -> None:
    vetted(graph, tmp_path, REQUIREMENT, BONUS)


@pytest.mark.parametrize(
    ("before", "after", "line", "message"),
    [
        ("standing.personal_volume AS actual", "standng.personal_volume AS actual", 9, "standng"),
        ("standing.personal_volume AS actual", "noSuchFunction(1) AS actual", 9, "noSuchFunction"),
    ],
)
def test_a_requirement_that_the_server_cannot_read_is_refused_with_its_line(
    before: str, after: str, line: int, message: str, graph: Graph, tmp_path: Path
) -> None:
    with pytest.raises(RuleError, match=message) as raised:
        vetted(graph, tmp_path, REQUIREMENT.replace(before, after, 1), BONUS)
    assert f"buys.cypher:{line}" in str(raised.value)


@pytest.mark.parametrize(
    ("after", "message"),
    [
        ("WITH source, order, rule\nMATCH (x:Nowhere {a: b})\n", "b` not defined|b"),
        ("WITH source, order, rule\nCALL db.ping() YIELD success\n", "CALL|db.ping|only reads"),
        ("WITH source, order, rule\nSHOW TRANSACTIONS YIELD username\n", "SHOW"),
        ("WITH source, order, rule\nL\\u004FAD CSV FROM 'file:///x' AS row\n", "escapes"),
    ],
)
def test_a_bonus_that_reaches_beyond_the_graph_is_refused(
    after: str, message: str, graph: Graph, tmp_path: Path
) -> None:
    with pytest.raises(RuleError, match=message):
        vetted(graph, tmp_path, REQUIREMENT, BONUS.replace("WITH source, order, rule\n", after, 1))


def test_a_rule_that_starts_from_anything_there_is_is_refused(graph: Graph, tmp_path: Path) -> None:
    everything = (
        "WITH source, order, rule\nMATCH (x) WHERE x.member_id = source.member_id\nWITH source, order, rule\n"
    )
    with pytest.raises(RuleError, match="the server would look through the whole company") as raised:
        vetted(graph, tmp_path, REQUIREMENT, BONUS.replace("WITH source, order, rule\n", everything, 1))
    assert "seller.cypher" in str(raised.value.where)


FLOW = """// What a group ordered.
//
// kind:    flow
// order:   any
// params:  none
// returns: state: LIST<INTEGER>
// shows:   group: VOLUME = state[0]

RETURN [standing.group_volume] AS state
"""


@pytest.mark.parametrize(
    ("shown", "message"),
    [
        ("group: VOLUME = stat[0]", "stat"),
        ("group: VOLUME = apoc.load(state)", "apoc"),
        ("group: POINTS = state[0]", "not of the form name: TYPE = expression"),
        ("group VOLUME", "not of the form name: TYPE = expression"),
    ],
)
def test_the_figures_of_a_flow_are_checked_against_their_types_and_by_the_server(
    shown: str, message: str, graph: Graph, tmp_path: Path
) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "tally.cypher").write_text(FLOW.replace("group: VOLUME = state[0]", shown))
    bonus = BONUS.replace("// scope:   order", "// scope:   order\n// flow:    tally")
    with pytest.raises(RuleError, match=message) as raised:
        vetted(graph, tmp_path, REQUIREMENT, bonus)
    assert "tally.cypher:7" in str(raised.value)
