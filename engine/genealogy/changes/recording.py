"""Changes that a transaction makes as wholes: several, one after the other, in few statements.

What operations decide is collected here and written together. The changes themselves come last; until then
nothing of the transaction counts, and a refused operation has collected nothing.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.genealogy.changes import edges
from engine.genealogy.changes.closed import ClosedPeriod, refuse_closed
from engine.genealogy.changes.edges import StoredEdge
from engine.genealogy.changes.kept import Keeper
from engine.genealogy.changes.requests import Request
from engine.genealogy.changes.writing import MOST_TOUCHED, OPERATIONS
from engine.graph.database import Ask


@dataclass(frozen=True, slots=True)
class Recorded:
    """One change as its node keeps it.

    `counts` are rows by name of OPERATIONS, `days` the days of their effects; `result` is what JSON can
    write; `member_ids` are those whom it touched; `undoes` is the change that it takes back.
    """

    number: int
    kind: str
    actor: str
    reason: str
    effective_on: date
    recorded_at: datetime
    counts: Counter[str]
    days: Sequence[date]
    member_ids: Iterable[str]
    result: Any
    undoes: int | None = None
    placement: dict[str, Any] | None = None
    """The place that somebody has taken who waited, as its request is answered."""
    remarks: Sequence[str] = ()
    """Sentences about what was planned and is given up."""
    ends: Mapping[str, Any] = field(default_factory=dict)
    """The first and the last instant of what has some, as properties of the node."""

    @property
    def answer(self) -> dict[str, Any]:
        """What its request is answered, as data that JSON can write."""
        return {
            "number": self.number, "kind": self.kind, "on": self.effective_on,
            "recorded_at": self.recorded_at, "actor": self.actor, "reason": self.reason,
            "changed": self.result, "undoes": self.undoes,
        } | ({} if self.placement is None else {"placement": self.placement})  # fmt: skip

    @property
    def facts(self) -> dict[str, Any]:
        """The properties of its node but the number."""
        touched = sorted(name for name, rows in self.counts.items() if rows)
        assert set(touched) <= OPERATIONS.keys(), touched
        facts: dict[str, Any] = {
            "kind": self.kind, "actor": self.actor, "reason": self.reason or None, "touched": touched,
            "effective_on": self.effective_on,
            "started_at": self.recorded_at, "finished_at": self.recorded_at,
            "result": json.dumps(self.result, ensure_ascii=False, default=str), "undoes": self.undoes,
            "remarks": list(self.remarks) or None, **self.ends,
        }  # fmt: skip
        for name in touched:
            facts[name] = self.counts[name]
            if self.days and name in DATED:
                facts |= {f"{name}_first": min(self.days), f"{name}_last": max(self.days)}
        members = list(dict.fromkeys(self.member_ids))
        if len(members) <= MOST_TOUCHED:
            facts["member_ids"] = members
        return {name: value for name, value in facts.items() if value is not None}


DATED = ("members_added", "sponsor_moves", "placement_moves", "members_placed")
"""What runs look at by its day."""


@dataclass(slots=True)
class Recording:
    """What the operations of one transaction write; `flush` writes what has come, `close` the changes too."""

    ask: Ask
    closed: Sequence[ClosedPeriod] = ()
    """The committed periods, into which no change reaches."""
    enrolled: list[dict[str, Any]] = field(default_factory=list)
    members: list[dict[str, Any]] = field(default_factory=list)
    customers: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By id, one row each: a statement finds the old edge of a customer once."""
    plans: list[dict[str, Any]] = field(default_factory=list)
    ended: list[tuple[str, int, bool]] = field(default_factory=list)
    prospects: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The same for prospects."""
    new_customers: list[dict[str, Any]] = field(default_factory=list)
    """New customers: the properties of the node, and the `member_id` whom each belongs to."""
    new_prospects: list[dict[str, Any]] = field(default_factory=list)
    """The same for new prospects."""
    before: dict[str, dict[str, list[StoredEdge]]] = field(default_factory=dict)
    after: dict[str, dict[str, list[StoredEdge]]] = field(default_factory=dict)
    changes: list[Recorded] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keeper: Keeper = field(init=False)
    """Keeps what is kept of the placement tree up to date."""

    def __post_init__(self) -> None:
        self.keeper = Keeper(self.ask)

    @property
    def empty(self) -> bool:
        """Whether nothing waits to be written."""
        others = self.customers or self.prospects or self.new_customers or self.new_prospects
        return not (self.enrolled or self.members or others or self.after or self.plans or self.ended)

    def refuse_closed(self, on: date, days: Iterable[date], field: str = "on") -> None:
        """Raise PeriodCommittedError where an effect of a change is of a day that is closed.

        `field` is what the operation calls that day.
        """
        refuse_closed(self.closed, {"effective_on": min([on, *days])}, field)

    def enroll(self, facts: dict[str, Any]) -> None:
        """A new member: the properties of the node."""
        self.enrolled.append({name: value for name, value in facts.items() if value is not None})

    def revise_member(self, member_id: str, now: dict[str, Any], past: dict[str, Any]) -> None:
        """Another status or owner: what it is now, and what was before, for the history."""
        self.members.append({"id": member_id, "now": now, "past": past})

    def revise_customer(self, customer_id: str, now: dict[str, Any], past: dict[str, Any]) -> None:
        """Another member whom a customer belongs to, or the member that the customer has become."""
        _revise(self.customers, customer_id, now, past)

    def revise_prospect(self, prospect_id: str, now: dict[str, Any], past: dict[str, Any]) -> None:
        """Other facts of a prospect, or another member whom it belongs to."""
        _revise(self.prospects, prospect_id, now, past)

    def plan(self, holder: str, id_: str, facts: dict[str, Any]) -> None:
        """A fact that is another one from a later day on; `holder` names its id: member_id or customer_id."""
        kept = {name: value for name, value in facts.items() if value is not None}
        self.plans.append({holder: id_, "facts": kept})

    def end_plan(self, element: str, number: int, *, turned: bool) -> None:
        """A plan of a fact holds from now on, or is believed no longer."""
        self.ended.append((element, number, turned))

    def next_turn(self, day: date | None) -> None:
        """The first day on which something planned holds from now on; None where nothing is planned."""
        self.ask("changes/next_turn", day=day)

    def revise_edges(
        self, tree: str, member_id: str, before: list[StoredEdge], after: list[StoredEdge]
    ) -> None:
        """The edges of a member in one tree, as they were when they were read and as they are now."""
        self.before.setdefault(tree, {}).setdefault(member_id, before)
        self.after.setdefault(tree, {})[member_id] = after

    def record(self, change: Recorded, request: Request | None) -> None:
        """A change, which counts once the transaction ends, and the request that it answers."""
        self.refuse_closed(change.effective_on, change.days)
        self.changes.append(change)
        if request is not None:
            self.requests.append({**request.answered(change.answer), "change": change.number})

    def flush(self) -> None:
        """Write what has come so far, but for the changes themselves."""
        if self.enrolled:
            self.ask("changes/enroll", rows=self.enrolled)
        for tree, after in self.after.items():
            edges.write(self.ask, tree, self.before[tree], after, self.keeper)
        if self.members:
            self.ask("changes/revise_members", rows=self.members)
        for noun in ("prospects", "customers"):
            if rows := getattr(self, f"new_{noun}"):
                self.ask(f"changes/new_{noun}", rows=rows)
            if by_id := getattr(self, noun):
                self.ask(f"changes/revise_{noun}", rows=list(by_id.values()))
        self._flush_plans()
        self.enrolled, self.members, self.before, self.after = [], [], {}, {}
        self.customers, self.prospects, self.new_customers, self.new_prospects = {}, {}, [], []

    def _flush_plans(self) -> None:
        if self.plans:
            self.ask("changes/plan_facts", rows=self.plans)
            self.ask("changes/plan_turn", day=min(row["facts"]["on"] for row in self.plans))
        for number in sorted({number for _, number, _ in self.ended}):
            listed = [(element, turned) for element, by, turned in self.ended if by == number]
            self.ask(
                "changes/end_plans", number=number, turned=[each for each, turned in listed if turned],
                withdrawn=[each for each, turned in listed if not turned],
            )  # fmt: skip
        self.plans, self.ended = [], []

    def close_part(self, number: int, claim: str, reached: int) -> bool:
        """Write everything, and the changes as parts of an open change set, which do not count yet.

        `reached` is the last number that the change set has used. False where it is not open any more, or
        where these parts were written already: then the transaction has to be given up.
        """
        self.flush()
        rows = self.ask(
            "changes/record_parts", number=number, claim=claim, reached=reached,
            now_reached=self.changes[-1].number if self.changes else reached, requests=self.requests,
            changes=[{"number": change.number, "facts": change.facts} for change in self.changes],
        )  # fmt: skip
        self.changes, self.requests = [], []
        return bool(rows)

    def close(self, *, one_tree: bool) -> None:
        """Write everything, and the changes: from now on they count."""
        self.flush()
        if self.changes:
            self.ask(
                "changes/record", requests=self.requests, last=self.changes[-1].number, one_tree=one_tree,
                changes=[{"number": change.number, "facts": change.facts} for change in self.changes],
            )  # fmt: skip
        self.changes, self.requests = [], []


def _revise(by_id: dict[str, dict[str, Any]], of: str, now: dict[str, Any], past: dict[str, Any]) -> None:
    """Note what somebody is now, and was before."""
    row = by_id.setdefault(of, {"id": of, "pasts": []})
    row["now"] = now
    row["pasts"].append(past)


def complete_parts(ask: Ask, number: int, claim: str, reached: int, *, one_tree: bool) -> bool:
    """Complete an open change set with its parts: all of them count from now on. False: it is not open."""
    return bool(ask("changes/complete_parts", number=number, claim=claim, reached=reached, one_tree=one_tree))
