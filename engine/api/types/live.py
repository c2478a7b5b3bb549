# mypy: allow-untyped-calls
"""Live figures of a member in an open period, with their age."""

import time
from typing import Any

from graphene import ID, Argument, Boolean, DateTime, Field, Int, ObjectType, ResolveInfo, String

from engine.answers.live import LiveFigures
from engine.answers.members import Member
from engine.api.context import Context
from engine.api.types.figures import volume
from engine.api.types.scalars import Decimal


class LiveVolumes(ObjectType):
    """Live figures of a member in an open period: what orders have brought so far."""

    period = String(required=True, description="The period, such as 2026-12.")
    plan = String(required=True, description="The plan's name.")
    member_id = ID(required=True, description="The member's id.")
    personal_volume = Decimal(required=True, description="Personal volume so far.")
    commissionable_volume = Decimal(required=True, description="Commissionable volume so far.")
    customer_volume = Decimal(required=True, description="Commissionable volume of customers' orders so far.")
    group_volume = Decimal(required=True, description="Volume of the member and everybody below so far.")
    order_count = Int(required=True, description="Number of the member's orders so far.")
    active = Boolean(required=True, description="Whether the member is active by now.")
    change = Int(required=True, description="The last change of the company that the figures include.")
    as_of = DateTime(required=True, description="When they were brought up to date (UTC).")
    age = Int(required=True, description="Seconds since then.")
    up_to_date = Boolean(
        required=True,
        description="Whether they include the company's last change. Orders, newcomers, moves and other "
        "statuses come in by `refreshLiveFigures`, and while somebody follows `liveVolume`.",
    )
    delay = Int(
        required=True,
        description="Seconds for which the first change that they do not include has been waiting; 0 where "
        "they include all. A move of somebody with many thousands above takes a few seconds to come in.",
    )

    @staticmethod
    def resolve_personal_volume(root: LiveFigures, _info: ResolveInfo) -> str:
        """In points."""
        return volume(root.personal_volume)

    @staticmethod
    def resolve_commissionable_volume(root: LiveFigures, _info: ResolveInfo) -> str:
        """In points."""
        return volume(root.commissionable_volume)

    @staticmethod
    def resolve_customer_volume(root: LiveFigures, _info: ResolveInfo) -> str:
        """In points."""
        return volume(root.customer_volume)

    @staticmethod
    def resolve_group_volume(root: LiveFigures, _info: ResolveInfo) -> str:
        """In points."""
        return volume(root.group_volume)

    @staticmethod
    def resolve_order_count(root: LiveFigures, _info: ResolveInfo) -> int:
        """As it is."""
        return root.orders

    @staticmethod
    def resolve_age(root: LiveFigures, _info: ResolveInfo) -> int:
        """By this server's clock."""
        return max(0, int(time.time() - root.as_of.timestamp()))


def live_field() -> Field:
    """The field of a member that has its live figures."""
    return Field(
        LiveVolumes,
        period=Argument(
            String, description="The open period, such as 2026-12. Default: the latest with live figures."
        ),
        plan=Argument(String, description="The plan's name. Default: the one whose figures were begun last."),
        description="The member's live figures in an open period, as `upline live` and `refreshLiveFigures` "
        "keep them, with their age; null where none are kept, or if the member is not in them yet. "
        "Error: `bad_period`.",
    )


async def live_of(
    root: Member, info: ResolveInfo, period: str | None = None, plan: str | None = None
) -> LiveFigures | None:
    """The figures of all members of one level take one statement."""
    context: Context = info.context
    key = period, plan, None
    run = await context.finished.live.chosen(key, context.live_choices.load)
    figures = await _figures(context, run, root.member_id)
    if figures is None:  # perhaps the figures were made anew, or somebody moved, since the choice was known
        figures = await _figures(context, await context.live_choices.load(key), root.member_id)
    return figures


async def _figures(context: Context, run: Any, member_id: str) -> LiveFigures | None:
    if run is None:
        return None
    context.live_runs[run.number] = run
    return await context.live_figures.load((run.number, bool(run.facts.get("moved")), member_id))
