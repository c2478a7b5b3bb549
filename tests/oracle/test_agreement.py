"""Two engines, one answer: what Cypher computes is what the oracle computes, to the last unit.

A grove is a forest of many random companies with one random plan, so that hundreds of trees, with their
moves, refunds, overrides and facts, cost one run. UPLINE_TEST_GROVES=200 make proof looks longer than
usual. A difference names ids such as 17/m3, which is member m3 of company 17 of the grove.
"""

import itertools
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from engine.graph.database import Graph
from tests.support.family import agree
from tests.support.groves import seeds
from tests.support.strategies import PERIODS, Case, forests, grove

COMPANIES = 120
FORESTS = int(os.environ.get("UPLINE_TEST_FORESTS", "3"))

_folders = itertools.count()


@pytest.mark.parametrize("seed", seeds(4))
def test_a_grove_of_companies_is_paid_alike_by_both_engines(seed: int, graph: Graph, tmp_path: Path) -> None:
    periods = list(PERIODS) if seed % 2 == 0 else [PERIODS[seed % 3]]
    tables, plan = grove(seed, COMPANIES).write(tmp_path / "company")
    assert agree(graph, tables, plan, periods) == []


@given(case=forests(size=4, most=7))
@hypothesis_settings(max_examples=FORESTS)
def test_small_forests_are_paid_alike_and_shrink_to_the_smallest_difference(
    case: Case, server_graph: Graph, tmp_path: Path
) -> None:
    tables, plan = case.write(tmp_path / str(next(_folders)))
    assert agree(server_graph, tables, plan, ["2026-11"]) == []
