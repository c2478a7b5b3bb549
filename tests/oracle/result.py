"""What the oracle answers: one Result per period. Volumes are hundredths, money is minor units."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Standing:
    """One member in one period; depth 0 is a root of the main tree."""

    member_id: str
    parent_id: str | None
    sponsor_id: str | None
    depth: int
    status: str
    active: bool
    personal_volume: int
    commissionable_volume: int
    group_volume: int
    qualified_rank: str
    rank: str
    kept_rank: str = ""
    """The rank that pay would go by without an override."""


@dataclass(frozen=True, slots=True)
class RankCard:
    """One requirement of one rank for one member; volumes in hundredths, else plain counts."""

    rank: str
    kind: str
    required: int
    actual: int
    passes: bool

    def __iter__(self) -> Iterator[str | int | bool]:
        """Read the card as the row (rank, kind, required, actual, passes)."""
        return iter((self.rank, self.kind, self.required, self.actual, self.passes))


@dataclass(frozen=True, slots=True)
class Line:
    """The pay of one member for one order. `base` is the volume after the bonus's factor, in hundredths.

    `exact` is in minor units; `amount` is `exact` rounded, or None in a plan that rounds totals.
    """

    payee_id: str
    bonus: str
    order_id: str
    source_id: str
    level: int
    tree_level: int
    base: Fraction
    rate: Fraction
    exact: Fraction
    amount: int | None


@dataclass(frozen=True, slots=True)
class Unpaid:
    """A share that stays with the company, and why.

    `payee_id` is the member at that level, None where there is nobody. Reason `lower_rate` goes with a paid
    line: the member's rate is below the highest that the plan knows at that level.
    """

    bonus: str
    order_id: str
    source_id: str
    level: int
    reason: str
    exact: Fraction
    payee_id: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """One bonus of one period: budget = paid_exact + breakage, paid + cut = paid_exact + rounding."""

    budget: Fraction
    paid_exact: Fraction
    breakage: Fraction
    paid: int
    rounding: Fraction
    cut: int = 0


@dataclass(slots=True)
class Result:
    """Everything about one period."""

    period: str
    standings: dict[str, Standing] = field(default_factory=dict)
    rank_cards: dict[str, list[RankCard]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    unpaid: list[Unpaid] = field(default_factory=list)
    earnings: dict[tuple[str, str], int] = field(default_factory=dict)
    totals: dict[str, Totals] = field(default_factory=dict)

    def earned(self, member_id: str) -> int:
        """All bonuses of one member, in minor units."""
        return sum(amount for (payee, _), amount in self.earnings.items() if payee == member_id)
