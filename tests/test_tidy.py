"""The house rules that a program can hold: headers, dead queries, cases, sizes, words that must not be."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import queries
from engine.contracts import FOLDERS

ROOT = Path(__file__).parent.parent
PYTHON = sorted(path for part in ("engine", "tests", "bench") for path in (ROOT / part).rglob("*.py"))
ENGINE = [path for path in PYTHON if path.is_relative_to(ROOT / "engine")]
CYPHER = sorted((ROOT / "cypher").rglob("*.cypher"))
RULES = [path for path in CYPHER if path.parent.name in FOLDERS.values()]
PLAIN = [path for path in CYPHER if path.parent.name not in (*FOLDERS.values(), "templates")]
LISTED = ("checks", "reports", "schema", "measures")
"""Folders whose files are used because they are there."""

LONGEST_FILE = 400
LONGEST_FUNCTION = 70
CLAUSE = re.compile(r"\b(MATCH|MERGE|CREATE|UNWIND|DETACH DELETE)\s*[(:`]|\bCALL\s*[({]|\bRETURN\s+\w+\.\w+")
HOLLOW = re.compile(r"\b(FIXME|XXX|HACK|TODO)\b|pragma: no cover")
MACHINE = re.compile(r"(?<![\w./])/(home|root|Users|work|mnt)/\w+")

TESTED_ELSEWHERE = {
    "activity": "requirements/activity.case, and the groves of test_agreement_generations.py",
    "answers": "test_statements.py, test_explain.py and test_trees.py ask everything in it",
    "checks": "test_run.py breaks a run in every way that a check looks for",
    "climbs": "test_plan.py, and the groves of test_agreement.py walk every climb",
    "columns": "test_tables.py and test_orders.py, value by value",
    "company": "test_genealogy.py, test_orders.py and test_bulk.py import; test_crash.py interrupts it",
    "compute": "test_cases.py and test_agreement.py go through nothing else",
    "entries": "test_stories.py",
    "errors": "test_cli.py sees how refusals are told",
    "flows": "the tests of the bonuses that read flows",
    "header": "test_vetting.py and test_contracts.py",
    "java": "test_server.py runs it",
    "leash": "test_bulk.py",
    "load": "test_tables.py and test_orders.py",
    "locks": "test_jars.py and test_server.py",
    "matched": "test_calendars.py",
    "moves": "test_genealogy.py",
    "neo4jconf": "test_server.py reads it back from the server",
    "plan_holds": "test_plan.py and test_plan_values.py",
    "plan_reader": "test_plan.py",
    "plan_text": "test_plan.py names the line of every wrong key",
    "printing": "test_adhoc.py and test_reports.py",
    "processes": "test_server.py",
    "refusals": "test_tables.py and test_supplied.py",
    "runs": "test_run.py and test_crash.py",
    "scratch": "test_server.py",
    "timelines": "test_genealogy.py",
    "transfers": "test_push.py",
    "walks": "test_explain.py and test_stories.py",
    "words": "test_explain.py and test_stories.py",
}
"""Modules without a test file of their own name, and where they are tested."""


WITHIN = {"role": "the walk by roles of role_shares"}
"""Rules that no plan names, because a bonus brings them along."""


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_with(paths: list[Path], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{relative(path)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("path", PLAIN, ids=relative)
def test_every_statement_and_fragment_has_a_header_that_fits(path: Path) -> None:
    name = path.relative_to(ROOT / "cypher").with_suffix("").as_posix()
    assert queries.load(path, name).purpose.endswith((".", "?"))


def test_no_query_is_dead() -> None:
    """Each is named in the engine's code, or stands in a folder that is read as a whole."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in ENGINE)
    dead = []
    for path in PLAIN:
        folder, name = path.parent.name, path.stem
        named = f'"{folder}/{name}"' in code
        composed = re.search(rf'f"{folder}/[\w-]*\{{', code) is not None
        if not (named or composed or folder in LISTED):
            dead.append(relative(path))
    assert dead == []


def test_no_statement_shares_its_state_among_concurrent_transactions() -> None:
    """The server loses conditions there, seldom and silently; cypher/write/part.cypher says how."""
    said = re.compile(r"^(?!\s*//).*CONCURRENT\s+TRANSACTIONS", re.IGNORECASE)
    assert lines_with(CYPHER, said) == []


def test_every_rule_has_a_data_case_of_its_name() -> None:
    cases = {path.stem for path in (ROOT / "tests" / "cases").rglob("*.case")}
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("*.py"))
    without = [
        relative(path)
        for path in RULES
        if path.stem not in (*cases, *WITHIN)
        and f'"{path.stem}"' not in tests
        and path.parent.name != "flows"
    ]
    assert without == []


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a module that are not documentation, with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def test_no_cypher_stands_in_python() -> None:
    found = [
        f"{relative(path)}:{line}: {text[:60]!r}"
        for path in ENGINE
        for line, text in strings(path)
        if CLAUSE.search(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("pattern", "caught", "passed"),
    [
        (CLAUSE, "MATCH (n) RETURN n", "matches (n)"),
        (CLAUSE, "UNWIND $x AS y CALL (y) { }", "UNWINDING"),
        (CLAUSE, "RETURN member.name", "RETURN"),
        (HOLLOW, "# " + "FIX" + "ME later", "todo: str"),
        (MACHINE, "see /" + "home/me/x", "https://example.org/home/me"),
    ],
)
def test_the_patterns_catch_what_they_should(pattern: re.Pattern[str], caught: str, passed: str) -> None:
    assert pattern.search(caught)
    assert not pattern.search(passed)


def test_no_file_is_longer_than_anyone_reads() -> None:
    sizes = {relative(path): path.read_text(encoding="utf-8").count("\n") for path in PYTHON + CYPHER}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = []
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long.append(f"{relative(path)}:{node.lineno}: {node.name} has {length} lines")
    assert long == []


def test_nothing_is_left_for_later() -> None:
    here = Path(__file__)
    assert lines_with([path for path in PYTHON + CYPHER if path != here], HOLLOW) == []


def test_no_path_of_one_machine_is_written_anywhere() -> None:
    texts = [
        path
        for pattern in ("*.md", "*.toml", "*.yaml", "*.case", "*.cypher", "*.py", "Makefile")
        for path in ROOT.rglob(pattern)
        if not any(part.startswith(".") or part == "node_modules" for part in path.relative_to(ROOT).parts)
    ]
    assert len(texts) > 100
    assert lines_with(sorted(texts), MACHINE) == []


def test_every_module_has_a_test_of_its_name_or_a_reason() -> None:
    modules = {path.stem for path in (ROOT / "engine").glob("*.py")} - {"__init__"}
    tested = {path.stem.removeprefix("test_") for path in (ROOT / "tests").glob("test_*.py")}
    assert modules - tested == TESTED_ELSEWHERE.keys()


def test_no_test_module_is_named_twice() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names))
