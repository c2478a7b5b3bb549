# mypy: allow-untyped-calls
"""Scalars, enums and the money type of the API."""

from collections.abc import Mapping
from typing import Any

import graphene
from graphql import GraphQLError

from engine.api.types.figures import Cash, cash


def enum_value(choice: Any) -> Any:
    """What an enum's argument says: graphene hands over a member of the enum, or a default as it is."""
    return getattr(choice, "value", choice)


def described(meanings: Mapping[str, str]) -> property:
    """The `description` of an enum, where graphene looks for the meaning of each value."""
    return property(lambda member: meanings[member.value])


class Decimal(graphene.Scalar):
    """An exact decimal number as text, such as "1234.50". Do not read it as a float."""

    @staticmethod
    def serialize(value: Any) -> str:  # type: ignore[override]  # graphene declares None
        """The text itself: resolvers format figures."""
        if not isinstance(value, str):
            raise GraphQLError(f"a decimal must be text here, not {value!r}")
        return value


class MemberStatus(graphene.Enum):
    """The status of a member."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    CUSTOMER = "customer"

    description = described(
        {
            "active": "A regular member.",
            "suspended": "Suspended for now; keeps the place in the trees.",
            "terminated": "Has left; keeps the place in the trees.",
            "customer": "Buys but no longer recruits; keeps the place in the trees.",
        }
    )


class ProspectStatus(graphene.Enum):
    """How far a prospect has come."""

    NEW = "new"
    CONTACTED = "contacted"
    PRESENTED = "presented"
    FOLLOWING_UP = "following_up"
    LOST = "lost"
    CUSTOMER = "customer"
    MEMBER = "member"

    description = described(
        {
            "new": "Nobody has made contact yet.",
            "contacted": "The first contact was made.",
            "presented": "Products or business have been presented.",
            "following_up": "Somebody is following up on the presentation.",
            "lost": "Does not want to go on for now; can be taken up again.",
            "customer": "Has become a customer. Only `convertProspect` gives this status.",
            "member": "Has become a member. Only `enrollMember` gives this status.",
        }
    )


class LineBasis(graphene.Enum):
    """What the base of a line counts."""

    VOLUME = "volume"
    MONEY = "money"
    COUNT = "count"

    description = described(
        {
            "volume": "Points of commissionable volume; the rate is a share.",
            "money": "Money in the run's currency; the rate is a share.",
            "count": "Pieces; the rate is a fixed amount for each.",
        }
    )


class FigureUnit(graphene.Enum):
    """What the figures of a rank requirement count."""

    VOLUME = "volume"
    RATE = "rate"
    COUNT = "count"

    description = described(
        {
            "volume": "Points of volume.",
            "rate": "A share, such as 0.25 for a quarter.",
            "count": "A number of legs or members.",
        }
    )


class RunTree(graphene.Enum):
    """A tree of a run."""

    MAIN = "main"
    SPONSOR = "sponsor"

    description = described(
        {
            "main": "The plan's main tree: children, upline and group volume follow it.",
            "sponsor": "The sponsor tree, if the plan uses it in addition to the main tree.",
        }
    )


class RankMatch(graphene.Enum):
    """How many of a rank's requirements must be met."""

    ALL = "all"
    ANY = "any"

    description = described({"all": "Every requirement.", "any": "One requirement is enough."})


class Money(graphene.ObjectType):
    """An exact amount of money."""

    amount = Decimal(required=True, description="The amount in units of the currency, with all decimals.")
    currency = graphene.String(required=True, description="The currency's code, such as USD.")


def money_of(name: str, description: str) -> graphene.Field:
    """A field of an amount: minor units that the facts have under a name, next to their `cash`."""

    def resolve(root: Any, _info: graphene.ResolveInfo) -> Cash:
        return cash(getattr(root, name), root.cash)

    return graphene.Field(graphene.NonNull(Money), resolver=resolve, description=description)
