"""A rule reads its own run alone: what it may start from, and where it may go on from there."""

from pathlib import Path

import pytest

from engine.rules.contract import load
from engine.rules.module import RuleError
from tests.rules.test_reads import written

RULE = """// Pays a payee.
//
// kind:    bonus
// scope:   payee
// basis:   count
// params:  amount: MONEY
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER

WITH payee, rule, payee AS source
CLAUSE
RETURN payee, 0 AS level, rule.amount AS rate, rule.amount AS budget, null AS reason, 1 AS base
"""


@pytest.mark.parametrize(
    ("clause", "message"),
    [
        ("MATCH (m:Member {member_id: payee.member_id})", "Member is of the living company"),
        ("MATCH (m:`Member` {member_id: payee.member_id})", "Member is of the living company"),
        ("MATCH (c:Customer|Member)", "Customer is of the living company"),
        ("MATCH (f:Fact {name: 'training'})", "Fact is of the living company"),
        ("MATCH (o:Order {member_id: payee.member_id})", "Order is no label that it may read"),
        ("MATCH (e:Earning {bonus: 'Team'})", "Earning is no label that it may read"),
        ("MATCH (x:$('Member'))", "is no label that it may read"),
        ("MATCH (s:Standing)", r"\(:Standing\) is of any run"),
        ("MATCH (s:Standing {member_id: payee.member_id})", r"\(:Standing\) is of any run"),
        ("MATCH (s:Standing {run: payee.run - 1})", r"\(:Standing\) is of any run"),
        ("MATCH (r:Run {period: '2026-11'})", r"\(:Run\) is of any run"),
        ("MATCH (payee)<-[:EARNED_BY]-(e)", "EARNED_BY is no relationship"),
        ("MATCH (payee)<-[e:UNDER|EARNED_BY]-(x)", "EARNED_BY is no relationship"),
        ("MATCH (payee)<-[:ENROLLED_UNDER]-(x)", "ENROLLED_UNDER is no relationship"),
        ("MATCH (payee)<-[e]-(x)", "a relationship without a type"),
        ("MATCH (payee)<-[*1..3]-(x)", "a relationship without a type"),
        ("MATCH (payee)<--(x)", "a relationship without a type"),
        ("MATCH (payee)-->(x)", "a relationship without a type"),
        ("MATCH (payee)--(x)", "a relationship without a type"),
        ("MATCH (x {member_id: payee.member_id})", "a node without a label"),
        ("WITH *, COUNT { (x) } AS everything", "a node without a label"),
        ("WITH *, COUNT { MATCH (x) WHERE true } AS everything", "a node without a label"),
        ("MATCH (payee)<-[:UNDER]-(b), (x) WHERE x.member_id = 'a'", "a node without a label"),
        ("WITH *, COUNT { (x WHERE x.member_id = 'a') } AS many", "a node without a label"),
        ("MATCH (payee)<-[:UNDER|!UNDER]-(x)", "a relationship without a type"),
        ("MATCH (payee)<-[:%]-(x)", "a relationship without a type"),
        ("MATCH (payee)<-[r IS EARNED_BY]-(x)", "a relationship without a type"),
        ("MATCH (x) WHERE x:Member", "Member is not part of it"),
        ("MATCH (x IS Member)", "Member is not part of it"),
        ("OPTIONAL MATCH (payee)((a)<-[:EARNED_BY]-(b))+(x)", "EARNED_BY is no relationship"),
        ("MATCH (payee)<-[:REFUNDS]-(x)", "refunds that come later"),
        ("MATCH (payee)-[:REFUNDS]-(x)", "refunds that come later"),
        ("WITH *, properties(payee) AS all", "all properties at once"),
        ("WITH *, payee {.*} AS all", "all properties at once"),
    ],
)
def test_what_is_not_of_the_run_is_refused_with_its_line(clause: str, message: str, tmp_path: Path) -> None:
    path = written(tmp_path, "bonus", "mine", RULE.replace("CLAUSE", clause))
    with pytest.raises(RuleError, match=f"a bonus rule reads its own run alone: .*{message}") as raised:
        load("bonus", path)
    assert raised.value.where == f"{path}:10"
    assert raised.value.todo


@pytest.mark.parametrize(
    "clause",
    [
        "MATCH (s:Standing {run: payee.run})",
        "MATCH (s:Standing {run: payee.run, depth: 0})<-[:UNDER*0..3]-(below)",
        "MATCH (run:Run {number: payee.run})",
        "OPTIONAL MATCH (payee)-[into:COMPRESSED_INTO {overlays: [1]}]->(above)",
        "MATCH (payee)<-[push:PUSHED_UP]-(from {active: false})",
        "WITH *, size([x IN [1] | x]) - [1, 2][0] - size([(payee)<-[:UNDER]-(below) | below.rank]) AS many",
        "WITH *, COUNT { (payee)<-[:UNDER]-() } AS many",
        "WITH * WHERE (payee IS NULL OR payee.active) AND (source IS NOT NULL)",
        "MATCH (payee)<-[:UNDER]- (below WHERE below.active), (below)<-[:UNDER]-(last {active: true})",
        "WITH *, coalesce(payee.rank, (1), 2) AS many, duration({days: 1}) AS day WHERE true",
        "WITH *, EXISTS { (payee)-[:UNDER]->(x) WHERE x.active } AS there",
        "<<orders>>\nOPTIONAL MATCH (order)-[:REFUNDS]->(bought:Order)",
    ],
)
def test_what_is_of_the_run_is_read(clause: str, tmp_path: Path) -> None:
    assert load("bonus", written(tmp_path, "bonus", "mine", RULE.replace("CLAUSE", clause)))


def test_earnings_are_those_of_bonuses_that_the_plan_names(tmp_path: Path) -> None:
    text = RULE.replace("CLAUSE", "CALL (source, rule) { <<earnings>> RETURN sum(paid) AS earned_there }")
    path = written(tmp_path, "bonus", "mine", text)
    with pytest.raises(RuleError, match="reads <<earnings>> of no named bonuses") as raised:
        load("bonus", path)
    assert raised.value.where == f"{path}:10"
    path = written(tmp_path, "bonus", "mine", text.replace("params:  ", "params:  bonuses: TEXTS, "))
    assert load("bonus", path).reads_earnings


def test_pieces_for_first_orders_need_the_flow_that_finds_them(tmp_path: Path) -> None:
    text = """// Pays the sponsor for first orders.
//
// kind:    bonus
// scope:   source
// basis:   count
// params:  amount: MONEY, first_orders: POSITIVE, days: POSITIVE = null
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING

MATCH (source)-[:UNDER]->(payee)
RETURN payee, 1 AS level, rule.amount AS rate, rule.amount AS budget, null AS reason
"""
    path = written(tmp_path, "bonus", "mine", text)
    with pytest.raises(RuleError, match="has a parameter first_orders, but no flow") as raised:
        load("bonus", path)
    assert raised.value.where == f"{path}:6"
    path = written(
        tmp_path, "bonus", "mine", text.replace("// params", "// flow: first_orders(first_orders)\n// params")
    )
    assert load("bonus", path).needs == (("enrolled_on", "days"),)
