# mypy: allow-untyped-calls
"""Types for transfers: the volume that push-up moved in a run."""

from graphene import ID, Field, ObjectType, ResolveInfo, String

from engine.answers import transfers
from engine.answers.standings import Standing
from engine.api.context import Context
from engine.api.types.figures import volume
from engine.api.types.pages import connection
from engine.api.types.scalars import Decimal
from engine.passes.record import RunRecord

# A type of engine/api/types/people.py by name: that module imports this one.
STANDING = "engine.api.types.people.Standing"


class Transfer(ObjectType):
    """Volume that push-up moved from one member to another, or that found no receiver and stayed."""

    from_id = ID(required=True, description="The member whose volume it was.")
    giver = Field(STANDING, description="The standing of that member.")
    to_id = ID(
        description="The nearest member above who could take it; null if there was none, or none you may see."
    )
    receiver = Field(STANDING, description="The standing of that member.")
    volume = Decimal(required=True, description="The volume.")
    reason = String(
        required=True,
        description="Why it could not stay; no_upline if it stayed for lack of a receiver; beyond_reach if "
        "it may have left your group.",
    )

    @staticmethod
    def resolve_volume(root: transfers.Transfer, _info: ResolveInfo) -> str:
        """Hundredths as text."""
        return volume(root.volume)

    @staticmethod
    async def resolve_giver(root: transfers.Transfer, info: ResolveInfo) -> Standing | None:
        """The giver in the same run."""
        context: Context = info.context
        return await context.standings.load((root.run, root.from_id))

    @staticmethod
    async def resolve_receiver(root: transfers.Transfer, info: ResolveInfo) -> Standing | None:
        """The receiver in the same run."""
        context: Context = info.context
        return await context.standings.load((root.run, root.to_id)) if root.to_id else None


TransferConnection: type[ObjectType] = connection(
    "Transfer", lambda: Transfer, "Transfers of volume, a page at a time."
)


def moves(run: RunRecord) -> bool:
    """Whether the run's plan pushes volume up."""
    return "pushed_volume" in run.facts
