"""What somebody books by hand: adjustments of a member's balance, and what takes them back.

Each is a posting with a number, a kind and a reason. Where the company's rules say so it waits, and counts
nowhere, until another person approves it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.errors import UplineError
from engine.genealogy.changes import ledger
from engine.genealogy.changes.lane import Company, currencies_of, enter
from engine.genealogy.changes.requests import Request, earlier_answer, keep_within
from engine.genealogy.refusals import ReasonMissingError, SamePersonError, UnknownMemberError
from engine.graph.database import Ask, Graph
from engine.ledger.accounts import COMPANY, EVENTS
from engine.ledger.balances import currencies
from engine.ledger.rules import rules_of
from engine.money import CODE, AmountError, Currency, in_currency, scaled
from engine.ranges import BATCH, POSTING_AMOUNT

TYPES: Mapping[str, str] = {
    "opening": "a balance that is brought along from before",
    "correction": "a mistake that is made good",
    "goodwill": "a favour",
    "award": "a prize, or a bonus that no plan pays",
    "charge": "what the member owes for something else",
    "other": "anything else; the reason says what",
}
"""What an adjustment may be, and what each means."""
STATES = ("proposed", "booked", "rejected")
"""Where a posting is: only booked ones count."""


class BadAdjustmentError(UplineError):
    """An adjustment is none: its amount is zero or no amount, or its kind is unknown."""


class CurrencyMissingError(UplineError):
    """The ledger has several currencies, or none yet, and none is named."""


class UnknownPostingError(UplineError):
    """No posting has the number."""


class PostingDecidedError(UplineError):
    """A posting is booked or rejected already."""


class NotReversibleError(UplineError):
    """A posting cannot be taken back: it does not count, it takes another one back, or it was taken back."""


@dataclass(frozen=True, slots=True)
class Posting:
    """What somebody has booked by hand, or proposed.

    `amount` is in minor units, above zero for the member. `batch` is its number in the ledger once it is
    booked. `decided_by` is who approved or rejected it, where somebody had to; `reverses` the number of the
    posting that it takes back.
    """

    number: int
    kind: str
    type: str | None
    state: str
    member_id: str
    cash: Currency
    amount: int
    actor: str
    reason: str
    at: datetime
    batch: int | None = None
    decided_by: str | None = None
    reverses: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a posting is to book: its facts, and its entries as owner, account, event and signed amount."""

    kind: str
    member_id: str
    cash: Currency
    amount: int
    entries: Sequence[tuple[str, str, str, int]]
    facts: Mapping[str, Any]


def adjust(
    graph: Graph,
    member_id: str,
    amount: str,
    *,
    type: str,
    reason: str,
    currency: str | None = None,
    actor: str = "upline",
    request: Request | None = None,
) -> Posting:
    """Book an amount in favour of a member, or below zero against the member.

    `amount` is decimal text in units of `currency`, which may be left out where the ledger has one alone;
    `type` is one of TYPES. A balance that falls below zero is settled by later earnings. The same request
    books once. Raises UnknownMemberError, BadAdjustmentError, CurrencyMissingError, ReasonMissingError and
    KeyReusedError.
    """
    if type not in TYPES:
        raise BadAdjustmentError(f"an adjustment is no {type!r}", todo=f"Say which kind: {', '.join(TYPES)}.")

    def draft(ask: Ask, company: Company) -> Draft:
        cash = cash_within(ask, company, currency)
        minor = minor_units(amount, cash)
        refuse_unknown(ask, member_id)
        debited, credited = EVENTS["adjusted"]
        entries = ((COMPANY, debited, "adjusted", -minor), (member_id, credited, "adjusted", minor))
        return Draft("adjustment", member_id, cash, minor, entries, {"type": type})

    return post(graph, draft, actor=actor, reason=reason, request=request)


def reverse(
    graph: Graph, number: int, *, reason: str, actor: str = "upline", request: Request | None = None
) -> Posting:
    """Take an adjustment back by a posting with the opposite entries; both stay.

    Raises UnknownPostingError, NotReversibleError, ReasonMissingError and KeyReusedError.
    """

    def draft(ask: Ask, _company: Company) -> Draft:
        of = posting_within(ask, number)
        _refuse_irreversible(ask, of)
        rows = ask("ledger/entries_of_posting", number=number)
        entries = [(row["owner"], row["account"], row["event"], -row["amount"]) for row in rows]
        facts = {"type": of.type, "reverses": key_of(of.kind, number)}
        return Draft("reversal", of.member_id, of.cash, -of.amount, entries, facts)

    return post(graph, draft, actor=actor, reason=reason, request=request)


def approve(graph: Graph, number: int, *, reason: str = "", actor: str = "upline") -> Posting:
    """Book a posting that waits for another person. Repeated by the same person, it changes nothing.

    Raises UnknownPostingError, PostingDecidedError and SamePersonError.
    """

    def within(ask: Ask) -> Posting:
        company = enter(ask)
        of = posting_within(ask, number)
        if (of.state, of.decided_by) == ("booked", actor):
            return of
        _refuse_decided(of)
        if of.actor == actor:
            raise SamePersonError(
                f"{actor} has proposed posting {number}", todo="Let another person look at it and approve it."
            )
        facts = {
            "decided_by": actor, "decided_reason": reason or None, "day": company.today,
            "booked_at": company.clock,
        }  # fmt: skip
        booking = ledger.Booking(key_of(of.kind, number), facts, {of.cash.currency: of.cash.digits})
        booking.book(ask, "proposed")
        return posting_within(ask, number)

    return graph.together(within)


def reject(graph: Graph, number: int, *, reason: str, actor: str = "upline") -> Posting:
    """Decide that a posting which waits is not booked; its proposer can do so too.

    Raises UnknownPostingError, PostingDecidedError and ReasonMissingError.
    """
    refuse_unreasoned(reason)

    def within(ask: Ask) -> Posting:
        enter(ask)
        of = posting_within(ask, number)
        if (of.state, of.decided_by) == ("rejected", actor):
            return of
        _refuse_decided(of)
        ledger.reject(ask, key_of(of.kind, number), {"decided_by": actor, "decided_reason": reason})
        return posting_within(ask, number)

    return graph.together(within)


def post(
    graph: Graph,
    draft: Callable[[Ask, Company], Draft],
    *,
    actor: str,
    reason: str,
    request: Request | None,
    by_rule: bool = False,
) -> Posting:
    """Book what `draft` decides within the lane, or propose it where another person has to approve it.

    `by_rule`: a rule has decided it already, so nobody has to approve it.
    """
    refuse_unreasoned(reason)

    def within(ask: Ask) -> Posting:
        company = enter(ask)
        earlier = earlier_answer(ask, request)
        if earlier is not None:
            return posting_within(ask, int(earlier["posting"]))
        own = draft(ask, company)
        number = ledger.next_posting(ask)
        facts = {
            "kind": own.kind, "posting": number, "member_id": own.member_id, "currency": own.cash.currency,
            "amount": own.amount, "actor": actor, "reason": reason, "proposed_at": company.clock,
            **_sums(own), **own.facts,
        }  # fmt: skip
        rows = [
            {"owner": owner, "account": account, "event": event, "currency": own.cash.currency, "amount": sum}
            for owner, account, event, sum in own.entries
        ]
        booked = {"day": company.today, "booked_at": company.clock}
        waits = not by_rule and rules_of(ask).two_person
        booking = ledger.Booking(
            key_of(own.kind, number), facts if waits else facts | booked,
            {own.cash.currency: own.cash.digits},
        )  # fmt: skip
        if waits:
            booking.propose(ask, rows)
        else:
            booking.book_entries(ask, rows)
        keep_within(ask, request, {"posting": number})
        return posting_within(ask, number)

    return graph.together(within)


def postings(
    graph: Graph, state: str | None = None, member_id: str | None = None, most: int = BATCH.most
) -> list[Posting]:
    """What was booked by hand or proposed, the latest first; of a state or a member, where given."""
    digits = currencies(graph)
    rows = graph.read("ledger/postings", state=state, member_id=member_id, most=most)
    return [_posting(row["batch"], digits) for row in rows]


def posting(graph: Graph, number: int) -> Posting:
    """One posting; raises UnknownPostingError."""
    return posting_within(graph.read, number)


def posting_within(ask: Ask, number: int) -> Posting:
    """The same as a transaction sees it."""
    rows = ask("ledger/posting", number=number)
    if not rows:
        raise UnknownPostingError(f"no posting has the number {number}", todo="See: upline ledger postings.")
    return _posting(rows[0]["batch"], _digits(ask))


def key_of(kind: str, number: int) -> str:
    """The key of a posting's batch."""
    return f"{kind} {number}"


def minor_units(amount: str, cash: Currency) -> int:
    """An amount as it is written, in minor units. Raises BadAdjustmentError for zero, or for no amount."""
    try:
        minor = POSTING_AMOUNT.checked(scaled(amount, 10**cash.digits, "the amount"), "the amount")
    except AmountError as error:
        raise BadAdjustmentError(error.what, todo=f"Write it as {cash.amount(1250)}.") from error
    if minor == 0:
        raise BadAdjustmentError("the amount is zero", todo="Give an amount above or below zero.")
    return minor


def refuse_unknown(ask: Ask, member_id: str) -> None:
    """Raise UnknownMemberError where nobody has the id."""
    if not ask("ledger/member", member_id=member_id):
        raise UnknownMemberError(
            f"no member has the id {member_id!r}", "member_id", "Capitals and leading zeros matter."
        )


def refuse_unreasoned(reason: str) -> None:
    """Raise ReasonMissingError where nobody says why."""
    if not reason.strip():
        raise ReasonMissingError("what is booked by hand has a reason", todo="Say why: --reason.")


def cash_within(ask: Ask, company: Company, currency: str | None) -> Currency:
    """The currency of that code, or the only one of the ledger. Raises CurrencyMissingError."""
    known = _digits(ask)
    if currency is None:
        if len(known) != 1:
            listed = ", ".join(known) or "none yet"
            raise CurrencyMissingError(
                f"the ledger has several currencies, or none yet: {listed}", todo="Name one: --currency USD."
            )
        currency = next(iter(known))
    if not re.fullmatch(CODE, currency):
        raise BadAdjustmentError(f"{currency!r} is no currency", todo="Write it as USD.")
    return in_currency(currency, known[currency] if currency in known else company.digits(currency))


def _digits(ask: Ask) -> dict[str, int]:
    return currencies_of(ask("ledger/currencies")[0]["currencies"])


def _sums(own: Draft) -> dict[str, Any]:
    """What the batch comes to, by account, as its node keeps it."""
    sums: dict[str, int] = {}
    for _, account, _, amount in own.entries:
        sums[account] = sums.get(account, 0) + amount
    return {
        "entries": len(own.entries), "accounts": list(sums), "amounts": list(sums.values()),
        "currencies": [own.cash.currency] * len(sums),
    }  # fmt: skip


def _refuse_decided(of: Posting) -> None:
    if of.state != "proposed":
        by = f" by {of.decided_by}" if of.decided_by else ""
        raise PostingDecidedError(
            f"posting {of.number} is {of.state}{by}", todo="See: upline ledger postings --state proposed."
        )


def _refuse_irreversible(ask: Ask, of: Posting) -> None:
    if of.state != "booked":
        raise NotReversibleError(
            f"posting {of.number} is {of.state}, so there is nothing to take back",
            todo=f"Reject it: upline ledger reject {of.number}." if of.state == "proposed" else None,
        )
    if of.kind != "adjustment":
        raise NotReversibleError(
            f"posting {of.number} is a {of.kind}, not an adjustment", todo="Book what is right by hand."
        )
    if rows := ask("ledger/reversal_of", key=key_of(of.kind, of.number)):
        raise NotReversibleError(
            f"posting {of.number} is taken back by posting {rows[0]['posting']} ({rows[0]['state']})",
            todo="Adjust the balance again.",
        )


def _posting(facts: Mapping[str, Any], digits: Mapping[str, int]) -> Posting:
    reverses = facts.get("reverses")
    return Posting(
        facts["posting"], facts["kind"], facts.get("type"), facts["state"], facts["member_id"],
        in_currency(facts["currency"], digits.get(facts["currency"])), facts["amount"], facts["actor"],
        facts["reason"], facts["proposed_at"].to_native(), facts.get("number"), facts.get("decided_by"),
        int(reverses.rpartition(" ")[2]) if reverses else None,
    )  # fmt: skip
