"""What was planned for a later day holds from that day on, by the change that turns it.

Whoever enters the lane on that day turns first what is due: one change for everything, in the order of days
and numbers. So nothing is decided on yesterday's tree. Nothing of a plan is written twice: a planned edge
becomes the open one, with the number of the change that planned it, and reads of a day see no difference.

Places of a plan are reserved, so they fit when their day comes. What may not fit any more is the person, such
as a sponsor who has left. Then the plan is given up: it is believed no longer, and the change keeps a remark.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from engine.composition.trees import between_members
from engine.genealogy.changes.lane import enter, read_company
from engine.genealogy.changes.recording import Recorded
from engine.genealogy.operations.holders import WHAT
from engine.genealogy.operations.people import STEPS
from engine.genealogy.operations.picture import Picture
from engine.genealogy.operations.trees import check, sponsoring
from engine.genealogy.refusals import NotDoneError, NothingChangesError, WrongStatusError
from engine.genealogy.stored import TREES
from engine.genealogy.timelines import Edge, timeline
from engine.graph.database import Ask, Graph

KIND = "turn"
"""What such a change is called."""
ACTOR = "upline"
OF_MEMBERS = ("sponsor", "placement", "customer")
"""What has a member before and after."""
EVER = date(9999, 12, 31)


@dataclass(frozen=True, slots=True, order=True)
class Scheduled:
    """What a change planned for a day: all of an operation; of an import the move of one member in a tree."""

    on: date
    number: int
    tree: str = ""
    member_id: str = ""


@dataclass(slots=True)
class _Due:
    """What is due: the kinds of the changes that planned it, what each is about, why some are given up."""

    kinds: dict[int, str] = field(default_factory=dict)
    recruits: dict[int, str] = field(default_factory=dict)
    """The member for whom a change has named another sponsor."""
    edges: dict[Scheduled, list[tuple[str, str]]] = field(default_factory=dict)
    """The tree and the member of each planned edge."""
    facts: dict[Scheduled, list[tuple[str, str, str]]] = field(default_factory=dict)
    """Of each planned fact ``member_id`` or ``customer_id``, that id, and the fact."""
    given_up: dict[Scheduled, NotDoneError] = field(default_factory=dict)
    after: list[date] = field(default_factory=list)
    """The first days of what is not due yet."""

    @property
    def plans(self) -> list[Scheduled]:
        """All plans in the order in which they are turned."""
        return sorted(self.edges.keys() | self.facts.keys())

    def left(self, tree: str) -> list[Scheduled]:
        """The plans with edges in one tree that are not given up."""
        return [
            plan
            for plan, edges in self.edges.items()
            if plan not in self.given_up and any(each == tree for each, _ in edges)
        ]


def caught_up(graph: Graph) -> list[str]:
    """Turn what is due, and say what of it is given up; mostly one read that finds nothing.

    Beside an open change set it does nothing: the next change turns it.
    """
    company = read_company(graph)
    if not company.due or company.unfinished is not None:
        return []

    def within(ask: Ask) -> list[str]:
        company = enter(ask)
        if not company.due or company.unfinished is not None:
            return []
        picture = Picture(ask, company)
        change = turn(picture, company.newest + 1)
        picture.recording.close(one_tree=picture.one_tree is not False)
        return list(change.remarks) if change else []

    return graph.together(within)


def turn(picture: Picture, number: int) -> Recorded | None:
    """Turn everything that is due, as the change of this number; None, and no change, where nothing is."""
    due = _read(picture, picture.today)
    picture.recording.next_turn(min(due.after, default=None))
    if not due.plans:
        return None
    day = max(plan.on for plan in due.plans)
    _judge(picture, due)
    counts = Counter[str]()
    changed = [*_turn_edges(picture, due, number, counts), *_turn_facts(picture, due, number, counts)]
    touched = [each["id"] for each in changed if each["what"] not in ("customer", "became")]
    touched += [each[end] for each in changed for end in ("before", "after") if each["what"] in OF_MEMBERS]
    change = Recorded(
        number, KIND, ACTOR, "", day, picture.clock, counts, [plan.on for plan in due.edges],
        [each for each in touched if each], changed,
        remarks=[_remark(due, plan) for plan in sorted(due.given_up)],
    )  # fmt: skip
    picture.recording.record(change, None)
    return change


def _read(picture: Picture, day: date) -> _Due:
    """What is planned up to a day."""
    due = _Due()
    edges: list[tuple[date, int, str, str]] = []
    for tree in TREES:
        row = picture.ask(between_members("genealogy/planned_edges", tree), day=day)[0]
        edges += [(since.to_native(), number or 0, tree, member) for member, since, number in row["edges"]]
        due.after += [row["next"].to_native()] if row["next"] else []
    facts = picture.ask("genealogy/planned_facts", day=day)[0]
    due.after += [facts["next"].to_native()] if facts["next"] else []
    numbers = {number for _, number, *_ in edges} | {number for _, number, *_ in facts["plans"]}
    if numbers:
        for number, kind, result in picture.ask("genealogy/kinds_of", numbers=sorted(numbers))[0]["kinds"]:
            due.kinds[number] = kind
            if kind == "change_sponsor":  # whoever goes up because the member moves alone comes later
                due.recruits[number] = json.loads(result)[0]["id"]
    for on, number, tree, member in edges:
        alone = due.kinds.get(number) == "import"
        plan = Scheduled(on, number, tree, member) if alone else Scheduled(on, number)
        due.edges.setdefault(plan, []).append((tree, member))
    for on, number, name, member, customer in facts["plans"]:
        about = ("member_id", member, name) if member else ("customer_id", customer, name)
        due.facts.setdefault(Scheduled(on.to_native(), number), []).append(about)
    picture.load(member for *_, member in edges)
    return due


def _judge(picture: Picture, due: _Due) -> None:
    """Give up what does not fit any more, in the order of the plans, each after those before it."""
    before: dict[tuple[str, str], Mapping[str, Any]] = {}
    for plan in due.plans:
        try:
            _fits_persons(picture, due, plan)
        except NotDoneError as error:
            due.given_up[plan] = error
            continue
        for named, of, name in due.facts.get(plan, ()):
            holder = picture.holder(named, of)
            before.setdefault((named, of), holder.facts)
            holder.facts = {**holder.facts, name: _plan_of(picture, plan, named, of, name).get("value")}
    for (named, of), facts in before.items():
        picture.holder(named, of).facts = dict(facts)
    for tree in TREES:
        _fit(picture, tree, due)


def _fits_persons(picture: Picture, due: _Due, plan: Scheduled) -> None:
    """Raise a refusal where the people of a plan are not any more what it needs."""
    kind = due.kinds.get(plan.number, "")
    for tree, member_id in due.edges.get(plan, ()):
        if due.recruits.get(plan.number) == member_id:
            _, moves = picture.history(tree, member_id)
            (parent_id,) = (move.parent_id for move in moves if move.import_no == plan.number)
            sponsoring(picture, parent_id, picture.today)
    for named, of, name in due.facts.get(plan, ()):
        now = picture.holder(named, of).facts.get(name)
        value = _plan_of(picture, plan, named, of, name).get("value")
        if named == "customer_id" and kind == "move_customer":
            sponsoring(picture, str(value), picture.today, "member_id")
        if name == "status" and kind in STEPS and now not in STEPS[kind][0]:
            raise WrongStatusError(f"{of} is {'a ' if now == 'customer' else ''}{now}", named)
        if now == value and kind != "merge":
            raise NothingChangesError(
                f"the {WHAT[named][name]} of {of} is {value or 'nobody'} already", named
            )


def _plan_of(picture: Picture, plan: Scheduled, named: str, of: str, name: str) -> dict[str, Any]:
    """A planned fact as its holder has it."""
    key = (plan.on, plan.number, name)
    planned = picture.holder(named, of).planned
    return next(
        each
        for each in planned
        if (each["on"], each["opened_no"], each["field"]) == key and "withdrawn_no" not in each
    )


def _timelines(picture: Picture, tree: str, due: _Due) -> dict[str, list[Edge]]:
    """The timelines of those whose edges are due in one tree, without what is given up."""
    given_up: dict[str, set[tuple[int, date]]] = {}
    for plan, edges in due.edges.items():
        for of_tree, member_id in edges:
            if of_tree == tree:
                without = given_up.setdefault(member_id, set())
                without |= {(plan.number, plan.on)} if plan in due.given_up else set()
    timelines = {}
    for member_id, without in given_up.items():
        first, moves = picture.history(tree, member_id)
        kept = [move for move in moves if (move.import_no, move.effective_on) not in without]
        timelines[member_id] = timeline(first, kept)
    return timelines


def _fit(picture: Picture, tree: str, due: _Due) -> None:
    """Give up plans, the last ones first, until what is left of the tree can be on every day.

    Only what rests on a plan that is given up does not fit, such as a move to the place that would have been
    left; it may be one of a later day.
    """
    all_read = False
    while timelines := _timelines(picture, tree, due):
        picture.load_stays(tree, {edge.parent_id for edges in timelines.values() for edge in edges})
        try:
            check(picture, tree, timelines)
        except NotDoneError as error:
            left = due.left(tree)
            if not left and not all_read:
                all_read, later = True, _read(picture, EVER)
                due.kinds |= later.kinds
                due.recruits |= later.recruits
                due.edges |= later.edges
                due.facts |= later.facts
                left = due.left(tree)
            if not left:  # the tree was not sound before: that is for `upline report`, and stops nobody
                return
            due.given_up[max(left)] = error
        else:
            return


def _turn_edges(picture: Picture, due: _Due, number: int, counts: Counter[str]) -> list[dict[str, Any]]:
    """Turn the planned edges; returns what has changed."""
    changed: list[dict[str, Any]] = []
    for tree in TREES:
        days = {
            member_id: plan.on
            for plan in sorted(due.edges)
            for of_tree, member_id in due.edges[plan]
            if of_tree == tree and plan not in due.given_up and plan.on <= picture.today
        }
        timelines = _timelines(picture, tree, due)
        picture.leave(tree, timelines.keys())
        for member_id, edges in timelines.items():
            day = days.get(member_id)
            before = picture.edge_on(tree, member_id, day - timedelta(days=1)) if day else None
            row = picture.rehang(tree, member_id, edges, day or picture.today, number)
            counts[f"{tree}_moves"] += 1
            if day:
                leg = before and before.facts.get("leg")
                changed.append({**row, "before": before and before.parent_id, "leg_before": leg})
    return changed


def _turn_facts(picture: Picture, due: _Due, number: int, counts: Counter[str]) -> list[dict[str, Any]]:
    """Turn the planned facts; returns what has changed."""
    changed: list[dict[str, Any]] = []
    for plan in sorted(due.facts):
        for named, of, name in due.facts[plan]:
            if plan.on > picture.today and plan not in due.given_up:
                continue
            fact = _plan_of(picture, plan, named, of, name)
            if plan in due.given_up:
                picture.withdraw_fact(named, of, fact, number)
                continue
            changed.append(picture.turn_fact(named, of, fact, number))
            counts["members_updated" if named == "member_id" else "customers_updated"] += 1
    return changed


def _remark(due: _Due, plan: Scheduled) -> str:
    """What is given up, and why, as a sentence."""
    error = due.given_up[plan]
    kind = due.kinds.get(plan.number, "change").replace("_", " ")
    whose = f" of {plan.member_id}" if plan.member_id else ""
    planned = f"change {plan.number} ({kind}){whose}, planned for {plan.on}"
    return f"{planned}, is given up: {error.name}, {error.what}"
