"""`upline rollup`: whose place the members below take over, as tables to look at and to import."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from engine.commands.console import note, out, settled
from engine.genealogy.rollup import roll_up


def rollup(
    to: Annotated[Path, typer.Option("--out", "-o", help="Folder for the tables to import.")],
    terminated: Annotated[
        bool, typer.Option("--terminated/--no-terminated", help="Terminated members.")
    ] = True,
    inactive: Annotated[
        int, typer.Option("--inactive", help="Members inactive in so many periods.", min=0)
    ] = 0,
    plan: Annotated[
        str | None, typer.Option("--plan", help="The plan's name, where several have run.")
    ] = None,
    customers_only: Annotated[
        bool, typer.Option("--customers-only", help="Credit customers anew, move nobody.")
    ] = False,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From this day; today.")] = None,
) -> None:
    """Roll up members for good: write the moves and customers that `upline import` then takes in.

    Example: upline rollup --inactive 6 --out rollup
    """
    with settled() as graph:
        found = roll_up(
            graph, terminated=terminated, inactive_periods=inactive, plan=plan, customers_only=customers_only
        )
        found.write(to, (on.date() if on else date.today()))
    out.print(
        f"{len(found.gone):,} members rolled up: {len(found.moves):,} moves and "
        f"{len(found.customers):,} customers are in {to}",
        markup=False,
    )
    if found.stayed:
        note(f"{len(found.stayed):,} below them stay: in a leg of a matrix or binary, or with nobody above")
