# mypy: allow-untyped-calls
"""Scalars and small values of the API."""

from typing import Any

import graphene
from graphql import GraphQLError


class Decimal(graphene.Scalar):
    """An exact decimal number as text, such as "1234.50"; never to be read as a float."""

    @staticmethod
    def serialize(value: Any) -> str:  # type: ignore[override]  # graphene declares None
        """Text as it is: figures are written out where they are read."""
        if not isinstance(value, str):
            raise GraphQLError(f"a decimal must be text here, not {value!r}")
        return value


class MemberStatus(graphene.Enum):
    """Where a member stands in the company."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    CUSTOMER = "customer"

    @property
    def description(self) -> str:
        """What each value means."""
        return {
            "active": "A member like any other.",
            "suspended": "Held back for now; keeps the place in the trees.",
            "terminated": "Has left; keeps the place in the trees of periods before.",
            "customer": "Buys and no longer recruits; keeps the place in the trees, as whoever has left.",
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
            "count": "Whole things: legs, members.",
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
            "sponsor": "Who recruited whom, where the plan walks that beside the main tree.",
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

    amount = Decimal(required=True, description="In units of the currency, with all its decimals.")
    currency = graphene.String(required=True, description="The currency's ISO 4217 code, such as USD.")
