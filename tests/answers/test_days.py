"""The trees of any day, as known after any change, against timelines of the moves known by then."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.answers.days import Moment, _filled, counts_then, downline_then, members_then, moment, upline_then
from engine.genealogy.facts import value_on
from engine.genealogy.operations.kinds import (
    ChangeSponsor,
    EnrollMember,
    MoveMember,
    Operation,
    PlaceMember,
    ReinstateMember,
    SuspendMember,
    TakeBack,
    TerminateMember,
)
from engine.genealogy.operations.performing import Done, perform
from engine.genealogy.placement import ByHand
from engine.genealogy.refusals import NotDoneError
from engine.genealogy.timelines import First, Move, timeline
from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.support.companies import cypher
from tests.support.small_tables import write

BEGIN = date(2026, 1, 1)
ALL = Reach.everything
FOUNDERS = {
    "members": """
        member_id sponsor_id placement_id enrolled_on
        0         -          -            2026-01-01
        1         0          0            2026-01-01
        2         0          1            2026-01-01
    """,
    "moves": """
        member_id tree      parent_id effective_on recorded_at
        2         placement 0         2026-01-05   2026-01-05T10:00:00Z
    """,
}


class Believed:
    """What is known after each change: first parents and moves by tree, statuses; nothing of the store."""

    def __init__(self) -> None:
        first = {"1": First("0", None, BEGIN), "2": First("0", None, BEGIN)}
        placed = {"1": First("0", None, BEGIN), "2": First("1", None, BEGIN)}
        self.firsts: dict[str, dict[str, First]] = {"sponsor": first, "placement": placed}
        at = datetime.fromisoformat("2026-01-05T10:00:00+00:00")
        early = Move("2", "0", None, date(2026, 1, 5), at, None, None, 0, 1)
        self.moves: list[tuple[str, Move]] = [("placement", early)]
        self.withdrawn: dict[int, int] = {}
        self.statuses: list[tuple[str, int, date, str]] = []
        self.known: dict[str, int] = {"0": 1, "1": 1, "2": 1}
        self.enrolled = dict.fromkeys(("0", "1", "2"), BEGIN)

    def learn(self, operation: Operation, done: Done) -> None:
        """Take in what an operation has done, by its own words."""
        if isinstance(operation, TakeBack):
            self.withdrawn[operation.number] = done.number
        for each in done.changed:
            if each.what == "enrolled":
                self.known[each.id], self.enrolled[each.id] = done.number, done.on
            elif each.what == "status" and each.after is not None:
                self.statuses.append((each.id, done.number, done.on, each.after))
            elif isinstance(operation, EnrollMember) and each.after is not None:
                self.firsts[each.what][each.id] = First(each.after, None, done.on)
            elif not isinstance(operation, TakeBack) and each.after is not None:
                move = Move(
                    each.id,
                    each.after,
                    None,
                    done.on,
                    done.recorded_at,
                    None,
                    None,
                    len(self.moves),
                    done.number,
                )
                self.moves.append((each.what, move))

    def parents(self, tree: str, at: Moment) -> dict[str, tuple[str, date]]:
        """Everybody's parent on a day, and since when, by the timelines of what is known."""
        known = at.known if at.known is not None else 10**9
        parents = {}
        for member, number in self.known.items():
            if number > known:
                continue
            moves = [
                move for of, move in self.moves
                if of == tree and move.member_id == member and move.import_no <= known
                and self.withdrawn.get(move.import_no, known + 1) > known
            ]  # fmt: skip
            for edge in timeline(self.firsts[tree].get(member), moves):
                if edge.since <= at.day and (edge.until is None or at.day < edge.until):
                    parents[member] = (edge.parent_id, edge.since)
        return parents

    def status(self, member: str, at: Moment) -> str:
        """A status on a day: that of the latest day, and of one day the latest change."""
        known = at.known if at.known is not None else 10**9
        seen = [(on, number, status) for of, number, on, status in self.statuses
                if of == member and number <= known and on <= at.day]  # fmt: skip
        return max(seen)[2] if seen else "active"


def below(parents: dict[str, tuple[str, date]], top: str) -> dict[str, int]:
    """Everybody below, with the level."""
    levels: dict[str, int] = {}
    level, row = 0, [top]
    while row:
        level += 1
        row = [member for member, (parent, _) in parents.items() if parent in row]
        levels |= dict.fromkeys(row, level)
    return levels


def random_operation(random: Random, number: int, members: list[str], today: date) -> Operation:
    one, other = random.choice(members), random.choice(members)
    day = BEGIN + timedelta(days=random.randrange(60))
    statuses = (SuspendMember, SuspendMember, ReinstateMember, ReinstateMember, TerminateMember)
    choices: list[Callable[[], Operation]] = [
        lambda: EnrollMember(member_id=f"n{number}", sponsor_id=one, on=day),
        lambda: EnrollMember(member_id=f"n{number}", sponsor_id=one, how=ByHand(other), on=day),
        lambda: PlaceMember(member_id=one, how=ByHand(other), on=day),
        lambda: MoveMember(member_id=one, parent_id=other, on=day, alone=random.random() < 0.3),
        lambda: MoveMember(member_id=one, parent_id=other, on=today + timedelta(days=random.randrange(3))),
        lambda: ChangeSponsor(member_id=one, sponsor_id=other, on=day, alone=random.random() < 0.3),
        lambda: random.choice(statuses)(member_id=one, on=day),
        lambda: TakeBack(number=random.randrange(2, number + 2)),
    ]  # fmt: skip
    return random.choice(choices)()


@pytest.mark.parametrize("seed", [1, 4])
def test_random_histories_are_read_as_they_were_known(graph: Graph, tmp_path: Path, seed: int) -> None:
    import_company(graph, write(tmp_path, **FOUNDERS))
    random, believed, members, done_of = Random(seed), Believed(), ["0", "1", "2"], Counter[str]()
    today, last = date.today(), 1
    for step in range(90):
        operation = random_operation(random, step, members, today)
        try:
            done = perform(graph, operation)
        except NotDoneError:
            continue
        last = done.number
        believed.learn(operation, done)
        members = list(believed.known)
        done_of[done.kind] += 1
    assert sum(done_of.values()) > 20, done_of
    assert min(done_of[kind] for kind in ("enroll", "move", "change_sponsor")) > 0, done_of
    days = [BEGIN + timedelta(days=random.randrange(62)) for _ in range(4)] + [
        today,
        today + timedelta(days=2),
    ]
    knowns: list[int | None] = [None, 0, 1, *random.sample(range(2, last + 1), 6), last]
    for known in knowns:
        for day in days:
            check(graph, believed, Moment(day, known), random.choice(members))


def check(graph: Graph, believed: Believed, at: Moment, one: str) -> None:
    for tree in ("sponsor", "placement"):
        parents = believed.parents(tree, at)
        for top in ("0", one):
            levels = below(parents, top)
            listed = downline_then(graph, ALL, top, tree, at)
            assert {each.member_id: each.level for each in listed} == levels, (tree, at, top)
            assert {each.member_id: (each.next_id, each.since) for each in listed} == {
                member: parents[member] for member in levels
            }, (tree, at, top)
            assert counts_then(graph, ALL, top, tree, at) == Counter(levels.values())
        above, member = [], one
        while member in parents:
            member = parents[member][0]
            above.append(member)
        assert [each.member_id for each in upline_then(graph, ALL, one, tree, at)] == above, (tree, at)
    known = {
        member for member, number in believed.known.items()
        if (at.known is None or number <= at.known) and believed.enrolled[member] <= at.day
    }  # fmt: skip
    then = members_then(graph, ALL, list(believed.known), at)
    assert then.keys() == known
    sponsors, placements = (believed.parents(tree, at) for tree in ("sponsor", "placement"))
    for member, row in then.items():
        expected = (
            believed.status(member, at),
            *(of.get(member, (None,))[0] for of in (sponsors, placements)),
        )
        assert (row.status, row.sponsor_id, row.placement_id) == expected, (member, at)


def test_a_backdated_move_changes_the_past_and_not_what_was_known(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path, **FOUNDERS))
    day = date(2026, 1, 3)
    moved = perform(graph, MoveMember(member_id="1", parent_id="2", on=date(2026, 1, 10)))
    then = downline_then(graph, ALL, "0", "placement", Moment(day))
    perform(graph, MoveMember(member_id="2", parent_id="0", on=date(2026, 1, 2)))
    assert [(each.member_id, each.next_id) for each in then] == [("1", "0"), ("2", "1")]
    now = downline_then(graph, ALL, "0", "placement", Moment(day))
    assert [(each.member_id, each.next_id) for each in now] == [("1", "0"), ("2", "0")]
    assert downline_then(graph, ALL, "0", "placement", Moment(day, moved.number)) == then


def test_a_moment_is_named_by_a_day_a_number_or_an_instant(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path, **FOUNDERS))
    assert moment(graph) is None
    assert moment(graph, BEGIN) == Moment(BEGIN)
    assert moment(graph, BEGIN, 1) == Moment(BEGIN, 1)
    done = perform(graph, SuspendMember(member_id="1"))
    assert moment(graph, None, 2) == Moment(done.recorded_at.date(), 2)
    assert moment(graph, BEGIN, done.recorded_at) == Moment(BEGIN, 2)
    assert moment(graph, BEGIN, done.recorded_at - timedelta(microseconds=1)) == Moment(BEGIN, 1)
    assert moment(graph, None, datetime(2020, 1, 1)) == Moment(date(2020, 1, 1), 0)


def test_a_member_sees_of_the_past_what_is_within_reach_today(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path, **FOUNDERS))
    perform(graph, MoveMember(member_id="2", parent_id="1", on=date(2026, 1, 20)))
    reach = Reach(Viewer("one", Role.MEMBER, "1"))
    at = Moment(date(2026, 1, 6))
    assert [each.member_id for each in downline_then(graph, ALL, "0", "placement", at)] == ["1", "2"]
    assert downline_then(graph, reach, "0", "placement", at) == []
    assert upline_then(graph, reach, "2", "placement", at) == []
    assert members_then(graph, reach, ["0", "1", "2"], at).keys() == {"1", "2"}


def test_edges_of_an_earlier_release_are_numbered_by_the_next_ones(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path, **FOUNDERS))
    perform(graph, MoveMember(member_id="1", parent_id="2", on=date(2026, 1, 20)))
    graph.write(cypher("MATCH ()-[e:WAS_PLACED_UNDER]->() REMOVE e.closed_no, e.opened_no"))
    graph.batched("upgrade/number_closed_edges")
    for known, expected in ((1, "0"), (2, "2")):
        (then,) = members_then(graph, ALL, ["1"], Moment(date(2026, 2, 1), known)).values()
        assert then.placement_id == expected


@pytest.mark.parametrize("name", ["days/downline", "days/upline", "days/count"])
@pytest.mark.parametrize("known", [False, True])
def test_a_walk_visits_everybody_once_however_many_moves_there_were(
    graph: Graph, name: str, known: bool
) -> None:
    """Former parents make many ways from one member to another; a search for levels takes each once."""
    _, summary = graph.explain(_filled(name, "placement", "", known=known))
    assert "VarLengthExpand(Pruning,BFS" in str(summary.plan)


@pytest.mark.parametrize(
    ("day", "known", "expected"),
    [(1, None, "a"), (2, None, "b"), (3, None, "c"), (3, 5, "b"), (3, 4, "a"), (1, 4, "a")],
)
def test_a_fact_of_a_day_as_it_was_known(day: int, known: int | None, expected: str) -> None:
    pasts: list[dict[str, Any]] = [
        {"status": "a", "until": date(2026, 1, 2), "closed_no": 5},
        {"status": "b", "until": date(2026, 1, 9), "closed_no": 6},
        {"status": "b", "until": date(2026, 1, 3), "closed_no": 7},
    ]
    assert value_on({"status": "c"}, pasts, "status", date(2026, 1, day), known) == expected
