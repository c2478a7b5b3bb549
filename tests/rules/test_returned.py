"""What placement rules, checks and reports return is of their columns' types, or is refused by name."""

from pathlib import Path

import pytest

from engine.genealogy import placement
from engine.genealogy.operations import placing
from engine.graph.database import Graph
from engine.passes.record import complete
from engine.rules.contract import load, load_question
from engine.rules.library import questions, rules
from engine.rules.module import RuleError, RuleValueError
from engine.workbench import reports
from tests.passes.test_rule_values import COMPANY, RULES
from tests.rules.test_reads import written
from tests.support.companies import month

CHECK = """// Nobody is named.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER
// returns: where: STRING, expected: INTEGER, actual: INTEGER

MATCH (standing:Standing {run: $run})
WHERE standing.depth = 0
RETURN standing.member_id AS where, 0 AS expected, standing.personal_volume AS actual
ORDER BY where LIMIT $shown
"""
REPORT = """// Shows everybody.
//
// mode:    read
// params:  run: INTEGER
// returns: member_id: STRING, volume: INTEGER, active: BOOLEAN NOT NULL, volumes: LIST<INTEGER>, any: ANY

MATCH (standing:Standing {run: $run})
RETURN standing.member_id AS member_id, standing.personal_volume AS volume,
  standing.active AS active, [standing.personal_volume] AS volumes, 1 AS any
ORDER BY member_id
"""


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (
            "1.5 * standing.personal_volume AS actual",
            r"check rule mine returned 0\.0 \(FLOAT\) as actual of row 1",
        ),
        ("'x' AS actual", r"returned 'x' \(STRING\) as actual of row 1, which must be INTEGER"),
    ],
)
def test_a_check_returns_what_its_header_says(
    after: str, message: str, graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "checks").mkdir()
    text = CHECK.replace("standing.personal_volume AS actual", after)
    (tmp_path / "checks" / "mine.cypher").write_text(text, encoding="utf-8")
    monkeypatch.setenv("UPLINE_RULES", str(tmp_path))
    with pytest.raises(RuleValueError, match=message) as raised:
        month(graph, tmp_path / "company", COMPANY.format(plan=""))
    assert "mine.cypher:7" in str(raised.value.where)
    assert complete(graph) == []


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("standing.personal_volume AS volume", "standing.personal_volume / 3.0 AS volume",
         r"report rule mine returned 0\.0 \(FLOAT\) as volume of row 1, which must be INTEGER"),
        ("standing.active AS active", "null AS active",
         r"returned null \(NULL\) as active of row 1, .* NOT NULL"),
        ("standing.active AS active", "1 AS active", r"returned 1 \(INTEGER\) as active of row 1"),
        ("standing.member_id AS member_id,", "7 AS member_id,",
         r"returned 7 \(INTEGER\) as member_id of row 1"),
        ("[standing.personal_volume]", "[standing.personal_volume, 'a']", r"\(LIST\) as volumes of row 1"),
        ("standing.personal_volume AS volume", "standing.active AS volume", r"returned False \(BOOLEAN\)"),
    ],
)  # fmt: skip
def test_a_report_returns_what_its_header_says(
    before: str, after: str, message: str, graph: Graph, tmp_path: Path
) -> None:
    (tmp_path / "reports").mkdir()
    run = month(graph, tmp_path / "company", COMPANY.format(plan=""))
    (tmp_path / "reports" / "mine.cypher").write_text(REPORT, encoding="utf-8")
    assert len(reports.ask(graph, reports.find("mine", tmp_path), run)) == 3
    questions.cache_clear()
    (tmp_path / "reports" / "mine.cypher").write_text(REPORT.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(RuleValueError, match=message) as raised:
        reports.ask(graph, reports.find("mine", tmp_path), run)
    assert "mine.cypher:7" in str(raised.value.where)


@pytest.mark.parametrize("kind", ["check", "report"])
def test_a_question_announces_types_that_there_are(kind: str, tmp_path: Path) -> None:
    text = {"check": CHECK, "report": REPORT}[kind].replace(": STRING", ": TEXT")
    (tmp_path / "mine.cypher").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match="is TEXT, which is no type of a column"):
        load_question(kind, tmp_path / "mine.cypher")


PLACE = """// Places under the sponsor.
//
// kind:    placement
// params:  none
// returns: parent: NODE, leg: STRING

RETURN sponsor AS parent, 'L' AS leg
"""


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("'L' AS leg", "7 AS leg", r"placement rule mine returned 7 \(INTEGER.*\) as leg of a place below 1"),
        ("'L' AS leg", "'a\\u001b[2J' AS leg", r"returned 'a\\x1b\[2J' .* as leg of"),
        ("sponsor AS parent", "null AS parent", r"returned null \(NULL\) as parent of a place below 1"),
    ],
)
def test_a_placement_rule_returns_a_member_and_a_leg(
    before: str, after: str, message: str, graph: Graph, tmp_path: Path
) -> None:
    month(graph, tmp_path / "company", COMPANY.format(plan="").replace("sponsor\n", "sponsor  placement\n", 1)
          .replace("1       -", "1       -        -").replace("11      1", "11      1        1", 1)
          .replace("111     11", "111     11       -"))  # fmt: skip
    written(tmp_path, "placement", "mine", PLACE)
    rules.cache_clear()
    assert placing.find(graph, "111", placement.options("mine", {}, tmp_path)).parent_id == "11"
    written(tmp_path, "placement", "mine", PLACE.replace(before, after, 1))
    rules.cache_clear()
    with pytest.raises(RuleValueError, match=message.replace("below 1", "below 11")) as raised:
        placing.find(graph, "111", placement.options("mine", {}, tmp_path))
    assert "mine.cypher:7" in str(raised.value.where)


def test_what_legs_count_and_could_count_come_together(tmp_path: Path) -> None:
    text = RULES["legs"].replace(", room: INTEGER", "").replace(", 100 AS room", "")
    with pytest.raises(RuleError, match="returns counts of each leg alone"):
        load("requirement", written(tmp_path, "requirement", "mine", text))
