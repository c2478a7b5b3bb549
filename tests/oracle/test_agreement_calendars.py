"""Two engines, one answer, where weeks and months are both computed and months match what weeks paid."""

from pathlib import Path

import pytest

from engine.graph.database import Graph
from tests.support.family import agree
from tests.support.groves import seeds
from tests.support.strategies_generations import calendar_grove

COMPANIES = 30
PERIODS = "2026-W43 2026-W44 2026-10 2026-W45 2026-W46 2026-W48 2026-11"
"""Week 47 is missing; week 44 ends on 1 November."""


@pytest.mark.parametrize("seed", seeds(2, first=1))
def test_a_grove_is_paid_alike_by_week_and_month(seed: int, graph: Graph, tmp_path: Path) -> None:
    case = calendar_grove(seed, COMPANIES)
    assert seed > 1 or "matching" in case.plan
    tables, plan = case.write(tmp_path / "company")
    assert agree(graph, tables, plan, PERIODS.split()) == []
