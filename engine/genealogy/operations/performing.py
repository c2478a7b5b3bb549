"""Operations are done: each as one numbered change, checked in the lane, or refused by name."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from engine.composition import placements
from engine.genealogy.changes.lane import ChangeInterruptedError, Company, enter, look
from engine.genealogy.changes.requests import KeyReusedError, Request, earlier_requests, request, same_request
from engine.genealogy.changes.survey import ready
from engine.genealogy.changes.undo import settle
from engine.genealogy.changes.writing import lost
from engine.genealogy.operations import people, prospects, rolling_up, succession, taking_back, trees
from engine.genealogy.operations.holders import OF_OTHERS
from engine.genealogy.operations.kinds import ChangeSponsor, MoveCustomer, MoveMember, Operation
from engine.genealogy.operations.picture import Author, Effects, Picture
from engine.genealogy.operations.turning import caught_up, turn
from engine.genealogy.placement import ByRule, Placement
from engine.genealogy.refusals import NotDoneError
from engine.graph.database import Ask, Graph
from engine.server import space

MOST_TOGETHER = 64
"""Operations of one transaction."""
TOGETHER_FROM = 2
"""From so many operations on, what moves have to know is read for all of them in one statement."""

DECIDE: dict[str, Callable[[Picture, Any, Author], Effects]] = {
    "enroll": people.enroll,
    "place": people.place,
    "move": trees.move,
    "change_sponsor": trees.change_sponsor,
    "swap": trees.swap,
    "suspend": people.change_status,
    "reinstate": people.change_status,
    "terminate": people.change_status,
    "change_owner": people.change_owner,
    "move_customer": people.move_customer,
    "enroll_customer": people.become_member,
    "add_prospect": prospects.add,
    "update_prospect": prospects.update,
    "convert_prospect": prospects.convert,
    "roll_up": succession.roll_up,
    "roll_up_all": rolling_up.roll_up_all,
    "merge": succession.merge,
    "take_back": taking_back.take_back,
}
"""What decides each kind of operation."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """An operation, who does it and why, and the request that may be sent again."""

    operation: Operation
    actor: str = "upline"
    reason: str = ""
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that an operation has changed.

    `what` is enrolled, sponsor, placement, status or owner of a member; customer (whom one belongs to),
    became (the member that a customer has become), came_from (the prospect that a customer was) or
    customer_added; prospect (whom one belongs to), prospect_name, prospect_source, prospect_status,
    prospect_became (the customer or the member) or prospect_added. `before` and `after` are its values on
    the effective day, with the legs of places. It is stayed for who could not be rolled up in the tree
    `after`.
    """

    what: str
    id: str
    before: str | None = None
    after: str | None = None
    leg_before: str | None = None
    leg_after: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """An operation that is done: its number, its first day, when it was recorded (UTC), what changed."""

    number: int
    kind: str
    on: date
    recorded_at: datetime
    actor: str
    reason: str
    changed: tuple[Changed, ...]
    undoes: int | None = None
    placement: Placement | None = None
    """The place that somebody has taken who waited in the holding tank."""

    @property
    def member_ids(self) -> tuple[str, ...]:
        """The members that it names, in order."""
        ids = [each.id for each in self.changed if each.what not in OF_OTHERS]
        return tuple(dict.fromkeys(ids))


State = tuple[int, datetime | None]
"""A state of the company: the newest change, and when that was finished."""
Outcome = Done | NotDoneError | KeyReusedError
"""What became of one of several operations."""


def keyed(actor: str, key: str | None, operation: Operation) -> Request | None:
    """The request of an operation under a client's key; None without one."""
    return request(actor, key, operation.kind, operation.arguments)


def perform(
    graph: Graph,
    operation: Operation,
    *,
    actor: str = "upline",
    reason: str = "",
    key: str | None = None,
    request: Request | None = None,
) -> Done:
    """Do one operation as a change of its own, or raise why not; then nothing is written.

    `key` (or a `request` that was made of it) may be sent again: the answer is that of the first time, and
    KeyReusedError where the operation is another one. Raises NotDoneError, ChangeUnderWayError and
    DiskFullError.
    """
    asked = request or keyed(actor, key, operation)
    (outcome,) = perform_each(graph, [Instruction(operation, actor, reason, asked)])
    if isinstance(outcome, Done):
        return outcome
    raise outcome


def perform_each(graph: Graph, instructions: Sequence[Instruction]) -> list[Outcome]:
    """Do operations in this order in one transaction, each as a change of its own, or say why not.

    A refused one writes nothing and spoils no other. At most MOST_TOGETHER; a fault of the store, or of a
    company's placement rule, is raised, and then none is done.
    """
    assert len(instructions) <= MOST_TOGETHER
    space.require_in_store(graph, 0, "a change")

    return each_by_itself(graph, instructions)


def each_by_itself(graph: Graph, instructions: Sequence[Instruction]) -> list[Outcome]:
    """Do operations in one transaction, after taking back what an interrupted change has left."""

    def attempt() -> list[Outcome]:
        make_ready(graph, instructions)
        return in_one_transaction(graph, instructions)

    try:
        return attempt()
    except ChangeInterruptedError:
        settle(graph)
        return attempt()


_legless: "WeakKeyDictionary[Graph, State]" = WeakKeyDictionary()
"""The state in which this process has last seen that the company of a database has no two legs.

Only a look at every edge shows that. As long as no other process changes the company, one look is enough.
"""


def in_one_transaction(
    graph: Graph,
    instructions: Sequence[Instruction],
    check: Callable[[Sequence[Outcome]], None] = lambda _outcomes: None,
) -> list[Outcome]:
    """Do operations of which each counts by itself; none is done where `check` raises something."""

    def within(ask: Ask) -> tuple[list[Outcome], State | None]:
        performance = Performance(ask, instructions, legless=_legless.get(graph))
        outcomes = performance.outcomes()
        check(outcomes)
        return outcomes, performance.legless

    outcomes, legless = graph.together(within)
    if legless is None:
        _legless.pop(graph, None)
    else:
        _legless[graph] = legless
    return outcomes


def begin(graph: Graph, instructions: Sequence[Instruction]) -> None:
    """Take back what an interrupted change has left, turn what is due, and make what placement rules use."""
    settle(graph)
    caught_up(graph)
    make_ready(graph, instructions)


def make_ready(graph: Graph, instructions: Sequence[Instruction]) -> None:
    """Make what the placement rules of some operations use; mostly there is nothing to do."""
    keys: dict[str, None] = {}
    for each in instructions:
        if isinstance(how := getattr(each.operation, "how", None), ByRule):
            keys |= dict.fromkeys(placements.keys(how.module, how.values))
    ready(graph, list(keys))


@dataclass(frozen=True, slots=True)
class OpenSet:
    """An open change set, the operations of which all count or none.

    `reached` is the last number that it has used; `one_tree` and `clock` are what its last operation left.
    """

    number: int
    claim: str
    reached: int
    one_tree: bool | None
    clock: datetime | None = None
    legless: bool = False
    """Whether the company is known to have no two legs."""


@dataclass(frozen=True, slots=True)
class Decided:
    """An operation that was only decided: what it would be, the facts of its change, the trees then.

    `write` writes its effects, but no change, into the transaction that decided it.
    """

    done: Done
    change: dict[str, Any]
    one_tree: bool
    write: Callable[[], None]


def decide(ask: Ask, operation: Operation) -> Decided:
    """Decide an operation as `perform` does, in a transaction that is rolled back: no other change waits.

    Raises NotDoneError and ChangeUnderWayError, as `perform` would.
    """
    return Performance(ask, [Instruction(operation)], company=look(ask)).only()


class Performance:
    """Operations in one transaction: each counts by itself, or as a part of `whole`.

    It holds the lane unless it comes with the `company`: then it is rolled back.
    """

    def __init__(
        self,
        ask: Ask,
        instructions: Sequence[Instruction],
        whole: OpenSet | None = None,
        legless: State | None = None,
        company: Company | None = None,
    ) -> None:
        alone = whole is None and company is None
        company = company or enter(ask)
        self._before: State = (company.newest, company.newest_at)
        if whole is None:
            company.refuse_unfinished()
        else:
            clocks = [each for each in (company.clock, whole.clock) if each is not None]
            company = replace(company, one_tree=whole.one_tree, clock=max(clocks, default=None))
        self._instructions, self._whole = instructions, whole
        self._picture = Picture(ask, company)
        if whole.legless if whole else legless == self._before:
            self._picture.no_legs()
        self._number = whole.reached if whole else company.newest
        if alone and company.due and turn(self._picture, self._number + 1) is not None:
            self._number += 1
        self._earlier = earlier_requests(ask, (each.request for each in instructions))

    def part(self) -> tuple[list[Outcome], OpenSet]:
        """What became of operations that are a part of an open change set, and how far it has come."""
        assert self._whole is not None
        outcomes = self._decided()
        whole, picture = self._whole, self._picture
        if not picture.recording.close_part(whole.number, whole.claim, whole.reached):
            raise lost(whole.number)
        reached = replace(
            whole, reached=self._number, one_tree=picture.one_tree, clock=picture.clock,
            legless=picture.legless,
        )  # fmt: skip
        return outcomes, reached

    @property
    def legless(self) -> State | None:
        """The state after these operations, where it is known that the company has no two legs in it."""
        if not self._picture.legless:
            return None
        changed = self._number != self._before[0]
        return (self._number, self._picture.clock) if changed else self._before

    def outcomes(self) -> list[Outcome]:
        """What became of operations of which each counts by itself."""
        outcomes = self._decided()
        self._picture.recording.close(one_tree=self._picture.one_tree is not False)
        return outcomes

    def only(self) -> Decided:
        """The only operation, decided and not yet written."""
        ((done,), picture) = self._decided(), self._picture
        if not isinstance(done, Done):
            raise done
        facts = {"number": done.number, **picture.recording.changes[-1].facts}
        return Decided(done, facts, picture.one_tree is not False, picture.recording.flush)

    def _decided(self) -> list[Outcome]:
        operations = [each.operation for each in self._instructions]
        self._picture.load(named for each in operations for named in each.named)
        self._picture.load_customers(
            each.customer_id for each in operations if isinstance(each, MoveCustomer)
        )
        self._picture.load_prospects(named for each in operations for named in each.prospects)
        if len(operations) >= TOGETHER_FROM:
            self._look_ahead(operations)
        outcomes: list[Outcome] = []
        for each in self._instructions:
            try:
                outcomes.append(self._one(each))
            except (NotDoneError, KeyReusedError) as error:
                outcomes.append(error)
        return outcomes

    def _look_ahead(self, operations: Sequence[Operation]) -> None:
        """Read for all moves together what each would have to read by itself."""
        moves = {each.member_id: each.parent_id for each in operations if isinstance(each, MoveMember)}
        sponsors = {each.member_id: each.sponsor_id for each in operations if isinstance(each, ChangeSponsor)}
        if self._picture.one_tree is not False:
            moves = {}
        if moves or sponsors:
            self._picture.load_ahead(moves, sponsors)

    def _one(self, instruction: Instruction) -> Done:
        asked, picture, operation = instruction.request, self._picture, instruction.operation
        if asked is not None and asked.key in self._earlier:
            of_arguments, answer = self._earlier[asked.key]
            same_request(asked, of_arguments)
            return done_of(answer)
        author = Author(
            instruction.actor, instruction.reason, operation.on or picture.today, self._number + 1,
            picture.clock,
        )  # fmt: skip
        effects = DECIDE[operation.kind](picture, operation, author)
        change = picture.apply(effects, author, operation.kind, asked)
        self._number += 1
        if asked is not None:
            answer = json.loads(json.dumps(change.answer, default=str))
            self._earlier[asked.key] = asked.hash, answer
        return done_of(change.answer)


def done_of(answer: dict[str, Any]) -> Done:
    """A change by its answer, as it was made or as the store has kept it."""
    on, at = answer["on"], answer["recorded_at"]
    return Done(
        answer["number"], answer["kind"],
        date.fromisoformat(on) if isinstance(on, str) else on,
        datetime.fromisoformat(at) if isinstance(at, str) else at,
        answer["actor"], answer["reason"], tuple(Changed(**each) for each in answer["changed"]),
        answer["undoes"], placement_kept(answer["placement"]) if "placement" in answer else None,
    )  # fmt: skip


def placement_kept(answer: dict[str, Any]) -> Placement:
    """A placement by its answer, as it was made or as the store has kept it."""
    since, at = answer["since"], answer["as_of"]
    return Placement(**{
        **answer,
        "since": date.fromisoformat(since) if isinstance(since, str) else since,
        "as_of": datetime.fromisoformat(at) if isinstance(at, str) else at,
    })  # fmt: skip
