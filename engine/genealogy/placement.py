"""Placement: the holding tank, and the place that a rule finds below a sponsor, or that a person names.

Whoever is sponsored but not placed waits in the holding tank. Taking a place is an operation: see
`operations/placing.py`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.composition import placements
from engine.composition.vetting import vet_placement
from engine.errors import excerpt
from engine.genealogy import slots
from engine.genealogy.changes.lane import Company, read_company
from engine.genealogy.refusals import NotDoneError
from engine.graph.database import Ask, Graph
from engine.graph.queries import Statement
from engine.plans.table import PlanTable
from engine.plans.text import PlanText
from engine.plans.values import ValueReader
from engine.rules import returned
from engine.rules.library import rule
from engine.rules.module import Module

MOST_LEG = 30
"""Characters of the name of a leg."""
ONE_TREE = "the company has one tree, in which nobody is placed apart from the sponsor"
MOST_LEVELS = 64
"""A matrix two wide that is full to this depth has more places than there will ever be members."""


class CannotPlaceError(NotDoneError):
    """The member does not wait to be placed: it has a place, or has no sponsor."""


class NoFreePlaceError(NotDoneError):
    """The rule finds no place below the sponsor."""


class PlaceTakenError(NotDoneError):
    """The place is not free from that day on."""


class UnknownPlaceError(NotDoneError):
    """The place that a person names is none: there is no such leg."""


class OneTreeError(NotDoneError):
    """The company has one tree: nobody is placed apart from the sponsor."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a member is, or would be, placed: under `parent_id` in `leg`, from the day `since` on."""

    member_id: str
    sponsor_id: str
    parent_id: str
    leg: str | None
    since: date
    as_of: datetime | None = None
    """Of when the figures are by which the rule found the place; None where it went by today's tree alone."""


@dataclass(frozen=True, slots=True)
class ByRule:
    """The place that a placement rule finds, with its exact options (see `options`)."""

    module: Module
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ByHand:
    """The place that a person names: under a member, and in which leg where the company has legs."""

    parent_id: str
    leg: str | None = None


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


def today(company: Company) -> date:
    """Today in the company's time zone."""
    return datetime.now(ZoneInfo(company.time_zone or "UTC")).date()


def waiting(graph: Graph, days: int = 0) -> list[Waiting]:
    """The holding tank: who has waited for at least so many days, longest first."""
    enrolled_by = today(read_company(graph)) - timedelta(days=days)
    rows = graph.read("genealogy/waiting", enrolled_by=enrolled_by)
    return [Waiting(row["member_id"], row["sponsor_id"], row["enrolled_on"].to_native()) for row in rows]


def options(name: str, texts: Mapping[str, Any], company: Path | None = None) -> ByRule:
    """A placement rule and its exact options; raises PlanError for an option that it does not have."""
    module = rule("placement", name, company)
    table = PlanTable(PlanText(Path(f"placement {name}"), ""), dict(texts), "")
    values = ValueReader((), None).parameters(module, table)
    table.refuse_unknown_keys()
    return ByRule(module, {"kind": module.name, **values})


def vetted(graph: Graph, name: str, texts: Mapping[str, Any], company: Path | None = None) -> ByRule:
    """A placement rule with its options as `options` reads them, tried on the server first.

    Raises RuleError where the server cannot run the rule.
    """
    how = options(name, texts, company)
    vet_placement(graph, how.module)
    return how


def asking(how: ByRule, sponsor_id: str, kept: Collection[str] = ()) -> Statement:
    """The statement that asks a rule, with its exact options, for a newcomer's place below a sponsor.

    What is `kept` of the tree and up to date is used; otherwise the rule walks through the tree.
    """
    statement = placements.asked(how.module, how.values, kept)
    return statement, {"sponsor_id": sponsor_id, "rule": how.values}


def refuse_apart(one_tree: bool | None, *, begin: bool) -> None:
    """Raise OneTreeError in a company of one tree, unless the placement tree is to begin."""
    if one_tree and not begin:
        raise OneTreeError(
            ONE_TREE, "begin",
            "`begin` (--begin) begins a placement tree, in which nobody else is placed yet.",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that may be free: the parent, since when the parent is there, and the leg."""

    parent_id: str
    enrolled_on: date
    leg: str | None
    as_of: datetime | None = None
    stays: tuple[slots.Stay, ...] | None = None
    """Who is or was in the leg; None where that was not read."""
    written: str | None = None
    """How the nearest of two legs is written."""


def by_rule(ask: Ask, how: ByRule, sponsor_id: str, kept: Collection[str] = ()) -> Spot:
    """The place that a rule finds below a sponsor, with what is `kept` of the tree; raises NoFreePlaceError.

    It may be taken on some day: that is for the caller to check.
    """
    statement, parameters = asking(how, sponsor_id, kept)
    places = ask(statement, **parameters)
    if places:
        returned.check_place(how.module, places[0], sponsor_id)
    if not places or places[0]["leg"] is None:
        raise NoFreePlaceError(
            f"{how.module.name} finds no free place below {sponsor_id}", "how",
            "Allow more levels, or place by hand.",
        )  # fmt: skip
    (place,) = places[:1]
    leg = place["leg"] or None
    at = place["as_of"]
    native = at.to_native().astimezone(UTC) if at is not None else None
    stays = tuple(
        slots.Stay(member, written, since.to_native(), until.to_native() if until else None)
        for written, member, since, until in place["stays"]
    )
    enrolled_on = place["enrolled_on"].to_native()
    return Spot(place["parent_id"], enrolled_on, leg, native, stays, place["written"])


def leg_named(text: str | None, field: str | None = None) -> str | None:
    """The leg that a text names, None for none; raises UnknownPlaceError where it can be none."""
    leg = (text or "").strip() or None
    if leg is not None and (len(leg) > MOST_LEG or not leg.isprintable()):
        raise UnknownPlaceError(
            f"the leg {excerpt(leg)} is longer than {MOST_LEG} characters or has control signs", field,
            "Name a leg such as left, right or 3.",
        )  # fmt: skip
    return leg
