"""`upline ledger`: what the company owes its members, entry by entry."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine import ranges
from engine.commands.console import counted, iso_text, note, out, print_json, settled, table
from engine.commands.figures import Day, Figure, number
from engine.commands.options import AsJson, ExactText, MemberId
from engine.commands.postings import register

if TYPE_CHECKING:
    from engine.answers.ledger import AccountSum, LedgerBatch, LedgerEntry
    from engine.ledger.balances import Balance

app = typer.Typer(
    no_args_is_help=True, help="What the company owes: balances, entries, batches, accounts, checks, tables."
)

AsOf = Annotated[
    date | None, typer.Option("--as-of", parser=Day("--as-of"), help="At the end of this day; now.")
]
BatchNumber = Annotated[
    int, typer.Argument(metavar="BATCH", parser=Figure(ranges.BATCH, "BATCH"), help="The batch's number.")
]
Rows = Annotated[int, number(ranges.ROWS, "--rows", help="Show at most so many.")]
After = Annotated[
    str | None, typer.Option("--after", metavar="KEY", help="Go on after the entry or batch of this key.")
]

register(app)


@app.command("balance")
def balance(member_id: MemberId, as_of: AsOf = None, json: AsJson = False) -> None:
    """Show what the company owes a member, now or at the end of a day.

    Example: upline ledger balance 12 --as-of 2026-11-30
    """
    from engine.access.reach import Reach
    from engine.answers.ledger import balances
    from engine.answers.members import member

    with settled() as graph:
        member(graph, Reach.everything, member_id)
        rows = balances(graph, Reach.everything, [member_id], as_of)[member_id]
    if json:
        print_json([_plain_balance(each) for each in rows])
        return
    if not rows:
        out.print(f"nothing is booked for {member_id}", markup=False)
        return
    page = table(None, "currency", "payable", "held", "recoverable", right=("payable", "held", "recoverable"))
    for each in rows:
        page.add_row(each.cash.currency, *(_plain_balance(each)[name] for name in ACCOUNTS))
    out.print(page)


@app.command("entries")
def entries(member_id: MemberId, rows: Rows = 50, after: After = None, json: AsJson = False) -> None:
    """List the entries of a member, the latest first: what was booked, by whom, why, and of which run."""
    from engine.access.reach import Reach
    from engine.answers.ledger import entries as entries_of
    from engine.answers.members import member
    from engine.answers.pages import Stretch

    with settled() as graph:
        member(graph, Reach.everything, member_id)
        page = entries_of(graph, Reach.everything, member_id, Stretch(rows, after or ""))
    if json:
        print_json([_plain_entry(each, key) for each, key in zip(page.nodes, page.keys, strict=True)])
        return
    _show_entries(page.nodes)
    if page.more:
        note(f"There are more: --rows, or --after '{page.keys[-1]}'.")


@app.command("list")
def list_(rows: Rows = 50, after: After = None, json: AsJson = False) -> None:
    """List the batches, the latest first: each is booked as a whole, and its debits equal its credits."""
    from engine.access.reach import Reach
    from engine.answers.ledger import batches
    from engine.answers.pages import Stretch

    with settled() as graph:
        page = batches(graph, Reach.everything, Stretch(rows, after or ""))
    if json:
        print_json([_plain_batch(each) for each in page.nodes])
        return
    shown = table(
        None, "batch", "day", "kind", "of", "entries", "amount", "by", "why", right=("batch", "entries")
    )
    for each in page.nodes:
        amounts = ", ".join(_credits(each))
        shown.add_row(
            str(each.number), str(each.day), each.kind, _source(each), f"{each.entries:,}", amounts,
            each.actor, each.reason,
        )  # fmt: skip
    out.print(shown)
    if page.more:
        note(f"There are more: --rows, or --after '{page.keys[-1]}'.")


@app.command("show")
def show(
    batch: Annotated[
        int, typer.Argument(metavar="BATCH", parser=Figure(ranges.BATCH, "BATCH"), help="Its number.")
    ],
    rows: Rows = 50,
    after: After = None,
    json: AsJson = False,
) -> None:
    """Show a batch with its entries, those of the company first."""
    from engine.access.reach import Reach
    from engine.answers.ledger import batch as batch_of
    from engine.answers.ledger import batch_entries
    from engine.answers.pages import Stretch

    with settled() as graph:
        own = batch_of(graph, Reach.everything, batch)
        page = batch_entries(graph, Reach.everything, own, Stretch(rows, after or ""))
    if json:
        listed = [_plain_entry(each, key) for each, key in zip(page.nodes, page.keys, strict=True)]
        print_json({**_plain_batch(own), "listed": listed})
        return
    source = f" of {_source(own)}" if _source(own) else ""
    why = f": {own.reason}" if own.reason else ""
    out.print(f"batch {own.number}, {own.kind}{source}, {own.day}, by {own.actor}{why}", markup=False)
    _show_entries(page.nodes, owners=True)
    if page.more:
        note(f"There are more: --rows, or --after '{page.keys[-1]}'.")


@app.command("accounts")
def accounts(as_of: AsOf = None, json: AsJson = False) -> None:
    """Show what all accounts of each kind come to; together they are zero."""
    from engine.access.reach import Reach
    from engine.answers.ledger import account_totals

    with settled() as graph:
        rows = account_totals(graph, Reach.everything, as_of)
    if json:
        print_json([_plain_sum(each) for each in rows])
        return
    page = table(
        None, "account", "currency", "debits", "credits", "balance", right=("debits", "credits", "balance")
    )
    for each in rows:
        plain = _plain_sum(each)
        page.add_row(each.account, *(plain[name] for name in ("currency", "debits", "credits", "amount")))
    out.print(page)


@app.command("check")
def check(json: AsJson = False) -> None:
    """Check the whole ledger: batches balance, entries are what runs pay. Exit status 1 if not."""
    from engine.ledger.auditing import CHECKS, audit

    with settled() as graph:
        wrong = audit(graph)
    if json:
        print_json([asdict(each) for each in wrong])
    else:
        page = table("ledger", "check", "what must be true", "violations")
        for name, purpose in CHECKS.items():
            listed = "; ".join(f"{each.where}: {each.actual}" for each in wrong if each.check == name)
            page.add_row(name, purpose, listed or "none")
        out.print(page)
    if wrong:
        raise typer.Exit(1)


@app.command("export")
def export(
    to: Annotated[Path, typer.Option("--out", "-o", help="Folder for the tables.")],
    format: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",
    exact_text: ExactText = False,
) -> None:
    """Write the whole ledger as tables: batches, entries, and balances of today."""
    from engine.answers.ledger_tables import export_ledger
    from engine.answers.sinks import FORMATS

    if format not in FORMATS:
        raise typer.BadParameter(
            f"must be one of {', '.join(FORMATS)}, not {format!r}", param_hint="--format"
        )
    with settled() as graph:
        rows = export_ledger(graph, to, format, exact_text=exact_text)
    listed = ", ".join(counted(count, name) for name, count in rows.items())
    out.print(f"the ledger is in {to}: {listed}", markup=False)


ACCOUNTS = ("payable", "held", "recoverable")


def _plain_balance(each: "Balance") -> dict[str, str]:
    """A balance as programs get it."""
    amounts = {name: each.cash.amount(getattr(each, name)) for name in ACCOUNTS}
    return {"currency": each.cash.currency, **amounts}


def _plain_entry(each: "LedgerEntry", key: str) -> dict[str, Any]:
    """An entry as programs get it."""
    parts = [
        {"bonus": part.bonus, "amount": each.cash.amount(part.amount), "period": part.period}
        for part in each.parts
    ]
    facts = asdict(each) | {
        "cash": None, "currency": each.cash.currency, "amount": each.cash.amount(each.amount), "parts": parts,
        "day": each.day.isoformat(), "booked_at": iso_text(each.booked_at), "key": key,
    }  # fmt: skip
    return {name: value for name, value in facts.items() if name != "cash"}


def _plain_sum(each: "AccountSum") -> dict[str, str]:
    """The sum of some accounts as programs get it."""
    amounts = {name: each.cash.amount(getattr(each, name)) for name in ("amount", "debits", "credits")}
    return {"account": each.account, "currency": each.cash.currency, **amounts}


def _plain_batch(each: "LedgerBatch") -> dict[str, Any]:
    """A batch as programs get it."""
    return asdict(each) | {
        "day": each.day.isoformat(), "booked_at": iso_text(each.booked_at),
        "sums": [_plain_sum(one) for one in each.sums],
    }  # fmt: skip


def _credits(of: "LedgerBatch") -> list[str]:
    """What is booked, by currency: the credits."""
    sums: dict[str, int] = {}
    cash = {each.cash.currency: each.cash for each in of.sums}
    for each in of.sums:
        sums[each.cash.currency] = sums.get(each.cash.currency, 0) + each.credits
    return [f"{cash[code].amount(amount)} {code}" for code, amount in sums.items()]


def _source(of: "LedgerBatch | LedgerEntry") -> str:
    return f"{of.period} by {of.plan}, run {of.run}" if of.run else ""


def _show_entries(rows: "tuple[LedgerEntry, ...]", *, owners: bool = False) -> None:
    columns: tuple[str, ...] = ("owner", "account", "event", "amount", "currency")
    if not owners:
        columns = ("batch", "day", "account", "event", "amount", "currency", "of", "bonuses", "by", "why")
    page = table(None, *columns, right=("batch", "amount"))
    for each in rows:
        amount = each.cash.amount(each.amount)
        figures = (each.account, each.event, amount, each.cash.currency)
        if owners:
            page.add_row(each.owner or "the company", *figures)
            continue
        parts = ", ".join(
            f"{part.bonus}{f' of {part.period}' if part.period else ''} {each.cash.amount(part.amount)}"
            for part in each.parts
        )
        page.add_row(str(each.batch), str(each.day), *figures, _source(each), parts, each.actor, each.reason)
    out.print(page)
