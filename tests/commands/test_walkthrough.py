"""The walkthrough of docs/rules/first-rule.md, followed to the letter: from an empty file to a paid line."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.cli import program
from engine.graph.database import Graph
from engine.workbench import cases

PAGE = Path(__file__).parent.parent.parent / "docs" / "rules" / "first-rule.md"
BLOCKS = re.findall(r"^```\w*\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
"""The commands and files of the page, in order."""


def output_of(*words: str) -> str:
    """The output of an `upline` command."""
    done = CliRunner().invoke(program(), [*words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_walkthrough_works_as_it_is_written(
    graph: Graph, cli_env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in cli_env.items():
        monkeypatch.setenv(name, value)
    new, rule, case, try_it, plan, see = BLOCKS
    output_of(*shlex.split(new)[1:])
    assert sorted(path.name for path in (tmp_path / "rules" / "compression").iterdir()) == [
        "selling.case",
        "selling.cypher",
    ]
    (tmp_path / "rules" / "compression" / "selling.cypher").write_text(rule, encoding="utf-8")
    (tmp_path / "rules" / "compression" / "selling.case").write_text(case, encoding="utf-8")
    assert try_it.splitlines()[0] == "export UPLINE_RULES=rules"
    monkeypatch.setenv("UPLINE_RULES", "rules")
    assert cases.failures(cases.read(tmp_path / try_it.split()[-1]), graph) == []
    graph.batched("schema/wipe")
    (tmp_path / "plan.toml").write_text(plan, encoding="utf-8")
    *_, explained = [output_of(*shlex.split(line)[1:]) for line in see.splitlines()]
    assert "skipped for level 1 by selling, no customers" in explained
    assert "M0103" in explained


def test_a_new_flow_comes_with_the_bonus_that_reads_it(tmp_path: Path) -> None:
    output_of("rules", "new", "flow", "tally", "--to", str(tmp_path))
    made = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("tally.*"))
    assert made == ["bonuses/tally.cypher", "flows/tally.case", "flows/tally.cypher"]
    assert "flow:    tally" in (tmp_path / "bonuses" / "tally.cypher").read_text(encoding="utf-8")


def test_the_case_on_the_page_of_cases_passes(graph: Graph, tmp_path: Path) -> None:
    page = (PAGE.parent / "cases.md").read_text(encoding="utf-8")
    shown = tmp_path / "shown.case"
    shown.write_text(page.split("```\n")[1], encoding="utf-8")
    case = cases.read(shown)
    assert case.periods == ("2026-10", "2026-11")
    assert cases.failures(case, graph) == []
