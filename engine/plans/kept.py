"""A checked plan as plain data, kept with a committed run: a later release may read plans otherwise.

Whoever reads it back leaves out what is not known any more, and takes defaults for what is new.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from engine.graph import queries
from engine.graph.pieces import Piece
from engine.graph.queries import Query
from engine.money import Currency, Money, Worth
from engine.plans.plan import Activity, Bonus, Cap, Overlay, Plan, Push, Rank, Requirement
from engine.rules.module import Module, Param

CLASSES: Mapping[str, type] = {
    each.__name__: each
    for each in (
        Activity, Bonus, Cap, Currency, Module, Money, Overlay, Param, Piece, Plan, Push, Query, Rank,
        Requirement, Worth,
    )
}  # fmt: skip
"""What a plan is made of, besides numbers, texts, lists and maps."""
LEFT_OUT = "kept"
"""The field of a plan that is filled when it is read back."""


def as_data(value: Any) -> Any:
    """A plan, or a part of one, as what JSON can write."""
    if isinstance(value, Piece) or is_dataclass(value):
        return {"class": type(value).__name__, "fields": _fields_of(value)}
    if isinstance(value, Path):
        foreign = queries.foreign(value)
        return {"path": str(value)} if foreign else {"cypher": value.relative_to(queries.folder()).as_posix()}
    if isinstance(value, Mapping):
        return {"map": [[as_data(name), as_data(each)] for name, each in value.items()]}
    if isinstance(value, tuple | list):
        listed = [as_data(each) for each in value]
        return {"tuple": listed} if isinstance(value, tuple) else listed
    return value


def _fields_of(value: Any) -> dict[str, Any]:
    names = value._fields if isinstance(value, Piece) else [each.name for each in fields(value)]
    return {name: as_data(getattr(value, name)) for name in names if name != LEFT_OUT}


def of_data(data: Any) -> Any:
    """The plan, or part of one, of such data; raises KeyError, TypeError or ValueError where it is none."""
    if isinstance(data, list):
        return [of_data(each) for each in data]
    if not isinstance(data, Mapping):
        return data
    if "class" in data:
        kind = CLASSES[data["class"]]
        known = {each.name for each in fields(kind)} if is_dataclass(kind) else set(Piece._fields)
        return kind(**{name: of_data(each) for name, each in data["fields"].items() if name in known})
    if "tuple" in data:
        return tuple(of_data(each) for each in data["tuple"])
    if "map" in data:
        return {of_data(name): of_data(each) for name, each in data["map"]}
    return queries.folder() / data["cypher"] if "cypher" in data else Path(data["path"])
