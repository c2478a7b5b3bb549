"""Members and customers as an operation sees them: what they are, were, and what is planned for them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.genealogy.changes.edges import StoredEdge
from engine.genealogy.facts import FactChange, changes

OF_MEMBERS = ("name", "status", "country", "owner_id")
"""Facts of a member that are kept when one of them changes."""
OF_CUSTOMERS = ("name", "since", "member_id", "became")
"""The same for a customer; `became` is the member that the customer has become."""
WHAT = {"status": "status", "owner_id": "owner", "member_id": "customer", "became": "became"}
"""What the result of a change calls a fact."""


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
    """A customer: the facts, and what they were before."""

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


def changed_fact(name: str, of: str, before: Any, after: Any) -> dict[str, Any]:
    """One fact that has changed, as the result of a change lists it."""
    return {"what": WHAT[name], "id": of, "before": before, "after": after}
