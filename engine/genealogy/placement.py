"""Placement: a rule finds the free place for a newcomer below the sponsor, and the member is placed there.

Whoever is sponsored but not placed waits in the holding tank. A placement is the member's first edge in the
placement tree, with a day, an actor and a reason, like any move.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import UplineError
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.plans.table import PlanTable
from engine.plans.text import PlanText
from engine.plans.values import ValueReader
from engine.rules.library import rule
from engine.rules.module import Module

MOST_LEVELS = 64
"""A matrix two wide that is full to this depth has more places than there will ever be members."""


class CannotPlaceError(UplineError):
    """The member is not one who waits to be placed."""


class NoFreePlaceError(UplineError):
    """The rule finds no place below the sponsor."""


class PlaceTakenError(UplineError):
    """The place was free when it was looked for, and is not free on that day, or not any more."""


class OneTreeError(UplineError):
    """The company has one tree: nobody is placed apart from the sponsor."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member is, or would be, placed: under `parent_id` in `leg`, from the day `since` on."""

    member_id: str
    sponsor_id: str
    parent_id: str
    leg: str
    since: date


@dataclass(frozen=True, slots=True)
class Waiting:
    """A member of the holding tank."""

    member_id: str
    sponsor_id: str
    enrolled_on: date


def capacity(width: int, depth: int) -> list[int]:
    """How many places each level of a matrix has, from the first below the top; their sum is its capacity."""
    if width < 1 or not 1 <= depth <= MOST_LEVELS:
        raise ValueError(f"a matrix is at least 1 wide and 1 to {MOST_LEVELS} levels deep")
    return [width**level for level in range(1, depth + 1)]


def today(graph: Graph) -> date:
    """Today in the company's time zone."""
    zone = graph.read("company/state")[0]["time_zone"] or "UTC"
    return datetime.now(ZoneInfo(zone)).date()


def waiting(graph: Graph, days: int = 0) -> list[Waiting]:
    """The holding tank: who has waited for at least so many days, longest first."""
    rows = graph.read("genealogy/waiting", enrolled_by=today(graph) - timedelta(days=days))
    return [Waiting(row["member_id"], row["sponsor_id"], row["enrolled_on"].to_native()) for row in rows]


def options(name: str, said: dict[str, Any], company: Path | None = None) -> tuple[Module, dict[str, Any]]:
    """A placement rule and its exact options; raises PlanError for an option that it does not have."""
    module = rule("placement", name, company)
    table = PlanTable(PlanText(Path(f"placement {name}"), ""), said, "")
    given = ValueReader((), None).parameters(module, table)
    table.refuse_unknown_keys()
    return module, {"kind": module.name, **given}


def find(
    graph: Graph, member_id: str, module: Module, given: dict[str, Any], on: date | None = None
) -> Place:
    """The place that a rule finds for a member who waits, from a day (today) on; nothing is written.

    Raises CannotPlaceError, or NoFreePlaceError where the sponsor's part of the tree is full.
    """
    rows = graph.read("genealogy/newcomer", member_id=member_id)
    if not rows:
        raise CannotPlaceError(f"no member is called {member_id!r}")
    found, sponsor_id = rows[0], rows[0]["sponsor_id"]
    since = on or today(graph)
    if found["placed"]:
        raise CannotPlaceError(f"{member_id} has been placed", todo="Move the member instead.")
    if sponsor_id is None:
        raise CannotPlaceError(f"{member_id} has no sponsor to be placed under", todo="It is a root.")
    if since < found["enrolled_on"].to_native():
        raise CannotPlaceError(f"{member_id} enrolled on {found['enrolled_on']}, after {since}")
    asked = query("genealogy/free_place").fill(rule=module.body)
    places = graph.read(asked, sponsor_id=sponsor_id, rule=given)
    if not places or places[0]["leg"] is None:
        raise NoFreePlaceError(
            f"{module.name} finds no free place below {sponsor_id}",
            todo="Allow more levels, or place by hand.",
        )
    return Place(member_id, sponsor_id, places[0]["parent_id"], places[0]["leg"], since)


def place(
    graph: Graph,
    member_id: str,
    module: Module,
    given: dict[str, Any],
    *,
    on: date | None = None,
    actor: str = "upline",
    reason: str = "",
    begin: bool = False,
) -> Place:
    """Place a member who waits where the rule says, from a day (today) on.

    In a company of one tree everybody else would turn into a root: then OneTreeError, unless `begin` says
    that the placement tree begins now. Raises PlaceTakenError where the place is gone, and what `find` does.
    """
    if not begin and graph.read("company/state")[0]["one_tree"]:
        raise OneTreeError(
            "the company has one tree, in which nobody is placed apart from the sponsor",
            todo="To begin a placement tree, in which all others are not placed yet, say --begin.",
        )
    found = find(graph, member_id, module, given, on)
    facts = {"actor": actor, "reason": reason or f"placed by {module.name}"}
    written = graph.write_rows(
        "genealogy/place",
        member_id=member_id, parent_id=found.parent_id, leg=found.leg, since=found.since, **facts,
    )  # fmt: skip
    if not written or not written[0]["placed"]:
        raise PlaceTakenError(
            f"leg {found.leg} of {found.parent_id} is not free on {found.since}",
            todo="Place the member again, on a later day.",
        )
    return found
