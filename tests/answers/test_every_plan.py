"""Every answer can be read under every plan that ships, whatever its bonuses and requirements read."""

from pathlib import Path

import pytest

from engine import sample
from engine.answers.contradictions import contradictions
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.plans import reader
from engine.run import run_file
from tests.support.every_answer import ask_everything

PLANS = sorted(Path(reader.__file__).parent.glob("*.toml"))
WEEKLY = {"binary": "2026-W47"}
"""Periods of plans that are not computed by the month."""


@pytest.mark.parametrize("path", PLANS, ids=[path.stem for path in PLANS])
def test_every_answer_can_be_read_under_a_plan_that_ships(path: Path, graph: Graph, tmp_path: Path) -> None:
    shape = "binary" if 'kind = "binary' in path.read_text(encoding="utf-8") else "bushy"
    sample.make(120, 7, shape, tmp_path)
    import_company(graph, tmp_path)
    run = run_file(graph, path, WEEKLY.get(path.stem, "2026-11"))
    assert ask_everything(graph, run) > 1
    assert contradictions(graph, run) == []
