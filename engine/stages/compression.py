"""Compression: each rule that the plan uses becomes an overlay, a compressed tree next to the real one."""

from typing import Any

from engine.composition.overlays import keeps as keeps_of
from engine.graph.queries import Query, query
from engine.passes.context import Work
from engine.passes.levels import visit

DECIDED = "WITH standing, standing.keeps AS keeps"
"""Where the visit of another tree has decided already."""


def compress(work: Work) -> None:
    """Decide top down who keeps a place in each overlay, and compress the others out.

    The visit of the first tree decides for the overlays of both: what a rule reads is known by then. Members
    with nobody below are left out, unless a bonus begins with the source itself: nobody is compressed into
    them.
    """
    given: dict[str, Any] = {"overlays": [dict(overlay.values) for overlay in work.plan.overlays]}
    from_source = any(bonus.from_source for bonus in work.plan.bonuses)
    asked_of: Query | str = "true" if from_source else query("compression/above")
    keeps: Query | str = query("compression/keeps").fill(asked=asked_of, keeps=keeps_of(work.plan))
    for tree in ("main", "sponsor"):
        chosen = [overlay.index for overlay in work.plan.overlays if overlay.tree == tree]
        if chosen:
            piece = query("compression/compress").fill(keeps=keeps)
            visit(work, piece, "down", tree=tree, chosen=chosen, **given)
            keeps, given = DECIDED, {}
