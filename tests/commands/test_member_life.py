"""The page on a member's life: its company is imported, its commands are run, what they print is compared."""

import re
import shlex
from pathlib import Path

from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.conftest import Upline

PAGE = Path(__file__).parent.parent.parent / "docs" / "member-life.md"


def test_every_command_of_the_page_prints_what_the_page_says(
    graph: Graph, tmp_path: Path, upline: Upline
) -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, table in re.findall(r"`(\w+\.csv)`:\n\n```csv\n(.*?)```", text, re.DOTALL):
        (tmp_path / name).write_text(table, encoding="utf-8")
    import_company(graph, tmp_path)
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    commands = [part for block in blocks for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    assert len(commands) > 12
    for command in commands:
        line, _, expected = command.partition("\n")
        done = upline(*shlex.split(line)[1:])
        assert done.returncode == 0, (line, done.stderr)
        printed = "\n".join(each.rstrip() for each in done.stdout.splitlines())
        assert printed.strip() == expected.strip(), line
