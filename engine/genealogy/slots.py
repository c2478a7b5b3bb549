"""Slots: a leg of a parent has room for one member at a time. Imports and placements share these rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from engine.composition.trees import between_members
from engine.genealogy.stored import in_lookups
from engine.graph.database import Ask

PAIRS = (("l", "r"), ("left", "right"), ("1", "2"))
"""How the two legs of a binary are written, in any case."""
RULES_WRITE = ("L", "R")
"""How placement rules write them."""

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


def leg_key(leg: str) -> str:
    """What all ways to write one leg have in common: case does not count, and L, left and 1 are one leg."""
    plain = leg.lower()
    for left, right in PAIRS:
        if plain in (left, right):
            return "left" if plain == left else "right"
    return plain


def as_written(leg: str, example: str | None) -> str:
    """A leg that a placement rule writes as L or R, written as the company writes another one."""
    pair = next((pair for pair in PAIRS if example and example.lower() in pair), None)
    if leg not in RULES_WRITE or pair is None or example is None:
        return leg
    same = pair[RULES_WRITE.index(leg)]
    if example.isupper():
        return same.upper()
    return same.title() if example.istitle() else same


def clash(taken: Iterable[AnyStay], stay: Stay) -> AnyStay | None:
    """The first of those in a slot who shares a day with another; an empty time shares none."""
    return next((other for other in taken if _overlap(other, stay)), None)


def _overlap(one: Stay, other: Stay) -> bool:
    start = max(one.since, other.since)
    return (one.until is None or start < one.until) and (other.until is None or start < other.until)


def stored_stays(ask: Ask, tree: str, parents: Sequence[str]) -> dict[Slot, list[Stay]]:
    """Who is, or was, in the legs of these members in one tree."""
    statement = between_members("genealogy/slots", tree)
    stays: dict[Slot, list[Stay]] = {}
    for portion in in_lookups(parents):
        for parent, leg, member, since, until in ask(statement, ids=portion)[0]["places"]:
            stay = Stay(member, leg, since.to_native(), until.to_native() if until else None)
            stays.setdefault((parent, leg_key(leg)), []).append(stay)
    return stays
