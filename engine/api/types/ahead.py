# mypy: allow-untyped-calls
"""A look ahead: a standing and its frontline are read together where a query shows both."""

from collections.abc import Iterator, Sequence
from typing import Any

from graphene import ResolveInfo
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    InlineFragmentNode,
    SelectionNode,
)
from graphql.execution.values import get_argument_values

from engine.answers.pages import Stretch
from engine.answers.standings import Standing
from engine.api.context import Context
from engine.api.http.limits import MOST_PAGE

CHILDREN = "children"


async def standing(info: ResolveInfo, run: int, member_id: str) -> Standing | None:
    """The standing that a field shows, None where there is none; its children come along if shown."""
    context: Context = info.context
    stretch = _first_page(info)
    if stretch is None:
        return await context.standings.load((run, member_id))
    family = await context.families.load((run, stretch, member_id))
    if family is None:
        return None
    own, frontline = family
    context.standings.prime((run, member_id), own)
    context.frontlines.prime((run, stretch, member_id), frontline)
    return own


def _first_page(info: ResolveInfo) -> Stretch | None:
    """The first page of children that a standing's selection shows; None: none, several, a later one."""
    nodes = [node for field in info.field_nodes if field.selection_set for node in _children(info, field)]
    if len(nodes) != 1 or nodes[0].directives:
        return None
    kind = info.schema.type_map["Standing"]
    assert isinstance(kind, GraphQLObjectType)
    try:
        arguments = get_argument_values(kind.fields[CHILDREN], nodes[0], info.variable_values)
    except GraphQLError:  # the field itself says what is wrong
        return None
    first: Any = arguments.pop("first", None)
    if any(value is not None for value in arguments.values()) or not isinstance(first, int):
        return None
    return Stretch(first) if 1 <= first <= MOST_PAGE else None


def _children(info: ResolveInfo, field: FieldNode) -> Iterator[FieldNode]:
    assert field.selection_set is not None
    waiting: list[Sequence[SelectionNode]] = [field.selection_set.selections]
    while waiting:
        for selection in waiting.pop():
            if isinstance(selection, FieldNode):
                if selection.name.value == CHILDREN:
                    yield selection
            elif isinstance(selection, InlineFragmentNode):
                if not selection.directives:
                    waiting.append(selection.selection_set.selections)
            elif isinstance(selection, FragmentSpreadNode) and not selection.directives:
                waiting.append(info.fragments[selection.name.value].selection_set.selections)
