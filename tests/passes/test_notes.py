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


LATE = """
plan:
  name = "Small"
  [volume]
  exclude_kinds = ["kit"]
members:
  member  sponsor  enrolled_on
  1       -        2026-01-01
  11      1        2026-12-05
orders:
  order  member  qv   kind  ordered_at
  o1     1       10   sale  2026-11-02T10:00:00Z
  o2     11      20   sale  2026-11-03T10:00:00Z
  o3     11      30   sale  2026-11-04T10:00:00Z
  o4     11      5    kit   2026-11-05T10:00:00Z
  o5     11      40   sale  2026-12-06T10:00:00Z
"""
BECOMES = ("orders_in_period", "orders_counted", "orders_of_excluded_kinds", "orders_before_enrolment")


def test_orders_of_members_who_enrolled_later_are_noted(graph: Graph, tmp_path: Path) -> None:
    run = month(graph, tmp_path, LATE)
    assert run.notes == (
        "2 orders of the period count for nobody, because the member enrolled after 2026-11-30: "
        "o2 of 11 (2026-12-05), o3 of 11 (2026-12-05); `upline report orders_left_out` lists them",
    )
    assert [run.facts[name] for name in BECOMES] == [4, 1, 1, 2]
    later = month(graph, tmp_path, LATE, "2026-12")
    assert (later.notes, [later.facts[name] for name in BECOMES]) == ((), [1, 1, 0, 0])
