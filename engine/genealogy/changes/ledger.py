"""What is written of the ledger: batches of entries, which count from the moment at which they are booked.

Entries are written in pieces that can be repeated; booking them is one small transaction within the lane,
together with what they are about. Nothing that is booked is changed or removed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.graph.database import Ask, Graph


def open_batch(graph: Graph, key: str, facts: Mapping[str, Any]) -> None:
    """Open a batch under its key; it counts nowhere. Can be repeated."""
    graph.write("changes/open_batch", key=key, facts=dict(facts))


def post_earnings(graph: Graph, key: str, run: int, currency: str) -> None:
    """Post what a run pays, one entry for each payee, and the company's side of it. Can be repeated."""
    graph.batched("changes/post_earnings", run=run, batch=key, currency=currency)
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

    def book(self, ask: Ask) -> int | None:
        """Let it count, within the lane; returns its number, None where no such batch is posted."""
        rows = ask("changes/book_batch", **self._parameters)
        return rows[0]["number"] if rows else None

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
