"""Facts and overrides that cannot be taken are refused by name, file and line, and nothing is written."""

from pathlib import Path

import pytest

from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.intake.refusals import ImportRefusedError
from tests.support.companies import cypher, written

SOUND = """
members:
  member  sponsor
  1       -
  11      1
facts:
  member  period   name      value
  1       -        training  2
  11      2026-11  training  -3
overrides:
  member  kind    value  first_period  last_period
  1       rank    Gold   2026-11       2026-12
  11      active  -      2026          -
"""


@pytest.mark.parametrize(
    ("before", "after", "place", "name"),
    [
        ("11      2026-11  training  -3", "12  2026-11  training  3", "facts.csv:3", "unknown_member"),
        ("11      2026-11  training  -3", "1  -  training  3", "facts.csv:3", "duplicate_fact"),
        ("training  2", "training  two", "facts.csv:2", "bad_number"),
        ("training  2", "training  2.5", "facts.csv:2", "bad_number"),
        ("training  2", "training  99999999999999999999", "facts.csv:2", "bad_number"),
        ("training  2", "training  -", "facts.csv:2", "missing_value"),
        ("2026-11  training", "2026-13  training", "facts.csv:3", "bad_period"),
        ("rank    Gold", "rung    Gold", "overrides.csv:2", "unknown_override"),
        ("rank    Gold", "rank    -", "overrides.csv:2", "missing_value"),
        ("2026-11       2026-12", "-  2026-12", "overrides.csv:2", "missing_value"),
        ("2026-11       2026-12", "soon  2026-12", "overrides.csv:2", "bad_period"),
        ("2026-11       2026-12", "2026-11  2026-10", "overrides.csv:2", "override_ends_early"),
        ("11      active  -      2026", "1  rank  Silver  2026-11", "overrides.csv:3", "duplicate_override"),
        ("11      active", "0       active", "overrides.csv:3", "unknown_member"),
    ],
)
def test_a_wrong_row_is_refused_by_name_and_line(
    before: str, after: str, place: str, name: str, graph: Graph, tmp_path: Path
) -> None:
    assert before in SOUND
    written(tmp_path, SOUND.replace(before, after, 1))
    with pytest.raises(ImportRefusedError) as raised:
        import_company(graph, tmp_path)
    assert [(one.where, one.name) for one in raised.value.refusals] == [(place, name)]
    assert graph.value(cypher("MATCH (n) WHERE n:Member OR n:Fact OR n:Override RETURN count(n) AS n")) == 0


def test_sound_rows_are_stored_with_the_days_of_their_periods(graph: Graph, tmp_path: Path) -> None:
    written(tmp_path, SOUND)
    done = import_company(graph, tmp_path)
    assert (done.facts.added, done.overrides.added) == (2, 2)
    text = "MATCH (o:Override) RETURN o.kind AS kind, '' + o.first_day AS first, '' + o.last_day AS last"
    days = {row["kind"]: (row["first"], row["last"]) for row in graph.read(cypher(text))}
    assert days == {"rank": ("2026-11-01", "2026-12-31"), "active": ("2026-01-01", None)}


def test_refused_rows_leave_the_sound_ones(graph: Graph, tmp_path: Path) -> None:
    written(tmp_path, SOUND.replace("training  2", "training  two").replace("rank    Gold", "rank    -"))
    done = import_company(graph, tmp_path, accept_valid=True, refusals_to=tmp_path / "refused.csv")
    assert (done.facts.added, done.facts.refused) == (1, 1)
    assert (done.overrides.added, done.overrides.refused) == (1, 1)
    assert (tmp_path / "refused.csv").read_text().count("\n") == 3
