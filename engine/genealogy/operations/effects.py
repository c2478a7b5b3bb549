"""Who does an operation, and what it does once it is decided."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.genealogy.placement import Placement
from engine.genealogy.timelines import Edge

Timelines = Mapping[str, Sequence[Edge]]


@dataclass(frozen=True, slots=True)
class Author:
    """Who does an operation, why, from which day on, as which change, recorded when."""

    actor: str
    reason: str
    on: date
    number: int
    at: datetime


@dataclass(slots=True)
class Effects:
    """What an operation does once it is decided: nothing of it is written before.

    `timelines` are whole ones, by tree and member; new customers and prospects have a `member_id`; `counts`
    are rows by name of changes.OPERATIONS.
    """

    on: date
    enrolled: dict[str, dict[str, Any]] = field(default_factory=dict)
    timelines: dict[str, Timelines] = field(default_factory=dict)
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    customers: dict[str, dict[str, Any]] = field(default_factory=dict)
    prospects: dict[str, dict[str, Any]] = field(default_factory=dict)
    new_customers: dict[str, dict[str, Any]] = field(default_factory=dict)
    new_prospects: dict[str, dict[str, Any]] = field(default_factory=dict)
    withdrawn: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    """Plans of facts that are believed no longer: ``member_id`` or ``customer_id``, the id, the plan."""
    counts: Counter[str] = field(default_factory=Counter)
    days: list[date] = field(default_factory=list)
    begin: bool = False
    undoes: int | None = None
    stayed: list[tuple[str, str]] = field(default_factory=list)
    """Members who could not be rolled up, each with the tree."""
    placement: Placement | None = None
    """The place that somebody takes who waits."""
