"""Trees as of a day, and the two walks that everything else is made of: upward, and deepest first."""

from collections.abc import Iterator, Mapping
from datetime import date

from .tables import Company


def parents(company: Company, tree: str, day: date) -> dict[str, str | None]:
    """The parent of each member enrolled by `day`, on that day; None for a root.

    In a company of one tree both names mean the sponsor tree. The first parent holds until the first move;
    the latest move that is effective by the day decides.
    """
    named = "sponsor" if company.one_tree else tree
    above = {
        member.member_id: member.sponsor_id if named == "sponsor" else member.placement_id
        for member in company.members.values()
    }
    for move in company.moves:
        if move.tree == named and move.effective_on <= day:
            above[move.member_id] = move.parent_id
    enrolled = {member.member_id for member in company.members.values() if member.enrolled_on <= day}
    return {
        member: parent if (parent := above[member]) in enrolled else None
        for member in company.members
        if member in enrolled
    }


def upline(above: Mapping[str, str | None], member: str) -> Iterator[tuple[int, str]]:
    """Each ancestor with the distance, nearest first: (1, parent), (2, grandparent) ..."""
    distance, ancestor = 1, above[member]
    while ancestor is not None:
        yield distance, ancestor
        distance, ancestor = distance + 1, above[ancestor]


def depths(above: Mapping[str, str | None]) -> dict[str, int]:
    """Distance of each member from the root above."""
    known: dict[str, int] = {}
    for member in above:
        path: list[str] = []
        at: str | None = member
        while at is not None and at not in known:
            path.append(at)
            at = above[at]
        depth = -1 if at is None else known[at]
        for each in reversed(path):
            depth += 1
            known[each] = depth
    return known


def deepest_first(above: Mapping[str, str | None]) -> list[str]:
    """All members, every member after everybody below."""
    depth = depths(above)
    return sorted(above, key=lambda member: -depth[member])


def children(above: Mapping[str, str | None]) -> dict[str, list[str]]:
    """The frontline of each member."""
    below: dict[str, list[str]] = {member: [] for member in above}
    for member, parent in above.items():
        if parent is not None:
            below[parent].append(member)
    return below
