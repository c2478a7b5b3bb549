"""Compressed trees in Cypher: what a plan's compression rules say of a standing."""

from typing import Any

from engine.graph.queries import Query, joined, query
from engine.plans.plan import Overlay, Plan

LISTS = {"keeps": "keeps", "reasons": "reason", "figures": "figure", "needed": "needed"}
"""Names of lists over all overlays of a plan, and the rule's column that each of them lists."""


def column(overlay: Overlay, name: str) -> Query:
    """An overlay's column as an expression over `standing` and $overlays."""
    first, after = str(overlay.index), str(overlay.index + 1)
    return query("compression/column").fill(first=first, after=after, column=overlay.module.columns[name])


def keeps(plan: Plan) -> Query | str:
    """Whether a standing keeps its place in each overlay of a plan: expressions, one a line."""
    return joined((column(overlay, "keeps") for overlay in plan.overlays), ",\n  ")


def lists(plan: Plan, *names: str) -> dict[str, Query | str]:
    """What every overlay of a plan says of `standing`: for each of LISTS a comma-separated list."""
    return {name: joined((column(overlay, LISTS[name]) for overlay in plan.overlays), ", ") for name in names}


def values(plan: Plan) -> list[dict[str, Any]]:
    """The parameter $overlays."""
    return [dict(overlay.values) for overlay in plan.overlays]
