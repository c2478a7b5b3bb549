"""Placement: a rule finds the free place for a newcomer below the sponsor, and the member is placed there.

Whoever is sponsored but not placed waits in the holding tank. A placement is the member's first edge in the
placement tree, with a day, an actor and a reason, like any move. The place is found, checked and
taken in one transaction within the lane of changes, so of two who place members at the same time one waits,
and sees what the other has done.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import UplineError
from engine.genealogy import legs, slots
from engine.genealogy.changes.lane import Company, enter, read_company, signed, take_number
from engine.genealogy.changes.undo import settle
from engine.genealogy.changes.writing import ChangeSet
from engine.genealogy.timelines import Move, cyclic_moves, timeline
from engine.graph.database import Ask, Graph
from engine.graph.queries import Statement, query
from engine.plans.table import PlanTable
from engine.plans.text import PlanText
from engine.plans.values import ValueReader
from engine.rules import returned
from engine.rules.library import rule
from engine.rules.module import Module
from engine.server import space

MOST_LEVELS = 64
"""A matrix two wide that is full to this depth has more places than there will ever be members."""


class NotPlacedError(UplineError):
    """One member cannot be placed; others may be."""


class CannotPlaceError(NotPlacedError):
    """The member does not wait to be placed, or cannot be placed from that day on."""


class NoFreePlaceError(NotPlacedError):
    """The rule finds no place below the sponsor."""


class PlaceTakenError(NotPlacedError):
    """The place that the rule finds is not free from that day on."""


class OneTreeError(UplineError):
    """The company has one tree: nobody is placed apart from the sponsor."""


@dataclass(frozen=True, slots=True)
class Placement:
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


def today(company: Company) -> date:
    """Today in the company's time zone."""
    return datetime.now(ZoneInfo(company.time_zone or "UTC")).date()


def waiting(graph: Graph, days: int = 0) -> list[Waiting]:
    """The holding tank: who has waited for at least so many days, longest first."""
    enrolled_by = today(read_company(graph)) - timedelta(days=days)
    rows = graph.read("genealogy/waiting", enrolled_by=enrolled_by)
    return [Waiting(row["member_id"], row["sponsor_id"], row["enrolled_on"].to_native()) for row in rows]


def options(name: str, texts: dict[str, Any], company: Path | None = None) -> tuple[Module, dict[str, Any]]:
    """A placement rule and its exact options; raises PlanError for an option that it does not have."""
    module = rule("placement", name, company)
    table = PlanTable(PlanText(Path(f"placement {name}"), ""), texts, "")
    values = ValueReader((), None).parameters(module, table)
    table.refuse_unknown_keys()
    return module, {"kind": module.name, **values}


def find(
    graph: Graph, member_id: str, module: Module, values: dict[str, Any], on: date | None = None
) -> Placement:
    """The place that a rule finds for a member who waits, from a day (today) on; nothing is written.

    Raises CannotPlaceError, or NoFreePlaceError where the sponsor's part of the tree is full.
    """
    return _find(graph.read, member_id, module, values, on or today(read_company(graph)))


def asking(module: Module, values: dict[str, Any], sponsor_id: str) -> Statement:
    """The statement that asks a rule, with its exact options, for a newcomer's place below a sponsor."""
    return query("genealogy/free_place").fill(rule=module.body), {"sponsor_id": sponsor_id, "rule": values}


def place(
    graph: Graph,
    member_id: str,
    module: Module,
    values: dict[str, Any],
    *,
    on: date | None = None,
    actor: str = "upline",
    reason: str = "",
    begin: bool = False,
) -> Placement:
    """Place a member who waits where the rule says, from a day (today) on, as a change of its own.

    In a company of one tree everybody else would turn into a root: then OneTreeError, unless `begin` says
    that the placement tree begins now. Raises ChangeUnderWayError while an import is at work, and what
    `find` does.
    """
    settle(graph)
    space.require_in_store(graph, 0, "a placement")
    why = reason or f"placed by {module.name}"

    def within(ask: Ask) -> Placement:
        company = enter(ask)
        company.refuse_unfinished()
        if company.one_tree and not begin:
            raise OneTreeError(
                "the company has one tree, in which nobody is placed apart from the sponsor",
                todo="--begin begins a placement tree, in which nobody else is placed yet.",
            )
        placement = _find(ask, member_id, module, values, on or today(company))
        number = take_number(ask, company, signed("place", actor=actor, reason=why))
        change = ChangeSet(ask, number)
        move = _move(placement, actor, why, number)
        change.place({member_id: timeline(None, [move])})
        change.complete(company, one_tree=False, time_zone=company.time_zone)
        return placement

    return graph.together(within)


def _find(ask: Ask, member_id: str, module: Module, values: dict[str, Any], since: date) -> Placement:
    rows = ask("genealogy/newcomer", member_id=member_id)
    if not rows:
        raise CannotPlaceError(f"no member is called {member_id!r}")
    member, sponsor_id = rows[0], rows[0]["sponsor_id"]
    if member["placed"]:
        raise CannotPlaceError(f"{member_id} has been placed", todo="Move the member instead.")
    if sponsor_id is None:
        raise CannotPlaceError(f"{member_id} has no sponsor to be placed below", todo="Roots are not placed.")
    if since < member["enrolled_on"].to_native():
        raise CannotPlaceError(f"{member_id} enrolled on {member['enrolled_on']}, after {since}")
    statement, parameters = asking(module, values, sponsor_id)
    places = ask(statement, **parameters)
    if places:
        returned.check_place(module, places[0], sponsor_id)
    if not places or places[0]["leg"] is None:
        raise NoFreePlaceError(
            f"{module.name} finds no free place below {sponsor_id}",
            todo="Allow more levels, or place by hand.",
        )
    parent_id, enrolled_on = places[0]["parent_id"], places[0]["enrolled_on"].to_native()
    example = ask("genealogy/written_leg", member_id=parent_id)
    in_use = example[0]["leg"] if example else slots.leg_in_use(ask)
    leg = legs.as_written(places[0]["leg"], in_use)
    placement = Placement(member_id, sponsor_id, parent_id, leg, since)
    if since < enrolled_on:
        raise CannotPlaceError(
            f"{parent_id}, under whom the place is free, enrolled on {enrolled_on}, after {since}",
            todo="Place the member from a later day on.",
        )
    _check_slot(ask, placement)
    _check_circle(ask, placement, has_group=member["has_group"])
    return placement


def _check_slot(ask: Ask, placement: Placement) -> None:
    slot = (placement.parent_id, legs.leg_key(placement.leg))
    taken = slots.stored_stays(ask, "placement", [placement.parent_id]).get(slot, [])
    other = slots.clash(taken, slots.Stay(placement.member_id, placement.leg, placement.since, None))
    if other is not None:
        raise PlaceTakenError(
            f"leg {placement.leg} of {placement.parent_id} is taken by {other.member_id} "
            f"on {placement.since}",
            todo="Place the member from a later day on.",
        )


def _check_circle(ask: Ask, placement: Placement, *, has_group: bool) -> None:
    """Refuse a place below the member's own group, on whatever day; who has no group closes no circle."""
    if not has_group:
        return
    parents, moves = {}, [_move(placement, None, None, 0, row=0)]
    for member, parent, since, step, recorded in ask("genealogy/placed_above", member_id=placement.parent_id)[
        0
    ]["edges"]:
        if step:
            at = recorded.to_native()
            moves.append(Move(member, parent, None, since.to_native(), at, None, None, step, 0))
        else:
            parents[member] = parent
    if cyclic_moves(parents, moves):
        raise CannotPlaceError(
            f"{placement.parent_id}, under whom the place is free, is placed below {placement.member_id}",
            todo="Place the member by another rule, or by hand.",
        )


def _move(
    placement: Placement, actor: str | None, reason: str | None, number: int, row: int | None = None
) -> Move:
    now = datetime.now(UTC)
    return Move(
        placement.member_id,
        placement.parent_id,
        placement.leg,
        placement.since,
        now,
        actor,
        reason,
        0,
        number,
        row,
    )
