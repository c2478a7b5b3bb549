"""Members, edges and moves as the graph has them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from engine.composition.trees import OPEN, between_members
from engine.genealogy.timelines import First, Move
from engine.graph.database import Ask, Graph

STATUSES = ("active", "suspended", "terminated", "customer")
PROSPECT_STATUSES = ("new", "contacted", "presented", "following_up", "lost", "customer", "member")
"""Where a prospect can be; the last two say what the prospect has become."""
BECOME = ("customer", "member")
TREES = tuple(OPEN)
UPDATABLE = ("name", "status", "country", "owner_id")
"""What a later import may change of a member; parents change by moves only."""
LOOKUP = 20_000
"""Identifiers that one query takes."""
PAGE = 50_000
"""First parents read at once."""

Place = tuple[str | None, str | None]
"""A parent and a leg, both None for a root."""


@dataclass(frozen=True, slots=True)
class StoredMember:
    """A stored member: what may be updated, the day of enrolment, and the first place in both trees."""

    updatable: tuple[str | None, ...]
    enrolled_on: date
    sponsor: Place
    placement: Place

    def first_edge(self, tree: str) -> First | None:
        """The first edge in one tree; None for a root."""
        parent, leg = self.sponsor if tree == "sponsor" else self.placement
        return First(parent, leg, self.enrolled_on) if parent else None


def in_lookups(ids: Sequence[str]) -> Iterable[list[str]]:
    """The identifiers in portions that one query takes."""
    for start in range(0, len(ids), LOOKUP):
        yield list(ids[start : start + LOOKUP])


def enrolment_days(graph: Graph, ids: Iterable[str]) -> dict[str, date]:
    """The stored ones of these members, with the day of enrolment."""
    days: dict[str, date] = {}
    for portion in in_lookups(sorted(set(ids))):
        rows = graph.value("genealogy/enrolment_days", ids=portion)
        days |= {member_id: date.fromisoformat(day) for member_id, day in rows}
    return days


def members(graph: Graph, ids: Sequence[str]) -> dict[str, StoredMember]:
    """The stored ones of these members."""
    rows = (row for portion in in_lookups(ids) for row in graph.value("genealogy/members", ids=portion))
    return {
        row[0]: StoredMember(tuple(row[1:5]), date.fromisoformat(row[5]), (row[6], row[7]), (row[8], row[9]))
        for row in rows
    }


def moves(ask: Ask, tree: str) -> dict[str, list[Move]]:
    """All moves of one tree by member."""
    return _by_member(ask(between_members("genealogy/moves", tree))[0]["moves"])


def moves_of(graph: Graph, tree: str, ids: Sequence[str]) -> dict[str, list[Move]]:
    """The moves of these members in one tree, by member."""
    statement = between_members("genealogy/moves_of", tree)
    return _by_member(row for portion in in_lookups(ids) for row in graph.value(statement, ids=portion))


def _by_member(rows: Iterable[list[Any]]) -> dict[str, list[Move]]:
    by_member: dict[str, list[Move]] = {}
    for member, parent, leg, since, recorded, actor, reason, import_no in rows:
        kept = by_member.setdefault(member, [])
        at = recorded.to_native().astimezone(UTC)
        kept.append(
            Move(member, parent, leg, since.to_native(), at, actor, reason, len(kept), import_no or 0)
        )
    return by_member


def first_parents(ask: Ask, tree: str) -> dict[str, str]:
    """Everyone's first parent in one tree, those without one left out."""
    statement = between_members("genealogy/firsts", tree)
    parents: dict[str, str] = {}
    after = ""
    while True:
        page = ask(statement, after=after, size=PAGE)[0]
        parents.update(zip(page["members"], page["parents"], strict=True))
        if page["last"] is None:
            return parents
        after = page["last"]
