"""A run keeps its rules: it is shown and explained by them when the company's are gone or have changed."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine.graph.database import Graph
from engine.graph.queries import shown
from engine.passes.record import complete
from engine.passes.replay import RulesChangedError, plan_of
from engine.rules import kept
from tests.conftest import Upline
from tests.support.companies import cypher, written

RULE = """\
// Skip whoever sells less than a floor.
//
// kind:    compression
// params:  floor: VOLUME
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER

RETURN standing.personal_volume >= rule.floor AS keeps, 'sells_little' AS reason,
  standing.personal_volume AS figure, rule.floor AS needed
"""
COMPANY = """
plan:
  name = "Own"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = ["0.10"]
  compression = { rule = "selling", floor = 50 }
members:
  member  sponsor
  1       -
  11      1
  111     11
  1111    111
orders:
  order  member  qv
  o1     1111    100
  o2     11      60
  o3     111     10
  o4     1       60
"""
COMMANDS = (
    ("runs",),
    ("runs", "--json"),
    ("statement", "11"),
    ("statement", "11", "--json"),
    ("explain", "11", "--order", "o1"),
    ("explain", "111", "--order", "o1", "--json"),
    ("rank", "11"),
    ("tree", "1"),
    ("check",),
    ("report", "top_earners"),
    ("report", "compliance"),
    ("report", "breakage"),
)
"""Every command that answers from the latest run, each with what this run can tell."""
CHECK = """\
// Nobody may earn anything.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER
// returns: where: STRING, expected: INTEGER, actual: INTEGER

MATCH (standing:Standing {run: $run})
WHERE standing.earned > 0
RETURN standing.member_id AS where, 0 AS expected, standing.earned AS actual
LIMIT $shown
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    place = tmp_path / "rules"
    (place / "compression").mkdir(parents=True)
    (place / "compression" / "selling.cypher").write_text(RULE)
    return place


@pytest.fixture
def plan(tmp_path: Path, graph: Graph, rules: Path, upline: Upline) -> Path:
    """The plan of a company that has been imported and computed by a rule of its own."""
    path = written(tmp_path / "company", COMPANY)
    assert upline("import", path.parent).returncode == 0
    done = upline("run", "--period", "2026-11", "--plan", path, env={"UPLINE_RULES": str(rules)})
    assert done.returncode == 0, done.stderr
    return path


def test_commands_answer_alike_when_the_rule_is_gone_or_has_changed(
    plan: Path, rules: Path, upline: Upline
) -> None:
    with_rules = {"UPLINE_RULES": str(rules)}
    before = [upline(*words, env=with_rules) for words in COMMANDS]
    assert [done.stderr for done in before if done.returncode] == []
    text = RULE.replace(">= rule.floor", ">= 2 * rule.floor").replace("sells_little", "sells_nothing")
    (rules / "compression" / "selling.cypher").write_text(text)
    changed = [upline(*words, env=with_rules) for words in COMMANDS]
    assert [done.stderr for done in changed if done.returncode] == []
    assert [done.stdout for done in changed] == [done.stdout for done in before]
    without = [upline(*words) for words in COMMANDS]
    assert [done.stdout for done in without] == [done.stdout for done in before]
    assert "sells_little" in "".join(done.stdout for done in without)
    shutil.rmtree(rules)
    gone = [upline(*words, env=with_rules) for words in COMMANDS]
    # Checks and reports of the company's own would be looked for there, and are missed.
    assert {done.stderr.count("there is no folder") for done in gone if done.returncode} <= {1}


def test_a_run_that_kept_no_rules_says_that_their_folder_is_not_named(graph: Graph, plan: Path) -> None:
    run = replace(complete(graph)[0], rules={})
    with pytest.raises(RulesChangedError, match="no compression rule is called 'selling'") as raised:
        plan_of(run)
    assert str(raised.value.todo).startswith("UPLINE_RULES is not set")


def test_a_plan_by_a_rule_that_is_not_found_says_that_the_folder_is_not_named(
    plan: Path, upline: Upline
) -> None:
    refused = upline("plan", "check", plan)
    assert refused.returncode == 2
    assert "UPLINE_RULES is not set: it names the folder of your own rules" in refused.stderr


def test_what_is_computed_again_takes_the_rule_of_now(plan: Path, rules: Path, upline: Upline) -> None:
    text = RULE.replace(">= rule.floor", ">= 2 * rule.floor")
    (rules / "compression" / "selling.cypher").write_text(text)
    again = upline("run", "--period", "2026-11", "--plan", plan, env={"UPLINE_RULES": str(rules)})
    assert again.returncode == 0, again.stderr
    assert "nothing has changed" not in again.stderr


def test_a_kept_rule_is_shown_without_a_place_of_this_machine(graph: Graph, plan: Path) -> None:
    run = complete(graph)[0]
    used = plan_of(run)  # this process knows no folder of rules
    paths = [overlay.module.path for overlay in used.overlays]
    assert [shown(path) for path in paths] == ["kept rules/compression/selling.cypher"]
    assert paths[0].read_text() == RULE
    assert set(run.rules) == {"bonus/unilevel", "compression/selling"}


def test_a_kept_rule_that_the_contract_refuses_by_now_still_explains_its_run(
    graph: Graph, plan: Path, upline: Upline, rules: Path
) -> None:
    with_rules = {"UPLINE_RULES": str(rules)}
    before = [upline(*words, env=with_rules).stdout for words in COMMANDS]
    # A measure without `needs` was allowed once. It adds nothing here, so the figures are the same.
    older = RULE.replace(
        "'sells_little' AS", "left('sells_little', 12 + 0 * coalesce(standing.active_legs, 0)) AS"
    )
    statement = "MATCH (rules:Rules) SET rules.texts = [text IN rules.texts | replace(text, $was, $now)]"
    graph.batched(cypher(statement, "was", "now"), was=RULE, now=older)
    assert [upline(*words).stdout for words in COMMANDS] == before


def test_runs_are_listed_whatever_has_become_of_their_plan(graph: Graph, plan: Path, upline: Upline) -> None:
    before = [upline("runs").stdout, upline("runs", "--json").stdout]
    graph.batched(cypher("MATCH (run:Run) SET run.plan_text = 'name = 3'"))
    assert [upline("runs").stdout, upline("runs", "--json").stdout] == before
    refused = upline("statement", "11")
    assert (refused.returncode, "[rules_changed]" in refused.stderr) == (2, True)
    assert "Traceback" not in refused.stderr


def test_the_same_texts_are_one_folder_that_holds_nothing_else(tmp_path: Path) -> None:
    texts = {"bonus/mine": "// a", "requirement/mine": "// b"}
    place = kept.folder(texts)
    assert kept.folder(dict(reversed(texts.items()))) == place
    files = {path.relative_to(place).as_posix(): path.read_text() for path in place.rglob("*.cypher")}
    assert files == {"bonuses/mine.cypher": "// a", "requirements/mine.cypher": "// b"}
    assert kept.folder({"bonus/mine": "// c"}) != place


def test_a_new_check_is_asked_although_nothing_else_has_changed(
    plan: Path, rules: Path, upline: Upline, graph: Graph
) -> None:
    environment = {"UPLINE_RULES": str(rules)}
    again = upline("run", "--period", "2026-11", "--plan", plan, env=environment)
    assert "nothing has changed since run 1" in again.stderr
    (rules / "checks").mkdir()
    (rules / "checks" / "nobody_earns.cypher").write_text(CHECK)
    refused = upline("run", "--period", "2026-11", "--plan", plan, env=environment)
    assert refused.returncode == 2
    assert "[check_failed]" in refused.stderr
    assert "nobody_earns: 1 should be 0" in refused.stderr
    assert [run.number for run in complete(graph)] == [1]
