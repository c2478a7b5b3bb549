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
ACTIVE = """
  require = [{ kind = "mine" }]
"""
MEETS = """
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = ["0.10"]
  require = [{ kind = "mine" }]
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
    "legs": """// Requires of legs.
//
// kind:    requirement
// params:  none
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN, counts: INTEGER, room: INTEGER

RETURN 100 AS required, size(legs) AS actual, size(legs) >= 100 AS passes, leg.volume AS counts, 100 AS room
""",
    "recruits": """// Requires of recruits.
//
// kind:    requirement
// params:  none
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN, counts: INTEGER, room: INTEGER

RETURN 1 AS required, size(sponsored) AS actual, size(sponsored) > 0 AS passes,
  leg.personal_volume AS counts, 1 AS room
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
    "source": """// Pays the source.
//
// kind:    bonus
// scope:   source
// params:  none
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING

RETURN source AS payee, 0 AS level, 100 AS rate, 100 AS budget, null AS reason
""",
    "texts": """// Names.
//
// kind:    flow
// order:   any
// params:  none
// returns: state: LIST<STRING>
// shows:   names: TEXTS = state

RETURN ['a'] AS state
""",
    "flow": """// Counts.
//
// kind:    flow
// order:   any
// params:  none
// returns: state: LIST<INTEGER>
// shows:   counted: COUNT = state[0], share: RATE = state[0], rank: RANK = 0, all: COUNTS = state

RETURN [1] AS state
""",
}
RULES["active"] = RULES["meets"] = RULES["requirement"]
RULES["origin"] = (
    RULES["bonus"]
    .replace("// flow:    mine\n", "")
    .replace("base: INTEGER", "base: INTEGER, origin: NODE")
    .replace("payee[rule.state][0] AS base", "1 AS base, payee AS origin")
)
PLANS = {
    "compression": LEVELS, "push": PUSH, "requirement": RANK, "legs": RANK, "recruits": RANK, "bonus": PAID,
    "origin": PAID, "active": ACTIVE, "meets": MEETS, "source": PAID, "flow": PAID, "texts": PAID,
}  # fmt: skip
KINDS = {
    "active": "requirement", "meets": "requirement", "legs": "requirement", "recruits": "requirement",
    "origin": "bonus", "source": "bonus", "texts": "flow",
}  # fmt: skip
"""The kinds of those rules that are not called by their kind."""
WITH_FLOW = {"bonus": "flow", "flow": "bonus", "texts": "bonus"}
"""The rules that need another one, and that."""


def computed(graph: Graph, folder: Path, kind: str, before: str = "", after: str = "") -> None:
    """Run a month by a plan that uses a company's own rule of a kind, one expression of it exchanged."""
    assert before in RULES[kind]
    written(folder, KINDS.get(kind, kind), "mine", RULES[kind].replace(before, after, 1))
    if other := WITH_FLOW.get(kind):
        text = RULES[other] if kind != "texts" else RULES[other].replace("payee[rule.state][0]", "1")
        written(folder, other, "mine", text)
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
        ("flow", "[1] AS state", "['a'] AS state", r"flow rule mine returned .*STRING.* as state of 1"),
        ("flow", "[1] AS state", "[1, null] AS state", r"flow rule mine returned .* as state of 1"),
        ("flow", "[1] AS state", "[1, 'a'] AS state", r"flow rule mine returned .* as state of 1"),
        ("flow", "[1] AS state", "[[1]] AS state", r"flow rule mine returned .* as state of 1"),
        ("flow", "[1] AS state", "{a: 1} AS state", r"flow rule mine returned .*MAP.* as state of 1"),
        ("flow", "RETURN [1]", "UNWIND [1, 2] AS one RETURN [one]",
         r"flow rule mine returned 2 rows .* as state of 1, which must be LIST<INTEGER>"),
        ("flow", "COUNT = state[0]", "COUNT = state[0] / 2.0",
         r"flow rule mine returned 0\.5 \(FLOAT NOT NULL\) as counted of 1, which must be INTEGER"),
        ("flow", "RATE = state[0]", "RATE = 'half'", r"returned half \(STRING NOT NULL\) as share of 1"),
        ("flow", "RANK = 0", "RANK = 7",
         r"returned 7 .* as rank of 1, which must be INTEGER, the number of a rank"),
        ("flow", "COUNTS = state", "COUNTS = [0.5]", r"returned .* as all of 1, which must be LIST<INTEGER"),
        ("texts", "['a'] AS state", "[1] AS state", r"flow rule mine returned .*INTEGER.* as state of 1"),
        ("texts", "['a'] AS state", "'a' AS state", r"flow rule mine returned a .* as state of 1"),
        ("texts", "TEXTS = state", "TEXTS = state[0]", r"flow rule mine returned a .* as names of 1"),
        ("legs", "leg.volume AS counts", "leg.volume / 2.0 AS counts",
         r"requirement rule mine returned 10000\.0 \(FLOAT NOT NULL\) as counts of 1, which must be INTEGER"),
        ("legs", "100 AS room", "null AS room", r"requirement rule mine returned null \(NULL\) as room of 1"),
        ("legs", "100 AS room", "'much' AS room", r"returned much .* as room of 1, which must be INTEGER"),
        ("requirement", "standing.personal_volume >= 100 AS", "['yes'][standing.depth] AS",
         r"returned yes \(STRING.* as passes of 1, which must be BOOLEAN"),
        ("active", "standing.personal_volume >= 100 AS", "1 AS", r"returned 1 .* as passes of 1"),
        ("active", "standing.personal_volume AS actual", "standing.personal_volume / 2.0 AS actual",
         r"requirement rule mine returned 0\.0 .* as actual of 1"),
        ("meets", "standing.personal_volume >= 100 AS", "[1, 2][standing.depth] AS",
         r"requirement rule mine returned 1 .* as passes of 1"),
        ("meets", "100 AS required", "null AS required", r"returned null .* as required of 1"),
        ("recruits", "leg.personal_volume AS counts", "toFloat(leg.personal_volume) AS counts",
         r"requirement rule mine returned 10000\.0 .* as counts of 1, which must be INTEGER"),
        ("recruits", "1 AS room", "leg.active AS room", r"returned true \(BOOLEAN.* as room of 1"),
        ("requirement", "standing.personal_volume AS actual", "toString(standing.personal_volume) AS actual",
         r"returned 0 \(STRING NOT NULL\) as actual of 1"),
        ("bonus", "100 AS rate", "-1 AS rate", r"returned -1 .* as rate of 1, .* 0 or more"),
        ("bonus", "0 AS level", "-1 AS level", r"returned -1 .* as level of 1, .* from 0"),
        ("bonus", "0 AS level", "4294967296 AS level", r"returned 4294967296 .* as level of 1"),
        ("bonus", "RETURN payee,",
         "RETURN CASE payee.depth WHEN 0 THEN payee.member_id ELSE payee END AS payee,",
         r"bonus rule mine returned 1 \(STRING NOT NULL\) as payee of 1, which must be a standing"),
        ("bonus", "RETURN payee,", "RETURN [payee][toInteger(payee.depth)] AS payee,",
         r"returned 100 .* as rate of 11, .* 0 without a payee"),
        ("origin", "payee AS origin", "CASE payee.depth WHEN 0 THEN 7 ELSE payee END AS origin",
         r"bonus rule mine returned 7 \(INTEGER NOT NULL\) as origin of somebody, which must be a standing"),
        ("push", "standing.active AS receives", "0 AS receives", r"returned 0 .* as receives of 1, .*BOOL"),
        ("push", "standing.personal_volume AS volume", "null AS volume", r"returned null .* as volume of 1"),
        ("compression", "standing.active AS keeps", "['yes', standing.active][standing.depth] AS keeps",
         r"returned yes .* as keeps of 1"),
        ("compression", "standing.active AS keeps", "null AS keeps", r"returned null .* as keeps of 1"),
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
