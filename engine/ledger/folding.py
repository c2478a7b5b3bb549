"""Booked batches are added up in accounts, so that a balance does not need all entries of all years.

Folding changes no balance: a balance is what an account has come to, together with the entries that were
booked after the last batch in it. So it can be done at any time, by anybody, and again.
"""

from engine.genealogy.changes import ledger
from engine.graph.database import Graph


def fold(graph: Graph) -> int:
    """Add all booked batches to the accounts that they touch; returns how many batches were new."""
    rows = graph.read("ledger/unfolded")
    for row in rows:
        ledger.fold_batch(graph, row["key"], row["number"])
    return len(rows)
