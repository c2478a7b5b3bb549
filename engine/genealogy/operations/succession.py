"""The group and the customers of one position go to another: up, by a roll-up, or by a merge."""

from collections.abc import Mapping

from engine.genealogy.operations.kinds import MergeMembers, RollUpMember
from engine.genealogy.operations.picture import Author, Effects, Picture
from engine.genealogy.operations.trees import Place, present, settled, sponsoring, upwards
from engine.genealogy.operations.words import on_time
from engine.genealogy.refusals import (
    GroupCannotRollUpError,
    NothingChangesError,
    RootHasNoPlaceError,
    StillWaitingError,
)


def roll_up(picture: Picture, operation: RollUpMember, author: Author) -> Effects:
    """Whoever is directly below a member goes up, in both trees; customers and prospects go with them."""
    member_id = operation.member_id
    present(picture, member_id, author.on, "member_id")
    effects = Effects(author.on, days=[author.on])
    for tree in trees_of(picture) if not operation.customers_only else ():
        edge = picture.edge_on(tree, member_id, author.on)
        below = picture.below(tree, member_id, author.on)
        if any(below.values()):
            raise GroupCannotRollUpError(
                f"those below {member_id} are in legs, and their legs go with them", "member_id",
                "Move them one by one, each into a free leg.",
            )  # fmt: skip
        place = (edge.parent_id, None) if edge else None
        moves = upwards(picture, tree, member_id, place, author.on) if below else {}
        _go(picture, tree, moves, author, effects)
    sponsor = picture.edge_on("sponsor", member_id, author.on)
    if sponsor is not None:
        _clients_go(picture, member_id, sponsor.parent_id, effects)
    if not (effects.timelines or effects.customers or effects.prospects):
        raise NothingChangesError(f"nobody who could go up is below {member_id}", "member_id")
    return effects


def merge(picture: Picture, operation: MergeMembers, author: Author) -> Effects:
    """The effects of a merge, checked.

    What the other position sold and earned stays on record as its own: only what comes later is the
    member's.
    """
    member_id, other_id, day = operation.member_id, operation.other_id, author.on
    sponsoring(picture, member_id, day, "member_id")
    other = present(picture, other_id, day, "other_id")
    if member_id == other_id:
        raise NothingChangesError(f"{member_id} is both members", "other_id", "Name another member.")
    on_time(picture, day, other, "status")
    effects = Effects(day, days=[day])
    for tree in trees_of(picture):
        _go(picture, tree, _places(picture, tree, operation, author), author, effects)
    _clients_go(picture, other_id, member_id, effects)
    if picture.fact_on(other, "status", day) != "terminated":
        effects.members = {other_id: {"status": "terminated"}}
        effects.counts["members_updated"] = 1
    if not (effects.timelines or effects.customers or effects.prospects or effects.members):
        raise NothingChangesError(
            f"{other_id} is terminated, with nobody below and no customers", "other_id",
        )  # fmt: skip
    return effects


def _places(picture: Picture, tree: str, operation: MergeMembers, author: Author) -> dict[str, Place]:
    """Where those directly below the other one go: below the member, each in the leg of before.

    The member itself, if it is one of them, takes the place of the other one, who is then below it.
    """
    member_id, other_id, day = operation.member_id, operation.other_id, author.on
    below = picture.below(tree, other_id, day)
    places: dict[str, Place] = {each: (member_id, leg) for each, leg in below.items() if each != member_id}
    if member_id in below:
        edge = picture.edge_on(tree, other_id, day)
        if edge is None:
            raise RootHasNoPlaceError(
                f"{member_id} is directly below {other_id}, who has nobody above in the {tree} tree on {day}",
                "other_id", f"Merge {member_id} into {other_id} instead.",
            )  # fmt: skip
        if any(below.values()) or edge.facts.get("leg"):
            raise GroupCannotRollUpError(
                f"{member_id} is in a leg of {other_id}, so one of them would have no leg", "other_id",
                "Swap them first, or move the member to another place.",
            )  # fmt: skip
        places |= {member_id: (edge.parent_id, None), other_id: (member_id, None)}
    waits = tree == "placement" and picture.edge_on(tree, member_id, day) is None
    if places and waits and member_id not in below and not picture.below(tree, member_id, day):
        raise StillWaitingError(
            f"{member_id} has no place on {day}, and {other_id} has a group", "member_id",
            "Place the member first.",
        )  # fmt: skip
    return places


def trees_of(picture: Picture) -> tuple[str, ...]:
    """The trees that the company has."""
    return ("sponsor", "placement") if picture.one_tree is False else ("sponsor",)


def _go(picture: Picture, tree: str, places: Mapping[str, Place], author: Author, effects: Effects) -> None:
    """Members go to other places in one tree."""
    if places:
        part = settled(picture, tree, places, author)
        effects.timelines |= part.timelines
        effects.counts += part.counts


def _clients_go(picture: Picture, from_id: str, to_id: str, effects: Effects) -> None:
    """The customers of one member belong to another, and so do the prospects who have become nobody yet."""
    customers = picture.customers_of([from_id])
    prospects = picture.prospects_of([from_id]) if effects.on <= picture.today else {}
    for each in (*map(picture.customer, customers), *map(picture.prospect, prospects)):
        on_time(picture, effects.on, each, "member_id")
    effects.customers = {each: {"member_id": to_id} for each in customers}
    effects.prospects = {each: {"member_id": to_id} for each in prospects}
    effects.counts["customers_updated"] += len(customers)
    effects.counts["prospects_updated"] += len(prospects)
