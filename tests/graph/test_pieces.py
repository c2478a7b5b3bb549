"""Statements know where their text comes from, and the server's complaints name the piece's file and line."""

import shutil
from pathlib import Path

import pytest

from engine.composition import bonuses, requirements
from engine.composition.trees import in_tree
from engine.graph import queries
from engine.graph.database import BrokenStatementError, Graph
from engine.graph.queries import Query, QueryArgumentsError, folder, fragment, joined, load_query, query
from engine.plans.plan import Plan
from engine.plans.reader import parse, read

PLANS = sorted((Path(bonuses.__file__).parent.parent / "plans").glob("*.toml"))
COMPANY = """
name = "Own"
[[rank]]
name = "Buyer"
require = [{ kind = "buys" }, { kind = "personal_volume", at_least = 10 }]
[[bonus]]
name = "Levels"
kind = "unilevel"
compression = "activity_skip"
rates = { none = ["0.05", "0.04"] }
"""
PERSONAL = """
name = "Personal"
[[bonus]]
name = "Retail"
kind = "personal"
rate = "0.10"
"""
BUYS = """// Buys at all.
//
// kind:    requirement
// params:  at_least: VOLUME = 1
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN

RETURN
  // what is required
  rule.at_least AS required,
  CASE WHEN standing.active
    THEN standing.personal_volume
    ELSE 0 END AS actual,
  standing.personal_volume >= rule.at_least AS passes
"""


def file(folder: Path, name: str, text: str, *more: str) -> Path:
    """A file of the engine's own kind, with further header lines."""
    path = folder / f"{name}.cypher"
    lines = ["// Words.", "//", "// mode:    read", "// params:  none", "// returns: none", *more, "", text]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def composed(tmp_path: Path) -> Query:
    """A frame of two lines, a rule of three in its second, and a word."""
    frame = file(tmp_path, "frame", "WITH 1 AS a, 2 AS <<b>>\nRETURN [<<rule>>] AS c", "// insert:  b, rule")
    rule = file(tmp_path, "rule", "CASE\n  WHEN <<condition>> THEN 1\nEND", "// insert:  condition")
    condition = file(tmp_path, "condition", "a >\n  0")
    filled = load_query(rule, "rule").fill(condition=load_query(condition, "condition"))
    return load_query(frame, "frame").fill(b="b", rule=filled)


def where(statement: Query, line: int, column: int) -> str:
    path, number = statement.place(line, column)
    return f"{path.name}:{number}"


def test_every_place_of_a_statement_is_a_line_of_a_file(composed: Query) -> None:
    assert composed.text.splitlines() == [
        "WITH 1 AS a, 2 AS b",
        "RETURN [CASE",
        "  WHEN a >",
        "  0 THEN 1",
        "END] AS c",
    ]
    first = [where(composed, line, 1) for line in (1, 2, 3)]
    assert first == ["frame.cypher:8", "frame.cypher:9", "rule.cypher:9"]
    assert where(composed, 2, len("RETURN [") + 1) == "rule.cypher:8"
    assert where(composed, 3, len("  WHEN a") + 1) == "condition.cypher:7"
    assert where(composed, 4, 1) == "condition.cypher:8"
    assert where(composed, 4, len("  0 ") + 1) == "rule.cypher:9"
    assert where(composed, 5, 1) == "rule.cypher:10"
    assert where(composed, 5, len("END] ") + 1) == "frame.cypher:9"
    assert where(composed, 5, 99) == where(composed, 9, 1) == "frame.cypher:9"


def test_lists_and_other_trees_keep_the_lines(tmp_path: Path) -> None:
    first, second = (fragment(name, tmp_path / name, f"[:UNDER]\n{name}", 7) for name in ("one", "two"))
    listed = joined([first, second], ",\n  ")
    assert isinstance(listed, Query)
    sponsor = in_tree(listed, "sponsor")
    assert sponsor.text == "[:ENROLLED_UNDER]\none,\n  [:ENROLLED_UNDER]\ntwo"
    assert [where(sponsor, line, 4) for line in range(1, 5)] == ["one:7", "one:8", "two:7", "two:8"]
    assert joined([], ", ") == ""


def test_text_of_several_lines_must_come_from_a_file(tmp_path: Path) -> None:
    frame = load_query(file(tmp_path, "frame", "RETURN <<what>>", "// insert:  what"), "frame")
    with pytest.raises(QueryArgumentsError, match="what is text of several lines and of no file"):
        frame.fill(what="1 +\n 1")


def statements(plan: Plan) -> list[Query]:
    """The statements that compute a plan's bonuses and explain its bonuses and ranks."""
    of_bonuses = [each for bonus in plan.bonuses for each in (
        bonuses.store_query(plan, bonus), bonuses.lines_query(plan, bonus, "of_levels"),
    )]  # fmt: skip
    return [
        *of_bonuses,
        *([requirements.rank_cards(plan, query("answers/of_levels"))[0]] if plan.ranks else []),
    ]


@pytest.mark.parametrize("path", PLANS, ids=[path.stem for path in PLANS])
def test_whole_lines_of_a_plans_statements_are_lines_of_their_files(path: Path) -> None:
    seen = 0
    for statement in statements(read(path)):
        for number, line in enumerate(statement.text.splitlines(), 1):
            start, own = statement.place(number, 1)
            end = statement.place(number, len(line.rstrip()))
            source = start.read_text(encoding="utf-8").splitlines()[own - 1]
            if "<<" not in source and (start, own) == end and len(set(line)) > 3:
                seen += 1
                assert line.strip().removesuffix(",").replace("ENROLLED_UNDER", "UNDER") in source.replace(
                    "ENROLLED_UNDER", "UNDER"
                )
    assert seen > 20


def broken(graph: Graph, statement: Query, **parameters: object) -> BrokenStatementError:
    with pytest.raises(BrokenStatementError) as raised:
        graph.read(statement, **parameters)
    return raised.value


def test_a_piece_of_the_engine_that_is_broken_is_named(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "cypher"
    shutil.copytree(folder(), own)
    piece = own / "parts" / "bonuses" / "orders.cypher"
    text = piece.read_text(encoding="utf-8")
    piece.write_text(text.replace("order.import_no <= $cut", "ordr.import_no <= $cut"), encoding="utf-8")
    line = 1 + text[: text.index("order.import_no <= $cut")].count("\n")
    monkeypatch.setattr(queries, "folder", lambda: own)
    query.cache_clear()
    try:
        plan = parse(
            'name = "P"\n[[bonus]]\nname = "R"\nkind = "personal"\nrate = "0.1"\n', Path("plan.toml")
        )
        statement = bonuses.lines_query(plan, plan.bonuses[0], "of_levels")
        error = broken(graph, statement, **dict.fromkeys(statement.params))
        with pytest.raises(BrokenStatementError) as explained:
            graph.explain(statement)
    finally:
        query.cache_clear()
    assert error.where == explained.value.where == f"cypher/parts/bonuses/orders.cypher:{line}"
    assert "`ordr` not defined" in error.what
    assert error.name == "broken_statement"
    assert "please report it" in str(error.todo)


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("rule.at_least AS required", "rul.rank AS required", 9),
        ("    THEN standing.personal_volume", "    THEN standng.personal_volume", 11),
        ("ELSE 0 END", "ELSE size(1) END", 12),
        ("standing.personal_volume >= rule", "noSuchFunction(1) >= rule", 13),
    ],
)
def test_a_column_of_a_companys_rule_is_named_with_its_line_wherever_the_engine_puts_it(
    before: str, after: str, line: int, graph: Graph, tmp_path: Path
) -> None:
    (tmp_path / "requirements").mkdir()
    path = tmp_path / "requirements" / "buys.cypher"
    assert BUYS.count(before) == 1
    path.write_text(BUYS.replace(before, after), encoding="utf-8")
    plan = parse(COMPANY, Path("plan.toml"), tmp_path)
    for chosen, more in (("of_members", {"member_ids": []}), ("of_levels", {"first": 0, "last": 0})):
        statement, parameters = requirements.rank_cards(plan, query(f"answers/{chosen}"))
        error = broken(graph, statement, run=0, **parameters, **more)
        assert error.where == f"{path}:{line}"
        assert "upline rules test" in str(error.todo)


def test_what_fails_only_while_it_runs_names_the_companys_file(graph: Graph, tmp_path: Path) -> None:
    rule = fragment("mine", tmp_path / "mine.cypher", "RETURN 1 / (place - 1) AS parent, null AS leg", 6)
    frame = file(tmp_path, "frame", "UNWIND range(1, 3) AS place\nCALL (place) { <<rule>> }\nRETURN parent",
                 "// insert:  rule")  # fmt: skip
    error = broken(graph, load_query(frame, "frame").fill(rule=rule))
    assert error.complaint == "/ by zero"
    assert (error.line, error.column) == (0, 0)


@pytest.mark.parametrize("way", ["read", "batched", "write", "write_rows"])
def test_every_way_to_run_a_statement_names_the_line(way: str, graph: Graph, composed: Query) -> None:
    with pytest.raises(
        BrokenStatementError, match=r"condition\.cypher:7: the server cannot run this"
    ) as raised:
        getattr(graph, way)(composed.replaced("a >", "missing >"))
    assert (raised.value.line, raised.value.column) == (3, 8)
    assert raised.value.__cause__ is not None
