"""Lists of plain rows: values that depend on their objects alone are completed without the library.

A completer is made once for each list of a query. It either returns exactly what the library would, or raises
whatever comes up; then the library completes the list from its beginning, and says what is wrong, and where.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache, partial
from inspect import iscoroutinefunction, signature
from operator import attrgetter, itemgetter
from types import CoroutineType, GeneratorType
from typing import Any

from graphene.types.resolver import dict_or_attr_resolver
from graphql import (
    FieldNode,
    GraphQLBoolean,
    GraphQLID,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    is_enum_type,
    is_leaf_type,
)
from graphql.pyutils import Undefined, UndefinedType

PLAIN = frozenset({str, int, bool, float, date, datetime})
"""Classes of values that are what they seem: nothing to await, and no error in place of a value."""
TYPE_NAME = "__typename"
INFO_UNUSED = "_info"
"""The name of a resolver's second parameter where it makes the value of its object alone."""
UNCHANGED: Mapping[Any, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}
"""Types that leave values of a class as they are."""

Get = Callable[[Any], Any]
Complete = Callable[[Any], Any]
Step = tuple[str, Get, Complete]
"""A field of a row: its name in the answer, how its value is got, and how that is completed."""
Collect = Callable[[GraphQLObjectType, list[FieldNode]], dict[str, list[FieldNode]]]
"""The selected fields of an object type, below some nodes."""


class UnusualError(Exception):
    """A value that the library has to look at."""


def completer(kind: GraphQLOutputType, nodes: list[FieldNode], collect: Collect) -> Complete | None:
    """How values of a type are completed; None where that takes more than the values."""
    if isinstance(kind, GraphQLNonNull):
        if is_leaf_type(kind.of_type):
            return _leaf(kind.of_type)
        complete = completer(kind.of_type, nodes, collect)
        return complete and partial(_required, complete)
    if isinstance(kind, GraphQLList):
        complete = completer(kind.of_type, nodes, collect)
        return complete and partial(_list, complete)
    if is_leaf_type(kind):
        return partial(_nullable, _leaf(kind))
    if isinstance(kind, GraphQLObjectType) and not kind.is_type_of:
        return _object(kind, nodes, collect)
    return None


def _required(complete: Complete, value: Any) -> Any:
    completed = complete(value)
    if completed is None:
        raise UnusualError
    return completed


def _nullable(complete: Complete, value: Any) -> Any:
    return None if value is None else complete(value)


def _list(complete: Complete, value: Any) -> Any:
    if value.__class__ is tuple or value.__class__ is list:
        return [complete(each) for each in value]
    if value is None:
        return None
    raise UnusualError


@lru_cache(256)
def _leaf(kind: Any) -> Complete:
    """How values of a leaf type are completed that are not null."""
    if kind in UNCHANGED:
        return partial(_same, UNCHANGED[kind])
    # Enums have few values, and look each of them up twice.
    return partial(_serialized, lru_cache(64)(kind.serialize) if is_enum_type(kind) else kind.serialize)


def _same(of_class: type, value: Any) -> Any:
    if value.__class__ is of_class:
        return value
    raise UnusualError


def _serialized(serialize: Callable[[Any], Any], value: Any) -> Any:
    if value.__class__ not in PLAIN:
        raise UnusualError
    serialized = serialize(value)
    if serialized is None or serialized is Undefined:
        raise UnusualError
    return serialized


def _object(kind: GraphQLObjectType, nodes: list[FieldNode], collect: Collect) -> Complete | None:
    """How objects are completed, field by field: a dict by its keys, any other object by its attributes."""
    of_objects: list[Step] = []
    of_dicts: list[Step] = []
    for name, field_nodes in collect(kind, nodes).items():
        field_name = field_nodes[0].name.value
        if field_name == TYPE_NAME:
            of_objects.append((name, _constant(kind.name), _unchanged))
            of_dicts.append(of_objects[-1])
            continue
        field = kind.fields.get(field_name)
        complete = completer(field.type, field_nodes, collect) if field and not field.args else None
        if field is None or complete is None:
            return None
        attribute, own = attribute_of(field.resolve), value_of(field.resolve)
        if attribute is not None:
            of_objects.append((name, attrgetter(attribute), complete))
            of_dicts.append((name, itemgetter(attribute), complete))
        elif own is not None:
            of_objects.append((name, own, complete))
            of_dicts.append((name, own, complete))
        else:
            return None
    return partial(_row, tuple(of_objects), tuple(of_dicts))


def _row(of_objects: tuple[Step, ...], of_dicts: tuple[Step, ...], source: Any) -> Any:
    if source is None:
        return None
    if not ordinary(source.__class__):
        raise UnusualError
    steps = of_dicts if source.__class__ is dict else of_objects
    return {name: complete(get(source)) for name, get, complete in steps}


def _constant(text: str) -> Get:
    return lambda _source: text


def _unchanged(value: Any) -> Any:
    return value


@lru_cache(1_024)
def ordinary(kind: type) -> bool:
    """Whether objects of a class are themselves what a field shows: nothing to await, and no error."""
    unusual = (BaseException, CoroutineType, GeneratorType, UndefinedType, Mapping)
    return kind is dict or not (issubclass(kind, unusual) or hasattr(kind, "__await__"))


def attribute_of(resolve: Callable[..., Any] | None) -> str | None:
    """The attribute, or key, that a resolver takes from its object; None for any other resolver."""
    if isinstance(resolve, partial) and resolve.func is dict_or_attr_resolver and not resolve.keywords:
        return str(resolve.args[0])
    return None


@lru_cache(4_096)
def value_of(resolve: Callable[..., Any] | None) -> Get | None:
    """A resolver that makes a value of its object alone, with the object as its only argument; else None.

    A resolver that uses its second parameter all the same fails here, and is then asked the library's way.
    """
    if resolve is None or isinstance(resolve, partial) or iscoroutinefunction(resolve):
        return None
    parameters = list(signature(resolve).parameters)
    if len(parameters) == 2 and parameters[1] == INFO_UNUSED:
        return partial(resolve, **{INFO_UNUSED: None})
    return None
