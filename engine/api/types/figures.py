"""Figures as clients see them: exact decimal text, and lines in the units of their bonus."""

from dataclasses import dataclass
from fractions import Fraction

from engine.answers.lines import Line
from engine.money import Currency, decimal
from engine.passes.record import RunRecord
from engine.plans.plan import Plan

EXACT = "Exact, before rounding, in units of the currency; a fraction such as 1/3 if decimals do not end."
"""The description of exact amounts."""


@dataclass(frozen=True, slots=True)
class Cash:
    """An exact amount of money as decimal text in units of its currency."""

    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as clients see it: every figure is exact text, `paid` says whether the line pays anything."""

    run: int
    bonus: str
    payee_id: str | None
    order_id: str | None
    source_id: str
    level: int
    tree_level: int | None
    basis: str
    base: str
    rate: str
    budget: str
    paid: bool
    reason: str | None
    exact: str
    amount: Cash | None


def volume(hundredths: int) -> str:
    """Hundredths of volume as decimal text."""
    if hundredths < 0:
        return decimal(hundredths, 2)
    return f"{hundredths // 100}.{hundredths % 100:02d}"  # what most of an answer is made of


def cash(minor: int, currency: Currency) -> Cash:
    """Minor units of a currency."""
    return Cash(currency.amount(minor), currency.currency)


def exactly(minor: Fraction, run: RunRecord) -> str:
    """An exact number of minor units in units of the run's currency."""
    return run.cash.exact(minor)


def shown(line: Line, run: RunRecord, plan: Plan) -> Shown:
    """A line as clients see it."""
    basis = next(bonus.module.basis for bonus in plan.bonuses if bonus.name == line.bonus)
    money, worth = plan.money, plan.money.worth(basis)
    base = str(line.base) if basis == "count" else (volume if basis == "volume" else money.amount)(line.base)
    # Where pieces are counted, the rate is a fixed amount for each of them.
    rate, budget = (
        (money.amount if basis == "count" else money.rate)(each) for each in (line.rate, line.budget)
    )
    return Shown(
        run=run.number,
        bonus=line.bonus,
        payee_id=line.payee_id,
        order_id=line.order_id,
        source_id=line.source_id,
        level=line.level,
        tree_level=line.tree_level,
        basis=basis,
        base=base,
        rate=rate,
        budget=budget,
        paid=line.rate > 0,
        reason=line.reason,
        exact=money.exact(worth.minor(line.exact)),
        amount=None if line.amount is None else cash(line.amount, money),
    )
