# mypy: allow-untyped-calls
"""The short cut for plain values: the same answers and errors as the library's own way."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any

import graphene
import pytest
from graphene import ObjectType, ResolveInfo
from graphql import ExecutionContext, MiddlewareManager, execute, parse

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


async def answer(query: str, way: type[ExecutionContext]) -> Any:
    result: Any = execute(SCHEMA, parse(query), execution_context_class=way)
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
