"""Audits of the trees of today in deep legs: what they find, and that none costs more than it should."""

import pytest

from engine.genealogy.outside import outside_upline
from engine.graph.database import Graph
from engine.workbench import reports
from tests.api.test_api_reports import REPORT
from tests.support.api import Api
from tests.support.companies import cypher
from tests.support.hits import counting

SIZES = (500, 2_000)
GROWTH = 1.2
"""How much more a member may cost in a leg four times as deep."""
STACKED = 150
LEGS = """
CREATE (:Company {key: 'company', one_tree: false})
WITH date('2026-01-01') AS day
UNWIND range(0, $deep - 1) AS n
CREATE (m:Member {member_id: 'm' + n, name: 'Ann ' + n / 2,
  status: CASE n % 10 WHEN 9 THEN 'terminated' ELSE 'active' END,
  enrolled_on: day + duration({days: n % 28}), owner_id: CASE WHEN n < $stacked THEN 'o' END})
WITH collect(m) AS members, day
UNWIND range(1, size(members) - 1) AS n
WITH members[n] AS member, members[n - 1] AS parent,
  members[CASE n % 3 WHEN 0 THEN n / 2 ELSE 0 END] AS sponsor, n, day, members
CREATE (member)-[:PLACED_UNDER {since: day, step: 0, leg: 'L'}]->(parent)
CREATE (member)-[:SPONSORED_BY {since: day, step: 0}]->(sponsor)
WITH collect(n) AS numbers, members, day, members[0] AS top
UNWIND range(1, 10) AS n
CREATE (other:Member {member_id: 'other' + n, name: 'Bob', status: 'active', enrolled_on: day})
CREATE (other)-[:PLACED_UNDER {since: day, step: 0, leg: toString(n + 2)}]->(top)
WITH other, day, members[n] AS sponsor
CREATE (other)-[:SPONSORED_BY {since: day, step: 0}]->(sponsor)
"""
"""A leg so deep with sponsors far above, and ten members in other legs whose sponsors are in that leg."""


def company(graph: Graph, deep: int) -> None:
    graph.batched("schema/wipe")
    graph.batched(cypher(LEGS, "deep", "stacked"), deep=deep, stacked=STACKED)


def test_audits_cost_no_more_per_member_where_legs_are_deeper(graph: Graph) -> None:
    costs: dict[str, list[float]] = {}
    for deep in SIZES:
        company(graph, deep)
        for report in (each for each in reports.every() if each.living):
            with graph.session() as session, session.begin_transaction() as transaction:
                ask, counted = counting(transaction)
                today = {"outside": outside_upline(ask)} if "outside" in report.statement.params else {}
                ask(report.statement, **report.defaults, **today)
            costs.setdefault(report.name, []).append(sum(counted) / deep)
    grown = {name: both for name, both in costs.items() if both[1] > GROWTH * both[0] + 1}
    assert grown == {}
    assert len(costs) >= 6


def test_what_audits_find_in_a_deep_leg_by_the_command_and_by_the_api(graph: Graph) -> None:
    company(graph, SIZES[0])
    rows = reports.ask(graph, reports.find("sponsor_outside_upline"), None)
    assert {(row[0], row[2], row[3]) for row in rows} == {(f"other{n}", f"m{n}", "m0") for n in range(1, 11)}
    (stack,) = reports.ask(graph, reports.find("stacking"), None)
    assert (stack[0], stack[1], stack[3]) == ("o", "m0", STACKED)
    assert str(stack[4]).endswith(f" and {STACKED - 100} more")
    with Api(graph) as api:
        page = api.data(REPORT, name="sponsor_outside_upline", first=3)["report"]
        assert (page["run"], len(page["nodes"])) == (None, 3)
        more = api.data(REPORT, name="sponsor_outside_upline", after=page["pageInfo"]["endCursor"])["report"]
        cells = [row["cells"][0] for row in (*page["nodes"], *more["nodes"])]
        assert cells == [row[0] for row in rows]
        listed = api.data("{ reports { name living } }")["reports"]
    assert {each["name"] for each in listed if each["living"]} == {
        each.name for each in reports.every() if each.living
    }


@pytest.mark.parametrize("sponsor", ["b", "c", "t"])
def test_whoever_is_on_a_circle_is_looked_at_too(graph: Graph, sponsor: str) -> None:
    graph.batched(
        cypher(
            "CREATE (t:Member {member_id: 't'}) WITH t UNWIND ['a', 'b', 'c', 'd'] AS id"
            " CREATE (m:Member {member_id: id}) WITH t, collect(m) AS m"
            " FOREACH (n IN [0, 1, 2] | FOREACH (a IN [m[n]] | FOREACH (b IN [m[(n + 1) % 3]] |"
            " CREATE (a)-[:PLACED_UNDER]->(b)))) WITH t, m, m[3] AS d, m[0] AS a"
            " CREATE (d)-[:PLACED_UNDER]->(a) WITH t, m, d UNWIND [t] + m AS s"
            " WITH d, s WHERE s.member_id = $sponsor CREATE (d)-[:SPONSORED_BY]->(s)",
            "sponsor",
        ),
        sponsor=sponsor,
    )
    assert outside_upline(graph.read) == (["d"] if sponsor == "t" else [])
