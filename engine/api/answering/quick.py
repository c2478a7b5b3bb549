"""Execution of a query, quick where most of an answer is: the plain values of objects.

The GraphQL library takes ten steps for each value: it looks the field up, reads its arguments, describes the
place to the resolver, asks whether the result is to be awaited, and completes it by its type. For a value
that is a property of its object, or made of it alone, the outcome of most steps is known before. It is found
out once for each selection of a query, and then each value takes two calls. A list whose objects have such
values alone, or lists and objects of such values, is completed row by row without looking at any place
(`rows.py`). Whatever is out of the ordinary, such as null where there must be a value, goes the library's
way, with its errors.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from graphql import (
    ExecutionContext,
    FieldNode,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    is_leaf_type,
)
from graphql.pyutils import AwaitableOrValue, Path, Undefined

from engine.api.answering.rows import (
    PLAIN,
    TYPE_NAME,
    Complete,
    Get,
    attribute_of,
    completer,
    value_of,
)

Step = tuple[str, list[FieldNode], Get | None, Callable[[Any], Any], bool]
"""A field of a selection: its name in the answer, its nodes, how a plain value is got (None: the library's
way) and serialized, and whether it may be null."""


class Quick(ExecutionContext):
    """The library's execution, with a short cut for plain values."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._steps: dict[int, tuple[dict[str, list[FieldNode]], list[Step]]] = {}
        self._lists: dict[tuple[int, int], tuple[list[FieldNode], Complete | None]] = {}

    def complete_list_value(
        self,
        return_type: GraphQLList[Any],
        field_nodes: list[FieldNode],
        info: GraphQLResolveInfo,
        path: Path,
        result: Any,
    ) -> AwaitableOrValue[list[Any]]:
        """The completed items of a list: all at once where they are plain."""
        key = id(field_nodes), id(return_type)  # a list of lists comes here with both types
        known = self._lists.get(key)
        if known is None:  # kept with its nodes, so that no other list gets their id
            complete = None
            if not self.middleware_manager:
                complete = completer(return_type, field_nodes, self.collect_subfields)
            known = self._lists[key] = field_nodes, complete
        if known[1] is not None:
            try:
                completed: list[Any] = known[1](result)
            except Exception:  # the library's way says what is wrong, and where
                pass
            else:
                return completed
        return super().complete_list_value(return_type, field_nodes, info, path, result)

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        fields: dict[str, list[FieldNode]],
    ) -> AwaitableOrValue[dict[str, Any]]:
        """The values of an object's selected fields, by their names in the answer."""
        known = self._steps.get(id(fields))
        if known is None:  # the selection is kept with its steps, so that no other one gets its id
            known = self._steps[id(fields)] = fields, self._steps_of(parent_type, fields)
        results: dict[str, Any] = {}
        rest: dict[str, list[FieldNode]] = {}
        for name, nodes, get, serialize, nullable in known[1]:
            results[name] = None  # keeps the place of what comes later
            if get is not None:
                try:
                    value = get(source_value)
                    if value.__class__ in PLAIN:
                        serialized = serialize(value)
                        if serialized is not None and serialized is not Undefined:
                            results[name] = serialized
                            continue
                    elif value is None and nullable:
                        continue
                except Exception:  # the library's way says what is wrong, and where
                    pass
            rest[name] = nodes
        if not rest:
            return results
        others = super().execute_fields(parent_type, source_value, path, rest)
        if isinstance(others, dict):
            return _merged(results, rest, others)

        async def awaited() -> dict[str, Any]:
            return _merged(results, rest, await others)

        return awaited()

    def _steps_of(self, parent_type: GraphQLObjectType, fields: dict[str, list[FieldNode]]) -> list[Step]:
        return [self._step(parent_type, name, nodes) for name, nodes in fields.items()]

    def _step(self, parent_type: GraphQLObjectType, name: str, nodes: list[FieldNode]) -> Step:
        if nodes[0].name.value == TYPE_NAME:
            type_name = parent_type.name
            return name, nodes, lambda _source: type_name, str, False
        field = parent_type.fields.get(nodes[0].name.value)
        if field is not None and not field.args and not self.middleware_manager:
            nullable = not isinstance(field.type, GraphQLNonNull)
            leaf: Any = getattr(field.type, "of_type", field.type)
            get = _get(field.resolve) if is_leaf_type(leaf) else None
            if get is not None:
                return name, nodes, get, leaf.serialize, nullable
        return name, nodes, None, str, True


def _get(resolve: Callable[..., Any] | None) -> Get | None:
    """How a resolver makes a value of its object; None where it takes more than the object."""
    if (attribute := attribute_of(resolve)) is not None:
        return partial(_of_name, attribute, resolve.args[1])  # type: ignore[union-attr]
    return value_of(resolve)


def _of_name(name: str, default: Any, source: Any) -> Any:
    return source.get(name, default) if isinstance(source, dict) else getattr(source, name, default)


def _merged(
    results: dict[str, Any], rest: dict[str, list[FieldNode]], others: dict[str, Any]
) -> dict[str, Any]:
    """Values that came the library's way, at their places; a field that the type has not is left out."""
    for name in rest:
        if name in others:
            results[name] = others[name]
        else:
            del results[name]
    return results
