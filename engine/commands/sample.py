"""`upline sample`: a company made to order."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from engine.sample.company import Progress as Report
from engine.sample.company import Summary, make

# Elsewhere than on a terminal, one line for so many rows: silent for a demo, a sign of life for millions.
ROWS_PER_LINE = 500_000


def sample(
    out: Annotated[Path, typer.Option("--out", help="Directory for the tables; made if absent.")],
    members: Annotated[int, typer.Option("--members", "-n", help="How many members.")] = 5000,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another company.")] = 7,
    shape: Annotated[str, typer.Option("--shape", help="bushy, deep or binary.")] = "bushy",
    format: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",
    until: Annotated[str, typer.Option("--until", help="The last month with orders.")] = "2026-11",
    months: Annotated[int, typer.Option("--months", help="How many months have orders.")] = 2,
    currency: Annotated[str, typer.Option("--currency", help="The one currency of the company.")] = "USD",
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Make a believable company: members, customers, orders and moves, the same for the same arguments."""
    with _progress() as report:
        made = make(
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
        print(json.dumps(asdict(made), default=str, indent=2))
    else:
        Console().print(summary_table(made))
        print(f"written to {out}")


def summary_table(made: Summary) -> Table:
    """The summary as a table for people."""
    table = Table(show_header=False)
    table.add_column("what")
    table.add_column("figure", justify="right")
    rows: list[tuple[str, int]] = [("members", made.members), ("roots", made.roots), ("depth", made.depth)]
    if made.sponsor_depth != made.depth:
        rows.append(("depth of the sponsor tree", made.sponsor_depth))
    if made.holding_tank:
        rows.append(("in the holding tank", made.holding_tank))
    rows += [("terminated", made.terminated), ("customers", made.customers)]
    for month, orders, buyers in zip(made.months, made.orders, made.buyers, strict=True):
        rows += [(f"orders of {month}", orders), (f"members who ordered in {month}", buyers)]
    rows += [("refunds", made.refunds), ("moves", made.moves)]
    for what, figure in rows:
        table.add_row(what, f"{figure:,}")
    return table


@contextmanager
def _progress() -> Iterator[Report]:
    """Report rows on standard error: bars on a terminal, a line now and then elsewhere."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    parts = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,}"),
        TimeElapsedColumn(),
    )
    with Progress(*parts, console=Console(stderr=True), transient=True) as bars:
        tasks = {name: bars.add_task(name, total=None) for name in ("members", "customers", "orders")}

        def report(table: str, rows: int, expected: int) -> None:
            if table in tasks:
                bars.update(tasks[table], completed=rows, total=expected)

        yield report


def _lines() -> Report:
    shown: dict[str, int] = {}

    def report(table: str, rows: int, expected: int) -> None:
        step = rows // ROWS_PER_LINE
        if step > shown.get(table, 0):
            shown[table] = step
            print(f"{table}: {rows:,} of about {expected:,} rows", file=sys.stderr, flush=True)

    return report
