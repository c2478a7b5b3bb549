# mypy: allow-untyped-calls
"""Types for explanations: why a member was or was not paid for an order, the same as `upline explain`."""

from typing import Any

from graphene import ID, Boolean, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.api.types.overlays import SteppedOver
from engine.api.types.pages import most, size
from engine.api.types.scalars import Decimal


class ExplainedLine(ObjectType):
    """A line of a bonus in words: the member at a level, and what was paid there or why nothing was."""

    level = Int(required=True, description="The level of the bonus, counted after compression.")
    tree_level = Int(description="The number of levels up in the real tree.")
    payee_id = ID(description="The member who is paid, or would be; null if nobody is left above.")
    source_id = ID(required=True, description="The member whose volume it is.")
    base = Decimal(required=True, description="What the rate applies to: volume, money or pieces.")
    rate = Decimal(required=True, description="The rate, or the amount for each piece.")
    amount = Decimal(description="What the line pays, in the run's currency; null if it pays nothing.")
    reason = String(description="The stable name of the reason why it pays nothing, or less than it could.")
    why = String(description="Why it pays nothing, in words; null on a paid line.")


class ExplainedStep(ExplainedLine):
    """A line, and the members who were skipped to reach its payee."""

    skipped_count = Int(required=True, description="Number of members who were skipped.")
    skipped = List(
        NonNull(SteppedOver),
        first=most("members"),
        required=True,
        description="The members who were skipped, nearest first.",
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
    """A figure that the rule of a bonus shows for a member."""

    name = String(required=True, description="The name of the figure, from the rule.")
    text = String(required=True, description="The figure as exact text.")


class ExplainedEntry(ObjectType):
    """A member whose group or leg the order entered, for a bonus that is not paid order by order."""

    member_id = ID(required=True, description="The member.")
    distance = Int(description="Levels above the order; null if the order is not in the member's group.")
    through = ID(description="The member directly below whose group has the order.")
    leg = String(description="The leg of that member.")
    figures = List(NonNull(NamedFigure), required=True, description="The figures that the rule shows.")
    lines = List(
        NonNull(ExplainedLine),
        first=most("lines"),
        required=True,
        description="The lines of the bonus that pay the member, or could have.",
    )

    @staticmethod
    def resolve_figures(root: dict[str, Any], _info: ResolveInfo) -> list[dict[str, str]]:
        """Names and figures, in the rule's order."""
        return [{"name": name, "text": text} for name, text in root["figures"].items()]

    @staticmethod
    def resolve_lines(root: dict[str, Any], _info: ResolveInfo, first: int) -> list[dict[str, Any]]:
        """The first of them."""
        return [{"run": root["run"], **line} for line in root["lines"][: size(first)]]


class ExplainedRequirement(ObjectType):
    """A requirement of a bonus, and the member's progress on it."""

    requirement = String(required=True, description="The rule, in words.")
    required = Decimal(required=True, description="The figure that the bonus requires.")
    actual = Decimal(required=True, description="The member's figure.")
    passes = Boolean(required=True, description="Whether the requirement is met.")


class ExplainedBonus(ObjectType):
    """How one bonus treated the order."""

    bonus = String(required=True, description="The bonus's name in the plan.")
    verdict = String(required=True, description="The answer for the member, in one sentence.")
    about = String(required=True, description="What the rule says about itself; empty if the steps show it.")
    plan_says = String(
        required=True, description="The bonus's settings in the plan; empty if the steps show them."
    )
    cut = String(required=True, description="What caps took of the member's earning; empty if nothing.")
    steps = List(
        NonNull(ExplainedStep),
        required=True,
        description="The way up, line by line; for a member it ends at the own place.",
    )
    entries = List(
        NonNull(ExplainedEntry),
        description="The members whose groups the order entered, nearest first.",
    )
    requirements = List(
        NonNull(ExplainedRequirement), required=True, description="What the bonus requires of the member."
    )

    @staticmethod
    def resolve_steps(root: dict[str, Any], _info: ResolveInfo) -> list[dict[str, Any]]:
        """The steps, each with the run that it belongs to."""
        return [{"run": root["run"], **step} for step in root["steps"]]

    @staticmethod
    def resolve_entries(root: dict[str, Any], _info: ResolveInfo) -> list[dict[str, Any]]:
        """The entries, each with the run that it belongs to."""
        return [{"run": root["run"], **entry} for entry in root["entries"]]


class Explanation(ObjectType):
    """Why a member was or was not paid for an order, bonus by bonus."""

    order_id = ID(required=True, description="The order.")
    source_id = ID(required=True, description="The member who is credited with the order.")
    member_id = ID(required=True, description="The member whose pay is explained.")
    distance = Int(
        description="Levels between the credited member and this one; null if this one is not above."
    )
    bonuses = List(
        NonNull(ExplainedBonus),
        required=True,
        description="One explanation for each bonus, in the plan's order.",
    )
    elsewhere = List(
        NonNull(String),
        required=True,
        description="Bonuses of other calendars, and the periods that pay them.",
    )

    @staticmethod
    def resolve_bonuses(root: dict[str, Any], _info: ResolveInfo) -> list[dict[str, Any]]:
        """The bonuses, each with the run that computed it."""
        return [{"run": root["run"], **bonus} for bonus in root["bonuses"]]
