"""What is written of the ledger: batches of entries, which count from the moment at which they are booked.

Entries are written in pieces that can be repeated; booking them is one small transaction within the lane,
together with what they are about. Nothing that is booked is changed or removed.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.genealogy.changes.lane import Company, enter, signed, take_number
from engine.genealogy.changes.requests import Request, earlier_answer
from engine.genealogy.changes.writing import ChangeSet
from engine.graph.database import Ask, Graph


def open_batch(graph: Graph, key: str, facts: Mapping[str, Any]) -> None:
    """Open a batch under its key; it counts nowhere. Can be repeated."""
    graph.write("changes/open_batch", key=key, facts=dict(facts))


def post_earnings(graph: Graph, key: str, run: int, currency: str) -> None:
    """Post what a run pays, and what it corrects of closed periods, with the company's side of it.

    There is one entry for each payee and event. Can be repeated.
    """
    graph.batched("changes/post_earnings", run=run, batch=key, currency=currency)
    graph.batched("changes/post_corrections", run=run, batch=key, currency=currency)
    graph.write("changes/post_counter_entries", batch=key)


def post_reversal(graph: Graph, key: str, of: str) -> None:
    """Post the entries of a booked batch with the opposite sign. Can be repeated."""
    graph.batched("changes/post_reversal", of=of, batch=key)


@dataclass(frozen=True, slots=True)
class Booking:
    """A batch as it is booked: its key, what its node says, and its currencies with their digits."""

    key: str
    facts: Mapping[str, Any]
    currencies: Mapping[str, int]

    @property
    def _parameters(self) -> dict[str, Any]:
        named = [f"{code}={digits}" for code, digits in sorted(self.currencies.items())]
        return {"key": self.key, "facts": dict(self.facts), "currencies": named}

    def book(self, ask: Ask, state: str = "writing") -> int | None:
        """Let it count, within the lane; returns its number, None where no such batch is in that state."""
        rows = ask("changes/book_batch", **self._parameters, state=state)
        return rows[0]["number"] if rows else None

    def propose(self, ask: Ask, entries: Sequence[Mapping[str, Any]]) -> None:
        """Post few entries, which count nowhere until another person approves them, within the lane."""
        listed = [dict(each) for each in entries]
        ask("changes/propose_entries", key=self.key, facts=dict(self.facts), entries=listed)

    def book_entries(self, ask: Ask, entries: Sequence[Mapping[str, Any]]) -> int:
        """Post few entries and let them count at once, within the lane; returns the number."""
        listed = [dict(each) for each in entries]
        rows = ask("changes/book_entries", **self._parameters, entries=listed)
        return int(rows[0]["number"])


def void(ask: Ask, key: str) -> None:
    """Give up a batch that is not booked, within the lane."""
    ask("changes/void_batch", key=key)


def delete_void(graph: Graph) -> None:
    """Delete the entries of batches that were given up. Can be repeated."""
    graph.batched("changes/delete_void_entries")


def fold_batch(graph: Graph, key: str, number: int) -> None:
    """Add a booked batch to its accounts, each of which counts it once. Can be repeated."""
    graph.batched("changes/fold_batch", batch=key, number=number)
    graph.write("changes/folded_batch", number=number)


def next_posting(ask: Ask) -> int:
    """The next number of what is booked by hand, within the lane."""
    return int(ask("changes/next_posting")[0]["number"])


def reject(ask: Ask, key: str, facts: Mapping[str, Any]) -> None:
    """Decide that a proposed batch is not booked, within the lane; it stays, and counts nowhere."""
    ask("changes/reject_batch", key=key, facts=dict(facts))


def keep_ledger_rules(
    graph: Graph,
    merged: Callable[[Ask, Company], Mapping[str, Any]],
    *,
    actor: str,
    reason: str,
    request: Request | None = None,
) -> int:
    """Keep the company's rules for the ledger as a change of its own; returns its number.

    `merged` gives the properties of the company's node, within the lane.
    """

    def within(ask: Ask) -> int:
        company = enter(ask)
        if (earlier := earlier_answer(ask, request)) is not None:
            return int(earlier)
        rules = merged(ask, company)
        facts = signed("ledger_rules", actor=actor, reason=reason or None)
        facts["result"] = json.dumps([])
        number = take_number(ask, company, facts)
        change = ChangeSet(ask, number, request=request)
        change.keep_ledger_rules(rules)
        change.complete(company, company.one_tree is not False, company.time_zone, answer=number)
        return number

    return graph.together(within)
