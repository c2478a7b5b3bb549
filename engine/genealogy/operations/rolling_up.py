"""Many members are rolled up at once: whom a rule finds, who goes where, and who stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.genealogy.facts import value_on
from engine.genealogy.operations.kinds import RollUpMembers
from engine.genealogy.operations.picture import Author, Effects, Picture
from engine.genealogy.operations.succession import trees_of
from engine.genealogy.operations.trees import Place, present, settled
from engine.genealogy.operations.words import on_time
from engine.genealogy.refusals import (
    GroupCannotRollUpError,
    LaterChangeError,
    MembersOrRuleError,
    NothingChangesError,
    TooFewRunsError,
)


@dataclass(frozen=True, slots=True)
class RolledUp:
    """What a roll-up of many members does, before it is checked.

    `gone` are those rolled up. `stays` has those who cannot be, by tree, each with those directly below.
    `customers` has the customers who go up, each with the new member, and `prospects` the prospects.
    """

    gone: tuple[str, ...]
    places: Mapping[str, Mapping[str, Place]]
    stays: Mapping[str, Mapping[str, tuple[str, ...]]]
    customers: Mapping[str, str]
    prospects: Mapping[str, str]

    @property
    def staying(self) -> tuple[str, ...]:
        """Those directly below whoever cannot be rolled up, in any tree."""
        below = {each for members in self.stays.values() for front in members.values() for each in front}
        return tuple(sorted(below))


def roll_up_all(picture: Picture, operation: RollUpMembers, author: Author) -> Effects:
    """The effects of a roll-up of many members, checked."""
    rolled = rolled_up(picture, operation, author.on)
    if not operation.accept_valid:
        _refuse_stays(rolled)
    effects = Effects(author.on, days=[author.on])
    for tree, places in rolled.places.items():
        if places:
            part = settled(picture, tree, places, author)
            effects.timelines |= part.timelines
            effects.counts += part.counts
        effects.stayed += [(member_id, tree) for member_id in rolled.stays[tree]]
    for clients, holder_of, moved in (
        (rolled.customers, picture.customer, effects.customers),
        (rolled.prospects, picture.prospect, effects.prospects),
    ):
        for each, member_id in clients.items():
            try:
                on_time(picture, author.on, holder_of(each), "member_id")
            except LaterChangeError:
                if not operation.accept_valid:
                    raise
            else:
                moved[each] = {"member_id": member_id}
    if not (effects.timelines or effects.customers or effects.prospects):
        raise NothingChangesError("nobody who could go up is below any of them", "member_ids")
    effects.counts["customers_updated"] += len(effects.customers)
    effects.counts["prospects_updated"] += len(effects.prospects)
    return effects


def rolled_up(picture: Picture, operation: RollUpMembers, day: date) -> RolledUp:
    """Who is rolled up on a day, and where those below go; whoever cannot be rolled up in a tree stays there.

    Nobody can whose frontline is in legs, or who has a frontline and nobody above. Raises
    MembersOrRuleError, TooFewRunsError and what a member of a list is refused for.
    """
    gone = _whom(picture, operation, day)
    places: dict[str, dict[str, Place]] = {}
    stays: dict[str, dict[str, tuple[str, ...]]] = {}
    heads: dict[str, str] = {}
    for tree in ("sponsor",) if operation.customers_only else trees_of(picture):
        above = {
            each: edge.parent_id
            for each in gone
            if (edge := picture.edge_on(tree, each, day)) is not None
        }  # fmt: skip
        below = {} if operation.customers_only else picture.below_each(tree, gone, day)
        stays[tree] = {
            each: tuple(front)
            for each, front in below.items()
            if each not in above or any(leg is not None for leg in front.values())
        }
        found = _heads({each: parent for each, parent in above.items() if each not in stays[tree]})
        places[tree] = {
            child: (found[each], None)
            for each, front in below.items()
            if each in found
            for child in front
        }  # fmt: skip
        if tree == "sponsor":
            heads = found
    picture.load(child for of_tree in places.values() for child in of_tree)
    customers = picture.customers_of(list(heads))
    prospects = picture.prospects_of(list(heads)) if day <= picture.today else {}
    return RolledUp(
        gone, places, stays, {each: heads[member_id] for each, member_id in customers.items()},
        {each: heads[member_id] for each, member_id in prospects.items()},
    )  # fmt: skip


def _whom(picture: Picture, operation: RollUpMembers, day: date) -> tuple[str, ...]:
    """The members whom an operation names, or whom its rule finds; they are read."""
    by_rule = operation.terminated or operation.inactive_periods != 0
    if bool(operation.member_ids) == by_rule:
        raise MembersOrRuleError(
            "members are named, and a rule too" if by_rule else "neither members nor a rule are named",
            "member_ids", "Name the members, or whom to find: the terminated, or those long inactive.",
        )  # fmt: skip
    if not by_rule:
        picture.load(operation.member_ids)
        for each in operation.member_ids:
            present(picture, each, day, "member_ids")
        return tuple(dict.fromkeys(operation.member_ids))
    found: set[str] = set()
    if operation.terminated:
        ids = picture.ask("rollup/terminated")[0]["members"]
        picture.load(ids)
        found |= {each for each in ids if _status_on(picture, each, day) == "terminated"}
    if operation.inactive_periods:
        found |= _inactive(picture, operation)
    picture.load(found)
    people = {each: picture.person(each) for each in found}
    return tuple(sorted(each for each, person in people.items() if person and person.enrolled_on <= day))


def _status_on(picture: Picture, member_id: str, day: date) -> str | None:
    person = picture.person(member_id)
    return value_on(person.facts, person.pasts, "status", day) if person else None


def _inactive(picture: Picture, operation: RollUpMembers) -> set[str]:
    """Who was inactive in each of the latest complete periods of one plan and calendar."""
    periods = operation.inactive_periods
    runs = picture.ask("rollup/periods", plan=operation.plan)[0]["runs"]
    latest: dict[date, int] = {}
    for number, plan, calendar, last_day in runs:  # the newest run of a period comes first
        if [plan, calendar] == runs[0][1:3]:
            latest.setdefault(last_day.to_native(), number)
    if not 0 < periods <= len(latest):
        raise TooFewRunsError(
            f"only {len(latest)} periods are complete, {periods} are asked for", "inactive_periods",
            "Run the periods before.",
        )  # fmt: skip
    numbers = [latest[day] for day in sorted(latest, reverse=True)][:periods]
    members = picture.ask("rollup/inactive", latest=numbers[0], earlier=numbers[1:])[0]["members"]
    return set(members)


def _refuse_stays(rolled: RolledUp) -> None:
    """Refuse all where some cannot be rolled up."""
    stuck = [(tree, each) for tree, members in rolled.stays.items() for each in members]
    if not stuck:
        return
    tree, first = stuck[0]
    count = len({each for _, each in stuck})
    raise GroupCannotRollUpError(
        f"{count:,} of {len(rolled.gone):,} members cannot be rolled up; the first is {first}: those below "
        f"it in the {tree} tree are in legs, or nobody is above it",
        "member_ids", "Roll up the others alone (accept valid), or move the groups of these first.",
    )  # fmt: skip


def _heads(above: Mapping[str, str]) -> dict[str, str]:
    """The nearest one above each who is not rolled up; `above` has the parents of those who are."""
    heads: dict[str, str] = {}
    for start in above:
        path: list[str] = []
        at = start
        while at in above and at not in heads:
            path.append(at)
            at = above[at]
        heads |= dict.fromkeys(path, heads.get(at, at))
    return heads
