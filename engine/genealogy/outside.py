"""Whose sponsor is not above them in the placement tree of today, found for all members in one pass.

Walking up from each member costs the square of a leg's depth. Here each is numbered once, so that a group is
an interval of numbers.
"""

from collections.abc import Sequence

from engine.genealogy.changes.survey import NOWHERE, PAGE, from_the_top
from engine.graph.database import Ask


def outside_upline(ask: Ask) -> list[str]:
    """The ids of placed members whose sponsor is not above them, in order."""
    ids, named, sponsored = list[str](), list[str](), list[str]()
    while True:
        page = ask("genealogy/places_page", after=ids[-1] if ids else "", size=PAGE)[0]
        if not page["members"]:
            break
        ids += page["members"]
        named += page["parents"]
        sponsored += page["sponsors"]
    number = {member: place for place, member in enumerate(ids)}
    parents, sponsors = ([number.get(each, NOWHERE) for each in listed] for listed in (named, sponsored))
    first, sizes = intervals(parents)
    outside = []
    for member, (parent, sponsor) in enumerate(zip(parents, sponsors, strict=True)):
        if NOWHERE in (parent, sponsor) or sponsor == parent:
            continue
        if first[member] == NOWHERE:
            above = _walked(parents, parent, sponsor)
        else:
            above = first[sponsor] != NOWHERE and 0 <= first[member] - first[sponsor] < sizes[sponsor]
        if not above:
            outside.append(ids[member])
    return outside


def intervals(parents: Sequence[int]) -> tuple[list[int], list[int]]:
    """The first number of everybody's group, and how many are in it, the head included.

    A group is the interval of numbers from its first on. NOWHERE for who is below no top: on a circle, or
    below one.
    """
    order = from_the_top(parents)
    first, free, sizes = [NOWHERE] * len(parents), [0] * len(parents), [1] * len(parents)
    for member in reversed(order):
        if parents[member] != NOWHERE:
            sizes[parents[member]] += sizes[member]
    tops = 0
    for member in order:
        parent = parents[member]
        if parent == NOWHERE:
            first[member], tops = tops, tops + sizes[member]
        else:
            first[member] = free[parent]
            free[parent] += sizes[member]
        free[member] = first[member] + 1
    return first, sizes


def _walked(parents: Sequence[int], member: int, sponsor: int) -> bool:
    """Whether a sponsor is above, by the way up, which ends where it comes round to itself."""
    seen = set[int]()
    while member != NOWHERE and member not in seen:
        if member == sponsor:
            return True
        seen.add(member)
        member = parents[member]
    return False
