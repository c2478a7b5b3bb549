"""Both engines on groves of random companies: stairstep, differential, infinity, breakaway, pieces, roles."""

from pathlib import Path

import pytest

from engine.graph.database import Graph
from tests.support.family import agree
from tests.support.groves import seeds
from tests.support.strategies import PERIODS
from tests.support.strategies_differentials import family_grove

COMPANIES = 60


@pytest.mark.parametrize("seed", seeds(3))
def test_a_grove_of_companies_is_paid_alike_by_both_engines(seed: int, graph: Graph, tmp_path: Path) -> None:
    """Three periods in a row, because accumulated volume is carried."""
    tables, plan = family_grove(seed, COMPANIES).write(tmp_path / "company")
    assert agree(graph, tables, plan, list(PERIODS)) == []
