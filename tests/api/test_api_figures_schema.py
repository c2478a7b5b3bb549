"""The schema keeps its promises to clients: nothing breaks unnamed, every scalar says what specifies it."""

import re
from pathlib import Path

import pytest
from graphql import (
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    is_specified_scalar_type,
)
from graphql.utilities import BreakingChange, find_breaking_changes

from engine.api.cost.tariff import asks
from engine.api.schema import printed, schema
from engine.graph.database import Graph
from tests.support.api import Api
from tests.support.months import month

RELEASED = Path(__file__).parent / "released.graphql"
"""The schema of the last release, as its schema.graphql was; a release replaces it."""
CHANGES = Path(__file__).parents[2] / "docs" / "api" / "changes.md"
DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b")


def unnamed(old: str, new: str, changes: str) -> list[str]:
    """The breaking changes from one text to another that a list of changes does not name under Breaking."""
    since = changes.partition("\n## ")[2].partition("\n## ")[0]
    breaking = since.partition("### Breaking\n")[2].partition("\n### ")[0]
    found: list[BreakingChange] = find_breaking_changes(build_schema(old), build_schema(new))
    return [each.description for each in found if not _named(each.description, breaking)]


def _named(description: str, breaking: str) -> bool:
    """Whether a text names what a change is about: `Type.field`, or `Type` where all of it changes."""
    about = re.findall(r"\b[A-Z]\w*(?:\.\w+)?\b", description)
    return any(re.search(rf"`{re.escape(name)}`", breaking) for name in about)


def test_nothing_breaks_that_the_list_of_changes_does_not_name() -> None:
    old, changes = (path.read_text(encoding="utf-8") for path in (RELEASED, CHANGES))
    assert unnamed(old, printed(), changes) == []


BREAKING = {
    "a field is gone": ("type Q { a: Int }", "type Q { b: Int }"),
    "a field may be null": ("type Q { a: Int! }", "type Q { a: Int }"),
    "an argument is required": ("type Q { a: Int }", "type Q { a(b: Int!): Int }"),
    "an argument is gone": ("type Q { a(b: Int): Int }", "type Q { a: Int }"),
    "a value is gone": ("enum Kind { B C } type Q { a: Kind }", "enum Kind { B } type Q { a: Kind }"),
}


@pytest.mark.parametrize("what", BREAKING)
def test_what_breaks_is_found_and_may_be_named(what: str) -> None:
    old, new = (f"schema {{ query: Q }} {text}" for text in BREAKING[what])
    page = "\n## Since\n\n### Breaking\n\n{}\n\n### New\n\n`Q.a` and `Kind` are new.\n\n## Before\n"
    assert len(unnamed(old, new, page.format("Nothing."))) == 1
    name = "`Kind`" if "enum" in old else "`Q.a`"
    assert unnamed(old, new, page.format(f"- {name} is another one.")) == []


def test_what_is_deprecated_says_since_when() -> None:
    shown: GraphQLSchema = schema.graphql_schema
    undated = []
    for name, kind in shown.type_map.items():
        for field, each in (getattr(kind, "fields", None) or {}).items():
            parts = {f"{name}.{field}": each}
            parts |= {f"{name}.{field}({arg})": one for arg, one in getattr(each, "args", {}).items()}
            reasons = {part: one.deprecation_reason for part, one in parts.items()}
            undated += [part for part, reason in reasons.items() if reason and not DAY.search(reason)]
    assert undated == []


READ_ANEW = {"Query.nodes": "each of its elements may be null"}
"""Fields that ask the database and are not null all the same, and why."""


def test_what_is_read_anew_may_be_null_so_that_the_rest_of_the_page_stays() -> None:
    """A field that is not null takes the object around it along when it fails, in the end the whole page."""
    wrong = [
        f"{name}.{field}"
        for name, kind in schema.graphql_schema.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
        for field, shape in kind.fields.items()
        if asks(shape) and isinstance(shape.type, GraphQLNonNull)
    ]
    assert wrong == list(READ_ANEW)


def test_one_field_that_fails_leaves_the_rest_of_the_page(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    month(graph, tmp_path)

    def fails(*_arguments: object) -> None:
        raise RuntimeError("this read fails")

    monkeypatch.setattr("engine.answers.standings.frontlines", fails)
    monkeypatch.setattr("engine.answers.members.member_total", fails)
    with Api(graph) as api:
        answer = api.ask(
            """{ members(first: 2) { totalCount nodes { memberId standing { rank
              parent { memberId children { nodes { memberId } } } } } } run { number } }"""
        )
    shown = answer["data"]["members"]
    assert shown["totalCount"] is None
    assert [node["memberId"] for node in shown["nodes"]] == ["1", "11"]
    assert shown["nodes"][1]["standing"] == {
        "rank": "Silver", "parent": {"memberId": "1", "children": None},
    }  # fmt: skip
    assert answer["data"]["run"] == {"number": 1}
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"internal_error"}


def test_every_scalar_of_our_own_says_what_specifies_it() -> None:
    scalars = [
        kind
        for kind in schema.graphql_schema.type_map.values()
        if isinstance(kind, GraphQLScalarType) and not is_specified_scalar_type(kind)
    ]
    assert {"Decimal", "Date", "DateTime"} <= {each.name for each in scalars}
    assert [each.name for each in scalars if not each.specified_by_url] == []
    assert printed().count("@specifiedBy(url:") == len(scalars)
