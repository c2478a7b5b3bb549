"""Moves in both trees: with the group, alone, and swaps; what all of them are checked for."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime

from engine.composition.trees import between_members
from engine.errors import excerpt
from engine.genealogy import legs, slots, stored
from engine.genealogy.operations.holders import Person
from engine.genealogy.operations.kinds import ChangeSponsor, MoveMember, SwapMembers
from engine.genealogy.operations.picture import Author, Effects, Picture, Timelines
from engine.genealogy.placement import (
    ONE_TREE,
    OneTreeError,
    PlaceTakenError,
    UnknownPlaceError,
    leg_named,
)
from engine.genealogy.refusals import (
    BeforeEnrolmentError,
    CannotSponsorError,
    CircleError,
    GroupCannotRollUpError,
    NothingChangesError,
    RootHasNoPlaceError,
    StillWaitingError,
    UnknownMemberError,
)
from engine.genealogy.slots import Slot, Stay
from engine.genealogy.timelines import Edge, Move, cyclic_moves, timeline

NO_RECRUITS = ("terminated", "customer")
"""Statuses of members who recruit nobody."""
MANY = 1_000
"""Where more members move at once, the whole tree is read for circles, and not who is above whom."""
FIRST_STEPS = 500
"""So many members above new places, and below those who move, are looked at first."""
FURTHER = 16
"""So many times as many are looked at next."""
Place = tuple[str, str | None]
"""A parent and a leg."""


def member(picture: Picture, member_id: str, field: str) -> Person:
    """A member that an operation names; raises UnknownMemberError."""
    person = picture.person(member_id)
    if person is None:
        raise UnknownMemberError(
            f"no member is called {excerpt(member_id)}", field,
            "Ids are written as in the members table; capitals and leading zeros matter.",
        )  # fmt: skip
    return person


def present(picture: Picture, member_id: str, day: date, field: str) -> Person:
    """A member that an operation names and who is enrolled by its day; raises BeforeEnrolmentError too."""
    person = member(picture, member_id, field)
    if day < person.enrolled_on:
        raise BeforeEnrolmentError(
            f"{member_id} enrolled on {person.enrolled_on}, after {day}", "on", "Give a later day."
        )
    return person


def sponsoring(picture: Picture, sponsor_id: str, day: date, field: str = "sponsor_id") -> None:
    """Raise a refusal unless the member can be a sponsor from that day on; `field` names the member."""
    status = picture.fact_on(present(picture, sponsor_id, day, field), "status", day)
    if status in NO_RECRUITS:
        what = "is a customer" if status == "customer" else "is terminated"
        raise CannotSponsorError(f"{sponsor_id} {what} and recruits nobody", field, "Name another sponsor.")


def refuse_one_tree(picture: Picture, tree: str) -> None:
    """Raise OneTreeError for the placement tree of a company that has none."""
    if tree == "placement" and picture.one_tree is not False:
        raise OneTreeError(ONE_TREE, todo="Change the sponsor instead.")


def leg_of(picture: Picture, tree: str, parent_id: str, leg: str | None) -> str | None:
    """A leg as the company writes it. Raises UnknownPlaceError for a leg that is none, or that is missing."""
    leg = leg_named(leg, "leg")
    if leg is None:
        if tree == picture.main and picture.leg_in_use is not None:
            raise UnknownPlaceError(
                "the place has no leg, and this company has legs",
                "leg",
                "Name the leg, such as left or right.",
            )
        return None
    if tree == "sponsor" != picture.main:
        raise UnknownPlaceError("the sponsor tree of this company has no legs", "leg", "Leave the leg out.")
    if legs.leg_key(leg) not in legs.SIDES:
        return leg
    used = [stay.leg for stays in picture.stays(tree, parent_id).values() for stay in stays]
    example = next((each for each in used if legs.leg_key(each) in legs.SIDES), None)
    if example is None and tree == "placement":
        picture.flush()
        rows = picture.ask("genealogy/written_leg", member_id=parent_id)
        example = rows[0]["leg"] if rows else None
    return legs.as_written(leg, example or picture.leg_in_use)


def moved(picture: Picture, tree: str, places: Mapping[str, Place], author: Author) -> dict[str, list[Edge]]:
    """The timelines of members who go to other places from the author's day on, each with one move more.

    Of two moves of one day the one recorded later holds, so none is recorded before those that are there.
    """
    timelines = {}
    for member_id, (parent_id, leg) in places.items():
        first, moves = picture.history(tree, member_id)
        same_day = [each.recorded_at for each in moves if each.effective_on == author.on]
        at = max([author.at, *same_day])
        step = Move(
            member_id, parent_id, leg, author.on, at, author.actor, author.reason or None, len(moves),
            author.number,
        )  # fmt: skip
        timelines[member_id] = timeline(first, [*moves, step])
    return timelines


def check(
    picture: Picture, tree: str, timelines: Timelines, taken: Mapping[Slot, Sequence[Stay]] | None = None
) -> None:
    """Raise PlaceTakenError or CircleError where new timelines cannot be, on whatever day.

    `taken` are slots of which it is known who is or was in them. Who never had anybody below, as a newcomer,
    closes no circle; then nothing is read.
    """
    _refuse_taken(picture, tree, timelines, taken or {})
    parents = {edge.parent_id for edges in timelines.values() for edge in edges}
    if any(each in parents or picture.leads(tree, each) for each in timelines):
        _refuse_circle(picture, tree, timelines, sorted(parents))


def _refuse_taken(
    picture: Picture, tree: str, timelines: Timelines, known: Mapping[Slot, Sequence[Stay]]
) -> None:
    """Refuse a leg that somebody else is in on one of the days; of some slots all is known."""
    taken: dict[Slot, list[Stay]] = {}
    for member_id, edges in timelines.items():
        for edge in edges:
            if edge.leg is not None:
                stay = Stay(member_id, edge.leg, edge.since, edge.until)
                taken.setdefault((edge.parent_id, legs.leg_key(edge.leg)), []).append(stay)
    picture.load_stays(tree, dict.fromkeys(slot[0] for slot in taken if slot not in known))
    for slot, stays in taken.items():
        parent, key = slot
        listed = known[slot] if slot in known else picture.stays(tree, parent).get(key, [])
        others = [stay for stay in listed if stay.member_id not in timelines]
        for own in stays:
            rivals = [*others, *(stay for stay in stays if stay.member_id != own.member_id)]
            if (other := slots.clash(rivals, own)) is not None:
                raise PlaceTakenError(
                    f"leg {own.leg} of {parent} is taken by {other.member_id} "
                    f"on {max(own.since, other.since)}",
                    "leg", "Give another leg or another day, or move the other one away first.",
                )  # fmt: skip


def _refuse_circle(picture: Picture, tree: str, timelines: Timelines, parents: Sequence[str]) -> None:
    """Refuse what would bring somebody above themselves on some day.

    All those who are or were above the new places are read only if one who moves is among them; where many
    move, the whole tree is.
    """
    movers = list(timelines)
    firsts: dict[str, str] = {}
    steps: list[Move] = []
    if len(movers) > MANY:
        picture.flush()
        firsts, steps = _whole_tree(picture, tree, timelines)
    elif picture.clear(tree, movers, parents):
        return
    elif not _apart(picture, tree, movers, parents):
        firsts, steps = _above(picture, tree, parents, movers)
    elif len(movers) == 1:
        return
    for member_id, edges in timelines.items():
        for edge in edges:
            at = edge.opened.recorded_at if edge.opened else datetime.min.replace(tzinfo=UTC)
            steps.append(
                Move(
                    member_id, edge.parent_id, None, edge.since, at, None, None, edge.step, 0, len(steps)
                )
            )  # fmt: skip
    circles = cyclic_moves(firsts, steps)
    if circles:
        first = circles[0]
        raise CircleError(
            f"from {first.effective_on} on, {first.member_id} would be above itself in the {tree} tree",
            "parent_id", "Name somebody who is not in the group below, or another day.",
        )  # fmt: skip


def _apart(picture: Picture, tree: str, movers: Sequence[str], parents: Sequence[str]) -> bool:
    """Whether no mover is or was above any of the parents.

    It looks upwards from the parents and downwards from the movers, further each time, until it has seen
    everybody on one of the two ways: a small group in a deep leg is known as soon as one high up.
    """
    picture.flush()
    statement = between_members("genealogy/ways", tree)
    most = FIRST_STEPS
    while True:
        (ways,) = picture.ask(statement, parents=parents, movers=movers, most=most)
        if ways["met"]:
            return False
        if min(ways["above"], ways["below"]) < most:
            return True
        most *= FURTHER


def _above(
    picture: Picture, tree: str, parents: Sequence[str], movers: Sequence[str]
) -> tuple[dict[str, str], list[Move]]:
    """The first parents and the moves of all who are or were above some members, without those who move."""
    rows = picture.ask(between_members("genealogy/above_ever", tree), ids=parents, movers=movers)[0]["edges"]
    firsts: dict[str, str] = {}
    steps: list[Move] = []
    for above, parent, since, step, recorded in rows:
        if step:
            steps.append(
                Move(above, parent, None, since.to_native(), recorded.to_native(), None, None, step, 0)
            )
        else:
            firsts[above] = parent
    return firsts, steps


def _whole_tree(picture: Picture, tree: str, movers: Collection[str]) -> tuple[dict[str, str], list[Move]]:
    """The first parents and the moves of everybody but those who move."""
    firsts = stored.first_parents(picture.ask, tree)
    steps = stored.moves(picture.ask, tree)
    for each in movers:
        firsts.pop(each, None)
        steps.pop(each, None)
    return firsts, [move for listed in steps.values() for move in listed]


def settled(picture: Picture, tree: str, places: Mapping[str, Place], author: Author) -> Effects:
    """The effects of moves in one tree, checked."""
    timelines = moved(picture, tree, places, author)
    check(picture, tree, timelines)
    effects = Effects(author.on, timelines={tree: timelines}, days=[author.on])
    effects.counts[f"{tree}_moves"] = len(timelines)
    return effects


def move(picture: Picture, operation: MoveMember, author: Author) -> Effects:
    """A member goes below another one in the placement tree."""
    refuse_one_tree(picture, "placement")
    return _move(
        picture, "placement", operation.member_id, operation.parent_id, operation.leg, "parent_id", author,
        alone=operation.alone,
    )  # fmt: skip


def change_sponsor(picture: Picture, operation: ChangeSponsor, author: Author) -> Effects:
    """A member gets another sponsor."""
    member(picture, operation.member_id, "member_id")
    sponsoring(picture, operation.sponsor_id, author.on)
    return _move(
        picture, "sponsor", operation.member_id, operation.sponsor_id, operation.leg, "sponsor_id", author,
        alone=operation.alone,
    )  # fmt: skip


def _move(
    picture: Picture,
    tree: str,
    member_id: str,
    parent_id: str,
    leg: str | None,
    field: str,
    author: Author,
    *,
    alone: bool,
) -> Effects:
    present(picture, member_id, author.on, "member_id")
    present(picture, parent_id, author.on, field)
    if member_id == parent_id:
        raise CircleError(f"{member_id} cannot be under itself", field, "Name another member.")
    before = picture.edge_on(tree, member_id, author.on)
    if tree == "placement" and before is None:
        raise StillWaitingError(
            f"{member_id} has no place on {author.on}", "member_id",
            "Place the member first, or give a day on which the member has a place.",
        )  # fmt: skip
    leg = leg_of(picture, tree, parent_id, leg)
    if before and before.parent_id == parent_id and legs.same_leg(before.facts.get("leg"), leg) and not alone:
        raise NothingChangesError(f"{member_id} is there on {author.on} already", field)
    places: dict[str, Place] = {member_id: (parent_id, leg)}
    if alone:
        old = (before.parent_id, before.facts.get("leg")) if before else None
        places |= upwards(picture, tree, member_id, old, author.on)
    return settled(picture, tree, places, author)


def upwards(picture: Picture, tree: str, member_id: str, place: Place | None, day: date) -> dict[str, Place]:
    """The places of those directly below a member who go up to where the member was.

    In a tree with legs there is room for one.
    """
    below = picture.below(tree, member_id, day)
    if not below:
        return {}
    if place is None:
        raise GroupCannotRollUpError(
            f"nobody is above {member_id} on {day}, so those below have nowhere to go", "alone",
            "Move the member with the group, or move those below first.",
        )  # fmt: skip
    legged = place[1] is not None or any(below.values())
    if legged and len(below) > 1:
        raise GroupCannotRollUpError(
            f"{len(below)} members are directly below {member_id}, and the place above has one leg for them",
            "alone", "Move the member with the group, or move those below first.",
        )  # fmt: skip
    return dict.fromkeys(below, (place[0], place[1] if legged else None))


def swap(picture: Picture, operation: SwapMembers, author: Author) -> Effects:
    """Two members take each other's place."""
    tree, pair = operation.tree, (operation.member_id, operation.other_id)
    refuse_one_tree(picture, tree)
    for member_id, field in zip(pair, ("member_id", "other_id"), strict=True):
        present(picture, member_id, author.on, field)
    if pair[0] == pair[1]:
        raise NothingChangesError(f"{pair[0]} is both members", "other_id", "Name another member.")
    other = dict(zip(pair, reversed(pair), strict=True))
    before: dict[str, Place] = {}
    for member_id in pair:
        edge = picture.edge_on(tree, member_id, author.on)
        if edge is None:
            raise RootHasNoPlaceError(
                f"{member_id} has nobody above in the {tree} tree on {author.on}",
                "member_id" if member_id == pair[0] else "other_id", "Move the other one instead.",
            )  # fmt: skip
        before[member_id] = (edge.parent_id, edge.facts.get("leg"))
    after: dict[str, Place] = {}
    for member_id, (parent_id, leg) in before.items():
        goes = parent_id if operation.groups else other.get(parent_id, parent_id)
        after[other[member_id]] = (goes, leg)
    if not operation.groups:
        for member_id in pair:
            for child, leg in picture.below(tree, member_id, author.on).items():
                if child not in pair:
                    after[child] = (other[member_id], leg)
    places = {each: place for each, place in after.items() if before.get(each) != place}
    if not places:
        raise NothingChangesError("both are under the same member, and nothing else differs", "other_id")
    for member_id, (parent_id, _) in places.items():
        if member_id == parent_id:
            raise CircleError(
                f"{member_id} is directly below the other one, whose group cannot come with it", "groups",
                "Swap them without their groups.",
            )  # fmt: skip
    return settled(picture, tree, places, author)
