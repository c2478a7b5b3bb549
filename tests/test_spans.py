"""Spans: each group is one stretch of numbers, whatever the shape and however it is read and written."""

from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import runs, spans
from engine.graph import Graph
from engine.period import period
from engine.queries import query
from engine.work import Work
from tests.companies import asking, month, planned

FORESTS = st.lists(st.integers(-1, 60), max_size=60).map(
    lambda drawn: [min(above, place - 1) for place, above in enumerate(drawn)]
)
"""The place that each place hangs below, an earlier one or -1."""
MEMBERS = """
members:
  member  sponsor
  1       -
  2       -
  3       -
  11      1
  12      1
  31      3
  111     11
  112     11
  113     11
  1121    112
  11211   1121
"""


@given(above=FORESTS)
def test_a_group_is_whoever_has_a_number_in_its_stretch(above: list[int]) -> None:
    groups = [{place} for place in range(len(above))]
    for place in range(len(above) - 1, -1, -1):
        if above[place] >= 0:
            groups[above[place]] |= groups[place]
    firsts, ends = spans.numbers(array("q", above))
    assert sorted(firsts) == list(range(len(above)))
    for place, group in enumerate(groups):
        assert {one for one, first in enumerate(firsts) if firsts[place] <= first < ends[place]} == group


@pytest.mark.parametrize(
    ("per_answer", "per_statement", "writers"), [(1, 1, 1), (4, 2, 3), (20_000, 25_000, 2)]
)
def test_the_tree_of_a_run_is_numbered_whatever_goes_into_one_statement(
    per_answer: int,
    per_statement: int,
    writers: int,
    graph: Graph,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = month(graph, tmp_path, MEMBERS)
    monkeypatch.setattr(runs, "STANDINGS_PER_ANSWER", per_answer)
    monkeypatch.setattr(spans, "PER_STATEMENT", per_statement)
    work = Work(graph, planned('name = "Small"'), period("2026-11"), run.number, 1, True, writers)
    work.widths["main"] = [3, 3, 3, 1, 1]
    told: list[tuple[int, int]] = []
    work.report = lambda _stage, done, total: told.append((done, total))
    spans.number(work, query("measures/group_span"))
    assert (told[0], told[-1]) == ((0, 11), (11, 11))
    found = graph.read(
        asking(
            """
            MATCH (standing:Standing {run: $run})<-[:UNDER*0..]-(below)
            WITH standing, collect(below.member_id) AS walked
            MATCH (other:Standing {run: $run})
            WHERE standing.group_span[0] <= other.group_span[0] < standing.group_span[1]
            RETURN standing.member_id AS id, walked, collect(other.member_id) AS numbered
            """,
            "run",
        ),
        run=run.number,
    )
    assert len(found) == 11
    for row in found:
        assert sorted(row["numbered"]) == sorted(row["walked"]), row["id"]


def test_nobody_stands_above_who_was_not_read_before(graph: Graph, tmp_path: Path) -> None:
    """Levels that are left out are noticed: no member is taken for a root in silence."""
    run = month(graph, tmp_path, MEMBERS)
    graph.batched(
        asking("MATCH (s:Standing {member_id: '112'}) CALL (s) { SET s.depth = 7 } IN TRANSACTIONS")
    )
    work = Work(graph, planned('name = "Small"'), period("2026-11"), run.number, 1, True, 1)
    work.widths["main"] = [3, 3, 2, 1, 1]
    with pytest.raises(KeyError):
        spans.number(work, query("measures/group_span"))
