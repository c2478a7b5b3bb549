"""Text for terminals and spreadsheets: what would be obeyed there is not, and nothing is lost."""

import ast
import csv
import io
import json
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.commands.console import json_text, terminal
from engine.intake.files import _unquoted
from engine.text import csv_writer, printable, quoted, unquoted
from tests.support import hostile

COMMANDS = Path(__file__).parent.parent / "engine" / "commands"
texts = st.one_of(hostile.texts, st.text("'=+-@\t\r0123456789./ab", max_size=6))


@given(texts)
@example("'=1+1")
@example("''-x")
def test_a_quoted_text_is_no_formula_and_comes_back_as_it_was(text: str) -> None:
    safe = quoted(text)
    assert unquoted(safe) == text
    if safe[:1] in ("=", "+", "-", "@", "\t", "\r"):
        assert safe.strip("+-").replace(".", "").replace("/", "").isdigit()


@pytest.mark.parametrize("figure", ["-1", "+1", "-12.50", "-1/3", "0", "12"])
def test_a_figure_stays_a_figure(figure: str) -> None:
    assert quoted(figure) == figure


@given(st.lists(texts))
def test_an_import_takes_off_the_same_apostrophes(column: list[str]) -> None:
    read = _unquoted(pa.array(column, pa.string()))
    assert read.to_pylist() == [unquoted(text) for text in column]


@given(st.text())
def test_printable_text_has_no_control_characters_but_those_of_lines(text: str) -> None:
    assert not {"\x1b", "\x07", "\x08", "\r", "\x7f", "\x9b", "\u202e"} & set(printable(text))


@given(st.lists(texts, min_size=2, max_size=4))
@example(["a\rb", "c"])
@example(["a\r\nb", "\n"])
def test_fields_of_a_table_are_read_as_they_were_written(fields: list[str]) -> None:
    file = io.StringIO(newline="")
    csv_writer(file).writerows([fields, ["next", ""]])
    assert file.getvalue().endswith("\nnext,\n")
    assert list(csv.reader(io.StringIO(file.getvalue(), newline=""))) == [fields, ["next", ""]]


@given(hostile.texts)
def test_json_says_the_same_with_escapes(text: str) -> None:
    assert json.loads(json_text({"name": text})) == {"name": text}
    assert "\x9b" not in json_text(["a\x9bb"])


def test_a_console_keeps_its_colours_and_escapes_those_of_texts() -> None:
    paper = io.StringIO()
    console = terminal(paper)
    console._force_terminal = True
    console.print("[bold]Ann\x1b[2J[/bold]")
    console.print("\x1b]0;title\x1b\\", markup=False)
    assert "\\x1b[2J" in paper.getvalue()
    assert "\\x1b]0;title\\x1b" in paper.getvalue()
    assert "\x1b[2J" not in paper.getvalue()
    assert "\x1b]" not in paper.getvalue()


def test_commands_print_only_through_the_console_module() -> None:
    """So that no command prints a name past the one place that makes it printable."""
    wrong = []
    for path in sorted(COMMANDS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and path.stem != "console":
                called = ast.unparse(node.func)
                if called in ("print", "typer.echo", "Console", "sys.stdout.write", "sys.stderr.write"):
                    wrong.append(f"{path.name}:{node.lineno} {called}")
    assert wrong == []
