# mypy: allow-untyped-calls
"""Scalars, enums and the money type of the API."""

from typing import Any

import graphene
from graphql import GraphQLError


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

    @property
    def description(self) -> str:
        """What each value means."""
        return {
            "active": "A regular member.",
            "suspended": "Suspended for now; keeps the place in the trees.",
            "terminated": "Has left; keeps the place in the trees.",
            "customer": "Buys but no longer recruits; keeps the place in the trees.",
        }[self.value]  # type: ignore[attr-defined]  # graphene makes it an enum


class LineBasis(graphene.Enum):
    """What the base of a line counts."""

    VOLUME = "volume"
    MONEY = "money"
    COUNT = "count"

    @property
    def description(self) -> str:
        """What each value means."""
        return {
            "volume": "Points of commissionable volume; the rate is a share.",
            "money": "Money in the run's currency; the rate is a share.",
            "count": "Pieces; the rate is a fixed amount for each.",
        }[self.value]  # type: ignore[attr-defined]  # graphene makes it an enum


class FigureUnit(graphene.Enum):
    """What the figures of a rank requirement count."""

    VOLUME = "volume"
    RATE = "rate"
    COUNT = "count"

    @property
    def description(self) -> str:
        """What each value means."""
        return {
            "volume": "Points of volume.",
            "rate": "A share, such as 0.25 for a quarter.",
            "count": "A number of legs or members.",
        }[self.value]  # type: ignore[attr-defined]  # graphene makes it an enum


class RunTree(graphene.Enum):
    """A tree of a run."""

    MAIN = "main"
    SPONSOR = "sponsor"

    @property
    def description(self) -> str:
        """What each value means."""
        return {
            "main": "The plan's main tree: children, upline and group volume follow it.",
            "sponsor": "The sponsor tree, if the plan uses it in addition to the main tree.",
        }[self.value]  # type: ignore[attr-defined]  # graphene makes it an enum


class RankMatch(graphene.Enum):
    """How many of a rank's requirements must be met."""

    ALL = "all"
    ANY = "any"

    @property
    def description(self) -> str:
        """What each value means."""
        return {"all": "Every requirement.", "any": "One requirement is enough."}[self.value]  # type: ignore[attr-defined]  # graphene makes it an enum


class Money(graphene.ObjectType):
    """An exact amount of money."""

    amount = Decimal(required=True, description="The amount in units of the currency, with all decimals.")
    currency = graphene.String(required=True, description="The currency's code, such as USD.")
