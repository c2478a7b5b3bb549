"""Many operations at once: all of them or none, or those that can be done.

Each is a change with a number of its own, as if it had come alone. They are done in batches, of which each is
one transaction. Where each counts by itself, what is done stays done, and keys say what it was. Where all
count or none, the batches are parts of a change set that stays open: nobody sees a part as a change before
the last one is written, and if the process is lost, the next command takes everything back.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.errors import UplineError
from engine.genealogy.changes.lane import (
    enter,
    signed,
    take_number,
)
from engine.genealogy.changes.recording import complete_parts
from engine.genealogy.changes.requests import KeyReusedError, earlier_requests, same_request
from engine.genealogy.changes.undo import settle, take_back
from engine.genealogy.changes.writing import beating, lost
from engine.genealogy.operations.performing import (
    Done,
    Instruction,
    OpenSet,
    Outcome,
    Performance,
    done_of,
    each_by_itself,
    in_one_transaction,
    make_ready,
)
from engine.genealogy.operations.turning import caught_up
from engine.genealogy.refusals import NotDoneError
from engine.graph.claims import WorkClaim
from engine.graph.database import Ask, Graph
from engine.progress import OnProgress, silent
from engine.server import space

BATCH = 256
"""Operations of one transaction. With more, each costs hardly less, and single ones wait longer."""
ROW_BYTES = 3_000
"""Bytes of disk space for each operation."""
STAGE = "operations"


class NoneDoneError(UplineError):
    """Some of many operations are refused, so none was done; `refused` says why, by place in the list."""

    def __init__(self, refused: Mapping[int, NotDoneError | KeyReusedError], count: int) -> None:
        self.refused = dict(refused)
        first = next(iter(self.refused.values()))
        super().__init__(
            f"{len(refused):,} of {count:,} operations are refused, and none was done; "
            f"the first because {first.what}",
            todo="Correct them, or do the others alone.",
        )


@dataclass(frozen=True, slots=True)
class _Bulk:
    """Operations, where they come from (a file's name), and who is shown how many are done."""

    graph: Graph
    instructions: Sequence[Instruction]
    source: str | None
    actor: str
    report: OnProgress

    def batches(self) -> Iterator[Sequence[Instruction]]:
        """The operations in batches, reported as they are done."""
        total = len(self.instructions)
        self.report(STAGE, 0, total)
        for start in range(0, total, BATCH):
            yield self.instructions[start : start + BATCH]
            self.report(STAGE, min(start + BATCH, total), total)


def perform_all(
    graph: Graph,
    instructions: Sequence[Instruction],
    *,
    accept_valid: bool = False,
    source: str | None = None,
    actor: str = "upline",
    report: OnProgress = silent,
) -> list[Outcome]:
    """Do operations in this order: all of them, or NoneDoneError; with `accept_valid` those that can be done.

    Returns what became of each: with `accept_valid` also why not. Operations with a request (see
    performing.keyed) that were done before are not done again; the outcome is that of the first time. So
    the same call goes on where an earlier one was interrupted. `source` is what the open change set is
    called, such as a file's name. Raises ChangeUnderWayError while another change is at work, DiskFullError,
    and what a company's placement rule raises.
    """
    settle(graph, report)
    caught_up(graph)
    space.require_in_store(graph, len(instructions) * ROW_BYTES, "the operations")
    bulk = _Bulk(graph, instructions, source, actor, report)
    if accept_valid:
        return _each(bulk)
    make_ready(graph, instructions)
    return _at_once(bulk) if len(instructions) <= BATCH else _in_open_set(bulk)


def _each(bulk: _Bulk) -> list[Outcome]:
    """Each operation counts by itself."""
    outcomes: list[Outcome] = []
    for batch in bulk.batches():
        outcomes += each_by_itself(bulk.graph, batch)
    return outcomes


def _at_once(bulk: _Bulk) -> list[Outcome]:
    """All operations or none, in one transaction."""
    done = in_one_transaction(bulk.graph, bulk.instructions, _refuse)
    bulk.report(STAGE, len(done), len(done))
    return done


def _refuse(outcomes: Sequence[Outcome]) -> None:
    """Raise NoneDoneError where some operations are refused."""
    refused = {place: each for place, each in enumerate(outcomes) if not isinstance(each, Done)}
    if refused:
        raise NoneDoneError(refused, len(outcomes))


def _in_open_set(bulk: _Bulk) -> list[Outcome]:
    """All operations or none, in many transactions; every other change is refused meanwhile."""
    earlier = _done_before(bulk)
    if earlier is not None:
        return earlier
    facts = signed("operations", directory=bulk.source, actor=bulk.actor)
    claim = WorkClaim(facts["claim"])

    def begin(ask: Ask) -> OpenSet:
        company = enter(ask)
        number = take_number(ask, company, facts)
        return OpenSet(number, claim.mark, number, company.one_tree)

    outcomes: list[Outcome] = []
    with claim.held():
        whole = bulk.graph.together(begin)
        with beating(bulk.graph, whole.number, claim):
            for batch in bulk.batches():
                part, whole = bulk.graph.together(_part(batch, whole))
                outcomes += part
            refused = not all(isinstance(each, Done) for each in outcomes)
            if not refused:
                _complete(bulk.graph, whole)
    if refused:
        take_back(bulk.graph, whole.number, bulk.report)
    _refuse(outcomes)
    return outcomes


def _part(batch: Sequence[Instruction], whole: OpenSet) -> Callable[[Ask], tuple[list[Outcome], OpenSet]]:
    """Does a batch as a part of an open change set, and returns how far that has come."""

    def within(ask: Ask) -> tuple[list[Outcome], OpenSet]:
        return Performance(ask, batch, whole).part()

    return within


def _complete(graph: Graph, whole: OpenSet) -> None:
    def within(ask: Ask) -> None:
        enter(ask)
        one_tree = whole.one_tree is not False
        if not complete_parts(ask, whole.number, whole.claim, whole.reached, one_tree=one_tree):
            raise lost(whole.number)

    graph.together(within)


def _done_before(bulk: _Bulk) -> list[Outcome] | None:
    """The outcomes of operations that were all done before; None where one of them was not."""
    outcomes: list[Outcome] = []
    for start in range(0, len(bulk.instructions), BATCH):
        batch = bulk.instructions[start : start + BATCH]
        earlier = earlier_requests(bulk.graph.read, (each.request for each in batch))
        for each in batch:
            if each.request is None or each.request.key not in earlier:
                return None
            of_arguments, answer = earlier[each.request.key]
            try:
                same_request(each.request, of_arguments)
            except KeyReusedError:
                return None
            outcomes.append(done_of(answer))
    return outcomes
