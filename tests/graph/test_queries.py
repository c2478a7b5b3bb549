"""Query files: a header that is correct, parameters that are all declared, pieces that all fit."""

from pathlib import Path

import pytest

from engine.graph.queries import QueryArgumentsError, QueryFileError, load_query, query, typed

GOOD = """// Find members by status.
// Only for tests.
//
// mode:    read
// params:  status: STRING, most: INTEGER
// returns: ids: LIST<LIST<STRING>>, count: INTEGER

MATCH (member:Member {status: $status}) // $not_a_parameter
RETURN collect([member.member_id]) AS ids, count(*) AS count LIMIT $most
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "find.cypher"


def test_a_file_is_read_with_its_contract(file: Path) -> None:
    file.write_text(GOOD)
    loaded = load_query(file, "tests/find")
    assert loaded.purpose == "Find members by status. Only for tests."
    assert loaded.mode == "read"
    assert loaded.params == {"status": "STRING", "most": "INTEGER"}
    assert loaded.returns == {"ids": "LIST<LIST<STRING>>", "count": "INTEGER"}
    assert loaded.text.startswith("MATCH")


@pytest.mark.parametrize(
    ("listed", "parts"),
    [
        ("none", {}),
        ("a: INTEGER", {"a": "INTEGER"}),
        ("a: MAP<ANY, LIST<ANY>>, b: ONE_OF<x|y> = x", {"a": "MAP<ANY, LIST<ANY>>", "b": "ONE_OF<x|y> = x"}),
        ('a: TEXT = "x, y", b: TIERS = [[0, "0.1"], [5, "0.2"]]',
         {"a": 'TEXT = "x, y"', "b": 'TIERS = [[0, "0.1"], [5, "0.2"]]'}),
    ],
)  # fmt: skip
def test_typed_names_are_split_outside_of_brackets_and_strings(listed: str, parts: dict[str, str]) -> None:
    assert typed(listed, "here:1") == parts


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ("// mode:    read\n", "", "lacks mode"),
        ("// returns: ids: LIST<LIST<STRING>>, count: INTEGER\n", "", "lacks returns"),
        ("mode:    read", "mode:    reading", "none of read, write"),
        (", most: INTEGER", "", "declared and used params differ: most"),
        ("most: INTEGER", "most: INTEGER, least: INTEGER", "declared and used params differ: least"),
        ("most: INTEGER", "most", "not of the form name: TYPE: most"),
        ("// Find", "Find", "a header comment"),
        ("\n\nMATCH", "\nMATCH", "then an empty line"),
        ("(member:Member {", "<<who>> (member:Member {", "insertions differ: who"),
        ("// returns", "// insert:  who\n// returns", "insertions differ: who"),
    ],
)
def test_a_file_that_breaks_its_contract_is_refused(
    file: Path, written: str, instead: str, message: str
) -> None:
    assert written in GOOD
    file.write_text(GOOD.replace(written, instead, 1))
    with pytest.raises(QueryFileError, match=message) as raised:
        load_query(file, "tests/find")
    assert str(raised.value).startswith(f"{file}:1: ")


def test_arguments_that_are_missing_or_unknown_are_refused_before_the_server_sees_them(file: Path) -> None:
    file.write_text(GOOD)
    loaded = load_query(file, "tests/find")
    assert loaded.bind(status="active", most=3) == {"status": "active", "most": 3}
    with pytest.raises(QueryArgumentsError, match="differ: most"):
        loaded.bind(status="active")
    with pytest.raises(QueryArgumentsError, match="differ: least"):
        loaded.bind(status="active", most=3, least=1)


def test_pieces_are_put_in_with_their_parameters(tmp_path: Path) -> None:
    frame, piece = tmp_path / "frame.cypher", tmp_path / "piece.cypher"
    frame.write_text(
        "// A frame.\n//\n// mode:    write\n// params:  run: INTEGER\n// returns: none\n"
        "// insert:  visit, depth\n\n"
        "MATCH (s {run: $run, <<depth>>: 1}) <<visit>>"
    )
    piece.write_text(
        "// A piece.\n//\n// mode:    fragment\n// params:  floor: INTEGER\n// returns: none\n\n"
        "SET s.x = $floor"
    )
    filled = load_query(frame, "frame").fill(visit=load_query(piece, "piece"), depth="level")
    assert filled.text == "MATCH (s {run: $run, level: 1}) SET s.x = $floor"
    assert filled.params == {"run": "INTEGER", "floor": "INTEGER"}
    with pytest.raises(QueryArgumentsError, match="places differ: depth"):
        load_query(frame, "frame").fill(visit="SET s.x = 1")
    with pytest.raises(QueryArgumentsError, match="places differ: other"):
        load_query(frame, "frame").fill(visit="SET s.x = 1", depth="d", other="")


def test_a_query_is_found_by_folder_and_name() -> None:
    loaded = query("volumes/group")
    assert (loaded.name, loaded.path.name, loaded.path.parent.name) == (
        "volumes/group",
        "group.cypher",
        "volumes",
    )
    with pytest.raises(QueryFileError, match="there is no query volumes/guess"):
        query("volumes/guess")
