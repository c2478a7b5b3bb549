"""The ledger as tables for accounting: batches, entries, and what is owed today.

Amounts have the digits of their currency; above zero the company owes them.
"""

from collections.abc import Iterator
from pathlib import Path

from engine.answers.ledger import LedgerBatch, all_batches, all_entries
from engine.answers.sinks import Row, Sink, sink
from engine.drafts import Drafts
from engine.graph.database import Graph
from engine.ledger.balances import all_balances

TABLES = {
    "ledger_batches": (
        "batch", "kind", "day", "booked_at", "actor", "reason", "run", "period", "plan", "reverses",
        "entries",
    ),
    "ledger_entries": ("batch", "owner", "account", "event", "currency", "amount"),
    "ledger_balances": ("owner", "currency", "payable", "held", "recoverable"),
}  # fmt: skip
"""The columns of each table. The company itself is an empty owner."""
SIGN = "ledger_balances"
"""The table that is named last: where it is, the others are whole."""


def export_ledger(graph: Graph, folder: Path, format: str, *, exact_text: bool = False) -> dict[str, int]:
    """Write the tables of the ledger; returns how many rows each has.

    `format` is one of FORMATS. In CSV a text that a spreadsheet would compute has an apostrophe in front,
    unless `exact_text`.
    """
    drafts, counts = Drafts(folder, f"{SIGN}.{format}"), dict.fromkeys(TABLES, 0)
    tables: dict[str, Sink] = {}

    def write(name: str, rows: Iterator[Row]) -> None:
        def counting() -> Iterator[Row]:
            for row in rows:
                counts[name] += 1
                yield row

        tables[name].write(counting())

    try:
        tables |= {name: _table(drafts, name, format, exact_text=exact_text) for name in TABLES}
        for each in all_batches(graph):
            row = (
                each.number, each.kind, each.day.isoformat(), each.booked_at.isoformat(), each.actor,
                each.reason, each.run, each.period, each.plan, each.reverses, each.entries,
            )  # fmt: skip
            write("ledger_batches", iter([row]))
            write("ledger_entries", _entries(graph, each))
        write("ledger_balances", _balances(graph))
        for table in tables.values():
            table.close()
    except BaseException:
        drafts.abandon()
        raise
    drafts.finish()
    return counts


def _table(drafts: Drafts, name: str, format: str, *, exact_text: bool) -> Sink:
    return sink(drafts.path(f"{name}.{format}"), TABLES[name], format, exact_text=exact_text)


def _entries(graph: Graph, of: LedgerBatch) -> Iterator[Row]:
    for each in all_entries(graph, of):
        yield (
            of.number,
            each.owner,
            each.account,
            each.event,
            each.cash.currency,
            each.cash.amount(each.amount),
        )


def _balances(graph: Graph) -> Iterator[Row]:
    for owner, rows in all_balances(graph):
        for each in rows:
            amounts = (each.payable, each.held, each.recoverable)
            yield owner, each.cash.currency, *(each.cash.amount(amount) for amount in amounts)
