"""Compression: each rule that the plan uses becomes an overlay, a compressed tree beside the real one."""

from engine.levels import everywhere, visit
from engine.plan import Overlay, Plan
from engine.queries import query
from engine.work import Work


def compress(work: Work) -> None:
    """Decide who keeps a place in each overlay, then compress the others, top down, once each."""
    if not work.plan.overlays:
        return
    piece = query("overlays/keeps").fill(keeps=_keeps(work.plan))
    everywhere(work, piece, overlays=[dict(overlay.values) for overlay in work.plan.overlays])
    for tree in ("main", "sponsor"):
        chosen = [overlay.index for overlay in work.plan.overlays if overlay.tree == tree]
        if chosen:
            visit(work, query("overlays/compress"), "down", tree=tree, chosen=chosen)


def asked(overlay: Overlay, column: str) -> str:
    """An overlay's column as an expression over `standing` and $overlays."""
    place = f"$overlays[{overlay.index}..{overlay.index + 1}]"
    return f"[rule IN {place} | {overlay.module.columns[column]}][0]"


def _keeps(plan: Plan) -> str:
    return ",\n  ".join(asked(overlay, "keeps") for overlay in plan.overlays)
