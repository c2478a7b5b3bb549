"""Nothing of a stranger comes out: every field of the schema, as every role, with real ids of others.

The fields are those of schema.graphql, and each is asked for by several ways from the root. Ids and volumes
of strangers are such that they are found wherever they stand in an answer.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema, get_named_type

from engine.access.areas import TABLE, Area, Scope
from engine.access.policy import Policy
from engine.access.viewer import Role
from engine.api.fields import FIELDS, IDS, INSIDE, PAID, TODAY, area_of, listed
from engine.api.identity.configuration import Access, Configuration
from engine.api.identity.identity import Identity
from engine.api.identity.tokens import made
from engine.api.schema import printed
from engine.api.types.nodes import global_id
from engine.genealogy.operations.kinds import AddProspect
from engine.genealogy.operations.performing import perform
from engine.graph.database import Graph
from engine.settings import Secret
from tests.api.test_api_arguments import asking, paths_to
from tests.support.api import Api
from tests.support.companies import month

ROOT = Path(__file__).parents[2]
CONFIGURATION = Configuration(("HS256",), Secret("0123456789abcdef0123456789abcdef"))
COMPANY = """
plan:
  name = "Small"
  tree = "placement"
  [activity]
  personal_volume = 50
  [volume]
  push_up = "push_up"
  [[rank]]
  name = "Silver"
  require = [{ kind = "legs_with_volume", at_least = 1, volume = 60 }]
  [[rank]]
  name = "Gold"
  require = [{ kind = "legs_with_volume", at_least = 3, volume = 90 }]
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  tree = "sponsor"
  compression = "dynamic"
  rates = ["0.10", "0.05", "0.02"]
  [[bonus]]
  name = "Pairs"
  kind = "binary"
  rate = "0.10"

members:
  member  name       sponsor  placement  leg  owner
  XTOP    Stranger   -        -          -    -
  XWEST   Stranger   XTOP     XTOP       L    -
  XWEND   Stranger   XWEST    XWEST      L    -
  viewer  Vera       XTOP     XTOP       R    P1
  below   Bella      viewer   viewer     L    deep
  other   Otto       viewer   viewer     R    P2
  deep    Dora       below    below      L    XWEST

customers:
  customer  member
  XCUST     XWEST
  c2        below

orders:
  order  member  customer  qv   cv
  XORDA  XTOP    -         7171  7171
  XORDB  XWEST   XCUST      7272  7272
  XORDC  XWEND   -         7373  7373
  own    viewer  -         100   100
  one    below   -         100   100
  two    below   c2        60    60
  three  deep    -         20    20
  four   other   -         100   100
"""
STRANGE = ("XTOP", "XWEST", "XWEND", "XORD", "XPRO", "XCUST", "Stranger", "7171.", "7272.", "7373.")
"""What an answer to the viewer has only if it says something of a stranger."""
OWN = {
    "memberId": ["viewer", "below", "deep"],
    "orderId": ["own", "two", "three"],
    "prospectId": ["p1", "p2"],
}
OTHERS = {"memberId": ["XTOP", "XWEST"], "orderId": ["XORDA", "XORDB"], "prospectId": ["XPROA", "XPROB"]}
NOBODY = {"memberId": ["Q000", "Q0000"], "orderId": ["QORDA", "QORDB"], "prospectId": ["QPROA", "QPROB"]}
"""Ids of nobody: so long that no random cursor has one by chance."""
PROSPECTS = {"p1": "viewer", "p2": "below", "XPROA": "XTOP", "XPROB": "XWEST"}
"""Who belongs to whom."""
WAYS = 2
"""Ways from the root to a field that are tried."""

SCHEMA = build_schema((ROOT / "schema.graphql").read_text("utf-8"))
KINDS = {
    name: kind
    for name, kind in SCHEMA.type_map.items()
    if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
}
FIELDS_OF_ALL = [(name, field) for name, kind in KINDS.items() for field in kind.fields]
GOALS = [
    (name, field)
    for name, field in FIELDS_OF_ALL
    if (
        KINDS[name].fields[field].args
        or isinstance(get_named_type(KINDS[name].fields[field].type), GraphQLObjectType)
    )
    and not name.endswith(("Connection", "Edge"))
    and next(paths_to((name, field)), None) is not None
]
"""The fields that lead to objects, each asked for with all plain fields of the object; and plain fields that
take arguments."""
TIMES = re.compile(r'"(startedAt|finishedAt|age)": [^,}]+')
"""What differs from one second to the next."""


@pytest.fixture(scope="module")
def company(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    server_graph.batched("schema/wipe")
    month(server_graph, tmp_path_factory.mktemp("company"), COMPANY, "2026-10", "2026-11")
    for prospect_id, member_id in PROSPECTS.items():
        name = "Stranger" if prospect_id in OTHERS["prospectId"] else "Pia"
        perform(server_graph, AddProspect(prospect_id=prospect_id, member_id=member_id, name=name))
    return server_graph


@pytest.fixture(scope="module")
def apis(company: Graph) -> Iterator[dict[str, Api]]:
    """The API as each role sees it; the member is the viewer."""
    identity = Identity(Access(Policy(), CONFIGURATION))
    tokens = {
        str(role): made(CONFIGURATION, role, "viewer" if role is Role.MEMBER else None, 60) for role in Role
    }
    with Api(company, identity=identity) as api:
        seen = {}
        for role, token in tokens.items():
            one = object.__new__(Api)
            one.address = api.address
            one.http = type(api.http)(
                base_url=api.address, timeout=30, headers={"authorization": f"Bearer {token}"}
            )
            seen[role] = one
        yield seen
        for one in seen.values():
            one.http.close()


def sound(ids: dict[str, list[str]], place: int, overlay: str) -> dict[str, Any]:
    """Values of the arguments that a query must have."""
    member_id, order_id = ids["memberId"][place], ids["orderId"][place]
    node = global_id("Member", member_id)
    return {
        "memberId": member_id, "orderId": order_id, "prospectId": ids["prospectId"][place],
        "overlay": overlay, "id": node,
        "ids": [node, global_id("Order", order_id)], "number": 2, "name": "near_floor",
    }  # fmt: skip


def asked(api: Api, query: str) -> dict[str, Any]:
    answer = api.patiently(query)
    for error in answer.get("errors", ()):
        assert error["extensions"]["code"] != "internal_error", (query, error)
    return answer


@pytest.fixture(scope="module")
def overlay(apis: dict[str, Api]) -> str:
    return str(apis["admin"].data("{ run { overlays { name } } }")["run"]["overlays"][0]["name"])


@pytest.mark.parametrize("goal", GOALS, ids=".".join)
def test_nothing_of_a_stranger_comes_out(goal: tuple[str, str], apis: dict[str, Api], overlay: str) -> None:
    for path in islice(paths_to(goal), WAYS):
        for place in range(2):
            query = asking(path, sound(OWN, place, overlay))
            text = json.dumps(asked(apis["member"], query), ensure_ascii=False)
            assert [each for each in STRANGE if each in text] == [], (query, text)
            query, nothing = (asking(path, sound(ids, place, overlay)) for ids in (OTHERS, NOBODY))
            hidden, missing = (asked(apis["member"], each) for each in (query, nothing))
            assert anonymous(hidden, OTHERS, place) == anonymous(missing, NOBODY, place), query


def anonymous(answer: dict[str, Any], ids: dict[str, list[str]], place: int) -> str:
    """An answer with the ids that were asked for taken out."""
    text = TIMES.sub("", json.dumps(answer, sort_keys=True))
    for name, values in ids.items():
        text = text.replace(values[place], name)
    return text


def test_every_field_has_a_row_and_every_row_a_field() -> None:
    without = [".".join(goal) for goal in FIELDS_OF_ALL if area_of(*goal) is None]
    assert without == [], "give each its area in engine/api/fields.py"
    rows = {
        f"{kind}.{field}" for kind, areas in FIELDS.items() for names in areas.values()
        for field in names.split() if not kind.endswith(("Connection", "Edge"))
    }  # fmt: skip
    rows |= {f"{kind}.{field}" for kind, (_, names) in INSIDE.items() for field in names.split()}
    assert rows | {*IDS} | {*TODAY} | {*PAID} <= {".".join(goal) for goal in FIELDS_OF_ALL}


def test_types_inside_an_area_are_reached_through_it_alone() -> None:
    """Exceptions, where the statement leaves out what is another's: prospects by id, lines of an order."""
    wrong = []
    for name, kind in KINDS.items():
        for field, shape in kind.fields.items():
            of = str(shape.type).strip("[]!")
            of = of.removesuffix("Connection") if of.removesuffix("Connection") in INSIDE else of
            if name in INSIDE or name.endswith(("Connection", "Edge")) or of not in INSIDE:
                continue
            if area_of(name, field) is not INSIDE[of][0]:
                wrong.append(f"{name}.{field}")
    assert sorted(wrong) == ["Member.prospect", "Order.lines", "Query.prospect"]


@pytest.mark.parametrize("role", list(Role))
def test_a_guarded_field_is_there_for_the_roles_that_read_it(role: Role, apis: dict[str, Api]) -> None:
    query = """{ run { members resultsHash bonuses { bonus } }
      standing(memberId: "below") { groupVolume earned { amount } statement { total { amount } } }
      order(orderId: "two") { commissionableVolume amount { amount } customerId }
      member(memberId: "below") { name } }"""
    answer = asked(apis[role], query)
    assert "errors" not in answer
    data = answer["data"]
    found = {
        Area.TOTALS: [data["run"]["members"], data["run"]["resultsHash"], data["run"]["bonuses"]],
        Area.MONEY: [data["standing"]["earned"], data["standing"]["statement"], data["order"]["amount"]],
        Area.CUSTOMERS: [data["order"]["customerId"]],
        Area.NAMES: [data["member"]["name"]],
        Area.FIGURES: [data["standing"]["groupVolume"]],
        Area.ORDERS: [data["order"]["commissionableVolume"]],
    }
    for area, values in found.items():
        reads = TABLE[area][role] >= Scope.GROUP
        assert [value is not None for value in values] == [reads] * len(values), (role, area)


def test_a_member_sees_the_own_money_and_the_group(apis: dict[str, Api]) -> None:
    data = apis["member"].data(
        """{ standing(memberId: "viewer") { earned { amount } lines { totalCount nodes { payeeId sourceId } }
        parent { memberId } frontline children { totalCount nodes { memberId } } }
        members { totalCount nodes { memberId } } run { roots { totalCount nodes { memberId } } } }"""
    )
    own = data["standing"]
    assert own["earned"] is not None
    assert {line["payeeId"] for line in own["lines"]["nodes"]} == {"viewer"}
    assert own["parent"] is None
    assert [one["memberId"] for one in own["children"]["nodes"]] == ["below", "other"]
    assert data["members"] == {
        "totalCount": 4,
        "nodes": [{"memberId": each} for each in ("below", "deep", "other", "viewer")],
    }
    assert data["run"]["roots"] == {"totalCount": 1, "nodes": [{"memberId": "viewer"}]}


def test_an_owner_is_told_where_it_is_the_viewer_or_a_member_within_reach(apis: dict[str, Api]) -> None:
    query = "{ members { nodes { memberId ownerId onDay { ownerId } } } }"
    owners = {}
    for role in ("member", "analyst"):
        nodes = apis[role].data(query)["members"]["nodes"]
        owners[role] = {each["memberId"]: each["ownerId"] for each in nodes}
        assert owners[role] == {each["memberId"]: each["onDay"]["ownerId"] for each in nodes}
    assert owners["member"] == {"viewer": "P1", "below": "deep", "other": None, "deep": None}
    assert owners["analyst"] == {
        "XTOP": None, "XWEST": None, "XWEND": None, "viewer": "P1", "below": "deep", "other": "P2",
        "deep": "XWEST",
    }  # fmt: skip


def test_levels_are_counted_from_the_own_place(apis: dict[str, Api]) -> None:
    query = """{ standing(memberId: "viewer") { depth upline { totalCount }
      downline { nodes { memberId depth } } } }"""
    for role, above in (("member", 0), ("finance", 1)):
        data = apis[role].data(query)["standing"]
        assert (data["depth"], data["upline"]["totalCount"]) == (above, above)
        assert data["downline"]["nodes"] == [
            {"memberId": "below", "depth": above + 1},
            {"memberId": "deep", "depth": above + 2},
            {"memberId": "other", "depth": above + 1},
        ]


def test_the_documentation_has_the_table_of_guarded_fields() -> None:
    assert listed() in (ROOT / "docs" / "api" / "access.md").read_text(encoding="utf-8")


def test_the_schema_says_what_may_be_hidden() -> None:
    text = printed()
    assert "  earned: Money\n" in text
    assert "Null where the viewer may not see it." in text


UPLINE = """{ standing(memberId: "viewer") { uplineMembers { level name rank } }
  below: standing(memberId: "below") { uplineMembers { level } } }"""


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (Policy(), [{"level": 1, "name": "S\u2022\u2022\u2022", "rank": "Silver"}]),
        (Policy(upline_names="full", upline_ranks=False), [{"level": 1, "name": "Stranger", "rank": None}]),
        (Policy(upline_names="none"), [{"level": 1, "name": None, "rank": "Silver"}]),
        (Policy(upline_levels=0), []),
    ],
)
def test_of_the_upline_a_member_sees_what_the_company_shows(
    policy: Policy, expected: list[dict[str, Any]], company: Graph
) -> None:
    token = made(CONFIGURATION, Role.MEMBER, "viewer", 60)
    with Api(company, identity=Identity(Access(policy, CONFIGURATION)), token=token) as api:
        data = api.data(UPLINE)
    assert data["standing"]["uplineMembers"] == expected
    assert data["below"]["uplineMembers"] == []


def test_staff_see_the_whole_upline_and_analysts_no_names(apis: dict[str, Api]) -> None:
    for role, name in (("support", "Stranger"), ("analyst", None)):
        (only,) = apis[role].data(UPLINE)["standing"]["uplineMembers"]
        assert only["name"] == name
