"""Composed statements, printed for every rule with parameters: pasted, they run with the same results."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.graph.database import Graph
from engine.graph.literals import literal
from engine.intake.importing import import_company
from engine.passes.record import NoRunError, result
from engine.period import period
from engine.plans.reader import read
from engine.rules.contract import FOLDERS, QUESTIONS
from engine.rules.library import UnknownRuleError, questions, rules
from engine.workbench.composed import (
    OnlyReadsError,
    RuleNotUsedError,
    Target,
    of_plan,
    of_run,
    statements,
)
from tests.conftest import Upline
from tests.support import pasted
from tests.support.companies import cypher, month, written
from tests.workbench.test_cases import SHARED_OUT

IN_CASES = {each for used in SHARED_OUT.values() for each in used}
COMPANY = """
plan:
  name = "Whole"
  [activity]
  personal_volume = 50
  [[rank]]
  name = "Silver"
  require = [{ kind = "personal_volume", at_least = 100 }]
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  compression = "activity_skip"
  rates = { none = ["0.05", "0.02"], Silver = ["0.10", "0.05"] }
members:
  member  sponsor  placement  leg
  1       -        -          -
  11      1        1          left
  12      1        1          right
  121     12       12         left
  111     11       -          -
orders:
  member  qv
  1       60
  11      40
  111     200
  121     70
"""
PUSHED = """
plan:
  name = "Pushed"
  [activity]
  personal_volume = 50
  [volume]
  push_up = "push_up"
  [[bonus]]
  name = "Legs"
  kind = "binary"
  rate = "0.10"
members:
  member  sponsor  placement  leg
  1       -        -          -
  11      1        1          left
  12      1        1          right
  111     11       11         left
orders:
  member  qv
  1       60
  11      40
  12      70
  111     30
"""


def test_every_rule_of_the_engine_is_pasted_somewhere() -> None:
    every = {(kind, name) for kind in FOLDERS if kind != "placement" for name in rules(kind)}
    assert every - IN_CASES == set()


@pytest.fixture
def ran(graph: Graph, tmp_path: Path) -> Path:
    """A month of a small company; its plan file."""
    month(graph, tmp_path, COMPANY)
    return tmp_path / "plan.toml"


def test_checks_and_reports_say_what_the_engine_says(ran: Path, graph: Graph) -> None:
    assert ran.is_file()
    for kind in QUESTIONS:
        for name in questions(kind):
            pasted.compare_question(graph, kind, name)


@pytest.mark.parametrize("name", sorted(rules("placement")))
def test_a_placement_rule_finds_the_place_of_the_member_who_has_waited_longest(
    name: str, ran: Path, graph: Graph
) -> None:
    target = of_plan(read(ran), period("2026-11"), graph)
    pasted.compare_placement(graph, name, {"width": "2"} if name.startswith("matrix") else {}, "111", target)


def unused(target: Target, kind: str, name: str) -> RuleNotUsedError:
    with pytest.raises(RuleNotUsedError) as raised:
        statements(kind, name, target, stored=False, options={})
    return raised.value


def test_a_rule_that_the_plan_does_not_use_is_refused_with_those_that_it_uses(ran: Path) -> None:
    target = of_plan(read(ran), None, None)
    assert unused(target, "bonus", "matching").todo == "Its bonus rules: unilevel."
    assert unused(target, "requirement", "fact").todo == "Its requirement rules: personal_volume."
    assert unused(target, "compression", "dynamic").todo == "Its compression rules: activity_skip."
    assert unused(target, "flow", "binary").todo == "Its flow rules: none."
    assert unused(target, "push", "push_up").todo == "Its push rules: none."
    with pytest.raises(UnknownRuleError, match="no bonus rule is called 'unilevl'"):
        statements("bonus", "unilevl", target, stored=False, options={})


STORED = [
    ("bonus", "unilevel"),
    ("requirement", "personal_volume"),
    ("compression", "activity_skip"),
]


@pytest.mark.parametrize(("kind", "name"), STORED)
def test_a_statement_that_stores_says_so_and_stores_what_the_run_stored(
    kind: str, name: str, ran: Path, graph: Graph
) -> None:
    """Pasted over a run whose results of that kind are gone, it brings them back."""
    run = result(graph)
    target = of_run(graph, run.number)
    before = snapshot(graph, run.number)
    graph.batched(cypher(GONE[kind], "run"), run=run.number)
    assert snapshot(graph, run.number) != before
    for each in statements(kind, name, target, stored=True, options={}):
        comments = [line for line in each.text.splitlines() if line.startswith("//")]
        assert comments[0].startswith("// This statement writes")
        pasted.pasted(graph, each.text, writes=True)
    assert snapshot(graph, run.number) == before
    assert ran.is_file()


GONE = {
    "bonus": "MATCH (:Standing {run: $run})<-[:EARNED_BY]-(e) DETACH DELETE e",
    "requirement": "MATCH (s:Standing {run: $run}) SET s.rank = 0, s.qualified_rank = 0, s.best_rank = 0",
    "compression": "MATCH (:Standing {run: $run})-[c:COMPRESSED_INTO]->() DELETE c",
}


def snapshot(graph: Graph, run: int) -> str:
    """Standings, their edges and earnings."""
    text = """
        MATCH (s:Standing {run: $run})
        RETURN s.member_id AS id, properties(s) AS facts,
          COLLECT { MATCH (s)-[c:COMPRESSED_INTO]->(k) RETURN [k.member_id, c.overlays] } AS compressed,
          COLLECT { MATCH (s)<-[:EARNED_BY]-(e) RETURN properties(e) } AS earned
        ORDER BY id
        """
    return json.dumps(graph.read(cypher(text, "run"), run=run), sort_keys=True, default=str)


@pytest.mark.parametrize("kind", [*QUESTIONS, "placement"])
def test_a_rule_that_stores_nothing_says_so(kind: str, ran: Path) -> None:
    target = of_plan(read(ran), None, None)
    with pytest.raises(OnlyReadsError, match=f"a {kind} stores nothing"):
        statements(kind, "any", target, stored=True, options={})


def test_push_up_is_printed_with_the_volume_before_it(graph: Graph, tmp_path: Path) -> None:
    run = month(graph, tmp_path, PUSHED)
    assert run.facts["pushes"] == 2
    pasted.check(graph, "push", "push_up")


def test_a_push_and_a_flow_store_by_statements_of_their_own(tmp_path: Path) -> None:
    target = of_plan(read(written(tmp_path, PUSHED)), period("2026-11"), None)
    marked, climbed = statements("push", "push_up", target, stored=True, options={})
    assert "SET standing.receives" in marked.text
    assert ":param writers => 1\n" in marked.text
    assert "CREATE (standing)-[:PUSHED_UP" in climbed.text
    assert "standing.depth ASC" in climbed.text
    (flow,) = statements("flow", "binary", target, stored=True, options={})
    assert "SET standing[$state] = state" in flow.text


def test_without_a_run_it_finds_nothing_but_runs(graph: Graph, tmp_path: Path) -> None:
    path = written(tmp_path, COMPANY)
    target = of_plan(read(path), None, None)
    assert (target.run, target.previous) == (0, None)
    (lines,) = statements("bonus", "unilevel", target, stored=False, options={})
    assert pasted.pasted(graph, lines.text) == [{"lines": []}]
    with pytest.raises(NoRunError, match="no complete run has the number 7"):
        of_run(graph, 7)


def test_a_run_is_that_of_the_period_and_its_orders_are_those_that_it_knew(
    ran: Path, graph: Graph, tmp_path: Path
) -> None:
    first = result(graph)
    import_company(graph, ran.parent)
    later = of_plan(read(ran), period("2026-11"), graph)
    assert later.run == first.number
    assert later.window["cut"] == first.facts["cut"]
    assert of_plan(read(ran), period("2026-12"), graph).run == 0
    again = of_run(graph, first.number)
    assert (again.run, again.window, again.levels) == (later.run, later.window, later.levels)
    assert tmp_path.is_dir()


VALUES = {
    "null": None,
    "true": True,
    "false": False,
    "-5": -5,
    "9007199254740993": 2**53 + 1,
    "''": "",
    r"'it\'s \\ `a` \"b\" $c\n\t'".replace('\\"', '"'): 'it\'s \\ `a` "b" $c\n\t',
    "'\u00e9\U0001f600'": "\u00e9\U0001f600",
    "[]": [],
    "{}": {},
    "[1, [null, 'x']]": [1, [None, "x"]],
    "{a: 1, `b c`: [true], `d``e`: {f: null}}": {"a": 1, "b c": [True], "d`e": {"f": None}},
    "date('2026-02-28')": date(2026, 2, 28),
    "datetime('2026-11-01T00:00:00+00:00')": datetime(2026, 11, 1, tzinfo=UTC),
}


@pytest.mark.parametrize("text", VALUES)
def test_a_literal_is_the_value_that_the_server_makes_of_it(text: str, graph: Graph) -> None:
    value = graph.value(cypher(f"RETURN {text} AS value"))
    assert (value.to_native() if hasattr(value, "to_native") else value) == VALUES[text]
    assert literal(VALUES[text]) == text


def test_what_has_no_literal_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no literal"):
        literal({1, 2})


def test_pieces_are_indented_below_the_comment_that_names_them(ran: Path) -> None:
    (lines,) = statements("bonus", "unilevel", of_plan(read(ran), None, None), stored=False, options={})
    printed = lines.text.splitlines()
    block = [line for line in printed if line.startswith(":param ")]
    assert [line.split()[1] for line in block] == list(lines.query.params)
    named = {line.strip(): len(line) - len(line.lstrip()) for line in printed if "// cypher/" in line}
    by_file = {text.rpartition("/")[2].partition(":")[0]: margin for text, margin in named.items()}
    assert 0 == by_file["lines.cypher"] < by_file["by_source.cypher"] < by_file["unilevel.cypher"]
    assert by_file["unilevel.cypher"] < by_file["step.cypher"] == by_file["walked.cypher"]
    server = "".join(lines.query.text.split())
    code = "".join("".join(line.partition("//")[0].split()) for line in printed[len(block) :])
    assert code == f"{server};"


def command(upline: Upline, *options: object) -> Iterator[str]:
    done = upline("rules", "show", *options)
    assert done.returncode == 0, done.stderr
    yield from done.stdout.splitlines()


def test_the_command_prints_it_by_a_plan_file_or_by_a_run(ran: Path, upline: Upline, graph: Graph) -> None:
    number = result(graph).number
    words = ("bonus", "unilevel", "--composed")
    by_plan = list(command(upline, *words, "--plan", ran, "--period", "2026-11"))
    assert by_plan == list(command(upline, *words, "--run", number))
    assert by_plan[0] == f":param run => {number}"
    assert pasted.pasted(graph, "\n".join(by_plan) + "\n")[0]["lines"]
    assert next(command(upline, *words, "--plan", ran, "--period", "2026-12")) == ":param run => 0"


@pytest.mark.parametrize(
    "options",
    [("--composed",), ("--plan", "plan.toml"), ("--composed", "--plan", "plan.toml", "--run", "1"),
     ("--stored",), ("--composed", "--run", "1", "--period", "2026-11")],
)  # fmt: skip
def test_the_command_asks_for_a_plan_or_a_run(options: tuple[str, ...], upline: Upline) -> None:
    done = upline("rules", "show", "bonus", "unilevel", *options)
    assert done.returncode != 0
    assert "with --composed and with either --plan or --run" in done.stderr
