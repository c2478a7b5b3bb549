"""The page of promises: every promise says where it is made and names tests, and every test exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "promises.md"
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
LINK = re.compile(r"\[[^\]]+\]\([^)\s]+\)")
HEAD = ("promise", "made in", "tests")
FEWEST = 50
"""Promises on the page; a change of its form must not make this test read none of them."""


def rows(text: str) -> Iterator[list[str]]:
    """The rows of the tables of a page, without their heads."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")] if line.startswith("|") else []
        if cells and tuple(cells) != HEAD and not set(line) <= set("|-: "):
            yield cells


def faults(text: str, root: Path) -> list[str]:
    """What is wrong with the promises of a page: one sentence for each."""
    sentences = []
    for cells in rows(text):
        promise = cells[0]
        if len(cells) != len(HEAD):
            sentences.append(f"{promise}: {len(cells)} columns")
            continue
        named = TEST.findall(cells[2])
        if not named or TEST.sub("", cells[2]).strip():
            sentences.append(f"{promise}: names no test, or something else")
        if not LINK.fullmatch(cells[1]):
            sentences.append(f"{promise}: does not say where it is made")
        missing = [f"{path}::{name}" for path, name in named if name not in defined(root / path)]
        sentences += [f"{promise}: no test {name}" for name in missing]
    return sentences


def defined(path: Path) -> set[str]:
    """The names of the tests of a file, none where it does not exist."""
    if not path.is_file():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_promise_has_tests_that_exist() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert faults(text, ROOT) == []
    assert len([*rows(text)]) >= FEWEST


def test_no_promise_is_made_twice() -> None:
    promises = [cells[0] for cells in rows(PAGE.read_text(encoding="utf-8"))]
    assert len(promises) == len(set(promises))


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (("[page](page.md)",), "2 columns"),
        (("[page](page.md)", "somebody looked"), "names no test"),
        (("page", "`tests/test_promises.py::test_no_promise_is_made_twice`"), "does not say where"),
        (("[page](page.md)", "`tests/test_promises.py::test_nothing`"), "no test tests/test_promises.py"),
        (("[page](page.md)", "`tests/test_nowhere.py::test_nothing`"), "no test tests/test_nowhere.py"),
    ],
)
def test_a_promise_without_its_test_is_found(cells: tuple[str, ...], why: str) -> None:
    row = " | ".join(("| It works.", *cells)) + " |"
    sentences = faults(f"| promise | made in | tests |\n|---|---|---|\n{row}\n", ROOT)
    assert len(sentences) == 1
    assert why in sentences[0]
