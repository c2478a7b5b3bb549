"""`upline rollup`: who moves up where members are rolled up, as tables to look at and to import."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from engine import ranges
from engine.commands.console import note, out, settled
from engine.commands.figures import Day, number
from engine.genealogy.rollup import roll_up


def rollup(
    to: Annotated[Path, typer.Option("--out", "-o", help="Folder for the tables to import.")],
    terminated: Annotated[
        bool, typer.Option("--terminated/--no-terminated", help="Terminated members.")
    ] = True,
    inactive: Annotated[
        int, number(ranges.INACTIVE, "--inactive", help="Members inactive in this many periods.")
    ] = 0,
    plan: Annotated[
        str | None, typer.Option("--plan", help="The plan's name, where several have run.")
    ] = None,
    customers_only: Annotated[
        bool, typer.Option("--customers-only", help="Credit customers to other members, move nobody.")
    ] = False,
    on: Annotated[date | None, typer.Option(parser=Day("--on"), help="From this day; today.")] = None,
) -> None:
    """Roll up members for good: write the moves and customers that `upline import` then takes in.

    Example: upline rollup --inactive 6 --out rollup
    """
    with settled() as graph:
        moved = roll_up(
            graph, terminated=terminated, inactive_periods=inactive, plan=plan, customers_only=customers_only,
            on=on,
        )  # fmt: skip
        moved.write(to, on or date.today())
    out.print(
        f"{len(moved.gone):,} members are rolled up: {len(moved.moves):,} moves and "
        f"{len(moved.customers):,} customers are in {to}",
        markup=False,
    )
    if moved.stayed:
        note(
            f"{len(moved.stayed):,} members below them cannot move: they, or others next to them, are in a "
            "leg of a matrix or binary, or they are below a root"
        )
