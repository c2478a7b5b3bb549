"""Rules of one RETURN clause: each column as an expression, names of WITH clauses put in."""

from pathlib import Path

import pytest

from engine.graph.database import Graph
from engine.graph.queries import Query, fragment
from engine.rules.columns import columns_of
from tests.support.companies import cypher

KNOWN = frozenset({"standing", "legs", "leg", "sponsored", "reached", "rule"})
RULES = {
    "no WITH": "RETURN rule.a AS x, standing.v + 1 AS y",
    "used once": "WITH *, standing.v * 2 AS twice RETURN rule.a AS x, twice + 1 AS y",
    "in brackets of a function": "WITH *, [1, 2] + rule.a AS listed RETURN size(listed) AS x, 1 AS y",
    "used twice": "WITH *, standing.v * 2 AS twice RETURN twice * twice AS x, twice AS y",
    "one on another": "WITH *, standing.v AS v WITH *, v + v AS w RETURN w + v AS x, w AS y",
    "given on by name": "WITH rule, standing.v + rule.a AS sum RETURN sum AS x, rule.a - sum AS y",
    "columns of its names": "WITH *, 3 AS x, standing.v AS y RETURN x, y",
    "in a list of its own": "WITH *, standing.v AS most RETURN [n IN legs WHERE n < most | n] AS x, 0 AS y",
    "hidden by a list": "WITH *, 5 AS n RETURN [n IN legs | n] AS x, n AS y",
    "of its own names": "WITH *, [leg IN legs | leg * 2] AS all RETURN [leg IN all | leg] AS x, all AS y",
    "in a reduction": "WITH *, 2 AS by RETURN reduce(t = 0, n IN legs | t + n * by) AS x, by AS y",
    "properties, parameters and words": "WITH *, 7 AS v RETURN standing.v AS x, 'v is ' + toString(v) AS y",
    "begins and ends": "WITH *, 'abc' AS t RETURN t STARTS WITH 'a' AND t ENDS WITH 'c' AS x, t AS y",
    "nothing": "WITH *, standing.none AS gone RETURN gone IS NULL AS x, [gone, gone] AS y",
    "several lines": "WITH *,\n  standing.v AS v, // a comment, with AS in it\n  rule.a AS a\n"
    "RETURN\n  CASE\n    WHEN a > v\n      THEN a\n    ELSE v\n  END AS x,\n  'two\n  lines' AS y",
    "in a subquery": "WITH *, 3 AS n RETURN COUNT { UNWIND range(1, n) AS k RETURN k } AS x, n AS y",
}  # fmt: skip
NAMES = """WITH {v: 4, none: null} AS standing, [1, 5, 9] AS legs, 2 AS leg, [] AS sponsored, 1 AS reached,
  {a: 10} AS rule
"""


def rule(text: str) -> Query:
    return fragment("mine", Path("mine.cypher"), text, 11)


@pytest.mark.parametrize("text", RULES.values(), ids=RULES)
def test_columns_one_by_one_return_what_the_whole_rule_returns(text: str, graph: Graph) -> None:
    columns = columns_of(rule(text), KNOWN)
    assert list(columns) == ["x", "y"]
    whole = graph.read(cypher(NAMES + text))
    within = ", ".join(f"[rule IN [rule] | {column.text}][0] AS {name}" for name, column in columns.items())
    assert graph.read(cypher(f"{NAMES}RETURN {within}")) == whole
    assert len(whole) == 1


def test_a_name_is_put_in_as_it_is_where_it_is_used_once() -> None:
    columns = columns_of(rule("WITH *, size(legs) AS count\nRETURN rule.a AS x, count >= rule.a AS y"), KNOWN)
    assert columns["x"].text == "rule.a"
    assert columns["y"].text == "(size(legs)) >= rule.a"


def test_a_name_that_is_used_again_is_worked_out_once() -> None:
    columns = columns_of(rule("WITH *, size(legs) AS n\nRETURN n + n AS x, 1 AS y"), KNOWN)
    assert columns["x"].text == "[n IN [size(legs)] | n + n][0]"


def test_every_part_of_a_column_knows_its_line() -> None:
    text = "WITH *, size(legs)\n    + 1 AS count\nRETURN\n  rule.a AS x,\n  count\n    >= rule.a AS y"
    columns = columns_of(rule(text), KNOWN)
    assert columns["y"].text == "(size(legs)\n+ 1)\n  >= rule.a"
    assert [columns["y"].place(line, 2)[1] for line in (1, 2, 3)] == [11, 12, 16]
    assert columns["x"].place(1, 1) == (Path("mine.cypher"), 14)
    begun, *others = [piece.begins for piece in columns["y"].pieces]
    assert begun
    assert others
    assert not any(others)
