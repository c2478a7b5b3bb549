"""Generations, matching, fast start and every kind of requirement: two engines, one answer."""

from pathlib import Path

import pytest

from engine.graph.database import Graph
from tests.support.family import agree
from tests.support.groves import seeds
from tests.support.strategies_generations import grove

COMPANIES = 60


@pytest.mark.parametrize("seed", seeds(3))
def test_a_grove_is_paid_alike_by_both_engines(seed: int, graph: Graph, tmp_path: Path) -> None:
    case = grove(seed, COMPANIES, ranked=seed % 2 == 1)
    tables, plan = case.write(tmp_path / "company")
    periods = ["2026-10", "2026-11", "2026-12"]
    assert agree(graph, tables, plan, periods) == []
