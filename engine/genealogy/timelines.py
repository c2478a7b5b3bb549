"""Where a member is placed, and from when until when: first parents and moves as half-open spans of days.

Pure arithmetic on one tree, no database. A timeline is always rebuilt whole from the first parent and all
moves, so a backdated move needs no case of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.genealogy.legs import leg_key

NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Move:
    """One move in one tree. `order` breaks ties: moves already stored come first, then file order.

    `row` is the row of the moves table, None for a stored move.
    """

    member_id: str
    parent_id: str
    leg: str | None
    effective_on: date
    recorded_at: datetime
    actor: str | None
    reason: str | None
    order: int
    import_no: int
    row: int | None = None

    @property
    def key(self) -> tuple[date, datetime, int]:
        """The order in which moves are applied."""
        return (self.effective_on, self.recorded_at, self.order)

    @property
    def identity(self) -> tuple[str, str, str | None, date, datetime]:
        """What makes two move rows of one tree the same move, however the leg is written."""
        leg = self.leg and leg_key(self.leg)
        return (self.member_id, self.parent_id, leg, self.effective_on, self.recorded_at)


@dataclass(frozen=True, slots=True)
class First:
    """A member's first edge in one tree: the parent of the members table, since the day of enrolment."""

    parent_id: str
    leg: str | None
    since: date


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge valid on days since <= day < until (None: open). `step` counts moves; the first edge is 0.

    `opened` and `closed` are the moves that did it. Where two moves take effect on one day the edge
    between them has since == until and holds on no day; it stays, as history.
    """

    parent_id: str
    leg: str | None
    since: date
    until: date | None
    step: int
    opened: Move | None
    closed: Move | None


def timeline(first: First | None, moves: Iterable[Move]) -> list[Edge]:
    """All edges of one member in one tree, oldest first; each closes where the next opens."""
    ordered = sorted(moves, key=lambda move: move.key)
    opened: list[tuple[str, str | None, date, int, Move | None]] = []
    if first:
        opened.append((first.parent_id, first.leg, first.since, 0, None))
    for step, move in enumerate(ordered, 1):
        opened.append((move.parent_id, move.leg, move.effective_on, step, move))
    edges = []
    for place, (parent_id, leg, since, step, by) in enumerate(opened):
        after = opened[place + 1] if place + 1 < len(opened) else None
        edges.append(
            Edge(parent_id, leg, since, after[2] if after else None, step, by, after[4] if after else None)
        )
    return edges


def on_cycle(parents: Sequence[int]) -> list[int]:
    """The places that lie on a cycle of parent links (NOWHERE ends a walk); one visit per place."""
    state = bytearray(len(parents))  # 0 not seen, 1 on the walk under way, 2 done
    cyclic: list[int] = []
    for start in range(len(parents)):
        if state[start]:
            continue
        walk = []
        here = start
        while here != NOWHERE and not state[here]:
            state[here] = 1
            walk.append(here)
            here = parents[here]
        if here != NOWHERE and state[here] == 1:
            cyclic.extend(walk[walk.index(here) :])
        for place in walk:
            state[place] = 2
    return cyclic


def cyclic_moves(parents: Mapping[str, str], moves: Sequence[Move]) -> list[Move]:
    """New moves (those with a `row`) that would close a cycle on some day, so that without them none does.

    `parents` holds every member's first parent, members without one left out; `moves` all moves of
    the tree, stored and new. Where a cycle has several new moves the last of them is named.
    """
    refused: set[int] = set()
    heads = _Heads(parents, {move.member_id for move in moves})
    ordered = sorted(moves, key=lambda move: move.key)
    while True:
        culprit = _first_cycle(
            [move for move in ordered if move.row not in refused or move.row is None], heads
        )
        if culprit is None:
            return [move for move in ordered if move.row is not None and move.row in refused]
        assert culprit.row is not None
        refused.add(culprit.row)


def _first_cycle(ordered: Sequence[Move], heads: "_Heads") -> Move | None:
    """Walk through the days; at the first one with a cycle, the last new move on that cycle."""
    state: dict[str, Move] = {}
    place = 0
    while place < len(ordered):
        day = ordered[place].effective_on
        today: dict[str, None] = {}
        while place < len(ordered) and ordered[place].effective_on == day:
            state[ordered[place].member_id] = ordered[place]
            today[ordered[place].member_id] = None
            place += 1
        cleared: set[str] = set()
        for member in today:
            walk: dict[str, None] = {}
            here: str | None = member
            while here is not None and here not in cleared and here not in walk:
                walk[here] = None
                here = heads.above(here, state.get(here))
            if here is not None and here in walk:
                around = list(walk)[list(walk).index(here) :]
                new = [
                    state[member] for member in around if member in state and state[member].row is not None
                ]
                return max(new, key=lambda move: move.key)
            cleared.update(walk)
    return None


class _Heads:
    """Shortcuts past members that never move: from anyone to the nearest ancestor-or-self that does."""

    def __init__(self, parents: Mapping[str, str], movers: set[str]) -> None:
        self._parents, self._movers = parents, movers
        self._known: dict[str, str | None] = {}

    def above(self, member: str, move: Move | None) -> str | None:
        """The next mover above a mover, given the move that placed it last (None: its first parent)."""
        parent = move.parent_id if move else self._parents.get(member)
        return None if parent is None else self._head(parent)

    def _head(self, member: str) -> str | None:
        walk = []
        here: str | None = member
        while here is not None and here not in self._known and here not in self._movers:
            walk.append(here)
            here = self._parents.get(here)
        head = here if here is None or here in self._movers else self._known[here]
        self._known.update(dict.fromkeys(walk, head))
        return head
