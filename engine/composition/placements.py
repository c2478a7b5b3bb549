"""Placement rules with the places in their text filled: by what is kept of the tree, or by walking.

A leg's end and the first free place are found at once from properties that the writer of the tree keeps up to
date (`engine/genealogy/changes/kept.py`). Where they are not kept, the same place is found by walking.
"""

from collections.abc import Collection, Mapping
from typing import Any

from engine.graph.queries import Query, query
from engine.rules.module import Module

SIDES = {"left_chain": "left", "right_chain": "right"}
"""What is kept of legs, each by the property that holds the number of a member's chain, and its side."""
LEGS = "gap_legs"
"""The property for free places among left and right legs; those of a matrix are `gap_` and its width."""


def keys(module: Module, values: Mapping[str, Any]) -> tuple[str, ...]:
    """What has to be kept for a rule with these options to be fast; empty for one that always walks."""
    listed: list[str] = []
    for hole in sorted(module.body.holes):
        listed += _keys(hole, values)
    return tuple(dict.fromkeys(listed))


def asked(module: Module, values: Mapping[str, Any], kept: Collection[str] = ()) -> Query:
    """The statement that asks a rule with these options for a newcomer's place."""
    as_of = "as_of" if "as_of" in module.returns else "null"
    return query("genealogy/free_place").fill(rule=filled(module, values, kept), as_of=as_of)


def filled(module: Module, values: Mapping[str, Any], kept: Collection[str] = ()) -> Query:
    """A rule's text; each place in it is found by what is kept, as far as that is in `kept`."""
    pieces = {}
    for hole in module.body.holes:
        needed = _keys(hole, values)
        fast = bool(needed) and set(needed) <= set(kept)
        pieces[hole] = query(f"placement/{hole}_kept" if fast else f"placement/{hole}")
    return module.body.fill(**pieces)


def _keys(hole: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    if hole == "leg_weights":
        return ()
    if hole == "leg_end":
        return tuple(SIDES)
    if hole == "first_free_leg":
        return (LEGS,)
    # In a matrix one wide the nearest free place may be as far down as the tree is deep.
    return (f"gap_{values['width']}",) if (values.get("width") or 0) > 1 else ()
