"""Moves of members in either tree: checked against the days they fall on and turned into whole timelines."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from engine.composition.trees import between_members
from engine.genealogy import stored as store
from engine.genealogy.stored import TREES
from engine.genealogy.timelines import Edge, First, Move, cyclic_moves, timeline
from engine.graph.database import Graph
from engine.intake import columns
from engine.intake import members as genealogy
from engine.intake.members import Members
from engine.intake.refusals import Refusals
from engine.intake.tables import Table

Slot = tuple[str, str]
"""A parent and a leg."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Someone's time in a slot, until None for still there; `table` and `row` say what may be refused."""

    member_id: str
    since: date
    until: date | None
    table: Table | None = None
    row: int = 0


@dataclass(slots=True)
class Trees:
    """What is known of both trees while they are checked.

    `new` holds the moves of the table by tree and member, `stored` those of the graph, `firsts` the
    first edges of all members that move; `fresh` counts sound moves that the graph does not have yet.
    """

    members: Members
    table: Table | None
    graph: Graph | None
    new: dict[str, list[Move]] = field(default_factory=lambda: {tree: [] for tree in TREES})
    stored: dict[str, dict[str, list[Move]]] = field(default_factory=lambda: {tree: {} for tree in TREES})
    firsts: dict[str, dict[str, First | None]] = field(default_factory=lambda: {tree: {} for tree in TREES})
    unchanged: int = 0
    fresh: int = 0

    def sound(self, tree: str, refusals: Refusals) -> list[Move]:
        """The new moves of a tree that are not refused."""
        refused = refusals.rows(self.table) if self.table else set()
        return [move for move in self.new[tree] if move.row not in refused]

    def timelines(self, tree: str, refusals: Refusals) -> dict[str, list[Edge]]:
        """The whole timeline of every member with a new, sound move in this tree."""
        by_member: dict[str, list[Move]] = {}
        for move in self.sound(tree, refusals):
            by_member.setdefault(move.member_id, []).append(move)
        return {
            member: timeline(self.firsts[tree][member], self.stored[tree].get(member, []) + moves)
            for member, moves in by_member.items()
        }


def names_placement(table: Table | None) -> bool:
    """Whether some row of a moves table moves in the placement tree."""
    return table is not None and bool(pc.any(pc.equal(pc.utf8_lower(table["tree"]), "placement")).as_py())


def check(
    table: Table | None,
    members: Members,
    graph: Graph | None,
    zone: ZoneInfo,
    number: int,
    refusals: Refusals,
) -> Trees:
    """Check moves, cycles over time and leg slots, then settle who is refused because of whom."""
    trees = Trees(members, table, graph)
    if table:
        _read(trees, zone, number, refusals)
    genealogy.settle(members, refusals)
    while True:
        before = sum(len(refusals.rows(one)) for one in (members.table, table) if one)
        _check_cycles(trees, refusals)
        _check_slots(trees, refusals)
        genealogy.settle(members, refusals)
        _cascade(trees, refusals)
        if before == sum(len(refusals.rows(one)) for one in (members.table, table) if one):
            trees.fresh = sum(len(trees.sound(tree, refusals)) for tree in TREES)
            return trees


def _read(trees: Trees, zone: ZoneInfo, number: int, refusals: Refusals) -> None:
    table, members = trees.table, trees.members
    assert table
    member_ids = columns.references(table, "member_id", refusals).to_pylist()
    parent_ids = columns.references(table, "parent_id", refusals).to_pylist()
    columns.needed(table, "tree", refusals)
    kinds = columns.one_of(table, "tree", TREES, "unknown_tree", refusals, None).to_pylist()
    columns.needed(table, "effective_on", refusals)
    days = columns.dates(table, "effective_on", refusals)
    recorded = columns.instants(table, "recorded_at", zone, refusals)
    # A move that nobody dated was known from the first instant of the day it takes effect.
    recorded = pc.coalesce(recorded, columns.to_utc(pc.cast(days, pa.timestamp("us")), zone)).to_pylist()
    enrolled = _enrolled(members, trees.graph, member_ids + parent_ids)
    legs, actors, reasons = (table[name].to_pylist() for name in ("leg", "actor", "reason"))
    for row, (member, parent, tree, day) in enumerate(
        zip(member_ids, parent_ids, kinds, days.to_pylist(), strict=True)
    ):
        if row in refusals.rows(table):
            continue
        if member == parent:
            what = f"{member} cannot stand under itself"
            refusals.row(table, row, "self_reference", what, "Name another parent.")
        elif unknown := [one for one in (member, parent) if one not in enrolled]:
            what = f"{unknown[0]} is no member"
            refusals.row(table, row, "unknown_member", what, "Add that member, or correct the identifier.")
        elif (since := enrolled[member]) and day < since:
            what = f"{member} enrolled on {since}, after the move of {day}"
            refusals.row(table, row, "move_before_enrolment", what, "Correct one of the dates.")
        else:
            instant = store.utc(recorded[row])
            trees.new[tree].append(
                Move(member, parent, legs[row], day, instant, actors[row], reasons[row], row, number, row)
            )
    for tree in TREES:
        if trees.new[tree]:
            _compare(trees, tree, refusals)


def _enrolled(members: Members, graph: Graph | None, ids: Iterable[str | None]) -> dict[str, date | None]:
    wanted = {one for one in ids if one is not None}
    listed = [one for one in wanted if one in members.place]
    rows = pa.array([members.place[one] for one in listed], pa.int64())
    days = members.columns["enrolled_on"].take(rows).to_pylist()
    found: dict[str, date | None] = dict(zip(listed, days, strict=True))
    if graph:
        found |= store.existing(graph, wanted)
    return found


def _compare(trees: Trees, tree: str, refusals: Refusals) -> None:
    """Leave out moves that are stored already, and find the first edges of the others' members."""
    assert trees.table
    members, graph = trees.members, trees.graph
    stored = trees.stored[tree] = store.stored_moves(graph, tree) if graph else {}
    have = {move.identity: move for moves in stored.values() for move in moves}
    rest, seen = [], set()
    for move in trees.new[tree]:
        assert move.row is not None
        if move.identity in seen:
            what = f"the same move of {move.member_id} is there twice"
            refusals.row(trees.table, move.row, "duplicate_move", what, "Keep one row.")
        elif (same := have.get(move.identity)) is None:
            order = len(stored.get(move.member_id, ())) + move.row
            rest.append(replace(move, order=order))
        elif (same.actor, same.reason) != (move.actor, move.reason):
            what = f"the stored move of {move.member_id} has another actor or reason"
            refusals.row(trees.table, move.row, "move_changed", what, "History is not edited: leave the row.")
        else:
            trees.unchanged += 1
        seen.add(move.identity)
    trees.new[tree] = rest
    movers = sorted({move.member_id for move in rest})
    known = store.known(graph, movers) if graph else {}
    for member in movers:
        if (there := known.get(member)) is None:
            trees.firsts[tree][member] = members.first(tree, members.place[member])
        else:
            place = there.sponsor if tree == "sponsor" else there.placement
            trees.firsts[tree][member] = store.first_edge(place, there.enrolled_on)


def _check_cycles(trees: Trees, refusals: Refusals) -> None:
    for tree in TREES:
        moves = trees.sound(tree, refusals)
        if not moves:
            continue
        assert trees.table
        parents = store.stored_firsts(trees.graph, tree) if trees.graph else {}
        ids = trees.members.columns["member_id"].to_pylist()
        above = trees.members.columns[f"{tree}_id"].to_pylist()
        parents |= {ids[row]: above[row] for row in trees.members.new if above[row] is not None}
        stored = [move for moves in trees.stored[tree].values() for move in moves]
        for move in cyclic_moves(parents, stored + moves):
            what = (
                f"from {move.effective_on} on, {move.member_id} would stand above itself in the {tree} tree"
            )
            assert move.row is not None
            refusals.row(trees.table, move.row, "move_cycle", what, "Correct the parent or the date.")


def _cascade(trees: Trees, refusals: Refusals) -> None:
    """Refuse moves of, or under, members that are refused and not stored."""
    members = trees.members
    refused = refusals.rows(members.table)
    for tree in TREES:
        for move in trees.sound(tree, refusals):
            for one in (move.member_id, move.parent_id):
                if one not in members.known and members.place.get(one) in refused and move.row is not None:
                    assert trees.table
                    what = f"member {one} is refused"
                    refusals.row(
                        trees.table, move.row, "refused_member", what, "Correct that row first.", True
                    )


# Leg slots


def _check_slots(trees: Trees, refusals: Refusals) -> None:
    """Refuse whoever comes second into a leg that is taken on that day, in the main tree."""
    members, tree = trees.members, trees.members.main
    timelines = trees.timelines(tree, refusals)
    moved = {
        (edge.parent_id, edge.leg) for edges in timelines.values() for edge in edges if edge.leg is not None
    }
    rows = members.columns.append_column("row", pa.array(range(members.table.count), pa.int64()))
    rows = rows.take(pa.array(members.new, pa.int64())).rename_columns(
        ["parent_id" if name == f"{tree}_id" else name for name in rows.column_names]
    )
    rows = rows.filter(pc.and_(pc.is_valid(rows["parent_id"]), pc.is_valid(rows["leg"])))
    slots = {slot for slot in _repeated(rows) | moved if slot[1] is not None}
    if trees.graph and rows.num_rows:
        stored = store.existing(trees.graph, rows["parent_id"].to_pylist())
        there = rows.filter(pc.is_in(rows["parent_id"], pa.array(list(stored), pa.string())))
        slots |= set(zip(there["parent_id"].to_pylist(), there["leg"].to_pylist(), strict=True))
    if not slots:
        return
    taken: dict[Slot, list[Stay]] = {slot: [] for slot in slots}
    _stays_of_rows(rows, taken, timelines, members.table)
    _stays_of_moves(timelines, taken, trees)
    if trees.graph:
        _stored_stays(trees, tree, taken, timelines)
    for slot, stays in taken.items():
        _settle_slot(slot, stays, refusals)


def _repeated(rows: pa.Table) -> set[Slot]:
    counted = rows.group_by(["parent_id", "leg"]).aggregate([("row", "count")])
    twice = counted.filter(pc.greater(counted["row_count"], 1))
    return set(zip(twice["parent_id"].to_pylist(), twice["leg"].to_pylist(), strict=True))


def _stays_of_rows(
    rows: pa.Table, taken: dict[Slot, list[Stay]], timelines: dict[str, list[Edge]], table: Table
) -> None:
    near = rows.filter(
        pc.is_in(rows["parent_id"], pa.array(sorted({slot[0] for slot in taken}), pa.string()))
    )
    for found in near.select(["parent_id", "leg", "member_id", "enrolled_on", "row"]).to_pylist():
        slot = (found["parent_id"], found["leg"])
        if slot in taken and found["member_id"] not in timelines:
            taken[slot].append(Stay(found["member_id"], found["enrolled_on"], None, table, found["row"]))


def _stays_of_moves(timelines: dict[str, list[Edge]], taken: dict[Slot, list[Stay]], trees: Trees) -> None:
    for member, edges in timelines.items():
        for edge in edges:
            if edge.leg is None:
                continue
            if edge.opened and edge.opened.row is not None:
                stay = Stay(member, edge.since, edge.until, trees.table, edge.opened.row)
            elif edge.opened is None and member not in trees.members.known and member in trees.members.place:
                row = trees.members.place[member]
                stay = Stay(member, edge.since, edge.until, trees.members.table, row)
            else:
                stay = Stay(member, edge.since, edge.until)
            taken[(edge.parent_id, edge.leg)].append(stay)


def _stored_stays(
    trees: Trees, tree: str, taken: dict[Slot, list[Stay]], timelines: dict[str, list[Edge]]
) -> None:
    assert trees.graph
    slots = between_members("genealogy/slots", tree)
    for portion in store.in_lookups(sorted({slot[0] for slot in taken})):
        for parent, leg, member, since, until in trees.graph.value(slots, ids=portion):
            if (parent, leg) in taken and member not in timelines:
                until = until.to_native() if until else None  # noqa: PLW2901
                taken[(parent, leg)].append(Stay(member, since.to_native(), until))


def _settle_slot(slot: Slot, stays: list[Stay], refusals: Refusals) -> None:
    accepted: list[Stay] = []
    # What is stored stays; then whoever came first.
    for stay in sorted(stays, key=lambda stay: (stay.table is not None, stay.since, stay.row)):
        clash = next((one for one in accepted if _overlap(one, stay)), None)
        if clash is None or stay.table is None:
            accepted.append(stay)
            continue
        what = f"leg {slot[1]} of {slot[0]} is taken by {clash.member_id}"
        what += f" when {stay.member_id} comes on {stay.since}"
        refusals.row(
            stay.table, stay.row, "leg_taken", what, "Give another leg, or move the other away first."
        )


def _overlap(one: Stay, other: Stay) -> bool:
    """Whether two half-open stays share a day; an empty one shares none."""
    start = max(one.since, other.since)
    return (one.until is None or start < one.until) and (other.until is None or start < other.until)
