"""What a statement is put on: the tree that a rule works on, and tiers of a figure in place of ranks."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from engine.graph.queries import Query, query
from engine.plans import plan

DEPTHS = {"main": "depth", "sponsor": "enrolled_depth"}
"""The property that holds a standing's level, by tree."""


SPANS = {"main": ("span_first", "span_end"), "sponsor": ("sponsored_first", "sponsored_end")}
"""The properties that hold a standing's span, by tree: the own number, and the first one after the group."""


EDGES = {"main": "UNDER", "sponsor": "ENROLLED_UNDER"}
"""The relationship type of a run's trees."""


OPEN = {"sponsor": "SPONSORED_BY", "placement": "PLACED_UNDER"}
"""The relationship type of today's edges between members, by tree; that of closed ones begins with WAS_, that
of edges that begin on a later day with WILL_, that of edges that are believed no longer with ONCE_."""

PREFIXES = {"open": "", "closed": "WAS_", "planned": "WILL_", "once": "ONCE_"}
"""How the type of an edge between members begins, by its kind."""

OVERLAY = (
    (
        "rule.earns[standing.rank]",
        "rule.earns[size([floor IN rule.floors WHERE standing[rule.figure] >= floor])]",
    ),
    ("THEN 'rank'", "THEN 'figure'"),
    ("THEN standing.rank", "THEN coalesce(standing[rule.figure], 0)"),
)
"""What a compression by rank says where the bonus goes by a figure."""


def in_tree(piece: Query, tree: str) -> Query:
    """The same fragment on another tree: rules say UNDER and mean the tree that they are used on."""
    if tree == "main":
        return piece
    return piece.replaced("[:UNDER]", f"[:{EDGES[tree]}]").replaced("[:UNDER*", f"[:{EDGES[tree]}*")


@cache
def between_members(name: str, tree: str) -> Query:
    """A statement on the company's ``sponsor`` or ``placement`` tree, with the types of its edges put in."""
    types = {kind: f"{prefix}{OPEN[tree]}" for kind, prefix in PREFIXES.items()} | {
        "any_day": of_any_day(tree)
    }
    piece = query(name)
    return piece.fill(**{place: kind for place, kind in types.items() if f"<<{place}>>" in piece.text})


def of_any_day(tree: str) -> str:
    """The types of edges that are believed, whichever day they hold on."""
    return "|".join(f"{PREFIXES[kind]}{OPEN[tree]}" for kind in ("open", "closed", "planned"))


def ever(tree: str) -> str:
    """The types of all edges of a tree, those that are believed no longer too."""
    return "|".join(f"{prefix}{OPEN[tree]}" for prefix in PREFIXES.values())


def believed(tree: str, *, then: bool) -> dict[str, Query | str]:
    """The `types` of a company's edges in a tree, and the condition `holds` of one on a day.

    As it is known now or, with `then`, as it was known after a change, by whatever type an edge has now.
    """
    if then:
        return {"types": ever(tree), "holds": query("days/held")}
    return {"types": of_any_day(tree), "holds": query("days/holds")}


def by_figure(body: Query, values: Mapping[str, Any]) -> Query:
    """The text of a bonus or flow rule with the lookups by rank replaced that its values replace."""
    for name in plan.by_figure(values):
        for node in sorted(set(re.findall(rf"\brule\.{name}\[(\w+)\.rank\]", body.text))):
            body = body.replaced(f"rule.{name}[{node}.rank]", _row(name, node, values).text)
    return body


def of_overlay(column: Query, values: Mapping[str, Any]) -> Query:
    """A column of a compression rule, by the figure that the bonus goes by if there is one."""
    for by_rank, instead in OVERLAY if "figure" in values else ():
        column = column.replaced(by_rank, instead)
    return column


def _row(name: str, node: str, values: Mapping[str, Any]) -> Query:
    if f"{name}_unit" in values:
        return query("bonuses/own_value").fill(name=name, node=node)
    figure = "earned" if f"{name}_bonuses" in values else "own"
    return query("bonuses/tier").fill(
        name=name, figure=query(f"bonuses/{figure}_figure").fill(name=name, node=node)
    )
