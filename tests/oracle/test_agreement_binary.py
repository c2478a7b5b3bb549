"""Binaries, pools, rewards and caps: both engines agree over months, and volume is conserved."""

import itertools
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from engine.graph.database import Graph
from tests import oracle
from tests.support.conservation import unbalanced
from tests.support.family import engine, unlike
from tests.support.groves import seeds
from tests.support.strategies import PERIODS, Case
from tests.support.strategies_binary import indebted, legged_grove

EXAMPLES = int(os.environ.get("UPLINE_TEST_FORESTS", "3"))

_folders = itertools.count()


@pytest.mark.parametrize("seed", seeds(3))
def test_a_grove_of_two_legged_companies_is_paid_alike_by_both_engines(
    seed: int, graph: Graph, tmp_path: Path
) -> None:
    tables, plan = legged_grove(seed).write(tmp_path / "company")
    output = engine(graph, tables, plan, list(PERIODS))
    assert unlike(oracle.compute(tables, plan, list(PERIODS)), output) == []
    assert unbalanced(output.rows["legs"], PERIODS) == []


@given(case=indebted())
@hypothesis_settings(max_examples=EXAMPLES)
def test_clearing_never_raises_a_negative_carry(case: Case, server_graph: Graph, tmp_path: Path) -> None:
    """Whatever the options: what refunds took beyond what a leg held is carried, to the last unit."""
    tables, plan = case.write(tmp_path / str(next(_folders)))
    output = engine(server_graph, tables, plan, list(PERIODS))
    assert unlike(oracle.compute(tables, plan, list(PERIODS)), output) == []
    assert unbalanced(output.rows["legs"], PERIODS) == []


def test_a_debt_that_is_cleared_is_seen() -> None:
    row = {"bonus": "B", "member_id": "m", "period": PERIODS[0]} | {
        f"{side}_{figure}": "0" for side in ("left", "right") for figure in ("before", "new", "used", "after")
    }
    owing = row | {"left_new": "-5", "left_after": "-5"}
    carried = row | {"period": PERIODS[1], "left_before": "-5", "left_after": "-5"}
    assert unbalanced([owing, carried], PERIODS) == []
    assert len(unbalanced([owing | {"left_after": "0"}], PERIODS)) == 1
    assert len(unbalanced([owing, row | {"period": PERIODS[1]}], PERIODS)) == 1
    assert len(unbalanced([row | {"left_new": "5", "left_after": "6"}], PERIODS)) == 1
