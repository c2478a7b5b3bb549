"""Members and customers as an operation sees them: what they are, were, and what is planned for them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.genealogy.changes.edges import StoredEdge
from engine.genealogy.facts import FactChange, changes

KEPT = {
    "member_id": ("name", "status", "country", "owner_id"),
    "customer_id": ("name", "since", "member_id", "became", "prospect_id"),
    "prospect_id": ("name", "source", "status", "since", "member_id", "became"),
}
"""Facts of a member, a customer and a prospect that are kept when one of them changes."""
WHAT = {
    "member_id": {"status": "status", "owner_id": "owner"},
    "customer_id": {"member_id": "customer", "became": "became", "prospect_id": "came_from"},
    "prospect_id": {
        "member_id": "prospect", "name": "prospect_name", "source": "prospect_source",
        "status": "prospect_status", "became": "prospect_became",
    },
}  # fmt: skip
"""What the result of a change calls a fact of each of them."""
FACTS = {what: (named, name) for named, names in WHAT.items() for name, what in names.items()}
"""Whose fact, and which, each of these is."""
WHOSE = ("customer", "customer_added", "prospect", "prospect_added")
"""What says whom a customer or a prospect belongs to."""
OF_OTHERS = (
    *WHAT["customer_id"].values(), *WHAT["prospect_id"].values(), "customer_added", "prospect_added",
)  # fmt: skip
"""What a change calls that which is no member's."""


@dataclass(slots=True)
class Person:
    """A member: the facts that operations change, all edges by tree, and who has or had somebody below."""

    facts: dict[str, Any]
    pasts: list[dict[str, Any]]
    """What the member was before, oldest first: the facts, `until` which day, and `closed_no`."""
    edges: dict[str, list[StoredEdge]]
    stored: dict[str, list[StoredEdge]]
    """The edges as the store has them."""
    leads: frozenset[str] = frozenset()
    """The trees in which somebody is or was below the member, as the store has it."""
    planned: list[dict[str, Any]] = field(default_factory=list)
    """The facts that are others from a later day on: `field`, `value`, `on`, `opened_no`, `withdrawn_no`."""

    @property
    def enrolled_on(self) -> date:
        """The day of enrolment."""
        day: date = self.facts["enrolled_on"]
        return day


@dataclass(slots=True)
class Customer:
    """A customer or a prospect: the facts, and what they were before; of a prospect nothing is planned."""

    facts: dict[str, Any]
    """With `member_id`, whom the customer belongs to."""
    pasts: list[dict[str, Any]]
    planned: list[dict[str, Any]] = field(default_factory=list)

    @property
    def member_id(self) -> str:
        """Whom the customer belongs to."""
        return str(self.facts["member_id"])


def last_change(of: Person | Customer, field: str) -> FactChange | None:
    """The change that made a fact what it is; None where it never changed."""
    listed = changes(of.facts, of.pasts, field)
    return listed[-1] if listed else None


def changed_fact(named: str, name: str, of: str, before: Any, after: Any) -> dict[str, Any]:
    """One fact that has changed, as the result of a change lists it."""
    return {"what": WHAT[named][name], "id": of, "before": before, "after": after}
