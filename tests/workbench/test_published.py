"""Every published worked example is run: by the case file of its id, or by a test that is named after it."""

import re
from pathlib import Path

import pytest

from engine.workbench import cases

TESTS = Path(__file__).parent.parent
FOLDER = TESTS / "cases" / "published"
EXAMPLES = dict(
    [*line.split(maxsplit=1), ""][:2]
    for line in (FOLDER / "ids.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
"""Why an example has no case file, by id; empty where it has one."""


def test_the_list_has_every_example_once() -> None:
    lines = (FOLDER / "ids.txt").read_text(encoding="utf-8").splitlines()
    ids = [line.split()[0] for line in lines if line and not line.startswith("#")]
    assert len(ids) == len(set(ids)) == 76


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_has_its_case_or_its_test_or_a_reason(example: str) -> None:
    files = sorted(path for path in FOLDER.glob("*.case") if re.fullmatch(rf"{example}(-.+)?", path.stem))
    how, _, what = EXAMPLES[example].partition(": ")
    if not how:
        assert FOLDER / f"{example}.case" in files
        return
    assert files == []
    assert how in ("trees", "waits")
    assert what
    if how == "trees":
        text = (TESTS / what).read_text(encoding="utf-8")
        named = example.lower().replace("-", "_")
        assert re.search(rf"^def test_(\w+_)?{named}_", text, re.MULTILINE)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.case")), ids=lambda path: path.stem)
def test_a_published_case_names_its_example_and_where_it_was_published(path: Path) -> None:
    example = re.match(r"[A-Z]+-\d+[a-z]?", path.stem)
    assert example
    assert example[0] in EXAMPLES
    assert cases.read(path).title.startswith(f"{example[0]} ")
    assert re.search(r"^# .*http", path.read_text(encoding="utf-8"), re.MULTILINE)
