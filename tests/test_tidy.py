"""The house rules that a program can check: headers, dead queries, cases, sizes, forbidden words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.graph import queries
from engine.plans.reader import parse
from engine.rules import contract
from engine.workbench import cases
from engine.workbench.cases import Case

ROOT = Path(__file__).parent.parent
PYTHON = sorted(path for part in ("engine", "tests", "bench") for path in (ROOT / part).rglob("*.py"))
ENGINE = [path for path in PYTHON if path.is_relative_to(ROOT / "engine")]
CYPHER = sorted((ROOT / "cypher").rglob("*.cypher"))
RULES = [path for path in CYPHER if path.parent.parent == ROOT / "cypher" / "rules"]
PLAIN = [path for room in queries.ROOMS for path in CYPHER if path.is_relative_to(ROOT / "cypher" / room)]
CASES = ROOT / "tests" / "cases"
LISTED = ("schema", "measures")
"""Folders whose files are used because they are there."""

LONGEST_FILE = 400
LONGEST_FUNCTION = 70
CLAUSE = re.compile(r"\b(MATCH|MERGE|CREATE|UNWIND|DETACH DELETE)\s*[(:`]|\bCALL\s*[({]|\bRETURN\s+\w+\.\w+")
HOLLOW = re.compile(r"\b(FIXME|XXX|HACK|TODO)\b|pragma: no cover")
MACHINE = re.compile(r"(?<![\w./])/(home|root|Users|work|mnt)/\w+")


SHOWN = {
    "AccountSum", "Balance", "BonusShare", "Compliance", "CompressedPlace", "Correction", "Earning",
    "EntryPart", "Explanation", "IncomeDisclosure", "LedgerBatch", "LedgerEntry", "LedgerRules", "Line",
    "Member", "Money", "NearMisses", "Order", "OriginShare", "Overlay", "PayWithoutSale", "Period",
    "PeriodEvent", "Plan", "PlanPeriod", "Prospect", "ProspectStep", "RankIncome", "Report", "RunProgress",
    "Standing", "Statement",
    "Transfer", "Violation", "WhatIf", "WhyNot",
}  # fmt: skip
"""GraphQL types that have the name of the facts that they show."""
SHARED = {
    "Move": "a change of parent, both as a company's table gives it and as the sample makes one up",
    "Operation": "what a client sends, with its price, and what is done to people and trees",
}
"""Other names that two classes may share, each with the reason."""


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_with(paths: list[Path], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{relative(path)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


QUESTIONS = [path for path in RULES if path.parent.name in contract.QUESTIONS.values()]


@pytest.mark.parametrize("path", [*PLAIN, *QUESTIONS], ids=relative)
def test_every_statement_and_fragment_has_a_header_that_fits(path: Path) -> None:
    name = path.relative_to(ROOT / "cypher").with_suffix("").as_posix()
    assert queries.load_query(path, name).purpose.endswith((".", "?"))


def test_no_query_is_dead() -> None:
    """Each is named in the engine's code, or is in a folder that is read as a whole."""
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
    """The server loses conditions there, seldom and silently; cypher/parts/passes/part.cypher says how."""
    concurrent = re.compile(r"^(?!\s*//).*CONCURRENT\s+TRANSACTIONS", re.IGNORECASE)
    assert lines_with(CYPHER, concurrent) == []


def rules_of(case: Case) -> set[tuple[str, str]]:
    """The rules that a data case uses or runs, by kind and name, with those that a bonus brings along."""
    plan = parse(case.plan, case.path)
    used = {("requirement", each.module.name) for each in plan.requirements}
    used |= {("compression", each.module.name) for each in plan.overlays}
    used |= {("bonus", each.module.name) for each in plan.bonuses}
    used |= {("flow", each.flow.name) for each in plan.bonuses if each.flow}
    used |= {("push", plan.push.module.name)} if plan.push else set()
    used |= {("placement", case.place[0])} if case.place else set()
    for table, _ in case.expected:
        kind, _, name = table.name.partition(" ")
        if kind == "report":
            used.add((kind, name.split()[0]))
        elif kind == "violations":
            used |= {("check", row["check"]) for row in table.rows}
    return used


KINDS = {folder: kind for kind, folder in {**contract.FOLDERS, **contract.QUESTIONS}.items()}


@pytest.mark.parametrize("rule", RULES, ids=relative)
def test_every_rule_has_a_data_case_of_its_name_that_uses_it(rule: Path) -> None:
    case = CASES / rule.parent.name / f"{rule.stem}.case"
    assert case.is_file(), f"{relative(rule)} needs {relative(case)}"
    assert (KINDS[rule.parent.name], rule.stem) in rules_of(cases.read(case))


def test_a_further_case_is_named_after_a_rule_that_it_uses() -> None:
    """`stairstep_border.case` shows more of `stairstep`."""
    wrong = []
    for path in sorted(path for folder in KINDS for path in (CASES / folder).glob("*.case")):
        used = {name for kind, name in rules_of(cases.read(path)) if kind == KINDS[path.parent.name]}
        if not any(f"{path.stem}_".startswith(f"{name}_") for name in used):
            wrong.append(relative(path))
    assert wrong == []


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


def test_no_cypher_is_written_in_python() -> None:
    places = [
        f"{relative(path)}:{line}: {text[:60]!r}"
        for path in ENGINE
        for line, text in strings(path)
        if CLAUSE.search(text)
    ]
    assert places == []


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


def test_tests_mirror_the_packages() -> None:
    """A folder of tests for each package, named alike, and none that mirrors nothing."""
    packages = {
        path.parent.relative_to(ROOT / "engine").as_posix() for path in (ROOT / "engine").rglob("__init__.py")
    }
    folders = {
        path.parent.relative_to(ROOT / "tests").as_posix() for path in (ROOT / "tests").rglob("test_*.py")
    }
    beside = {".", "browser", "conformance", "oracle", "soak"}
    assert folders - beside <= packages
    assert {name for name in packages if "/" not in name} - {"."} <= folders


def public_classes(path: Path) -> list[str]:
    """The classes of a module that another module can import, without private ones."""
    names = [
        node.name
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    ]
    return [name for name in names if not name.startswith("_")]


def test_no_two_classes_have_one_name_and_two_meanings() -> None:
    homes: dict[str, list[str]] = {}
    for path in ENGINE:
        for name in public_classes(path):
            homes.setdefault(name, []).append(relative(path))
    twice = {name: paths for name, paths in homes.items() if len(paths) > 1}
    assert {name: paths for name, paths in twice.items() if name not in SHARED and name not in SHOWN} == {}
    assert set(twice) == SHARED.keys() | SHOWN, "each entry of the lists is still needed"
    for name in SHOWN:
        in_api = [path.startswith("engine/api/types/") for path in homes[name]]
        assert sorted(in_api) == [False, True], name


TESTED_ELSEWHERE = {
    "answers.bulk": "answers/test_export.py",
    "api": "api/test_api.py",
    "commands": "commands/test_cli.py",
    "composition.walks": "oracle/test_agreement.py",
    "explain": "explain/test_stories.py",
    "genealogy.operations": "genealogy/test_performing.py",
    "intake": "intake/test_importing.py",
    "plans": "plans/test_plan.py",
    "rules.header": "rules/test_contract.py",
    "sample": "sample/test_sample.py",
    "server": "server/test_managed.py",
    "stages.activity": "oracle/test_agreement_generations.py",
    "stages.bonuses": "stages/bonuses/test_bonuses.py",
}
"""Modules, or packages of modules, that no test imports by name, and the tests that go through them."""


def test_every_module_is_tested_by_name_or_somewhere_that_is_named() -> None:
    tests = sorted((ROOT / "tests").rglob("*.py"))
    known = {path.stem.removeprefix("test_") for path in tests}
    for path in tests:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("engine."):
                known |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    engine = ROOT / "engine"
    modules = [path.relative_to(engine).with_suffix("") for path in engine.rglob("*.py")]
    names = [".".join(path.parts) for path in modules if path.name != "__init__"]
    unnamed = [name for name in names if f"engine.{name}" not in known and name.split(".")[-1] not in known]
    covered = {
        name: next((place for place in TESTED_ELSEWHERE if f"{name}.".startswith(f"{place}.")), None)
        for name in unnamed
    }
    assert [name for name, place in covered.items() if place is None] == []
    assert set(covered.values()) == TESTED_ELSEWHERE.keys()
    assert [test for test in TESTED_ELSEWHERE.values() if not (ROOT / "tests" / test).is_file()] == []


FACES = sorted((ROOT / "engine").rglob("*/__init__.py"))


@pytest.mark.parametrize("path", FACES, ids=relative)
def test_the_face_of_a_package_says_what_lives_there(path: Path) -> None:
    """Some ten lines: each module by name, what goes in, what comes out."""
    face = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    parts = [part.stem for part in path.parent.glob("*.py") if part != path]
    parts += [part.parent.name for part in path.parent.glob("*/__init__.py")]
    assert [part for part in parts if not re.search(rf"\b{part}\b", face.partition("In: ")[0])] == []
    assert "In: " in face
    assert "Out: " in face
    assert 5 <= face.count("\n") + 1 <= 16


def test_no_test_module_is_named_twice() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names))
