# mypy: allow-untyped-calls
"""Trees as arguments: which one, who of it, in which order; what a leg and a level of it are."""

from collections.abc import Sequence
from typing import Any

import graphene
from graphene import (
    Argument,
    Boolean,
    Field,
    InputField,
    InputObjectType,
    Int,
    List,
    NonNull,
    ObjectType,
    ResolveInfo,
    String,
)

from engine import ranges
from engine.access.areas import Area, Scope
from engine.access.reach import Reach
from engine.answers.downline import Bounds, Conditions
from engine.answers.duplication import Generation
from engine.answers.sorting import Sort
from engine.api.context import Context
from engine.api.errors import HiddenFigureError
from engine.api.types.scalars import Decimal, MemberStatus, described, enum_value
from engine.money import AmountError

# Types of engine/api/types/people.py by name: that module imports this one.
STANDING = "engine.api.types.people.Standing"
MOST_LISTED = 100
"""Ranks, statuses or countries of one filter."""


class Tree(graphene.Enum):
    """A tree of the company."""

    PLACEMENT = "placement"
    SPONSOR = "sponsor"

    description = described(
        {
            "placement": "Who is placed under whom. In a company of one tree, that tree.",
            "sponsor": "Who sponsored whom.",
        }
    )


class OrderDirection(graphene.Enum):
    """The direction of a sorted list."""

    ASC = "asc"
    DESC = "desc"

    description = described({"asc": "The lowest first.", "desc": "The highest first."})


_BY = {
    "member": "The member's id.",
    "name": "The member's name today, in small letters; without one first.",
    "enrolled": "The day of enrolment; without one first.",
    "level": "The level below the member whose downline it is.",
    "group_volume": "Group volume.",
    "personal_volume": "Personal volume.",
    "commissionable_volume": "Commissionable volume.",
    "customer_volume": "Volume of customers' orders.",
    "group_commissionable_volume": "Commissionable volume of the group; 0 where the run did not count it.",
    "orders": "Number of orders.",
    "rank": "The rank that the member is paid as, the lowest of the plan first.",
    "qualified_rank": "The rank that the member qualifies for.",
    "lifetime_rank": "The highest rank that the member has ever qualified for.",
    "earned": "Pay from all bonuses together.",
}


class MemberOrderField(graphene.Enum):
    """What members of a downline of today can be sorted by."""

    MEMBER_ID = "member"
    NAME = "name"
    ENROLLED_ON = "enrolled"
    LEVEL = "level"

    description = described(_BY)


class StandingOrderField(graphene.Enum):
    """What standings of a downline can be sorted by."""

    MEMBER_ID = "member"
    NAME = "name"
    ENROLLED_ON = "enrolled"
    LEVEL = "level"
    GROUP_VOLUME = "group_volume"
    PERSONAL_VOLUME = "personal_volume"
    COMMISSIONABLE_VOLUME = "commissionable_volume"
    CUSTOMER_VOLUME = "customer_volume"
    GROUP_COMMISSIONABLE_VOLUME = "group_commissionable_volume"
    ORDER_COUNT = "orders"
    RANK = "rank"
    QUALIFIED_RANK = "qualified_rank"
    LIFETIME_RANK = "lifetime_rank"
    EARNED = "earned"

    description = described(_BY)


class MemberOrder(InputObjectType):
    """The order of a downline of today. Members that are equal in it are sorted by id."""

    field = InputField(NonNull(MemberOrderField), description="What to sort by.")
    direction = InputField(
        NonNull(OrderDirection), default_value="asc", description="The direction; ids of equals go upward."
    )


class StandingOrder(InputObjectType):
    """The order of a downline in a run. Standings that are equal in it are sorted by the member's id."""

    field = InputField(NonNull(StandingOrderField), description="What to sort by.")
    direction = InputField(
        NonNull(OrderDirection), default_value="asc", description="The direction; ids of equals go upward."
    )


class LevelRange(InputObjectType):
    """Levels below a member; both ends count."""

    least = InputField(Int, name="from", description="The first level; 1 for those directly below.")
    most = InputField(Int, name="to", description="The last level.")


class VolumeRange(InputObjectType):
    """Volumes; both ends count."""

    least = InputField(Decimal, name="from", description='The least volume, such as "99.50".')
    most = InputField(Decimal, name="to", description="The most volume.")


class DayRange(InputObjectType):
    """Days; both ends count."""

    least = InputField(graphene.Date, name="from", description="The first day.")
    most = InputField(graphene.Date, name="to", description="The last day.")


class MemberFilter(InputObjectType):
    """Which members of a downline of today are listed: those who meet every condition."""

    levels = InputField(LevelRange, description="Levels below the member.")
    statuses = InputField(List(NonNull(MemberStatus)), description="Any of these statuses.")
    countries = InputField(
        List(NonNull(String)), description="Any of these countries, as the company writes them."
    )
    enrolled = InputField(DayRange, description="Days of enrolment.")
    leg = InputField(String, description="The leg below the member, in trees whose legs have names.")


class StandingFilter(InputObjectType):
    """Which standings of a downline are listed: those who meet every condition."""

    levels = InputField(LevelRange, description="Levels below the member.")
    statuses = InputField(List(NonNull(MemberStatus)), description="Any of these statuses, in the run.")
    active = InputField(Boolean, description="Active in the period, or not.")
    ranks = InputField(List(NonNull(String)), description="Paid as any of these ranks of the plan.")
    personal_volume = InputField(VolumeRange, description="Personal volume.")
    group_volume = InputField(VolumeRange, description="Group volume.")
    countries = InputField(
        List(NonNull(String)), description="Any of these countries today, as the company writes them."
    )
    enrolled = InputField(DayRange, description="Days of enrolment.")
    leg = InputField(String, description="The leg below the member, in trees whose legs have names.")


class LevelCount(ObjectType):
    """How many members there are on one level below a member."""

    level = Int(required=True, description="The level; 1 for those directly below.")
    members = Int(required=True, description="Members on it.")
    active = Int(required=True, description="How many of them are active in the period.")


class TeamGeneration(ObjectType):
    """One generation of a team: a level below a member in the sponsor tree, and how its members duplicate.

    Days are medians of those who have done it, whole days from the day of enrolment; of two values the lower
    one, null if nobody has.
    """

    generation = Int(required=True, description="The level; 1 for those whom the member sponsors.")
    members = Int(required=True, description="Members of it who enrolled by the end of the period.")
    recruiting = Int(required=True, description="How many of them have recruited somebody by then.")
    selling = Int(required=True, description="How many of them had customers' volume in the period.")
    ranked = Int(required=True, description="How many of them have ever held the first rank or a higher one.")
    recruits = Int(required=True, description="Whom they have recruited by the end of the period.")
    days_to_first_recruit = Int(description="Days to the enrolment of the first recruit.")
    days_to_first_order = Int(
        description="Days to the first order that the member is credited with, own or a customer's."
    )
    days_to_first_rank = Int(
        description="Days to the end of the first period in which a finished run paid the member as one of "
        "the first rank or a higher one."
    )

    @staticmethod
    def resolve_generation(root: Generation, _info: ResolveInfo) -> int:
        """The level."""
        return root.number


class Leg(ObjectType):
    """A leg of a member in a run: someone directly below, with everyone under them."""

    leg = String(description="The name of the leg, in trees whose legs have names.")
    head = Field(NonNull(STANDING), description="The standing at the top of the leg.")
    size = Int(description="Members of the leg, its head included; null for a run of an earlier release.")
    volume = Decimal(required=True, description="Group volume of the head: that of the whole leg.")
    best_rank = String(required=True, description="The highest rank in the leg that somebody qualifies for.")


def tree_argument(default: str) -> Argument:
    """The argument for a tree."""
    return Argument(Tree, description=f"The tree to follow. Default: {default}.")


async def tree_today(context: Context, tree: Any) -> str:
    """The tree of today that an argument means: ``sponsor`` or ``placement``."""
    if tree is not None and enum_value(tree) == "sponsor":
        return "sponsor"
    return "sponsor" if await context.one_tree.load(()) else "placement"


def of_search(what: str) -> Argument:
    """The argument for a search."""
    return Argument(
        String,
        description=f"Only {what} whose id begins with this, or whose name has every word of it: as a word, "
        "as the beginning of one, or from 4 letters on with one letter wrong. Accents do not matter.",
    )


def sort_of(reach: Reach, order: dict[str, Any] | None) -> Sort:
    """The order of a downline, by default by id; raises HiddenFigureError."""
    if order is None:
        return Sort("member")
    figure = enum_value(order["field"])
    if figure == "earned" and reach.scope(Area.MONEY) < Scope.GROUP:
        raise hidden("what others earn")
    if figure == "name" and reach.scope(Area.NAMES) is Scope.NOBODY:
        raise hidden("names")
    return Sort(figure, enum_value(order["direction"]) == "desc")


def hidden(what: str) -> HiddenFigureError:
    """The refusal to sort or search by what the viewer does not see."""
    return HiddenFigureError(f"you do not see {what}, so no list can go by it", todo="Choose another order.")


def conditions_of(
    filters: dict[str, Any] | None, depth: int | None = None, overlay: int | None = None
) -> Conditions:
    """The conditions of a filter, a depth and a compressed tree. Raises AmountError for a wrong figure."""
    values = filters or {}
    levels, days = values.get("levels") or {}, values.get("enrolled") or {}
    ends = [_level(each) for each in (depth, levels.get("most")) if each is not None]
    figures = []
    for name in ("personal_volume", "group_volume"):
        volumes = values.get(name) or {}
        if volumes:
            figures.append(Bounds(name, *(_volume(volumes.get(end)) for end in ("least", "most"))))
    return Conditions(
        active=values.get("active"),
        statuses=_listed(values.get("statuses"), "statuses"),
        ranks=_listed(values.get("ranks"), "ranks"),
        levels=min(ends) if ends else None,
        levels_from=None if levels.get("least") is None else _level(levels["least"]),
        figures=tuple(figures),
        countries=_listed(values.get("countries"), "countries"),
        enrolled_from=days.get("least"),
        enrolled_to=days.get("most"),
        leg=values.get("leg"),
        overlay=overlay,
    )


def _listed(values: Sequence[Any] | None, name: str) -> tuple[str, ...] | None:
    if values is None:
        return None
    if len(values) > MOST_LISTED:
        raise AmountError(f"{name} must have at most {MOST_LISTED} values")
    return tuple(map(enum_value, values))


def _level(level: int) -> int:
    return ranges.DEPTH.read(level, "a level")


def _volume(text: str | None) -> int | None:
    return None if text is None else ranges.OPENING_VOLUME.read(text, "a volume")
