"""What is kept of the placement tree, the ends of legs and the gaps, always equals a walk through it."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.composition import placements
from engine.genealogy.changes import survey
from engine.genealogy.changes.kept import FULL
from engine.genealogy.changes.lane import enter, signed, take_number
from engine.genealogy.changes.survey import fresh, ready
from engine.genealogy.changes.undo import settle
from engine.genealogy.changes.writing import ChangeSet, opened
from engine.genealogy.legs import leg_key
from engine.genealogy.operations.placing import place
from engine.genealogy.placement import asking, options
from engine.genealogy.timelines import Edge, Move
from engine.graph.database import Ask, Graph
from engine.intake.importing import import_company
from tests.conftest import Address
from tests.support.small_tables import ask, write

KEYS = ("left_chain", "right_chain", "gap_2", "gap_3", "gap_legs")
LEGS = ("L", "R", "right", "3", None)
MEMBERS = [f"m{n:02d}" for n in range(14)]
TODAY = date(2026, 3, 1)
STAY: dict[str, tuple[str, str | None]] = {"m01": ("m00", "L")}
"""Where the company's tree begins."""


@dataclass
class Model:
    """The placement tree in plain Python: everybody's parent and leg."""

    places: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    planned: list[tuple[str, str | None]] = field(default_factory=list)
    """Places of a later day: parent and leg."""

    def below(self, parent: str) -> list[tuple[str, str | None]]:
        return [(member, leg) for member, (above, leg) in self.places.items() if above == parent]

    def end(self, member: str, side: str) -> str:
        while nexts := [one for one, leg in self.below(member) if leg and leg_key(leg) == side]:
            member = nexts[0]
        return member

    def gap(self, member: str, width: int, *, legs: bool) -> int:
        """Level by level down to the first one that is not full, and the fewest places taken there."""
        level, distance = [member], 1
        while True:
            below = [
                [
                    one
                    for one, leg in self.below(each)
                    if not legs or (leg and leg_key(leg) in ("left", "right"))
                ]
                for each in level
            ]
            if not level:
                return FULL
            fewest = min(self.taken(each, legs=legs) for each in level)
            if fewest < width:
                return distance * width + fewest
            level, distance = [one for each in below for one in each], distance + 1

    def taken(self, parent: str, *, legs: bool) -> int:
        """How many places below a member are taken, today or on a later day."""
        listed = [leg for _, leg in self.below(parent)] + [leg for one, leg in self.planned if one == parent]
        keys = [leg_key(leg) if leg else None for leg in listed]
        named = {key for key in keys if key is not None and (not legs or key in ("left", "right"))}
        return len(named) + (0 if legs else keys.count(None))

    def allows(self, member: str, parent: str, leg: str | None) -> bool:
        """Whether the slot is free and no circle is closed."""
        above: str | None = parent
        while above is not None:
            if above == member:
                return False
            above = self.places.get(above, (None, None))[0]
        taken = [leg_key(other) for one, other in self.below(parent) if other and one != member]
        return leg is None or leg_key(leg) not in taken


STORED = """
MATCH (member:Member)
OPTIONAL MATCH (left:Chain {side: 'left', number: member.left_chain})
OPTIONAL MATCH (right:Chain {side: 'right', number: member.right_chain})
RETURN member.member_id AS member_id, coalesce(left.end, member.member_id) AS left,
  coalesce(right.end, member.member_id) AS right,
  coalesce(member.gap_2, 2) AS gap_2, coalesce(member.gap_3, 3) AS gap_3,
  coalesce(member.gap_legs, 2) AS gap_legs
"""
CHAINS = """
MATCH (chain:Chain)
RETURN chain.members AS members, COUNT { MATCH (m:Member)
  WHERE CASE chain.side WHEN 'left' THEN m.left_chain ELSE m.right_chain END = chain.number } AS counted
"""


def agree(graph: Graph, model: Model, members: Sequence[str] = MEMBERS) -> None:
    """Everything kept is what the model says."""
    expected = {
        member: {
            "member_id": member, "left": model.end(member, "left"), "right": model.end(member, "right"),
            "gap_2": model.gap(member, 2, legs=False), "gap_3": model.gap(member, 3, legs=False),
            "gap_legs": model.gap(member, 2, legs=True),
        }
        for member in members
    }  # fmt: skip
    stored = {row["member_id"]: row for row in ask(graph, STORED)}
    for row in stored.values():
        row |= {name: min(FULL, gap) for name, gap in row.items() if name.startswith("gap_")}
    assert stored == expected
    assert all(row["members"] == row["counted"] > 1 for row in ask(graph, CHAINS))


def edges_of(places: dict[str, tuple[str, str | None] | None], number: int) -> dict[str, list[Edge]]:
    """Timelines with one open edge each; none for whoever is out of the tree."""
    timelines: dict[str, list[Edge]] = {}
    for member, there in places.items():
        timelines[member] = []
        if there:
            move = Move(member, *there, TODAY, datetime.now(UTC), None, None, 0, number)
            timelines[member] = [Edge(*there, TODAY, None, 1, move, None)]
    return timelines


def change(graph: Graph, places: dict[str, tuple[str, str | None] | None]) -> None:
    """One change that gives all these members other places, or takes them out of the tree."""

    def within(ask: Ask) -> None:
        company = enter(ask)
        number = take_number(ask, company, signed("place"))
        one = ChangeSet(ask, number)
        one.move("placement", edges_of(places, number), len(places))
        one.complete(company, one_tree=False, time_zone=company.time_zone)

    graph.together(within)


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> Graph:
    rows = [
        "member_id sponsor_id placement_id leg enrolled_on",
        "m00 - - - 2026-01-01",
        "m01 m00 m00 L 2026-01-01",
    ]
    rows += [f"{member} m00 - - 2026-01-01" for member in MEMBERS[2:]]
    import_company(graph, write(tmp_path, members="\n".join(rows)))
    ready(graph, KEYS)
    return graph


STEP = st.lists(
    st.tuples(
        st.integers(1, len(MEMBERS) - 1),
        st.integers(0, len(MEMBERS) - 1),
        st.sampled_from(LEGS),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=12))
def test_after_random_changes_all_that_is_kept_equals_a_walk(
    company: Graph, steps: list[list[tuple[int, int, str | None, bool]]]
) -> None:
    """Placements, moves of whole groups, swaps within one change, and members who leave the tree."""
    model = Model()
    change(company, dict.fromkeys(MEMBERS[1:]))
    agree(company, model)
    for step in steps:
        moved: dict[str, tuple[str, str | None] | None] = {}
        after = Model(dict(model.places))
        for member, _, _, _ in step:
            after.places.pop(MEMBERS[member], None)
            moved[MEMBERS[member]] = None
        for member, parent, leg, stays_out in step:
            name, above = MEMBERS[member], MEMBERS[parent]
            if not stays_out and moved[name] is None and after.allows(name, above, leg):
                after.places[name] = (above, leg)
                moved[name] = (above, leg)
        change(company, moved)
        model = after
        agree(company, model)
    assert fresh(company.read) == set(KEYS), "nothing was given up"
    ids = sorted(MEMBERS)
    tree = survey.read(company.read, KEYS)
    assert tree.ids == ids
    for key in ("gap_2", "gap_3", "gap_legs"):
        assert survey.gaps(tree, survey.from_the_top(tree.parents), key) == tree.stored[key]


def test_kept_or_walked_a_rule_finds_the_same_place(company: Graph) -> None:
    tree = {
        "m02": ("m01", "L"), "m03": ("m01", "R"), "m04": ("m00", "R"), "m05": ("m04", "R"),
        "m06": ("m05", "3"), "m07": ("m02", "left"), "m08": ("m07", None), "m09": ("m04", "L"),
        "m10": ("m08", "L"),
    }  # fmt: skip
    change(company, dict(tree))
    walking = ("outer_left", "outer_right", "weak_leg", "strong_leg", "even_fill")
    rules: list[tuple[str, dict[str, str]]] = [(name, {}) for name in walking]
    rules += [(name, {"width": width}) for name in ("matrix", "matrix_across") for width in ("2", "3")]
    rules += [("matrix", {"width": "2", "depth": "1"}), ("even_fill", {"depth": "2"})]
    for name, values in rules:
        how = options(name, values)
        assert placements.keys(how.module, how.values)
        for sponsor in MEMBERS:
            answers = []
            for kept in ((), KEYS):
                statement, parameters = asking(how, sponsor, kept)
                answers.append(company.read(statement, **parameters))
            assert answers[0] == answers[1], (name, values, sponsor)


LEVELS = """
MATCH path = (:Member)-[:PLACED_UNDER*0..]->(:Member {member_id: 'm00'})
RETURN length(path) AS level, count(*) AS members
"""
IN_ORDER = """
MATCH (m:Member)-[e:PLACED_UNDER]->(p)
RETURN p.member_id AS parent, m.member_id AS m, e.leg AS leg ORDER BY coalesce(e.import_no, 1)
"""


def test_sixteen_clients_at_once_fill_a_matrix_in_level_order(
    graph: Graph, tmp_path: Path, neo4j_address: Address
) -> None:
    newcomers = [f"n{n:03d}" for n in range(94)]
    rows = [
        "member_id sponsor_id placement_id leg enrolled_on",
        "m00 - - - 2026-01-01",
        "m01 m00 m00 1 2026-01-01",
    ]
    rows += [f"{member} m00 - - 2026-01-01" for member in newcomers]
    import_company(graph, write(tmp_path, members="\n".join(rows)))
    how = options("matrix", {"width": "2"})

    def client(mine: Sequence[str]) -> None:
        with Graph(neo4j_address.uri, neo4j_address.user, neo4j_address.password) as own:
            for member in mine:
                place(own, member, how)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(client, [newcomers[n::16] for n in range(16)]))
    levels = {row["level"]: row["members"] for row in ask(graph, LEVELS)}
    assert levels == {0: 1, 1: 2, 2: 4, 3: 8, 4: 16, 5: 32, 6: 33}
    queue, places = ["m00"], iter(ask(graph, IN_ORDER))
    while there := next(
        places, None
    ):  # in the order of their changes, each is in the first place that was free
        slots = {(queue[0], "1"), (queue[0], "2")}
        other = next(places, None)
        assert {(each["parent"], each["leg"]) for each in (there, other) if each} <= slots
        queue = [*queue[1:], *(each["m"] for each in (there, other) if each)]
    assert "gap_2" in fresh(graph.read)


def test_what_an_interrupted_change_leaves_is_made_again(company: Graph) -> None:
    change(company, {"m02": ("m01", "L"), "m03": ("m02", "L")})
    with opened(company, 2, signed("import", directory="d"), lambda _rows: None) as import_:
        import_.move("placement", edges_of({"m04": ("m03", "L"), "m05": ("m00", "R")}, 3), 2)
    assert fresh(company.read) == set(), "marked before the first edge was written"
    assert settle(company)
    ready(company, KEYS)
    agree(company, Model(STAY | {"m02": ("m01", "L"), "m03": ("m02", "L")}))


def test_a_transaction_that_fails_leaves_all_that_is_kept(company: Graph) -> None:
    change(company, {"m02": ("m01", "L"), "m03": ("m02", "L")})

    def within(ask: Ask) -> None:
        one = ChangeSet(ask, take_number(ask, enter(ask), signed("place")))
        one.move("placement", edges_of({"m04": ("m03", "L"), "m02": ("m00", "R")}, 3), 2)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        company.together(within)
    assert fresh(company.read) == set(KEYS)
    agree(company, Model(STAY | {"m02": ("m01", "L"), "m03": ("m02", "L")}))


def test_a_large_tree_is_surveyed_as_a_change_of_its_own(
    company: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "SMALL", 5)
    company.write("changes/stale")
    assert place(company, "m02", options("outer_left", {})).parent_id == "m01"
    text = "MATCH (c:Change) RETURN c.kind AS kind, c.state AS state ORDER BY c.number"
    assert [tuple(row.values()) for row in ask(company, text)] == [
        ("import", "complete"), ("survey", "complete"), ("place", "complete"),
    ]  # fmt: skip
    assert fresh(company.read) == {"left_chain", "right_chain"}, "what was not asked for stays as it is"
