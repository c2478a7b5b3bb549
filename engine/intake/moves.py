"""The moves table: checked against the days that moves fall on, and turned into whole timelines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from engine.genealogy import stored
from engine.genealogy.changes.closed import ClosedPeriod, closing_day
from engine.genealogy.legs import leg_key
from engine.genealogy.slots import Slot, Stay, clash, stored_stays
from engine.genealogy.stored import TREES
from engine.genealogy.timelines import Edge, First, Move, cyclic_moves, timeline
from engine.graph.database import Graph
from engine.intake import columns
from engine.intake.members import CheckedMembers, sort_rows
from engine.intake.refusals import Refusals
from engine.intake.tables import CompanyTable

Timelines = dict[str, list[Edge]]
"""The edges of some members in one tree, oldest first."""


@dataclass(frozen=True, slots=True)
class Claim(Stay):
    """A stay, and the row that is refused where the slot is taken; a stored one has no table."""

    table: CompanyTable | None = None
    row: int = 0


@dataclass(slots=True)
class CheckedMoves:
    """The moves table, and what is known of both trees while it is checked.

    `new` holds the moves of the table by tree and member, `stored` those of the graph, `firsts` the
    first edges of all members that move; `fresh` counts by tree the sound moves that the graph does not have.
    """

    members: CheckedMembers
    table: CompanyTable | None
    graph: Graph | None
    new: dict[str, list[Move]] = field(default_factory=lambda: {tree: [] for tree in TREES})
    stored: dict[str, dict[str, list[Move]]] = field(default_factory=lambda: {tree: {} for tree in TREES})
    firsts: dict[str, dict[str, First | None]] = field(default_factory=lambda: {tree: {} for tree in TREES})
    unchanged: int = 0
    fresh: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TREES, 0))
    closed: Sequence[ClosedPeriod] = ()

    @property
    def count(self) -> int:
        """Sound moves, of both trees, that the graph does not have yet."""
        return sum(self.fresh.values())

    def sound(self, tree: str, refusals: Refusals) -> list[Move]:
        """The new moves of a tree that are not refused."""
        refused = refusals.rows(self.table) if self.table else set()
        return [move for move in self.new[tree] if move.row not in refused]

    def timelines(self, tree: str, refusals: Refusals) -> Timelines:
        """The whole timeline of every member with a new, sound move in this tree."""
        by_member: dict[str, list[Move]] = {}
        for move in self.sound(tree, refusals):
            by_member.setdefault(move.member_id, []).append(move)
        return {
            member: timeline(self.firsts[tree][member], self.stored[tree].get(member, []) + moves)
            for member, moves in by_member.items()
        }


def names_placement(table: CompanyTable | None) -> bool:
    """Whether some row of a moves table moves in the placement tree."""
    return table is not None and bool(pc.any(pc.equal(pc.utf8_lower(table["tree"]), "placement")).as_py())


def check_moves(
    table: CompanyTable | None,
    members: CheckedMembers,
    graph: Graph | None,
    zone: ZoneInfo,
    number: int,
    refusals: Refusals,
    closed: Sequence[ClosedPeriod] = (),
) -> CheckedMoves:
    """Check moves, cycles over time and leg slots, then refuse what depends on refused rows.

    A new move that takes effect in a `closed` period is refused.
    """
    checked = CheckedMoves(members, table, graph, closed=closed)
    if table:
        _read(checked, table, zone, number, refusals)
    sort_rows(members, refusals)
    while True:
        before = _refused(members.table, table, refusals)
        _check_cycles(checked, refusals)
        _check_slots(checked, refusals)
        sort_rows(members, refusals)
        _cascade(checked, refusals)
        if before == _refused(members.table, table, refusals):
            checked.fresh = {tree: len(checked.sound(tree, refusals)) for tree in TREES}
            return checked


def _refused(members: CompanyTable, moves: CompanyTable | None, refusals: Refusals) -> int:
    return len(refusals.rows(members)) + (len(refusals.rows(moves)) if moves else 0)


def _read(
    checked: CheckedMoves, table: CompanyTable, zone: ZoneInfo, number: int, refusals: Refusals
) -> None:
    member_ids = columns.references(table, "member_id", refusals).to_pylist()
    parent_ids = columns.references(table, "parent_id", refusals).to_pylist()
    columns.needed(table, "tree", refusals)
    trees = columns.one_of(table, "tree", TREES, "unknown_tree", refusals, None).to_pylist()
    columns.needed(table, "effective_on", refusals)
    days = columns.dates(table, "effective_on", refusals)
    recorded = columns.instants(table, "recorded_at", zone, refusals)
    # A move that nobody dated was known from the first instant of the day it takes effect.
    recorded = pc.coalesce(recorded, columns.to_utc(pc.cast(days, pa.timestamp("us")), zone)).to_pylist()
    enrolled = _enrolled(checked.members, checked.graph, member_ids + parent_ids)
    legs, actors, reasons = (table[name].to_pylist() for name in ("leg", "actor", "reason"))
    for row, (member, parent, tree, day) in enumerate(
        zip(member_ids, parent_ids, trees, days.to_pylist(), strict=True)
    ):
        if row in refusals.rows(table):
            continue
        if member == parent:
            what = f"{member} cannot be under itself"
            refusals.row(table, row, "self_reference", what, "Name another parent.")
        elif unknown := [name for name in (member, parent) if name not in enrolled]:
            what = f"{unknown[0]} is no member"
            refusals.row(table, row, "unknown_member", what, "Add that member, or correct the identifier.")
        elif (since := enrolled[member]) and day < since:
            what = f"{member} enrolled on {since}, after the move of {day}"
            refusals.row(table, row, "move_before_enrolment", what, "Correct one of the dates.")
        else:
            at = recorded[row].astimezone(UTC)
            checked.new[tree].append(
                Move(member, parent, legs[row], day, at, actors[row], reasons[row], row, number, row)
            )
    for tree in TREES:
        if checked.new[tree]:
            _compare(checked, table, tree, refusals)


def _enrolled(
    members: CheckedMembers, graph: Graph | None, names: Iterable[str | None]
) -> dict[str, date | None]:
    """The days of enrolment of members of the table or the graph; None where the row gives none."""
    ids = {name for name in names if name is not None}
    listed = [member for member in ids if member in members.place]
    rows = pa.array([members.place[member] for member in listed], pa.int64())
    enrolled = members.columns["enrolled_on"].take(rows).to_pylist()
    days: dict[str, date | None] = dict(zip(listed, enrolled, strict=True))
    if graph:
        days |= stored.enrolment_days(graph, ids)
    return days


def _compare(checked: CheckedMoves, table: CompanyTable, tree: str, refusals: Refusals) -> None:
    """Leave out moves that are stored already, and find the first edges of the others' members."""
    members, graph = checked.members, checked.graph
    kept = checked.stored[tree] = stored.moves(graph.read, tree) if graph else {}
    known = {move.identity: move for moves in kept.values() for move in moves}
    rest, seen = [], set()
    for move in checked.new[tree]:
        assert move.row is not None
        if move.identity in seen:
            what = f"the same move of {move.member_id} is there twice"
            refusals.row(table, move.row, "duplicate_move", what, "Keep one row.")
        elif (same := known.get(move.identity)) is None and (
            reached := closing_day(checked.closed, move.effective_on)
        ):
            what = reached.why(f"{table.called('effective_on')} is {move.effective_on}")
            refusals.row(table, move.row, "period_committed", what, reached.todo)
        elif same is None:
            order = len(kept.get(move.member_id, ())) + move.row
            rest.append(replace(move, order=order))
        elif (same.actor, same.reason) != (move.actor, move.reason):
            what = f"the stored move of {move.member_id} has another actor or reason"
            refusals.row(table, move.row, "move_changed", what, "History is not edited: leave the row.")
        else:
            checked.unchanged += 1
        seen.add(move.identity)
    checked.new[tree] = rest
    movers = sorted({move.member_id for move in rest})
    stored_members = stored.members(graph, movers) if graph else {}
    for member in movers:
        checked.firsts[tree][member] = (
            stored_members[member].first_edge(tree)
            if member in stored_members
            else members.first_edge(tree, members.place[member])
        )


def _check_cycles(checked: CheckedMoves, refusals: Refusals) -> None:
    for tree in TREES:
        moves = checked.sound(tree, refusals)
        if not moves:
            continue
        assert checked.table
        parents = stored.first_parents(checked.graph.read, tree) if checked.graph else {}
        ids = checked.members.columns["member_id"].to_pylist()
        above = checked.members.columns[f"{tree}_id"].to_pylist()
        parents |= {ids[row]: above[row] for row in checked.members.new if above[row] is not None}
        before = [move for moves in checked.stored[tree].values() for move in moves]
        for move in cyclic_moves(parents, before + moves):
            what = f"from {move.effective_on} on, {move.member_id} would be above itself in the {tree} tree"
            assert move.row is not None
            refusals.row(checked.table, move.row, "move_cycle", what, "Correct the parent or the date.")


def _cascade(checked: CheckedMoves, refusals: Refusals) -> None:
    """Refuse moves of, or under, members that are refused and not stored."""
    members = checked.members
    refused = refusals.rows(members.table)
    for tree in TREES:
        for move in checked.sound(tree, refusals):
            for name in (move.member_id, move.parent_id):
                if name not in members.stored and members.place.get(name) in refused:
                    assert checked.table
                    assert move.row is not None
                    what, todo = f"member {name} is refused", "Correct that row first."
                    refusals.row(checked.table, move.row, "refused_member", what, todo, consequence=True)


# Leg slots


def _check_slots(checked: CheckedMoves, refusals: Refusals) -> None:
    """Refuse whoever comes second into a leg that is taken on that day, in the main tree."""
    members, tree = checked.members, checked.members.main
    timelines = checked.timelines(tree, refusals)
    newcomers = _newcomers(members, tree)
    slots = _repeated(newcomers) | {
        (edge.parent_id, leg_key(edge.leg)) for edges in timelines.values() for edge in edges if edge.leg
    }
    if checked.graph and newcomers.num_rows:
        known = stored.enrolment_days(checked.graph, newcomers["parent_id"].to_pylist())
        below = newcomers.filter(pc.is_in(newcomers["parent_id"], pa.array(list(known), pa.string())))
        slots |= set(zip(below["parent_id"].to_pylist(), below["key"].to_pylist(), strict=True))
    if not slots:
        return
    claims: dict[Slot, list[Claim]] = {slot: [] for slot in slots}
    _claims_of_rows(newcomers, claims, timelines, members.table)
    _claims_of_moves(timelines, claims, checked)
    if checked.graph:
        parents = sorted({parent for parent, _ in slots})
        for slot, stays in stored_stays(checked.graph.read, tree, parents).items():
            if slot in claims:
                claims[slot] += [
                    Claim(stay.member_id, stay.leg, stay.since, stay.until)
                    for stay in stays
                    if stay.member_id not in timelines
                ]
    for (parent_id, _), claimed in claims.items():
        _settle_slot(parent_id, claimed, refusals)


def _newcomers(members: CheckedMembers, tree: str) -> pa.Table:
    """New members who come into a leg: member_id, parent_id, leg, its key, enrolled_on, row."""
    rows = pa.array(members.new, pa.int64())
    legs = members.columns["leg"].take(rows)
    coded = (legs.combine_chunks() if isinstance(legs, pa.ChunkedArray) else legs).dictionary_encode()
    keys = pa.array([leg_key(leg) for leg in coded.dictionary.to_pylist()], pa.string())
    table = pa.table({
        "member_id": members.columns["member_id"].take(rows),
        "parent_id": members.columns[f"{tree}_id"].take(rows),
        "leg": legs,
        "key": keys.take(coded.indices),
        "enrolled_on": members.columns["enrolled_on"].take(rows),
        "row": rows,
    })  # fmt: skip
    return table.filter(pc.and_(pc.is_valid(table["parent_id"]), pc.is_valid(table["leg"])))


def _repeated(newcomers: pa.Table) -> set[Slot]:
    counted = newcomers.group_by(["parent_id", "key"]).aggregate([("row", "count")])
    twice = counted.filter(pc.greater(counted["row_count"], 1))
    return set(zip(twice["parent_id"].to_pylist(), twice["key"].to_pylist(), strict=True))


def _claims_of_rows(
    newcomers: pa.Table, claims: dict[Slot, list[Claim]], timelines: Timelines, table: CompanyTable
) -> None:
    parents = pa.array(sorted({parent for parent, _ in claims}), pa.string())
    for row in newcomers.filter(pc.is_in(newcomers["parent_id"], parents)).to_pylist():
        slot = (row["parent_id"], row["key"])
        if slot in claims and row["member_id"] not in timelines:
            claims[slot].append(
                Claim(row["member_id"], row["leg"], row["enrolled_on"], None, table, row["row"])
            )


def _claims_of_moves(timelines: Timelines, claims: dict[Slot, list[Claim]], checked: CheckedMoves) -> None:
    members = checked.members
    for member, edges in timelines.items():
        for edge in edges:
            if not edge.leg:
                continue
            claim = Claim(member, edge.leg, edge.since, edge.until)
            if edge.opened and edge.opened.row is not None:
                claim = replace(claim, table=checked.table, row=edge.opened.row)
            elif edge.opened is None and member not in members.stored and member in members.place:
                claim = replace(claim, table=members.table, row=members.place[member])
            claims[(edge.parent_id, leg_key(edge.leg))].append(claim)


def _settle_slot(parent_id: str, claims: list[Claim], refusals: Refusals) -> None:
    accepted: list[Claim] = []
    # What is stored stays; then whoever came first.
    for claim in sorted(claims, key=lambda claim: (claim.table is not None, claim.since, claim.row)):
        other = clash(accepted, claim)
        if other is None or claim.table is None:
            accepted.append(claim)
            continue
        what = f"leg {claim.leg} of {parent_id} is taken by {other.member_id}"
        what += f" when {claim.member_id} comes on {claim.since}"
        refusals.row(
            claim.table, claim.row, "leg_taken", what, "Give another leg, or move the other away first."
        )
