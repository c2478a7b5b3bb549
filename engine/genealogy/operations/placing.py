"""Members of the holding tank take places: one, many at once, or all whose window has ended.

Each placement is an operation of its own. Many are done in batches, of which each is one transaction; whoever
finds no place stops nobody else.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from engine.errors import UplineError
from engine.genealogy.changes.requests import Request, earlier_answer, keep
from engine.genealogy.changes.undo import settle
from engine.genealogy.operations.bulk import BATCH, ROW_BYTES
from engine.genealogy.operations.kinds import Place, PlaceMember
from engine.genealogy.operations.performing import (
    Done,
    Instruction,
    Outcome,
    decide,
    each_by_itself,
    perform,
    placement_kept,
)
from engine.genealogy.placement import ByHand, ByRule, OneTreeError, Placement
from engine.genealogy.preferences import due, due_rule
from engine.genealogy.refusals import NotDoneError
from engine.graph.database import Graph
from engine.progress import OnProgress, silent
from engine.server import space

STAGE = "placements"
MOST_DUE = 250
"""Members of one request whose window has ended."""


@dataclass(frozen=True, slots=True)
class Placements:
    """What became of members who were to be placed, in order: who was placed, and who not and why.

    `untried` are those after a refusal that has nothing to do with a member, such as an import at work.
    """

    placed: tuple[Placement, ...] = ()
    refused: tuple[tuple[str, UplineError], ...] = ()
    untried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedPlace:
    """A member who found no place: the name of the refusal, what is wrong, and what to do."""

    member_id: str
    code: str
    message: str
    todo: str | None


@dataclass(frozen=True, slots=True)
class DuePlacements:
    """What became of some of those whose window has ended, and how many more of them are left."""

    placed: tuple[Placement, ...]
    refused: tuple[RefusedPlace, ...]
    left: int


def reason_of(how: Place, reason: str = "") -> str:
    """Why a member is placed, for the history, where nobody says why."""
    return reason or (f"placed by {how.module.name}" if isinstance(how, ByRule) else "placed by hand")


def find(
    graph: Graph, member_id: str, how: ByRule | ByHand, on: date | None = None, *, begin: bool = False
) -> Placement:
    """The place that a member who waits would take, from a day (today) on; nothing is written.

    Raises what `place` raises.
    """
    operation = PlaceMember(member_id=member_id, how=how, on=on, begin=begin)
    return placement_of(graph.together(lambda ask: decide(ask, operation).done))


def find_all(
    graph: Graph,
    ways: Mapping[str, ByRule | ByHand],
    on: date | None = None,
    *,
    begin: bool = False,
    show: Callable[[Placement], None] = lambda _placement: None,
) -> Placements:
    """What `find` says of several members, each as if nobody else were placed."""
    placed, refused = list[Placement](), list[tuple[str, UplineError]]()
    for member, how in ways.items():
        try:
            placed.append(find(graph, member, how, on, begin=begin))
        except NotDoneError as error:
            refused.append((member, error))
        else:
            show(placed[-1])
    return Placements(tuple(placed), tuple(refused))


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
    that the placement tree begins now. Raises what `performing.perform` raises.
    """
    operation = PlaceMember(member_id=member_id, how=how, on=on, begin=begin)
    done = perform(graph, operation, actor=actor, reason=reason_of(how, reason), request=request)
    return placement_of(done)


def placement_of(done: Done) -> Placement:
    """The place that somebody has taken by an operation that was one."""
    assert done.placement is not None, done.kind
    return done.placement


def place_all(
    graph: Graph,
    ways: Mapping[str, ByRule | ByHand],
    *,
    on: date | None = None,
    actor: str = "upline",
    reason: str = "",
    begin: bool = False,
    show: Callable[[Placement], None] = lambda _placement: None,
    report: OnProgress = silent,
) -> Placements:
    """Place members who wait, in this order, each by a rule or by hand; who cannot be placed stops nobody.

    `show` is called with each place once it is taken for good. A refusal that has nothing to do with a member
    ends it: nobody else is tried. Raises it where it is the first, and OneTreeError.
    """
    settle(graph, report)
    space.require_in_store(graph, len(ways) * ROW_BYTES, "the placements")
    instructions = {
        member: Instruction(
            PlaceMember(member_id=member, how=how, on=on, begin=begin), actor, reason_of(how, reason)
        )
        for member, how in ways.items()
    }
    members, placed, refused = list(ways), list[Placement](), list[tuple[str, UplineError]]()
    report(STAGE, 0, len(members))
    for start in range(0, len(members), BATCH):
        batch = members[start : start + BATCH]
        try:
            outcomes = each_by_itself(graph, [instructions[member] for member in batch])
        except UplineError as error:
            if not start:
                raise
            refused.append((batch[0], error))
            return Placements(tuple(placed), tuple(refused), tuple(members[start + 1 :]))
        for member, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Done):
                placed.append(placement_of(outcome))
                show(placed[-1])
            else:
                refused.append((member, outcome))
        if not placed:
            _refuse_one_tree(outcomes)
        report(STAGE, start + len(batch), len(members))
    return Placements(tuple(placed), tuple(refused))


def _refuse_one_tree(outcomes: list[Outcome]) -> None:
    """Raise OneTreeError where that is why nobody is placed: it is about the company."""
    for each in outcomes:
        if isinstance(each, OneTreeError):
            raise each


def place_due(
    graph: Graph,
    *,
    on: date | None = None,
    actor: str = "upline",
    reason: str = "",
    company: Path | None = None,
    show: Callable[[Placement], None] = lambda _placement: None,
    report: OnProgress = silent,
) -> Placements:
    """Place everybody whose window has ended by the company's rule, in the order of their enrolment.

    Who cannot be placed stops nobody. Raises NoWindowError.
    """
    ways = dict.fromkeys((each.member_id for each in due(graph)), due_rule(graph, company))
    return place_all(graph, ways, on=on, actor=actor, reason=reason, show=show, report=report)


def place_some_due(
    graph: Graph,
    first: int,
    skip: int = 0,
    *,
    on: date | None = None,
    actor: str = "upline",
    reason: str = "",
    company: Path | None = None,
    dry_run: bool = False,
    request: Request | None = None,
) -> DuePlacements:
    """What `place_due` does, for `first` of them after the first `skip`, in one transaction.

    A `request` that was answered before places nobody and gets the same answer.
    """
    earlier = earlier_answer(graph.read, request)
    if earlier is not None:
        return _due_of(earlier)
    how, listed = due_rule(graph, company), [each.member_id for each in due(graph)][skip:]
    ways = dict.fromkeys(listed[:first], how)
    if dry_run:
        return _due(find_all(graph, ways, on), len(listed) - len(ways))
    outcome = place_all(graph, ways, on=on, actor=actor, reason=reason)
    answer = _due(outcome, len(listed) - len(ways))
    kept = {
        "placed": [asdict(each) for each in answer.placed],
        "refused": [asdict(each) for each in answer.refused],
    }
    return _due_of(keep(graph, request, kept | {"left": answer.left}))


def _due(outcome: Placements, left: int) -> DuePlacements:
    refused = tuple(
        RefusedPlace(member, error.name, error.what, error.todo) for member, error in outcome.refused
    )
    return DuePlacements(outcome.placed, refused, left)


def _due_of(answer: Mapping[str, Any]) -> DuePlacements:
    """The answer of a request, as it was made or as the store has kept it."""
    placed = tuple(placement_kept(each) for each in answer["placed"])
    return DuePlacements(placed, tuple(RefusedPlace(**each) for each in answer["refused"]), answer["left"])
