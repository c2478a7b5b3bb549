"""The members table with the first parents in both trees, checked against itself and against the graph."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from engine.genealogy import stored
from engine.genealogy.changes.closed import ClosedPeriod, closing_day
from engine.genealogy.legs import same_leg
from engine.genealogy.stored import STATUSES, TREES, UPDATABLE, StoredMember
from engine.genealogy.timelines import First, on_cycle
from engine.graph.database import Graph
from engine.intake import columns
from engine.intake.columns import flag
from engine.intake.refusals import Refusals
from engine.intake.tables import CompanyTable


@dataclass(slots=True)
class CheckedMembers:
    """The members table, checked: typed columns, and which rows are new, changed or as stored.

    `one_tree` says whether the sponsor tree is the only one. `place` gives the row of each identifier.
    """

    table: CompanyTable
    columns: pa.Table
    stored: dict[str, StoredMember]
    one_tree: bool
    place: dict[str, int]
    new: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: int = 0

    @property
    def main(self) -> str:
        """The tree in which legs are slots."""
        return "sponsor" if self.one_tree else "placement"

    @property
    def added(self) -> pa.Table:
        """The new rows."""
        return self.columns.take(pa.array(self.new, pa.int64()))

    @property
    def changed(self) -> pa.Table:
        """The changed rows."""
        return self.columns.take(pa.array(self.updated, pa.int64()))

    def first_edge(self, tree: str, row: int) -> First | None:
        """The first edge of a new member's row in one tree; None for a root."""
        member = self.columns.slice(row, 1).to_pylist()[0]
        parent = member[f"{tree}_id"]
        leg = member["leg"] if tree == self.main else None
        return First(parent, leg, member["enrolled_on"]) if parent else None

    def first_edges(self, members: pa.Table, tree: str) -> pa.Table:
        """First edges of new members in one tree: member_id, parent_id, leg; roots have none."""
        parent = members[f"{tree}_id"]
        leg = members["leg"] if tree == self.main else pa.nulls(members.num_rows, pa.string())
        edges = pa.table({"member_id": members["member_id"], "parent_id": parent, "leg": leg})
        return edges.filter(pc.is_valid(parent))


def check_members(
    table: CompanyTable,
    placement_moves: bool,
    one_tree_before: bool | None,
    graph: Graph | None,
    refusals: Refusals,
    closed: Sequence[ClosedPeriod] = (),
) -> CheckedMembers:
    """Check every row of the members table against the others and the graph (None: an empty one).

    A new member who enrolled in a `closed` period is refused.
    Which rows are new, changed or as stored, `sort_rows` says, once all tables have been checked.
    """
    member_id = columns.ids(table, "member_id", refusals, unique=True)
    columns.needed(table, "enrolled_on", refusals)
    enrolled_on = columns.dates(table, "enrolled_on", refusals)
    status = columns.one_of(table, "status", STATUSES, "bad_status", refusals, "active")
    names_placement = placement_moves or table["placement_id"].null_count < table.count
    typed = {
        "member_id": member_id,
        "name": table["name"],
        "status": status,
        "country": table["country"],
        "owner_id": table["owner_id"],
        "enrolled_on": enrolled_on,
        "sponsor_id": table["sponsor_id"],
        "placement_id": table["placement_id"],
        "leg": table["leg"],
    }
    one_tree = not names_placement and one_tree_before is not False
    ids = member_id.to_pylist()
    place = {name: row for row, name in reversed(list(enumerate(ids))) if name is not None}
    known = stored.members(graph, list(place)) if graph else {}
    members = CheckedMembers(table, pa.table(typed), known, one_tree, place)
    for tree in TREES:
        _check_parents(members, f"{tree}_id", tree, graph, refusals)
    _check_stored(members, refusals)
    _refuse_closed(members, closed, refusals)
    return members


def _refuse_closed(members: CheckedMembers, closed: Sequence[ClosedPeriod], refusals: Refusals) -> None:
    """Refuse new members who enrolled in a committed period."""
    if not closed:
        return
    table, refused = members.table, set(refusals.rows(members.table))
    rows = zip(*(members.columns[name].to_pylist() for name in ("member_id", "enrolled_on")), strict=True)
    for row, (member_id, day) in enumerate(rows):
        if member_id not in members.stored and row not in refused and (reached := closing_day(closed, day)):
            what = reached.why(f"{table.called('enrolled_on')} of {member_id} is {day}")
            refusals.row(table, row, "period_committed", what, reached.todo)


def _check_parents(
    members: CheckedMembers, column: str, tree: str, graph: Graph | None, refusals: Refusals
) -> None:
    table, ids, parents = members.table, members.columns["member_id"], members.columns[column]
    if parents.null_count == table.count:
        return
    ids, parents = ids.combine_chunks(), parents.combine_chunks()
    itself = pc.equal(ids, parents)
    flag(
        table,
        itself,
        "self_reference",
        lambda row: f"{table.called(column)} of {ids[row].as_py()} is the member itself",
        refusals,
        "Leave it empty for a root.",
    )
    at = pc.index_in(parents, value_set=ids)
    missing = pc.and_(pc.is_valid(parents), pc.is_null(at))
    if graph and pc.any(missing).as_py():
        known = stored.enrolment_days(graph, parents.filter(missing).to_pylist())
        missing = pc.and_(missing, pc.invert(pc.is_in(parents, pa.array(list(known), pa.string()))))
    flag(
        table,
        missing,
        f"unknown_{tree}",
        lambda row: f"{table.called(column)} {parents[row].as_py()} of {ids[row].as_py()} is no member",
        refusals,
        "Add that member, or correct the identifier.",
    )
    # Stored members keep the parents they have, so only new rows can close a cycle.
    links = pc.fill_null(pc.if_else(itself, None, at), -1).to_pylist()
    for stored_id in members.stored:
        links[members.place[stored_id]] = -1
    for row in on_cycle(links):
        refusals.row(
            table,
            row,
            f"{tree}_cycle",
            f"{ids[row].as_py()} is above itself in the {tree} tree",
            "Correct one of the members on the circle.",
        )


def _check_stored(members: CheckedMembers, refusals: Refusals) -> None:
    """Refuse rows that give a stored member another parent or day of enrolment."""
    if not members.stored:
        return
    table = members.table
    sponsors, parents, legs, days = (
        members.columns[name].to_pylist() for name in ("sponsor_id", "placement_id", "leg", "enrolled_on")
    )
    for member_id, member in members.stored.items():
        row = members.place[member_id]
        now = {
            "sponsor": (sponsors[row], legs[row] if members.one_tree else member.sponsor[1]),
            "placement": (parents[row], legs[row] if parents[row] else None),
        }
        before = {"sponsor": member.sponsor, "placement": member.placement}
        if changed := [tree for tree in TREES if not _same(now[tree], before[tree])]:
            tree = changed[0]
            what = f"the first {tree} of {member_id} is {_place(before[tree])}, not {_place(now[tree])}"
            refusals.row(table, row, "parent_changed", what, "Write a row in the moves table.")
        elif days[row] and days[row] != member.enrolled_on:
            what = f"{member_id} is stored as enrolled on {member.enrolled_on}, not {days[row]}"
            refusals.row(table, row, "enrolment_changed", what, "The day of enrolment cannot change.")


def warnings(members: CheckedMembers, one_tree_before: bool | None) -> list[str]:
    """What is not wrong but worth a sentence."""
    sentences = []
    if one_tree_before and not members.one_tree:
        sentences.append("the company had one tree; from now on placement is a tree of its own")
    lost = pc.and_(pc.is_valid(members.columns["leg"]), pc.is_null(members.columns["placement_id"]))
    if not members.one_tree and (count := pc.sum(lost).as_py()):
        sentences.append(f"{count:,} members have a leg but no placement_id; their leg was not read")
    return sentences


def _same(one: stored.Place, other: stored.Place) -> bool:
    return one[0] == other[0] and same_leg(one[1], other[1])


def _place(parent: tuple[str | None, str | None]) -> str:
    return f"{parent[0] or 'nobody'}{f' (leg {parent[1]})' if parent[1] else ''}"


def sort_rows(members: CheckedMembers, refusals: Refusals) -> None:
    """Refuse new members below refused ones, then sort the sound rows into new, updated and unchanged."""
    table, refused = members.table, refusals.rows(members.table)
    ids = members.columns["member_id"].combine_chunks()
    if refused:
        _cascade(members, refusals)
    if not members.stored:
        members.new = [row for row in range(table.count) if row not in refused]
        members.updated, members.unchanged = [], 0
        return
    members.new, members.updated, members.unchanged = [], [], 0
    updatable = list(zip(*(members.columns[name].to_pylist() for name in UPDATABLE), strict=True))
    for row, member_id in enumerate(ids.to_pylist()):
        if row in refused:
            continue
        known = members.stored.get(member_id)
        if known is None:
            members.new.append(row)
        elif known.updatable == updatable[row]:
            members.unchanged += 1
        else:
            members.updated.append(row)


def _cascade(members: CheckedMembers, refusals: Refusals) -> None:
    table, refused = members.table, refusals.rows(members.table)
    ids = members.columns["member_id"].to_pylist()
    below: dict[str, list[tuple[int, str]]] = {}
    for tree in TREES:
        for row, parent in enumerate(members.columns[f"{tree}_id"].to_pylist()):
            if parent is not None and ids[row] not in members.stored:
                below.setdefault(parent, []).append((row, tree))
    waiting = [ids[row] for row in refused if ids[row] is not None and members.place[ids[row]] == row]
    while waiting:
        parent = waiting.pop()
        if parent in members.stored:
            continue
        for row, tree in below.get(parent, ()):
            new = row not in refused
            what = f"the {tree} {parent} of {ids[row]} is refused"
            if new:
                refusals.row(table, row, f"refused_{tree}", what, "Correct that row first.", consequence=True)
                waiting.append(ids[row])


def known_owners(
    table: CompanyTable, members: CheckedMembers, graph: Graph | None, refusals: Refusals
) -> pa.Array:
    """The column member_id of a table; rows without one, or of a member who is not known, are refused."""
    owners = columns.ids(table, "member_id", refusals)
    refuse_unknown(table, owners, members, graph, refusals)
    return owners


def refuse_unknown(
    table: CompanyTable, named: pa.Array, members: CheckedMembers, graph: Graph | None, refusals: Refusals
) -> None:
    """Refuse rows that name a member whom neither the graph nor a sound row of the members table knows."""
    listed = members.columns["member_id"].combine_chunks()
    bad = pc.and_(pc.is_valid(named), pc.invert(pc.is_in(named, _sound_ids(members, refusals))))
    if pc.any(bad).as_py() and graph:
        known = stored.enrolment_days(graph, named.filter(bad).to_pylist())
        bad = pc.and_(bad, pc.invert(pc.is_in(named, pa.array(list(known), pa.string()))))
    if not pc.any(bad).as_py():
        return
    refused = pc.and_(bad, pc.is_in(named, listed))
    flag(
        table, pc.and_(bad, pc.invert(refused)), "unknown_member",
        lambda row: f"member {named[row].as_py()} is not known", refusals,
        "Add that member, or correct the identifier.",
    )  # fmt: skip
    flag(
        table, refused, "refused_member", lambda row: f"member {named[row].as_py()} is refused", refusals,
        "Correct that row first.", consequence=True,
    )  # fmt: skip


def _sound_ids(members: CheckedMembers, refusals: Refusals) -> pa.Array:
    ids = members.columns["member_id"].combine_chunks()
    if not refusals.rows(members.table):
        return ids
    rows = pa.array(members.new + members.updated, pa.int64())
    return pa.concat_arrays([ids.take(rows), pa.array(list(members.stored), pa.string())])
