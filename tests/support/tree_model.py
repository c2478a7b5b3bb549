"""People and trees in memory, by the plainest means: every rule is checked on every day that matters."""

from dataclasses import dataclass, field
from datetime import date

Placed = tuple[str, str | None]
"""A parent and a leg."""


@dataclass(frozen=True)
class Step:
    """A move, or the first place of an enrolment: from a day on, in order of coming."""

    on: date
    order: int
    parent: str
    leg: str | None
    change: int


@dataclass
class Person:
    """A member with the steps in both trees."""

    enrolled_on: date
    status: str = "active"
    steps: dict[str, list[Step]] = field(default_factory=lambda: {"sponsor": [], "placement": []})


class TreeModel:
    """What a company of two trees with legs is after some operations; each says whether it can be done."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.people: dict[str, Person] = {}
        self.kinds: dict[int, str] = {}
        self.taken_back: set[int] = set()
        self.given_up: set[int] = set()
        self.planned: dict[int, tuple[date, str]] = {}
        """The day and the kind of what was planned for a later day and is not due yet, by change."""
        self.statuses: dict[int, tuple[str, tuple[str, ...], str]] = {}
        """Of a planned status the member, what may come before, and the status."""
        self.sponsors: dict[int, str] = {}
        """Of a planned sponsor who that is."""
        self._order = 0

    def place_on(self, tree: str, member: str, day: date, steps: list[Step] | None = None) -> Placed | None:
        """A member's place on a day: the last step by then, those of one day in order of coming."""
        listed = self.people[member].steps[tree] if steps is None else steps
        seen = [step for step in listed if step.on <= day]
        last = max(seen, key=lambda step: (step.on, step.order)) if seen else None
        return (last.parent, last.leg) if last else None

    def below(self, tree: str, parent: str, day: date) -> dict[str, Placed]:
        """Who is directly below a member on a day."""
        places = {member: self.place_on(tree, member, day) for member in self.people}
        return {member: place for member, place in places.items() if place is not None and place[0] == parent}

    def sound(self, tree: str, changed: dict[str, list[Step]]) -> bool:
        """Whether no day has a circle or two members in one leg, with the steps of some members replaced."""
        steps = {member: changed.get(member, person.steps[tree]) for member, person in self.people.items()}
        for day in sorted({step.on for listed in steps.values() for step in listed}):
            places = {member: self.place_on(tree, member, day, listed) for member, listed in steps.items()}
            taken = [place for place in places.values() if place is not None and place[1] is not None]
            if len(taken) != len(set(taken)):
                return False
            for member in places:
                above, seen = member, {member}
                while (place := places.get(above)) is not None:
                    above = place[0]
                    if above in seen:
                        return False
                    seen.add(above)
        return True

    def present(self, day: date, *members: str) -> bool:
        """Whether all of these are members by a day."""
        return all(each in self.people and self.people[each].enrolled_on <= day for each in members)

    def enroll(self, change: int, member: str, sponsor: str, place: Placed | None, day: date) -> bool:
        """Take a new member in."""
        if member in self.people or day > self.today or not self.present(day, sponsor):
            return False
        if self.people[sponsor].status == "terminated":
            return False
        if place is not None and not self.present(day, place[0]):
            return False
        self.people[member] = Person(day)
        first = {"sponsor": [self._step(day, (sponsor, None), change)]}
        if place is not None:
            first["placement"] = [self._step(day, place, change)]
            if not self.sound("placement", {member: first["placement"]}):
                del self.people[member]
                return False
        self.people[member].steps |= first
        self.kinds[change] = "enroll"
        return True

    def place(self, change: int, member: str, place: Placed, day: date) -> bool:
        """Place whoever waits."""
        if member not in self.people or self.people[member].steps["placement"]:
            return False
        if not self.people[member].steps["sponsor"] or not self.present(day, member, place[0]):
            return False
        return self._take("placement", {member: place}, change, day, "place")

    def move(self, change: int, tree: str, member: str, place: Placed, day: date, *, alone: bool) -> bool:
        """Move a member, with the group or alone."""
        if not self.present(day, member, place[0]) or member == place[0]:
            return False
        if tree == "sponsor" and self.status_on(place[0], day) == "terminated":
            return False
        before = self.place_on(tree, member, day)
        if before is None and tree == "placement":
            return False
        if before == place and not alone:
            return False
        places = {member: place}
        if alone and (below := self.below(tree, member, day)):
            legged = tree == "placement"
            if before is None or (legged and len(below) > 1):
                return False
            places |= dict.fromkeys(below, before)
        if tree == "sponsor" and day > self.today:
            self.sponsors[change] = place[0]
        return self._take(tree, places, change, day, "move")

    def swap(self, change: int, tree: str, one: str, other: str, day: date, *, groups: bool) -> bool:
        """Let two members take each other's place."""
        if one == other or not self.present(day, one, other):
            return False
        partner = {one: other, other: one}
        before = {each: self.place_on(tree, each, day) for each in (one, other)}
        places: dict[str, Placed] = {}
        for each, place in before.items():
            if place is None:
                return False
            parent = place[0] if groups else partner.get(place[0], place[0])
            places[partner[each]] = (parent, place[1])
        if not groups:
            for each in (one, other):
                for child, place in self.below(tree, each, day).items():
                    if child not in partner:
                        places[child] = (partner[each], place[1])
        places = {each: place for each, place in places.items() if before.get(each) != place}
        if not places or any(each == place[0] for each, place in places.items()):
            return False
        return self._take(tree, places, change, day, "swap")

    def roll_up_all(self, change: int, members: set[str], day: date, *, accept_valid: bool) -> bool:
        """Roll members up: whoever is directly below goes to the first one above who is not rolled up."""
        if not members or not self.present(day, *members):
            return False
        changed: dict[str, dict[str, list[Step]]] = {}
        for tree in ("sponsor", "placement"):
            above = {each: self.place_on(tree, each, day) for each in members}
            below = {each: self.below(tree, each, day) for each in members}
            stays = {
                each
                for each in members
                if below[each] and (above[each] is None or any(leg for _, leg in below[each].values()))
            }
            if stays and not accept_valid:
                return False
            changed[tree] = {}
            for each in members - stays:
                head = each
                while head in members - stays and (place := above[head]) is not None:
                    head = place[0]
                for child in below[each]:
                    steps = self.people[child].steps[tree]
                    changed[tree][child] = [*steps, self._step(day, (head, None), change)]
        if not any(changed.values()) or not all(self.sound(tree, steps) for tree, steps in changed.items()):
            return False
        for tree, of_tree in changed.items():
            for child, steps in of_tree.items():
                self.people[child].steps[tree] = steps
        self.kinds[change] = "move"
        if day > self.today:
            self.planned[change] = day, "move"
        return True

    def status_on(self, member: str, day: date) -> str:
        """A status on a day that is not past, with what is planned."""
        plans = [
            (on, change)
            for change, (on, _) in self.planned.items()
            if change in self.statuses and self.statuses[change][0] == member and on <= day
        ]
        return self.statuses[max(plans)[1]][2] if plans else self.people[member].status

    def set_status(self, change: int, member: str, before: tuple[str, ...], after: str, day: date) -> bool:
        """Give a member another status, from today or a later day on."""
        if member not in self.people or self.status_on(member, day) not in before:
            return False
        if day > self.today:
            self.planned[change], self.statuses[change] = (day, "status"), (member, before, after)
        else:
            self.people[member].status = after
        self.kinds[change] = after
        return True

    def go_on(self, today: date) -> bool:
        """Another day is today; whether something was due. What does not fit any more is given up."""
        self.today = today
        due = sorted((on, change) for change, (on, _) in self.planned.items() if on <= today)
        for _, change in due:
            del self.planned[change]
            if change in self.statuses:
                member, before, after = self.statuses[change]
                if self.people[member].status in before:
                    self.people[member].status = after
            elif change in self.sponsors and self.people[self.sponsors[change]].status == "terminated":
                self._give_up(change)
        waiting = sorted((on, change) for change, (on, kind) in self.planned.items() if kind != "status")
        rest = [change for _, change in [*waiting, *due] if change not in self.statuses]
        for tree in ("sponsor", "placement"):
            while not self.sound(tree, {}):
                of_tree = {step.change for each in self.people.values() for step in each.steps[tree]}
                self._give_up([change for change in rest if change in of_tree][-1])
        return bool(due)

    def _give_up(self, change: int) -> None:
        self.given_up.add(change)
        self.planned.pop(change, None)
        for person in self.people.values():
            for tree, steps in person.steps.items():
                person.steps[tree] = [step for step in steps if step.change != change]

    def take_back(self, change: int, number: int) -> bool:
        """Take moves back; statuses and enrolments are not tried here."""
        if self.kinds.get(number) not in ("place", "move", "swap"):
            return False
        if number in self.taken_back | self.given_up:
            return False
        for tree in ("sponsor", "placement"):
            changed = {
                member: [step for step in person.steps[tree] if step.change != number]
                for member, person in self.people.items()
                if any(step.change == number for step in person.steps[tree])
            }
            if not changed:
                continue
            if not self.sound(tree, changed):
                return False
            for member, steps in changed.items():
                self.people[member].steps[tree] = steps
        self.taken_back.add(number)
        self.planned.pop(number, None)
        self.kinds[change] = "take_back"
        return True

    def _take(self, tree: str, places: dict[str, Placed], change: int, day: date, kind: str) -> bool:
        changed = {
            member: [*self.people[member].steps[tree], self._step(day, place, change)]
            for member, place in places.items()
        }
        if not self.sound(tree, changed):
            return False
        for member, steps in changed.items():
            self.people[member].steps[tree] = steps
        self.kinds[change] = kind
        if day > self.today:
            self.planned[change] = day, kind
        return True

    def _step(self, day: date, place: Placed, change: int) -> Step:
        self._order += 1
        return Step(day, self._order, *place, change)
