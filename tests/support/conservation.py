"""Money is conserved: what each bonus could pay is paid, cut, rounded off, or stays for a reason.

Checked for all that both engines compute: stories, and groves of random companies over months.
"""

import json
from collections.abc import Iterator, Sequence
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


def unbalanced(legs: list[Row], periods: Sequence[str]) -> list[str]:
    """Legs that carry more than came in, lose carry, or are forgiven what refunds took; one sentence each."""
    wrong: list[str] = []
    after: dict[tuple[str, str, str, int], Fraction] = {}
    for row in legs:
        month = list(periods).index(row["period"])
        for side in ("left", "right"):
            key = (row["bonus"], row["member_id"], side)
            before, new, used, left = (
                Fraction(row[f"{side}_{figure}"]) for figure in ("before", "new", "used", "after")
            )
            rest = before + new - used
            most, least = max(Fraction(0), rest), min(Fraction(0), rest)
            if before != after.get((*key, month - 1), 0) or not least <= left <= most:
                wrong.append(f"{key} in {row['period']}: {before} + {new} - {used} is not {left}")
            elif rest < 0 and left != rest:
                wrong.append(f"{key} in {row['period']}: owes {-rest}, and carries {left}")
            after[(*key, month)] = left
    return wrong
