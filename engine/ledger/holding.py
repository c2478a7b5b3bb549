"""Pay that is held: earned, and not yet due.

A hold moves an amount from what is payable to what is held. It ends when somebody releases it, when the
member qualifies, or after a day on which it is forfeited.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.errors import UplineError
from engine.genealogy.changes.lane import Company, currencies_of
from engine.genealogy.changes.requests import Request
from engine.graph.database import Ask, Graph
from engine.ledger.accounts import COMPANY, EVENTS, HELD, PAYABLE
from engine.ledger.adjusting import (
    Draft,
    Posting,
    cash_within,
    minor_units,
    post,
    posting_within,
    refuse_unknown,
)
from engine.ledger.balances import currencies
from engine.money import Currency, in_currency
from engine.ranges import BATCH

ACTIVE = "active"
CONDITIONS: Mapping[str, str] = {
    ACTIVE: "a committed run of a period that ends on or after the day of the hold has the member as active",
}
"""What releases a hold by itself, and what each means."""


class BadHoldError(UplineError):
    """A hold cannot be made or ended so: nothing is payable, too much is asked for, or its day is over."""


class NotHeldError(UplineError):
    """A posting is no hold, or nothing of it is held any more."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold that counts: `number` is that of its posting, `amount` what it held, `left` what it still holds.

    `until` is the last day on which it can be released; after that it is forfeited. `release_when` is one of
    CONDITIONS, or None where a person decides. Amounts are minor units.
    """

    number: int
    member_id: str
    cash: Currency
    amount: int
    left: int
    day: date
    until: date | None
    release_when: str | None
    actor: str
    reason: str
    qualifies: bool = False


def hold(
    graph: Graph,
    member_id: str,
    amount: str | None = None,
    *,
    reason: str,
    currency: str | None = None,
    until: date | None = None,
    release_when: str | None = None,
    actor: str = "upline",
    request: Request | None = None,
) -> Posting:
    """Hold an amount that is payable to a member, or all of it.

    Raises UnknownMemberError, BadHoldError, BadAdjustmentError, CurrencyMissingError, ReasonMissingError and
    KeyReusedError.
    """
    if release_when is not None and release_when not in CONDITIONS:
        raise BadHoldError(
            f"{release_when!r} releases nothing", todo=f"Say {', '.join(CONDITIONS)}, or nothing."
        )

    def draft(ask: Ask, company: Company) -> Draft:
        cash = cash_within(ask, company, currency)
        refuse_unknown(ask, member_id)
        if until is not None and until < company.today:
            raise BadHoldError(f"{until} is over", todo="Give a day from today on, or none.")
        payable = _payable(ask, member_id, cash)
        minor = payable if amount is None else minor_units(amount, cash)
        if minor <= 0 or minor > payable:
            raise BadHoldError(
                f"{cash.amount(payable)} {cash.currency} are payable to {member_id}, "
                f"so {cash.amount(minor)} cannot be held",
                todo="Hold at most what is payable.",
            )
        facts = {"until": until, "release_when": release_when}
        return Draft("hold", member_id, cash, minor, _moved("held", member_id, minor), facts)

    return post(graph, draft, actor=actor, reason=reason, request=request)


def release(
    graph: Graph,
    number: int,
    amount: str | None = None,
    *,
    reason: str,
    actor: str = "upline",
    request: Request | None = None,
) -> Posting:
    """Release what a hold holds, or a part of it: it is payable again.

    Raises UnknownPostingError, NotHeldError, BadHoldError, ReasonMissingError and KeyReusedError.
    """
    draft = _ending("release", "released", number, amount)
    return post(graph, draft, actor=actor, reason=reason, request=request)


def forfeit(
    graph: Graph, number: int, *, reason: str, actor: str = "upline", request: Request | None = None
) -> Posting:
    """Let the company keep what a hold holds. Raises what `release` raises."""
    draft = _ending("forfeit", "forfeited", number, None)
    return post(graph, draft, actor=actor, reason=reason, request=request)


def holds(graph: Graph, member_id: str | None = None, most: int = BATCH.most) -> list[Hold]:
    """The holds of which something is still held, the first one first; of a member, where given."""
    return _holds(graph.read, currencies(graph), member_id=member_id, most=most)


def end_holds(graph: Graph, *, actor: str = "upline") -> list[Posting]:
    """Release holds whose members qualify, and forfeit those whose last day is over; returns what was done.

    It follows what was decided with each hold, so nobody has to approve it. Can be repeated.
    """
    done = []
    for each in holds(graph):
        try:
            if each.qualifies:
                done.append(_by_rule(graph, each, "release", "released", "the member qualifies", actor))
            elif each.until is not None:
                done.append(_by_rule(graph, each, "forfeit", "forfeited", f"held until {each.until}", actor))
        except (NotHeldError, _NotYetError):  # ended by somebody meanwhile, or its day has not come
            continue
    return done


class _NotYetError(UplineError):
    """The day of a hold has not come."""


def _by_rule(graph: Graph, of: Hold, kind: str, event: str, reason: str, actor: str) -> Posting:
    ending = _ending(kind, event, of.number, None)

    def draft(ask: Ask, company: Company) -> Draft:
        if kind == "forfeit" and of.until is not None and company.today <= of.until:
            raise _NotYetError(f"{of.until} is not over")
        return ending(ask, company)

    return post(graph, draft, actor=actor, reason=reason, request=None, by_rule=True)


def _ending(kind: str, event: str, number: int, amount: str | None) -> Callable[[Ask, Company], Draft]:
    """What ends a hold, or a part of it."""

    def draft(ask: Ask, _company: Company) -> Draft:
        own = posting_within(ask, number)
        known = currencies_of(ask("ledger/currencies")[0]["currencies"])
        left = next((each.left for each in _holds(ask, known, number=number)), 0)
        if own.kind != "hold" or left <= 0:
            what = "is no hold" if own.kind != "hold" else "holds nothing any more, or does not count"
            raise NotHeldError(f"posting {number} {what}", todo="See: upline ledger holds.")
        minor = left if amount is None else minor_units(amount, own.cash)
        if not 0 < minor <= left:
            raise BadHoldError(
                f"posting {number} holds {own.cash.amount(left)}, not {own.cash.amount(minor)}",
                todo="End at most what it holds.",
            )
        moved = _moved(event, own.member_id, minor)
        return Draft(kind, own.member_id, own.cash, minor, moved, {"hold": number})

    return draft


def _holds(
    ask: Ask,
    digits: Mapping[str, int],
    member_id: str | None = None,
    number: int | None = None,
    most: int = BATCH.most,
) -> list[Hold]:
    rows = ask("ledger/holds", member_id=member_id, number=number, active=ACTIVE, most=most)
    return [_hold(row, digits) for row in rows]


def _hold(row: Mapping[str, Any], digits: Mapping[str, int]) -> Hold:
    facts = row["hold"]
    until = facts.get("until")
    return Hold(
        facts["posting"], facts["member_id"],
        in_currency(facts["currency"], digits.get(facts["currency"])), facts["amount"], row["left"],
        facts["day"].to_native(), until.to_native() if until else None, facts.get("release_when"),
        facts["actor"], facts["reason"], row["qualifies"],
    )  # fmt: skip


def _moved(event: str, member_id: str, minor: int) -> tuple[tuple[str, str, str, int], ...]:
    """The entries of an event by which an amount passes from one account to another."""
    debited, credited = EVENTS[event]
    sides = ((debited, -minor), (credited, minor))
    return tuple((_owner(account, member_id), account, event, amount) for account, amount in sides)


def _owner(account: str, member_id: str) -> str:
    return member_id if account in (PAYABLE, HELD) else COMPANY


def _payable(ask: Ask, member_id: str, cash: Currency) -> int:
    rows = ask("ledger/balances", owners=[member_id])
    return sum(row["amount"] for row in rows if (row["kind"], row["currency"]) == (PAYABLE, cash.currency))
