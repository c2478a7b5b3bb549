"""A run notes what it was given and could not use."""

from pathlib import Path

from engine.graph.database import Graph
from tests.support.companies import month

COMPANY = """
plan:
  name = "Small"
  [[rank]]
  name = "Gold"
  require = [{ kind = "personal_volume", at_least = 100 }]
members:
  member  sponsor
  1       -
  11      1
  12      1
orders:
  member  qv
  1       10
overrides:
  member  kind    value   first_period  last_period
  1       rank    Gold    2026-11       -
  11      rank    Golden  2026-10       2026-11
  12      rank    Golden  2026-11       -
  12      active  -       2026-11       -
"""


def test_an_override_of_a_rank_that_the_plan_does_not_have_is_noted(graph: Graph, tmp_path: Path) -> None:
    note_text = "an override sets the rank 'Golden', which Small does not have; it has no effect: "
    run = month(graph, tmp_path, COMPANY)
    assert [note for note in run.notes if note.startswith("an override")] == [note_text + "11, 12"]
    later = month(graph, tmp_path, COMPANY, "2026-12")
    assert [note for note in later.notes if note.startswith("an override")] == [note_text + "12"]
