"""Members, both trees and moves: what an import makes of them, and what it refuses by name, file and line."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.genealogy.timelines import First, Move, cyclic_moves, on_cycle, timeline
from engine.graph.database import Graph
from engine.intake.importing import ImportReport, import_company
from engine.intake.refusals import ImportRefusedError
from tests.support.small_tables import dump, edges, refusals_of, write

BINARY = """
    member_id sponsor_id placement_id leg enrolled_on status
    1         -          -            -   2026-01-01  active
    11        1          1            L   2026-02-01  active
    12        1          1            R   2026-02-01  suspended
"""
"""1 has 11 on the left and 12 on the right, from lines 2, 3 and 4."""

ONE_TREE = """
    member_id sponsor_id enrolled_on
    121       12         2026-03-01
    1         -          2026-01-01
    12        1          2026-02-01
    2         -          2026-02-01
"""


def imported(graph: Graph, folder: Path, accept_valid: bool = False, **tables: str) -> ImportReport:
    write(folder, **tables)
    return import_company(
        graph, folder, accept_valid=accept_valid, refusals_to=folder / "refusals.csv", time_zone="UTC"
    )


def refused(graph: Graph, folder: Path, **tables: str) -> list[tuple[str, str]]:
    """What an import into the stored company refuses; it changes nothing."""
    before = dump(graph)
    with pytest.raises(ImportRefusedError) as caught:
        imported(graph, folder, False, **tables)
    assert dump(graph) == before
    return [(one.name, one.where) for one in caught.value.refusals]


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


# What is refused in the members table


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("2 9 - - 2026-01-01 active", [("unknown_sponsor", 5)]),
        ("2 1 9 L 2026-01-01 active", [("unknown_placement", 5)]),
        ("2 2 - - 2026-01-01 active", [("self_reference", 5)]),
        ("2 1 2 L 2026-01-01 active", [("self_reference", 5)]),
        (
            "2 3 - - 2026-01-01 active\n3 2 - - 2026-01-01 active",
            [("sponsor_cycle", 5), ("sponsor_cycle", 6)],
        ),
        (
            "2 1 3 L 2026-01-01 active\n3 1 2 L 2026-01-01 active",
            [("placement_cycle", 5), ("placement_cycle", 6)],
        ),
        ("11 1 - - 2026-01-01 active", [("duplicate_id", 5)]),
        ("- 1 - - 2026-01-01 active", [("missing_value", 5)]),
        ("2 1 - - - active", [("missing_value", 5)]),
        ("2 1 - - 2026-13-01 active", [("bad_date", 5)]),
        ("2 1 - - 2026-01-01 asleep", [("bad_status", 5)]),
        ("2 1 1 L 2026-03-01 active", [("leg_taken", 5)]),
        # the earlier one stays, whatever the order of the rows
        ("2 1 1 L 2026-01-15 active", [("leg_taken", 3)]),
        (f"{'x' * 201} 1 - - 2026-01-01 active", [("bad_id", 5)]),
    ],
)  # fmt: skip
def test_refused_members(tmp_path: Path, rows: str, expected: list[tuple[str, int]]) -> None:
    refusals = refusals_of(tmp_path, members=f"{BINARY}\n{rows}".replace("\n\n", "\n"))
    assert refusals == [(name, f"members.csv:{line}") for name, line in expected]


def test_refused_members_take_those_below_along(tmp_path: Path) -> None:
    members = f"""{BINARY.strip()}
        2    9    -    -  2026-01-01  active
        21   2    12   L  2026-01-01  active
        211  1    21   -  2026-01-01  active
        """
    refusals = refusals_of(tmp_path, members=members)
    assert refusals == [
        ("unknown_sponsor", "members.csv:5"),
        ("refused_sponsor", "members.csv:6"),
        ("refused_placement", "members.csv:7"),
    ]


def test_the_message_says_what_is_wrong_where_and_what_to_do(graph: Graph, tmp_path: Path) -> None:
    rows = "\n".join(f"x{number} 9 - - 2026-01-01 active" for number in range(30))
    with pytest.raises(ImportRefusedError) as caught:
        imported(graph, tmp_path, members=f"{BINARY.strip()}\n{rows}")
    message = str(caught.value)
    assert "members.csv:5: sponsor_id 9 of x0 is no member [unknown_sponsor] Add that member" in message
    assert "... and 10 more" in message
    assert "by name: unknown_sponsor 30" in message
    assert "--accept-valid" in message
    assert dump(graph) == []


# What is written


def test_two_trees(graph: Graph, tmp_path: Path) -> None:
    report = imported(graph, tmp_path, members=BINARY)
    assert (report.members.read, report.members.added, report.one_tree) == (3, 3, False)
    assert edges(graph) == {
        ("11", "sponsor", "1", None, day("02-01"), None),
        ("12", "sponsor", "1", None, day("02-01"), None),
        ("11", "placement", "1", "L", day("02-01"), None),
        ("12", "placement", "1", "R", day("02-01"), None),
    }
    before = dump(graph)
    again = import_company(graph, tmp_path)
    assert (again.members.added, again.members.unchanged) == (0, 3)
    assert dump(graph) == before


def test_one_tree_in_any_order_with_several_roots(graph: Graph, tmp_path: Path) -> None:
    report = imported(graph, tmp_path, members=ONE_TREE)
    assert report.one_tree
    assert edges(graph) == {
        ("12", "sponsor", "1", None, day("02-01"), None),
        ("121", "sponsor", "12", None, day("03-01"), None),
    }


def test_later_tables_add_and_update(graph: Graph, tmp_path: Path) -> None:
    imported(graph, tmp_path, members=BINARY)
    report = imported(
        graph,
        tmp_path,
        members="""
            member_id sponsor_id placement_id leg enrolled_on status name country owner_id
            12        1          1            R   2026-02-01  active Ann  DE      o1
            111       11         11           L   2026-04-01  active -    -       -
        """,
    )
    assert (report.members.added, report.members.updated, report.members.unchanged) == (1, 1, 0)
    rows = graph.value("genealogy/members", ids=["12", "111"])
    assert [row[1:5] for row in rows] == [["Ann", "active", "DE", "o1"], [None, "active", None, None]]
    assert ("111", "placement", "11", "L", day("04-01"), None) in edges(graph)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("11 12 1 L 2026-02-01 active", "parent_changed"),
        ("11 1 12 L 2026-02-01 active", "parent_changed"),
        ("11 1 1 M 2026-02-01 active", "parent_changed"),
        ("11 1 1 L 2026-02-02 active", "enrolment_changed"),
        ("13 1 1 L 2026-05-01 active", "leg_taken"),
        ("13 99 - - 2026-05-01 active", "unknown_sponsor"),
    ],
)
def test_rows_against_stored_ones_are_refused(graph: Graph, tmp_path: Path, row: str, name: str) -> None:
    imported(graph, tmp_path, members=BINARY)
    members = BINARY.strip().splitlines()[0] + f"\n{row}"
    assert refused(graph, tmp_path, members=members) == [(name, "members.csv:2")]


def test_accept_valid_writes_the_rest_to_a_file(graph: Graph, tmp_path: Path) -> None:
    report = imported(
        graph,
        tmp_path,
        accept_valid=True,
        members=f"{BINARY.strip()}\n2 9 - - 2026-01-01 active\n21 2 - - 2026-01-01 active",
        moves="""
            member_id tree    parent_id effective_on
            21        sponsor 1         2026-05-01
            12        sponsor 11        2026-05-01
        """,
        orders="""
            order_id ordered_at member_id kind qualifying_volume commissionable_volume amount currency
            a        2026-05-01 21        sale 1                 1                     1      USD
            b        2026-05-01 1         sale 1                 1                     1      USD
        """,
    )
    assert (report.members.added, report.members.refused) == (3, 2)
    assert (report.orders.added, report.moves.added) == (1, 1)
    lines = (tmp_path / "refusals.csv").read_text().splitlines()
    assert lines[0] == "file,line,name,what,todo,row"
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["members.csv", "5", "unknown_sponsor"],
        ["members.csv", "6", "refused_sponsor"],
        ["moves.csv", "2", "refused_member"],
        ["orders.csv", "2", "refused_member"],
    ]
    assert lines[1].endswith('"2,9,,,2026-01-01,active"')
    assert {edge[0] for edge in edges(graph)} == {"11", "12"}


# Moves

MOVES = """
    member_id tree      parent_id leg effective_on recorded_at          actor reason
    12        placement 11        L   2026-04-01   2026-04-01T09:00:00Z office spillover
    12        sponsor   11        -   2026-06-01   2026-06-02T09:00:00Z office wish
"""


def test_moves_close_one_edge_and_open_the_next(graph: Graph, tmp_path: Path) -> None:
    report = imported(graph, tmp_path, members=BINARY, moves=MOVES)
    assert report.moves.added == 2
    edges_now = edges(graph)
    assert {edge for edge in edges_now if edge[0] == "12"} == {
        ("12", "sponsor", "1", None, day("02-01"), day("06-01")),
        ("12", "sponsor", "11", None, day("06-01"), None),
        ("12", "placement", "1", "R", day("02-01"), day("04-01")),
        ("12", "placement", "11", "L", day("04-01"), None),
    }
    before = dump(graph)
    again = import_company(graph, tmp_path)
    assert (again.moves.added, again.moves.unchanged) == (0, 2)
    assert dump(graph) == before


def test_a_backdated_move_splits_the_past(graph: Graph, tmp_path: Path) -> None:
    imported(graph, tmp_path, members=BINARY, moves=MOVES)
    late = """
        member_id tree    parent_id effective_on recorded_at
        11        sponsor 12        2026-05-01   2026-07-01T00:00:00Z
    """
    assert refused(graph, tmp_path, members=BINARY, moves=late) == [("move_cycle", "moves.csv:2")]
    late = """
        member_id tree      parent_id leg effective_on recorded_at
        12        placement 1         R   2026-03-01   2026-07-01T00:00:00Z
    """
    imported(graph, tmp_path, members=BINARY, moves=late)
    assert {edge for edge in edges(graph) if edge[:2] == ("12", "placement")} == {
        ("12", "placement", "1", "R", day("02-01"), day("03-01")),
        ("12", "placement", "1", "R", day("03-01"), day("04-01")),
        ("12", "placement", "11", "L", day("04-01"), None),
    }
    again = imported(graph, tmp_path, members=BINARY, moves=MOVES)
    assert again.moves.unchanged == 2


def test_out_of_the_holding_tank(graph: Graph, tmp_path: Path) -> None:
    members = f"{BINARY.strip()}\n13 1 - - 2026-03-01 active"
    move = """
        member_id tree      parent_id leg effective_on
        13        placement 12        L   2026-03-05
    """
    imported(graph, tmp_path, members=members, moves=move)
    assert {edge for edge in edges(graph) if edge[0] == "13"} == {
        ("13", "sponsor", "1", None, day("03-01"), None),
        ("13", "placement", "12", "L", day("03-05"), None),
    }


def test_a_leg_left_is_free_again(graph: Graph, tmp_path: Path) -> None:
    members = f"{BINARY.strip()}\n13 1 1 R 2026-04-01 active"
    assert refusals_of(tmp_path, members=members) == [("leg_taken", "members.csv:5")]
    imported(graph, tmp_path, members=members, moves=MOVES)
    assert ("13", "placement", "1", "R", day("04-01"), None) in edges(graph)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("99 sponsor 1 - 2026-05-01", [("unknown_member", 2)]),
        ("12 sponsor 99 - 2026-05-01", [("unknown_member", 2)]),
        ("12 sponsor 12 - 2026-05-01", [("self_reference", 2)]),
        ("12 sponsor - - 2026-05-01", [("missing_value", 2)]),
        ("12 family 11 - 2026-05-01", [("unknown_tree", 2)]),
        ("12 sponsor 11 - someday", [("bad_date", 2)]),
        ("12 sponsor 11 - 2026-01-31", [("move_before_enrolment", 2)]),
        ("12 sponsor 11 - 2026-05-01\n12 sponsor 11 - 2026-05-01", [("duplicate_move", 3)]),
        ("12 placement 1 L 2026-05-01", [("leg_taken", 2)]),
        ("1 sponsor 11 - 2026-05-01", [("move_cycle", 2)]),
        ("12 sponsor 11 - 2026-05-01\n11 sponsor 12 - 2026-06-01", [("move_cycle", 3)]),
        ("11 sponsor 12 - 2026-06-01\n12 sponsor 11 - 2026-05-01", [("move_cycle", 2)]),
        ("12 sponsor 11 - 2026-05-01\n12 sponsor 1 - 2026-06-01\n11 sponsor 12 - 2026-06-01", []),
    ],
)
def test_refused_moves(tmp_path: Path, rows: str, expected: list[tuple[str, int]]) -> None:
    moves = f"member_id tree parent_id leg effective_on\n{rows}"
    refusals = refusals_of(tmp_path, members=BINARY, moves=moves)
    assert refusals == [(name, f"moves.csv:{line}") for name, line in expected]


def test_a_stored_move_is_not_edited(graph: Graph, tmp_path: Path) -> None:
    imported(graph, tmp_path, members=BINARY, moves=MOVES)
    edited = MOVES.replace("wish", "mistake")
    assert refused(graph, tmp_path, members=BINARY, moves=edited) == [("move_changed", "moves.csv:3")]


# Timelines against a model that looks at every day

START = date(2026, 1, 1)
DAYS = 12
IDS = "abcdef"


def a_move(member: str, parent: str, effective: int, recorded: int, row: int) -> Move:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=recorded)
    return Move(member, parent, None, START + timedelta(effective), at, None, None, row, 1, row)


moves_of_one = some.lists(
    some.tuples(some.sampled_from(IDS[1:]), some.integers(0, DAYS), some.integers(0, 3)), max_size=6
)


@given(moves_of_one, some.booleans())
def test_a_timeline_agrees_with_a_diary(listed: list[tuple[str, int, int]], rooted: bool) -> None:
    first = None if rooted else First("z", None, START)
    moves = [a_move("a", parent, on, known, row) for row, (parent, on, known) in enumerate(listed)]
    timeline_edges = timeline(first, moves)
    for offset in range(DAYS + 2):
        today = START + timedelta(offset)
        diary = "z" if first else None
        for move in sorted(moves, key=lambda move: (move.effective_on, move.recorded_at, move.order)):
            if move.effective_on <= today:
                diary = move.parent_id
        now = [
            edge.parent_id
            for edge in timeline_edges
            if edge.since <= today and (not edge.until or today < edge.until)
        ]
        assert now == ([diary] if diary else [])
    assert len(timeline_edges) == len(moves) + (first is not None), "nothing is forgotten"


first_parents = some.lists(some.integers(-1, len(IDS) - 2), min_size=len(IDS), max_size=len(IDS)).map(
    lambda links: {IDS[at]: IDS[to] for at, to in enumerate(links) if to != -1 and to < at}
)
moves_of_many = some.lists(
    some.tuples(
        some.sampled_from(IDS), some.sampled_from(IDS), some.integers(0, 4), some.integers(0, 2)
    ).filter(lambda move: move[0] != move[1]),
    max_size=7,
)


def cycle_on_some_day(parents: dict[str, str], moves: list[Move]) -> bool:
    """Look at the whole tree after each day's moves."""
    state = dict(parents)
    for on in sorted({move.effective_on for move in moves}):
        for move in sorted(moves, key=lambda move: move.key):
            if move.effective_on == on:
                state[move.member_id] = move.parent_id
        for member in IDS:
            here, steps = member, 0
            while here in state and steps <= len(IDS):
                here, steps = state[here], steps + 1
            if steps > len(IDS):
                return True
    return False


@given(first_parents, moves_of_many, some.integers(0, 3))
def test_moves_are_refused_until_no_day_has_a_cycle(
    parents: dict[str, str], listed: list[tuple[str, str, int, int]], stored: int
) -> None:
    moves: list[Move] = []
    for row, (member, parent, on, known) in enumerate(listed):
        move = a_move(member, parent, on, known, row)
        if row < stored:  # the first few are in the graph, so they are sound together
            move = replace(move, row=None)
            if cycle_on_some_day(parents, [*moves, move]):
                continue
        moves.append(move)
    gone = cyclic_moves(parents, moves)
    assert all(move.row is not None for move in gone), "what is stored is never refused"
    assert not cycle_on_some_day(parents, [move for move in moves if move not in gone])
    assert bool(gone) == cycle_on_some_day(parents, moves)


def test_a_leg_100_000_deep_is_walked_in_a_moment() -> None:
    count = 100_000
    links = [place - 1 for place in range(count)]
    assert on_cycle(links) == []
    links[0] = count - 1
    assert len(on_cycle(links)) == count
    parents = {str(place): str(place - 1) for place in range(1, count)}
    moves = [a_move(str(count - 1 - row), str(row + 1), 1, 0, row) for row in range(1000)]
    moves.append(a_move("7", str(count - 2000), 2, 0, 1000))
    assert cyclic_moves(parents, moves) == [moves[-1]]
