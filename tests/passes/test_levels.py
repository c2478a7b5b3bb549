"""The level scheduler: each standing once, in order, however wide or deep the tree is."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.composition.trees import in_tree
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.passes.levels import STANDINGS_PER_CALL, WIDE, mostly_narrow, stretches
from tests.support.companies import cypher, month

WIDTHS = st.lists(st.one_of(st.integers(1, 300), st.sampled_from([1999, 2000, 2001, 60_000])), max_size=60)


@given(widths=WIDTHS, order=st.sampled_from(["up", "down"]))
def test_every_level_is_visited_once_and_in_order(widths: list[int], order: str) -> None:
    visited = [depth for depths in stretches(widths, order) for depth in depths]
    assert visited == sorted(range(len(widths)), reverse=order == "up")


@given(widths=WIDTHS)
def test_wide_levels_go_alone_and_narrow_ones_together_up_to_a_limit(widths: list[int]) -> None:
    groups = list(stretches(widths, "up"))
    for depths in groups:
        if len(depths) > 1:
            assert max(widths[depth] for depth in depths) < WIDE
            assert sum(widths[depth] for depth in depths) <= STANDINGS_PER_CALL
    for one, following in pairwise(groups):
        # Two neighbours stay apart only where one is wide, or both together would be too many.
        wide = max(widths[depth] for depth in (one[-1], following[0])) >= WIDE
        assert wide or sum(widths[depth] for depth in (*one, following[0])) > STANDINGS_PER_CALL


def test_a_tree_is_mostly_narrow_by_its_standings_and_not_by_its_levels() -> None:
    assert mostly_narrow([1, 30, WIDE - 1, *[24] * 300])
    assert not mostly_narrow([*[24] * 300, 7_200])
    assert mostly_narrow([*[24] * 301, 7_200])


def test_a_rule_of_the_main_tree_serves_the_sponsor_tree_too() -> None:
    piece = query("volumes/group")
    assert in_tree(piece, "main") is piece
    assert "[:ENROLLED_UNDER]" in in_tree(piece, "sponsor").text
    assert "[:UNDER]" not in in_tree(piece, "sponsor").text


@pytest.mark.parametrize("writers", ["1", "3"])
def test_a_chain_and_a_star_are_summed_alike_by_any_number_of_writers(
    writers: str, graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A leg 1,200 deep goes many levels at a time; 2,500 in one frontline go in parallel."""
    monkeypatch.setenv("UPLINE_WRITERS", writers)
    deep, wide = 1200, 2500
    assert wide > WIDE
    chain = ["d0 -", *(f"d{number} d{number - 1}" for number in range(1, deep))]
    star = ["w -", *(f"w{number} w" for number in range(wide))]
    orders = [line.split()[0] + " 1" for line in chain + star]
    tables = {"members": ["member sponsor", *chain, *star], "orders": ["member qv", *orders]}
    text = "".join(f"{name}:\n" + "".join(f"  {row}\n" for row in rows) for name, rows in tables.items())
    run = month(graph, tmp_path, text)
    statement = (
        "MATCH (s:Standing {run: $run}) RETURN s.member_id AS id, s.depth AS depth, s.group_volume AS volume"
    )
    figures = {
        row["id"]: (row["depth"], row["volume"])
        for row in graph.read(cypher(statement, "run"), run=run.number)
    }
    assert len(figures) == deep + 1 + wide
    assert figures["w"] == (0, 100 * (wide + 1))
    assert all(figures[f"w{number}"] == (1, 100) for number in range(wide))
    assert all(figures[f"d{number}"] == (number, 100 * (deep - number)) for number in range(deep))
    assert (run.facts["members"], run.facts["depth"]) == (deep + 1 + wide, deep)
