"""Ad hoc Cypher: what is answered, how it is printed, and everything that is refused."""

import csv
import io
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from engine.graph.adhoc import (
    MOST_ROWS,
    MOST_SECONDS,
    MOST_TEXT,
    Limits,
    RowLimitError,
    StatementFailedError,
    StatementParameterError,
    StatementRefusedError,
    StatementTextError,
    TimeLimitError,
    ask,
    look,
    parameters,
)
from engine.graph.database import Graph
from engine.workbench import printing
from tests.conftest import Upline
from tests.support.months import month

NESTED = "RETURN [x IN [1] | COLLECT {{ {} }}] AS x"


@pytest.fixture(scope="module")
def company(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    server_graph.batched("schema/wipe")
    month(server_graph, tmp_path_factory.mktemp("month"))
    return server_graph


def answer(
    graph: Graph, text: str, params: dict[str, object] | None = None, limits: Limits | None = None
) -> list[tuple[object, ...]]:
    with ask(graph, text, params, limits) as result:
        return list(result.rows)


def printed(graph: Graph, text: str, form: str) -> str:
    paper = io.StringIO()
    with ask(graph, text) as result:
        printing.write(result.columns, result.rows, form, paper)
    return paper.getvalue()


# What is answered


def test_a_statement_is_answered_with_its_parameters(company: Graph) -> None:
    text = "MATCH (m:Member)-[:PLACED_UNDER]->(p:Member {member_id: $id}) RETURN m.name ORDER BY m.name"
    assert answer(company, text, {"id": "11"}) == [("Dan",), ("Eve",)]


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (m:Member) RETURN count(m)",
        "MATCH ()-[e:UNDER]->() RETURN count(e)",
        "MATCH (m:Member) WHERE m.member_id IN ['1', '11'] RETURN m ORDER BY m.name DESC SKIP 1 LIMIT 1",
        "MATCH (m:Member) WHERE NOT (m)-[:SPONSORED_BY]->() OR m.status = 'active' RETURN DISTINCT m.country",
        "MATCH (m:Member) OPTIONAL MATCH (m)<-[:CUSTOMER_OF]-(c) RETURN m.name, collect(c)",
        "MATCH (m:Member {member_id: '1'})<-[:SPONSORED_BY*1..3]-(d) RETURN collect(d.name)",
        "MATCH (m:Member {member_id: '1'}) (()<-[:SPONSORED_BY]-()){1,3} (d) RETURN count(d)",
        "MATCH p = SHORTEST 1 (:Member {member_id: '111'})-[:SPONSORED_BY]->+({name: 'Ann'}) RETURN p",
        "MATCH (a:Member {member_id: '111'}), (b:Member {member_id: '1'})"
        " MATCH p = shortestPath((a)-[:PLACED_UNDER*]->(b)) RETURN length(p)",
        "MATCH (m:Member) CALL (m) { MATCH (m)<-[:CREDITED_TO]-(o) RETURN count(o) AS n } RETURN m.name, n",
        "MATCH (m:Member) RETURN EXISTS { (m)<-[:CUSTOMER_OF]-() }, COUNT { (m)<-[:SPONSORED_BY]-() }",
        "MATCH (s:Standing) WHERE s.run > 0 AND s.depth < 2 RETURN s.depth, percentileDisc(s.earned, 0.5)",
        "RETURN 1 AS x UNION ALL RETURN 2 AS x",
        "UNWIND range(1, 3) AS x RETURN reduce(s = 0, y IN [1, x] | s + y)",
        "CALL db.labels() YIELD label RETURN label",
        "CALL db.schema.visualization()",
        "CYPHER 25 RETURN 1;",
        "RETURN 'LOAD CSV' AS `CALL x`, \"SHOW SETTINGS\" AS s /* TERMINATE TRANSACTION */ // CALL me",
    ],
)
def test_whatever_only_reads_is_answered(company: Graph, text: str) -> None:
    assert answer(company, text)


# What is refused because it reaches beyond the graph


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, and the paths of the requests to it."""
    asked_for: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked_for.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"secret\n")

        def log_message(self, *arguments: object) -> None:
            """Be quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/table.csv", asked_for
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "text",
    [
        "LOAD CSV FROM '{}' AS line RETURN line",
        "load /* spaced */ csv FROM '{}' AS line RETURN line",
        "MATCH (m:Member) WITH m LIMIT 1LOAD CSV FROM '{}' AS line RETURN line",
        NESTED.replace("{}", "LOAD CSV FROM '{}' AS line RETURN line"),
        NESTED.replace("{}", "LOAD\u00a0CSV FROM '{}' AS line RETURN line"),
        "WITH 1 AS `a'` " + NESTED.replace("{}", "LOAD CSV FROM '{}' AS line RETURN line") + ", 2 AS `b'`",
        "L\\u004FAD CSV FROM '{}' AS line RETURN line",
        NESTED.replace("{}", "\\u004COAD CSV FROM '{}' AS line RETURN line"),
    ],
)
def test_no_address_is_ever_fetched(company: Graph, listener: tuple[str, list[str]], text: str) -> None:
    address, asked_for = listener
    with pytest.raises(StatementRefusedError):
        answer(company, text.replace("{}", address).replace("{{", "{").replace("}}", "}"))
    assert asked_for == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("CALL dbms.listConfig() YIELD name RETURN name", "dbms.listConfig"),
        ("CALL `dbms`.`listConfig`() YIELD name RETURN name", "dbms.listConfig"),
        ("CALL dbms . listConnections()", "dbms.listConnections"),
        ("CALL db.clearQueryCaches()", "db.clearQueryCaches"),
        (NESTED.format("CALL dbms.listConfig() YIELD name RETURN name"), "dbms.listConfig"),
        ("WITH 1 AS `a`CALL dbms.components() YIELD name RETURN name", "dbms.components"),
        ("SHOW TRANSACTIONS", "SHOW"),
        ("SHOW SETTINGS", "SHOW"),
        ("SHOW USERS", "SHOW"),
        ("CYPHER 25 " + NESTED.format("SHOW SETTINGS YIELD name RETURN name"), "SHOW"),
        ("TERMINATE TRANSACTION 'neo4j-transaction-1'", "TERMINATE"),
        ("CREATE (n:Intruder)", "Create"),
        ("MERGE (n:Member {member_id: '1'})", "only reads"),
        ("MATCH (m:Member) SET m.name = 'x'", "only reads"),
        ("MATCH (m:Member) DETACH DELETE m", "only reads"),
        ("MATCH (m:Member) CALL (m) { DETACH DELETE m } IN TRANSACTIONS", "only reads"),
        ("FOREACH (x IN [1] | CREATE (:Intruder))", "only reads"),
        ("CALL db.createLabel('Intruder')", "db.createLabel"),
        ("CREATE INDEX FOR (n:Intruder) ON (n.x)", "only reads"),
        ("CREATE USER intruder SET PASSWORD 'intruder'", "only reads"),
        ("EXPLAIN CREATE (n:Intruder)", "Create"),
    ],
)
def test_what_reaches_beyond_reading_is_refused(company: Graph, text: str, message: str) -> None:
    with pytest.raises(StatementRefusedError, match=message):
        answer(company, text)
    assert answer(company, "MATCH (n) WHERE n:Intruder OR n.name = 'x' RETURN count(n)") == [(0,)]
    assert answer(company, "MATCH (m:Member) RETURN count(m)") == [(6,)]


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (m) RETURN m.recall, m.`call` AS `show`, m.loads",
        "MATCH (call:Member) RETURN 'it\\'s // CALL x()' AS y",
        'RETURN "\\" LOAD CSV" AS y /* LOAD CSV */',
        "CALL { RETURN 1 AS x } CALL (x) { RETURN 2 AS y } RETURN y",
    ],
)
def test_words_that_only_look_like_commands_pass(text: str) -> None:
    look(text)


# Limits


def test_rows_are_cut_and_the_cut_is_reported(company: Graph) -> None:
    text = "UNWIND range(1, 1000000000) AS x RETURN x"
    began = time.monotonic()
    with ask(company, text, limits=Limits(rows=1500)) as result:
        rows = list(result.rows)
    assert [rows[0], rows[-1], len(rows), result.cut] == [(1,), (1500,), 1500, True]
    assert time.monotonic() - began < 20, "the server goes on after the cut"
    with ask(company, "UNWIND range(1, 1500) AS x RETURN x", limits=Limits(rows=1500)) as result:
        assert len(list(result.rows)) == 1500
    assert not result.cut


def test_a_statement_is_stopped_by_the_server_in_time(company: Graph) -> None:
    began = time.monotonic()
    with pytest.raises(TimeLimitError, match=r"after 0\.5 seconds"):
        answer(company, "UNWIND range(1, 100000000000) AS x RETURN sum(x)", limits=Limits(seconds=0.5))
    assert time.monotonic() - began < 20
    running = answer(company, "RETURN 1")
    assert running == [(1,)]


@pytest.mark.parametrize(
    ("limits", "refusal"),
    [
        ({"rows": MOST_ROWS + 1}, RowLimitError),
        ({"rows": -1}, RowLimitError),
        ({"seconds": MOST_SECONDS + 1}, TimeLimitError),
        ({"seconds": 0}, TimeLimitError),
        ({"seconds": float("nan")}, TimeLimitError),
    ],
)
def test_limits_have_limits(limits: dict[str, float], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        Limits(**limits)  # type: ignore[arg-type]  # rows are whole


def test_zero_rows_mean_the_most() -> None:
    assert Limits(rows=0).most_rows == MOST_ROWS


# Mistakes


@pytest.mark.parametrize(
    ("text", "where", "line", "caret"),
    [
        ("MATCH (n)\nRETRN n", "line 2, column 1", "RETRN n", 0),
        ("RETURN 1,\n\n  unknown(2)\nAS x", "line 3, column 3", "  unknown(2)", 2),
        ("\tRETURN m", "line 1, column 9", "\tRETURN m", 8),
        ("RETURN 1 +", "line 1, column 11", "RETURN 1 +", 10),
    ],
)
def test_a_syntax_error_is_pointed_at(company: Graph, text: str, where: str, line: str, caret: int) -> None:
    with pytest.raises(StatementTextError) as refused:
        answer(company, text)
    assert refused.value.where == where
    shown, pointer = (refused.value.todo or "").split("\n")
    assert shown == line
    assert pointer.removeprefix("  ").index("^") == caret
    assert "EXPLAIN" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "refusal", "message"),
    [
        ("RETURN $x", StatementParameterError, "x"),
        ("RETURN 1 / 0", StatementFailedError, "by zero"),
        ("RETURN 9223372036854775807 + 1", StatementFailedError, "overflow"),
        ("RETURN 1; RETURN 2", StatementTextError, "one statement"),
        ("RETURN '" + "x" * MOST_TEXT + "'", StatementTextError, "100,000"),
    ],
)
def test_other_mistakes_have_names_too(
    company: Graph, text: str, refusal: type[Exception], message: str
) -> None:
    with pytest.raises(refusal, match=message):
        answer(company, text)


# Parameters


def test_parameters_are_json_where_they_are_json() -> None:
    pairs = ["n=12", "id=M1", 'text="12"', "list=[1,2]", 'map={"a":null}', "flag=true", "empty=", "eq=a=b"]
    assert parameters(pairs) == {
        "n": 12, "id": "M1", "text": "12", "list": [1, 2], "map": {"a": None}, "flag": True, "empty": "",
        "eq": "a=b",
    }  # fmt: skip


@pytest.mark.parametrize("pairs", [["n"], ["1=2"], ["=2"], ["n=1", "n=2"], ["n=9223372036854775808"]])
def test_a_wrong_parameter_is_refused(pairs: list[str]) -> None:
    with pytest.raises(StatementParameterError):
        parameters(pairs)


# On paper

VALUES = """
RETURN 9007199254740993 AS big, date('2026-11-30') AS day, null AS nothing, '' AS empty, 'a,"b' AS odd,
  datetime('2026-11-02T10:00:00.123456789[Europe/Berlin]') AS at, duration('P1M2DT3.5S') AS span,
  localtime('01:02:03.000000001') AS clock, [1, date('2026-11-30')] AS list, {b: 1, a: 'x'} AS map,
  point({x: 1, y: 2}) AS place, 1.5 AS half, true AS flag, 'two\nlines' AS lines
"""


def test_json_is_faithful(company: Graph) -> None:
    (row,) = json.loads(printed(company, VALUES, "json"))
    assert row == {
        "big": 9007199254740993, "day": "2026-11-30", "nothing": None, "empty": "", "odd": 'a,"b',
        "at": "2026-11-02T10:00:00.123456789+01:00[Europe/Berlin]", "span": "P1M2DT3.5S",
        "clock": "01:02:03.000000001", "list": [1, "2026-11-30"], "map": {"a": "x", "b": 1},
        "place": {"srid": 7203, "coordinates": [1.0, 2.0]}, "half": 1.5, "flag": True, "lines": "two\nlines",
    }  # fmt: skip


def test_csv_is_faithful_and_distinguishes_null_from_empty(company: Graph) -> None:
    text = printed(company, VALUES, "csv")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["big"] == "9007199254740993"
    assert row["odd"] == 'a,"b'
    assert row["lines"] == "two\nlines"
    assert json.loads(row["map"]) == {"a": "x", "b": 1}
    assert text.splitlines()[1].startswith('9007199254740993,2026-11-30,,"","a,""b"')


def test_nodes_relationships_and_paths_are_maps(company: Graph) -> None:
    text = "MATCH p = (m:Member {member_id: '11'})-[e:SPONSORED_BY]->(s) RETURN properties(m) AS all, m, e, p"
    (row,) = json.loads(printed(company, text, "json"))
    assert row["m"]["labels"] == ["Member"]
    assert row["m"]["properties"] == row["all"]
    assert row["e"]["type"] == "SPONSORED_BY"
    assert row["e"]["properties"]["since"] == "2026-01-20"
    assert [row["e"]["start"], row["e"]["end"]] == [node["id"] for node in row["p"]["nodes"]]
    assert row["p"]["relationships"] == [row["e"]]


def test_a_table_is_aligned_and_cannot_steer_the_terminal(company: Graph) -> None:
    text = "UNWIND [[5, 'a'], [-123, '\x1b[31m東'], [null, '']] AS r RETURN r[0] AS figure, r[1] AS name"
    assert printed(company, text, "table").splitlines() == [
        "figure  name",
        "------  ----------",
        "     5  a",
        "  -123  \\x1b[31m東",
        "  null",
    ]


@pytest.mark.parametrize(("form", "expected"), [("table", "x\n-\n"), ("csv", "x\n"), ("json", "[]\n")])
def test_an_empty_answer_keeps_its_shape(company: Graph, form: str, expected: str) -> None:
    assert printed(company, "UNWIND [] AS x RETURN x", form) == expected


# The command


def test_the_command_asks_prints_and_notes_the_cut(upline: Upline, company: Graph) -> None:
    text = "MATCH (m:Member) WHERE m.country = $in RETURN m.member_id AS id ORDER BY id"
    whole = upline("cypher", text, "-p", "in=US", "--format", "csv")
    assert (whole.returncode, whole.stdout, whole.stderr) == (0, "id\n1\n11\n111\n121\n", "")
    cut = upline("cypher", text, "-p", "in=US", "--rows", 2, "--format", "json")
    assert json.loads(cut.stdout) == [{"id": "1"}, {"id": "11"}]
    assert "only the first 2 rows are shown" in cut.stderr


def test_the_command_reads_a_file_and_refuses_with_a_caret(
    upline: Upline, company: Graph, tmp_path: Path
) -> None:
    file = tmp_path / "question.cypher"
    file.write_text("MATCH (m:Member)\nRETURN count(m) AS members")
    assert upline("cypher", "--file", file).stdout == "members\n-------\n      6\n"
    file.write_text("MATCH (m:Member)\nRETURN count(m")
    refused = upline("cypher", "--file", file)
    assert refused.returncode == 2
    assert "statement_text" in refused.stderr
    line, caret = refused.stderr.splitlines()[-2:]
    assert (line, caret) == ("  RETURN count(m", "                ^")
