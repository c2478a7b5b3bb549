"""Group volume: own and everyone's below, however the tree is shaped and whatever is taken back."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.graph.database import Graph
from tests.support.companies import everyone, month

VOLUMES = st.integers(-50_000, 50_000)


@settings(max_examples=6)
@given(figures=st.lists(st.tuples(VOLUMES, st.integers(0, 10**6)), min_size=1, max_size=30))
def test_group_volume_is_own_volume_and_that_of_every_leg(
    figures: list[tuple[int, int]], server_graph: Graph, tmp_path: Path
) -> None:
    """`figures` are each member's volume, and a number that picks the parent among those before."""
    parents = [None if n == 0 or pick % 5 == 0 else pick % n for n, (_, pick) in enumerate(figures)]
    expected = [volume for volume, _ in figures]
    for n in range(len(figures) - 1, -1, -1):
        above = parents[n]
        if above is not None:
            expected[above] += expected[n]
    members = "".join(f"  m{n}  {'-' if up is None else f'm{up}'}\n" for n, up in enumerate(parents))
    orders = "".join(
        f"  m{n}  {'refund' if volume < 0 else 'sale'}  {volume / 100:.2f}\n"
        for n, (volume, _) in enumerate(figures)
    )
    server_graph.batched("schema/wipe")
    text = f"members:\n  member  sponsor\n{members}orders:\n  member  kind  qv\n{orders}"
    standings = everyone(server_graph, month(server_graph, tmp_path, text))
    assert [standings[f"m{n}"].group_volume for n in range(len(figures))] == expected


def test_volumes_are_exact_where_floats_are_not(graph: Graph, tmp_path: Path) -> None:
    """A hundred thousand million hundredths in each of nine orders, and one hundredth more."""
    orders = "".join(f"  11  {10**9}.00\n" for _ in range(9))
    text = f"members:\n  member  sponsor\n  1  -\n  11  1\norders:\n  member  qv\n{orders}  1  0.01\n"
    standings = everyone(graph, month(graph, tmp_path, text))
    assert standings["11"].group_volume == 9 * 10**11
    assert standings["1"].group_volume == 9 * 10**11 + 1
