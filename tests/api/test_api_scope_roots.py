"""Changes and subscriptions as every role: a change is refused to all but admins, a stranger is nobody."""

import json
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_required_argument

from engine.access.viewer import Role
from engine.api.types.nodes import global_id
from engine.graph.database import Graph
from tests.api.test_api_arguments import SCHEMA
from tests.api.test_api_scope import (
    FIELDS_OF_ALL,
    GOALS,
    KINDS,
    apis,  # noqa: F401 - a fixture
    asked,
    company,  # noqa: F401 - a fixture
)
from tests.api.test_api_scope_arguments import anonymous, literals
from tests.api.test_api_subscriptions import opened
from tests.support.api import Api

assert SCHEMA.mutation_type is not None
assert SCHEMA.subscription_type is not None
ROOTS = SCHEMA.mutation_type, SCHEMA.subscription_type
CHANGES, EVENTS = (root.fields for root in ROOTS)
STRANGERS = {"memberId": '"XTOP"', "number": "1", "period": '"2026-10"'}
NOBODYS = {"memberId": '"QTOP"', "number": "77", "period": '"2026-10"'}


def test_every_field_of_the_schema_is_asked_for() -> None:
    """By a goal of its own, among the plain fields of one, or here."""
    here = {*reached_from(ROOTS[0]), *reached_from(ROOTS[1]), ("Query", "node"), ("Query", "nodes")}
    plain = {
        (kind.name, field)
        for name, goal in GOALS
        if isinstance(top := get_named_type(KINDS[name].fields[goal].type), GraphQLObjectType)
        for kind in chosen_of(top)
        for field, shape in kind.fields.items()
        if not shape.args
    }
    left_out = [
        ".".join(goal)
        for goal in FIELDS_OF_ALL
        if goal not in {*GOALS, *plain, *here} and not goal[0].endswith(("Connection", "Edge"))
    ]
    assert left_out == []


def chosen_of(kind: GraphQLObjectType) -> list[GraphQLObjectType]:
    """The types whose plain fields a goal is asked with: its own, and those of a page."""
    inside = [get_named_type(kind.fields[name].type) for name in ("nodes", "pageInfo") if name in kind.fields]
    return [kind, *(each for each in inside if isinstance(each, GraphQLObjectType))]


def reached_from(root: GraphQLObjectType) -> set[tuple[str, str]]:
    """The fields of a root, and those of the types that are reached through it alone."""
    others = {name for name, _ in GOALS}
    found = {(root.name, field) for field in root.fields}
    waiting = [get_named_type(shape.type) for shape in root.fields.values()]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, GraphQLObjectType) and kind.name not in others:
            fields = {(kind.name, field) for field in kind.fields}
            waiting += [get_named_type(each.type) for each in kind.fields.values() if not fields <= found]
            found |= fields
    return found


def arguments(shape: Any, values: dict[str, str]) -> str:
    return ", ".join(
        f"{name}: {values.get(name) or next(literals(argument.type))[0]}"
        for name, argument in shape.args.items()
        if is_required_argument(argument)
    )


NODES = {
    "Member": (("XTOP",), ("QTOP",)),
    "Standing": ((2, "XTOP"), (2, "QTOP")),
    "Order": (("XORDA",), ("QORDA",)),
    "Prospect": (("XPROA",), ("QPROA",)),
}


def test_every_node_of_a_stranger_is_nobodys(apis: dict[str, Api]) -> None:  # noqa: F811
    node: Any = SCHEMA.type_map["Node"]
    others = {"Run", "Line"}  # of lines see test_api_line_nodes.py
    assert {each.name for each in SCHEMA.get_possible_types(node)} == NODES.keys() | others
    for kind, keys in NODES.items():
        ids = [json.dumps(global_id(kind, *key)) for key in keys]
        texts = [
            f"{{ node(id: {id}) {{ __typename id }} nodes(ids: [{id}, {id}]) {{ __typename id }} }}"
            for id in ids
        ]
        hidden, missing = (anonymous(asked(apis[Role.MEMBER], text)) for text in texts)
        assert hidden.replace(ids[0], "") == missing.replace(ids[1], "")
        assert '"node": null' in hidden
        assert asked(apis[Role.ADMIN], texts[0])["data"]["node"]["__typename"] == kind


BY_FINANCE = (
    "reviewPeriod reopenPeriod approvePeriod adjustBalance reverseAdjustment approvePosting rejectPosting "
    "holdBalance releaseHold forfeitHold endHolds verifyRun"
)
OTHERS_TOO = {name: {Role.FINANCE} for name in BY_FINANCE.split()}
"""Who makes a change besides admins."""


@pytest.mark.parametrize("field", [*CHANGES])
def test_a_change_is_for_those_alone_who_may_make_it(
    field: str,
    apis: dict[str, Api],  # noqa: F811
    server_graph: Graph,
) -> None:
    query = f"mutation {{ {field}({arguments(CHANGES[field], {})}) {{ __typename }} }}"
    before = server_graph.value("answers/last_change")
    for role in {*Role} - {Role.ADMIN} - OTHERS_TOO.get(field, set()):
        answer = asked(apis[role], query)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["not_allowed"], role
        assert answer["data"] == {field: None}
    assert server_graph.value("answers/last_change") == before


@pytest.mark.parametrize("field", [*EVENTS])
def test_a_subscription_tells_a_member_nothing_of_a_stranger(
    field: str,
    apis: dict[str, Api],  # noqa: F811
) -> None:
    api = apis[Role.MEMBER]
    headers = {"authorization": api.http.headers["authorization"]}
    answers = []
    with opened(api, additional_headers=headers) as socket:
        for id, values in (("1", STRANGERS), ("2", NOBODYS)):
            passed = arguments(EVENTS[field], values)
            socket.subscribe(f"subscription {{ {field}({passed}) {{ __typename }} }}", id)
            message = socket.take()
            assert message["type"] == "error", message
            answers.append(anonymous({"errors": message["payload"]}))
    assert answers[0] == answers[1]
    assert json.loads(answers[0])["errors"][0]["extensions"]["code"] in ("unknown_member", "not_allowed")
