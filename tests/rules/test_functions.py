"""A rule is a function: chance, the clock, ids of the store and rows in no order are refused."""

from pathlib import Path

import pytest

from engine.rules.contract import load, load_question
from engine.rules.module import RuleError
from tests.rules.test_reads import written

RULE = """// Pays the source.
//
// kind:    bonus
// scope:   order
// params:  rate: RATE
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER

WITH source, order, rule, 1 AS limit
WITH source, rule, order, limit AS skip, {} AS figure
RETURN source AS payee, 0 AS level, rule.rate AS rate, rule.rate AS budget, null AS reason, figure AS base
"""


def loaded(folder: Path, figure: str, before: str = "") -> None:
    """Load a bonus rule whose base is an expression, perhaps after some clauses."""
    text = RULE.replace("{} AS figure", f"{figure} AS figure")
    load("bonus", written(folder, "bonus", "mine", text.replace("RETURN", f"{before}RETURN", 1)))


@pytest.mark.parametrize(
    ("figure", "message"),
    [
        ("toInteger(rand() * 100)", r"rand\(\) answers by chance"),
        ("size(randomUUID())", r"randomuuid\(\) answers by chance"),
        ("timestamp()", r"timestamp\(\) reads the clock"),
        ("date().year", r"date\(\) reads the clock"),
        ("date( /* today */ ).year", r"date\(\) reads the clock"),
        ("datetime().month", r"datetime\(\) reads the clock"),
        ("localdatetime().month", r"localdatetime\(\) reads the clock"),
        ("time().hour", r"time\(\) reads the clock"),
        ("localtime().hour", r"localtime\(\) reads the clock"),
        ("datetime({timezone: rule.zone}).month", r"datetime\(\) reads the clock"),
        ("date.transaction().year", r"date\.transaction\(\) reads the clock"),
        ("datetime . realtime ('UTC').year", r"datetime\.realtime\(\) reads the clock"),
        ("date.truncate('month').month", r"date\.truncate\(\) reads the clock"),
        ("id(source)", r"id\(\) is the store's own"),
        ("size(elementId(source))", r"elementid\(\) is the store's own"),
        ("apoc.number.random()", r"nobody says that apoc\.number\.random\(\) is one"),
        ("`rand`()", r"rand\(\) answers by chance"),
        ("size([(source)<-[:UNDER]-(below) | below.rank]) + [(source)<-[:UNDER]-(below) | below.rank][0]",
         "a place of a pattern's matches picks rows"),
        ("head(COLLECT { MATCH (source)<-[:UNDER]-(below) RETURN below.rank })",
         "a place of collect picks rows"),
        ("COLLECT { MATCH (source)<-[:UNDER]-(below) RETURN below.rank LIMIT 1 }", "LIMIT picks rows"),
    ],
)  # fmt: skip
def test_what_answers_differently_the_next_time_is_refused(figure: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=f"a bonus rule is a function: {message}") as raised:
        loaded(tmp_path, figure)
    assert raised.value.where
    assert raised.value.where.endswith("mine.cypher:9")
    assert raised.value.todo


@pytest.mark.parametrize(
    ("clauses", "message"),
    [
        ("WITH * LIMIT 1\n", "LIMIT picks rows"),
        ("WITH * SKIP 1\n", "SKIP picks rows"),
        ("WITH * ORDER BY order.order_id\nWITH * LIMIT 1\n", "LIMIT picks rows"),
        ("CALL (source) { MATCH (source)<-[:UNDER]-(one) RETURN one LIMIT 1 }\n", "LIMIT picks rows"),
        ("WITH source, rule, figure, collect(order)[0] AS order\n", "a place of collect picks rows"),
        ("WITH source, rule, figure, last(collect(order)) AS order\n", "a place of collect picks rows"),
        ("WITH * ORDER BY order.order_id\nWITH *\nWITH source, rule, figure, collect(order)[..2] AS some\n",
         "a place of collect picks rows"),
    ],
)  # fmt: skip
def test_rows_in_no_order_are_not_picked_by_place(clauses: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=message):
        loaded(tmp_path, "1", clauses)


@pytest.mark.parametrize(
    "figure",
    [
        "date('2026-11-01').month",
        "date(datetime({datetime: order.ordered_at, timezone: rule.zone})).day",
        "duration.inDays(date('2026-01-01'), date('2026-02-01')).days",
        "date.truncate('month', date('2026-11-05')).month",
        "datetime({epochMillis: 0}).year",
        "size('rand() date() LIMIT 1') // timestamp()\n",
        "COLLECT { MATCH (source)<-[:UNDER]-(one) RETURN one.rank ORDER BY one.member_id }[0]",
        "COLLECT { MATCH (source)<-[:UNDER]-(one) RETURN one.rank ORDER BY one.rank LIMIT 1 }[0]",
        "CASE WHEN 'a' STARTS WITH 'a' THEN limit ELSE limit END",
        "size(collect(source.rank))",
    ],
)
def test_what_depends_on_its_arguments_alone_is_a_function(figure: str, tmp_path: Path) -> None:
    loaded(tmp_path, figure)
    loaded(tmp_path, "1", f"WITH *, {figure} AS other ORDER BY order.order_id SKIP 0 LIMIT 1\n")
    loaded(
        tmp_path, "1", "WITH * ORDER BY order.order_id\nWITH source, rule, figure, collect(order)[0] AS one\n"
    )


def test_checks_of_a_company_are_functions_too(tmp_path: Path) -> None:
    path = tmp_path / "mine.cypher"
    path.write_text(
        """// Nobody is early.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER
// returns: where: STRING, expected: INTEGER, actual: INTEGER

MATCH (run:Run {number: $run})
WHERE run.last_day > date()
RETURN 'run' AS where, 0 AS expected, $shown AS actual
""",
        encoding="utf-8",
    )
    with pytest.raises(RuleError, match=r"a check rule is a function: date\(\) reads the clock") as raised:
        load_question("check", path)
    assert raised.value.where == f"{path}:8"
