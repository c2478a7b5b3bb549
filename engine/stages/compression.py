"""Compression: each rule that the plan uses becomes an overlay, a compressed tree next to the real one."""

from engine.composition.overlays import compressing, deciding, not_whole
from engine.passes.context import Work
from engine.passes.levels import everywhere, visit


def compress(work: Work) -> None:
    """Top down, decide who keeps a place in each overlay and compress the others, once each."""
    for overlay in work.plan.overlays:
        statement, parameters = not_whole(work.plan, overlay)
        work.refuse_values(overlay.module, statement, **parameters)
    for tree, (piece, parameters) in compressing(work.plan):
        visit(work, piece, "down", tree=tree, **parameters)


def decide(work: Work) -> None:
    """Decide who keeps a place in each overlay, and compress nobody."""
    piece, parameters = deciding(work.plan)
    everywhere(work, piece, **parameters)
