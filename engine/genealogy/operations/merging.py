"""Two positions of one person become one: group and customers of the one that ends go to the other."""

from engine.genealogy.operations.kinds import MergeMembers
from engine.genealogy.operations.people import on_time
from engine.genealogy.operations.picture import Author, Effects, Picture
from engine.genealogy.operations.trees import Place, present, settled, sponsoring
from engine.genealogy.refusals import (
    GroupCannotRollUpError,
    NothingChangesError,
    RootHasNoPlaceError,
    StillWaitingError,
)


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
    for tree in ("sponsor", "placement"):
        if tree == "sponsor" or picture.one_tree is False:
            places = _places(picture, tree, operation, author)
            if places:
                part = settled(picture, tree, places, author)
                effects.timelines |= part.timelines
                effects.counts += part.counts
    _customers(picture, operation, author, effects)
    if other.facts["status"] != "terminated":
        effects.members = {other_id: {"status": "terminated"}}
        effects.counts["members_updated"] = 1
    if not (effects.timelines or effects.customers or effects.members):
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


def _customers(picture: Picture, operation: MergeMembers, author: Author, effects: Effects) -> None:
    """The customers of the other one belong to the member."""
    customers = picture.ask("genealogy/customers_of", member_id=operation.other_id)[0]["customers"]
    picture.load_customers(customers)
    for each in customers:
        customer = picture.customer(each)
        assert customer is not None
        on_time(picture, author.on, customer, "member_id")
    effects.customers = {each: {"member_id": operation.member_id} for each in customers}
    if customers:
        effects.counts["customers_updated"] = len(customers)
