"""A company that is already alive: its first run carries from openings as from a run of the period before."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.answers.pay import statement
from engine.explain.explanation import explain
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.intake.refusals import ImportRefusedError
from engine.passes.chain import Chain
from engine.passes.hashes import stored_results
from engine.passes.openings import OpeningError, standings_of
from engine.passes.record import complete, result
from engine.passes.replay import plan_of, unchanged
from engine.period import period
from engine.plans.reader import read
from engine.run import refresh, run_file
from engine.run_period import tried
from engine.runs.live import differences
from engine.runs.removal import tidied
from tests.support import strategies_differentials, strategies_generations
from tests.support.companies import cypher, month, planned, written
from tests.support.family import engine
from tests.support.groves import seeds
from tests.support.openings import left_by
from tests.support.strategies import PERIODS, Case
from tests.support.strategies_binary import legged_grove

LEGS = """
plan:
  name = "Legs"
  [[bonus]]
  name = "Pairs"
  kind = "binary_pairs"
  pair = 100
  per_pair = 10
members:
  member  sponsor  placement  leg
  1       -        -          -
  11      1        1          L
  12      1        1          R
orders:
  member  order  qv   ordered_at
  11      a      150  2026-11-05T00:00:00Z
  12      b      70   2026-11-05T00:00:00Z
openings:
  member  plan  period   kind  name   part   value
  1       Legs  2026-10  leg   Pairs  left   60.50
  1       Legs  2026-10  leg   Pairs  right  130
"""
FAMILIES: dict[str, Callable[[int], Case]] = {
    "legs, rewards and levels": legged_grove,
    "brackets": lambda seed: strategies_differentials.family_grove(seed, 60),
    "ranks and accumulated volume": lambda seed: strategies_generations.grove(seed, 60, ranked=True),
}


@pytest.mark.parametrize("seed", seeds(2))
@pytest.mark.parametrize("family", FAMILIES)
def test_openings_carry_what_a_run_of_the_period_before_would_have_left(
    family: str, seed: int, graph: Graph, tmp_path: Path
) -> None:
    """To the last unit: standings, ranks, legs, lines, earnings and totals of the second period are equal."""
    tables, plan = FAMILIES[family](seed + 1).write(tmp_path / "company")
    expected = engine(graph, tables, plan, list(PERIODS[:2]))
    rows = left_by(graph, result(graph, PERIODS[0]), read(plan, None))
    assert rows
    with (tables / "openings.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    actual = engine(graph, tables, plan, [PERIODS[1]])
    for name, table in expected.rows.items():
        assert actual.rows[name] == [row for row in table if row["period"] == PERIODS[1]], name


def test_statements_explanations_and_notes_say_that_openings_are_carried(
    graph: Graph, tmp_path: Path
) -> None:
    run = month(graph, tmp_path, LEGS)
    assert run.notes == (
        "carried from the company's openings as of 2026-10, not from a run: the carry of Pairs",
    )
    assert run.totals[0]["paid"] == 2000
    own = statement(graph, Reach.everything, run, "1")
    assert own.openings == ("leg of Pairs, left: 60.50", "leg of Pairs, right: 130.00")
    assert statement(graph, Reach.everything, run, "11").openings == ()
    (story,) = explain(graph, Reach.everything, run, "1", "a").stories
    figures = dict(next(entry for entry in story.entries if entry.member_id == "1").figures)
    assert figures["carried in"] == "60.50, 130.00"
    assert figures["carried from"] == "openings as of 2026-10"
    assert stored_results(graph, run) == run.facts["results_hash"]
    december = run_file(graph, tmp_path / "plan.toml", "2026-12")
    assert december.facts["previous"] == run.number
    assert (december.notes, statement(graph, Reach.everything, december, "1").openings) == ((), ())


def test_a_changed_opening_makes_the_run_stale_and_another_one_pays_by_it(
    graph: Graph, tmp_path: Path
) -> None:
    run = month(graph, tmp_path, LEGS)
    plan = plan_of(run)
    assert unchanged(graph, plan, period("2026-11")) is not None
    written(tmp_path, LEGS.replace("right  130", "right  -20"))
    done = import_company(graph, tmp_path)
    assert (done.openings.updated, done.openings.unchanged) == (1, 1)
    assert unchanged(graph, plan, period("2026-11")) is None
    assert Chain(graph, "Legs").reasons(run) == ("later changes brought it corrected openings",)
    again = run_file(graph, tmp_path / "plan.toml", "2026-11")
    assert again.totals[0]["paid"] == 0
    assert again.facts["openings_hash"] != run.facts["openings_hash"]
    assert tidied(graph) == [run.number]
    left = "MATCH (s:Standing) WHERE s.run < 0 RETURN collect(DISTINCT s.run) AS runs"
    assert graph.value(cypher(left)) == [-again.number]


def test_live_figures_and_trials_carry_from_openings_too(graph: Graph, tmp_path: Path) -> None:
    plan_file = written(tmp_path, LEGS)
    import_company(graph, tmp_path)
    plan, target = read(plan_file, None), period("2026-11")
    with tried(graph, plan, target) as trial:
        assert trial.totals[0]["paid"] == 2000
    assert graph.value(cypher("MATCH (s:Standing) RETURN count(s) AS n")) == 0
    assert refresh(graph, plan, target).rebuilt
    live = refresh(graph, plan, target)
    assert not live.rebuilt
    assert differences(graph, live.run) == []
    done = run_file(graph, plan_file, "2026-11")
    assert (done.number, done.totals[0]["paid"]) == (live.run.number, 2000)


def test_a_run_of_the_period_before_comes_before_openings(graph: Graph, tmp_path: Path) -> None:
    month(graph, tmp_path, LEGS)
    october = run_file(graph, tmp_path / "plan.toml", "2026-10")
    again = run_file(graph, tmp_path / "plan.toml", "2026-11")
    assert again.totals[0]["paid"] == 0
    assert again.notes == (
        f"the openings as of 2026-10 are not read, because run {october.number} of 2026-10 is there",
    )


def test_openings_of_what_a_run_has_made_are_refused(graph: Graph, tmp_path: Path) -> None:
    without = LEGS[: LEGS.index("openings:")]
    month(graph, tmp_path, without, "2026-10")
    written(tmp_path, LEGS)
    with pytest.raises(ImportRefusedError) as raised:
        import_company(graph, tmp_path)
    assert {(one.where, one.name) for one in raised.value.refusals} == {
        ("openings.csv:2", "opening_already_made"),
        ("openings.csv:3", "opening_already_made"),
    }
    written(tmp_path, LEGS.replace("2026-10  leg", "2026-09  leg"))
    assert import_company(graph, tmp_path).openings.added == 2
    assert len(complete(graph)) == 1


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("1       Legs  2026-10  leg   Pairs  left", "7  Legs  2026-10  leg   Pairs  left", "unknown_member"),
        ("2026-10  leg   Pairs  left ", "2026-13  leg   Pairs  left ", "bad_period"),
        ("leg   Pairs  left ", "foot  Pairs  left ", "bad_opening"),
        ("leg   Pairs  left ", "leg  Pairs  middle ", "bad_opening"),
        ("leg   Pairs  left ", "leg  -  left ", "bad_opening"),
        ("left   60.50", "left   60.505", "bad_opening"),
        ("left   60.50", "left   -", "missing_value"),
        ("left   60.50", "right  60.50", "duplicate_opening"),
        ("leg   Pairs  left ", "rank  best   - ", "bad_opening"),
    ],
)
def test_a_wrong_opening_is_refused_by_name_and_line(
    before: str, after: str, name: str, graph: Graph, tmp_path: Path
) -> None:
    assert before in LEGS
    written(tmp_path, LEGS.replace(before, after, 1))
    with pytest.raises(ImportRefusedError) as raised:
        import_company(graph, tmp_path)
    (one,) = raised.value.refusals
    assert (one.where, one.name) == (
        "openings.csv:3" if name == "duplicate_opening" else "openings.csv:2",
        name,
    )
    assert graph.value(cypher("MATCH (o:Opening) RETURN count(o) AS n")) == 0


PLAN = planned("""
name = "Any"
[[rank]]
name = "Silver"
require = [{ kind = "personal_volume", at_least = 100 }]
[[rank]]
name = "Gold"
require = [{ kind = "personal_volume", at_least = 200 }]
[[bonus]]
name = "Legs"
kind = "binary"
rate = "0.10"
expires = 2
[[bonus]]
name = "Rise"
kind = "rank_advancement"
amounts = { Silver = 10, Gold = 20 }
instalments = 3
[[bonus]]
name = "Levels"
kind = "unilevel"
rates = ["0.05"]
""")


def opening(kind: str, name: str = "", part: str = "", value: str = "1") -> dict[str, str]:
    return {"member_id": "m", "kind": kind, "name": name, "part": part, "value": value}


def test_what_is_left_out_of_openings_is_as_little_as_possible() -> None:
    def of(*rows: dict[str, str]) -> dict[str, object]:
        return standings_of(PLAN, rows, "2026-09")["m"]

    legs = of(opening("leg", "Legs", "left", "5"), opening("leg", "Legs", "right 2", "-0.5"))
    assert legs["state_legs"] == [0, 0, 0, 0, 0, 0, 0, 500, -50, 0, 0, 500, 0, 0, -50]
    risen = of(opening("rewarded_rank", "Rise", value="Silver"), opening("held", "Rise", "Gold", "2"))
    assert risen["state_rise"] == [0, 1, 0, 2, 0, 0, 0, 0]
    ranks = of(opening("rank", "qualified", "", "Silver"), opening("rank", "qualified", "2", "Gold"))
    assert {name: ranks[name] for name in ("rank", "qualified_rank", "lifetime_rank", "past_ranks")} == {
        "rank": 1, "qualified_rank": 1, "lifetime_rank": 2, "past_ranks": [0, 2],
    }  # fmt: skip
    volume = of(opening("personal_volume", part="1", value="3"))
    assert (volume["personal_volume"], volume["recent_volumes"]) == (0, [0, 300])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (opening("leg", "Legless", "left"), "Any has no bonus called 'Legless'"),
        (opening("leg", "Rise", "left"), "Any has nothing to carry as leg in 'Rise'"),
        (opening("state", "Levels", "0"), "Any has nothing to carry as state in 'Levels'"),
        (opening("rank", "paid", "", "Ruby"), "Any has no rank called 'Ruby'"),
        (opening("leg", "Legs", "left 3"), "carried at most 2 times, not 3"),
    ],
)
def test_an_opening_that_the_plan_has_no_place_for_is_refused_by_name(
    row: dict[str, str], message: str
) -> None:
    with pytest.raises(OpeningError, match=message):
        standings_of(PLAN, [row], "2026-09")
