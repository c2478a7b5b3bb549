"""Intervals: each group is one interval of numbers, whatever the shape and however it is read and written."""

from array import array
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes import intervals, record
from engine.passes.context import Work
from engine.period import period
from engine.plans.reader import parse, read
from engine.run import refresh, run
from tests.support.companies import cypher, everyone, month, planned, written

FORESTS = st.lists(st.integers(-1, 60), max_size=60).map(
    lambda drawn: [min(above, place - 1) for place, above in enumerate(drawn)]
)
"""The parent's place for each place: an earlier one, or -1."""
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
  311     31
"""


@given(above=FORESTS)
def test_a_group_is_everybody_with_a_number_in_its_interval(above: list[int]) -> None:
    groups = [{place} for place in range(len(above))]
    for place in range(len(above) - 1, -1, -1):
        if above[place] >= 0:
            groups[above[place]] |= groups[place]
    firsts, ends = intervals.numbers(array("q", above))
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
    done = month(graph, tmp_path, MEMBERS)
    monkeypatch.setattr(record, "STANDINGS_PER_ANSWER", per_answer)
    monkeypatch.setattr(intervals, "PER_STATEMENT", per_statement)
    work = Work(graph, planned('name = "Small"'), period("2026-11"), done.number, 1, True, writers)
    work.widths["main"] = [3, 3, 4, 1]
    reports: list[tuple[int, int]] = []
    work.report = lambda _stage, done, total: reports.append((done, total))
    graph.batched(
        cypher("MATCH (s:Standing) CALL (s) { SET s.span_first = null, s.span_end = null } IN TRANSACTIONS")
    )
    intervals.number(work)
    assert (reports[0], reports[-1]) == ((0, 11), (11, 11))
    assert spans(graph, done.number) == {
        "1": (0, 7), "11": (1, 6), "111": (2, 3), "112": (3, 5), "1121": (4, 5), "113": (5, 6), "12": (6, 7),
        "2": (7, 8), "3": (8, 11), "31": (9, 11), "311": (10, 11),
    }  # fmt: skip


def spans(graph: Graph, number: int, first: str = "span_first", end: str = "span_end") -> dict[str, Any]:
    text = f"MATCH (s:Standing {{run: $run}}) RETURN s.member_id AS id, s.{first} AS first, s.{end} AS end"
    return {row["id"]: (row["first"], row["end"]) for row in graph.read(cypher(text, "run"), run=number)}


TREES = """
plan:
  name = "Both trees"
  [activity]
  personal_volume = 50
  [[bonus]]
  name = "Sponsors"
  kind = "unilevel"
  tree = "sponsor"
  rates = ["0.10"]
members:
  member  sponsor  placement  leg
  1       -        -          -
  11      1        1          left
  12      1        1          right
  spill   1        11         left
  below   12       spill      left
"""


def test_every_standing_of_a_run_has_its_span_in_each_tree(graph: Graph, tmp_path: Path) -> None:
    number = month(graph, tmp_path, TREES).number
    main = {"1": (0, 5), "11": (1, 4), "spill": (2, 4), "below": (3, 4), "12": (4, 5)}
    sponsor = {"1": (0, 5), "11": (1, 2), "12": (2, 4), "below": (3, 4), "spill": (4, 5)}
    assert spans(graph, number) == main
    assert spans(graph, number, "sponsored_first", "sponsored_end") == sponsor


def test_a_run_without_a_sponsor_tree_of_its_own_has_one_span(graph: Graph, tmp_path: Path) -> None:
    number = month(graph, tmp_path, MEMBERS).number
    assert set(spans(graph, number, "sponsored_first", "sponsored_end").values()) == {(None, None)}


def test_live_figures_have_spans_and_a_run_after_a_move_gives_them_new_ones(
    graph: Graph, tmp_path: Path
) -> None:
    """Whoever joins or moves gets no spans before a run goes on from the live figures."""
    written(tmp_path, TREES)
    import_company(graph, tmp_path)
    plan, november = read(tmp_path / "plan.toml"), period("2026-11")
    first = refresh(graph, plan, november)
    assert spans(graph, first.run.number)["below"] == (3, 4)
    (tmp_path / "more").mkdir()
    written(
        tmp_path / "more", "members:\n  member  sponsor  placement  leg\n  a       12       12         left\n"
    )
    import_company(graph, tmp_path / "more")
    live = refresh(graph, plan, november)
    assert (live.rebuilt, live.run.number) == (False, first.run.number)
    assert spans(graph, live.run.number)["a"] == (None, None)
    finished = run(graph, plan, november)
    assert finished.number == live.run.number
    main = spans(graph, finished.number)
    assert (main["1"], main["12"], main["a"]) == ((0, 6), (4, 6), (5, 6))


LEGS = """
members:
  member  sponsor  placement  leg  status
  A       -        -          -    active
  B       A        A          L    active
  C       -        A          R    active
  D       A        C          L    active
  E       C        C          R    suspended
  F       E        E          L    active
  G       C        F          L    active
  H       A        G          L    active
orders:
  member  ordered_at  qv
  A       2026-11-05  50
  B       2026-11-05  50
  C       2026-11-05  50
  D       2026-11-05  50
  F       2026-11-05  50
  G       2026-11-05  50
"""
"""A has one active in each leg, C only deep in the right one; E has not both, and H is not active."""
EACH = """
// So many of the two legs hold somebody active whom the member sponsored.
//
// kind:    requirement
// params:  at_least: COUNT
// needs:   sponsored_legs
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN

RETURN
  rule.at_least AS required,
  coalesce(standing.sponsored_legs, 0) AS actual,
  coalesce(standing.sponsored_legs, 0) >= rule.at_least AS passes
""".lstrip()
BINARY = """
name = "Legs"
[activity]
personal_volume = 50
[[rank]]
name = "Pair"
require = [{ kind = "legs", at_least = 1 }]
[[bonus]]
name = "Binary"
kind = "binary"
rate = "0.10"
eligible = "leg_each"
"""


@pytest.mark.parametrize("ranked", [False, True])
@pytest.mark.parametrize("per_answer", [1, 20_000])
def test_the_number_of_legs_with_an_active_recruit_is_known_in_time(
    per_answer: int, ranked: bool, graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In parallel with the ranks if only a bonus needs it; before them for a company's own requirement."""
    monkeypatch.setattr(record, "STANDINGS_PER_ANSWER", per_answer)
    written(tmp_path, LEGS)
    (tmp_path / "rules" / "requirements").mkdir(parents=True)
    (tmp_path / "rules" / "requirements" / "legs.cypher").write_text(EACH)
    own = BINARY if ranked else BINARY.replace('kind = "legs"', 'kind = "personal_volume"')
    import_company(graph, tmp_path)
    plan = parse(own, tmp_path / "plan.toml", tmp_path / "rules")
    done = run(graph, plan, period("2026-11", plan.zone))
    text = "MATCH (s:Standing {run: $run}) RETURN s.member_id AS id, s.sponsored_legs AS legs"
    legs = {row["id"]: row["legs"] for row in graph.read(cypher(text, "run"), run=done.number) if row["legs"]}
    assert legs == {"A": 2, "C": 1}
    ranks = {one: standing.rank for one, standing in everyone(graph, done).items()}
    assert {one for one, rank in ranks.items() if rank == "Pair"} == (
        {"A", "C"} if ranked else {"A", "B", "C", "D", "F", "G"}
    )


def test_a_member_whose_parent_was_not_read_is_refused(graph: Graph, tmp_path: Path) -> None:
    """Levels that are left out are noticed: no member is taken for a root in silence."""
    done = month(graph, tmp_path, MEMBERS)
    graph.batched(
        cypher("MATCH (s:Standing {member_id: '112'}) CALL (s) { SET s.depth = 7 } IN TRANSACTIONS")
    )
    work = Work(graph, planned('name = "Small"'), period("2026-11"), done.number, 1, True, 1)
    work.widths["main"] = [3, 3, 3, 1]
    with pytest.raises(KeyError):
        intervals.number(work)
