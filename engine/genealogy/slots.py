"""Slots: a leg of a parent has room for one member at a time. Imports and placements share these rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from engine.composition.trees import between_members
from engine.genealogy.legs import leg_key
from engine.genealogy.stored import in_lookups
from engine.graph.database import Ask

Slot = tuple[str, str]
"""A parent and a leg, the leg as `leg_key` has it."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody's time in a leg (as it is written); until None for ever."""

    member_id: str
    leg: str
    since: date
    until: date | None


AnyStay = TypeVar("AnyStay", bound=Stay)


def clash(taken: Iterable[AnyStay], stay: Stay) -> AnyStay | None:
    """The first of those in a slot who shares a day with another; an empty time shares none."""
    return next((other for other in taken if _overlap(other, stay)), None)


def _overlap(one: Stay, other: Stay) -> bool:
    start = max(one.since, other.since)
    return (one.until is None or start < one.until) and (other.until is None or start < other.until)


def stored_stays(ask: Ask, tree: str, parents: Sequence[str]) -> dict[Slot, list[Stay]]:
    """Who is, or was, in the legs of these members in one tree."""
    statement = between_members("genealogy/slots", tree)
    return by_slot(
        place for portion in in_lookups(parents) for place in ask(statement, ids=portion)[0]["places"]
    )


def by_slot(places: Iterable[Sequence[Any]]) -> dict[Slot, list[Stay]]:
    """Stays as the store has them, by slot: parent, leg, member, since when, until when."""
    stays: dict[Slot, list[Stay]] = {}
    for parent, leg, member, since, until in places:
        stay = Stay(member, leg, since.to_native(), until.to_native() if until else None)
        stays.setdefault((parent, leg_key(leg)), []).append(stay)
    return stays


def leg_in_use(ask: Ask) -> str | None:
    """How this company writes a leg of a binary: one that somebody is in today."""
    for tree in ("placement", "sponsor"):
        if rows := ask(between_members("genealogy/leg_in_use", tree)):
            return str(rows[0]["leg"])
    return None
