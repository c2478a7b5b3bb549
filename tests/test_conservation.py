"""Money is conserved: what each bonus could pay is paid, cut, rounded off, or stays for a reason.

A grove of random companies with one random plan for each group of families, over months: carry counts.
"""

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from engine.graph import Graph
from tests import strategies, strategies_binary, strategies_differentials, strategies_generations
from tests.family import Row, engine
from tests.strategies import PERIODS, Case

COMPANIES = 25


def groves(seed: int) -> dict[str, Case]:
    """A company and a plan by group of families; seeds other than those of the agreement tests."""
    return {
        "levels": strategies.grove(seed, COMPANIES),
        "binaries": strategies_binary.legged_grove(seed, COMPANIES),
        "differentials": strategies_differentials.family_grove(seed, COMPANIES),
        "generations": strategies_generations.grove(seed, COMPANIES, ranked=True),
    }


@pytest.mark.parametrize("family", ["levels", "binaries", "differentials", "generations"])
def test_nothing_that_a_bonus_could_pay_is_lost(family: str, graph: Graph, tmp_path: Path) -> None:
    tables, plan = groves(7)[family].write(tmp_path / "company")
    told = engine(graph, tables, plan, list(PERIODS))
    assert [said for row in told.rows["totals"] for said in lost(row)] == []
    assert list(unearned(told.rows["totals"], told.rows["earnings"])) == []
    assert any(Fraction(row["paid"]) for row in told.rows["totals"])


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
        mine = [row for row in earnings if all(row[key] == total[key] for key in ("period", "bonus"))]
        for column, of in (
            ("paid", "amount"),
            ("cut", "cut"),
            ("paid_exact", "exact"),
            ("rounding", "rounding"),
        ):
            summed = sum((Fraction(row[of]) for row in mine), Fraction(0))
            if summed != Fraction(total[column]):
                yield f"{total['bonus']} in {total['period']}: {column} {total[column]}, of payees {summed}"


def test_a_loss_is_seen() -> None:
    row = {
        "bonus": "B", "period": "2026-11", "budget": "10", "paid_exact": "6", "breakage": "4", "paid": "5",
        "rounding": "-1", "cut": "0", "reasons": '{"rank": "4"}',
    }  # fmt: skip
    assert list(lost(row)) == []
    assert len(list(lost(row | {"breakage": "3"}))) == 3
    assert len(list(lost(row | {"cut": "1"}))) == 1
    earning = {"bonus": "B", "period": "2026-11", "amount": "4", "cut": "0", "exact": "6", "rounding": "-1"}
    assert len(list(unearned([row], [earning]))) == 1
