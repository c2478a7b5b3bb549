"""The company as one transaction sees it: what it has read, with what its operations have done so far.

Operations decide on it and then change it; the store gets what has changed in few statements. A refused
operation has changed nothing here, so it spoils none of those that come with it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.composition.trees import between_members
from engine.genealogy import slots
from engine.genealogy.changes.edges import StoredEdge, history, native, revised, stored_edge
from engine.genealogy.changes.lane import Company
from engine.genealogy.changes.recording import Recorded, Recording
from engine.genealogy.changes.requests import Request
from engine.genealogy.facts import value_on
from engine.genealogy.legs import SIDES, leg_key
from engine.genealogy.operations.effects import Author, Effects, Timelines
from engine.genealogy.operations.holders import KEPT, WHOSE, Customer, Person, changed_fact
from engine.genealogy.slots import Slot, Stay
from engine.genealogy.stored import TREES, in_lookups
from engine.genealogy.timelines import Edge, First, Move
from engine.graph.database import Ask


class Picture:
    """The company within a transaction that holds the lane."""

    def __init__(self, ask: Ask, company: Company) -> None:
        self.ask, self.company = ask, company
        self.one_tree = company.one_tree
        self.clock = company.clock or datetime.now(UTC)
        self.zone = company.time_zone or "UTC"
        self.today = self.clock.astimezone(ZoneInfo(self.zone)).date()
        self.recording = Recording(ask, company.closed)
        self._people: dict[str, Person | None] = {}
        self._customers: dict[str, Customer | None] = {}
        self._prospects: dict[str, Customer | None] = {}
        self._stays: dict[tuple[str, str], dict[str, list[Stay]]] = {}
        self._leg_in_use: list[str | None] = []
        self._clear: dict[str, tuple[set[str], set[str]]] = {}
        self._rehung: dict[str, set[str]] = {tree: set() for tree in TREES}
        self._parents: dict[str, set[str]] = {tree: set() for tree in TREES}

    @property
    def main(self) -> str:
        """The tree that has the legs: ``sponsor`` in a company of one tree."""
        return "placement" if self.one_tree is False else "sponsor"

    # Reading

    def load(self, ids: Iterable[str]) -> None:
        """Read members that have not been read, all in one statement."""
        missing = [each for each in dict.fromkeys(ids) if each not in self._people]
        self._people |= dict.fromkeys(missing)
        for portion in in_lookups(missing):
            (row,) = self.ask("genealogy/people", ids=portion, zone=self.zone)
            self.recording.keeper.know(row["kept"])
            for member_id, facts, pasts, leads, planned, *trees in row["people"]:
                edges = {
                    tree: [stored_edge(*edge) for edge in listed]
                    for tree, listed in zip(TREES, trees, strict=True)
                }
                before, plans = ([native(each) for each in listed] for listed in (pasts, planned))
                self._people[member_id] = Person(
                    native(facts), before, edges, dict(edges), frozenset(leads), plans
                )

    def person(self, member_id: str) -> Person | None:
        """A member; None where nobody has that id."""
        self.load([member_id])
        return self._people[member_id]

    def load_customers(self, ids: Iterable[str]) -> None:
        """Read customers that have not been read."""
        self._load("customers", self._customers, ids)

    def _load(self, nouns: str, known: dict[str, Customer | None], ids: Iterable[str]) -> None:
        missing = [each for each in dict.fromkeys(ids) if each not in known]
        known |= dict.fromkeys(missing)
        for portion in in_lookups(missing):
            rows = self.ask(f"genealogy/{nouns}_named", ids=portion, zone=self.zone)[0][nouns]
            for each_id, facts, member_id, pasts, planned in rows:
                before, plans = ([native(each) for each in listed] for listed in (pasts, planned))
                known[each_id] = Customer(native(facts) | {"member_id": member_id}, before, plans)

    def customer(self, customer_id: str) -> Customer | None:
        """A customer; None where none has that id."""
        self.load_customers([customer_id])
        return self._customers[customer_id]

    def fact_on(self, of: Person | Customer, field: str, day: date) -> Any:
        """A fact on a day: today's, and with what is planned on a later one."""
        if day <= self.today:
            return of.facts.get(field)
        return value_on(of.facts, of.pasts, field, day, planned=of.planned)

    def load_prospects(self, ids: Iterable[str]) -> None:
        """Read prospects that have not been read."""
        self._load("prospects", self._prospects, ids)

    def prospect(self, prospect_id: str) -> Customer | None:
        """A prospect; None where none has that id."""
        self.load_prospects([prospect_id])
        return self._prospects[prospect_id]

    def history(self, tree: str, member_id: str) -> tuple[First | None, list[Move]]:
        """The first edge of a member in one tree, None where there is none, and all moves."""
        person = self.person(member_id)
        return history(member_id, person.edges[tree] if person else ())

    def edge_on(self, tree: str, member_id: str, day: date) -> StoredEdge | None:
        """The edge of a member that holds on a day, as it is known now."""
        person = self.person(member_id)
        return next((edge for edge in person.edges[tree] if edge.holds(day)), None) if person else None

    def below(self, tree: str, member_id: str, day: date) -> dict[str, str | None]:
        """Who is directly below a member on a day, by id, and in which leg."""
        self.flush()
        statement = between_members("genealogy/directly_below", tree)
        return dict(self.ask(statement, member_id=member_id, day=day)[0]["members"])

    def below_each(self, tree: str, member_ids: Sequence[str], day: date) -> dict[str, dict[str, str | None]]:
        """The same of many members at once; who has nobody below is left out."""
        self.flush()
        statement = between_members("genealogy/below_each", tree)
        below: dict[str, dict[str, str | None]] = {}
        for portion in in_lookups(member_ids):
            for parent, child, leg in self.ask(statement, ids=portion, day=day)[0]["members"]:
                below.setdefault(parent, {})[child] = leg
        return below

    def customers_of(self, member_ids: Sequence[str]) -> dict[str, str]:
        """The customers of some members, each with the member; they are read."""
        customers = self._of("customers", member_ids)
        self.load_customers(customers)
        return customers

    def prospects_of(self, member_ids: Sequence[str]) -> dict[str, str]:
        """The same for prospects, but for those who have become somebody."""
        prospects = self._of("prospects", member_ids)
        self.load_prospects(prospects)
        return prospects

    def _of(self, nouns: str, member_ids: Sequence[str]) -> dict[str, str]:
        self.flush()
        owners: dict[str, str] = {}
        for portion in in_lookups(member_ids):
            owners |= dict(self.ask(f"genealogy/{nouns}_of", ids=portion)[0][nouns])
        return owners

    def stays(self, tree: str, parent_id: str) -> dict[str, list[Stay]]:
        """Who is, or was, in the legs of a member in one tree, by the key of the leg."""
        if (tree, parent_id) not in self._stays:
            self.load_stays(tree, [parent_id])
        return self._stays[tree, parent_id]

    def load_stays(self, tree: str, parents: Iterable[str]) -> None:
        """Read the legs of members that have not been read."""
        missing = [each for each in dict.fromkeys(parents) if (tree, each) not in self._stays]
        if missing:
            self._note_stays(tree, missing, slots.stored_stays(self.ask, tree, missing))

    def _note_stays(self, tree: str, parents: Sequence[str], stored: Mapping[Slot, list[Stay]]) -> None:
        """Note who is or was in the legs of members, as the store has it and as it will be written."""
        self._stays |= {(tree, parent): {} for parent in parents}
        unwritten = self.recording.after.get(tree, {})
        for (parent, key), listed in stored.items():
            self._stays[tree, parent][key] = [each for each in listed if each.member_id not in unwritten]
        for member, edges in unwritten.items():
            self._take(tree, member, [edge for edge in edges if edge.parent_id in parents])

    def _take(self, tree: str, member: str, edges: Iterable[StoredEdge]) -> None:
        for edge in edges:
            legs = self._stays.get((tree, edge.parent_id))
            leg = edge.facts.get("leg")
            if legs is not None and leg is not None and not edge.withdrawn:
                stay = Stay(member, leg, edge.facts["since"], edge.facts.get("until"))
                legs.setdefault(leg_key(leg), []).append(stay)
            if leg is not None and leg_key(leg) in SIDES and self._leg_in_use == [None]:
                self._leg_in_use = [leg]

    @property
    def leg_in_use(self) -> str | None:
        """How the company writes a leg of a binary; None where it has no such legs."""
        if not self._leg_in_use:
            self.flush()
            self._leg_in_use.append(slots.leg_in_use(self.ask))
        return self._leg_in_use[0]

    def leads(self, tree: str, member_id: str) -> bool:
        """Whether somebody is, or was, below a member in one tree: nobody else can be above anybody."""
        person = self.person(member_id)
        return member_id in self._parents[tree] or (person is not None and tree in person.leads)

    def load_ahead(self, moves: Mapping[str, str], sponsors: Mapping[str, str]) -> None:
        """Read, in one statement, what members who are about to move have to know, each by the new parent.

        In each tree that is above which parents none of them is, for those who have somebody below; and who
        is in the legs of the new parents.
        """
        ahead = {"placement": moves, "sponsor": sponsors}
        self.load(each for parents in ahead.values() for pair in parents.items() for each in pair)
        ids: dict[str, set[str]] = {tree: set() for tree in TREES}
        for tree, parents in ahead.items():
            for mover, parent in parents.items():
                person = self._people[mover]
                if person is not None and self.leads(tree, mover):
                    ids[tree] |= {parent, *(edge.parent_id for edge in person.edges[tree])}
        unread = [each for each in dict.fromkeys(moves.values()) if ("placement", each) not in self._stays]
        (row,) = self.ask(
            "genealogy/ahead", placed=sorted(ids["placement"]), placed_movers=sorted(moves), parents=unread,
            sponsored=sorted(ids["sponsor"]), sponsored_movers=sorted(sponsors),
        )  # fmt: skip
        self._clear |= {tree: (set(row[tree]), set(parents)) for tree, parents in ahead.items()}
        self._note_stays("placement", unread, slots.by_slot(row["places"]))

    def clear(self, tree: str, movers: Iterable[str], parents: Iterable[str]) -> bool:
        """Whether it is known that no mover is or was above any of the parents.

        Nobody else may have moved since that was read: then nobody above these parents has moved either.
        """
        clear, expected = self._clear.get(tree, (set(), set()))
        return expected >= {*movers, *self._rehung[tree]} and clear >= set(parents)

    def no_legs(self) -> None:
        """Take it as known that nobody is in one of two legs."""
        self._leg_in_use = [None]

    @property
    def legless(self) -> bool:
        """Whether it is known that nobody is in one of two legs."""
        return self._leg_in_use == [None]

    def flush(self) -> None:
        """Write what has come so far, so that statements on the store see it; what was read is read again."""
        if self.recording.empty:
            return
        written = {member for after in self.recording.after.values() for member in after}
        written |= {row["id"] for row in self.recording.members}
        written |= {row["member_id"] for row in self.recording.plans if "member_id" in row}
        customers = {*self.recording.customers, *(row["customer_id"] for row in self.recording.new_customers)}
        customers |= {row["customer_id"] for row in self.recording.plans if "customer_id" in row}
        prospects = {*self.recording.prospects, *(row["prospect_id"] for row in self.recording.new_prospects)}
        self.recording.flush()
        for member in written:
            del self._people[member]
        for customer in customers:
            del self._customers[customer]
        for prospect in prospects:
            del self._prospects[prospect]

    def apply(self, effects: Effects, author: Author, kind: str, request: Request | None) -> Recorded:
        """Do what an operation has decided, as a change of its own.

        Raises PeriodCommittedError where a day of it belongs to a committed period.
        """
        of_change = effects.undoes is not None
        self.recording.refuse_closed(effects.on, effects.days, "number" if of_change else "on")
        changed: list[dict[str, Any]] = []
        for member_id, given in effects.enrolled.items():
            facts = {**given, "import_no": author.number}
            self._people[member_id] = Person(
                facts, [], {tree: [] for tree in TREES}, {tree: [] for tree in TREES}
            )
            self.recording.enroll(facts)
            changed.append({"what": "enrolled", "id": member_id, "after": facts["status"]})
        changed += self._add_others(effects, author.number)
        touched = [*effects.enrolled, *effects.members]
        for tree, timelines in effects.timelines.items():
            self.leave(tree, timelines.keys())
            for member_id, edges in timelines.items():
                changed.append(self.rehang(tree, member_id, edges, effects.on, author.number))
                touched += [
                    member_id,
                    *(changed[-1][name] for name in ("before", "after") if changed[-1][name]),
                ]
        changed += self._revise(effects, author.number)
        changed += [{"what": "stayed", "id": each, "after": tree} for each, tree in effects.stayed]
        changed += [self.withdraw_fact(*each, author.number) for each in effects.withdrawn]
        if effects.on > self.today:  # planned, so nothing of today has changed
            for name in ("members_updated", "customers_updated"):
                del effects.counts[name]
        touched += [
            member
            for each in changed
            if each["what"] in WHOSE
            for member in (each.get("before"), each["after"])
            if member is not None
        ]
        if effects.begin or self.one_tree is None:
            self.one_tree = not effects.begin
            effects.counts["one_tree_set"] += 1
        change = Recorded(
            author.number, kind, author.actor, author.reason, effects.on, author.at, effects.counts,
            effects.days, touched, changed, effects.undoes,
            asdict(effects.placement) if effects.placement else None,
        )  # fmt: skip
        self.recording.record(change, request)
        return change

    def leave(self, tree: str, member_ids: Collection[str]) -> None:
        """Take members out of all legs that have been read."""
        for legs in (legs for key, legs in self._stays.items() if key[0] == tree):
            for listed in legs.values():
                listed[:] = [stay for stay in listed if stay.member_id not in member_ids]

    def rehang(
        self, tree: str, member_id: str, timeline: Sequence[Edge], day: date, number: int
    ) -> dict[str, Any]:
        """Give a member another timeline in one tree; returns the place on the day before and after."""
        person = self.person(member_id)
        assert person is not None
        before = self.edge_on(tree, member_id, day)
        edges = revised(person.edges[tree], timeline, number, self.today)
        self._take(tree, member_id, edges)
        person.edges[tree] = edges
        self._parents[tree].update(edge.parent_id for edge in edges)
        if person.stored[tree] or "import_no" not in person.facts or person.facts["import_no"] != number:
            self._rehung[tree].add(member_id)
        self.recording.revise_edges(tree, member_id, person.stored[tree], edges)
        after = self.edge_on(tree, member_id, day)
        return {
            "what": tree, "id": member_id,
            "before": before and before.parent_id, "after": after and after.parent_id,
            "leg_before": before and before.facts.get("leg"), "leg_after": after and after.facts.get("leg"),
        }  # fmt: skip

    def _add_others(self, effects: Effects, number: int) -> list[dict[str, Any]]:
        """New customers and prospects."""
        changed: list[dict[str, Any]] = []
        for noun, new in (("customer", effects.new_customers), ("prospect", effects.new_prospects)):
            for of, facts in new.items():
                row = facts | {"import_no": number}
                getattr(self, f"_{noun}s")[of] = Customer(row, [])
                getattr(self.recording, f"new_{noun}s").append(row)
                changed.append({"what": f"{noun}_added", "id": of, "after": facts["member_id"]})
        return changed

    def _revise(self, effects: Effects, number: int) -> list[dict[str, Any]]:
        """Other statuses, owners, and members whom customers and prospects belong to."""
        ends = {"until": effects.on, "closed_no": number}
        changed: list[dict[str, Any]] = []
        of_each = effects.members, effects.customers, effects.prospects
        for named, revised_ids in zip(KEPT, of_each, strict=True):
            for of, now in revised_ids.items():
                holder = self.holder(named, of)
                before = {name: self.fact_on(holder, name, effects.on) for name in now}
                if effects.on <= self.today:
                    self._set(named, of, now, ends)
                else:
                    plans = [
                        {"on": effects.on, "opened_no": number, "field": name, "value": value}
                        for name, value in now.items()
                    ]
                    holder.planned = [*holder.planned, *plans]
                    for plan in plans:
                        self.recording.plan(named, of, plan)
                changed += [changed_fact(named, name, of, before[name], now[name]) for name in now]
        return changed

    def holder(self, named: str, of: str) -> Person | Customer:
        """The member, customer or prospect with an id; `named` is member_id, customer_id or prospect_id."""
        holder: Person | Customer | None = getattr(self, {"member_id": "person"}.get(named, named[:-3]))(of)
        assert holder is not None, of
        return holder

    def _set(self, named: str, of: str, now: Mapping[str, Any], ends: dict[str, Any]) -> None:
        """Give facts other values, and keep what they were."""
        holder, kept = self.holder(named, of), KEPT[named]
        revise = getattr(self.recording, f"revise_{named.removesuffix('_id')}")
        past = {name: holder.facts.get(name) for name in kept} | ends
        holder.facts, holder.pasts = {**holder.facts, **now}, [*holder.pasts, past]
        revise(of, {name: holder.facts.get(name) for name in kept}, past)

    def turn_fact(self, named: str, of: str, plan: dict[str, Any], number: int) -> dict[str, Any]:
        """Let a planned fact hold from now on; its number stays that of the change that planned it."""
        holder, field_name = self.holder(named, of), plan["field"]
        before, after = holder.facts.get(field_name), plan.get("value")
        ends = {"until": plan["on"], "closed_no": plan["opened_no"], "turned_no": number}
        self._set(named, of, {field_name: after}, ends)
        holder.planned = [each for each in holder.planned if each is not plan]
        self.recording.end_plan(plan["element"], number, turned=True)
        return changed_fact(named, field_name, of, before, after)

    def withdraw_fact(self, named: str, of: str, plan: dict[str, Any], number: int) -> dict[str, Any]:
        """Believe a planned fact no longer."""
        holder, field_name = self.holder(named, of), plan["field"]
        holder.planned = [
            {**each, "withdrawn_no": number} if each is plan else each for each in holder.planned
        ]
        self.recording.end_plan(plan["element"], number, turned=False)
        after = self.fact_on(holder, field_name, plan["on"])
        return changed_fact(named, field_name, of, plan.get("value"), after)


__all__ = ["Author", "Effects", "Picture", "Timelines"]
