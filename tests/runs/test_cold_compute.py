"""How many plans a compute costs: a cold server makes each one with code that nothing has compiled."""

from pathlib import Path

import pytest

from engine.answers.export import Export
from engine.graph.database import Graph
from engine.graph.queries import Query
from engine.intake.importing import import_company
from engine.run import run_file
from tests.support.companies import written

COMPANY = """
members:
  member  sponsor
  1       -
  11      1
  111     11
orders:
  member  qv
  11      100
  111     50
plan:
  name = "Small"
  [[rank]]
  name = "Star"
  require = [{ kind = "personal_volume", at_least = 50 }]
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = { Star = ["0.05"] }
"""
MOST = 53
"""One more costs 50 to 1,000 ms: it has to be worth them."""


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> dict[object, str]:
    """The statement of each plan, by its text and by how the server tells parameters apart."""
    seen: dict[object, str] = {}
    bind = Query.bind

    def noted(self: Query, **parameters: object) -> dict[str, object]:
        kinds = tuple((name, _kind(value)) for name, value in sorted(parameters.items()))
        seen.setdefault((self.text, kinds), self.name)
        return bind(self, **parameters)

    monkeypatch.setattr(Query, "bind", noted)
    return seen


def _kind(value: object) -> tuple[str, int]:
    """The type of a parameter, and the order of magnitude of the length of a text or list."""
    return type(value).__name__, len(str(len(value) - 1)) if isinstance(value, str | list) and len(
        value
    ) > 1 else 0


def test_a_compute_costs_few_plans(graph: Graph, tmp_path: Path, plans: dict[object, str]) -> None:
    path = written(tmp_path, COMPANY)
    import_company(graph, tmp_path)
    export = Export(tmp_path / "out")
    export.add(graph, run_file(graph, path, "2026-11"))
    export.finish()
    twice = sorted(name for name in set(plans.values()) if list(plans.values()).count(name) > 1)
    assert len(plans) <= MOST, f"{len(plans)}: {sorted(plans.values())}; more than once: {twice}"
