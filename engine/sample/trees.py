"""The trees of a generated company: who sponsored whom and, in a binary company, who is placed under whom.

Members are numbers from 0 in order of enrolment. In both trees every parent has a smaller number than the
child, after moves too (except above members placed from the holding tank, who have nobody below them).
Therefore there is never a cycle.
"""

from array import array
from dataclasses import dataclass

from engine.sample.chance import Column, below, stream

SHAPES = ("bushy", "deep", "binary")
NOBODY = -1
LEFT, RIGHT = 0, 1

# In the deep shape every tenth member extends the one long leg.
CHAIN_STEP = 10
# Of 256 recruits in a binary company, this many are placed into the sponsor's outer leg. A leg's depth grows
# as the members to the power of this share: some hundreds at 5,000 members, tens of thousands at a million.
OUTER_OF_256 = 184
# Of 1024 owners in a binary company, this many enrol with two or three positions.
SEVERAL_OF_1024 = 16


@dataclass(frozen=True, slots=True)
class Trees:
    """Both trees as columns by member number.

    `sponsor` and `placement` hold the parent's number or NOBODY; `placement` is empty where the company has
    one tree. `leg` is LEFT or RIGHT for placed members. `slots` marks in two bits which legs are taken.
    `recruits` is the number personally sponsored, at most 255. `chain` gives the first member of each
    member's left and right outer chain; `tail` gives, for the first member of a chain, the last one.
    """

    shape: str
    sponsor: Column
    owner: Column
    recruits: bytearray
    placement: Column
    leg: bytearray
    slots: bytearray
    chain: tuple[Column, Column]
    tail: tuple[Column, Column]

    @property
    def main(self) -> Column:
        """The tree that carries volume: placement where there is one, else sponsor."""
        return self.placement or self.sponsor

    def end_of_leg(self, member: int, leg: int) -> int:
        """The last member below this one by this leg alone, where the outer place is free."""
        return self.tail[leg][self.chain[leg][member]]


def grow(members: int, seed: int, shape: str) -> Trees:
    """The trees of a company of `members` members (at least 1)."""
    sponsor, owner = _sponsors(members, seed, shape)
    recruits = bytearray(members)
    for parent in sponsor:
        if parent != NOBODY and recruits[parent] < 255:
            recruits[parent] += 1
    size = members if shape == "binary" else 0
    trees = Trees(
        shape,
        sponsor,
        owner,
        recruits,
        array("i", [NOBODY]) * size,
        bytearray(size),
        bytearray(size),
        (array("i", range(size)), array("i", range(size))),
        (array("i", range(size)), array("i", range(size))),
    )
    if shape == "binary":
        _place_all(trees, seed)
    return trees


def _sponsors(members: int, seed: int, shape: str) -> tuple[Column, Column]:
    """Who sponsored each member, and who owns each position."""
    bits = stream(seed, "sponsors")
    deep, several = shape == "deep", shape == "binary"
    sponsor = array("i", [NOBODY]) * members
    owner = array("i", range(members))
    more, holder, chain_end = 0, 0, 0
    for member in range(1, members):
        if more:
            # The further positions of a person are under the first.
            more -= 1
            sponsor[member] = owner[member] = holder
            continue
        if deep and member % CHAIN_STEP == 1:
            sponsor[member] = chain_end
            chain_end = member
            continue
        draw = bits(32)
        way, spot = draw & 15, draw >> 4
        if way < 6:
            # New members recruit most: one of the latest sixteenth.
            window = (member >> 4) or 1
            chosen = member - 1 - (spot * window >> 28)
        elif way < 14:
            # Members who have recruited many recruit more: the sponsor of a random member.
            chosen = max(sponsor[spot * member >> 28], 0)
        else:
            chosen = spot * member >> 28
        sponsor[member] = chosen
        if several and bits(10) < SEVERAL_OF_1024:
            more, holder = 1 + bits(1), member
    return sponsor, owner


def _place_all(trees: Trees, seed: int) -> None:
    """Place every member except the root; a few of the latest stay in the holding tank."""
    bits = stream(seed, "placement")
    members = len(trees.sponsor)
    latest = members - members // 80
    for member in range(1, members):
        sponsor = trees.sponsor[member]
        if trees.owner[member] != member:
            # The second position takes the left leg of the first, the third the right.
            _place(trees, member, sponsor, LEFT if member - 1 == sponsor else RIGHT)
            continue
        if member >= latest and not trees.recruits[member] and below(bits, 3) == 0:
            continue
        # A member's outer leg is on the side where the member is placed.
        outer = trees.leg[sponsor]
        _place(trees, member, sponsor, outer if bits(8) < OUTER_OF_256 else 1 - outer)


def _place(trees: Trees, member: int, sponsor: int, leg: int) -> None:
    parent = trees.end_of_leg(sponsor, leg)
    trees.placement[member] = parent
    trees.leg[member] = leg
    trees.slots[parent] |= 1 << leg
    # The member extends the chain of this leg and begins a new one on the other side.
    first = trees.chain[leg][parent]
    trees.chain[leg][member] = first
    trees.tail[leg][first] = member


def depth(parents: Column) -> int:
    """The depth of a tree: edges from the deepest member up to the root."""
    levels = array("i", bytes(4 * len(parents)))
    for member, parent in enumerate(parents):
        if parent != NOBODY:
            levels[member] = levels[parent] + 1
    return max(levels, default=0)
