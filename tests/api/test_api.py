"""The API answers what the run computed, a screen with one query for each level, and says what is wrong."""

import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from graphene.types.base import BaseType

from engine.api import newest
from engine.api.schema import printed, schema
from engine.graph.database import Graph
from engine.run import run_file
from tests.support.api import Api, queries
from tests.support.months import PERIOD, month


@pytest.fixture(scope="module")
def api(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The company of tests/support/months.py with its November; tests only read it."""
    server_graph.batched("schema/wipe")
    month(server_graph, tmp_path_factory.mktemp("month"))
    with Api(server_graph) as connected:
        yield connected


def ids(connection: dict[str, Any]) -> list[str]:
    return [node["memberId"] for node in connection["nodes"]]


def test_schema_file_is_the_printed_schema() -> None:
    path = Path(__file__).parent.parent.parent / "schema.graphql"
    assert path.read_text(encoding="utf-8") == printed(), (
        "upline schema > schema.graphql brings it up to date"
    )


def types_of(parent: type[Any]) -> Iterator[type[Any]]:
    """Every type of the API, connections and edges included."""
    for kind in parent.__subclasses__():
        if kind.__module__.startswith("engine.api"):
            yield kind
        yield from types_of(kind)


def test_no_two_types_of_the_schema_have_one_name() -> None:
    """Graphene keeps the first of two types of one name and answers the fields of the other wrongly."""
    kinds = list(types_of(BaseType))
    names = Counter(kind._meta.name for kind in kinds)
    assert [name for name, count in names.items() if count > 1] == []
    # Each is the very type that has its name in the schema, so none is left out either.
    known: dict[str, Any] = schema.graphql_schema.type_map
    assert {name: known[name].graphene_type for name in names} == {kind._meta.name: kind for kind in kinds}
    assert {"Query", "Standing", "StandingEdge", "SteppedOver", "Decimal", "RunTree"} <= set(names)


def test_everything_is_described(api: Api) -> None:
    query = """{ __schema { types {
      name description
      fields { name description args { name description } }
      enumValues { name description }
    } } }"""
    bare = []
    for kind in api.data(query)["__schema"]["types"]:
        parts = [(kind["name"], kind)]
        parts += [(f"{kind['name']}.{each['name']}", each) for each in kind["enumValues"] or ()]
        for field in kind["fields"] or ():
            parts.append((f"{kind['name']}.{field['name']}", field))
            parts += [(f"{kind['name']}.{field['name']}({arg['name']})", arg) for arg in field["args"]]
        if not kind["name"].startswith("__"):
            bare += [name for name, part in parts if not (part["description"] or "").strip()]
    assert not bare


def test_a_member_as_of_today(api: Api) -> None:
    query = """{ member(memberId: "111") {
      memberId name status country enrolledOn ownerId leg
      sponsor { memberId } placement { memberId placed { totalCount nodes { memberId } } }
    } }"""
    assert api.data(query)["member"] == {
        "memberId": "111",
        "name": "Dan",
        "status": "ACTIVE",
        "country": "US",
        "enrolledOn": "2026-02-10",
        "ownerId": None,
        "leg": None,
        "sponsor": {"memberId": "1"},
        "placement": {
            "memberId": "11",
            "placed": {"totalCount": 2, "nodes": [{"memberId": "111"}, {"memberId": "112"}]},
        },
    }
    sponsored = api.data('{ member(memberId: "1") { sponsored { nodes { memberId } } } }')["member"][
        "sponsored"
    ]
    assert ids(sponsored) == ["11", "111", "12"]


def test_a_standing_has_the_figures_of_the_run(api: Api) -> None:
    query = """{ standing(memberId: "11") {
      memberId name depth status active orderCount frontline parent { memberId } member { name }
      personalVolume commissionableVolume customerVolume groupVolume qualifiedRank rank
      earned { amount currency }
      run { period plan currency members firstDay lastDay }
    } }"""
    assert api.data(query)["standing"] == {
        "memberId": "11",
        "name": "Ben",
        "depth": 1,
        "status": "ACTIVE",
        "active": True,
        "orderCount": 2,
        "frontline": 2,
        "parent": {"memberId": "1"},
        "member": {"name": "Ben"},
        "personalVolume": "300.00",
        "commissionableVolume": "300.00",
        "customerVolume": "200.00",
        "groupVolume": "880.00",
        "qualifiedRank": "Silver",
        "rank": "Silver",
        "earned": {"amount": "98.00", "currency": "USD"},
        "run": {
            "period": "2026-11",
            "plan": "Small",
            "currency": "USD",
            "members": 6,
            "firstDay": "2026-11-01",
            "lastDay": "2026-11-30",
        },
    }


def test_statement_and_lines_agree(api: Api) -> None:
    query = """{ standing(memberId: "11") {
      statement { total { amount } earnings { bonus amount { amount } lineCount } }
      lines { totalCount nodes {
        bonus orderId sourceId payeeId level treeLevel basis base rate exact paid reason amount { amount }
      } }
    } }"""
    standing = api.data(query)["standing"]
    assert standing["statement"] == {
        "total": {"amount": "98.00"},
        "earnings": [
            {"bonus": "Retail", "amount": {"amount": "40.00"}, "lineCount": 1},
            {"bonus": "Unilevel", "amount": {"amount": "58.00"}, "lineCount": 2},
        ],
    }
    lines = standing["lines"]["nodes"]
    assert [(line["bonus"], line["orderId"], line["amount"]["amount"]) for line in lines] == [
        ("Retail", "o3", "40.00"),
        ("Unilevel", "o5", "50.00"),
        ("Unilevel", "o6", "8.00"),
    ]
    assert lines[1] == {
        "bonus": "Unilevel",
        "orderId": "o5",
        "sourceId": "111",
        "payeeId": "11",
        "level": 1,
        "treeLevel": 1,
        "basis": "VOLUME",
        "base": "500.00",
        "rate": "0.1",
        "exact": "50.00",
        "paid": True,
        "reason": None,
        "amount": {"amount": "50.00"},
    }
    assert standing["lines"]["totalCount"] == 3
    assert sum(Decimal(line["amount"]["amount"]) for line in lines) == Decimal("98.00")


def test_lines_of_one_bonus_and_those_that_do_not_pay(api: Api) -> None:
    query = """query($unpaid: Boolean!) { standing(memberId: "12") {
      lines(bonus: "Unilevel", unpaid: $unpaid) { nodes { orderId paid reason rate } }
    } }"""
    paid = api.data(query, unpaid=False)["standing"]["lines"]["nodes"]
    named = api.data(query, unpaid=True)["standing"]["lines"]["nodes"]
    assert paid == []  # 12 has 90 of the 100 that activity asks for
    assert named == [{"orderId": "o7", "paid": False, "reason": "inactive", "rate": "0"}]


def test_an_order_shows_who_is_paid_and_who_is_not(api: Api) -> None:
    query = """{ order(orderId: "o7") {
      kind memberId member { name } amount { amount currency } commissionableVolume refundOf customer
      lines { nodes { bonus level payeeId payee { name } paid reason amount { amount } } }
    } }"""
    order = api.data(query)["order"]
    lines = order.pop("lines")["nodes"]
    assert order == {
        "kind": "sale",
        "memberId": "121",
        "member": {"name": "Fay"},
        "amount": {"amount": "40.00", "currency": "USD"},
        "commissionableVolume": "40.00",
        "refundOf": None,
        "customer": None,
    }
    shown = [(line["level"], line["payeeId"], line["paid"], line["reason"]) for line in lines]
    assert shown == [(1, "12", False, "inactive"), (2, "1", True, None)]
    assert lines[1]["amount"] == {"amount": "4.00"}
    assert lines[1]["payee"] == {"name": "Ann"}


def test_the_rank_card_says_what_is_missing(api: Api) -> None:
    query = """{ standing(memberId: "12") { rankCard {
      rank match mustBeActive requirements { requirement unit required actual missing passes }
    } } }"""
    assert api.data(query)["standing"]["rankCard"] == [
        {
            "rank": "Silver",
            "match": "ALL",
            "mustBeActive": True,
            "requirements": [
                {
                    "requirement": "group_volume",
                    "unit": "VOLUME",
                    "required": "800.00",
                    "actual": "130.00",
                    "missing": "670.00",
                    "passes": False,
                }
            ],
        }
    ]


def test_totals_of_a_run_are_whole(api: Api) -> None:
    query = """{ run { bonuses { bonus kind payees lines paid { amount } paidExact breakageExact
      unpaid { reason exact } } roots { nodes { memberId } } } }"""
    run = api.data(query)["run"]
    assert ids(run["roots"]) == ["1"]
    unilevel = run["bonuses"][1]
    assert (unilevel["bonus"], unilevel["payees"], unilevel["paid"]["amount"]) == ("Unilevel", 2, "159.00")
    assert unilevel["paidExact"] == "159.00"
    left = sum(Decimal(part["exact"]) for part in unilevel["unpaid"])
    assert left == Decimal(unilevel["breakageExact"]) > 0


def test_the_upline_is_nearest_first(api: Api) -> None:
    query = """query($after: String) { standing(memberId: "112") { upline(first: 1, after: $after) {
      totalCount nodes { memberId } pageInfo { hasNextPage hasPreviousPage endCursor }
    } } }"""
    first = api.data(query)["standing"]["upline"]
    assert (ids(first), first["totalCount"]) == (["11"], 2)
    assert first["pageInfo"]["hasNextPage"]
    last = api.data(query, after=first["pageInfo"]["endCursor"])["standing"]["upline"]
    assert (ids(last), last["totalCount"]) == (["1"], 2)
    assert not last["pageInfo"]["hasNextPage"]
    assert last["pageInfo"]["hasPreviousPage"]


SCREENS: dict[str, tuple[str, int]] = {
    # A screen of several levels, and the queries that it may take: one for each level.
    "a tree three levels deep": (
        """{ run { roots { nodes { name
          children(first: 9) { nodes { name children(first: 9) { nodes { name } } } }
        } } } }""",
        1 + 1 + 1 + 1,  # run, roots, their children, the children's children
    ),
    "who sponsored whom": (
        "{ members { nodes { name sponsor { name sponsor { name } } sponsored { nodes { memberId } } } } }",
        1 + 1 + 1,  # members, those who sponsor any of them, sponsored
    ),
    "a page of statements": (
        """{ standing(memberId: "1") { children { nodes {
          statement { earnings { bonus } } rankCard { rank } parent { rank }
        } } } }""",
        1 + 1 + 1 + 1,  # run, standing with its children, earnings, rank cards; parents are known already
    ),
    "members with their standings": ("{ members { nodes { standing { rank earned { amount } } } } }", 3),
    "ways up of a page": (
        "{ run { roots(first: 1) { nodes { children { nodes { upline { nodes { rank } } } } } } } }",
        4,
    ),
}


@pytest.mark.parametrize("what", SCREENS)
def test_a_screen_takes_one_query_for_each_level(
    api: Api, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    query, most = SCREENS[what]
    with queries(monkeypatch) as sent:
        api.data(query)
    assert len(sent) == most, "\n--\n".join(sent)


def test_the_total_of_lines_is_read_only_where_a_client_requests_it(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = '{ standing(memberId: "11") { lines(first: 1, bonus: "Retail") { nodes { level } %s } } }'
    for total, trips in (("", 4), ("totalCount", 5)):  # run, standing, payee, a page; the earnings
        with queries(monkeypatch) as sent:
            api.data(page % total)
        assert len(sent) == trips


REFUSED = {
    "unknown_member": '{ member(memberId: "nobody") { name } }',
    "no_run": '{ run(period: "2025-01") { number } }',
    "unknown_order": '{ order(orderId: "o99") { kind } }',
    "order_not_counted": '{ order(orderId: "o8") { lines { totalCount } } }',
    "cursor": '{ members(after: "%%%") { totalCount } }',
    "page_size": "{ members(first: 201) { totalCount } }",
    "stale_cursor": '{ members(after: "QUFBQUFBQUFBQUFBQUFBQUFBQUFB") { totalCount } }',
}


@pytest.mark.parametrize("code", REFUSED)
def test_refusals_have_a_stable_code_and_say_what_is_wrong(api: Api, code: str) -> None:
    actual, message = api.refused(REFUSED[code])
    assert actual == code
    assert message
    assert "Traceback" not in message


def test_a_member_enrolled_later_has_no_standing(server_graph: Graph, api: Api) -> None:
    query = '{ member(memberId: "121") { standing(period: "2026-11") { rank } } }'
    assert api.data(query)["member"]["standing"] == {"rank": "none"}
    assert api.refused('{ standing(memberId: "x") { rank } }')[0] == "unknown_member"


def test_a_new_run_takes_the_place_of_the_old_and_cursors_into_its_lines_end(
    graph: Graph, tmp_path: Path
) -> None:
    month(graph, tmp_path)
    query = """query($after: String) { run { number age } standing(memberId: "1") {
      lines(first: 1, after: $after) { pageInfo { endCursor } } } }"""
    with Api(graph) as api:
        before = api.data(query)
        run_file(graph, tmp_path / "plan.toml", PERIOD)
        time.sleep(newest.FRESH_S)  # for so long a request may still be about the run before
        cursor = before["standing"]["lines"]["pageInfo"]["endCursor"]
        assert api.refused(query, after=cursor)[0] == "stale_cursor"
        after = api.data(query)
    assert after["run"]["number"] > before["run"]["number"]
    assert 0 <= after["run"]["age"] < 60


def test_an_empty_database_answers(graph: Graph) -> None:
    with Api(graph) as api:
        assert api.data("{ members { totalCount } runs { nodes { number } } }") == {
            "members": {"totalCount": 0},
            "runs": {"nodes": []},
        }
        code, message = api.refused("{ run { number } }")
    assert code == "no_run"
    assert message.startswith("there is no complete run. `runs` lists those there are")
