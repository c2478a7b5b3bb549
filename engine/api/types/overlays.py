# mypy: allow-untyped-calls
"""Types for compressed trees: the member above, the skipped members, and the figures that decided."""

from dataclasses import dataclass
from typing import Any

from graphene import ID, Boolean, Field, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.answers import overlays
from engine.answers.standings import Standing
from engine.api.context import Context
from engine.api.types.pages import Listing, SealedPage, paged, size

STANDING, STANDINGS = "engine.api.types.people.Standing", "engine.api.types.people.StandingConnection"
SKIPPED = 10
"""How many skipped members one place shows by default."""


@dataclass(frozen=True, slots=True)
class Compressed:
    """A place in a compressed tree, with the name of the tree and the run that it belongs to."""

    run: int
    overlay: str
    place: overlays.CompressedPlace


class SteppedOver(ObjectType):
    """A member who is skipped in a compressed tree, and why."""

    member_id = ID(required=True, description="The member.")
    standing = Field(STANDING, description="The member's standing in the same run.")
    rule = String(required=True, description="The compression rule.")
    reason = String(required=True, description="The rule's reason, such as inactive, rank or terminated.")
    figure = String(required=True, description="The figure that decided: a volume, a rank or a number.")
    needed = String(required=True, description="The figure that would have been needed.")
    why = String(required=True, description="The reason in words.")

    @staticmethod
    async def resolve_standing(root: dict[str, Any], info: ResolveInfo) -> Standing | None:
        """One query for all members of a level."""
        context: Context = info.context
        return await context.standings.load((root["run"], root["member_id"]))


class CompressedPlace(ObjectType):
    """A member's place in one of the run's compressed trees."""

    overlay = String(required=True, description="The compressed tree's name.")
    keeps = Boolean(
        required=True, description="Whether the member keeps a place, so that others can be below."
    )
    lost = Field(SteppedOver, description="Why the member keeps no place; null if the member keeps one.")
    parent = Field(
        STANDING,
        description="The standing above in the compressed tree; null if nobody is left above whom you may "
        "see.",
    )
    levels_skipped = Int(
        required=True, description="Number of members between the two who are skipped, of those you may see."
    )
    skipped = List(
        NonNull(SteppedOver),
        required=True,
        first=NonNull(Int, default_value=SKIPPED, description="How many at most, nearest first."),
        description=f"The members who are skipped, nearest first, at most {overlays.MOST_SKIPPED}.",
    )
    children = Field(
        STANDINGS,
        **paged("standings"),
        description="The standings directly below in the compressed tree, sorted by member id; empty for a "
        "member who keeps no place.",
    )

    @staticmethod
    def resolve_keeps(root: Compressed, _info: ResolveInfo) -> bool:
        """Whether no reason is given against it."""
        return root.place.lost is None

    @staticmethod
    def resolve_lost(root: Compressed, info: ResolveInfo) -> dict[str, Any] | None:
        """The reason why this member keeps no place."""
        return _shown(info, root, root.place.lost) if root.place.lost else None

    @staticmethod
    async def resolve_parent(root: Compressed, info: ResolveInfo) -> Standing | None:
        """The parent in the compressed tree, one query for all places of a level."""
        context: Context = info.context
        parent_id = root.place.parent_id
        return await context.standings.load((root.run, parent_id)) if parent_id else None

    @staticmethod
    def resolve_levels_skipped(root: Compressed, _info: ResolveInfo) -> int:
        """All of them, even those that are not listed."""
        return root.place.levels_skipped

    @staticmethod
    def resolve_skipped(root: Compressed, info: ResolveInfo, first: int) -> list[dict[str, Any]]:
        """The nearest of them."""
        return [_shown(info, root, skip) for skip in root.place.skips[: size(first)]]

    @staticmethod
    async def resolve_children(root: Compressed, info: ResolveInfo, **paging: Any) -> SealedPage[Standing]:
        """A page of the compressed frontline."""
        context: Context = info.context
        listing = Listing(info, paging, root.run, root.overlay, root.place.member_id)
        key = (root.run, root.overlay, listing.stretch, root.place.member_id)
        return listing.shown(await context.compressed_frontlines.load(key))


async def place(info: ResolveInfo, standing: Standing, overlay: str) -> Compressed | None:
    """A member's place in a compressed tree of the run; raises UnknownOverlayError."""
    context: Context = info.context
    overlays.find(context.runs[standing.run], overlay)
    compressed = await context.places.load((standing.run, overlay, standing.member_id))
    return Compressed(standing.run, overlay, compressed) if compressed else None


def _shown(info: ResolveInfo, root: Compressed, skip: overlays.Skip) -> dict[str, Any]:
    plan = info.context.finished.plan(info.context.runs[root.run])
    return {"run": root.run, **overlays.skip_json(plan, skip)}
