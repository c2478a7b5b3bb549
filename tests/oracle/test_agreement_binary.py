"""Binaries, pools, rewards and caps: both engines agree over months, and volume is conserved."""

from fractions import Fraction
from pathlib import Path

import pytest

from engine.graph.database import Graph
from tests import oracle
from tests.support.family import Output, engine, unlike
from tests.support.groves import seeds
from tests.support.strategies import PERIODS
from tests.support.strategies_binary import legged_grove

FIGURES = ("before", "new", "used", "after")


@pytest.mark.parametrize("seed", seeds(3))
def test_a_grove_of_two_legged_companies_is_paid_alike_by_both_engines(
    seed: int, graph: Graph, tmp_path: Path
) -> None:
    tables, plan = legged_grove(seed).write(tmp_path / "company")
    output = engine(graph, tables, plan, list(PERIODS))
    assert unlike(oracle.compute(tables, plan, list(PERIODS)), output) == []
    assert lost(output) == []


def lost(output: Output) -> list[str]:
    """Legs that carry more than came in, or lose their carry."""
    wrong: list[str] = []
    after: dict[tuple[str, str, str, int], Fraction] = {}
    for row in output.rows["legs"]:
        for side in ("left", "right"):
            key = (row["bonus"], row["member_id"], side)
            before, new, used, left = (
                Fraction(row[f"{side}_{what}"]) for what in ("before", "new", "used", "after")
            )
            month = PERIODS.index(row["period"])
            if before != after.get((*key, month - 1), 0) or left > max(Fraction(0), before + new - used):
                wrong.append(f"{key} in {row['period']}: {before} + {new} - {used} is not {left}")
            after[(*key, month)] = left
    return wrong
