# mypy: allow-untyped-calls
"""Types for a member over time, and for who is nearest to the next rank."""

from graphene import Boolean, Field, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.answers import near
from engine.answers.history import PeriodFigures, history
from engine.answers.members import Member
from engine.answers.standings import Standing
from engine.api.context import Context
from engine.api.types.figures import Cash, cash, volume
from engine.api.types.pages import size
from engine.api.types.ranks import RankRequirement, figures_of
from engine.api.types.scalars import Decimal, Money
from engine.money import decimal

# Types of other files by name: those import this one.
STANDING, RUN = "engine.api.types.people.Standing", "engine.api.types.runs.Run"
DIGITS = 4
"""Decimals of a distance."""


class HistoryPoint(ObjectType):
    """A member's figures in one period, as the newest run of that period has them."""

    period = String(required=True, description="The period, such as 2026-11.")
    run = Field(RUN, description="The run that these figures come from.")
    qualified_rank = String(required=True, description="The rank that the member qualified for.")
    rank = String(required=True, description="The rank that the member was paid as.")
    active = Boolean(required=True, description="Whether the member met the plan's activity rule.")
    personal_volume = Decimal(required=True, description="Personal volume.")
    group_volume = Decimal(required=True, description="Group volume.")
    earned = Field(Money, description="The member's pay; null where the viewer may not see it.")

    @staticmethod
    def resolve_period(root: PeriodFigures, _info: ResolveInfo) -> str:
        """Of the run."""
        return root.run.period

    @staticmethod
    def resolve_personal_volume(root: PeriodFigures, _info: ResolveInfo) -> str:
        """Hundredths as text."""
        return volume(root.personal_volume)

    @staticmethod
    def resolve_group_volume(root: PeriodFigures, _info: ResolveInfo) -> str:
        """Hundredths as text."""
        return volume(root.group_volume)

    @staticmethod
    def resolve_earned(root: PeriodFigures, _info: ResolveInfo) -> Cash | None:
        """Money in the run's currency."""
        return None if root.earned is None else cash(root.earned, root.run.cash)


class NearMember(ObjectType):
    """A member who is near the next rank, and what is missing on the shortest way."""

    standing = Field(STANDING, description="The member's standing.")
    rank = String(required=True, description="The next rank.")
    distance = Decimal(
        required=True,
        description="How far it is: the share that is missing of each requirement that is not met, added up; "
        "0.25 is a quarter of one requirement. Missing activity that the rank asks for counts 1.",
    )
    inactive = Boolean(required=True, description="Whether the member must also become active.")
    missing = List(NonNull(RankRequirement), required=True, description="The requirements that are not met.")

    @staticmethod
    def resolve_distance(root: near.Near, _info: ResolveInfo) -> str:
        """Rounded to some decimals."""
        return decimal(round(root.distance * 10**DIGITS), DIGITS)

    @staticmethod
    def resolve_missing(root: near.Near, _info: ResolveInfo) -> list[object]:
        """Figures in the unit of each requirement."""
        return [figures_of(row, root.standing) for row in root.missing]


class NearMisses(ObjectType):
    """Who is nearest to the next rank."""

    members = List(NonNull(NearMember), required=True, description="The nearest first.")
    candidates = Int(required=True, description="How many active members can still reach a next rank.")
    complete = Boolean(
        required=True,
        description=f"Whether all of them were looked at; at most {near.MOST_CANDIDATES:,} are, those with "
        "the largest groups.",
    )


async def history_of(
    root: Member, info: ResolveInfo, first: int, periods: list[str] | None = None, plan: str | None = None
) -> list[PeriodFigures]:
    """A member's periods: all take one statement, after the list of runs."""
    context: Context = info.context
    points = await context.read(history, root.member_id, size(first), periods, plan)
    for point in points:
        context.known(point.run)
    return points


async def near_misses_of(
    root: Standing, info: ResolveInfo, first: int, rank: str | None = None
) -> near.NearMisses:
    """The nearest of a downline: one walk down the group, and some statements on rank cards."""
    context: Context = info.context
    run = context.runs[root.run]
    plan = context.finished.plan(run)
    return await context.read(near.near_misses, run, plan, root.member_id, size(first), rank)
