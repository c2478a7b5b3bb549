"""Earnings from elsewhere: what members earned in bonuses that are not computed here, as the company says.

The plan says which, by bonuses of the kind `outside`. Each standing keeps the amount, so that the run does
not depend on the table afterwards, and the rule pays it as it is.
"""

from engine import ranges
from engine.errors import UplineError
from engine.graph.database import Row
from engine.money import AmountError, scaled
from engine.passes.context import Work
from engine.passes.record import digest
from engine.plans.plan import Bonus


class OutsideEarningError(UplineError):
    """An amount from elsewhere is in another currency than the plan's, or not in whole minor units of it."""


def bring(work: Work) -> None:
    """Keep the amounts of the period on the standings, and note a bonus for which there are none."""
    bonuses = [bonus for bonus in work.plan.due(work.period.calendar) if bonus.outside]
    if not bonuses:
        return
    names = [_named(bonus) for bonus in bonuses]
    rows = work.graph.read("outside/of_period", period=work.period.name, bonuses=names, cut=work.cut)
    for bonus in bonuses:
        of = [row for row in rows if row["bonus"] == _named(bonus)]
        amounts = [{"member_id": row["member_id"], "amount": _minor(work, row)} for row in of]
        kept = 0
        if amounts:
            kept = work.graph.batched("outside/keep", run=work.run, state=bonus.state, rows=amounts)[0][
                "standings"
            ]
        if not amounts:
            work.results["notes"].append(
                f"there are no outside earnings of {_named(bonus)} for {work.period.name}, so {bonus.name} "
                "has none. Import outside_earnings, then run this period again"
            )
        elif kept < len(amounts):
            work.results["notes"].append(
                f"outside earnings of {_named(bonus)} name {len(amounts) - kept:,} members who are not in "
                f"{work.period.name}; {bonus.name} leaves them out"
            )
    listed = [[row[name] for name in ("bonus", "member_id", "amount", "currency")] for row in rows]
    work.graph.write_rows("runs/matched", run=work.run, facts={"outside_hash": digest(listed)})


def _named(bonus: Bonus) -> str:
    """What the table calls a bonus."""
    return str(bonus.values.get("of") or bonus.name)


def _minor(work: Work, row: Row) -> int:
    """An amount in minor units of the plan's currency."""
    money = work.plan.money
    where = f"{row['bonus']} of {row['member_id']} in {work.period.name}"
    if row["currency"] not in (None, money.currency):
        raise OutsideEarningError(
            f"{where} was earned elsewhere in {row['currency']}; {work.plan.name} pays in {money.currency}",
            "outside_earnings",
            f"Give the amount in {money.currency}.",
        )
    try:
        return ranges.OUTSIDE.checked(scaled(row["amount"], 10**money.digits))
    except AmountError as error:
        raise OutsideEarningError(
            f"{where} was earned elsewhere: {row['amount']} {error.what}",
            "outside_earnings",
            f"{money.currency} has no more decimals.",
        ) from error
