# mypy: allow-untyped-calls
"""Types for ranks: the rank card, and what is missing for the next rank with the legs that could bring it."""

import asyncio
from itertools import groupby
from typing import Any

from graphene import ID, Boolean, Field, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.answers import ranks
from engine.answers.standings import Standing
from engine.api.context import Context
from engine.api.types.pages import size
from engine.api.types.scalars import Decimal, FigureUnit, RankMatch
from engine.composition import requirements
from engine.money import decimal
from engine.plans.plan import Plan

STANDING = "engine.api.types.people.Standing"
LEGS = 5
"""Legs that one requirement shows unless `first` says otherwise."""


class HelpingLeg(ObjectType):
    """A leg, or a personally sponsored member, that could bring what a requirement is missing."""

    member_id = ID(required=True, description="The member at the head of the leg.")
    standing = Field(STANDING, description="That member's standing in the same run.")
    counts = Decimal(required=True, description="The figure that the leg counts for now.")
    room = Decimal(required=True, description="How much more the leg could count for.")

    @staticmethod
    async def resolve_standing(root: dict[str, Any], info: ResolveInfo) -> Standing | None:
        """One loader for all legs."""
        context: Context = info.context
        return await context.standings.load((root["run"], root["member_id"]))


class RankRequirement(ObjectType):
    """One requirement of a rank, and a member's progress on it."""

    requirement = String(
        required=True, description="The rule's name, such as group_volume or legs_with_rank."
    )
    unit = FigureUnit(required=True, description="What the figures count.")
    required = Decimal(required=True, description="The figure that the rank requires.")
    actual = Decimal(required=True, description="The figure that the member has reached in the period.")
    missing = Decimal(required=True, description="How much is still missing; 0 if the requirement is met.")
    passes = Boolean(required=True, description="Whether the requirement is met.")
    legs = List(
        NonNull(HelpingLeg),
        first=NonNull(Int, default_value=LEGS, description="How many at most, those that count most first."),
        description=f"What each leg counts towards it, at most {ranks.MOST_HELPERS}; empty if its rule does "
        "not say what a leg counts for.",
    )

    @staticmethod
    async def resolve_legs(root: dict[str, Any], info: ResolveInfo, first: int) -> list[dict[str, Any]]:
        """The legs of all standings of one level take one query."""
        context: Context = info.context
        row: ranks.Progress = root["row"]
        helpers = await context.helpers.load((root["run"], root["member_id"])) or {}
        legs = sorted(helpers.get((row.number, row.place), ()), key=lambda leg: (-leg.counts, leg.member_id))
        return [_leg(leg, row, root["run"]) for leg in legs[: size(first)]]


class RankStep(ObjectType):
    """One rank of the plan, and a member's progress on it."""

    rank = String(required=True, description="The rank's name.")
    match = RankMatch(required=True, description="Whether all requirements must be met, or any one of them.")
    must_be_active = Boolean(required=True, description="Whether only active members can hold the rank.")
    requirements = List(NonNull(RankRequirement), required=True, description="The requirements of the rank.")


class NextRequirement(RankRequirement):
    """One requirement on a way to the next rank."""

    legs = List(
        NonNull(HelpingLeg),
        first=NonNull(Int, default_value=LEGS, description="How many at most, the most promising first."),
        description=f"The legs that could bring what is missing, at most {ranks.MOST_HELPERS}; empty if the "
        "requirement is met or if its rule does not say what a leg counts for.",
    )

    @staticmethod
    async def resolve_legs(root: dict[str, Any], _info: ResolveInfo, first: int) -> list[dict[str, Any]]:
        """The most promising legs."""
        legs: list[dict[str, Any]] = root["legs"]
        return legs[: size(first)]


class RankWay(ObjectType):
    """One way to a rank: requirements that together are enough."""

    unmet = Int(required=True, description="Number of requirements that are not met.")
    requirements = List(
        NonNull(NextRequirement), required=True, description="All requirements of this way, met or not."
    )


class NextRank(ObjectType):
    """The rank above the one that a member qualifies for, and what is missing for it."""

    rank = String(required=True, description="The rank's name.")
    must_be_active = Boolean(required=True, description="Whether only active members can hold the rank.")
    active = Boolean(required=True, description="Whether the member is active in the period.")
    ways = List(
        NonNull(RankWay),
        required=True,
        description="The ways to the rank, the one with the fewest unmet requirements first.",
    )


def rank_steps(plan: Plan, rows: tuple[ranks.Progress, ...], standing: Standing) -> list[dict[str, Any]]:
    """The rows of a rank card, grouped by rank."""
    return [
        {
            "rank": plan.rank_names[number],
            "match": plan.ranks[number - 1].match,
            "must_be_active": plan.ranks[number - 1].must_be_active,
            "requirements": [figures_of(row, standing) for row in group],
        }
        for number, group in groupby(rows, lambda row: row.number)
    ]


async def next_rank(info: ResolveInfo, standing: Standing) -> dict[str, Any] | None:
    """What is missing for the rank above the qualified one, figures written out; None at the top."""
    context: Context = info.context
    plan, key = context.finished.plan(context.runs[standing.run]), (standing.run, standing.member_id)
    qualified = plan.rank_names.index(standing.qualified_rank)
    if qualified >= len(plan.ranks):
        return None
    rows, helpers = await asyncio.gather(context.rank_cards.load(key), context.helpers.load(key))
    near = ranks.near_miss(plan, qualified, rows or (), helpers or {})
    return (
        None
        if near is None
        else {
            "rank": near.rank,
            "must_be_active": near.must_be_active,
            "active": standing.active,
            "ways": [
                {
                    "unmet": sum(not row.passes for row in way),
                    "requirements": [_with_legs(row, standing) for row in way],
                }
                for way in near.ways
            ],
        }
    )


def _with_legs(row: ranks.Progress, standing: Standing) -> dict[str, Any]:
    return {
        **figures_of(row, standing),
        "legs": [_leg(helper, row, standing.run) for helper in row.helpers],
    }


def _leg(leg: ranks.Helper, row: ranks.Progress, run: int) -> dict[str, Any]:
    digits = requirements.DIGITS[row.unit]
    return {
        "run": run,
        "member_id": leg.member_id,
        "counts": decimal(leg.counts, digits),
        "room": decimal(leg.room, digits),
    }


def figures_of(row: ranks.Progress, standing: Standing) -> dict[str, Any]:
    """A requirement with its figures as exact text, and the member whose they are."""
    digits = requirements.DIGITS[row.unit]
    return {
        "run": standing.run,
        "member_id": standing.member_id,
        "row": row,
        "requirement": row.requirement,
        "unit": row.unit,
        "required": decimal(row.required, digits),
        "actual": decimal(row.actual, digits),
        "missing": decimal(row.missing, digits),
        "passes": row.passes,
    }
