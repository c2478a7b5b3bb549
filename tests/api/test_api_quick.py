# mypy: allow-untyped-calls
"""The short cut for plain values: the same answers and errors as the library's own way."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import graphene
import pytest
from graphene import ObjectType, ResolveInfo
from graphql import ExecutionContext, MiddlewareManager, execute, parse
from hypothesis import given
from hypothesis import strategies as st

from engine.api.answering.quick import Quick


@dataclass
class Person:
    name: str | None
    age: Any = 3
    born: date | None = None


class PersonType(ObjectType):
    class Meta:
        name = "Person"

    name = graphene.String(required=True)
    age = graphene.Int()
    born = graphene.Date()
    shout = graphene.String()
    length = graphene.Int(required=True)
    place = graphene.String()
    later = graphene.String(required=True)
    greeting = graphene.String(word=graphene.String(default_value="Hello"))
    friend = graphene.Field(lambda: PersonType)
    friends = graphene.List(lambda: PersonType)

    @staticmethod
    def resolve_shout(root: Person, _info: ResolveInfo) -> str:
        return (root.name or "").upper()

    @staticmethod
    def resolve_length(root: Person, _info: ResolveInfo) -> int:
        assert root.name is not None, "nobody has no name"
        return len(root.name)

    @staticmethod
    def resolve_place(root: Person, _info: ResolveInfo) -> str:
        return f"{root.name} at {_info.path.key}"  # uses what it says that it does not

    @staticmethod
    async def resolve_later(root: Person, _info: ResolveInfo) -> str | None:
        return root.name

    @staticmethod
    def resolve_greeting(root: Person, _info: ResolveInfo, word: str) -> str:
        return f"{word}, {root.name}"

    @staticmethod
    def resolve_friend(root: Person, _info: ResolveInfo) -> Person:
        return Person("Ann", root.age)

    @staticmethod
    def resolve_friends(_root: Person, info: ResolveInfo) -> list[Any]:
        return [Person("Ben"), Person(None), {"name": "Cat", "age": "7"}, ValueError("no such friend"), None]


class Root(ObjectType):
    person = graphene.Field(PersonType, name=graphene.String(), age=graphene.String())

    @staticmethod
    def resolve_person(_root: None, info: ResolveInfo, name: str | None = None, age: Any = 3) -> Person:
        return Person(name, age, date(1990, 5, 1))


SCHEMA = graphene.Schema(query=Root).graphql_schema
QUERIES = (
    '{ person(name: "Dan") { name age born shout length later __typename } }',
    '{ person(name: "Dan") { z: length name again: name place greeting bye: greeting(word: "Bye") } }',
    '{ a: person(name: "Dan") { ...F friend { ...F } } } fragment F on Person { name age ... { shout } }',
    "{ person { age name } }",
    "{ person { shout length } }",
    '{ person(name: "Dan", age: "x") { name age later } }',
    '{ person(name: "Dan") { friends { name age } } }',
    '{ person(name: "Dan") { friends { later shout } } }',
    '{ person(name: "Dan") { name @skip(if: true) age @include(if: true) born @include(if: false) } }',
)


async def answer(query: str, way: type[ExecutionContext], schema: Any = SCHEMA, root: Any = None) -> Any:
    result: Any = execute(schema, parse(query), root, execution_context_class=way)
    if not hasattr(result, "data"):
        result = await result
    return result.formatted


@pytest.mark.parametrize("query", QUERIES)
def test_answers_and_errors_are_those_of_the_library(query: str) -> None:
    expected, actual = (asyncio.run(answer(query, way)) for way in (ExecutionContext, Quick))
    for errors in (expected, actual):
        errors.get("errors", []).sort(key=str)
    assert actual == expected
    assert str(actual["data"]) == str(expected["data"])  # in the same order


class Mood(graphene.Enum):
    GLAD = "glad"
    SAD = "sad"


class Thing(ObjectType):
    """Everything that a list may be made of."""

    name = graphene.String(required=True)
    key = graphene.ID()
    size = graphene.Int()
    weight = graphene.Float(required=True)
    good = graphene.Boolean()
    born = graphene.Date()
    mood = graphene.Field(Mood)
    sure = graphene.NonNull(Mood)
    names = graphene.List(graphene.NonNull(graphene.String))
    grid = graphene.List(graphene.List(graphene.Int))
    shout = graphene.String()
    place = graphene.String()
    asked = graphene.String(word=graphene.String(default_value="x"))
    twin = graphene.Field(lambda: Thing)
    other = graphene.NonNull(lambda: Thing)
    things = graphene.List(lambda: Thing)
    all = graphene.List(graphene.NonNull(lambda: Thing), required=True)

    @staticmethod
    def resolve_shout(root: Any, _info: ResolveInfo) -> str:
        return str(root["name"] if isinstance(root, dict) else root.name).upper()

    @staticmethod
    def resolve_place(root: Any, info: ResolveInfo) -> str:
        return ".".join(map(str, info.path.as_list()))

    @staticmethod
    def resolve_asked(root: Any, _info: ResolveInfo, word: str) -> str:
        return word


THINGS = graphene.Schema(query=Thing).graphql_schema
LEAVES = "name key size weight good born mood sure names grid shout place asked __typename".split()
OBJECTS = "twin other things all".split()
FEW = st.integers(0, 9).map(lambda number: number == 0)
"""True one time in ten: most values are as they should be."""


class Attributes:
    """An object whose values are attributes; some are missing."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)


def usually(good: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    odd: st.SearchStrategy[Any] = st.sampled_from(
        [None, 3, 2**40, 1.5, float("nan"), "glad", "", True, date(2026, 1, 2), {}, [], ()]
    )
    return FEW.flatmap(lambda bad: odd | st.builds(ValueError, st.just("wrong")) if bad else good)


def listed(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(of, max_size=3) | st.lists(of, max_size=3).map(tuple)


def things(within: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    values = {
        "name": st.text(max_size=2), "key": st.text(max_size=2), "size": st.integers(-9, 9),
        "weight": st.floats(0, 9), "good": st.booleans(), "born": st.dates(),
        "mood": st.sampled_from(["glad", "sad", Mood.GLAD]), "sure": st.sampled_from(["glad", "sad"]),
        "names": listed(st.text(max_size=1)), "grid": listed(listed(st.integers(0, 9))),
        "twin": within, "other": within, "things": listed(usually(within)), "all": listed(usually(within)),
    }  # fmt: skip
    drawn = st.fixed_dictionaries({name: usually(each) for name, each in values.items()})
    return drawn | drawn.map(Attributes)


DATA = st.recursive(things(st.none()), things, max_leaves=8)


def selections(deeper: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(LEAVES)
    inner = st.builds("{} {}".format, st.sampled_from(OBJECTS), deeper)
    alias = st.builds("a{}: {}".format, st.integers(0, 99), leaf | inner)
    return st.lists(leaf | alias | inner, min_size=1, max_size=6, unique=True).map(
        lambda fields: f"{{ {' '.join(fields)} }}"
    )


SELECTIONS = st.recursive(selections(st.just("{ name size }")), selections, max_leaves=4)


@given(SELECTIONS, DATA)
def test_any_selection_of_any_data_is_answered_as_by_the_library(query: str, data: Any) -> None:
    expected, actual = (asyncio.run(answer(query, way, THINGS, data)) for way in (ExecutionContext, Quick))
    for errors in (expected, actual):
        errors.get("errors", []).sort(key=str)
    assert str(actual) == str(expected)  # the same order, and NaN is not equal to itself


async def later(value: Any) -> Any:
    return value


async def failing(_value: Any) -> Any:
    raise ValueError("too late")


@pytest.mark.parametrize("make", [later, failing, ValueError, lambda _one: None, lambda one: iter([one])])
def test_a_row_that_comes_later_or_not_at_all_is_noticed(make: Callable[[Any], Any]) -> None:
    """Also where a selection looks at none of its values."""

    def root() -> Any:
        return {"things": [{"name": "a"}, make({"name": "b"})], "all": (), "name": "c"}

    for query in (
        "{ things { __typename } }",
        "{ things { name } all { name } }",
        "{ things { twin { name } } }",
    ):
        expected, actual = (
            asyncio.run(answer(query, way, THINGS, root())) for way in (ExecutionContext, Quick)
        )
        assert actual == expected


def test_a_list_of_plain_rows_takes_no_step_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    completed: list[Any] = []
    slow = ExecutionContext.complete_value

    def noted(self: Any, kind: Any, *rest: Any) -> Any:
        completed.append(kind)
        return slow(self, kind, *rest)

    monkeypatch.setattr(ExecutionContext, "complete_value", noted)
    rows = [{"name": str(number), "twin": {"name": "x", "names": ["y"]}} for number in range(50)]
    query = "{ things { name twin { name names __typename } } }"
    assert asyncio.run(answer(query, Quick, THINGS, {"things": rows}))["data"]["things"][49]["name"] == "49"
    assert [str(kind) for kind in completed] == ["[Thing]"]


def test_plain_values_take_the_short_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    fields: list[str] = []
    slow = ExecutionContext.execute_field

    def noted(self: Any, parent_type: Any, source: Any, nodes: Any, path: Any) -> Any:
        fields.append(nodes[0].name.value)
        return slow(self, parent_type, source, nodes, path)

    monkeypatch.setattr(ExecutionContext, "execute_field", noted)
    execute(
        SCHEMA,
        parse('{ person(name: "Dan") { name age born shout length greeting } }'),
        execution_context_class=Quick,
    )
    assert fields == ["person", "greeting"]


def test_middleware_sees_every_field() -> None:
    fields: list[str] = []

    def middleware(resolve: Any, root: Any, info: ResolveInfo, **arguments: Any) -> Any:
        fields.append(info.field_name)
        return resolve(root, info, **arguments)

    execute(
        SCHEMA,
        parse('{ person(name: "Dan") { name shout } }'),
        execution_context_class=Quick,
        middleware=MiddlewareManager(middleware),
    )
    assert fields == ["person", "name", "shout"]
