"""Whatever an argument of the API is given, the answer is an answer or a refusal by name, within a second.

The arguments are those of schema.graphql, so that none is left out. Each field is reached by a query that
finds something there, and is then asked for with everything that people and programs put into an argument.
"""

import base64
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_required_argument,
)

from engine.api.cursors import SEAL_BYTES
from engine.api.types.nodes import global_id
from engine.genealogy.operations.kinds import AddProspect
from engine.genealogy.operations.performing import perform
from engine.graph.database import Graph
from engine.ledger.adjusting import adjust
from engine.ledger.holding import hold
from engine.passes.chain import plan_by_text
from engine.passes.record import result
from engine.period import period
from engine.run import STAGES
from engine.runs.live import refresh
from engine.whatif.changes import changes_of
from engine.whatif.computing import compute
from tests.support import hostile
from tests.support.api import Api
from tests.support.companies import cypher, month

SCHEMA: GraphQLSchema = build_schema((Path(__file__).parents[2] / "schema.graphql").read_text("utf-8"))
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
  rates = ["0.10", "0.05"]
  [[bonus]]
  name = "Pairs"
  kind = "binary"
  rate = "0.10"
  [[bonus]]
  name = "Welcome"
  kind = "level_amount"
  amounts = [1]
  without_sale = true

members:
  member  sponsor  placement  leg
  1       -        -          -
  11      1        1          L
  12      1        1          R
  111     11       11         L
  112     1        11         R
  1111    111      111        L
  11111   1111     1111       L
  13      1        -          -
  14      1        -          -
  15      1        -          -

customers:
  customer  member
  c1        11

orders:
  order  member  customer  qv   cv
  a      1       -         100  100
  b      11      -         100  100
  c      12      -         100  100
  d      111     -         20   20
  e      1111    -         10   10
  f      11111   -         100  100
  g      11      c1        60   60
  h      111     -         0    0
"""
REQUIRED: dict[str, list[Any]] = {
    "memberId": ["1", "11", "111", "1111", "11111"],
    "orderId": ["f", "e", "d", "a"],
    "prospectId": ["p"],
    "overlay": [],
    "id": [global_id("Member", "11")],
    "ids": [[global_id("Member", "11")]],
    "number": [1],
    "name": ["spillover"],
}
"""Values of the arguments that a query must have; one of each finds something. The overlays are the run's."""
SHARE = 6
"""Where an argument of that name and type had everything at another field, it gets one value in so many."""
LONGEST = 7
"""Fields from the root to a field with arguments, at most."""


def forged(key: str) -> str:
    """A cursor with a seal that does not fit."""
    return base64.urlsafe_b64encode(bytes(SEAL_BYTES) + key.encode()).decode().rstrip("=")


VALUES: tuple[Any, ...] = (
    *hostile.TEXTS,
    *hostile.PERIODS,
    *hostile.NUMBERS,
    "a" * 40_000,
    "\x7f\x9b31m",
    "\ud800",
    "1" * 5000,
    "null",
    "１",
    "²",
    "٣",
    -1, 0, 1, 200, 201, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 10**400, -(2**31), -(2**63), 0.5, 1.0, 1e300,
    float("nan"), float("inf"), float("-inf"),
    True, False, None, [], [1], ["1"], {}, {"a": 1},
    *(forged(key) for key in (
        "", "0", "-1", "1" * 5000, "9223372036854775808", "99999999999999999999", "²", "٣", "1.5", "a\u0000b",
        "[]", "{}", "null", "[1,2]", '["a",null,1e999]', "[" * 900, "1|2|3", "a" * 9_999, "a\x1fb", "\x1f",
        "1\x1f2\x1f3\x1f4", "Levels", "Levels\x1f1\x1f1\x1f1",
    )),
    "====", "A", "AA=A", "!!!!", "gICA", "_w==",
)  # fmt: skip
LITERALS: tuple[str, ...] = (
    "1e999", "-0", "2147483648", "9223372036854775808", "0x1F", "NaN", "1.5", "null",
    '"\\u0000"', '"""\x7f"""',
    "[1]", "{a: 1}", "$undeclared", "ACTIVE", "1" * 400, '"\\ud800"', '"\\uD83D\\uDE00"',
)  # fmt: skip
"""The same within the text of a query, where GraphQL reads them itself."""

Path_ = tuple[str, ...]


def fields_with_arguments() -> list[tuple[str, str]]:
    """Each field with arguments, with its type; mutations and subscriptions have tests of their own."""
    others = {kind.name for kind in (SCHEMA.mutation_type, SCHEMA.subscription_type) if kind}
    return [
        (name, field)
        for name, kind in SCHEMA.type_map.items()
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__")
        for field, shape in kind.fields.items()
        if shape.args and name not in others
    ]


def values_of() -> dict[tuple[str, str, str], tuple[tuple[Any, ...], tuple[str, ...]]]:
    """What each argument of each field is given, as variables and in the text.

    The first of a name and type gets everything. The next ones, which are read by the same code, get a share
    each, in turn, so that together they get everything as well.
    """
    times: Counter[tuple[str, str]] = Counter()
    values: dict[tuple[str, str, str], tuple[tuple[Any, ...], tuple[str, ...]]] = {}
    for type_name, field in fields_with_arguments():
        kind = SCHEMA.type_map[type_name]
        assert isinstance(kind, GraphQLObjectType)
        for name, argument in kind.fields[field].args.items():
            before = times[name, str(argument.type)]
            times[name, str(argument.type)] += 1
            part = slice(before % SHARE, None, SHARE) if before else slice(None)
            values[type_name, field, name] = VALUES[part], LITERALS[part]
    return values


def paths_to(goal: tuple[str, str]) -> Iterator[Path_]:
    """The ways from the root to a field, as names of fields, the shortest first."""
    assert SCHEMA.query_type is not None
    waiting: list[tuple[str, Path_]] = [(SCHEMA.query_type.name, ())]
    while waiting:
        name, path = waiting.pop(0)
        if name == goal[0]:
            yield (*path, goal[1])
        kind = SCHEMA.type_map[name]
        if len(path) + 1 < LONGEST and isinstance(kind, GraphQLObjectType):
            waiting += [
                (get_named_type(shape.type).name, (*path, field))
                for field, shape in kind.fields.items()
                if isinstance(get_named_type(shape.type), GraphQLObjectType)
                and field not in ("pageInfo", "edges")
            ]


def asking(path: Path_, sound: dict[str, Any], argument: str = "") -> str:
    """A query down a path; `sound` has values of arguments, `argument` is what the last field gets."""
    assert SCHEMA.query_type is not None
    kind: Any = SCHEMA.query_type
    opened = []
    for place, field in enumerate(path):
        shape = kind.fields[field]
        last = place == len(path) - 1
        needed = [
            f"{name}: {json.dumps(sound[name])}"
            for name, each in shape.args.items()
            if is_required_argument(each) and not (last and argument.startswith(f"{name}:"))
        ]
        listed = ", ".join([*needed, argument] if last and argument else needed)
        opened.append(f"{field}({listed})" if listed else field)
        kind = get_named_type(shape.type)
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        opened.append(chosen(kind))
    return "{ " + " { ".join(opened) + " }" * len(opened)


def chosen(kind: Any) -> str:
    """What to ask of a type: its plain fields, and those of the nodes of a page."""
    names = []
    for name, shape in kind.fields.items():
        of = get_named_type(shape.type)
        if shape.args:
            continue
        if not isinstance(of, GraphQLObjectType):
            names.append(name)
        elif name in ("nodes", "pageInfo"):
            names.append(f"{name} {{ {chosen(of)} }}")
    return " ".join(names) or "__typename"


def reached(data: Any, path: Path_) -> bool:
    """Whether an answer has something at the end of a path."""
    if isinstance(data, list):
        return any(reached(each, path) for each in data)
    if not path:
        return data is not None and (not isinstance(data, dict) or data.get("nodes") != [])
    return isinstance(data, dict) and reached(data.get(path[0]), path[1:])


@pytest.fixture(scope="module")
def api(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A small company with two periods, in which every field with arguments finds something."""
    server_graph.batched("schema/wipe")
    month(server_graph, tmp_path_factory.mktemp("company"), COMPANY, "2026-10", "2026-11")
    perform(server_graph, AddProspect(prospect_id="p", member_id="11"))
    plan = plan_by_text(result(server_graph, "2026-11"))
    refresh(server_graph, plan, period("2026-12", plan.zone), STAGES)
    changes = changes_of(["bonus.Levels.rates[0]=0.20"])
    compute(server_graph, REQUIRED["name"][0], result(server_graph, "2026-11"), changes)
    _correct(server_graph)
    adjust(server_graph, "1", "5", type="goodwill", reason="a late parcel", currency="USD")
    hold(server_graph, "1", "1", reason="a paper is missing")
    with Api(server_graph) as connected:
        overlays = connected.data("{ run { overlays { name } } }")["run"]["overlays"]
        REQUIRED["overlay"] = [overlay["name"] for overlay in overlays]
        yield connected


def _correct(graph: Graph) -> None:
    """Let November correct what October paid member 1, who sold nothing then: as if it had sold the same."""
    statement = cypher("""
        MATCH (run:Run {number: 2})
        SET run.corrects = [1], run.corrected_by = [2], run.corrected_runs = [1],
          run.corrected_periods = ['2026-10'], run.corrected_bonuses = ['Levels'], run.corrected_payees = [1],
          run.corrected_amounts = [1000]
        CREATE (:Correction {run: 2, member_id: '1', paid_run: 1, bonus: 'Levels', period: '2026-10',
          before: 0, after: 1000, settled: 0, amount: 1000, reason: 'refund', orders: 1,
          order_ids: ['b']})
    """)
    graph.write(statement)


def reaching(api: Api, goal: tuple[str, str]) -> tuple[Path_, dict[str, Any]]:
    """A path to a field, and values of what it needs, by which the field finds something."""
    for path in paths_to(goal):
        for place in range(max(map(len, REQUIRED.values()))):
            sound = {name: values[min(place, len(values) - 1)] for name, values in REQUIRED.items()}
            answer = api.ask(asking(path, sound))
            if "errors" not in answer and reached(answer["data"], path):
                return path, sound
    raise AssertionError(f"no query of this company reaches {'.'.join(goal)}")


def check(api: Api, body: dict[str, Any], what: str) -> None:
    """Send a request as it is, and look at the answer: a refusal has its name, and comes at once."""
    for _ in range(2):  # the server plans a statement when it is sent for the first time
        begun = time.monotonic()
        response = api.http.post(
            "/graphql", content=json.dumps(body), headers={"content-type": "application/json"}
        )
        took = time.monotonic() - begun
        if took < 1:
            break
    assert response.status_code in (200, 400, 413), (what, response.status_code, response.text[:300])
    answer = response.json()
    for error in answer.get("errors", ()):
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", error["extensions"]["code"]), (what, error)
        assert error["extensions"]["code"] != "internal_error", (what, error)
        assert len(error["message"]) < 2_000, (what, len(error["message"]))
        assert not re.search("Traceback|please report|neo4j", error["message"], re.IGNORECASE), (what, error)
    assert took < 1, (what, took)


SHARED_OUT = values_of()


def test_together_the_arguments_of_a_name_and_type_get_everything() -> None:
    whole = [
        name for name, (values, literals) in SHARED_OUT.items() if (values, literals) == (VALUES, LITERALS)
    ]
    assert len(whole) > 20
    pages = [values for (_, _, name), (values, _) in SHARED_OUT.items() if name == "after"]
    shares = {str(value) for values in pages[1 : SHARE + 1] for value in values}
    assert shares == set(map(str, VALUES))


@pytest.mark.parametrize("goal", fields_with_arguments(), ids=".".join)
def test_every_argument_takes_anything(goal: tuple[str, str], api: Api) -> None:
    path, sound = reaching(api, goal)
    kind = SCHEMA.type_map[goal[0]]
    assert isinstance(kind, GraphQLObjectType)
    arguments: dict[str, GraphQLArgument] = kind.fields[goal[1]].args
    for name, argument in arguments.items():
        query = f"query($v: {argument.type}) {asking(path, sound, f'{name}: $v')}"
        values, literals = SHARED_OUT[*goal, name]
        for value in values:
            what = f"{'.'.join(goal)}({name}: {str(value)[:60]!a})"
            check(api, {"query": query, "variables": {"v": value}}, what)
        for literal in literals:
            what = f"{'.'.join(goal)}({name}: {literal[:60]})"
            check(api, {"query": asking(path, sound, f"{name}: {literal}")}, what)


@pytest.mark.parametrize("goal", fields_with_arguments(), ids=".".join)
def test_two_arguments_at_once_take_anything(goal: tuple[str, str], api: Api) -> None:
    """Some refusals come from one argument only where another one is sound, or hostile in its own way."""
    path, sound = reaching(api, goal)
    kind = SCHEMA.type_map[goal[0]]
    assert isinstance(kind, GraphQLObjectType)
    arguments = kind.fields[goal[1]].args
    declared = ", ".join(f"${name}: {argument.type}" for name, argument in arguments.items())
    passed = ", ".join(f"{name}: ${name}" for name in arguments)
    text = asking(path, sound, passed)
    for name in arguments:
        text = re.sub(rf'\b{name}: "[^"]*", (?=.*\b{name}: \$)', "", text)
    for shift in range(0, len(VALUES), 5):
        values = {
            name: VALUES[(shift * (place + 1) + 7 * place) % len(VALUES)]
            for place, name in enumerate(arguments)
        }
        check(
            api, {"query": f"query({declared}) {text}", "variables": values}, f"{goal} {str(values)[:200]!a}"
        )
