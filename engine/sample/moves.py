"""The moves of a generated company: a few members change sponsor or place around the last month's end."""

from dataclasses import dataclass
from datetime import date

from engine.sample.chance import below, stream
from engine.sample.people import ACTIVE, Days, People
from engine.sample.tables import TableWriter
from engine.sample.trees import CHAIN_STEP, NOBODY, Trees

# One member in a thousand moves, but no fewer than six, unless the company is too small for that.
MEMBERS_PER_MOVE, FEWEST, ROOM = 1000, 6, 40
DAYS_BEFORE, DAYS_AFTER = 60, 30
# Every eighth move is a member's second one: people move back and forth, and the history must cope with it.
SECOND_MOVE = 8
TRIES = 60

ACTORS = ("support.ines", "support.tomas", "compliance.ada")
SPONSOR_REASONS = (
    "enrolled under the wrong sponsor",
    "sponsor left the company",
    "family joined in one line",
)
PLACEMENT_REASONS = ("wrong leg chosen at enrolment", "correction of a placement", "approved request to move")
FROM_TANK = ("system.placement", "placed from the holding tank")


@dataclass(frozen=True, slots=True)
class Move:
    """One change of parent: days are ordinals, `leg` is NOBODY in the sponsor tree."""

    effective: int
    member: int
    tree: str
    parent: int
    leg: int
    recorded: int
    actor: str
    reason: str


def plan_moves(trees: Trees, people: People, seed: int, end: date) -> list[Move]:
    """Moves around `end` (the first day after the last month), in the order of the days they take effect.

    The new parent has a smaller number than the member, so no order of moves can make a cycle, and the parent
    has enrolled by then. A place that is or was taken, also by another move, is never given away again.
    """
    bits = stream(seed, "moves")
    members = len(trees.sponsor)
    moves: list[Move] = []
    count = max(members // MEMBERS_PER_MOVE, FEWEST) if members >= ROOM else 0
    for number in range(count):
        before = number % 2 == 0
        effective = end.toordinal() + (-1 - below(bits, DAYS_BEFORE) if before else below(bits, DAYS_AFTER))
        earlier = moves[-1] if moves and number % SECOND_MOVE == SECOND_MOVE - 1 else None
        if earlier is not None and earlier.effective >= effective:
            earlier = None
        if earlier is not None:
            tree, member = earlier.tree, earlier.member
        else:
            tree = "placement" if trees.placement and bits(1) else "sponsor"
            member = _mover(trees, people, bits(30), effective, {move.member for move in moves[-TRIES:]})
        if member == NOBODY:
            continue
        chosen = _new_parent(trees, people, bits(30), tree, member, earlier)
        if chosen is None:
            continue
        recorded = effective + below(bits, 9) - 6
        if earlier is not None:
            recorded = max(recorded, earlier.recorded + 1)
        reasons = SPONSOR_REASONS if tree == "sponsor" else PLACEMENT_REASONS
        actor, reason = ACTORS[below(bits, len(ACTORS))], reasons[below(bits, len(reasons))]
        moves.append(Move(effective, member, tree, *chosen, recorded, actor, reason))
    moves += _from_tank(trees, people, seed)
    return sorted(moves, key=lambda move: (move.effective, move.member, move.tree))


def _mover(trees: Trees, people: People, start: int, effective: int, moved: set[int]) -> int:
    members = len(trees.sponsor)
    for attempt in range(TRIES):
        member = (start + attempt * 7919) % members
        if (
            member > 1
            and member not in moved
            and people.status[member] == ACTIVE
            and trees.owner[member] == member
            and people.enrolled[member] < effective - 14
            and not (trees.shape == "deep" and member % CHAIN_STEP == 1)
            and not _in_tank(trees, member)
        ):
            return member
    return NOBODY


def _in_tank(trees: Trees, member: int) -> bool:
    return bool(trees.placement) and member > 0 and trees.placement[member] == NOBODY


def _new_parent(
    trees: Trees, people: People, start: int, tree: str, member: int, earlier: Move | None
) -> tuple[int, int] | None:
    """The new parent and leg; None if no suitable parent is found."""
    column = trees.sponsor if tree == "sponsor" else trees.placement
    current = earlier.parent if earlier else column[member]
    for attempt in range(TRIES):
        parent = (start + attempt * 7919) % member
        if parent == current or people.status[parent] != ACTIVE:
            continue
        if tree == "sponsor":
            return parent, NOBODY
        free = [leg for leg in (0, 1) if not trees.slots[parent] >> leg & 1]
        if free and not _in_tank(trees, parent):
            leg = free[start % len(free)]
            trees.slots[parent] |= 1 << leg
            return parent, leg
    return None


def _from_tank(trees: Trees, people: People, seed: int) -> list[Move]:
    """Place every second member of the holding tank, days later, at the outer end of a leg of the sponsor."""
    bits = stream(seed, "tank")
    moves = []
    tank = [member for member in range(1, len(trees.placement)) if trees.placement[member] == NOBODY]
    for member in tank[::2]:
        sponsor, leg = trees.sponsor[member], bits(1)
        effective = people.enrolled[member] + 3 + below(bits, 14)
        # The parent may have enrolled later. That makes no cycle: nobody is below a member of the tank.
        parent = trees.end_of_leg(sponsor, leg)
        if people.enrolled[parent] <= effective and not trees.slots[parent] >> leg & 1:
            trees.slots[parent] |= 1 << leg
            moves.append(Move(effective, member, "placement", parent, leg, effective, *FROM_TANK))
    return moves


def write_moves(table: TableWriter, people: People, seed: int, moves: list[Move]) -> None:
    """Write the moves, each recorded during office hours."""
    bits = stream(seed, "office hours")
    days = Days()
    for move in moves:
        leg = "" if move.leg == NOBODY else "LR"[move.leg]
        hour, minute = 8 + below(bits, 9), below(bits, 60)
        table.add(
            f"{people.member_id(move.member)},{move.tree},{people.member_id(move.parent)},{leg},"
            f"{days[move.effective]},{days[move.recorded]}T{hour:02d}:{minute:02d}:00Z,{move.actor},{move.reason}\n"
        )
    table.flush()
