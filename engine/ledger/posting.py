"""What a run pays is posted when it is committed, and reversed when the commit is withdrawn.

A batch is written in steps, each of which can be repeated under its key, and counts nowhere until it is
booked, in the transaction in which the commit counts. So a process that is killed at any moment has posted
nothing, or everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.errors import UplineError
from engine.genealogy.changes import ledger
from engine.genealogy.changes.lane import Company
from engine.graph.database import Ask, Graph
from engine.ledger.auditing import contradictions, totals
from engine.ledger.balances import refuse_other_digits
from engine.passes.checks import Violation
from engine.passes.record import RunRecord


class LedgerContradictedError(UplineError):
    """Entries that were posted do not balance, or are not what the run pays; `violations` says where."""

    violations: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """A batch that is written and waits to be booked.

    Its key, what its node says once it is booked, and its currency with the digits of that.
    """

    key: str
    facts: Mapping[str, Any]
    currencies: Mapping[str, int]


def key_of_commit(number: int) -> str:
    """The key of the batch of a commit, by the number of its change."""
    return f"commit {number}"


def key_of_withdrawal(number: int) -> str:
    """The key of the batch that reverses that of a commit."""
    return f"withdrawal of commit {number}"


def post_run(graph: Graph, run: RunRecord, commit: int) -> Posted:
    """Post what a run pays for its commit, and compare it with the earnings; nothing of it counts yet.

    Can be repeated. Raises LedgerContradictedError, and CurrencyKnownError where the ledger has the currency
    with other digits.
    """
    key, currency = key_of_commit(commit), run.cash.currency
    refuse_other_digits(graph, run.cash)
    source = {"run": run.number, "commit": commit, "plan": run.plan, "period": run.period}
    ledger.open_batch(graph, key, {"kind": "earnings", **source})
    ledger.post_earnings(graph, key, run.number, currency)
    violations = contradictions(graph, key, run)
    if violations:
        error = LedgerContradictedError(
            f"the entries of run {run.number} are not what it pays: "
            + "; ".join(f"{each.where} should be {each.expected}, is {each.actual}" for each in violations),
            todo="Nothing is booked. See upline check, and run the period again.",
        )
        error.violations = tuple(violations)
        raise error
    return Posted(key, totals(graph, key), {currency: run.cash.digits})


def post_withdrawal(graph: Graph, commit: int) -> Posted | None:
    """Post the reversal of what a commit has booked; nothing of it counts yet. None where it booked nothing.

    Can be repeated.
    """
    own = booked(graph.read, key_of_commit(commit))
    if own is None:
        return None
    key = key_of_withdrawal(commit)
    source = {name: own[name] for name in ("run", "commit", "plan", "period")}
    ledger.open_batch(graph, key, {"kind": "withdrawal", "reverses": own["key"], **source})
    ledger.post_reversal(graph, key, own["key"])
    return Posted(key, totals(graph, key), {})


def booked(ask: Ask, key: str) -> dict[str, Any] | None:
    """The properties of a batch that counts; None where there is none of that key."""
    rows = ask("ledger/batch", key=key)
    return dict(rows[0]["batch"]) if rows and rows[0]["batch"]["state"] == "booked" else None


def book(ask: Ask, posted: Posted, company: Company, actor: str, reason: str, at: datetime) -> int:
    """Let a batch count, within the lane and in the transaction of what it is about; returns its number.

    Raises LedgerContradictedError where it is no longer there.
    """
    signed = {"actor": actor, "reason": reason, "day": company.today, "booked_at": at}
    number = ledger.Booking(posted.key, {**posted.facts, **signed}, posted.currencies).book(ask)
    if number is None:
        raise LedgerContradictedError(
            f"the batch {posted.key} is booked already, or was given up", todo="Send it again."
        )
    return number


def give_up(ask: Ask, key: str) -> None:
    """Give up a batch that is not booked, within the lane."""
    ledger.void(ask, key)


def delete_given_up(graph: Graph) -> None:
    """Delete the entries of batches that were given up: they never counted. Can be repeated."""
    ledger.delete_void(graph)
