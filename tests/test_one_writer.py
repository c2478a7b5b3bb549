"""The company's state has one writer: no other module names a statement that changes it."""

import ast
import re
from pathlib import Path

import pytest

from engine.graph import queries

ROOT = Path(__file__).parent.parent
STATE = {
    "Member", "Customer", "Prospect", "Order", "Correcting", "Fact", "Override", "Company", "Change",
    "Import", "Past", "PAST_OF",
    "Planned", "PLANNED_FOR", "Request", "Kept", "Chain", "PendingChange", "PendingRequest",
    "SPONSORED_BY", "WAS_SPONSORED_BY", "WILL_SPONSORED_BY", "ONCE_SPONSORED_BY",
    "PLACED_UNDER", "WAS_PLACED_UNDER", "WILL_PLACED_UNDER", "ONCE_PLACED_UNDER",
    "CUSTOMER_OF", "PROSPECT_OF", "CREDITED_TO", "BOUGHT_BY", "REFUNDS", "FACT_OF", "OVERRIDES",
    "Period", "PeriodEvent", "Commit", "Approval", "Text", "Batch", "Entry", "Account",
    "Opening", "OPENING_OF", "OutsideEarning", "EARNED_OUTSIDE",
}  # fmt: skip
"""Labels and types of what a company is; everything else is made of it by runs."""
WRITER = "genealogy/changes"
ELSEWHERE = {
    "runs/begin": "a run takes its number, the last change that it sees, and its request in one step",
    "restating/begin": "a restated run takes its number",
    "runs/adopt": "the same for a run that continues from live figures",
    "upgrade/rename_imports": "the schema renames what earlier releases wrote before anything reads it",
    "upgrade/number_closed_edges": "the same for edges: earlier releases did not say who closed them",
}
"""Statements of other modules that touch the company's state, each with the reason."""
UNLABELLED = {"standing", "earning", "node", "names"}
"""Variables by which statements write results of runs without a label; `node` is that of schema/wipe, `names`
that of schema/names, which keeps nothing."""

EDGE = {
    "open": "PLACED_UNDER", "closed": "WAS_PLACED_UNDER", "planned": "WILL_PLACED_UNDER",
    "once": "ONCE_PLACED_UNDER", "any_day": "PLACED_UNDER|WAS_PLACED_UNDER|WILL_PLACED_UNDER",
}  # fmt: skip
"""What the holes of statements are filled with, as far as it matters here."""
CLAUSES = re.compile(
    r"\b(OPTIONAL MATCH|MATCH|UNWIND|WITH|RETURN|WHERE|CALL|CREATE|MERGE|ON CREATE|ON MATCH|SET|REMOVE"
    r"|DETACH DELETE|DELETE|ORDER BY|FOREACH|USING)\b"
)
PATTERN = re.compile(r"[(\[]\s*(\w*)\s*:\s*([\w|$(){}.+<> ]+?)\s*(?=[\])}{*]|WHERE\b)")
NAMED = re.compile(r"(?:^|,)\s*(\w+)")
TARGETS = {
    "SET": re.compile(r"(?:^|,)\s*(\w+)\s*(?:\.\w+\s*=|\+?=|\[|:)"),
    "REMOVE": re.compile(r"(?:^|,)\s*(\w+)[.:\[]"),
    "DELETE": NAMED,
    "DETACH DELETE": NAMED,
}


def plain(text: str) -> str:
    """A statement without comments and texts, its holes filled."""
    text = re.sub(r"//[^\n]*", "", text)
    text = re.sub(r"'[^']*'", "''", text)
    return re.sub(r"<<(\w+)>>", lambda hole: EDGE.get(hole[1], ""), text)


def written(text: str) -> set[str]:
    """The labels and types that a statement creates, changes or deletes; names where it says neither."""
    text = plain(text)
    labels: dict[str, set[str]] = {}
    for name, kinds in PATTERN.findall(text):
        labels.setdefault(name, set()).update(re.findall(r"\w+", kinds))
    parts = CLAUSES.split(text)
    touched: set[str] = set()
    for clause, body in zip(parts[1::2], parts[2::2], strict=True):
        if clause in ("CREATE", "MERGE"):
            for _, kinds in PATTERN.findall(body):
                touched.update(re.findall(r"\w+", kinds))
        elif clause in TARGETS:
            for name in TARGETS[clause].findall(body):
                touched |= labels.get(name, {name})
            touched.update(re.findall(r"(?:^|,)\s*\w+:(\w+)", body))
    return touched


STATEMENTS = {
    f"{path.parent.name}/{path.stem}": path.read_text(encoding="utf-8")
    for room in (*queries.ROOMS, "rules")
    for path in sorted((ROOT / "cypher" / room).rglob("*.cypher"))
    if "// mode:    schema" not in path.read_text(encoding="utf-8")
}


def test_every_write_says_what_it_writes() -> None:
    """Whatever a statement writes has a label in the statement, or a variable that only results have."""
    unknown = {
        name: strange
        for name, text in STATEMENTS.items()
        if (strange := {word for word in written(text) if word[0].islower()} - UNLABELLED)
    }
    assert unknown == {}


def test_only_the_writer_names_statements_that_change_the_company() -> None:
    changing = {name for name, text in STATEMENTS.items() if written(text) & STATE}
    assert {name for name in changing if not name.startswith("changes/")} == ELSEWHERE.keys()
    named = {
        path.relative_to(ROOT / "engine").parent.as_posix()
        for path in sorted((ROOT / "engine").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and str(node.value).startswith("changes/")
    }
    assert named == {WRITER}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MATCH (m:Member {member_id: $id}) SET m.name = row.name, m.status = 'x'", {"Member"}),
        ("MATCH (m:Member) CALL (m) { DETACH DELETE m } IN TRANSACTIONS OF 10 ROWS", {"Member"}),
        ("MATCH (m:Member)-[old:CUSTOMER_OF]->() DELETE old", {"CUSTOMER_OF"}),
        ("MATCH (m:Member) CREATE (:Standing {run: $run, member_id: m.member_id})", {"Standing"}),
        ("MATCH (a:Member), (b:Member) CREATE (a)-[:PLACED_UNDER {leg: $leg}]->(b)", {"PLACED_UNDER"}),
        ("MERGE (c:Company {key: 'company'}) SET c.last_run = 1", {"Company"}),
        ("MATCH (run:Run) SET run += $facts, run.state = 'x' RETURN run.number", {"Run"}),
        ("MATCH (m:Member) FOREACH (x IN [m] | SET x.name = 'y')", {"x"}),
        ("MATCH (a)-[o:<<open>>|<<closed>>]->() DELETE o", {"PLACED_UNDER", "WAS_PLACED_UNDER"}),
        ("MATCH (c:Import) SET c:Change REMOVE c:Import, c.trees", {"Import", "Change"}),
        ("MATCH (m:Member) SET m[row.key] = 1", {"Member"}),
        ("MATCH (m:Member) RETURN m.set AS set // SET m.x = 1", set()),
    ],
)  # fmt: skip
def test_what_a_statement_writes_is_seen(text: str, expected: set[str]) -> None:
    assert written(text) == expected
