"""The one place where edges of both trees are opened, closed and withdrawn.

What is kept of the placement tree of today, such as the ends of legs, follows `write` and `add_first`: no
other module writes an edge, but the offline load, which writes whole new stores.

Nothing is erased. An edge is open, closed (`WAS_`), planned for a later day (`WILL_`), or believed no longer
(`ONCE_`). So reads of today follow one type and look at no day. When the day of a planned edge comes, a
change turns it (`engine/genealogy/operations/turning.py`): it is the open one, and the open one is closed.

An edge says which change made it (`opened_no`; without one that is its move's `import_no`, or the member's
for a first edge), which one closed it (`closed_no`) and which one withdrew it (`withdrawn_no`). So the tree
as of any day, as it was known after any change, can be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_other
from datetime import UTC, date, datetime
from typing import Any

from engine.composition.trees import PREFIXES, between_members
from engine.genealogy.changes.kept import Keeper
from engine.genealogy.changes.lane import look
from engine.genealogy.timelines import Edge, First, Move, timeline
from engine.graph.database import Ask

TIMELINES = 1_000
"""Members whose edges are written in one transaction."""


@dataclass(frozen=True, slots=True)
class StoredEdge:
    """An edge as it is, or is to be, stored: its parent, its properties, and what the store calls it."""

    parent_id: str
    facts: Mapping[str, Any]
    element: str | None = None
    """None for an edge that is not stored yet."""
    kind: str = "open"
    """``open``, ``closed``, ``planned`` or ``once``: which of the four types it has."""

    @property
    def withdrawn(self) -> bool:
        """Whether it is believed no longer."""
        return "withdrawn_no" in self.facts

    def kind_on(self, today: date) -> str:
        """The kind that it is to have on a day, which is today.

        A first edge is never planned: it comes with its member, whenever that is.
        """
        until = self.facts.get("until")
        if self.withdrawn:
            return "once"
        if self.facts.get("step") and today < self.facts["since"]:
            return "planned"
        return "open" if until is None or today < until else "closed"

    @property
    def open(self) -> bool:
        """Whether it is the one that the tree of today has."""
        return self.kind == "open"

    def holds(self, day: date) -> bool:
        """Whether it holds on a day, as it is known now."""
        until = self.facts.get("until")
        return not self.withdrawn and self.facts["since"] <= day and (until is None or day < until)

    @property
    def made_no(self) -> int | None:
        """The change that made it; None for a first edge, which came with its member."""
        number: int | None = self.facts.get("opened_no", self.facts.get("import_no"))
        return number

    @property
    def key(self) -> tuple[Any, ...]:
        """What an edge keeps while it is closed, opened again or counted anew."""
        facts = self.facts
        at = facts.get("opened_at" if "until" in facts else "recorded_at") if "import_no" in facts else None
        return (self.parent_id, facts.get("leg"), facts["since"], at, facts.get("import_no"))


@dataclass(frozen=True, slots=True)
class Hang:
    """A member under a parent, in a leg where there are legs."""

    member_id: str
    parent_id: str
    leg: str | None


def stored_edges(ask: Ask, tree: str, member_ids: Iterable[str]) -> dict[str, list[StoredEdge]]:
    """All edges of some members in one tree, withdrawn ones too, in the order of their steps; [] for none."""
    ids = list(dict.fromkeys(member_ids))
    edges: dict[str, list[StoredEdge]] = {member: [] for member in ids}
    for member, *row in ask(between_members("genealogy/edges_of", tree), ids=ids)[0]["edges"]:
        edges[member].append(stored_edge(*row))
    return edges


def stored_edge(parent_id: str, facts: Mapping[str, Any], element: str, type_: str) -> StoredEdge:
    """An edge as statements return it: parent, properties, what the store calls it, and its type."""
    kind = next((each for each, prefix in PREFIXES.items() if prefix and type_.startswith(prefix)), "open")
    return StoredEdge(parent_id, native(facts), element, kind)


def as_of_today(edges: Iterable[StoredEdge], today: date) -> list[StoredEdge]:
    """Edges, each with the kind that it has today."""
    return [with_other(edge, kind=edge.kind_on(today)) for edge in edges]


def revised(
    stored: Sequence[StoredEdge], timeline: Sequence[Edge], number: int, today: date
) -> list[StoredEdge]:
    """The edges of one member after a change has made this timeline of them.

    What the change contradicts becomes withdrawn, what it ends becomes closed. What the change itself wrote
    before is corrected in place, and what it withdrew before comes back: so the timeline of before, written
    under the same number, takes everything back.
    """
    current = {edge.key: edge for edge in stored if not edge.withdrawn}
    once = [edge for edge in stored if edge.withdrawn]
    edges: list[StoredEdge] = []
    for each in timeline:
        facts = edge_facts(each)
        fresh = StoredEdge(each.parent_id, facts)
        before = current.pop(fresh.key, None)
        if before is not None and (numbers := _numbers(before, each, number)) is not None:
            edges.append(StoredEdge(each.parent_id, facts | numbers, before.element))
            continue
        if before is not None and before.made_no != number:
            once.append(_withdrawn(before, number))
        edges.append(_revived(once, fresh, number) or StoredEdge(each.parent_id, _made(facts, number)))
    once += [_withdrawn(edge, number) for edge in current.values() if edge.made_no != number]
    return as_of_today(edges + once, today)


def _numbers(before: StoredEdge, after: Edge, number: int) -> dict[str, int] | None:
    """The numbers of an edge that stays, closed or opened again perhaps; None where it is contradicted."""
    numbers = {name: before.facts[name] for name in ("opened_no", "closed_no") if name in before.facts}
    until = before.facts.get("until")
    if until == after.until:
        return numbers
    if until is None:
        return numbers | {"closed_no": number}
    if before.facts.get("closed_no") == number and before.made_no != number:
        if after.until is None:
            del numbers["closed_no"]
        return numbers
    return None


def _made(facts: dict[str, Any], number: int) -> dict[str, Any]:
    """The properties of an edge that a change makes."""
    numbers = {} if facts.get("import_no") == number else {"opened_no": number}
    return facts | numbers | ({"closed_no": number} if "until" in facts else {})


def _withdrawn(edge: StoredEdge, number: int) -> StoredEdge:
    return StoredEdge(edge.parent_id, {**edge.facts, "withdrawn_no": number}, edge.element)


def _revived(once: list[StoredEdge], fresh: StoredEdge, number: int) -> StoredEdge | None:
    """The edge that the same change withdrew before, taken out of `once`; None where it is another one."""
    for place, edge in enumerate(once):
        same = edge.key == fresh.key and edge.facts.get("until") == fresh.facts.get("until")
        if same and edge.facts["withdrawn_no"] == number:
            del once[place]
            numbers = {name: edge.facts[name] for name in ("opened_no", "closed_no") if name in edge.facts}
            return StoredEdge(fresh.parent_id, {**fresh.facts, **numbers}, edge.element)
    return None


def history(member_id: str, edges: Iterable[StoredEdge]) -> tuple[First | None, list[Move]]:
    """The first edge of a member in one tree, None where there is none, and all moves but withdrawn ones."""
    first: First | None = None
    moves: list[Move] = []
    for edge in edges:
        facts = edge.facts
        if edge.withdrawn:
            continue
        if not facts["step"]:
            first = First(edge.parent_id, facts.get("leg"), facts["since"])
            continue
        closed = "until" in facts
        actor, reason = (
            facts.get(name) for name in (("opened_by", "opened_for") if closed else ("actor", "reason"))
        )
        moves.append(
            Move(
                member_id, edge.parent_id, facts.get("leg"), facts["since"],
                facts["opened_at" if closed else "recorded_at"], actor, reason, len(moves),
                facts.get("import_no", 0),
            )
        )  # fmt: skip
    return first, moves


def before_change(member_id: str, stored: Sequence[StoredEdge], number: int, today: date) -> list[StoredEdge]:
    """The edges of a member as they were before a change, and before every later one.

    What these changes made is left out, what they closed is open again, and what they withdrew is believed
    again. Only for changes that never counted: nothing of them stays readable.
    """
    kept = [_undone(edge, number) for edge in stored if (edge.made_no or 0) < number]
    current = {edge.key: edge for edge in kept if not edge.withdrawn}
    restored = []
    for each in timeline(*history(member_id, current.values())):
        fresh = StoredEdge(each.parent_id, edge_facts(each))
        before = current.get(fresh.key, fresh)
        numbers = {name: before.facts[name] for name in ("opened_no", "closed_no") if name in before.facts}
        restored.append(StoredEdge(each.parent_id, {**fresh.facts, **numbers}, before.element))
    return as_of_today(restored + [edge for edge in kept if edge.withdrawn], today)


def _undone(edge: StoredEdge, number: int) -> StoredEdge:
    """An edge without what a change, or a later one, has closed or withdrawn of it."""
    facts = dict(edge.facts)
    if facts.get("withdrawn_no", 0) >= number:
        del facts["withdrawn_no"]
    if facts.get("closed_no", 0) >= number:
        for name in ("until", "closed_no", "recorded_at", "actor", "reason"):
            facts.pop(name, None)
        for opened, name in (("opened_at", "recorded_at"), ("opened_by", "actor"), ("opened_for", "reason")):
            if opened in facts:
                facts[name] = facts.pop(opened)
    return StoredEdge(edge.parent_id, facts, edge.element)


def restore(ask: Ask, tree: str, member_ids: Sequence[str], number: int) -> None:
    """Give members the edges that they had before a change that never counted."""
    if not member_ids:
        return
    today = look(ask).today
    keeper = Keeper(ask, in_steps=True)
    if tree == "placement":
        keeper.follows(len(member_ids))
    for start in range(0, len(member_ids), TIMELINES):
        portion = member_ids[start : start + TIMELINES]
        before = stored_edges(ask, tree, portion)
        after = {member: before_change(member, before[member], number, today) for member in portion}
        write(ask, tree, before, after, keeper)


def replace(
    ask: Ask, tree: str, timelines: Mapping[str, Sequence[Edge]], number: int, keeper: Keeper
) -> None:
    """Give members the timelines that a change makes of their edges; the change's `keeper` follows."""
    members = list(timelines)
    if not members:
        return
    today = look(ask).today
    if tree == "placement":
        keeper.follows(len(members))  # for all portions at once
    for start in range(0, len(members), TIMELINES):
        portion = members[start : start + TIMELINES]
        before = stored_edges(ask, tree, portion)
        after = {member: revised(before[member], timelines[member], number, today) for member in portion}
        write(ask, tree, before, after, keeper)


def write(
    ask: Ask,
    tree: str,
    before: Mapping[str, Sequence[StoredEdge]],
    after: Mapping[str, Sequence[StoredEdge]],
    keeper: Keeper,
) -> None:
    """Write what differs between the edges of some members before a change and after it."""
    left: dict[str, Hang] = {}
    taken: dict[str, Hang] = {}
    for member in after:
        old, new = (_open(member, edges[member]) for edges in (before, after))
        if old != new:
            left |= {member: old} if old else {}
            taken |= {member: new} if new else {}
    reserved = _reserved(before) ^ _reserved(after)
    statement = between_members("changes/revise_edges", tree)
    rows = [row for member in after if (row := _difference(member, before[member], after[member]))]
    followed = len(left | taken) + len(reserved)
    if tree == "placement" and followed and keeper.follows(followed):
        for was in left.values():
            ask("changes/close_place", member_id=was.member_id)
            keeper.closed(was.member_id, was.parent_id, was.leg)
        for row in rows:
            ask(statement, rows=[row])
            if hang := taken.get(row["member_id"]):
                keeper.opened(hang.member_id, hang.parent_id, hang.leg)
        for parent_id in sorted({place[1] for place in reserved}):
            keeper.reserved(parent_id)
    elif rows:
        ask(statement, rows=rows)
    days = [edge.facts["since"] for edges in after.values() for edge in edges if edge.kind == "planned"]
    if days:
        ask("changes/plan_turn", day=min(days))


def add_first(ask: Ask, tree: str, rows: Sequence[Mapping[str, Any]], keeper: Keeper) -> None:
    """The first edges of new members, since the day of enrolment: member_id, parent_id, leg."""
    statement = between_members("changes/add_edges", tree)
    if tree == "placement" and rows and keeper.follows(len(rows)):
        for row in rows:
            ask(statement, rows=[row])
            keeper.opened(row["member_id"], row["parent_id"], row["leg"])
    else:
        ask(statement, rows=list(rows))


def _reserved(edges: Mapping[str, Sequence[StoredEdge]]) -> set[tuple[str, str, str | None]]:
    """The places that members take on a later day: member, parent, leg."""
    return {
        (member, edge.parent_id, edge.facts.get("leg"))
        for member, listed in edges.items()
        for edge in listed
        if edge.kind == "planned"
    }


def _open(member: str, edges: Sequence[StoredEdge]) -> Hang | None:
    return next((Hang(member, edge.parent_id, edge.facts.get("leg")) for edge in edges if edge.open), None)


def _difference(
    member: str, before: Sequence[StoredEdge], after: Sequence[StoredEdge]
) -> dict[str, Any] | None:
    """What to delete and to create, as a row of changes/revise_edges; None where nothing differs."""
    as_stored = {edge.element: edge for edge in before}
    kept = {
        edge.element
        for edge in after
        if edge.element is not None
        and (edge.kind, edge.facts) == (as_stored[edge.element].kind, as_stored[edge.element].facts)
    }
    gone = [element for element in as_stored if element not in kept]
    new = [edge for edge in after if edge.element not in kept]
    if not gone and not new:
        return None
    rows: dict[str, Any] = {"member_id": member, "gone": gone, **{kind: [] for kind in PREFIXES}}
    for edge in new:
        rows[edge.kind].append({"parent_id": edge.parent_id, "facts": dict(edge.facts)})
    return rows


def edge_facts(edge: Edge) -> dict[str, Any]:
    """The properties of an edge of a timeline, empty ones left out, without the numbers of changes."""
    facts: dict[str, Any] = {"leg": edge.leg, "since": edge.since, "until": edge.until, "step": edge.step}
    if edge.opened:
        facts |= {"import_no": edge.opened.import_no} | (
            {
                "opened_at": edge.opened.recorded_at,
                "opened_by": edge.opened.actor,
                "opened_for": edge.opened.reason,
            }
            if edge.until
            else _recorded(edge.opened)
        )
    if edge.closed:
        facts |= _recorded(edge.closed)
    return {key: value for key, value in facts.items() if value is not None}


def _recorded(move: Move) -> dict[str, datetime | str | None]:
    return {"recorded_at": move.recorded_at, "actor": move.actor, "reason": move.reason}


def native(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Properties of the store with days and instants as Python has them, instants in UTC."""
    return {name: _native(value) for name, value in facts.items()}


def _native(value: Any) -> Any:
    """A value of the store as Python has it, instants in UTC."""
    native = value.to_native() if hasattr(value, "to_native") else value
    return native.astimezone(UTC) if isinstance(native, datetime) else native
