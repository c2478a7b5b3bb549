"""What-ifs by the API: computed in the background, compared by pages, removed, refused by name."""

from pathlib import Path
from typing import Any

import pytest

from engine.api.schema import schema
from engine.graph.database import Graph
from engine.passes.record import result
from engine.whatif import comparing
from engine.whatif.kept import one, what_ifs
from tests.api.test_api_mutations import codes
from tests.support.api import Api
from tests.support.months import PERIOD, month
from tests.support.serving import eventually

COMPUTE = """mutation($input: ComputeWhatIfInput!) { computeWhatIf(input: $input) {
  progress { number state } errors { code message path } clientMutationId } }"""
REMOVE = """mutation($input: RemoveWhatIfInput!) { removeWhatIf(input: $input) {
  removed errors { code message path } } }"""
COMPARE = """query($name: String!, $only: WhatIfMembers, $first: Int, $after: String) {
  whatIfs(first: 5) { name }
  whatIf(name: $name) {
    name period plan run base changes computedAt paid { amount currency }
    comparison {
      paidBefore { amount } paidAfter { amount } difference { amount } shareBefore shareAfter
      membersChanged winners losers won { amount } lost { amount }
      bonuses { bonus before { amount } after { amount } difference { amount } payeesBefore payeesAfter }
      ranks { rank before after risen fallen }
      members(only: $only, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes { memberId gain { amount } before { rank earned { amount } } after { rank bonuses { bonus } } }
      } } } }"""
STATE = "query($number: Int!) { runProgress(number: $number) { state failure { code message } } }"


ROOTS = {
    "runs": "runs { totalCount nodes { number period } }",
    "periods": "periods { name runs { number } }",
    "planPeriods": "planPeriods { period state run { number } }",
    "plans": "plans { name latestRun { number } }",
    "run": "run { number resultsHash bonuses { bonus paid { amount } } }",
    "standing": 'standing(memberId: "11") { earned { amount } run { number } }',
    "member": 'member(memberId: "11") { history { run { number } } standing { run { number } } }',
    "members": "members { totalCount }",
    "runUnderWay": "runUnderWay { number }",
    "order": 'order(orderId: "o5") { lines { totalCount nodes { payeeId amount { amount } } } }',
    "report": 'report(name: "top_earners") { run { number } nodes { cells } }',
    "explain": 'explain(memberId: "11", orderId: "o5") { bonuses { verdict } }',
    "whyNot": 'whyNot(memberId: "11") { bonuses { verdict } }',
    "reports": "reports { name }",
    "compliance": "compliance { run members active }",
}
"""A query of each root that may have to do with runs."""
OTHERS = {
    "node", "nodes", "prospect", "rules", "runProgress", "whatIf", "whatIfs", "incomeDisclosure",
    "ledgerAccounts", "ledgerBatch", "ledgerBatches", "ledgerDue", "ledgerHolds", "ledgerPostings",
    "ledgerRules",
}  # fmt: skip
"""The others: of committed periods, of no run, or of a run by its own number or name."""


@pytest.fixture
def api(graph: Graph, tmp_path: Path) -> Any:
    month(graph, tmp_path)
    with Api(graph) as api:
        yield api


def computed(api: Api, **values: Any) -> dict[str, Any]:
    """The payload of a what-if, once it has ended."""
    payload: dict[str, Any] = api.data(COMPUTE, input=values)["computeWhatIf"]
    if payload["progress"]:
        number = payload["progress"]["number"]
        eventually(lambda: state(api, number)["state"] in ("COMPLETE", "FAILED"), 60)
    return payload


def state(api: Api, number: int) -> dict[str, Any]:
    return dict(api.data(STATE, number=number)["runProgress"])


def test_a_what_if_is_computed_compared_and_removed(api: Api, graph: Graph) -> None:
    """By hand: Unilevel pays 11 58.00 and 1 101.00; with 20 % on level one it pays 116.00 and 140.00."""
    settings = [{"key": f"bonus.Unilevel.rates.{rank}[0]", "value": '"0.20"'} for rank in ("none", "Silver")]
    made = computed(
        api, name="double", base=PERIOD, settings=settings, idempotencyKey="k", clientMutationId="c"
    )
    assert (made["errors"], made["clientMutationId"]) == ([], "c")
    again = computed(
        api, name="double", base=PERIOD, settings=settings, idempotencyKey="k", clientMutationId="c"
    )
    assert again["progress"]["number"] == made["progress"]["number"]
    assert state(api, made["progress"]["number"]) == {"state": "COMPLETE", "failure": None}
    shown = api.data(COMPARE, name="double", only="ALL", first=1)
    compared = shown["whatIf"].pop("comparison")
    assert shown["whatIfs"] == [{"name": "double"}]
    assert shown["whatIf"]["run"] == made["progress"]["number"]
    assert (shown["whatIf"]["base"], shown["whatIf"]["period"]) == (result(graph).number, PERIOD)
    assert shown["whatIf"]["paid"] == {"amount": "296.00", "currency": "USD"}
    assert [compared[name]["amount"] for name in ("paidBefore", "paidAfter", "difference")] == [
        "199.00", "296.00", "97.00",
    ]  # fmt: skip
    assert (compared["shareBefore"], compared["shareAfter"]) == ("0.171552", "0.255172")
    assert [each["difference"]["amount"] for each in compared["bonuses"]] == ["0.00", "97.00"]
    assert (compared["winners"], compared["losers"], compared["membersChanged"]) == (2, 0, 2)
    page = compared["members"]
    assert [(each["memberId"], each["gain"]["amount"]) for each in page["nodes"]] == [("11", "58.00")]
    assert page["totalCount"] == 2
    second = api.data(COMPARE, name="double", only="WINNERS", first=1, after=None)
    cursor = second["whatIf"]["comparison"]["members"]["pageInfo"]["endCursor"]
    last = api.data(COMPARE, name="double", only="WINNERS", first=1, after=cursor)["whatIf"]["comparison"]
    assert [each["memberId"] for each in last["members"]["nodes"]] == ["1"]
    assert last["members"]["pageInfo"]["hasNextPage"] is False
    losers = api.data(COMPARE, name="double", only="LOSERS", first=5)["whatIf"]["comparison"]["members"]
    assert (losers["nodes"], losers["totalCount"]) == ([], 0)
    assert comparing.comparison(graph, one(graph, "double")).won == 97_00
    assert api.data(REMOVE, input={"name": "double"})["removeWhatIf"] == {"removed": ["double"], "errors": []}
    assert what_ifs(graph) == []
    assert api.data(REMOVE, input={"olderThan": 3})["removeWhatIf"]["removed"] == []


def test_no_other_root_shows_a_what_if(api: Api) -> None:
    query = schema.graphql_schema.query_type
    assert query is not None
    assert {*ROOTS, *OTHERS} == query.fields.keys()
    asked = f"{{ {' '.join(ROOTS.values())} }}"
    before = api.data(asked)
    assert codes(computed(api, name="hidden", ranks=[{"memberId": "11", "rank": "none"}])) == []
    assert api.data(asked) == before


def test_what_cannot_be_is_refused_by_name(api: Api) -> None:
    assert codes(computed(api, name="x", settings=[{"key": "bonus.Unlevel.rate", "value": "1"}])) == [
        "bad_setting"
    ]
    assert codes(computed(api, name="x", ranks=[{"memberId": "11", "rank": "Gold"}])) == ["unknown_rank"]
    assert codes(computed(api, name="x", moves=[{"memberId": "9", "parentId": "1"}])) == ["unknown_member"]
    assert codes(computed(api, name="", moves=[])) == ["what_if_name"]
    assert codes(computed(api, name="x", base="77")) == ["no_run"]
    circle = computed(api, name="x", moves=[{"memberId": "11", "parentId": "112"}])
    assert state(api, circle["progress"]["number"])["failure"]["code"] == "circle"
    moved = computed(api, name="x", moves=[{"memberId": "111", "parentId": "12"}], planText=None)
    assert codes(moved) == []
    assert codes(computed(api, name="x")) == ["what_if_exists"]
    for values in ({}, {"name": "x", "olderThan": 1}):
        assert codes(api.data(REMOVE, input=values)["removeWhatIf"]) == ["name_or_age"]
    assert codes(api.data(REMOVE, input={"olderThan": 0})["removeWhatIf"]) == ["bad_input"]
    assert codes(api.data(REMOVE, input={"name": "y"})["removeWhatIf"]) == ["no_what_if"]
    missing = api.ask(COMPARE, name="y", only="ALL", first=1)
    assert [error["extensions"]["code"] for error in missing["errors"]] == ["no_what_if"]
