"""Every data case has the results that it states: published figures, and a case for each rule module."""

from pathlib import Path

import pytest

from engine.answers.contradictions import contradictions
from engine.graph.database import Graph
from engine.passes.record import complete
from engine.workbench import cases
from engine.workbench.notation import CaseError
from tests import oracle
from tests.support import pasted
from tests.support.every_answer import ask_everything
from tests.support.family import read_output, unlike

FOLDER = Path(__file__).parent.parent / "cases"
FILES = sorted(FOLDER.rglob("*.case"))
SHARED_OUT = pasted.shared_out(FILES)


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(FOLDER)) for path in FILES])
def test_a_case_has_the_results_that_it_states(path: Path, graph: Graph, tmp_path: Path) -> None:
    """In both engines: where they differ, one of them is wrong. Every answer about its run can be read.

    The answers about a published case whose rules all have a case of their own are not read again.

    Rules also run as a person runs them who pastes what `upline rules show --composed` prints.
    """
    case = cases.read(path)
    outcome = cases.outcome(case, graph, tmp_path)
    assert cases.differences(case, outcome) == []
    if outcome.out.is_dir():
        expected = oracle.compute(outcome.company, outcome.company / "plan.toml", list(case.periods))
        assert unlike(expected, read_output(outcome.company, outcome.out)) == []
    again = path.parent.name == "published" and not SHARED_OUT[path]
    for run in complete(graph) if not (case.tamper or again) else ():
        assert ask_everything(graph, run) > 0
        assert contradictions(graph, run) == []
    for kind, name in sorted(SHARED_OUT[path]):
        pasted.check(graph, kind, name)


def test_a_case_that_is_wrong_says_what_is_missing_and_what_is_too_much(graph: Graph, tmp_path: Path) -> None:
    text = (FOLDER / "published" / "GV-02.case").read_text(encoding="utf-8")
    path = tmp_path / "wrong.case"
    path.write_text(text.replace("user    0                6", "user    0                7"), "utf-8")
    assert cases.failures(cases.read(path), graph) == [
        f"{path}:18: standings lacks member_id user, personal_volume 0, group_volume 7",
        f"{path}:18: standings has member_id user, personal_volume 0, group_volume 6, which is not expected",
    ]


def test_a_case_that_expects_some_rows_shows_what_there_was(graph: Graph, tmp_path: Path) -> None:
    text = (FOLDER / "published" / "GV-02.case").read_text(encoding="utf-8")
    assert text.count("expect ") == 1
    some = "expect some standings:\n  member  personal_volume\n  nobody  1\n"
    path = tmp_path / "some.case"
    path.write_text(text[: text.index("expect ")] + some, "utf-8")
    lacking, *there = cases.failures(cases.read(path), graph)
    assert lacking.endswith("standings lacks member_id nobody, personal_volume 1")
    assert any(line.endswith("standings has member_id user, personal_volume 0") for line in there)
    path.write_text(text[: text.index("expect ")] + "expect lines:\n  payee  amount\n  nobody  1\n", "utf-8")
    graph.batched("schema/wipe")
    assert cases.failures(cases.read(path), graph)[1:] == [f"{path}:18: lines has no rows at all"]


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ("members:", "member:", "begins no part of a case"),
        ("c0      user\n", "c0\n", "1 words under 2 columns"),
        ("expect standings:", "note standings:", "begins no part of a case"),
    ],
)
def test_a_case_that_cannot_be_read_names_the_line(
    written: str, instead: str, message: str, tmp_path: Path
) -> None:
    text = (FOLDER / "published" / "GV-02.case").read_text(encoding="utf-8")
    assert written in text
    path = tmp_path / "broken.case"
    path.write_text(text.replace(written, instead, 1), "utf-8")
    with pytest.raises(CaseError, match=message) as raised:
        cases.read(path)
    assert str(raised.value).startswith(f"{path}:")
