"""Guards: fields that are null where the viewer does not read them, put around their resolvers.

`fields.py` says which. A field that is guarded is nullable, whatever its type says.
"""

from collections.abc import Callable
from functools import wraps
from inspect import isawaitable
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    default_field_resolver,
)

from engine.access.areas import Area
from engine.api.fields import GUARDED, IDS, INSIDE, PAID, TODAY, area_of

Resolver = Callable[..., Any]
HIDDEN = "Null where the viewer may not see it."
"""What the description of a guarded field ends with."""


def guard(schema: GraphQLSchema) -> None:
    """Put the guards of the table around the fields of a schema."""
    for name, kind in schema.type_map.items():
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            for field, shape in kind.fields.items():
                _guard(name, field, shape)


def _guard(kind: str, field: str, shape: GraphQLField) -> None:
    place, resolve = f"{kind}.{field}", shape.resolve or default_field_resolver
    area = area_of(kind, field)
    if area is None:
        shape.resolve = _by_area(Area.OPERATE, resolve)
        return
    if place in IDS:
        shape.resolve = _of_member(IDS[place], resolve)
    elif place in TODAY:
        shape.resolve = _of_today(*TODAY[place], resolve)
    elif place in PAID:
        shape.resolve = _of_payee(PAID[place], resolve)
    elif area in GUARDED and kind not in INSIDE:
        shape.resolve = _by_area(area, resolve)
    else:
        return
    shape.description = f"{shape.description} {HIDDEN}"
    if isinstance(shape.type, GraphQLNonNull):
        shape.type = shape.type.of_type


def _by_area(area: Area, resolve: Resolver) -> Resolver:
    """Null unless the viewer reads the area of the member that the parent is about."""

    @wraps(resolve)  # what a field costs is seen through the guard
    def guarded(root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        if not info.context.reach.sees(area, getattr(root, "member_id", None)):
            return None
        return resolve(root, info, **arguments)

    return guarded


def _of_member(key: str, resolve: Resolver) -> Resolver:
    """Null unless the member whose id the parent has under a key has a standing within reach."""

    @wraps(resolve)
    async def guarded(root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        context = info.context
        if not context.reach.all:
            member_id = _value(root, key)
            if not member_id or await context.standings.load((_value(root, "run"), member_id)) is None:
                return None
        value = resolve(root, info, **arguments)
        return await value if isawaitable(value) else value

    return guarded


def _of_today(loader: str, key: str, own: bool, resolve: Resolver) -> Resolver:
    """Null unless a loader of the context finds, within reach, what the parent has the id of under a key.

    With `own` that of the viewer is there in any case: an owner's id may be that of no member.
    """

    @wraps(resolve)
    async def guarded(root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        context = info.context
        if not context.reach.all:
            id = _value(root, key)
            if own and root.member_id == context.viewer.member_id:
                return id
            if id is None or await getattr(context, loader).load(id) is None:
                return None
        value = resolve(root, info, **arguments)
        return await value if isawaitable(value) else value

    return guarded


def _of_payee(key: str, resolve: Resolver) -> Resolver:
    """Null unless the viewer may see the money of the member whose id the parent has under a key."""

    @wraps(resolve)
    def guarded(root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        reach = info.context.reach
        if not reach.all and not reach.sees(Area.MONEY, _value(root, key)):
            return None
        return resolve(root, info, **arguments)

    return guarded


def _value(root: Any, key: str) -> Any:
    return root.get(key) if isinstance(root, dict) else getattr(root, key, None)
