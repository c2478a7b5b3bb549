"""Members and both trees: what the tables say is held against itself and against the graph, then written.

Nothing here writes before everything is checked; the checks hand on plain columns and timelines.
"""

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from engine.composition.trees import between_members
from engine.genealogy.changes import Tick, batches
from engine.genealogy.stored import FACTS, STATUSES, TREES, Known, existing, known
from engine.genealogy.timelines import First, on_cycle
from engine.graph.database import Graph
from engine.intake import columns
from engine.intake.columns import flag
from engine.intake.refusals import Refusals
from engine.intake.tables import Table


@dataclass(slots=True)
class Members:
    """The members table, checked: typed columns, and which rows are new, changed or as stored.

    `one_tree` tells whether the sponsor tree is the only one. `place` gives the row of each identifier.
    """

    table: Table
    columns: pa.Table
    known: dict[str, Known]
    one_tree: bool
    place: dict[str, int]
    new: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: int = 0

    @property
    def main(self) -> str:
        """The tree in which legs are slots."""
        return "sponsor" if self.one_tree else "placement"

    def first(self, tree: str, row: int) -> First | None:
        """The first edge of a new member's row."""
        found = self.columns.slice(row, 1).to_pylist()[0]
        parent = found["sponsor_id" if tree == "sponsor" else "placement_id"]
        leg = found["leg"] if tree == self.main else None
        return First(parent, leg, found["enrolled_on"]) if parent else None


def check_members(
    table: Table, placement_moves: bool, one_tree_before: bool | None, graph: Graph | None, refusals: Refusals
) -> Members:
    """Hold every row of the members table against the others and the graph (None: an empty one).

    Refuses, and then leaves out of `new` and `updated`: see DOCS of `upline import`.
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
    listed = member_id.to_pylist()
    place = {one: row for row, one in reversed(list(enumerate(listed))) if one is not None}
    stored = known(graph, list(place)) if graph else {}
    found = Members(table, pa.table(typed), stored, one_tree, place)
    for tree in TREES:
        _check_parents(found, f"{tree}_id", tree, graph, refusals)
    _check_known(found, refusals)
    return found


def _check_parents(members: Members, column: str, tree: str, graph: Graph | None, refusals: Refusals) -> None:
    table, ids, parents = members.table, members.columns["member_id"], members.columns[column]
    if parents.null_count == table.count:
        return
    ids, parents = ids.combine_chunks(), parents.combine_chunks()
    itself = pc.equal(ids, parents)
    flag(
        table,
        itself,
        "self_reference",
        lambda row: f"{column} of {ids[row].as_py()} is the member itself",
        refusals,
        "Leave it empty for a root.",
    )
    at = pc.index_in(parents, value_set=ids)
    missing = pc.and_(pc.is_valid(parents), pc.is_null(at))
    if graph and pc.any(missing).as_py():
        stored = existing(graph, parents.filter(missing).to_pylist())
        missing = pc.and_(missing, pc.invert(pc.is_in(parents, pa.array(list(stored), pa.string()))))
    flag(
        table,
        missing,
        f"unknown_{tree}",
        lambda row: f"{column} {parents[row].as_py()} of {ids[row].as_py()} is no member",
        refusals,
        "Add that member, or correct the identifier.",
    )
    # Stored members keep the parents they have, so only new rows can close a cycle.
    links = pc.fill_null(pc.if_else(itself, None, at), -1).to_pylist()
    for stored_id in members.known:
        links[members.place[stored_id]] = -1
    for row in on_cycle(links):
        refusals.row(
            table,
            row,
            f"{tree}_cycle",
            f"{ids[row].as_py()} stands above itself in the {tree} tree",
            "Correct one of the members on the circle.",
        )


def _check_known(members: Members, refusals: Refusals) -> None:
    if not members.known:
        return
    table = members.table
    sponsors, parents, legs, days = (
        members.columns[name].to_pylist() for name in ("sponsor_id", "placement_id", "leg", "enrolled_on")
    )
    for member_id, stored in members.known.items():
        row = members.place[member_id]
        said = {
            "sponsor": (sponsors[row], legs[row] if members.one_tree else stored.sponsor[1]),
            "placement": (parents[row], legs[row] if parents[row] else None),
        }
        had = {"sponsor": stored.sponsor, "placement": stored.placement}
        if said != had:
            tree = "placement" if said["sponsor"] == had["sponsor"] else "sponsor"
            what = f"the first {tree} of {member_id} is {_place(had[tree])}, not {_place(said[tree])}"
            refusals.row(table, row, "parent_changed", what, "Write a row in the moves table.")
        elif days[row] and days[row] != stored.enrolled_on:
            what = f"{member_id} is stored as enrolled on {stored.enrolled_on}, not {days[row]}"
            refusals.row(table, row, "enrolment_changed", what, "The day of enrolment cannot change.")


def warnings(members: Members, one_tree_before: bool | None) -> list[str]:
    """What is not wrong but worth a sentence."""
    found = []
    if one_tree_before and not members.one_tree:
        found.append("the company had one tree; from now on placement is a tree of its own")
    lost = pc.and_(pc.is_valid(members.columns["leg"]), pc.is_null(members.columns["placement_id"]))
    if not members.one_tree and (count := pc.sum(lost).as_py()):
        found.append(f"{count:,} members have a leg but no placement_id; their leg was not read")
    return found


def _place(parent: tuple[str | None, str | None]) -> str:
    return f"{parent[0] or 'nobody'}{f' (leg {parent[1]})' if parent[1] else ''}"


def settle(members: Members, refusals: Refusals) -> None:
    """Refuse new members below refused ones, then sort the sound rows into new, updated and unchanged."""
    table, refused = members.table, refusals.rows(members.table)
    ids = members.columns["member_id"].combine_chunks()
    if refused:
        _cascade(members, refusals)
    if not members.known:
        members.new = [row for row in range(table.count) if row not in refused]
        members.updated, members.unchanged = [], 0
        return
    members.new, members.updated, members.unchanged = [], [], 0
    facts = list(zip(*(members.columns[name].to_pylist() for name in FACTS), strict=True))
    for row, member_id in enumerate(ids.to_pylist()):
        if row in refused:
            continue
        stored = members.known.get(member_id)
        if stored is None:
            members.new.append(row)
        elif stored.facts == facts[row]:
            members.unchanged += 1
        else:
            members.updated.append(row)


def _cascade(members: Members, refusals: Refusals) -> None:
    table, refused = members.table, refusals.rows(members.table)
    ids = members.columns["member_id"].to_pylist()
    below: dict[str, list[tuple[int, str]]] = {}
    for tree in TREES:
        for row, parent in enumerate(members.columns[f"{tree}_id"].to_pylist()):
            if parent is not None and ids[row] not in members.known:
                below.setdefault(parent, []).append((row, tree))
    waiting = [ids[row] for row in refused if ids[row] is not None and members.place[ids[row]] == row]
    while waiting:
        parent = waiting.pop()
        if parent in members.known:
            continue
        for row, tree in below.get(parent, ()):
            new = row not in refused
            what = f"the {tree} {parent} of {ids[row]} is refused"
            if new:
                refusals.row(table, row, f"refused_{tree}", what, "Correct that row first.", consequence=True)
                waiting.append(ids[row])


def add_members(graph: Graph, members: Members, number: int, tick: Tick) -> None:
    """Write new members, then their first edges."""
    new = members.columns.take(pa.array(members.new, pa.int64()))
    new = new.set_column(
        new.column_names.index("enrolled_on"), "enrolled_on", pc.cast(new["enrolled_on"], pa.string())
    )
    for batch in batches(new.select(["member_id", *FACTS, "enrolled_on"])):
        graph.write("genealogy/add_members", rows=batch, number=number)
        tick(len(batch))
    for tree in TREES:
        for batch in batches(edges(new, tree, members.main)):
            graph.write(between_members("genealogy/add_edges", tree), rows=batch)
            tick(0)


def edges(new: pa.Table, tree: str, main: str) -> pa.Table:
    """First edges of one tree: member_id, parent_id, leg."""
    parent = new[f"{tree}_id"]
    leg = new["leg"] if tree == main else pa.nulls(new.num_rows, pa.string())
    listed = pa.table({"member_id": new["member_id"], "parent_id": parent, "leg": leg})
    return listed.filter(pc.is_valid(parent))


def update_members(graph: Graph, members: Members, tick: Tick) -> None:
    """Bring known members up to date."""
    changed = members.columns.take(pa.array(members.updated, pa.int64())).select(["member_id", *FACTS])
    for batch in batches(changed):
        graph.write("genealogy/update_members", rows=batch)
        tick(len(batch))
