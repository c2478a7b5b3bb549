"""Compressed trees in Cypher: what a plan's compression rules say of a standing."""

from typing import Any

from engine.graph.queries import Query
from engine.plans.plan import Overlay, Plan

LISTS = {"keeps": "keeps", "reasons": "reason", "figures": "figure", "needed": "needed"}
"""Names of lists over all overlays of a plan, and the rule's column that each of them lists."""


def column(overlay: Overlay, name: str) -> str:
    """An overlay's column as an expression over `standing` and $overlays."""
    place = f"$overlays[{overlay.index}..{overlay.index + 1}]"
    return f"[rule IN {place} | {overlay.module.columns[name]}][0]"


def keeps(plan: Plan) -> str:
    """Whether a standing keeps its place in each overlay of a plan: expressions, one a line."""
    return ",\n  ".join(column(overlay, "keeps") for overlay in plan.overlays)


def lists(plan: Plan, *names: str) -> dict[str, Query | str]:
    """What every overlay of a plan says of `standing`: for each of LISTS a comma-separated list."""
    return {name: ", ".join(column(overlay, LISTS[name]) for overlay in plan.overlays) for name in names}


def values(plan: Plan) -> list[dict[str, Any]]:
    """The parameter $overlays."""
    return [dict(overlay.values) for overlay in plan.overlays]
