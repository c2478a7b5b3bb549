"""Compression: each rule that the plan uses becomes an overlay, a compressed tree beside the real one."""

from typing import Any

from engine.levels import visit
from engine.plan import Overlay, Plan
from engine.queries import Query, query
from engine.work import Work

DECIDED = "WITH standing, standing.keeps AS keeps"
"""Where another tree's visit has decided already."""


def compress(work: Work) -> None:
    """Top down, decide who keeps a place in each overlay and compress the others, once each.

    The first tree visited decides for the overlays of both: what a rule looks at is known by then. Leaves are
    not asked unless a bonus begins with the source itself: nobody could be compressed into them.
    """
    given: dict[str, Any] = {"overlays": [dict(overlay.values) for overlay in work.plan.overlays]}
    from_source = any(bonus.from_source for bonus in work.plan.bonuses)
    asked_of: Query | str = "true" if from_source else query("overlays/above")
    keeps: Query | str = query("overlays/keeps").fill(asked=asked_of, keeps=_keeps(work.plan))
    for tree in ("main", "sponsor"):
        chosen = [overlay.index for overlay in work.plan.overlays if overlay.tree == tree]
        if chosen:
            piece = query("overlays/compress").fill(keeps=keeps)
            visit(work, piece, "down", tree=tree, chosen=chosen, **given)
            keeps, given = DECIDED, {}


def asked(overlay: Overlay, column: str) -> str:
    """An overlay's column as an expression over `standing` and $overlays."""
    place = f"$overlays[{overlay.index}..{overlay.index + 1}]"
    return f"[rule IN {place} | {overlay.module.columns[column]}][0]"


def _keeps(plan: Plan) -> str:
    return ",\n  ".join(asked(overlay, "keeps") for overlay in plan.overlays)
