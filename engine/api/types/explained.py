# mypy: allow-untyped-calls
"""Types for explanations: why a member was paid for an order or was not, as `upline explain` tells it."""

from typing import Any

from graphene import ID, Boolean, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.api.types.overlays import SteppedOver
from engine.api.types.pages import most, size
from engine.api.types.scalars import Decimal


class ExplainedLine(ObjectType):
    """A line of a bonus in words: who stands at a level, and what was paid there or why nothing was."""

    level = Int(required=True, description="The level that is paid, counted after compression.")
    tree_level = Int(description="The steps up in the real tree.")
    payee_id = ID(description="Who is or would be paid; null where nobody is left above.")
    source_id = ID(required=True, description="Whose volume it is.")
    base = Decimal(required=True, description="What the rate applies to: volume, money or pieces.")
    rate = Decimal(required=True, description="The rate, or the amount of a piece.")
    amount = Decimal(description="What the line pays, in the run's currency; null where that is nothing.")
    reason = String(description="The stable word for why it pays nothing, or less than it could.")
    why = String(description="Why it pays nothing, in words; null on a paid line.")


class ExplainedStep(ExplainedLine):
    """A line, and who was stepped over to reach its payee."""

    skipped_count = Int(required=True, description="How many ancestors were stepped over.")
    skipped = List(
        NonNull(SteppedOver),
        first=most("of them"),
        required=True,
        description="Those, the nearest first.",
    )

    @staticmethod
    def resolve_skipped_count(root: dict[str, Any], _info: ResolveInfo) -> int:
        """All of them, whatever the page."""
        return len(root["skipped"])

    @staticmethod
    def resolve_skipped(root: dict[str, Any], _info: ResolveInfo, first: int) -> list[dict[str, Any]]:
        """The nearest, each with the run that its standing belongs to."""
        return [{"run": root["run"], **skip} for skip in root["skipped"][: size(first)]]


class NamedFigure(ObjectType):
    """A figure that the rule of a bonus shows of a member."""

    name = String(required=True, description="What it is, in the rule's own words.")
    text = String(required=True, description="The figure as exact text.")


class ExplainedEntry(ObjectType):
    """A member whose group or leg the order entered, for a bonus that is not paid order by order."""

    member_id = ID(required=True, description="Who.")
    distance = Int(description="Levels above the order; null where it is not in the member's group.")
    through = ID(description="The member below by whom it came in.")
    leg = String(description="The leg in which that one stands.")
    figures = List(NonNull(NamedFigure), required=True, description="What the rule shows of the member.")
    lines = List(
        NonNull(ExplainedLine),
        first=most("lines"),
        required=True,
        description="The lines of the bonus that pay the member, or would have.",
    )

    @staticmethod
    def resolve_figures(root: dict[str, Any], _info: ResolveInfo) -> list[dict[str, str]]:
        """Names and texts, in the rule's order."""
        return [{"name": name, "text": text} for name, text in root["figures"].items()]

    @staticmethod
    def resolve_lines(root: dict[str, Any], _info: ResolveInfo, first: int) -> list[dict[str, Any]]:
        """The first of them."""
        found: list[dict[str, Any]] = root["lines"][: size(first)]
        return found


class ExplainedRequirement(ObjectType):
    """Something that a bonus asks of the member, and how far the member is."""

    requirement = String(required=True, description="The rule, in words.")
    required = Decimal(required=True, description="What is asked for.")
    actual = Decimal(required=True, description="What is there.")
    passes = Boolean(required=True, description="Whether that is enough.")


class ExplainedBonus(ObjectType):
    """What one bonus made of the order."""

    bonus = String(required=True, description="The bonus's name in the plan.")
    verdict = String(required=True, description="The answer to the member who asks, in a sentence.")
    about = String(required=True, description="What the rule says of itself; empty where the steps tell it.")
    plan_says = String(required=True, description="What the plan gives it; empty where the steps tell it.")
    cut = String(required=True, description="What caps took of the member's earning; empty for nothing.")
    steps = List(NonNull(ExplainedStep), required=True, description="The way up, line by line.")
    entries = List(
        NonNull(ExplainedEntry), required=True, description="Where the order entered, nearest first."
    )
    requirements = List(
        NonNull(ExplainedRequirement), required=True, description="What the bonus asks of the member."
    )

    @staticmethod
    def resolve_steps(root: dict[str, Any], _info: ResolveInfo) -> list[dict[str, Any]]:
        """The steps, each with the run that it belongs to."""
        return [{"run": root["run"], **step} for step in root["steps"]]


class Explanation(ObjectType):
    """Why a member was paid for an order or was not, bonus by bonus."""

    order_id = ID(required=True, description="The order.")
    source_id = ID(required=True, description="Who is credited with it.")
    member_id = ID(required=True, description="Who asks.")
    distance = Int(description="How many levels the member stands above; null for who does not.")
    bonuses = List(NonNull(ExplainedBonus), required=True, description="In the plan's order.")
    elsewhere = List(
        NonNull(String),
        required=True,
        description="Bonuses of other calendars, and which period to ask for.",
    )

    @staticmethod
    def resolve_bonuses(root: dict[str, Any], _info: ResolveInfo) -> list[dict[str, Any]]:
        """The bonuses, each with the run that computed it."""
        return [{"run": root["run"], **bonus} for bonus in root["bonuses"]]
