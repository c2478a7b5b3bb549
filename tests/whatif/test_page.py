"""The example of docs/what-if.md, followed to the letter: what it prints is what the page shows."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.cli import program
from engine.graph.database import Graph
from engine.whatif import tables

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "what-if.md"


def output_of(line: str) -> str:
    done = CliRunner().invoke(program(), shlex.split(line)[1:], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return "\n".join(text.rstrip() for text in done.stdout.splitlines())


def test_the_example_prints_what_the_page_shows(
    graph: Graph, cli_env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in cli_env.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "engine").symlink_to(ROOT / "engine")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```\w*\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    commands, computed, compared = blocks[:3]
    printed = [output_of(line) for line in commands.splitlines()]
    assert printed[3].strip() == computed.strip()
    assert printed[4].strip() == compared.strip()
    for format in tables.FORMATS:
        output_of(f"upline what-if compare flat --out {format} --format {format}")
        assert {path.stem for path in Path(format).iterdir()} == tables.COLUMNS.keys()
    rows = Path("csv/members.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == ",".join(tables.COLUMNS["members"])
    listed = output_of("upline what-if list")
    assert "flat" in listed
    assert output_of("upline what-if remove flat").endswith("removed: flat")
