"""A pass over the placement tree that makes what is kept of it: gaps and chains, where they are first used.

A small tree is surveyed in one transaction within the lane, a large one as a change set of its own, which
keeps other changes out until it ends (about a minute for a million members). What is stored already and is
right is not written again, so after an import only what differs is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.composition.placements import LEGS, SIDES
from engine.genealogy import legs as written
from engine.genealogy.changes.kept import FULL, NAMES, width_of
from engine.genealogy.changes.lane import CompanyChangedError, enter, read_company, signed
from engine.genealogy.changes.writing import opened
from engine.graph.database import Ask, Graph
from engine.progress import OnProgress, silent

PAGE = 20_000
"""Members read at once."""
BATCH = 10_000
"""Rows written at once."""
SMALL = 20_000
"""Up to so many members are surveyed in one transaction."""
ATTEMPTS = 5
"""So often a survey begins again where another change comes first."""
NOWHERE = -1


@dataclass(slots=True)
class PlacedTree:
    """The placement tree of today: members by their number, the parent's number, the leg in lower case.

    `stored` holds, for each property, what each member has in it; 0 for nothing.
    """

    ids: list[str]
    parents: list[int]
    legs: list[str]
    stored: dict[str, list[int]]
    planned: list[tuple[int, str | None]] = field(default_factory=list)
    """Places that somebody takes on a later day: the parent's number, and the leg in lower case."""


def fresh(ask: Ask) -> frozenset[str]:
    """What is kept of the placement tree and up to date, by its properties."""
    return frozenset(ask("changes/kept")[0]["keys"])


def ready(graph: Graph, keys: Sequence[str], report: OnProgress = silent) -> None:
    """Make what is to be kept of the placement tree, where it is not up to date; mostly there is nothing.

    Raises ChangeUnderWayError while an import is at work, and CompanyChangedError where other changes come
    first again and again.
    """
    if not keys or set(keys) <= fresh(graph.read):
        return
    if int(graph.value("genealogy/member_count")) <= SMALL:
        graph.together(lambda ask: _within_the_lane(ask, keys))
        return
    for attempt in range(ATTEMPTS):
        company = read_company(graph)
        company.refuse_unfinished()
        try:
            with opened(graph, company.newest, signed("survey"), lambda _rows: None) as change:
                change.survey(lambda ask: _survey(ask, _missing(ask, keys), report))
                change.complete(company, bool(company.one_tree), company.time_zone)
        except CompanyChangedError:
            if attempt + 1 == ATTEMPTS:
                raise
        else:
            return


def _within_the_lane(ask: Ask, keys: Sequence[str]) -> None:
    enter(ask).refuse_unfinished()
    _survey(ask, _missing(ask, keys), silent)


def _missing(ask: Ask, keys: Sequence[str]) -> list[str]:
    there = fresh(ask)
    return [key for key in keys if key not in there]


def _survey(ask: Ask, keys: list[str], report: OnProgress) -> None:
    """Work out and store some of what is kept."""
    if not keys:
        return
    tree = read(ask, keys, report)
    order = from_the_top(tree.parents)
    for key in keys:
        last = 0
        if key in SIDES:
            values, chains = chained(tree, order, SIDES[key])
            _write_chains(ask, SIDES[key], chains)
            last = len(chains)
        else:
            values = gaps(tree, order, key)
        _write(ask, key, tree, values, report)
        ask("changes/keep", key=key, last_number=last)


def read(ask: Ask, keys: Sequence[str], report: OnProgress = silent) -> PlacedTree:
    """The placement tree of today, page by page, with what is stored of these properties."""
    ids: list[str] = []
    named: list[str] = []
    legs: list[str] = []
    stored: dict[str, list[int]] = {key: [] for key in keys}
    planned: list[list[Any]] = []
    after = ""
    while True:
        page = ask("changes/placed_page", after=after, size=PAGE, keys=list(keys))[0]
        if not page["members"]:
            break
        ids += page["members"]
        named += page["parents"]
        legs += [leg.lower() for leg in page["legs"]]
        for place, key in enumerate(keys):
            stored[key] += [row[place] for row in page["stored"]]
        planned += page["planned"]
        after = ids[-1]
        report("reading the placement tree", len(ids), 0)
    number = {member_id: place for place, member_id in enumerate(ids)}
    parents = [number[each] if each else NOWHERE for each in named]
    later: list[tuple[int, str | None]] = [(number[parent], leg and leg.lower()) for parent, leg in planned]
    return PlacedTree(ids, parents, legs, stored, later)


def from_the_top(parents: Sequence[int]) -> list[int]:
    """Everybody's number, each after the parent's."""
    below: list[list[int] | None] = [None] * len(parents)
    order: list[int] = []
    for member, parent in enumerate(parents):
        if parent == NOWHERE:
            order.append(member)
        else:
            listed = below[parent]
            if listed is None:
                below[parent] = [member]
            else:
                listed.append(member)
    for member in order:  # grows meanwhile
        order += below[member] or ()
    return order


def gaps(tree: PlacedTree, order: Sequence[int], key: str) -> list[int]:
    """What members have in a property for gaps; 0 where that is nothing, since nobody is below."""
    width = width_of(key)
    counts = _counted(key)
    reserved = _reserved(tree, counts)
    taken, values = ([0] * len(tree.ids) for _ in range(2))
    least = [FULL] * len(tree.ids)
    for member in reversed(order):
        places = taken[member] + reserved.get(member, 0)
        value = width + (places if places < width else least[member])
        values[member] = 0 if value == width else value
        parent = tree.parents[member]
        if parent != NOWHERE and counts(tree.legs[member]):
            least[parent] = min(value, least[parent])
            taken[parent] += 1
    return values


def _reserved(tree: PlacedTree, counts: Callable[[str], bool]) -> dict[int, int]:
    """How many places below members are free today and taken on a later day, by the member's number."""
    parents = {parent for parent, _ in tree.planned}
    legs: dict[int, set[str | None]] = {parent: set() for parent in parents}
    for parent, leg in zip(tree.parents, tree.legs, strict=True):
        if parent in parents:
            legs[parent].add(written.leg_key(leg) if leg else None)
    reserved: dict[int, int] = {}
    for parent, named in tree.planned:
        key = written.leg_key(named) if named else None
        if not counts(named or "") or (key is not None and key in legs[parent]):
            continue
        legs[parent].add(key)
        reserved[parent] = reserved.get(parent, 0) + 1
    return reserved


def _counted(key: str) -> Callable[[str], bool]:
    """Whether a leg counts as a place; all do in a matrix, two do otherwise."""
    if key != LEGS:
        return lambda _leg: True
    names = frozenset(NAMES["left"] + NAMES["right"])
    return names.__contains__


def chained(
    tree: PlacedTree, order: Sequence[int], side: str
) -> tuple[list[int], list[tuple[int, str, int]]]:
    """Everybody's chain on one side (0: none), and the chains: number, the member at the end, members."""
    names = frozenset(NAMES[side])
    values = [0] * len(tree.ids)
    ends: list[int] = []
    members: list[int] = []
    for member in order:
        parent = tree.parents[member]
        if parent == NOWHERE or tree.legs[member] not in names:
            continue
        if not values[parent]:
            ends.append(member)
            members.append(1)
            values[parent] = len(ends)
        values[member] = values[parent]
        ends[values[member] - 1] = member
        members[values[member] - 1] += 1
    listed = zip(range(1, len(ends) + 1), (tree.ids[end] for end in ends), members, strict=True)
    return values, list(listed)


def _write(ask: Ask, key: str, tree: PlacedTree, values: list[int], report: OnProgress) -> None:
    stored = tree.stored[key]
    rows = [[tree.ids[place], value] for place, value in enumerate(values) if value != stored[place]]
    for done, portion in _portions(rows):
        ask("changes/set_kept", key=key, rows=portion)
        report(f"storing {key}", done, len(rows))


def _write_chains(ask: Ask, side: str, chains: Sequence[tuple[int, str, int]]) -> None:
    while ask("changes/drop_chains", side=side, most=BATCH)[0]["dropped"]:
        pass
    for _, portion in _portions([list(chain) for chain in chains]):
        ask("changes/add_chains", side=side, rows=portion)


def _portions(rows: list[list[object]]) -> Iterator[tuple[int, list[list[object]]]]:
    for start in range(0, len(rows), BATCH):
        portion = rows[start : start + BATCH]
        yield start + len(portion), portion
