"""Money is conserved: what each bonus could pay is paid, cut, rounded off, or stays for a reason.

Checked for all that both engines compute: stories, and groves of random companies over months.
"""

import json
from collections.abc import Iterator
from fractions import Fraction

Row = dict[str, str]


def losses(totals: list[Row], earnings: list[Row]) -> list[str]:
    """Where the rows of some periods lose or double money; one sentence each."""
    return [*(message for row in totals for message in lost(row)), *unearned(totals, earnings)]


def lost(total: Row) -> Iterator[str]:
    """Where a bonus's figures do not add up."""
    budget, exact, left, paid, rounding, cut = (
        Fraction(total[name]) for name in ("budget", "paid_exact", "breakage", "paid", "rounding", "cut")
    )
    name = f"{total['bonus']} in {total['period']}"
    if budget != exact + left:
        yield f"{name}: could pay {budget}, of which {exact} are earned and {left} left"
    if budget != paid + cut - rounding + left:
        yield f"{name}: could pay {budget}, not {paid} + {cut} - {rounding} + {left}"
    reasons = sum((Fraction(amount) for amount in json.loads(total["reasons"]).values()), Fraction(0))
    if reasons != left:
        yield f"{name}: {left} stay with the company, {reasons} for a reason"


def unearned(totals: list[Row], earnings: list[Row]) -> Iterator[str]:
    """Bonuses whose payees do not earn what the bonus paid, or lose what caps took, to the last unit."""
    for total in totals:
        payments = [row for row in earnings if all(row[key] == total[key] for key in ("period", "bonus"))]
        for column, of in (
            ("paid", "amount"),
            ("cut", "cut"),
            ("paid_exact", "exact"),
            ("rounding", "rounding"),
        ):
            summed = sum((Fraction(row[of]) for row in payments), Fraction(0))
            if summed != Fraction(total[column]):
                yield f"{total['bonus']} in {total['period']}: {column} {total[column]}, of payees {summed}"
