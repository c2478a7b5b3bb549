"""Random operations on a real Neo4j and on a model in memory: both do the same, and refuse the same."""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from engine.composition.trees import OPEN
from engine.genealogy.changes.lane import read_company
from engine.genealogy.changes.survey import ready
from engine.genealogy.operations.kinds import (
    ChangeSponsor,
    EnrollMember,
    MoveMember,
    Operation,
    PlaceMember,
    ReinstateMember,
    RollUpMembers,
    SuspendMember,
    SwapMembers,
    TakeBack,
    TerminateMember,
    Tree,
)
from engine.genealogy.operations.people import STEPS
from engine.genealogy.operations.performing import perform
from engine.genealogy.operations.turning import caught_up
from engine.genealogy.placement import ByHand
from engine.genealogy.refusals import NotDoneError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.genealogy.test_kept_places import KEYS, Model, agree
from tests.support.companies import cypher
from tests.support.days import travel
from tests.support.small_tables import edges, write
from tests.support.tree_model import Person, TreeModel

BEGIN = date(2026, 1, 1)
EXAMPLES = int(os.environ.get("UPLINE_TREES_EXAMPLES", "6"))
"""`make soak` tries more."""
PLACED = ((1, 0, "L"), (2, 0, "R"), (3, 1, "L"), (4, 1, "R"), (5, 2, "L"), (6, 3, "L"))
"""Who is below whom, and in which leg, when an example begins; the parents are the sponsors."""
FOUNDERS = "member_id sponsor_id placement_id leg enrolled_on\n0 - - - 2026-01-01\n" + "\n".join(
    f"{member} {parent} {parent} {leg} 2026-01-01" for member, parent, leg in PLACED
)
WHO = st.integers(0, 11)
"""Members by their place in the list of those who are there."""
EARLY = st.integers(0, 5).map(lambda days: BEGIN + timedelta(days=days))
PAST = st.integers(3, 20).map(lambda days: BEGIN + timedelta(days=days))
DAYS = PAST | st.integers(1, 9)
"""Days of the past, and so many days from today on."""
AHEAD = st.integers(0, 9)
LEGS = st.sampled_from("LRM")
TREES: st.SearchStrategy[Tree] = st.sampled_from(["sponsor", "placement"])
STATUSES = (SuspendMember, ReinstateMember, ReinstateMember, ReinstateMember, TerminateMember)


class Trees(RuleBasedStateMachine):
    """A company that random operations change; each example begins with an empty database."""

    graph: ClassVar[Graph]
    folder: ClassVar[Path]

    @initialize()
    def begin(self) -> None:
        self.graph.batched("schema/wipe")
        import_company(self.graph, write(self.folder, members=FOUNDERS))
        ready(self.graph, KEYS)
        self.model, self.last = TreeModel(date.today()), 1
        self.model.people["0"] = Person(BEGIN)
        for member, parent, leg in PLACED:
            self.model.enroll(1, str(member), str(parent), (str(parent), leg), BEGIN)

    def both(self, operation: Operation, expected: bool) -> None:
        """Do it, and compare with what the model says."""
        refusal: NotDoneError | None = None
        try:
            self.last = perform(self.graph, operation).number
        except NotDoneError as error:
            refusal = error
        assert (refusal is None) == expected, (operation, refusal)

    def day(self, day: date | int) -> date:
        """A day, or so many days from today on."""
        return day if isinstance(day, date) else self.model.today + timedelta(days=day)

    def who(self, place: int) -> str:
        """A member by the place in the list."""
        members = list(self.model.people)
        return members[place % len(members)]

    @rule(new=st.integers(0, 3), sponsor=WHO, parent=st.none() | WHO, leg=LEGS, day=EARLY)
    def enroll(self, new: int, sponsor: int, parent: int | None, leg: str, day: date) -> None:
        member = str(len(self.model.people)) if new else self.who(sponsor + 1)
        place = (self.who(parent), leg) if parent is not None else None
        expected = self.model.enroll(self.last + 1, member, self.who(sponsor), place, day)
        how = ByHand(*place) if place else None
        sponsor_id = self.who(sponsor) if not expected else self.sponsor_of(member)
        self.both(EnrollMember(member_id=member, sponsor_id=sponsor_id, how=how, on=day), expected)

    def sponsor_of(self, member: str) -> str:
        """The sponsor that the model has given a new member."""
        return self.model.people[member].steps["sponsor"][0].parent

    @rule(member=WHO, parent=WHO, leg=LEGS, day=DAYS)
    def place(self, member: int, parent: int, leg: str, day: date | int) -> None:
        one, other = self.who(member), self.who(parent)
        expected = one != other and self.model.place(self.last + 1, one, (other, leg), self.day(day))
        self.both(PlaceMember(member_id=one, how=ByHand(other, leg), on=self.day(day)), expected)

    @rule(member=WHO, parent=WHO, leg=LEGS, day=DAYS, alone=st.booleans())
    def move(self, member: int, parent: int, leg: str, day: date | int, alone: bool) -> None:
        one, other = self.who(member), self.who(parent)
        expected = self.model.move(self.last + 1, "placement", one, (other, leg), self.day(day), alone=alone)
        self.both(
            MoveMember(member_id=one, parent_id=other, leg=leg, on=self.day(day), alone=alone), expected
        )

    @rule(member=WHO, sponsor=WHO, day=DAYS, alone=st.booleans())
    def sponsor(self, member: int, sponsor: int, day: date | int, alone: bool) -> None:
        one, other = self.who(member), self.who(sponsor)
        expected = self.model.move(self.last + 1, "sponsor", one, (other, None), self.day(day), alone=alone)
        self.both(ChangeSponsor(member_id=one, sponsor_id=other, on=self.day(day), alone=alone), expected)

    @rule(first=WHO, second=WHO, tree=TREES, day=DAYS, groups=st.booleans())
    def swap(self, first: int, second: int, tree: Tree, day: date | int, groups: bool) -> None:
        one, other = self.who(first), self.who(second)
        expected = self.model.swap(self.last + 1, tree, one, other, self.day(day), groups=groups)
        self.both(
            SwapMembers(member_id=one, other_id=other, tree=tree, groups=groups, on=self.day(day)), expected
        )

    @rule(members=st.sets(WHO, min_size=1, max_size=4), day=DAYS, accept_valid=st.booleans())
    def roll_up_all(self, members: set[int], day: date | int, accept_valid: bool) -> None:
        ids, on = {self.who(each) for each in members}, self.day(day)
        expected = self.model.roll_up_all(self.last + 1, ids, on, accept_valid=accept_valid)
        self.both(RollUpMembers(member_ids=tuple(ids), accept_valid=accept_valid, on=on), expected)

    @rule(member=WHO, kind=st.sampled_from(STATUSES), ahead=AHEAD)
    def status(self, member: int, kind: type[SuspendMember], ahead: int) -> None:
        before, after = STEPS[kind.kind]
        one, day = self.who(member), self.day(ahead)
        expected = self.model.set_status(self.last + 1, one, before, after, day)
        self.both(kind(member_id=one, on=day), expected)

    @rule(days=st.integers(1, 5))
    def days_go_by(self, days: int) -> None:
        """What was planned is turned, or given up, by one change; where nothing is due there is none."""
        travel(self.graph, self.day(days))
        caught_up(self.graph)
        self.last += self.model.go_on(self.day(days))

    @rule(back=st.integers(0, 6))
    def take_back(self, back: int) -> None:
        number = self.last - back
        if self.model.kinds.get(number) in ("suspended", "terminated", "active"):
            return  # the model does not say whether a status rests on another one
        expected = self.model.take_back(self.last + 1, number)
        self.both(TakeBack(number=number), expected)

    @invariant()
    def what_is_kept_of_the_placements_equals_a_walk(self) -> None:
        """The ends of legs and the gaps follow every operation."""
        if not hasattr(self, "model"):
            return
        places = {
            member: place
            for member in self.model.people
            if (place := self.model.place_on("placement", member, self.model.today)) is not None
        }
        planned = [
            (step.parent, step.leg)
            for person in self.model.people.values()
            for step in person.steps["placement"]
            if step.on > self.model.today
        ]
        agree(self.graph, Model(places, planned), list(self.model.people))

    @invariant()
    def the_trees_are_those_of_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        stored = edges(self.graph)
        for day in (
            *(BEGIN + timedelta(days=days) for days in range(0, 24, 3)),
            *map(self.day, range(0, 10, 3)),
        ):
            for tree in ("sponsor", "placement"):
                expected = {
                    (member, *place)
                    for member in self.model.people
                    if (place := self.model.place_on(tree, member, day)) is not None
                }
                actual = [
                    (member, parent, leg) for member, of, parent, leg, since, until in stored
                    if of == tree and since <= day and (until is None or day < until)
                ]  # fmt: skip
                assert sorted(actual, key=str) == sorted(expected, key=str), (tree, day)
        for tree, kind in OPEN.items():
            text = (
                f"MATCH (m:Member)-[e:{kind}]->(p) RETURN collect([m.member_id, p.member_id, e.leg]) AS all"
            )
            expected = {
                (member, *place)
                for member in self.model.people
                if (place := self.model.place_on(tree, member, self.model.today)) is not None
            }
            assert {tuple(row) for row in self.graph.value(cypher(text))} == expected, "reads of today"
        statuses = dict(
            self.graph.value(cypher("MATCH (m:Member) RETURN collect([m.member_id, m.status]) AS all"))
        )
        assert statuses == {member: person.status for member, person in self.model.people.items()}
        assert read_company(self.graph).newest == self.last


def test_random_operations_do_what_the_model_does(graph: Graph, tmp_path: Path) -> None:
    Trees.graph, Trees.folder = graph, tmp_path
    run_state_machine_as_test(
        Trees,
        settings=settings(max_examples=EXAMPLES, stateful_step_count=30, deadline=None),
    )
