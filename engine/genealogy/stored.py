"""Members, edges and moves as the graph has them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from engine.composition.trees import OPEN, between_members
from engine.genealogy.timelines import First, Move
from engine.graph.database import Graph


def utc(value: datetime) -> datetime:
    """An aware instant in UTC."""
    return value.astimezone(UTC)


STATUSES = ("active", "suspended", "terminated", "customer")


TREES = tuple(OPEN)


LOOKUP = 20_000
"""Identifiers asked of the graph at once."""


PAGE = 50_000
"""First parents read at once."""


FACTS = ("name", "status", "country", "owner_id")
"""What a later import may change of a member; parents change by moves only."""


@dataclass(frozen=True, slots=True)
class Known:
    """A stored member."""

    facts: tuple[str | None, ...]
    enrolled_on: date
    sponsor: tuple[str | None, str | None]
    placement: tuple[str | None, str | None]


def in_lookups(ids: Sequence[str]) -> Iterable[list[str]]:
    """The identifiers in portions that one query takes."""
    for start in range(0, len(ids), LOOKUP):
        yield list(ids[start : start + LOOKUP])


def existing(graph: Graph, ids: Iterable[str]) -> dict[str, date]:
    """The stored ones of these members, with the day of enrolment."""
    found: dict[str, date] = {}
    for portion in in_lookups(sorted(set(ids))):
        rows = graph.value("genealogy/existing", ids=portion)
        found |= {member_id: date.fromisoformat(day) for member_id, day in rows}
    return found


def known(graph: Graph, ids: Sequence[str]) -> dict[str, Known]:
    """What the graph has of these members."""
    found = {}
    for portion in in_lookups(ids):
        for row in graph.value("genealogy/known_members", ids=portion):
            found[row[0]] = Known(
                tuple(row[1:5]), date.fromisoformat(row[5]), (row[6], row[7]), (row[8], row[9])
            )
    return found


def first_edge(place: tuple[str | None, str | None], since: date) -> First | None:
    """A first edge from a stored parent and leg; None for a root."""
    return First(place[0], place[1], since) if place[0] else None


def stored_moves(graph: Graph, tree: str) -> dict[str, list[Move]]:
    """All moves of one tree by member, as the graph has them."""
    found: dict[str, list[Move]] = {}
    for row in graph.value(between_members("genealogy/moves", tree)):
        moves = found.setdefault(row[0], [])
        recorded = utc(row[4].to_native())
        moves.append(
            Move(
                row[0], row[1], row[2], row[3].to_native(), recorded, row[5], row[6], len(moves), row[7] or 0
            )
        )
    return found


def stored_firsts(graph: Graph, tree: str) -> dict[str, str]:
    """Everyone's first parent in one tree, those without one left out."""
    found: dict[str, str] = {}
    firsts, after = between_members("genealogy/firsts", tree), ""
    while True:
        page = graph.read(firsts, after=after, size=PAGE)[0]
        found.update(zip(page["members"], page["parents"], strict=True))
        if page["last"] is None:
            return found
        after = page["last"]
