"""One lane for all writers of the company's state: the next number, and one open change set at a time.

A number is taken under a write lock on the company's node, so numbers have no gap and appear in order:
who asks for changes above a number misses none. The lock is held for one transaction alone. A change set
of several transactions keeps others out by being open: its node is the newest, and its state `running`, or
`taking back` while another command takes back what an interrupted one has written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import UplineError
from engine.genealogy.changes.closed import ClosedPeriod
from engine.graph.claims import WorkClaim, at_work
from engine.graph.database import Ask, Graph, Row
from engine.graph.queries import Query, query
from engine.money import minor_digits

OPEN_STATES = ("running", "taking back")
COMMITTED = "committed_order"
"""What a refund contradicts whose order a committed run counted; see engine/intake/correcting.py."""
LETTERS = 3
"""Codes of this length are taken without a word about their digits: they have those of ISO 4217, or two."""


class ChangeUnderWayError(UplineError):
    """Another change of the company's state is at work in this database."""


class ChangeInterruptedError(UplineError):
    """An earlier change of the company's state was interrupted and is not taken back yet."""


class CompanyChangedError(UplineError):
    """The company's state has changed since it was looked at."""


class CurrencyKnownError(UplineError):
    """A currency of the company has other digits already."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A change set that began and did not end; `alive` while a process writes it, or takes it back."""

    number: int
    kind: str
    directory: str | None
    state: str
    started_at: datetime
    alive: bool

    @property
    def title(self) -> str:
        """What it is called in a sentence: ``import 3 of company``."""
        return f"{self.kind} {self.number}" + (f" of {self.directory}" if self.directory else "")


@dataclass(frozen=True, slots=True)
class Company:
    """The company's settings, None before the first change, and where its changes have come to.

    `last_change` is the last one that counts, `newest` the last number that was taken (0: none).
    """

    one_tree: bool | None = None
    time_zone: str | None = None
    last_change: int | None = None
    newest: int = 0
    unfinished: Unfinished | None = None
    remarked_refunds: tuple[str, ...] = ()
    """What refunds may contradict in their order; the import remarks on it."""
    currencies: Mapping[str, int] = field(default_factory=dict)
    """The digits of currencies that ISO 4217 does not know, by code."""
    newest_at: datetime | None = field(default=None, compare=False)
    """When the newest change was finished, in UTC; with its number it names a state of the company."""
    clock: datetime | None = field(default=None, compare=False)
    """The server's time in UTC when the company was read, never before that of the newest change."""
    next_turn: date | None = field(default=None, compare=False)
    """The first day on which something holds that was planned for a later day; None where nothing waits."""
    closed: tuple[ClosedPeriod, ...] = ()
    """The last committed period of each plan and calendar: nothing may change up to its last day."""
    in_review: tuple[str, ...] = ()
    """The keys of the periods that are in review: no run replaces their result."""
    two_person: bool = False
    """Whether a period is committed only once another person has approved its results."""
    late_orders: str = "refuse"
    """What becomes of an order of a committed period that arrives now: ``refuse`` or ``book``."""
    corrected_ranks: str = "held"
    """Ranks, activity and compression by which committed periods are corrected: ``held`` or ``restated``."""

    @property
    def corrects_refunds(self) -> bool:
        """Whether refunds of orders of committed periods correct those: unless a rule says otherwise."""
        return not {COMMITTED, f"{COMMITTED}=refuse"} & set(self.remarked_refunds)

    @property
    def today(self) -> date:
        """The day on which the company was read, in its time zone."""
        return (self.clock or datetime.now(UTC)).astimezone(ZoneInfo(self.time_zone or "UTC")).date()

    @property
    def due(self) -> bool:
        """Whether the day of something that was planned has come."""
        return self.next_turn is not None and self.next_turn <= self.today

    def digits(self, code: str) -> int:
        """How many decimals the company's amounts in a currency have."""
        return self.currencies.get(code, minor_digits(code))

    def with_currencies(self, named: Mapping[str, int]) -> dict[str, int]:
        """The company's own currencies together with newly named ones.

        Raises CurrencyKnownError where amounts in the currency may be there already, with other digits.
        """
        for code, digits in named.items():
            before = self.last_change is not None and len(code) == LETTERS
            if (code in self.currencies or before) and self.digits(code) != digits:
                raise CurrencyKnownError(
                    f"amounts in {code} have {self.digits(code)} decimals in this company, not {digits}",
                    todo="The digits of a currency are named with the first import.",
                )
        return {**self.currencies, **named}

    def refuse_unfinished(self) -> None:
        """Raise ChangeUnderWayError or ChangeInterruptedError where a change set is open."""
        change = self.unfinished
        if change is None:
            return
        if change.alive:
            doing = f"is at work since {change.started_at:%Y-%m-%d %H:%M:%S}"
            if change.state != "running":
                doing = "was interrupted, and another command is taking it back"
            raise ChangeUnderWayError(f"{change.title} {doing}", todo="Wait until it ends.")
        raise ChangeInterruptedError(
            f"{change.title} was interrupted", todo="Any command takes it back, for example: upline runs"
        )


def read_company(graph: Graph) -> Company:
    """The company as it is now."""
    return look(graph.read)


def enter(ask: Ask) -> Company:
    """Take the lane until the transaction of `ask` ends, and read the company from within."""
    return _company(ask(_taking_the_lane())[0])


@cache
def _taking_the_lane() -> Query:
    """The statement that takes the lane and reads the company once it has it."""
    return query("changes/lane").fill(company=query("genealogy/company"))


def look(ask: Ask) -> Company:
    """The company as a statement sees it, without the lane: what is decided on it must not be written."""
    return _company(ask("genealogy/company")[0])


def take_number(ask: Ask, company: Company, facts: dict[str, Any]) -> int:
    """Open a change set within the lane; refuses where one is open. Returns its number."""
    company.refuse_unfinished()
    number = company.newest + 1
    ask("changes/open", number=number, facts=facts)
    return number


def signed(kind: str, **facts: Any) -> dict[str, Any]:
    """What the node of a change set says from its beginning: the kind, its process, and facts of the kind."""
    return {
        "kind": kind,
        **{name: value for name, value in facts.items() if value is not None},
        **WorkClaim().facts,
    }


def unfinished(graph: Graph) -> Unfinished | None:
    """The change set that began and did not end, or None."""
    return read_company(graph).unfinished


def _company(row: Row) -> Company:
    newest = row["newest"] or {"number": 0, "state": ""}
    return Company(
        row["one_tree"],
        row["time_zone"],
        row["last_change"],
        newest["number"],
        _unfinished(newest, row["idle"]) if newest["state"] in OPEN_STATES else None,
        tuple(row["remarked_refunds"] or ()),
        currencies_of(row["currencies"]),
        newest["finished_at"].to_native().astimezone(UTC) if newest.get("finished_at") else None,
        row["clock"].to_native().astimezone(UTC),
        row["next_turn"].to_native() if row["next_turn"] is not None else None,
        tuple(ClosedPeriod.of(text) for text in row["closed"] or ()),
        tuple(row["in_review"] or ()),
        bool(row["two_person"]),
        row["late_orders"] or "refuse",
        row["corrected_ranks"] or "held",
    )


def currencies_of(listed: list[str] | None) -> dict[str, int]:
    """The digits of currencies as the company's node keeps them, such as USDT=3, by code."""
    return {code: int(digits) for code, _, digits in (each.partition("=") for each in listed or ())}


def _unfinished(node: dict[str, Any], idle: int | None) -> Unfinished:
    return Unfinished(
        node["number"],
        node["kind"],
        node.get("directory"),
        node["state"],
        node["started_at"].to_native(),
        at_work(node, idle),
    )
