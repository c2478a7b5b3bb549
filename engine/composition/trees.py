"""The two trees of a run, and how a piece written for one is put on the other."""

from engine.graph.queries import Query

DEPTHS = {"main": "depth", "sponsor": "enrolled_depth"}
"""The property that holds a standing's level, by tree."""


EDGES = {"main": "UNDER", "sponsor": "ENROLLED_UNDER"}
"""The relationship type of a run's trees."""


def in_tree(piece: Query, tree: str) -> Query:
    """The same fragment on another tree: rules say UNDER and mean the tree that they are used on."""
    if tree == "main":
        return piece
    return piece.replaced("[:UNDER]", f"[:{EDGES[tree]}]").replaced("[:UNDER*", f"[:{EDGES[tree]}*")
