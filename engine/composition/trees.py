"""The trees of a company and of a run, and how a statement written for one of them is put on another."""

from functools import cache

from engine.graph.queries import Query, query

DEPTHS = {"main": "depth", "sponsor": "enrolled_depth"}
"""The property that holds a standing's level, by tree."""


EDGES = {"main": "UNDER", "sponsor": "ENROLLED_UNDER"}
"""The relationship type of a run's trees."""


OPEN = {"sponsor": "SPONSORED_BY", "placement": "PLACED_UNDER"}
"""The relationship type of today's edges between members, by tree; that of closed ones begins with WAS_."""


def in_tree(piece: Query, tree: str) -> Query:
    """The same fragment on another tree: rules say UNDER and mean the tree that they are used on."""
    if tree == "main":
        return piece
    return piece.replaced("[:UNDER]", f"[:{EDGES[tree]}]").replaced("[:UNDER*", f"[:{EDGES[tree]}*")


@cache
def between_members(name: str, tree: str) -> Query:
    """A statement on the company's ``sponsor`` or ``placement`` tree, with the types of its edges put in."""
    types = {"open": OPEN[tree], "closed": f"WAS_{OPEN[tree]}"}
    piece = query(name)
    return piece.fill(**{place: kind for place, kind in types.items() if f"<<{place}>>" in piece.text})
