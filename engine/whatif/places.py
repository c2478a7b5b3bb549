"""Members are put elsewhere in the main tree of a run, each with the group below.

The tree of the run alone counts, so that whatever has changed in the company since does not matter.
"""

from collections.abc import Sequence

from engine.composition.measures import has_legs, needs_sponsor_tree
from engine.composition.trees import EDGES
from engine.genealogy.legs import as_written, same_leg
from engine.genealogy.placement import PlaceTakenError, UnknownPlaceError
from engine.genealogy.refusals import CircleError
from engine.graph.queries import query
from engine.passes.context import Work
from engine.whatif.changes import NewPlace


def put(work: Work, moves: Sequence[NewPlace]) -> None:
    """Put members elsewhere, one after the other. Raises CircleError, PlaceTakenError, UnknownPlaceError."""
    hang = query("frozen/hang")
    for move in moves:
        place = {"run": work.run, "member_id": move.member_id, "parent_id": move.parent_id}
        if work.graph.value("whatif/is_above", **place):
            raise CircleError(
                f"{move.parent_id} is in the group of {move.member_id}, who would be above themselves",
                "parent_id",
                "Name a parent outside the group that moves.",
            )
        work.graph.write(hang, **place, leg=_leg(work, move))
        if work.one_tree and needs_sponsor_tree(work.plan):  # the same tree twice
            in_sponsors = hang.replaced(f":{EDGES['main']}]", f":{EDGES['sponsor']}]")
            work.graph.write(in_sponsors, **place, leg=None)


def _leg(work: Work, move: NewPlace) -> str | None:
    """The leg as the company writes it; None where the tree has none."""
    if not has_legs(work.plan, one_tree=work.one_tree):
        if move.leg is not None:
            raise UnknownPlaceError(
                "the tree by which the plan pays has no legs", "leg", "Leave the leg out."
            )
        return None
    row = work.graph.read(
        "whatif/legs", run=work.run, member_id=move.member_id, parent_id=move.parent_id
    )[0]  # fmt: skip
    others: list[list[str | None]] = row["others"]
    used = [leg for leg in (row["own"], *(leg for _, leg in others)) if leg is not None]
    if move.leg is None:
        if used:
            raise UnknownPlaceError(
                f"the place below {move.parent_id} has no leg, and others there have one",
                "leg",
                "Name the leg, such as left or right.",
            )
        return None
    for other, leg in others:
        if same_leg(leg, move.leg):
            raise PlaceTakenError(
                f"leg {leg} of {move.parent_id} is taken by {other}",
                "leg",
                "Give another leg, or move the other one away first.",
            )
    return as_written(move.leg, used[0] if used else None)
