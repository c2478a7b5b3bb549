"""What is kept of the placement tree so that a place is found at once, however large the tree is.

Two things are kept, each in a property of members, and each only in a company that asks for it:

    gap_3 ...    for a matrix so wide: the levels down to the nearest free place, and the places taken there
    gap_legs     the same for two legs
    left_chain   the number of the chain of left legs that a member is part of; its node knows the end
    right_chain  the same for right legs

A place that somebody takes on a later day is taken from the moment that this is planned: a rule passes it by.
The chains are those of today.

The first use makes it by a pass over the tree (`survey.py`). From then on whoever opens or closes an edge of
the placement tree within the lane updates it in the same transaction (`Keeper`). A change of many
transactions, such as an import, marks it as stale instead, before it writes its first edge; the next use
makes it again. A group that moves keeps its gaps, since they are relative. A cut or a join of chains numbers
the shorter part anew.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.composition.placements import LEGS, SIDES
from engine.genealogy import legs
from engine.graph.database import Ask

NAMES = {side: [pair[place] for pair in legs.PAIRS] for place, side in enumerate(legs.SIDES)}
"""How a leg of each side is written, in lower case."""
FIRST_STEPS = 64
"""So many members of each part of a cut chain are looked at first, to see which part is shorter."""
FURTHER = 8
"""So many times as many are looked at next."""
MOST_FOLLOWED = 1_000
"""A change that closes or opens more edges marks what is kept as stale."""


FULL = 1_000_000_000
"""The gap below whoever has nobody below today, while every place is taken on a later day."""


def width_of(key: str) -> int:
    """The width of the matrix that a gap is about; two legs are two wide."""
    return 2 if key == LEGS else int(key.removeprefix("gap_"))


class Keeper:
    """Keeps the gaps and chains up to date while a change set writes edges of the placement tree.

    The edges of a change are closed one after the other first, each with `closed`, and then opened one after
    the other, each followed by `opened`: so at every step the tree is one that walks can go through.
    `in_steps` says that the change set takes several transactions.
    """

    def __init__(self, ask: Ask, *, in_steps: bool = False) -> None:
        self._ask, self._in_steps = ask, in_steps
        self._keys: tuple[str, ...] | None = None

    def follows(self, edges: int) -> bool:
        """Whether anything is to be kept up to date while so many edges are written; asked before."""
        if self.keys and (self._in_steps or edges > MOST_FOLLOWED):
            self.give_up()
        return bool(self._keys)

    @property
    def keys(self) -> tuple[str, ...]:
        """What is kept and up to date, by its properties."""
        if self._keys is None:
            self._keys = tuple(sorted(self._ask("changes/kept")[0]["keys"]))
        return self._keys

    def know(self, keys: Iterable[str]) -> None:
        """Take what another statement of the transaction has read of what is kept."""
        if self._keys is None:
            self._keys = tuple(sorted(keys))

    def give_up(self) -> None:
        """Mark what is kept as stale."""
        self._ask("changes/stale")
        self._keys = ()

    def closed(self, member_id: str, parent_id: str, leg: str | None) -> None:
        """A member is not under a parent any more: the edge has just been deleted."""
        self._climb(parent_id)
        for key, side in self._sides(leg):
            self._cut(key, side, parent_id, member_id)

    def opened(self, member_id: str, parent_id: str, leg: str | None) -> None:
        """A member is under a parent from now on: the edge has just been created."""
        self._climb(parent_id)
        for key, side in self._sides(leg):
            self._join(key, side, parent_id, member_id)

    def reserved(self, parent_id: str) -> None:
        """Somebody takes a place below a member on a later day, or no longer does."""
        self._climb(parent_id)

    def _sides(self, leg: str | None) -> list[tuple[str, str]]:
        """The chains that go on through a leg."""
        key = legs.leg_key(leg) if leg is not None else None
        return [(kept, SIDES[kept]) for kept in self._keys or () if kept in SIDES and SIDES[kept] == key]

    def _climb(self, member_id: str | None) -> None:
        """Work out gaps anew from a member upwards, as long as they change."""
        gaps = [key for key in self._keys or () if key not in SIDES]
        while member_id is not None and gaps:
            listed = [{"key": key, "width": width_of(key), "legs": key == LEGS} for key in gaps]
            rows = self._ask("changes/gap", member_id=member_id, gaps=listed, full=FULL)
            gaps = [row["key"] for row in rows]
            member_id = rows[0]["parent_id"] if rows else None

    def _join(self, key: str, side: str, upper: str, lower: str) -> None:
        """A member now continues the chain of the parent, with whoever is below in that leg."""
        above, below = self._chains(key, side, upper, lower)
        if above is None and below is None:
            number = self._new_number(key)
            self._put(key, [upper, lower], number)
            self._set(side, number, lower, 2)
        elif below is None:
            assert above is not None
            self._put(key, [lower], above["number"])
            self._set(side, above["number"], lower, above["members"] + 1)
        elif above is None:
            self._put(key, [upper], below["number"])
            self._set(side, below["number"], below["end"], below["members"] + 1)
        else:
            shorter, longer = sorted((above, below), key=lambda chain: chain["members"])
            if shorter is below:
                moved = self._walk("down", side, lower, below["members"])
            else:
                moved = self._walk("up", side, upper, above["members"])
            self._put(key, moved, longer["number"])
            self._set(side, longer["number"], below["end"], above["members"] + below["members"])
            self._ask("changes/delete_chain", side=side, number=shorter["number"])

    def _cut(self, key: str, side: str, upper: str, lower: str) -> None:
        """A chain ends at the parent from now on; whoever was below in that leg is a chain alone."""
        _, chain = self._chains(key, side, upper, lower)
        assert chain is not None, f"{lower} was in no {side} chain"
        part, of_lower = self._shorter(side, upper, lower)
        rest = chain["members"] - len(part)
        end = chain["end"] if of_lower else upper
        number = self._new_number(key) if len(part) > 1 else None
        self._put(key, part, number)
        if number is not None:
            self._set(side, number, end, len(part))
        if rest > 1:
            self._set(side, chain["number"], upper if of_lower else chain["end"], rest)
        else:
            self._put(key, [upper if of_lower else lower], None)
            self._ask("changes/delete_chain", side=side, number=chain["number"])

    def _shorter(self, side: str, upper: str, lower: str) -> tuple[list[str], bool]:
        """The members of the shorter part of a chain that was cut, and whether that is the lower one."""
        most = FIRST_STEPS
        while True:
            below, above = (
                self._walk(way, side, start, most) for way, start in (("down", lower), ("up", upper))
            )
            if len(below) < most or len(above) < most:
                return (below, True) if len(below) <= len(above) else (above, False)
            most *= FURTHER

    def _walk(self, way: str, side: str, member_id: str, most: int) -> list[str]:
        rows = self._ask(f"changes/{way}_the_leg", member_id=member_id, names=NAMES[side], most=most)
        ids: list[str] = rows[0]["ids"]
        return ids

    def _chains(self, key: str, side: str, upper: str, lower: str) -> tuple[Any, Any]:
        row: Mapping[str, Any] = self._ask("changes/chains_of", key=key, side=side, upper=upper, lower=lower)[
            0
        ]
        return row["above"], row["below"]

    def _new_number(self, key: str) -> int:
        return int(self._ask("changes/next_chain", key=key)[0]["number"])

    def _put(self, key: str, member_ids: list[str], number: int | None) -> None:
        self._ask("changes/put_in_chain", key=key, ids=member_ids, number=number)

    def _set(self, side: str, number: int, end: str, members: int) -> None:
        self._ask("changes/set_chain", side=side, number=number, end=end, members=members)
