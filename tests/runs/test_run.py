"""The life of a run: a result or nothing, the same bytes each time, checked before it counts."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine import run as map_of_the_run
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.context import Work
from engine.passes.record import NoRunError, complete, result, slices
from engine.passes.replay import RulesChangedError, plan_of, unchanged
from engine.period import period
from engine.plans.plan import Plan
from engine.plans.reader import parse
from engine.run import STAGES, run, run_file
from engine.run_period import tried
from engine.runs.life import OtherPlanTextError, RunUnderWayError
from engine.runs.removal import remove, sweep
from engine.runs.runner import Each, Pass
from engine.stages import statements
from engine.stages.checks import CheckFailedError
from tests.conftest import Upline
from tests.support.companies import cypher, month, planned, written
from tests.support.maps import with_pass
from tests.support.small_tables import dump

COMPANY = """
plan:
  name = "Life"
  [activity]
  personal_volume = 50
  [[rank]]
  name = "Silver"
  require = [{ kind = "group_volume", at_least = 200 }]
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  compression = "activity_skip"
  rates = { none = ["0.05", "0.03"], Silver = ["0.06", "0.04"] }
members:
  member  sponsor
  1       -
  11      1
  12      1
  111     11
orders:
  order  member  qv
  a      1       100
  b      11      40
  c      12      70
  d      111     90
"""
NOVEMBER = "2026-11"


def hashes(of: Any) -> dict[str, str]:
    return {key: of.facts[f"{key}_hash"] for key in ("plan", "rules", "tree", "orders", "results")}


def numbers(graph: Graph) -> list[int]:
    """The runs of which standings are left."""
    rows = graph.read(cypher("MATCH (s:Standing) RETURN DISTINCT s.run AS run ORDER BY run"))
    return [row["run"] for row in rows]


PASSES = [
    step.name
    for stage in STAGES
    for step in stage.steps
    if not isinstance(step, Each) and not (isinstance(step, Pass) and step.live == "moved")
]
"""The passes of every run; others follow live figures that have moved."""
BONUS_PASSES = ["flow", "earnings", "caps before matching"]


def test_the_map_names_every_stage_in_order() -> None:
    assert [stage.name for stage in STAGES] == [
        "standings", "volumes", "ranks", "compression", "bonuses", "statements", "checks",
    ]  # fmt: skip
    assert len(Path(map_of_the_run.__file__).read_text().splitlines()) < 100


def test_the_same_company_plan_and_period_give_the_same_bytes(graph: Graph, tmp_path: Path) -> None:
    first = month(graph, tmp_path, COMPANY)
    second = run_file(graph, tmp_path / "plan.toml", NOVEMBER)
    assert hashes(second) == hashes(first)
    assert (second.number, second.run_id) == (first.number + 1, first.run_id)


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("c      12      70", "c      12      71", {"orders", "results"}),
        ("12      1\n", "12      11\n", {"tree", "results"}),
        ("at_least = 200", "at_least = 201", {"plan"}),
        ('"0.06"', '"0.07"', {"plan", "results"}),
        ('compression = "activity_skip"', 'compression = "none"', {"plan", "rules", "results"}),
    ],
)
def test_each_hash_changes_with_what_it_was_made_of(
    before: str, after: str, changed: set[str], graph: Graph, tmp_path: Path
) -> None:
    one = hashes(month(graph, tmp_path / "one", COMPANY))
    graph.batched("schema/wipe")
    other = hashes(month(graph, tmp_path / "other", COMPANY.replace(before, after, 1)))
    assert {key for key in one if one[key] != other[key]} == changed


def test_a_later_run_supersedes_the_one_before_and_leaves_other_plans_alone(
    graph: Graph, tmp_path: Path
) -> None:
    month(graph, tmp_path, COMPANY, "2026-10", NOVEMBER)
    other = planned(COMPANY.partition("plan:")[2].partition("members:")[0].replace("Life", "Other"))
    run(graph, other, period(NOVEMBER))
    run_file(graph, tmp_path / "plan.toml", NOVEMBER)
    assert [(one.number, one.period, one.plan) for one in complete(graph)] == [
        (4, NOVEMBER, "Life"),
        (3, NOVEMBER, "Other"),
        (1, "2026-10", "Life"),
    ]
    assert numbers(graph) == [1, 2, 3, 4]  # nobody has to wait for this to get the new figures
    sweep(graph)
    assert numbers(graph) == [1, 3, 4]
    assert result(graph).number == 4
    assert result(graph, plan="Other").number == 3
    assert result(graph, "2026-10").number == 1
    with pytest.raises(NoRunError, match="there is no complete run of 2026-12 by Life"):
        result(graph, "2026-12", "Life")


def test_a_run_is_kept_until_something_that_it_was_made_of_changes(graph: Graph, tmp_path: Path) -> None:
    november = period(NOVEMBER)
    done = month(graph, tmp_path, COMPANY, "2026-10", NOVEMBER, "2026-12")
    plan = plan_of(done)
    before = unchanged(graph, plan, november)
    assert before is not None
    assert (before.number, before.period) == (2, NOVEMBER)  # a later period has no part in it
    assert unchanged(graph, plan, period("2026-09")) is None
    other = parse(plan.text.replace('"0.06"', '"0.07"'), plan.path)
    assert unchanged(graph, other, november) is None
    run(graph, plan, period("2026-10"))  # the month before may have carried over something else
    assert unchanged(graph, plan, november) is None
    run(graph, plan, november)
    assert unchanged(graph, plan, november) is not None
    import_company(graph, written(tmp_path / "more", COMPANY.replace("90", "90\n  e  11  20")).parent)
    assert unchanged(graph, plan, november) is None


def test_the_command_says_that_a_run_is_kept(graph: Graph, upline: Upline, tmp_path: Path) -> None:
    month(graph, tmp_path, COMPANY)
    words = ("run", "--period", NOVEMBER, "--plan", tmp_path / "plan.toml", "--json")
    kept = upline(*words)
    assert numbers(graph) == [1]
    afresh = upline(*words, "--afresh")
    assert "note: nothing has changed since run 1, so its results are kept" in kept.stderr
    first, second = json.loads(kept.stdout), json.loads(afresh.stdout)
    assert first["hashes"] == second["hashes"]
    assert numbers(graph) == [2]


@pytest.mark.parametrize("failing", [*PASSES, *BONUS_PASSES])
def test_a_pass_that_fails_leaves_nothing_and_the_last_result_is_kept(
    failing: str, graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = month(graph, tmp_path, COMPANY)

    def fail(*_given: object) -> None:
        raise ArithmeticError("no power")

    monkeypatch.setattr(map_of_the_run, "STAGES", with_pass(failing, fail))
    with pytest.raises(ArithmeticError):
        run_file(graph, tmp_path / "plan.toml", NOVEMBER)
    assert [one.number for one in complete(graph)] == [before.number] == numbers(graph)
    assert graph.value(cypher("MATCH (r:Run) RETURN count(r) AS runs")) == 1


def test_a_run_whose_figures_contradict_each_other_is_no_result(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(work: Work) -> None:
        statements.total(work)
        work.graph.batched(
            cypher("MATCH (s:Standing {member_id: '1'}) SET s.group_volume = s.group_volume - 1")
        )

    monkeypatch.setattr(map_of_the_run, "STAGES", with_pass("statements", spoil))
    with pytest.raises(CheckFailedError, match="group volume of all roots should be 30000, is 29999"):
        month(graph, tmp_path, COMPANY)
    assert complete(graph) == []
    assert numbers(graph) == []


def test_a_run_of_an_earlier_release_remembers_its_plan_and_refuses_changed_rules(
    graph: Graph, tmp_path: Path
) -> None:
    done = month(graph, tmp_path, COMPANY)
    (tmp_path / "plan.toml").write_text("gone")
    plan: Plan = plan_of(done)
    assert (plan.name, plan.bonuses[0].name) == ("Life", "Levels")
    done.facts["rules_hash"] = "of another version"
    with pytest.raises(RulesChangedError, match="the rule modules have changed since run 1 of 2026-11"):
        plan_of(replace(done, rules={}))


def test_a_run_without_ranks_bonuses_or_orders_is_a_run(graph: Graph, tmp_path: Path) -> None:
    done = month(graph, tmp_path, "members:\n  member  sponsor\n  1  -\n")
    assert (done.facts["members"], done.totals) == (1, ())


def test_removing_a_run_takes_everything_of_it_and_nothing_else(graph: Graph, tmp_path: Path) -> None:
    written(tmp_path, COMPANY)
    import_company(graph, tmp_path)
    before = graph.value(cypher("MATCH (n) RETURN count(n) AS nodes"))
    done = run_file(graph, tmp_path / "plan.toml", NOVEMBER)
    assert remove(graph, done.number) == 4
    assert graph.value(cypher("MATCH (n) RETURN count(n) AS nodes")) == before


@pytest.mark.parametrize(
    ("widths", "parts"),
    [([], []), ([5], [(0, 0)]), ([19_999, 1, 1], [(0, 1), (2, 2)]), ([30_000, 3, 3], [(0, 0), (1, 2)])],
)
def test_bulk_reads_are_cut_at_levels(widths: list[int], parts: list[tuple[int, int]]) -> None:
    assert slices(widths) == parts


def other_text(plan: Plan) -> Plan:
    return parse(plan.text.replace('"0.06"', '"0.07"'), plan.path)


def test_a_result_by_another_text_of_the_plan_is_replaced_only_if_asked(graph: Graph, tmp_path: Path) -> None:
    done = month(graph, tmp_path, COMPANY)
    plan, of = plan_of(done), period(NOVEMBER)
    with pytest.raises(OtherPlanTextError, match=f"run {done.number} of 2026-11 was computed by Life"):
        run(graph, other_text(plan), of)
    assert [each.number for each in complete(graph)] == [done.number] == numbers(graph)
    replaced = run(graph, other_text(plan), of, replace=True)
    assert [each.number for each in complete(graph)] == [replaced.number]
    assert replaced.facts["plan_hash"] != done.facts["plan_hash"]


def test_a_trial_shows_its_figures_and_leaves_nothing(graph: Graph, tmp_path: Path) -> None:
    done = month(graph, tmp_path, COMPANY)
    before = dump(graph, "last_run")
    with tried(graph, other_text(plan_of(done)), period(NOVEMBER)) as trial:
        assert trial.facts["results_hash"] != done.facts["results_hash"]
        assert [total["bonus"] for total in trial.totals] == [total["bonus"] for total in done.totals]
        assert trial.totals[0]["paid"] > done.totals[0]["paid"]
        assert [each.number for each in complete(graph)] == [done.number]
        with pytest.raises(RunUnderWayError):
            run(graph, plan_of(done), period(NOVEMBER))
    assert dump(graph, "last_run") == before


def test_a_trial_on_the_command_line_says_that_nothing_was_kept(
    graph: Graph, tmp_path: Path, upline: Upline
) -> None:
    done = month(graph, tmp_path, COMPANY)
    path = tmp_path / "other.toml"
    path.write_text(plan_of(done).text.replace('"0.06"', '"0.07"'))
    words = ("run", "--period", NOVEMBER, "--plan", path)
    refused = upline(*words)
    assert "other_plan_text" in refused.stderr
    assert "--trial" in refused.stderr
    shown = upline(*words, "--trial")
    assert shown.returncode == 0
    assert "Life" in shown.stdout
    assert "this was a trial: it was not kept, and no result was replaced" in shown.stderr
    assert [each.number for each in complete(graph)] == [done.number] == numbers(graph)
    assert upline(*words, "--replace").returncode == 0
    assert complete(graph)[0].facts["plan_hash"] != done.facts["plan_hash"]
