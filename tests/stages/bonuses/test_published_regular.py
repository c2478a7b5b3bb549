"""Published figures of companies that are too large for a data case: five levels, each five wide, and a pool.

UL-01, UL-02, UL-03: https://iamkarincabe.wordpress.com/2010/06/09/sample-computation-for-ordinary-member-with-minimal-recruits/
UL-05: http://automaticwebsoftware.com/how-mlms-work/
"""

from collections import defaultdict
from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.answers.lines import lines_paid_to
from engine.answers.pay import statement
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from tests.oracle.notation import facts, ladder, regular
from tests.support.companies import month
from tests.support.family import story

WIDTH, LEVELS = 5, 5
RATES = {"UL-01": "0.01", "UL-02": "0.0125", "UL-03": "0.015"}
PER_LEVEL = {
    "UL-01": [2500, 12500, 62500, 312500, 1562500],
    "UL-02": [3125, 15625, 78125, 390625, 1953125],
    "UL-03": [3750, 18750, 93750, 468750, 2343750],
    "UL-05": [2500, 12500, 62500, 312500, 1562500],
}
TOTAL = {"UL-01": 1952500, "UL-02": 2440625, "UL-03": 2928750, "UL-05": 1952500}
"""In cents; UL-05 pays a flat 5.00 for each member."""


def company() -> str:
    """YOU and 3,905 below, each with an order of 500; a bonus for each published rate."""
    members, level = ["YOU -"], ["YOU"]
    for _ in range(LEVELS):
        below = [(f"{above}.{number}", above) for above in level for number in range(WIDTH)]
        members += [f"{member} {above}" for member, above in below]
        level = [member for member, _ in below]
    bonuses = [
        f'  [[bonus]]\n  name = "{name}"\n  kind = "unilevel"\n  rates = {{ none = {[rate] * LEVELS} }}\n'
        for name, rate in RATES.items()
    ]
    flat = (
        f'  [[bonus]]\n  name = "UL-05"\n  kind = "level_amount"\n  per = "member"\n'
        f"  amounts = {{ none = {[5] * LEVELS} }}\n"
    )
    rows = "".join(f"  {row}\n" for row in members)
    orders = "".join(f"  {row.split()[0]} 500\n" for row in members[1:])
    plan = 'plan:\n  name = "Regular"\n  currency = "PHP"\n' + "".join(bonuses) + flat
    return f"{plan}members:\n  member sponsor\n{rows}orders:\n  member cv\n{orders}"


@pytest.fixture(scope="module")
def run(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    server_graph.batched("schema/wipe")
    return month(server_graph, tmp_path_factory.mktemp("regular"), company())


def test_ul_01_ul_02_ul_03_ul_05_pay_the_member_at_the_top_what_was_published(
    run: RunRecord, server_graph: Graph
) -> None:
    assert run.facts["members"] == 3906
    earned = {one.bonus: one.amount for one in statement(server_graph, Reach.everything, run, "YOU").earnings}
    assert earned == TOTAL


def test_each_level_pays_what_was_published(run: RunRecord, server_graph: Graph) -> None:
    amounts: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for line in lines_paid_to(server_graph, Reach.everything, run, "YOU"):
        amounts[line.bonus][line.level] += line.amount or 0
    assert {bonus: list(dict(sorted(by.items())).values()) for bonus, by in amounts.items()} == PER_LEVEL


def test_five_dollars_for_each_member_on_five_levels(graph: Graph, tmp_path: Path) -> None:
    """UL-05 with three in place of five below each, by both engines."""
    members = regular(3, 5)
    ids = [line.split()[0] for line in members.splitlines()[1:]]
    orders = "member_id volume\n" + "\n".join(f"{member} 20" for member in ids)
    plan = '[[bonus]]\nname = "Pay"\nkind = "level_amount"\nper = "member"\namounts = [5, 5, 5, 5, 5]\n'
    output = story(graph, tmp_path, plan, members, orders)
    assert len(ids) - 1 == 363
    assert output.paid()["YOU"] == "1815"


def test_ps_01_divides_one_per_cent_of_a_million_among_fifty(graph: Graph, tmp_path: Path) -> None:
    plan = ladder("Silver") + '[[bonus]]\nname = "Pool"\nkind = "pool"\nshare = "0.01"\nrank = "Silver"\n'
    members = "member_id sponsor_id\ntop -\n" + "\n".join(f"m{number} top" for number in range(60))
    fifty = " ".join(f"m{number}:1" for number in range(50))
    output = story(graph, tmp_path, plan, members, "member_id volume\ntop 1000000", facts=facts(fifty))
    assert output.rows["totals"][0]["budget"] == "10000.00"
    assert output.paid() == {f"m{number}": "200" for number in range(50)}
