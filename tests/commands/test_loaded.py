"""A command begins at once: it loads what it needs, and nothing of what others need."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from engine.cli import COMMANDS, program
from tests.support.commands import PAPER, PROGRAM

PLANS = Path(__file__).parent.parent.parent / "engine" / "plans"

LOADED = """
import contextlib, io, shlex, sys
from engine.cli import run
for line in sys.argv[1:]:
    sys.argv = ["upline", *shlex.split(line)]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        run()
    print(*sys.modules)
"""
"""Runs commands one after the other in one process, and prints after each what is loaded by then."""

SLOW = {"neo4j", "pyarrow", "requests", "jgo", "graphene", "graphql", "starlette", "uvicorn", "asyncio"}
"""What takes longer to load than the whole command line: the driver, tables, downloads, the API."""
FIRST, MOST = 9, 45
"""Modules of the engine that are loaded for a list of the commands, and at most for the help of one."""


def loaded(*lines: str) -> list[set[str]]:
    """For each of some command lines the modules that are loaded when it has ended."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *lines],
        env=PAPER, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [set(line.split()) for line in done.stdout.splitlines()]


def ours(modules: set[str]) -> set[str]:
    return {name for name in modules if name.partition(".")[0] == "engine"}


def lines_of_help() -> list[str]:
    """The help of each group and of each command."""
    commands = get_command(program()).commands  # type: ignore[attr-defined]
    inside = {name: [*getattr(command, "commands", ())] for name, command in commands.items()}
    parts = [f"{name} {word}" for name, words in inside.items() for word in words]
    return [f"{words} --help" for words in (*COMMANDS, *parts)]


def test_no_help_loads_anything_slow() -> None:
    lines = lines_of_help()
    assert {"run --help", "server start --help", "rules test --help"} <= set(lines)
    for line, modules in zip(lines, loaded(*lines), strict=True):
        slow = modules & SLOW
        assert not slow, f"upline {line} loads {slow}: import it in the function that needs it"


@pytest.mark.parametrize("line", ["--version", "--help"])
def test_the_list_of_commands_loads_none_of_them(line: str) -> None:
    (modules,) = loaded(line)
    assert len(ours(modules)) <= FIRST, sorted(ours(modules))
    assert modules & (SLOW | {"pydantic", "platformdirs", "psutil", "rich.progress"}) == set()


@pytest.mark.parametrize(
    "line", ["run --help", "statement --help", "server start --help", "rules test --help"]
)
def test_help_loads_little_of_the_engine(line: str) -> None:
    (modules,) = loaded(line)
    assert len(ours(modules)) <= MOST, sorted(ours(modules))


def test_commands_without_a_database_do_without_the_driver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PAPER, "UPLINE_HOME", str(tmp_path / "home"))
    lines = [
        f"plan check {PLANS / 'aurora.toml'}",
        f"plan show {PLANS / 'binary.toml'}",
        "rules list",
        "rules show bonus unilevel",
        "server status",
        "server stop",
        "server logs",
    ]
    for line, modules in zip(lines, loaded(*lines), strict=True):
        assert modules & SLOW == set(), f"upline {line}"
        assert len(ours(modules)) <= 2 * MOST, line


def test_the_list_of_commands_is_that_of_the_loaded_program() -> None:
    """The summaries in COMMANDS are the first paragraphs of what the commands say themselves."""
    whole, listed = (get_command(program(names)) for names in (COMMANDS, ()))
    for name, command in whole.commands.items():  # type: ignore[attr-defined]
        summary = " ".join((command.help or "").split("\n\n")[0].split())
        assert listed.commands[name].help == summary, name  # type: ignore[attr-defined]


def test_an_unknown_command_is_refused_and_a_similar_one_offered() -> None:
    done = subprocess.run([*PROGRAM, "statment"], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "'statement'" in done.stderr
