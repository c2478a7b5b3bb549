"""The tariff: prices of a schema's fields, as the walk through a query looks them up."""

from dataclasses import dataclass
from inspect import iscoroutinefunction, unwrap
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
)
from graphql.type.introspection import introspection_types

from engine.api.http.limits import PAGE
from engine.api.types.prices import COUNTED, PRICES, UNKNOWN, VALUE, Price

PAGES = ("first", "last")
"""Arguments that say how many nodes a page has."""
OF_PAGE = ("nodes", "edges")
"""Fields of a connection that have as many elements as the page."""
SHAPE = 0.4
"""What a value of introspection costs: it needs no database, and its resolvers are short."""
WRAPPED = 0.6
"""What part of the types is a list or not null, so that it has an `ofType`."""


@dataclass(frozen=True, slots=True)
class FieldPrice:
    """A field's price, with all that the walk must know of its type.

    `sizes` are the arguments that set its size, with their defaults: of a page, or the ids of a list.
    `kind` is the type of its value, None for plain values. A field `of_page` has the size of the page around.
    """

    once: float
    each: float
    size: float
    listed: bool
    sizes: tuple[tuple[str, object], ...] = ()
    kind: str | None = None
    paged: bool = False
    of_page: bool = False


OTHER = FieldPrice(once=0, each=1, size=1, listed=False)
"""A field that the schema does not have: validation will refuse it."""


class Tariff:
    """The prices of a schema, by type and field."""

    def __init__(self, schema: GraphQLSchema, prices: dict[str, Price] | None = None) -> None:
        table = PRICES if prices is None else prices
        self._kinds: dict[str, dict[str, FieldPrice]] = {
            name: {
                field: _price(f"{name}.{field}", shape, table, of_page=_of_page(kind, field))
                for field, shape in kind.fields.items()
            }
            for name, kind in schema.type_map.items()
            if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and name not in introspection_types
        }
        shapes = _Shapes(schema)
        for name, kind in introspection_types.items():
            if isinstance(kind, GraphQLObjectType):
                self._kinds[name] = {
                    field: shapes.price(name, field, shape) for field, shape in kind.fields.items()
                }
        meta = shapes.price("__Query", "__type", None), shapes.price("__Query", "__schema", None)
        self._meta = {"__typename": OTHER, "__type": meta[0], "__schema": meta[1]}
        self.roots = {
            operation: kind.name
            for operation, kind in (
                ("query", schema.query_type),
                ("mutation", schema.mutation_type),
                ("subscription", schema.subscription_type),
            )
            if kind is not None
        }

    def of(self, kind: str | None, field: str) -> FieldPrice:
        """The price of a field of a type; one value where the schema has no such field."""
        if field.startswith("__"):
            return self._meta.get(field, OTHER)
        return self._kinds.get(kind or "", {}).get(field, OTHER)


def missing(schema: GraphQLSchema) -> list[str]:
    """The fields that need a row in the table and have none: their price would be a guess."""
    return [
        f"{name}.{field}"
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and name not in introspection_types
        for field, shape in kind.fields.items()
        if f"{name}.{field}" not in PRICES and not _of_page(kind, field) and _needed(field, shape)
    ]


def _needed(field: str, shape: GraphQLField) -> bool:
    if _is_list(shape.type):
        return not _sizes(shape)
    return asks(shape) and field != "totalCount"


def asks(shape: GraphQLField) -> bool:
    """Whether a field asks the database, seen through what guards it: guards ask once for a whole level."""
    return shape.resolve is not None and iscoroutinefunction(unwrap(shape.resolve))


def _of_page(kind: GraphQLObjectType | GraphQLInterfaceType, field: str) -> bool:
    """Whether a field has as many elements as the page that its object is."""
    return field in OF_PAGE and "pageInfo" in kind.fields


def _price(key: str, shape: GraphQLField, table: dict[str, Price], *, of_page: bool) -> FieldPrice:
    field = key.partition(".")[2]
    named = get_named_type(shape.type)
    plain = isinstance(named, GraphQLScalarType | GraphQLEnumType)
    price = table.get(key)
    if price is None:
        price = COUNTED if field == "totalCount" else UNKNOWN if asks(shape) else VALUE
    listed = _is_list(shape.type)
    sizes = _sizes(shape)
    return FieldPrice(
        once=price.once,
        each=price.each,
        size=price.size or (UNKNOWN.size if listed and not sizes and not of_page else None) or 1,
        listed=listed,
        sizes=sizes,
        kind=None if plain else named.name,
        paged=isinstance(named, GraphQLObjectType) and "pageInfo" in named.fields and not listed,
        of_page=of_page,
    )


def _sizes(shape: GraphQLField) -> tuple[tuple[str, object], ...]:
    """The arguments that set the size: those of a page, otherwise the list that is looked up."""
    pages = [(name, shape.args[name]) for name in PAGES if name in shape.args]
    if pages:
        return tuple((name, _default(argument, PAGE)) for name, argument in pages)
    if not _is_list(shape.type):
        return ()
    return tuple((name, ()) for name, argument in shape.args.items() if _is_list(argument.type))


def _default(argument: Any, otherwise: int) -> object:
    return argument.default_value if isinstance(argument.default_value, int) else otherwise


def _is_list(kind: Any) -> bool:
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)


class _Shapes:
    """Prices of introspection: lists are as long as the schema's are on average.

    Below `__schema` the averages multiply to the real numbers, because every type and field is met once.
    `__type` can name the longest type, so that it counts as often as that is longer than the average.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        kinds = list(schema.type_map.values())
        count = len(kinds)
        fields = [len(getattr(kind, "fields", {})) for kind in kinds if not _is_input(kind)]
        inputs = [len(getattr(kind, "fields", {})) for kind in kinds if _is_input(kind)]
        arguments = sum(
            len(field.args)
            for kind in kinds
            if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
            for field in kind.fields.values()
        )
        values = sum(len(kind.values) for kind in kinds if isinstance(kind, GraphQLEnumType))
        abstract = sum(len(getattr(kind, "interfaces", ())) for kind in kinds)
        directives = len(schema.directives)
        of_directives = sum(len(directive.args) for directive in schema.directives)
        self._sizes = {
            "__Schema.types": count,
            "__Schema.directives": directives,
            "__Directive.args": of_directives / max(1, directives),
            "__Directive.locations": 5,
            "__Type.fields": sum(fields) / count,
            "__Type.inputFields": sum(inputs) / count,
            "__Type.enumValues": values / count,
            "__Type.interfaces": abstract / count,
            "__Type.possibleTypes": abstract / count,
            "__Type.ofType": WRAPPED,
            "__Field.args": arguments / max(1, sum(fields)),
            "__Query.__type": max(fields) * count / max(1, sum(fields)),
        }

    def price(self, name: str, field: str, shape: GraphQLField | None) -> FieldPrice:
        """The price of a field of introspection; `shape` None for the two at the root."""
        size = float(self._sizes.get(f"{name}.{field}", 1))
        if shape is None:
            kind = "__Schema" if field == "__schema" else "__Type"
            return FieldPrice(once=0, each=1, size=size, listed=False, kind=kind)
        named = get_named_type(shape.type)
        plain = not isinstance(named, GraphQLObjectType)
        return FieldPrice(
            once=0, each=SHAPE, size=size, listed=_is_list(shape.type), kind=None if plain else named.name
        )


def _is_input(kind: Any) -> bool:
    return type(kind).__name__ == "GraphQLInputObjectType"
