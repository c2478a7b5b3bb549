"""What a company's own rules return is of their columns' types, or the run names rule, column and value."""

from pathlib import Path

import pytest

from engine.graph.database import Graph
from engine.passes.record import complete
from engine.rules.module import RuleError, RuleValueError
from tests.rules.test_reads import written
from tests.support.companies import month

COMPANY = """
plan:
  name = "Own"
  [activity]
  personal_volume = 50
{plan}

members:
  member  sponsor
  1       -
  11      1
  111     11

orders:
  order  member  qv   cv
  a      11      100  100
  b      111     100  100
"""
LEVELS = """
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  compression = "mine"
  rates = ["0.10"]
"""
PUSH = """
  [volume]
  push_up = "mine"
"""
RANK = """
  [[rank]]
  name = "Silver"
  require = [{ kind = "mine" }]
"""
PAID = """
  [[bonus]]
  name = "Mine"
  kind = "mine"
"""
RULES = {
    "compression": """// Keeps.
//
// kind:    compression
// params:  none
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER

RETURN standing.active AS keeps, 'inactive' AS reason, standing.personal_volume AS figure, 5000 AS needed
""",
    "push": """// Pushes.
//
// kind:    push
// params:  none
// returns: receives: BOOLEAN, volume: INTEGER, reason: STRING

RETURN standing.active AS receives, standing.personal_volume AS volume, 'inactive' AS reason
""",
    "requirement": """// Requires.
//
// kind:    requirement
// params:  none
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN

RETURN 100 AS required, standing.personal_volume AS actual, standing.personal_volume >= 100 AS passes
""",
    "bonus": """// Pays.
//
// kind:    bonus
// scope:   payee
// basis:   count
// flow:    mine
// params:  none
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER

RETURN payee, 0 AS level, 100 AS rate, 100 AS budget, null AS reason, payee[rule.state][0] AS base
""",
    "flow": """// Counts.
//
// kind:    flow
// order:   any
// params:  none
// returns: state: LIST<INTEGER>

RETURN [1] AS state
""",
}
PLANS = {"compression": LEVELS, "push": PUSH, "requirement": RANK, "bonus": PAID, "flow": PAID}


def computed(graph: Graph, folder: Path, kind: str, before: str = "", after: str = "") -> None:
    """Run a month by a plan that uses a company's own rule of a kind, one expression of it exchanged."""
    assert before in RULES[kind]
    for each in {kind, "flow"} if kind == "bonus" else {kind, "bonus"} if kind == "flow" else {kind}:
        written(folder, each, "mine", RULES[each].replace(before, after, 1) if each == kind else RULES[each])
    month(graph, folder / "company", COMPANY.format(plan=PLANS[kind]))


@pytest.mark.parametrize(
    ("kind", "before", "after", "message"),
    [
        ("compression", "standing.personal_volume AS figure", "standing.personal_volume / 2.0 AS figure",
         r"compression rule mine returned 0\.0 \(FLOAT NOT NULL\) as figure of 1, which must be INTEGER"),
        ("compression", "5000 AS needed", "null AS needed", r"returned null \(NULL\) as needed of 1"),
        ("push", "standing.personal_volume AS volume", "standing.personal_volume * 1.5 AS volume",
         r"push rule mine returned 0\.0 \(FLOAT NOT NULL\) as volume of 1"),
        ("requirement", "100 AS required", "99.5 AS required",
         r"requirement rule mine returned 99\.5 .* as required of 1"),
        ("requirement", "standing.personal_volume >= 100 AS", "null AS",
         r"as passes of 1, which must be BOOLEAN"),
        ("bonus", "100 AS rate", "CASE payee.depth WHEN 1 THEN 99.5 ELSE 100 END AS rate",
         r"bonus rule mine returned 99\.5 \(FLOAT NOT NULL\) as rate of 11, which must be INTEGER"),
        ("bonus", "100 AS rate", "null AS rate", r"bonus rule mine returned null \(NULL\) as rate of 1"),
        ("bonus", "100 AS budget", "'much' AS budget", r"returned much \(STRING NOT NULL\) as budget of 1"),
        ("bonus", "0 AS level", "0.0 AS level", r"returned 0\.0 .* as level of 1"),
        ("bonus", "payee[rule.state][0] AS base", "1.0 AS base", r"returned 1\.0 .* as base of 1"),
        ("bonus", "payee[rule.state][0] AS base", "payee[rule.state][9] AS base",
         r"returned null .* as base of 1"),
        ("bonus", "null AS reason", "payee.depth AS reason",
         r"returned 0 \(INTEGER NOT NULL\) as reason of 1, which must be STRING"),
        ("compression", "'inactive' AS reason", "7 AS reason", r"returned 7 .* as reason of 1, .* STRING"),
        ("push", "'inactive' AS reason", "7 AS reason", r"returned 7 .* as reason of 1, .* STRING"),
        ("flow", "[1] AS state", "[1.5] AS state",
         r"flow rule mine returned .* as state of 1, .* LIST<INTEGER>"),
        ("flow", "[1] AS state", "7 AS state", r"flow rule mine returned 7 .* as state of 1"),
    ],
)  # fmt: skip
def test_what_is_not_of_its_column_s_type_is_refused_by_name(
    kind: str,
    before: str,
    after: str,
    message: str,
    graph: Graph,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("UPLINE_RULES", str(tmp_path))
    with pytest.raises(RuleValueError, match=message) as raised:
        computed(graph, tmp_path, kind, before, after)
    assert str(tmp_path) in str(raised.value.where)
    assert raised.value.todo
    assert complete(graph) == []


@pytest.mark.parametrize("kind", sorted(RULES))
def test_whole_numbers_pass(kind: str, graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLINE_RULES", str(tmp_path))
    computed(graph, tmp_path, kind)
    assert len(complete(graph)) == 1


def test_a_header_announces_the_types_of_its_kind(
    tmp_path: Path, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPLINE_RULES", str(tmp_path))
    with pytest.raises(RuleError, match="rate is FLOAT, must be INTEGER"):
        computed(graph, tmp_path, "bonus", "rate: INTEGER", "rate: FLOAT")
    with pytest.raises(RuleError, match=r"state is LIST<FLOAT>, must be LIST<INTEGER> or LIST<STRING>"):
        computed(graph, tmp_path, "flow", "state: LIST<INTEGER>", "state: LIST<FLOAT>")
