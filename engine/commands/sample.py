"""`upline sample`: writes the tables of a generated company."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from engine import ranges
from engine.commands.console import err, print_json, say
from engine.commands.console import out as console
from engine.commands.figures import number
from engine.progress import OnProgress
from engine.sample.company import Summary, make

# Without a terminal, one line for this many rows: none for a demo, some progress for millions.
ROWS_PER_LINE = 500_000


def sample(
    out: Annotated[Path, typer.Option("--out", help="Folder for the tables; created if it does not exist.")],
    members: Annotated[int, number(ranges.MEMBERS, "--members", "-n", help="How many members.")] = 5000,
    seed: Annotated[int, number(ranges.SEED, "--seed", help="Another seed gives another company.")] = 7,
    shape: Annotated[str, typer.Option("--shape", help="bushy, deep or binary.")] = "bushy",
    format: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",
    until: Annotated[str, typer.Option("--until", help="The last month with orders.")] = "2026-11",
    months: Annotated[int, number(ranges.MONTHS, "--months", help="How many months have orders.")] = 2,
    currency: Annotated[str, typer.Option("--currency", help="The company's currency.")] = "USD",
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Generate a realistic company: members, customers, orders and moves.

    The same options always give the same files.
    """
    with _progress() as report:
        summary = make(
            members,
            seed,
            shape,
            out,
            months=months,
            until=until,
            format=format,
            currency=currency,
            progress=report,
        )
    if as_json:
        print_json(asdict(summary))
    else:
        console.print(summary_table(summary))
        say(f"written to {out}")


def summary_table(summary: Summary) -> Table:
    """The summary as a table to read."""
    table = Table(show_header=False)
    table.add_column("what")
    table.add_column("figure", justify="right")
    rows: list[tuple[str, int]] = [
        ("members", summary.members),
        ("roots", summary.roots),
        ("depth", summary.depth),
    ]
    if summary.sponsor_depth != summary.depth:
        rows.append(("depth of the sponsor tree", summary.sponsor_depth))
    if summary.holding_tank:
        rows.append(("in the holding tank", summary.holding_tank))
    rows += [("terminated", summary.terminated), ("customers", summary.customers)]
    for month, orders, buyers in zip(summary.months, summary.orders, summary.buyers, strict=True):
        rows += [(f"orders of {month}", orders), (f"members who ordered in {month}", buyers)]
    rows += [("refunds", summary.refunds), ("moves", summary.moves)]
    for what, figure in rows:
        table.add_row(what, f"{figure:,}")
    return table


@contextmanager
def _progress() -> Iterator[OnProgress]:
    """OnProgress rows on standard error: bars on a terminal, elsewhere a line from time to time."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    parts = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,}"),
        TimeElapsedColumn(),
    )
    with Progress(*parts, console=err, transient=True) as bars:
        tasks = {name: bars.add_task(name, total=None) for name in ("members", "customers", "orders")}

        def report(table: str, rows: int, expected: int) -> None:
            if table in tasks:
                bars.update(tasks[table], completed=rows, total=expected)

        yield report


def _lines() -> OnProgress:
    shown: dict[str, int] = {}

    def report(table: str, rows: int, expected: int) -> None:
        step = rows // ROWS_PER_LINE
        if step > shown.get(table, 0):
            shown[table] = step
            say(f"{table}: {rows:,} of about {expected:,} rows", stderr=True)

    return report
