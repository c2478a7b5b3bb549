"""Compressed trees in Cypher: what a plan's compression rules say of a standing."""

from collections.abc import Iterator
from typing import Any

from engine.composition import kept
from engine.composition.trees import DEPTHS, in_tree, of_overlay
from engine.graph.queries import Query, Statement, joined, query
from engine.plans.plan import Overlay, Plan

TREES = ("main", "sponsor")
"""The trees of a run, in the order in which they are compressed."""
LISTS = {"keeps": "keeps", "reasons": "reason", "figures": "figure", "needed": "needed"}
"""Names of lists over all overlays of a plan, and the rule's column that each of them lists."""


def column(plan: Plan, overlay: Overlay, name: str) -> Query:
    """An overlay's column as an expression over `standing` and $overlays."""
    if (as_kept := kept.find(plan, kept.COMPRESSION, f"{overlay.label} {name}")) is not None:
        return as_kept
    first, after = str(overlay.index), str(overlay.index + 1)
    said = of_overlay(overlay.module.columns[name], overlay.values)
    return query("compression/column").fill(first=first, after=after, column=said)


def keeps(plan: Plan) -> Query | str:
    """Whether a standing keeps its place in each overlay of a plan: expressions, one a line."""
    return joined((column(plan, overlay, "keeps") for overlay in plan.overlays), ",\n  ")


def lists(plan: Plan, *names: str) -> dict[str, Query | str]:
    """What every overlay of a plan says of `standing`: for each of LISTS a comma-separated list."""
    return {
        name: joined((column(plan, overlay, LISTS[name]) for overlay in plan.overlays), ", ")
        for name in names
    }


def compressing(plan: Plan) -> Iterator[tuple[str, Statement]]:
    """For each tree with overlays: the piece that compresses one standing, top down, and its parameters.

    The first tree visited decides for the overlays of both: what a rule looks at is known by then. Leaves are
    not asked unless a bonus begins with the source itself: nobody could be compressed into them.
    """
    decided, parameters = deciding(plan)
    for tree in TREES:
        if chosen := _indexes(plan, tree):
            piece = query("compression/compress").fill(keeps=decided)
            yield tree, (piece, {"chosen": chosen, **parameters})
            decided, parameters = query("compression/decided"), {}


def deciding(plan: Plan) -> tuple[Query, dict[str, Any]]:
    """The piece that decides whether one standing keeps its place in each overlay, and its parameters."""
    from_source = any(bonus.from_source for bonus in plan.bonuses)
    visited: Query | str = "true" if from_source else query("compression/above")
    return query("compression/keeps").fill(visited=visited, keeps=keeps(plan)), {"overlays": values(plan)}


def differences(plan: Plan) -> Iterator[Statement]:
    """For each tree with overlays: who has another place in them than in the real one, on some levels.

    The run and the levels are the caller's to add.
    """
    columns = lists(plan, "keeps", "reasons", "figures", "needed")
    for tree in TREES:
        if chosen := _indexes(plan, tree):
            filled = in_tree(query("answers/overlays").fill(depth=DEPTHS[tree], **columns), tree)
            yield filled, {"overlays": values(plan), "chosen": chosen}


def not_whole(plan: Plan, overlay: Overlay) -> Statement:
    """What a rule says of a member that is not of its column's type; the caller adds the run."""
    columns = {name: column(plan, overlay, name) for name in ("keeps", "reason", "figure", "needed")}
    return query("compression/not_whole").fill(**columns), {"overlays": values(plan)}


def _indexes(plan: Plan, tree: str) -> list[int]:
    return [overlay.index for overlay in plan.overlays if overlay.tree == tree]


def values(plan: Plan) -> list[dict[str, Any]]:
    """The parameter $overlays."""
    return [dict(overlay.values) for overlay in plan.overlays]
