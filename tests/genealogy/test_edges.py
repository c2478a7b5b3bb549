"""Edges through changes: the tree of any day, as it was known after any change."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.genealogy.changes.edges import StoredEdge, _difference, revised
from engine.genealogy.timelines import Edge, First, Move, timeline

BEGIN = date(2026, 1, 1)
DAYS = 12
TODAY = BEGIN + timedelta(days=5)
FIRST = First("P", "L", BEGIN)


def move(number: int, parent: str, day: int) -> Move:
    """The move that a change makes; changes are recorded one after the other."""
    at = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(hours=number)
    return Move("M", parent, "L", BEGIN + timedelta(days=day), at, "desk", None, number, number)


def on(edges: Sequence[Edge], day: date) -> tuple[str, date] | None:
    """The parent of a day and since when, by the timeline."""
    for edge in edges:
        if edge.since <= day and (edge.until is None or day < edge.until):
            return edge.parent_id, edge.since
    return None


def known(edges: Sequence[StoredEdge], day: date, number: int) -> list[tuple[str, date]]:
    """The parents of a day as they were known after a change, by the numbers of the edges."""
    holding = []
    for edge in edges:
        facts = edge.facts
        until = facts.get("until")
        if (
            (edge.made_no or 0) <= number
            and not facts.get("withdrawn_no", number + 1) <= number
            and facts["since"] <= day
            and (until is None or facts["closed_no"] > number or day < until)
        ):
            holding.append((edge.parent_id, facts["since"]))
    return holding


def stored(edges: Sequence[StoredEdge]) -> list[StoredEdge]:
    """The edges as the store gives them back, each with a name."""
    return [replace(edge, element=f"e{place}") for place, edge in enumerate(edges)]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.sampled_from("ABCP"), st.integers(0, DAYS - 1)),
        st.tuples(st.just("withdraw"), st.integers(0, 20)),
    ),
    max_size=12,
)


@given(steps=STEPS, rooted=st.booleans())
def test_every_day_as_known_after_every_change(steps: list[tuple[Any, ...]], rooted: bool) -> None:
    first = None if rooted else FIRST
    moves: list[Move] = []
    edges = stored(revised([], timeline(first, []), 0, TODAY))
    believed = {0: timeline(first, [])}
    for number, (kind, *rest) in enumerate(steps, 1):
        if kind == "move":
            moves = [*moves, move(number, *rest)]
        elif moves:
            moves = [each for each in moves if each is not moves[rest[0] % len(moves)]]
        believed[number] = timeline(first, moves)
        edges = stored(revised(edges, believed[number], number, TODAY))
        current = [edge for edge in edges if edge.kind != "once"]
        holding = [edge for edge in current if edge.holds(TODAY)]
        assert [edge for edge in current if edge.open] == holding, "reads of today look at no day"
        assert sorted(edge.facts["step"] for edge in current) == [edge.step for edge in believed[number]]
        for known_at, expected in believed.items():
            for day in range(-1, DAYS + 1):
                at = BEGIN + timedelta(days=day)
                answer = on(expected, at)
                assert known(edges, at, known_at) == ([answer] if answer else []), (day, known_at)


@given(
    steps=st.lists(st.tuples(st.sampled_from("ABCP"), st.integers(0, DAYS - 1)), max_size=6), data=st.data()
)
def test_a_change_written_twice_or_taken_back_leaves_nothing(
    steps: list[tuple[str, int]], data: st.DataObject
) -> None:
    """An interrupted change set takes back what it wrote under its own number, to the last property."""
    moves = [move(number, *step) for number, step in enumerate(steps, 1)]
    edges = stored(revised([], timeline(FIRST, []), 0, TODAY))
    for place in range(len(moves)):
        edges = stored(revised(edges, timeline(FIRST, moves[: place + 1]), place + 1, TODAY))
    number = len(steps) + 1
    days = data.draw(
        st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, DAYS - 1)), max_size=3, unique=True)
    )
    brought = [move(number, *day) for day in days]
    after = stored(revised(edges, timeline(FIRST, [*moves, *brought]), number, TODAY))
    assert _difference("M", after, revised(after, timeline(FIRST, [*moves, *brought]), number, TODAY)) is None
    back = revised(after, timeline(FIRST, moves), number, TODAY)
    facts = sorted((edge.parent_id, sorted(edge.facts.items(), key=str)) for edge in back)
    assert facts == sorted((edge.parent_id, sorted(edge.facts.items(), key=str)) for edge in edges)
