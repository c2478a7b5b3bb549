"""What must be true of the ledger: debits equal credits, entries equal earnings, accounts equal entries."""

from collections.abc import Mapping
from typing import Any

from engine.graph.database import Graph
from engine.passes.checks import SHOWN, Violation
from engine.passes.record import RunRecord, result

BALANCED = "debits_equal_credits"
AS_EARNED = "entries_equal_earnings"
ADDED_UP = "accounts_equal_entries"
NUMBERED = "batches_are_numbered"
BOOKED = "commits_are_booked"
CHECKS: Mapping[str, str] = {
    BALANCED: "The entries of each booked batch add up to zero in each currency, and are all there.",
    AS_EARNED: "What is booked for a committed run is what it pays and corrects, payee by payee.",
    ADDED_UP: "Each account is the sum of the entries that were added up in it.",
    NUMBERED: "Booked batches are numbered from 1 without a gap.",
    BOOKED: "Each commit that counts is booked, and each one that was withdrawn is booked back.",
}
"""The checks of the ledger, each with what must be true."""
OF_RUN = (BALANCED, AS_EARNED)
"""Those that are about one run."""


def totals(graph: Graph, key: str) -> dict[str, Any]:
    """What the entries of a batch come to, as its node keeps it.

    How many `entries` there are, and in parallel lists the account, currency and signed amount of each sum.
    """
    rows = graph.read("ledger/sums", batch=key)
    return {
        "entries": sum(row["entries"] for row in rows),
        "accounts": [row["account"] for row in rows],
        "currencies": [row["currency"] for row in rows],
        "amounts": [row["amount"] for row in rows],
    }


def contradictions(graph: Graph, key: str, run: RunRecord) -> list[Violation]:
    """Where a batch does not balance, or its entries are not what its run pays; at most SHOWN of each."""
    sums: dict[str, int] = {}
    for row in graph.read("ledger/sums", batch=key):
        sums[row["currency"]] = sums.get(row["currency"], 0) + row["amount"]
    unbalanced = [
        Violation(BALANCED, f"{key} in {currency}", 0, amount) for currency, amount in sums.items() if amount
    ]
    own = {"run": run.number, "batch": key, "currency": run.cash.currency, "shown": SHOWN}
    unlike = [
        Violation(AS_EARNED, f"{row['where']} in {key}", row["expected"], row["actual"])
        for name in ("ledger/unlike_earnings", "ledger/unlike_corrections")
        for row in graph.read(name, **own)
    ]
    return unbalanced + unlike


def of_run(graph: Graph, run: RunRecord) -> list[Violation]:
    """What is wrong with what is booked for a run; none for one that is not committed."""
    if not run.facts.get("committed_at"):
        return []
    keys = [row["key"] for row in graph.read("ledger/live_commits") if row["run"] == run.number]
    return [wrong for key in keys for wrong in contradictions(graph, key, run)]


def audit(graph: Graph) -> list[Violation]:
    """What is wrong anywhere in the ledger: at most SHOWN violations of each check."""
    rows = [(BALANCED, row) for row in graph.read("ledger/unbalanced", shown=SHOWN)]
    rows += [(ADDED_UP, row) for row in graph.read("ledger/unlike_entries", shown=SHOWN)]
    rows += [(BOOKED, row) for row in graph.read("ledger/unbooked_commits", shown=SHOWN)]
    wrong = [Violation(check, row["where"], row["expected"], row["actual"]) for check, row in rows]
    numbers = graph.read("ledger/unnumbered")[0]
    if len({numbers["expected"], numbers["actual"], numbers["last"]}) > 1:
        wrong.append(Violation(NUMBERED, "the ledger", numbers["expected"], numbers["actual"]))
    for row in graph.read("ledger/live_commits"):
        of = result(graph, number=row["run"])
        wrong += [each for each in contradictions(graph, row["key"], of) if each.check == AS_EARNED]
    return wrong
