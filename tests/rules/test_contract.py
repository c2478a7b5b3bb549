"""Rule modules: what a file must say to be a rule, and what no rule may do."""

from pathlib import Path

import pytest

from engine.rules.contract import COLUMNS, FOLDERS, load
from engine.rules.library import RuleTwiceError, UnknownRuleError, rule, rules
from engine.rules.module import RuleError

COMPRESSION = """// Keep whoever has ordered at all.
//
// kind:    compression
// params:  least: VOLUME = 1, word: TEXT = "a, b"
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER

RETURN
  standing.personal_volume >= rule.least AS keeps,
  'no order, ' + rule.word AS reason, // a comment, with a comma
  CASE WHEN standing.active THEN [1, 2][0] ELSE 0 END AS figure,
  rule.floor AS needed
"""


def written(folder: Path, kind: str, name: str, text: str) -> Path:
    place = folder / FOLDERS[kind]
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.cypher").write_text(text)
    return place / f"{name}.cypher"


def test_a_rule_is_read_with_its_parameters_and_columns(tmp_path: Path) -> None:
    rule = load("compression", written(tmp_path, "compression", "ordered", COMPRESSION))
    assert rule.purpose == "Keep whoever has ordered at all."
    assert [(param.name, param.type, param.default) for param in rule.params] == [
        ("least", "VOLUME", "1"),
        ("word", "TEXT", '"a, b"'),
    ]
    assert rule.columns["keeps"].text == "standing.personal_volume >= rule.least"
    assert rule.columns["figure"].text == "CASE WHEN standing.active THEN [1, 2][0] ELSE 0 END"
    assert list(rule.columns) == list(COLUMNS["compression"])


@pytest.mark.parametrize(
    ("line", "before", "after", "message"),
    [
        (3, "kind:    compression", "kind:    bonus", "the header says kind 'bonus'"),
        (5, "needed: INTEGER", "need: INTEGER", "a compression rule returns keeps, reason, figure, needed"),
        (11, "rule.floor AS", "rule.limit AS", "uses rule.limit, which params do not declare"),
        (7, "AS keeps", "AS kept", "must be one RETURN of keeps"),
        (7, "RETURN\n", "MATCH (standing) RETURN\n", "must be a single RETURN"),
        (7, "RETURN\n", "WITH standing\n", "must be a single RETURN"),
        (7, "RETURN\n", "RETURN 1 AS keeps\nRETURN", "must be a single RETURN"),
        (8, "RETURN\n", "WITH *, 1 AS one\nWHERE one > 0\nRETURN\n", "it has WHERE"),
        (7, "RETURN\n", "WITH *, 1 AS rule\nRETURN\n", "rule means something else already"),
        (8, "RETURN\n", "WITH *, 1 AS one\nWITH *, 2 AS one\nRETURN\n", "one means something else already"),
        (7, "RETURN\n", "WITH *, standing.rank\nRETURN\n", "column without a name: standing.rank"),
        (11, "rule.floor AS needed", "rule.floor + 1", "column without a name"),
        (12, "AS needed\n", "AS needed\nLIMIT 1\n", "it has LIMIT"),
        (
            8,
            "RETURN\n",
            "RETURN\n<<walk>>",
            "<<walk>> is no place that the engine fills",
        ),
        (1, "\n\nRETURN", "\nRETURN", "then an empty line"),
        (9, "'no order, ' + rule.word AS reason", "SET standing.x = 1 AS reason", "SET is not allowed"),
        (11, "rule.floor AS needed", "CALL db.labels() AS needed", r"CALL db\.labels is not allowed"),
    ],
)
def test_a_rule_that_breaks_its_contract_is_refused_with_its_line(
    line: int, before: str, after: str, message: str, tmp_path: Path
) -> None:
    assert before in COMPRESSION
    path = written(tmp_path, "compression", "ordered", COMPRESSION.replace(before, after, 1))
    with pytest.raises(RuleError, match=message) as raised:
        load("compression", path)
    assert str(raised.value).startswith(f"{path}:{line}: ")


BONUS = """// Pay the member who ordered.
//
// kind:    bonus
// scope:   order
// params:  rate: RATE
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER

RETURN source AS payee, 0 AS level, rule.rate AS rate, rule.rate AS budget, null AS reason, 1 AS base
"""


@pytest.mark.parametrize(
    "word",
    ["CREATE (x)", "merge (x)", "Set x.y = 1", "DELETE x", "DETACH DELETE x", "REMOVE x.y", "DROP INDEX i",
     "LOAD  CSV FROM 'x' AS l", "FOREACH (x IN [] | SET y.z = 1)", "CALL apoc.do.it()", "SHOW USERS",
     "CALL (x) { RETURN 1 AS y } IN TRANSACTIONS"],
)  # fmt: skip
def test_no_rule_can_write_or_call_procedures(word: str, tmp_path: Path) -> None:
    path = written(tmp_path, "bonus", "seller", BONUS.replace("RETURN", f"{word}\nRETURN", 1))
    with pytest.raises(RuleError, match="a rule only reads"):
        load("bonus", path)


def test_words_inside_strings_names_and_comments_do_no_harm(tmp_path: Path) -> None:
    text = BONUS.replace("null AS reason", "'to CREATE or to SET' AS reason // DELETE later\n")
    text = text.replace("rule.rate AS rate", "rule.rate + size('`') AS rate").replace(
        "1 AS base", "size([1 IN [offset IN [1] | offset]]) AS base"
    )
    assert load("bonus", written(tmp_path, "bonus", "seller", text)).scope == "order"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("scope:   order", "scope:   month", "scope must be one of source, order, payee, company"),
        ("// scope:   order\n", "", "scope must be one of"),
        ("// scope:", "// basis:   gold\n// scope:", "basis must be one of volume, money, count"),
        ("base: INTEGER", "extra: INTEGER", "a bonus rule returns payee"),
        ("// scope:", "// walk:    short\n// scope:", "can only be shared, and only in a climb of levels"),
        ("// scope:", "// walk:    shared\n// climb:   ranks\n// scope:", "walk can only be shared"),
    ],
)
def test_a_wrong_header_of_a_bonus_is_refused(before: str, after: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=message):
        load("bonus", written(tmp_path, "bonus", "seller", BONUS.replace(before, after, 1)))


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("only:    bonus(rate)", "only and asks name bonus, which params do not declare"),
        ("asks:    rate when needed", "is no list of name"),
    ],
)
def test_conditions_of_options_name_declared_ones(field: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=message):
        load(
            "bonus",
            written(tmp_path, "bonus", "seller", BONUS.replace("// scope:", f"// {field}\n// scope:")),
        )


def test_a_company_adds_rules_of_its_own_and_replaces_none(tmp_path: Path) -> None:
    written(tmp_path / "one", "compression", "ordered", COMPRESSION)
    names = rules("compression", tmp_path / "one")
    assert {"none", "dynamic", "ordered"} <= set(names)
    assert "ordered" not in rules("compression")
    written(tmp_path / "two", "compression", "dynamic", COMPRESSION)
    with pytest.raises(RuleTwiceError, match="the compression rule dynamic is already defined by"):
        rules("compression", tmp_path / "two")


def test_an_unknown_rule_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        UnknownRuleError, match=r"no compression rule is called 'magic'; known are activity_skip"
    ):
        rule("compression", "magic")


def test_every_rule_of_the_engine_keeps_its_contract() -> None:
    modules = [module for kind in FOLDERS for module in rules(kind).values()]
    assert len(modules) > 10
    assert [f"{module.kind} {module.name}" for module in modules if not module.purpose.endswith(".")] == []
