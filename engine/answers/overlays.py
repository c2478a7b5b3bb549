"""Overlays: the compressed trees of a finished run, each a second view of one of its real trees.

A member's place says who is above once others have been skipped, how many were skipped, and for each of
them the rule, the reason and the figure that decided.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.access.pieces import frontline_in_reach, name_in_reach, standing_in_reach
from engine.access.reach import Reach
from engine.answers.bulk import every_level
from engine.answers.pages import Page, Stretch, toward
from engine.answers.standings import Standing, page_of
from engine.composition import overlays
from engine.composition.trees import DEPTHS, in_tree
from engine.errors import UplineError
from engine.graph.database import Graph, Row
from engine.graph.queries import query
from engine.money import decimal
from engine.passes.record import RunRecord
from engine.plans.plan import NEVER, Overlay, Plan
from engine.text import grouped

MOST_SKIPPED = 200
"""The most skipped members that one place lists; `levels_skipped` counts all of them."""


ON_VOLUME = ("inactive", "suspended", "terminated", "customer", "personal_volume")
"""Reasons of the engine's own rules whose figure is a personal volume; that of rank is a rank's number."""
COUNTS = {"active_legs": "active legs", "recruits": "active personally sponsored members"}
"""Reasons whose figure is a count, and what is counted."""
WORDS = {
    "requirement": "does not meet what the bonus requires of its payees",
    "figure": "the figure that the rates go by is too low for this level",
}
"""Reasons that no single figure decides, in words."""


class UnknownOverlayError(UplineError):
    """The run has no compressed tree of that name."""


@dataclass(frozen=True, slots=True)
class Skip:
    """A member who was skipped: by which rule, for which reason, and the figure that decided."""

    member_id: str
    name: str | None
    rule: str
    reason: str
    figure: int
    needed: int


Difference = tuple[Overlay, str, bool, str | None, int, tuple[Any, Any, Any]]
"""One row of `different`."""


@dataclass(frozen=True, slots=True)
class CompressedPlace:
    """A member in a compressed tree; `parent_id` is None where nobody within reach is left above.

    `skips` names the members between this one and that parent, nearest first, at most MOST_SKIPPED of the
    `levels_skipped`; those beyond reach are neither named nor counted. `lost` says why this member keeps no
    place for others; None where one is kept.
    """

    member_id: str
    parent_id: str | None
    levels_skipped: int
    skips: tuple[Skip, ...]
    lost: Skip | None


def find(run: RunRecord, label: str) -> tuple[int, str]:
    """The index of the compressed tree of that name, and the tree that it compresses (main or sponsor).

    Raises UnknownOverlayError with the known ones.
    """
    labels = run.facts["overlays"]
    if label not in labels:
        raise UnknownOverlayError(
            f"run {run.number} has no compressed tree {label!r}",
            todo=f"It has {', '.join(labels) or 'none'}.",
        )
    index = labels.index(label)
    return index, run.facts["overlay_trees"][index]


def places(
    graph: Graph, reach: Reach, run: RunRecord, plan: Plan, member_ids: list[str], label: str
) -> dict[str, CompressedPlace]:
    """Places of members in the compressed tree of that name, by id; members without a standing are left out.

    `plan` is the run's own. Raises UnknownOverlayError.
    """
    overlay = plan.overlays[find(run, label)[0]]
    columns = {name: overlays.column(plan, overlay, name) for name in ("keeps", "reason", "figure", "needed")}
    filled = query("answers/compressed").fill(
        depth=DEPTHS[overlay.tree], start=standing_in_reach("start"), seen=standing_in_reach(),
        keeper=standing_in_reach("keeper"), name=name_in_reach(), **columns,
    )  # fmt: skip
    rows = graph.read(
        in_tree(filled, overlay.tree),
        run=run.number, member_ids=member_ids, overlay=overlay.index, overlays=overlays.values(plan),
        most=MOST_SKIPPED, reach=reach.in_run(graph, run),
    )  # fmt: skip
    return {row["member_id"]: _place(overlay, row) for row in rows}


def compressed_frontlines(
    graph: Graph, reach: Reach, run: RunRecord, member_ids: list[str], label: str, stretch: Stretch
) -> dict[str, Page[Standing]]:
    """Pages of those directly below some members in a compressed tree; without members who keep no place."""
    index, tree = find(run, label)
    statement = query("answers/compressed_frontlines").fill(
        keeper=standing_in_reach("keeper"), below=standing_in_reach("below"), name=name_in_reach(),
        parent=standing_in_reach("parent"), frontline=frontline_in_reach("low"),
    )  # fmt: skip
    limits = reach.in_run(graph, run)
    rows = graph.read(
        toward(in_tree(statement, tree), stretch),
        run=run.number, member_ids=member_ids, overlay=index, reach=limits,
        **stretch.bounds,
    )  # fmt: skip
    return {row["parent_id"]: page_of(row, run, limits, stretch) for row in rows}


def different(graph: Graph, run: RunRecord, plan: Plan) -> Iterator[Difference]:
    """Members whose place in a compressed tree differs from the real one, from the top down, tree by tree.

    Yields the overlay, the member, whether the member keeps a place, the parent in the compressed tree, the
    levels skipped, and (reason, figure, needed), all None for a member who keeps a place.
    """
    for statement, parameters in overlays.differences(plan):
        for index, *row, reason, figure, needed in every_level(graph, run, statement, **parameters):
            yield plan.overlays[index], *row, (reason, figure, needed)


def figure_text(plan: Plan, reason: str, figure: int) -> str:
    """A figure that decided a skip, in its unit: volume, or a rank's name, or a plain number."""
    if reason in ON_VOLUME:
        return decimal(figure, 2)
    if reason == "rank" and 0 <= figure < len(plan.rank_names):
        return plan.rank_names[figure]
    return str(figure)


def _for_people(plan: Plan, reason: str, figure: int) -> str:
    text = figure_text(plan, reason, figure)
    return text if reason == "rank" else grouped(text)


def skip_text(plan: Plan, skip: Skip) -> str:
    """Why someone was skipped, with the figure that decided."""
    actual, threshold = skip.figure, skip.needed
    figure, needed = (_for_people(plan, skip.reason, each) for each in (actual, threshold))
    if skip.reason == "inactive" and actual >= threshold and plan.activity is not None:
        kinds = ", ".join(sorted({each.module.name for each in plan.activity.requirements}))
        return f"inactive: does not meet what the plan requires of active members ({kinds})"
    if skip.reason == "personal_volume":
        return f"personal volume {figure} of {needed} for this level"
    if skip.reason in COUNTS:
        requirement = f" of {needed}" if threshold < NEVER else ", and no number opens this level"
        return f"{COUNTS[skip.reason]} {figure}{requirement}"
    if skip.reason == "inactive":
        return f"inactive: personal volume {figure} of {needed}"
    if skip.reason == "rank":
        requirement = f", {needed} or higher is needed" if threshold else ""
        return f"rank {figure} does not earn this level{requirement}"
    return WORDS.get(skip.reason, skip.reason)


def skip_json(plan: Plan, skip: Skip) -> dict[str, str]:
    """A skip for programs: the rule, the reason with its figures as text, and the same in words."""
    figure, needed = (figure_text(plan, skip.reason, each) for each in (skip.figure, skip.needed))
    return {
        "member_id": skip.member_id,
        "rule": skip.rule,
        "reason": skip.reason,
        "figure": figure,
        "needed": needed,
        "why": skip_text(plan, skip),
    }


def _place(overlay: Overlay, row: Row) -> CompressedPlace:
    (own_id, own_name, keeps, *own), *above = row["steps"]
    rule = overlay.module.name
    return CompressedPlace(
        row["member_id"],
        row["keeper_id"],
        row["skipped"],
        tuple(Skip(member_id, name, rule, *why) for member_id, name, _, *why in above),
        None if keeps else Skip(own_id, own_name, rule, *own),
    )
