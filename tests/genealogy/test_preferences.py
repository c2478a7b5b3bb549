"""Strategies against a model in plain Python, rules that somebody prefers, and windows that end."""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from engine.genealogy.changes.lane import read_company
from engine.genealogy.changes.requests import request
from engine.genealogy.operations.placing import place, place_due
from engine.genealogy.placement import NoFreePlaceError, options, today, waiting
from engine.genealogy.preferences import (
    NoPreferenceError,
    NoWindowError,
    Preference,
    WindowError,
    prefer,
    preference,
    preferred,
)
from engine.genealogy.refusals import UnknownMemberError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.plans.text import PlanError
from tests.conftest import Upline
from tests.support.small_tables import ask, dump, write

Place = tuple[str, str | None]
HEAD = "member_id sponsor_id placement_id leg enrolled_on"
NEWCOMERS = 24


class Tree:
    """Who is under whom, in legs numbered from 1 (of two legs 1 is the left one)."""

    def __init__(self) -> None:
        self.below: dict[str, dict[int, str]] = {"top": {}}
        self.above: dict[str, tuple[str, int]] = {}

    def put(self, member: str, parent: str, leg: int) -> None:
        self.below[parent][leg], self.below[member] = member, {}
        self.above[member] = (parent, leg)

    def end(self, member: str, leg: int) -> tuple[str, int]:
        while leg in self.below[member]:
            member = self.below[member][leg]
        return member, leg

    def size(self, member: str | None) -> int:
        return 1 + sum(map(self.size, self.below[member].values())) if member else 0

    def free(self, parent: str, width: int) -> tuple[str, int]:
        return parent, next(leg for leg in range(1, width + 1) if leg not in self.below[parent])

    def first(self, sponsor: str, width: int, *, across: bool) -> tuple[str, int]:
        level = [sponsor]
        while True:
            rooms = [each for each in level if len(self.below[each]) < width]
            if rooms:
                fewest = min(len(self.below[each]) for each in rooms)
                return self.free(
                    next(each for each in rooms if not across or len(self.below[each]) == fewest), width
                )
            level = [self.below[each][leg] for each in level for leg in sorted(self.below[each])]

    def by_size(self, sponsor: str, *, weak: bool) -> tuple[str, int]:
        left, right = (self.size(self.below[sponsor].get(leg)) for leg in (1, 2))
        return self.end(sponsor, 1 if (left <= right if weak else left >= right) else 2)

    def side(self, sponsor: str) -> int:
        return self.above.get(sponsor, ("", 1))[1]


STRATEGIES: dict[str, tuple[dict[str, str], Callable[[Tree, str], tuple[str, int]]]] = {
    "frontline": ({}, lambda tree, sponsor: tree.free(sponsor, NEWCOMERS)),
    "matrix": ({"width": "3"}, lambda tree, sponsor: tree.first(sponsor, 3, across=False)),
    "matrix_across": ({"width": "3"}, lambda tree, sponsor: tree.first(sponsor, 3, across=True)),
    "even_fill": ({}, lambda tree, sponsor: tree.first(sponsor, 2, across=False)),
    "outer_left": ({}, lambda tree, sponsor: tree.end(sponsor, 1)),
    "outer_right": ({}, lambda tree, sponsor: tree.end(sponsor, 2)),
    "outside_leg": ({}, lambda tree, sponsor: tree.end(sponsor, tree.side(sponsor))),
    "inside_leg": ({}, lambda tree, sponsor: tree.end(sponsor, 3 - tree.side(sponsor))),
    "weak_leg": ({"by": "members"}, lambda tree, sponsor: tree.by_size(sponsor, weak=True)),
    "strong_leg": ({"by": "members"}, lambda tree, sponsor: tree.by_size(sponsor, weak=False)),
}


@pytest.mark.parametrize("name", STRATEGIES)
def test_many_placements_are_where_a_model_in_python_puts_them(
    graph: Graph, tmp_path: Path, name: str
) -> None:
    values, model = STRATEGIES[name]
    chance = random.Random(name)
    members = [f"n{n:02d}" for n in range(NEWCOMERS)]
    sponsors = {each: chance.choice(["top", *members[:number]]) for number, each in enumerate(members)}
    first = members.pop(0)
    sponsors[first] = "top"
    rows = [HEAD, "top - - - 2026-01-01", f"{first} top top 1 2026-01-01"]
    rows += [f"{member} {sponsors[member]} - - 2026-01-01" for member in members]
    import_company(graph, write(tmp_path, members="\n".join(rows)))
    tree, how = Tree(), options(name, values)
    tree.put(first, "top", 1)
    legs = {"left": 1, "l": 1, "1": 1, "right": 2, "r": 2, "2": 2}
    for member in members:
        expected = model(tree, sponsors[member])
        there = place(graph, member, how)
        assert there.leg is not None
        assert (there.parent_id, legs.get(there.leg.lower()) or int(there.leg)) == expected, member
        tree.put(member, *expected)


TANK = f"""
{HEAD}
R    - - - 2026-01-01
A    R R L 2026-01-01
N    R - - 2026-01-02
O    A - - 2026-01-03
P    R - - 2026-01-04
"""


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> Graph:
    import_company(graph, write(tmp_path, members=TANK))
    return graph


def test_what_the_sponsor_prefers_places_recruits_where_nobody_names_a_rule(
    company: Graph, upline: Upline
) -> None:
    with pytest.raises(NoPreferenceError):
        preferred(company, "N")
    number = prefer(company, "R", Preference("outer_right"), actor="R", reason="my left is strong")
    assert number == read_company(company).last_change == 2
    done = upline("prefer", "--company", "--rule", "matrix", "--set", "width=3", "--window", "30")
    assert done.stdout.strip() == "the company prefers matrix width=3, after 30 days"
    assert upline("place", "N").stdout.startswith("N is placed under R in leg R from ")
    assert preferred(company, "O").module.name == "matrix", "the sponsor A prefers none"
    changes = ask(company, "MATCH (c:Change {kind: 'prefer'}) RETURN c {.*} AS c ORDER BY c.number")
    first = changes[0]["c"]
    assert (first["actor"], first["reason"], first["touched"]) == (
        "R",
        "my left is strong",
        ["preferences_set"],
    )
    prefer(company, "R", None)
    last = ask(company, "MATCH (c:Change) RETURN c {.*} AS c ORDER BY c.number DESC LIMIT 1")[0]["c"]
    assert (last["preference_before"], last.get("preference")) == ("outer_right", None)
    assert preference(company, "R") is None


def test_a_preference_that_is_wrong_changes_nothing(company: Graph) -> None:
    before = dump(company)
    with pytest.raises(PlanError, match="widht"):
        prefer(company, "R", Preference("matrix", {"width": "3", "widht": "3"}))
    with pytest.raises(UnknownMemberError):
        prefer(company, "nobody", Preference("even_fill"))
    with pytest.raises(WindowError):
        prefer(company, None, Preference("even_fill", {}, -1))
    with pytest.raises(NoWindowError):
        place_due(company)
    assert dump(company) == before


def test_a_preference_that_is_sent_again_is_one_change(company: Graph) -> None:
    key = request("R", "k1", "prefer", {"rule": "outer_left"})
    numbers = [prefer(company, "R", Preference("outer_left"), request=key) for _ in range(2)]
    assert numbers == [2, 2]
    assert read_company(company).newest == 2


def test_whose_window_has_ended_is_placed_in_the_order_of_enrolment_and_a_refusal_stops_nobody(
    graph: Graph, tmp_path: Path, upline: Upline
) -> None:
    now = today(read_company(graph))
    rows = [HEAD, "R - - - 2020-01-01", "A R R 1 2020-01-01", "B R R 2 2020-01-01"]
    for member, sponsor, days in (
        ("late", "A", 30),
        ("first", "A", 40),
        ("full", "R", 35),
        ("early", "A", 29),
    ):
        rows.append(f"{member} {sponsor} - - {now - timedelta(days)}")
    import_company(graph, write(tmp_path, members="\n".join(rows)))
    prefer(graph, None, Preference("matrix", {"width": "2", "depth": "1"}, 30))
    outcome = place_due(graph, actor="clock")
    assert [(each.member_id, each.parent_id, each.leg) for each in outcome.placed] == [
        ("first", "A", "1"), ("late", "A", "2"),
    ]  # fmt: skip
    assert [(member, type(error)) for member, error in outcome.refused] == [("full", NoFreePlaceError)]
    assert [each.member_id for each in waiting(graph)] == ["full", "early"]
    again = upline("place", "--due")
    assert (again.returncode, "[no_free_place]" in again.stderr) == (2, True)
    assert {each["kind"] for each in ask(graph, "MATCH (c:Change) RETURN c.kind AS kind")} == {
        "import", "prefer", "place",
    }  # fmt: skip
