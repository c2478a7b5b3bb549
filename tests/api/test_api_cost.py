"""What a query costs is known before it is validated, by a walk whose length is bounded."""

import asyncio
import functools
import gc
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from graphql import (
    GraphQLSchema,
    build_schema,
    execute_sync,
    get_introspection_query,
    get_named_type,
    parse,
    validate,
)

from engine.api.answering import checking
from engine.api.answering.checking import Checker
from engine.api.cost.pricing import Estimate, Operation, actual, chosen, estimate
from engine.api.cost.tariff import Tariff, missing
from engine.api.errors import TooCostlyError, TooDeepError, TooSlowToCheckError, TooWideError
from engine.api.http import limits
from engine.api.schema import schema
from engine.api.types.prices import PRICES, Price
from engine.errors import UplineError

SERVED: GraphQLSchema = schema.graphql_schema
TARIFF = Tariff(SERVED)

SMALL = build_schema("""
    interface Node { id: ID! }
    type Query {
      person(id: ID!): Person
      people(first: Int! = 20, after: String): PersonConnection!
      around(first: Int, last: Int): PersonConnection!
      nodes(ids: [ID!]!): [Node]!
      tags: [String!]!
    }
    type Person implements Node { id: ID! name: String friends(first: Int! = 5): PersonConnection! dear: Int }
    type PersonConnection { nodes: [Person!]! edges: [PersonEdge!]! pageInfo: PageInfo! totalCount: Int! }
    type PersonEdge { node: Person! cursor: String! }
    type PageInfo { hasNextPage: Boolean! }
""")
PLAIN = Tariff(
    SMALL,
    {
        "Query.person": Price(once=20),
        "Person.friends": Price(once=20),
        "Person.dear": Price(each=500),
        "Query.tags": Price(size=7),
    },
)


def awaited(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test that is a coroutine."""

    @functools.wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        asyncio.run(test(*arguments, **named))

    return run


def operation(query: str, variables: dict[str, Any] | None = None, name: str | None = None) -> Operation:
    only = chosen(parse(query, max_tokens=limits.MOST_TOKENS), name, variables)
    assert only is not None
    return only


def priced(query: str, variables: dict[str, Any] | None = None, name: str | None = None) -> float:
    """The price of a query of the small schema, by prices that a reader can add up."""
    return estimate(operation(query, variables, name), PLAIN, most=10**9).cost


# A query, its variables, and what it costs: a value 1, an object 1, each row of the table above.
COSTS: dict[str, tuple[str, dict[str, Any], float]] = {
    "a value": ("{ person(id: 1) { name } }", {}, 21 + 1),
    "a page of the default size": ("{ people { nodes { name } } }", {}, 1 + 1 + 20 + 20),
    "a page of a literal": ("{ people(first: 3) { nodes { name } } }", {}, 1 + 1 + 3 + 3),
    "a page of a variable": ("query($n: Int!) { people(first: $n) { nodes { name } } }", {"n": 4}, 2 + 8),
    "the default of a variable": ("query($n: Int! = 6) { people(first: $n) { nodes { name } } }", {}, 2 + 12),
    "a variable instead of its default": (
        "query($n: Int! = 6) { people(first: $n) { nodes { name } } }", {"n": 2}, 1 + 1 + 2 + 2,
    ),
    "a variable that is missing": ("query($n: Int) { around(first: $n) { nodes { name } } }", {}, 2 + 40),
    "a variable that is null": ("query($n: Int) { around(first: $n) { nodes { name } } }", {"n": None}, 42),
    "a page from the end": ("{ around(last: 2) { nodes { name } } }", {}, 1 + 1 + 2 + 2),
    "both ends: the larger": ("{ around(first: 2, last: 9) { nodes { name } } }", {}, 1 + 1 + 9 + 9),
    "what is beside the nodes counts once": (
        "{ people(first: 3) { totalCount pageInfo { hasNextPage } } }", {}, 1 + 10 + 1 + 1,
    ),
    "edges": ("{ people(first: 3) { edges { cursor node { name } } } }", {}, 1 + 1 + 3 + 3 + 3 + 3),
    "pages within pages": (
        "{ people(first: 3) { nodes { friends(first: 4) { nodes { name } } } } }",
        {},
        1 + 1 + 3 + (20 + 3) + 3 + 12 + 12,
    ),
    "a dear field of every object": ("{ people(first: 3) { nodes { dear } } }", {}, 1 + 1 + 3 + 1500),
    "ids": ('{ nodes(ids: ["a", "b"]) { id } }', {}, 1 + 2 + 2),
    "ids in a variable": ("query($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": ["a", "b", "c"]}, 1 + 3 + 3),
    "ids of variables": ("query($i: ID!) { nodes(ids: [$i, $i]) { id } }", {"i": "a"}, 1 + 2 + 2),
    "fields of a type": ('{ nodes(ids: ["a"]) { ... on Person { dear } } }', {}, 1 + 1 + 500),
    "a list of values": ("{ tags }", {}, 1 + 7),
    "aliases": ("{ a: tags b: tags }", {}, 16),
    "what is skipped counts": ("{ tags @skip(if: true) a: tags @include(if: false) }", {}, 16),
    "a fragment where it is used": (
        "{ people(first: 3) { ...P } } fragment P on PersonConnection { nodes { name } }", {}, 1 + 1 + 3 + 3,
    ),
    "a fragment that is used twice": (
        "{ a: person(id: 1) { ...N } b: person(id: 2) { ...N } } fragment N on Person { name }", {}, 44,
    ),
    "a fragment with a name of introspection": (
        "{ ...__schema } fragment __schema on Query { people(first: 3) { nodes { dear } } }", {}, 1505,
    ),
    "only what runs": ("query A { tags } query B { person(id: 1) { name } }", {}, 8),
    "a type that nobody knows": ("{ ... on Nobody { people(first: 9) { nodes { name } } } }", {}, 3),
    "a type name": ("{ __typename }", {}, 1),
    "a circle": ("{ tags ...A } fragment A on Query { ...B } fragment B on Query { ...A }", {}, 8),
    "too small a page counts as the largest": ("{ people(first: -9999) { nodes { name } } }", {}, 2 + 400),
    "too large a page": ("{ people(first: 99999999999999999999) { nodes { name } } }", {}, 2 + 400),
    "a page that is no number": ('{ people(first: "x") { nodes { name } } }', {}, 2 + 400),
    "a page in a variable that is no number": (
        "query($n: Int!) { people(first: $n) { nodes { name } } }", {"n": [True]}, 1 + 1 + 1 + 1,
    ),
    "a truth value is no number": (
        "query($n: Int!) { people(first: $n) { nodes { name } } }", {"n": True}, 2 + 400,
    ),
    "an endless number": ("query($n: Int!) { people(first: $n) { nodes { name } } }", {"n": 1e300}, 2 + 400),
}  # fmt: skip


@pytest.mark.parametrize("what", COSTS)
def test_the_price_of_a_query(what: str) -> None:
    query, variables, cost = COSTS[what]
    assert priced(query, variables, "A" if "query A" in query else None) == cost


def test_every_field_that_asks_the_database_and_every_list_has_a_price() -> None:
    """A new field without a row in engine/api/types/prices.py would be priced by a guess."""
    assert missing(SERVED) == []


def test_every_price_is_of_a_field_that_exists() -> None:
    fields = {
        f"{name}.{field}"
        for name, kind in SERVED.type_map.items()
        for field in getattr(kind, "fields", {})
        if not name.startswith("__")
    }
    assert PRICES.keys() - fields == set()


def test_a_field_without_a_price_is_found_and_dear() -> None:
    grown = build_schema("type Query { new: [Int] old: Int } extend type Query { page(first: Int): [Int] }")

    async def resolve(*_: object) -> int:
        return 1

    assert grown.query_type is not None
    grown.query_type.fields["old"].resolve = resolve
    assert missing(grown) == ["Query.new", "Query.old"]
    assert Tariff(grown).of("Query", "old").each >= 200
    assert Tariff(grown).of("Query", "new").size >= 20


ANSWERS: dict[str, tuple[str, dict[str, Any], float]] = {
    # A query, its answer, and what that cost.
    "a page that is not full": (
        "{ people(first: 9) { totalCount nodes { name } } }",
        {"people": {"totalCount": 2, "nodes": [{"name": "a"}, {"name": "b"}]}},
        1 + 10 + 1 + 2 + 2,
    ),
    "nothing": ("{ person(id: 1) { name friends { nodes { dear } } } }", {"person": None}, 21),
    "what was skipped": ("{ tags @skip(if: true) }", {}, 0),
    "edges by aliases": (
        "{ p: people { e: edges { node { ...N } } } } fragment N on Person { n: name }",
        {"p": {"e": [{"node": {"n": "a"}}]}},
        1 + 1 + 1 + 1 + 1,
    ),
    "nulls in a list": ('{ nodes(ids: ["a", "b"]) { id } }', {"nodes": [None, {"id": "b"}]}, 1 + 1 + 1),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_the_price_of_an_answer(what: str) -> None:
    query, data, cost = ANSWERS[what]
    document = operation(query)
    assert actual(document, PLAIN, data) == cost
    assert cost <= priced(query)


def test_introspection_is_priced_like_its_answer() -> None:
    """The whole schema as tools fetch it, one list of types, and one type: within a factor of two."""
    for query in (
        get_introspection_query(),
        "{ __schema { types { name fields { name args { name } } enumValues { name } } } }",
        '{ __type(name: "Standing") { fields { name type { name ofType { name } } } } }',
    ):
        answer = execute_sync(SERVED, parse(query))
        assert answer.errors is None
        cost = estimate(operation(query), TARIFF).cost
        assert cost / 2 <= actual(operation(query), TARIFF, answer.data) <= cost * 2
        assert cost <= limits.MOST_COST * 2 / 3  # GraphiQL asks for all of it at once


SCHEMA_80 = (
    "{ "
    + " ".join(f"a{n}: __schema {{ types {{ fields {{ name description }} }} }}" for n in range(80))
    + "}"
)
VIOLATIONS = "{ " + " ".join(f"a{n}: run {{ checks {{ violations {{ where }} }} }}" for n in range(20)) + "}"
ATTACKS: dict[str, tuple[str, type[UplineError]]] = {
    "80 aliases of the schema": (SCHEMA_80, TooCostlyError),
    "1,900 type names": ("{ " + "__typename " * 1900 + "}", TooWideError),
    "1,900 type names in an operation that does not run": (
        "query A { __typename } query B { " + "__typename " * 1900 + "}", TooWideError,
    ),
    "1,900 type names in a fragment that nobody uses": (
        "query A { __typename } fragment F on Query { " + "__typename " * 1900 + "}", TooWideError,
    ),
    "repeated fields on two levels": ("{ " + "run { number } " * 300 + "}", TooWideError),
    "20 aliases of the violations": (VIOLATIONS, TooCostlyError),
    "aliases": ("{ " + " ".join(f"a{n}: __typename" for n in range(300)) + "}", TooWideError),
    "fragments": (
        "{ " + " ".join(f"...F{n}" for n in range(150)) + "}"
        + " ".join(f"fragment F{n} on Query {{ __typename }}" for n in range(150)),
        TooWideError,
    ),
    "fragments that double": (
        "{ ...F0 }" + "".join(
            f"fragment F{n} on Query {{ a{n}: __typename ...F{n + 1} ...F{n + 1} }}" for n in range(40)
        ) + "fragment F40 on Query { __typename }",
        TooWideError,
    ),
    "fragments that double and hold nothing": (
        "{ ...F0 }" + "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
        + "fragment F40 on Query { ...F41 }",
        TooCostlyError,
    ),
    "fields within fields": ("{ run " + "{ sponsor " * 40 + "{ name }" + " }" * 41, TooDeepError),
    "types of types": ("{ __schema { types " + "{ ofType " * 60 + "{ name }" + " }" * 62, TooDeepError),
    "braces": ("{ ... " * 190 + "{ __typename }" + " }" * 190, TooDeepError),
}  # fmt: skip


@pytest.mark.parametrize("what", ATTACKS)
def test_an_attack_is_refused_by_the_walk_alone(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is validated, and the walk has visited no more fields than its bound."""
    query, error = ATTACKS[what]
    walks: list[Estimate] = []

    def noted() -> Estimate:
        walks.append(Estimate())
        return walks[-1]

    monkeypatch.setattr("engine.api.cost.pricing.Estimate", noted)
    with pytest.raises(error):
        estimate(operation(query, name="A" if "query A" in query else None), TARIFF)
    assert all(walk.visited <= limits.MOST_FIELDS + 1 for walk in walks)


def test_the_walk_is_linear() -> None:
    """Twice the fields, twice the visits; a fragment counts wherever it is used."""

    def visited(fields: int) -> int:
        names = " ".join(f"...F{n}" for n in range(fields))
        fragments = " ".join(f"fragment F{n} on Query {{ tags }}" for n in range(fields))
        return estimate(operation(f"{{ {names} }} {fragments}"), PLAIN).visited

    assert visited(80) == 2 * visited(40) == 160


@awaited
async def test_a_text_is_parsed_and_validated_once_mistakes_too() -> None:
    checker = Checker(SERVED)
    for query in ("{ __typename }", "{ nope }", "{"):
        for _ in range(3):
            checked = await checker.parsed(query)
            if checked.document is not None:
                await checker.validated(checked)
    assert (checker.parsed_count, checker.validated_count) == (3, 2)


@awaited
async def test_texts_that_are_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MOST_CACHED_QUERIES", 3)
    checker = Checker(SERVED)
    for n in range(5):
        await checker.parsed(f"{{ a{n}: __typename }}")
    assert [checker.known(f"{{ a{n}: __typename }}") is not None for n in range(5)] == [
        False,
        False,
        True,
        True,
        True,
    ]


@awaited
async def test_validation_ends_at_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "CHECK_SECONDS", -1)
    checker = Checker(SERVED)
    checked = await checker.parsed("{ " + " ".join(f"a{n}: __typename" for n in range(100)) + " }")
    (error,) = await checker.validated(checked)
    assert isinstance(error.original_error, TooSlowToCheckError)


def test_a_collection_of_garbage_is_not_the_time_of_a_validation(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("engine.api.answering.checking.time.thread_time", lambda: now[0])
    deadline = checking._Deadline(1)
    now[0] = 1.5
    assert deadline.passed()
    gc.collect()
    assert not deadline.passed()
    gc.collect()
    now[0] = 3
    assert deadline.passed(), "once alone: nobody gains by making garbage"


def test_what_the_walk_lets_through_is_validated_in_time() -> None:
    """The dearest documents within the bounds: each takes a fraction of the deadline."""
    fragments = " ".join(f"fragment F{n} on Query {{ a: __typename }}" for n in range(limits.MOST_FRAGMENTS))
    spreads = " ".join(f"...F{n}" for n in range(limits.MOST_FRAGMENTS))
    for query in (
        "{ " + "__typename " * 200 + "}",
        "{ " + "run { number } " * 140 + "}",
        f"{{ {spreads} }} {fragments}",
    ):
        document = parse(query, max_tokens=limits.MOST_TOKENS)
        estimate(operation(query), TARIFF)
        began = time.thread_time()
        assert validate(SERVED, document) == []
        assert time.thread_time() - began < 2 * limits.CHECK_SECONDS


def test_the_pages_of_the_served_schema_are_priced_by_their_size() -> None:
    """Whatever returns a connection has a page size, so that its nodes are counted."""
    for name, kind in SERVED.type_map.items():
        for field, shape in getattr(kind, "fields", {}).items():
            if get_named_type(shape.type).name.endswith("Connection"):
                price = TARIFF.of(name, field)
                assert price.paged, (name, field)
                assert price.sizes, (name, field)
