"""Placement: a member takes a place, which a rule finds below the sponsor, or which a person names.

Whoever is sponsored but not placed waits in the holding tank. A placement is the member's first edge in the
placement tree, with a day, an actor and a reason, like any move. The place is found, checked and
taken in one transaction within the lane of changes, so of two who place members at the same time one waits,
and sees what the other has done.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.composition import placements
from engine.composition.vetting import vet_placement
from engine.errors import excerpt
from engine.genealogy import legs, slots
from engine.genealogy.changes.lane import Company, enter, read_company, signed, take_number
from engine.genealogy.changes.requests import Request, earlier_answer
from engine.genealogy.changes.survey import fresh, ready
from engine.genealogy.changes.undo import settle
from engine.genealogy.changes.writing import ChangeSet
from engine.genealogy.refusals import NotDoneError
from engine.genealogy.timelines import Move, cyclic_moves, timeline
from engine.graph.database import Ask, Graph
from engine.graph.queries import Statement
from engine.plans.table import PlanTable
from engine.plans.text import PlanText
from engine.plans.values import ValueReader
from engine.rules import returned
from engine.rules.library import rule
from engine.rules.module import Module
from engine.server import space

MOST_LEG = 30
"""Characters of the name of a leg."""
ONE_TREE = "the company has one tree, in which nobody is placed apart from the sponsor"
MOST_LEVELS = 64
"""A matrix two wide that is full to this depth has more places than there will ever be members."""


class NotPlacedError(NotDoneError):
    """One member cannot be placed; others may be."""


class CannotPlaceError(NotPlacedError):
    """The member does not wait to be placed, or cannot be placed from that day on."""


class NoFreePlaceError(NotPlacedError):
    """The rule finds no place below the sponsor."""


class PlaceTakenError(NotPlacedError):
    """The place that the rule finds is not free from that day on."""


class UnknownPlaceError(NotPlacedError):
    """The place that a person names is none: nobody of that name, or no such leg."""


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


def find(graph: Graph, member_id: str, how: ByRule | ByHand, on: date | None = None) -> Placement:
    """The place of a member who waits, from a day (today) on; nothing is written.

    Raises CannotPlaceError, UnknownPlaceError or PlaceTakenError, and NoFreePlaceError where the sponsor's
    part of the tree is full.
    """
    return locate(graph.read, member_id, how, on or today(read_company(graph)))


def asking(how: ByRule, sponsor_id: str, kept: Collection[str] = ()) -> Statement:
    """The statement that asks a rule, with its exact options, for a newcomer's place below a sponsor.

    What is `kept` of the tree and up to date is used; otherwise the rule walks through the tree.
    """
    statement = placements.asked(how.module, how.values, kept)
    return statement, {"sponsor_id": sponsor_id, "rule": how.values}


def place(
    graph: Graph,
    member_id: str,
    how: ByRule | ByHand,
    *,
    on: date | None = None,
    actor: str = "upline",
    reason: str = "",
    begin: bool = False,
    request: Request | None = None,
) -> Placement:
    """Place a member who waits, by a rule or by hand, from a day (today) on, as a change of its own.

    In a company of one tree everybody else would turn into a root: then OneTreeError, unless `begin` says
    that the placement tree begins now. Raises ChangeUnderWayError while an import is at work, and what
    `find` does. A `request` that has been answered before changes nothing and returns the same placement;
    KeyReusedError where it had other arguments.
    """
    settle(graph)
    space.require_in_store(graph, 0, "a placement")
    if isinstance(how, ByRule):
        ready(graph, placements.keys(how.module, how.values))
    why = reason or (f"placed by {how.module.name}" if isinstance(how, ByRule) else "placed by hand")

    def within(ask: Ask) -> Placement:
        company = enter(ask)
        if (earlier := earlier_answer(ask, request)) is not None:
            return _repeated(earlier)
        company.refuse_unfinished()
        refuse_apart(company.one_tree, begin=begin)
        placement = locate(ask, member_id, how, on or today(company))
        facts = signed(
            "place", actor=actor, reason=why, effective_on=placement.since, result=_result(placement)
        )
        number = take_number(ask, company, facts)
        change = ChangeSet(ask, number, request=request)
        move = _move(placement, actor, why, number)
        change.place({member_id: timeline(None, [move])})
        change.complete(company, one_tree=False, time_zone=company.time_zone, answer=asdict(placement))
        return placement

    return graph.together(within)


def refuse_apart(one_tree: bool | None, *, begin: bool) -> None:
    """Raise OneTreeError in a company of one tree, unless the placement tree is to begin."""
    if one_tree and not begin:
        raise OneTreeError(
            ONE_TREE, todo="`begin` (--begin) begins a placement tree, in which nobody else is placed yet."
        )


def _repeated(answer: Mapping[str, Any]) -> Placement:
    """The placement that a request was answered before, as it was kept."""
    as_of = answer.get("as_of")
    since = date.fromisoformat(answer["since"])
    return Placement(**{**answer, "since": since, "as_of": datetime.fromisoformat(as_of) if as_of else None})


def locate(ask: Ask, member_id: str, how: ByRule | ByHand, since: date) -> Placement:
    """What `find` does, within a transaction."""
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
    spot = by_rule(ask, how, sponsor_id) if isinstance(how, ByRule) else _by_hand(ask, how, member_id)
    example = ask("genealogy/written_leg", member_id=spot.parent_id)
    in_use = example[0]["leg"] if example else slots.leg_in_use(ask)
    leg = legs.as_written(spot.leg, in_use) if spot.leg is not None else None
    placement = Placement(member_id, sponsor_id, spot.parent_id, leg, since, spot.as_of)
    if since < spot.enrolled_on:
        raise CannotPlaceError(
            f"{spot.parent_id}, under whom the place is free, enrolled on {spot.enrolled_on}, after {since}",
            todo="Place the member from a later day on.",
        )
    _check_slot(ask, placement)
    _check_circle(ask, placement, has_group=member["has_group"])
    return placement


def _result(placement: Placement) -> str:
    """What the change of a placement says that it has changed, as that of an operation does."""
    changed = {"what": "placement", "id": placement.member_id, "before": None, "after": placement.parent_id}
    return json.dumps([changed | {"leg_before": None, "leg_after": placement.leg}])


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that may be free: the parent, since when the parent is there, and the leg."""

    parent_id: str
    enrolled_on: date
    leg: str | None
    as_of: datetime | None = None


def by_rule(ask: Ask, how: ByRule, sponsor_id: str) -> Spot:
    """The place that a rule finds below a sponsor; raises NoFreePlaceError."""
    kept = fresh(ask) if placements.keys(how.module, how.values) else ()
    statement, parameters = asking(how, sponsor_id, kept)
    places = ask(statement, **parameters)
    if places:
        returned.check_place(how.module, places[0], sponsor_id)
    if not places or places[0]["leg"] is None:
        raise NoFreePlaceError(
            f"{how.module.name} finds no free place below {sponsor_id}",
            todo="Allow more levels, or place by hand.",
        )
    leg = places[0]["leg"] or None
    if leg is None and slots.leg_in_use(ask) is not None:
        raise UnknownPlaceError(
            f"{how.module.name} finds a place without a leg, and this company has legs",
            todo="Leave out legs = none, or choose a rule that finds a leg.",
        )
    at = places[0]["as_of"]
    native = at.to_native().astimezone(UTC) if at is not None else None
    return Spot(places[0]["parent_id"], places[0]["enrolled_on"].to_native(), leg, native)


def _by_hand(ask: Ask, how: ByHand, member_id: str) -> Spot:
    leg = leg_named(how.leg)
    if how.parent_id == member_id:
        raise UnknownPlaceError(f"{member_id} cannot be placed under itself", todo="Name another member.")
    rows = ask("genealogy/newcomer", member_id=how.parent_id)
    if not rows:
        raise UnknownPlaceError(
            f"no member is called {how.parent_id!r}", todo="Name the member under whom the place is."
        )
    if leg is None and slots.leg_in_use(ask) is not None:
        raise UnknownPlaceError(
            "the place has no leg, and this company has legs", todo="Name the leg, such as left or right."
        )
    return Spot(how.parent_id, rows[0]["enrolled_on"].to_native(), leg)


def leg_named(text: str | None, field: str | None = None) -> str | None:
    """The leg that a text names, None for none; raises UnknownPlaceError where it can be none."""
    leg = (text or "").strip() or None
    if leg is not None and (len(leg) > MOST_LEG or not leg.isprintable()):
        raise UnknownPlaceError(
            f"the leg {excerpt(leg)} is longer than {MOST_LEG} characters or has control signs", field,
            "Name a leg such as left, right or 3.",
        )  # fmt: skip
    return leg


def _check_slot(ask: Ask, placement: Placement) -> None:
    """Refuse a leg that somebody is in; where a company has no legs, any number may be under one member."""
    if placement.leg is None:
        return
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
