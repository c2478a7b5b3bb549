"""Standings: each member's place at the period's end, orders, and whether active."""

from pathlib import Path

import pytest

from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.levels import WIDE
from engine.run import run_file
from engine.stages.standings import MOST_LEVELS, MOST_STANDINGS, NobodyEnrolledError, ahead
from tests.support.companies import cypher, everyone, month, written

MOVES = """
plan:
  name = "Small"
  time_zone = "America/New_York"
members:
  member  sponsor  enrolled_on
  1       -        2026-01-01
  2       -        2026-01-01
  early   1        2026-01-01
  last    1        2026-01-01
  late    1        2026-01-01
  twice   1        2026-01-01
  new     2        2026-11-30
  newer   2        2026-12-01
  child   newer    2026-01-01
moves:
  member  parent  effective_on
  early   2       2026-11-03
  last    2       2026-11-30
  late    2       2026-12-01
  twice   2       2026-10-05
  twice   early   2026-11-05
"""


def test_trees_are_those_of_the_last_day_whatever_has_moved_since(graph: Graph, tmp_path: Path) -> None:
    november = everyone(graph, month(graph, tmp_path, MOVES, "2026-11"))
    above = {member: one.parent_id for member, one in november.items()}
    assert above == {
        "1": None, "2": None, "early": "2", "last": "2", "late": "1", "twice": "early", "new": "2",
        "child": None,  # the member above is not enrolled yet
    }  # fmt: skip
    assert {member: one.depth for member, one in november.items()} == {
        "1": 0, "2": 0, "early": 1, "last": 1, "late": 1, "twice": 2, "new": 1, "child": 0,
    }  # fmt: skip
    october = everyone(graph, run_file(graph, tmp_path / "plan.toml", "2026-10"))
    assert {member: one.parent_id for member, one in october.items()} == {
        "1": None, "2": None, "early": "1", "last": "1", "late": "1", "twice": "2", "child": None,
    }  # fmt: skip


ORDERS = """
plan:
  name = "Small"
  time_zone = "America/New_York"
  [volume]
  exclude_kinds = ["kit"]
  [activity]
  personal_volume = 100
members:
  member      sponsor  status
  edge        -        active
  mixed       -        active
  refunded    -        active
  suspended   -        suspended
  terminated  -        terminated
  waived      -        active
  ended       -        active
  never       -        suspended
customers:
  customer  member
  c         mixed
orders:
  order  member      ordered_at                 kind    customer  qv   cv   refund_of
  b1     edge        2026-11-01T03:59:59Z       sale    -         1    1    -
  b2     edge        2026-11-01T04:00:00Z       sale    -         60   50   -
  b3     edge        2026-11-30T23:59:59-05:00  sale    -         40   30   -
  b4     edge        2026-12-01T00:00:00-05:00  sale    -         2    2    -
  m1     mixed       2026-11-05T00:00:00Z       sale    -         30   30   -
  m2     mixed       2026-11-05T00:00:00Z       sale    c         69   20   -
  m3     mixed       2026-11-05T00:00:00Z       kit     -         500  500  -
  r1     refunded    2026-11-05T00:00:00Z       sale    -         150  150  -
  r2     refunded    2026-11-06T00:00:00Z       refund  -         -51  -40  r1
  s1     suspended   2026-11-05T00:00:00Z       sale    -         200  200  -
  t1     terminated  2026-11-05T00:00:00Z       sale    -         200  200  -
overrides:
  member  kind    first_period  last_period
  waived  active  2026-10       -
  ended   active  2026-09       2026-10
  never   active  2026-01       -
"""


def test_orders_of_the_local_month_make_volume_and_volume_makes_active(graph: Graph, tmp_path: Path) -> None:
    standings = everyone(graph, month(graph, tmp_path, ORDERS))
    figures = {
        member: (one.personal_volume, one.commissionable_volume, one.customer_volume, one.orders, one.active)
        for member, one in standings.items()
    }
    assert figures == {
        "edge": (10_000, 8_000, 0, 2, True),
        "mixed": (9_900, 5_000, 2_000, 2, False),
        "refunded": (9_900, 11_000, 0, 2, False),
        "suspended": (20_000, 20_000, 0, 1, False),
        "terminated": (20_000, 20_000, 0, 1, False),
        "waived": (0, 0, 0, 0, True),
        "ended": (0, 0, 0, 0, False),
        "never": (0, 0, 0, 0, False),
    }


def test_a_plan_may_leave_customers_out_of_personal_volume(graph: Graph, tmp_path: Path) -> None:
    standings = everyone(
        graph, month(graph, tmp_path, ORDERS.replace("[volume]", "[volume]\n  customers = false"))
    )
    assert standings["mixed"].personal_volume == 3_000
    assert standings["mixed"].commissionable_volume == 5_000


PLACED = """
plan:
  name = "Small"
  tree = "{tree}"
  [[bonus]]
  name = "Enroller"
  kind = "unilevel"
  tree = "sponsor"
  [bonus.rates]
  none = ["0.10"]
members:
  member  sponsor  placement  leg
  1       -        -          -
  11      1        1          left
  12      1        1          right
  tank    1        -          -
  spill   1        11         left
orders:
  member  qv
  spill   100
"""


def test_placement_and_sponsor_trees_are_kept_apart(graph: Graph, tmp_path: Path) -> None:
    run = month(graph, tmp_path, PLACED.format(tree="placement"))
    standings = everyone(graph, run)
    assert {member: (one.parent_id, one.leg) for member, one in standings.items()} == {
        "1": (None, None), "tank": (None, None),
        "11": ("1", "left"), "12": ("1", "right"), "spill": ("11", "left"),
    }  # fmt: skip
    assert standings["11"].group_volume == 10_000
    assert standings["1"].earned == 1_000  # the sponsor of spill, not the member whom spill was placed under


def test_a_plan_on_the_sponsor_tree_ignores_placement(graph: Graph, tmp_path: Path) -> None:
    standings = everyone(graph, month(graph, tmp_path, PLACED.format(tree="sponsor")))
    assert {one.parent_id for member, one in standings.items() if member != "1"} == {"1"}
    assert standings["11"].group_volume == 0


def test_a_run_sees_the_imports_that_were_complete_when_it_began(graph: Graph, tmp_path: Path) -> None:
    first = month(
        graph, tmp_path, "members:\n  member  sponsor\n  1  -\norders:\n  order  member  qv\n  a  1  5\n"
    )
    written(
        tmp_path, "members:\n  member  sponsor\n  1  -\norders:\n  order  member  qv\n  a  1  5\n  b  1  7\n"
    )
    import_company(graph, tmp_path)
    assert everyone(graph, first)["1"].personal_volume == 500
    second = run_file(graph, tmp_path / "plan.toml", "2026-11")
    assert everyone(graph, second)["1"].personal_volume == 1_200
    assert (first.facts["cut"], second.facts["cut"]) == (1, 2)


def test_a_period_before_anyone_enrolled_is_refused(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(NobodyEnrolledError, match="nobody is enrolled by 2020-01-31"):
        month(graph, tmp_path, "members:\n  member  sponsor\n  1  -\n", "2020-01")
    assert graph.read("runs/every") == []


def test_facts_and_overrides_may_be_corrected_and_the_last_one_holds(graph: Graph, tmp_path: Path) -> None:
    text = """
    plan:
      name = "Small"
      [activity]
      personal_volume = 1
      [[rank]]
      name = "Trained"
      require = [{ kind = "fact", name = "training", at_least = 2 }]
    members:
      member  sponsor
      1       -
    overrides:
      member  kind    first_period  last_period
      1       active  2026-10       -
    facts:
      member  name      value
      1       training  2
    """
    assert everyone(graph, month(graph, tmp_path, text))["1"].rank == "Trained"
    again = import_company(graph, tmp_path)
    assert (again.facts.unchanged, again.overrides.unchanged, again.facts.added) == (1, 1, 0)
    written(tmp_path, text.replace("training  2\n", "training  1\n"))
    assert import_company(graph, tmp_path).facts.updated == 1
    standing = everyone(graph, run_file(graph, tmp_path / "plan.toml", "2026-11"))["1"]
    assert (standing.active, standing.rank) == (True, "none")
    written(tmp_path, text.replace("2026-10       -", "2026-10       2026-10"))
    assert import_company(graph, tmp_path).overrides.updated == 1
    assert everyone(graph, run_file(graph, tmp_path / "plan.toml", "2026-11"))["1"].active is False
    assert everyone(graph, run_file(graph, tmp_path / "plan.toml", "2026-10"))["1"].active is True


def test_a_standing_holds_each_order_that_pays_and_a_refund_goes_with_its_order(
    graph: Graph, tmp_path: Path
) -> None:
    more = "  m4     mixed       2026-11-07T00:00:00Z       refund  -         0    -5   m2\noverrides:"
    done = month(graph, tmp_path, ORDERS.replace("overrides:", more))
    held = "s.member_id AS id, s.own_orders AS own, s.customer_orders AS sold"
    text = f"MATCH (s:Standing {{run: $run}}) RETURN {held}"
    rows = graph.read(cypher(text, "run"), run=done.number)
    assert {row["id"]: (row["own"], row["sold"]) for row in rows if row["own"] or row["sold"]} == {
        "edge": ([5_000, 3_000], None),
        "mixed": ([3_000], [2_000, -500]),  # the refund names no customer: its order does
        "refunded": ([15_000, -4_000], None),
        "suspended": ([20_000], None),
        "terminated": ([20_000], None),
    }
    assert all(row["own"] != [] and row["sold"] != [] for row in rows)


def test_a_chain_is_created_many_levels_at_a_time() -> None:
    widths, before, calls = [1], 1, 0
    while len(widths) < 100_000:
        widths += [1] * before
        before = ahead(widths, before)
        calls += 1
    assert before == MOST_LEVELS
    assert calls < 40


@pytest.mark.parametrize("growth", [1.005, 1.05, 1.5, 4.0, 30.0])
def test_levels_that_grow_are_taken_together_only_while_all_stay_narrow(growth: float) -> None:
    depth, before, many = 0, 1, 0
    while growth**depth < WIDE:
        taken = [int(growth**level) for level in range(depth, depth + before)]
        # Widths are whole, so growth is known to within a little.
        assert len(taken) == 1 or max(taken) < 1.2 * WIDE
        assert sum(taken) < 1.2 * (MOST_STANDINGS + WIDE)
        many += len(taken) > 1
        depth += before
        before = ahead([int(growth**level) for level in range(depth + 1)], before)
    assert many or growth > 20
