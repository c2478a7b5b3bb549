"""Every field of the schema is executed where its type has an answer, and none of them fails by itself.

The queries are made from the schema that the server serves, so that a new field is tried without a word here.
A type that no query reaches fails the test until the company below has something of it.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_required_argument,
)

from engine.access.reach import Reach
from engine.api.schema import schema
from engine.api.types.nodes import global_id
from engine.explain.explanation import explain
from engine.genealogy.operations.kinds import AddProspect
from engine.genealogy.operations.performing import perform
from engine.graph.database import Graph
from engine.intake.importing import import_rows
from engine.ledger.adjusting import adjust
from engine.ledger.holding import hold
from engine.ledger.rules import set_rules
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of
from engine.period import period
from engine.periods import steps
from engine.periods.committing import commit
from engine.run import refresh, run_file
from engine.runs.progress import Trial
from engine.whatif.changes import changes_of
from engine.whatif.computing import compute
from tests.support.api import Api
from tests.support.companies import month

COMPANY = """
plan:
  name = "Full"
  [volume]
  push_up = { at_least = 100 }
  [activity]
  personal_volume = 100
  [[rank]]
  name = "Silver"
  require = [{ kind = "personal_volume", at_least = 200 }]
  [[rank]]
  name = "Gold"
  require = [{ kind = "group_volume", at_least = 5000, leg_cap = "0.4" }]
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  compression = "activity_skip"
  rates = { none = ["0.10", "0.05"] }
  require = [{ kind = "active_frontline", at_least = 1 }]
  [[bonus]]
  name = "Kits"
  kind = "level_amount"
  without_sale = true
  amounts = { none = [2] }
  [[bonus]]
  name = "Legs"
  kind = "binary"
  rate = "0.10"
members:
  member  sponsor  placement  leg
  1       -        -          -
  11      1        1          L
  12      1        1          R
  111     11       11         L
  1111    111      111        L
customers:
  customer  member
  c1        11
orders:
  order  member  customer  qv   cv
  a      1       -         300  300
  b      11      -         150  150
  c      12      -         240  240
  d      111     -         20   20
  e      1111    -         200  200
  f      11      c1        60   60
  g      111     -         0    0
"""
MEMBERS = ("11", "12", "111", "1111", "1")
TRIED: dict[str, tuple[Any, ...]] = {
    "memberId": ("1", "11", "111", "1111"),
    "orderId": ("e", "a"),
    "prospectId": ("p1",),
    "overlay": ("activity_skip",),
    "number": (1, 77, 78),
    "name": ("spillover",),
    "id": (global_id("Member", "11"), global_id("Order", "a")),
    "ids": ([global_id("Member", "11")],),
}
"""Values of the arguments that a query must have; together they find something everywhere."""
CHOSEN: dict[str, dict[str, Any]] = {"incomeDisclosure": {"period": "2026-10", "smallest": 3}}
"""Other values than the defaults, by field: so small a company is in no disclosure otherwise."""
TYPES: dict[str, GraphQLNamedType] = schema.graphql_schema.type_map
ALIKE = 4
"""Places of one type that are tried, where the ones before have nothing of some field."""

Place = tuple[tuple[str, str | None], ...]
"""The way to a type: each field, with alias and arguments, and the type that a fragment narrows it to."""


def october(member_id: str, volume: int) -> dict[str, object]:
    """A row of an order of the period that is committed, or of its return in the next one."""
    of = {"order_id": f"r{member_id}", "ordered_at": "2026-11-10T12:00:00Z", "refund_of": f"o{member_id}"}
    sale = {"order_id": f"o{member_id}", "ordered_at": "2026-10-10T12:00:00Z", "refund_of": None}
    return (sale if volume > 0 else of) | {
        "member_id": member_id, "kind": "sale" if volume > 0 else "refund", "qualifying_volume": volume,
        "commissionable_volume": volume, "amount": volume, "currency": "USD",
    }  # fmt: skip


@pytest.fixture(scope="module")
def run(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    """A company with something of every type, and a figure that a check finds wrong."""
    server_graph.batched("schema/wipe")
    folder = tmp_path_factory.mktemp("full")
    month(server_graph, folder, COMPANY)
    import_rows(server_graph, {"orders": [october(member_id, 300) for member_id in MEMBERS]})
    run_file(server_graph, folder / "plan.toml", "2026-10")
    commit(server_graph, "2026-10", first=True)
    returned = [october(member_id, -300) for member_id in MEMBERS[2:]]
    import_rows(server_graph, {"orders": returned})
    done = run_file(server_graph, folder / "plan.toml", "2026-11")
    for member_id in MEMBERS:
        perform(server_graph, AddProspect(prospect_id=f"p{member_id}", member_id=member_id))
    set_rules(server_graph, minimum={"USD": "1"}, fee={"USD": "0.50"}, withholding={"US": "0.10"})
    adjust(server_graph, "12", "5", type="goodwill", reason="a late parcel")
    hold(server_graph, "12", "1", reason="a paper is missing")
    compute(server_graph, TRIED["name"][0], done, changes_of(["bonus.Levels.rates.none[0]=0.20"]))
    steps.review(server_graph, "2026-11", actor="ann")
    steps.approve(server_graph, "2026-11", actor="bob")
    with server_graph.session() as session:
        # The server plans the statements of an explanation before a request has to wait for them.
        explain(server_graph, Reach.everything, done, "1", "e")
        session.run("MATCH (s:Standing {member_id: '1'}) SET s.group_volume = s.group_volume + 1").consume()
        error = json.dumps({"error": {"name": "check_failed", "what": "the sums differ", "todo": None}})
        session.run("CREATE (:Request {key: 'failed', run: 77, answer: $answer})", answer=error).consume()
        trial = json.dumps({"run": 78, "trial": Trial.of(done).plain})
        session.run("CREATE (:Request {key: 'tried', run: 78, answer: $answer})", answer=trial).consume()
    plan = plan_of(done)
    refresh(server_graph, plan, period("2026-12", plan.zone))
    return done


@pytest.fixture(scope="module")
def api(run: RunRecord, server_graph: Graph) -> Iterator[Api]:
    assert run.number
    with Api(server_graph) as connected:
        yield connected


def arguments(name: str, field: GraphQLField, place: int) -> str:
    """The arguments that a field must have, with one of the values that are tried."""
    needed = [each for each, argument in field.args.items() if is_required_argument(argument)]
    values: dict[str, Any] = {each: TRIED[each][min(place, len(TRIED[each]) - 1)] for each in needed}
    values |= CHOSEN.get(name, {})
    if "first" in field.args:
        values["first"] = 2  # the price of a page goes by its size
    return (
        f"({', '.join(f'{each}: {json.dumps(value)}' for each, value in values.items())})" if values else ""
    )


def plain(field: GraphQLField) -> bool:
    """Whether a field has no fields of its own."""
    return not hasattr(get_named_type(field.type), "fields") and not isinstance(
        get_named_type(field.type), GraphQLUnionType
    )


def wrapped(place: Place, inside: str) -> str:
    """A query down to a place."""
    for field, narrowed in reversed(place):
        inside = f"{field} {{ ... on {narrowed} {{ {inside} }} }}" if narrowed else f"{field} {{ {inside} }}"
    return f"{{ {inside} }}"


def at(data: Any, place: Place) -> list[dict[str, Any]]:
    """Every object that an answer has at a place."""
    if isinstance(data, list):
        return [each for part in data for each in at(part, place)]
    if not place:
        return [data] if data else []
    return at((data or {}).get(place[0][0].partition(":")[0]), place[1:])


def narrowings(kind: GraphQLNamedType) -> list[tuple[str, str | None]]:
    """The object types that a field of a type may have, each with the fragment that it takes."""
    if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
        return [(each.name, each.name) for each in schema.graphql_schema.get_possible_types(kind)]
    return [(kind.name, None)]


def asked(api: Api, query: str) -> Any:
    """The data of an answer, whatever it refuses by name; nothing in it may be the server's own fault."""
    answer = api.patiently(query)
    wrong = [error for error in answer.get("errors", ()) if error["extensions"]["code"] == "internal_error"]
    assert not wrong, (query, wrong)
    unsound = [error for error in answer.get("errors", ()) if error["extensions"]["code"] == "invalid_query"]
    assert not unsound, (query, unsound)
    return answer.get("data")


def needs(field: GraphQLField) -> bool:
    """Whether a field must have arguments, of which several values are tried."""
    return any(is_required_argument(each) for each in field.args.values())


def inside(kind: GraphQLObjectType) -> dict[str, tuple[str, str | None, str]]:
    """What leads on from a type: by its name in the answer, the type there, its fragment, and the field."""
    return {
        f"{each}_{choice}_{inner}": (inner, narrowed, f"{each}{arguments(each, field, choice)}")
        for each, field in kind.fields.items()
        if not plain(field)
        for choice in range(max(map(len, TRIED.values())) if needs(field) else 1)
        for inner, narrowed in narrowings(get_named_type(field.type))
    }


def executed(api: Api) -> set[str]:
    """The types whose fields were all executed on an object: from the root on, wherever something is."""
    waiting: list[tuple[str, Place]] = [("Query", ())]
    places: dict[str, int] = {}
    while waiting:
        name, place = waiting.pop(0)
        kind = TYPES[name]
        assert isinstance(kind, GraphQLObjectType)
        if places.get(name, 0) >= ALIKE:
            continue
        places[name] = places.get(name, 0) + 1
        leaves = [f"{each}{arguments(each, field, 0)}" for each, field in kind.fields.items() if plain(field)]
        if leaves and place:
            assert at(asked(api, wrapped(place, " ".join(leaves))), place), place
        for alias, (inner, narrowed, field) in inside(kind).items():
            there: Place = (*place, (f"{alias}: {field}", narrowed))
            if places.get(inner, 0) < ALIKE and at(asked(api, wrapped(there, "__typename")), there):
                waiting.append((inner, there))
    return set(places)


def of_queries() -> set[str]:
    """The types that queries lead to; those of changes and subscriptions have tests of their own."""
    reached, waiting = {"Query"}, ["Query"]
    while waiting:
        kind = TYPES[waiting.pop()]
        assert isinstance(kind, GraphQLObjectType)
        for field in kind.fields.values():
            for inner, _ in [] if plain(field) else narrowings(get_named_type(field.type)):
                if inner not in reached:
                    reached.add(inner)
                    waiting.append(inner)
    return reached


def test_every_field_of_every_type_is_executed(api: Api) -> None:
    assert of_queries() - executed(api) == set()
