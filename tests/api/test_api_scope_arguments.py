"""Optional arguments are no way around: each of the schema, with what names a stranger or with nobody's.

What a stranger's id, name or figures bring must be what those of nobody bring, in filters, orders, searches
and cursors alike. Every role asks; an analyst gets no name by any of them.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    is_required_argument,
    is_required_input_field,
)

from engine.access.viewer import Role
from tests.api.test_api_arguments import asking, fields_with_arguments, paths_to
from tests.api.test_api_scope import (  # noqa: F401 - fixtures
    KINDS,
    OWN,
    STRANGE,
    TIMES,
    apis,
    asked,
    company,
    overlay,
    sound,
)
from tests.support.api import Api

TEXTS = (
    ("XTOP", "QTOP"), ("XORDA", "QORDA"), ("XCUST", "QCUST"), ("Stranger", "Somebody"), ("X", "Q"),
)  # fmt: skip
"""What names a stranger, an order or a customer of one, and the same of nobody."""
PASSED = re.compile(rf"\b({'|'.join(each for pair in TEXTS for each in pair)})\b")
FIGURES = ("7171", "1")
STAFF = (Role.SUPPORT, Role.FINANCE, Role.ADMIN)
NAMES = ("Stranger", "Vera", "Bella", "Otto", "Dora")
GOALS = [
    (*goal, name)
    for goal in fields_with_arguments()
    if goal[0] in KINDS and next(paths_to(goal), None) is not None
    for name, argument in KINDS[goal[0]].fields[goal[1]].args.items()
    if not is_required_argument(argument)
]


def literals(kind: Any) -> Iterator[tuple[str, str]]:
    """Values of a type as a query writes them: with a stranger's, and the same with nobody's."""
    if isinstance(kind, GraphQLNonNull):
        yield from literals(kind.of_type)
    elif isinstance(kind, GraphQLList):
        yield from ((f"[{one}]", f"[{other}]") for one, other in literals(kind.of_type))
    elif isinstance(kind, GraphQLEnumType):
        yield from ((name, name) for name in kind.values)
    elif isinstance(kind, GraphQLInputObjectType):
        needed = {
            name: next(literals(field.type))[0]
            for name, field in kind.fields.items()
            if is_required_input_field(field)
        }
        for name, field in kind.fields.items():
            for pair in literals(field.type):
                one, other = (written({**needed, name: each}) for each in pair)
                yield one, other
    elif kind.name in ("ID", "String"):
        yield from ((json.dumps(one), json.dumps(other)) for one, other in TEXTS)
    else:
        values = {
            "Int": ("1", "3"), "Boolean": ("true", "false"), "Decimal": map(json.dumps, FIGURES),
            "Date": ('"2026-10-02"',), "DateTime": ('"2026-10-02T00:00:00Z"',),
        }  # fmt: skip
        yield from ((each, each) for each in values[kind.name])


def written(values: dict[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in values.items()) + "}"


def test_there_is_an_argument_of_every_kind() -> None:
    names = {name for _, _, name in GOALS}
    assert {"search", "after", "orderBy", "period", "bonus", "idStartsWith"} <= names
    assert len(GOALS) > 100


@pytest.mark.parametrize("goal", GOALS, ids=".".join)
def test_a_stranger_in_an_argument_is_nobody(
    goal: tuple[str, str, str],
    apis: dict[str, Api],  # noqa: F811
    overlay: str,  # noqa: F811
) -> None:
    kind, field, name = goal
    (path,) = islice(paths_to((kind, field)), 1)
    for place, pair in enumerate(literals(KINDS[kind].fields[field].args[name].type)):
        queries = [asking(path, sound(OWN, 0, overlay), f"{name}: {value}") for value in pair]
        hidden, missing = (asked(apis["member"], query) for query in queries)
        assert anonymous(hidden) == anonymous(missing), queries[0]
        text = json.dumps(hidden.get("data"), ensure_ascii=False)
        assert [each for each in STRANGE if each in text] == [], (queries[0], text)
        data = json.dumps(asked(apis[Role.ANALYST], queries[0]).get("data"), ensure_ascii=False)
        assert [each for each in NAMES if each in data] == [], (queries[0], data)
        asked(apis[STAFF[place % len(STAFF)]], queries[0])


def anonymous(answer: dict[str, Any]) -> str:
    """An answer without the texts that were passed, which refusals may name."""
    text = TIMES.sub("", json.dumps(answer, sort_keys=True, ensure_ascii=False))
    return PASSED.sub("", text)
