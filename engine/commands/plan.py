"""`upline plan`: check a plan file, and show a plan in words."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from engine.commands.console import counted, out, print_json, table
from engine.plans.reader import read
from engine.plans.remarks import remarks
from engine.plans.shown import sections
from engine.settings import Settings

app = typer.Typer(help="Plan files: check one, or show it in words.", no_args_is_help=True)

PlanPath = Annotated[
    Path, typer.Argument(metavar="PLAN", help="The plan file (TOML).", exists=True, dir_okay=False)
]


@app.command()
def check(
    path: PlanPath, json: Annotated[bool, typer.Option("--json", help="Print the remarks as JSON.")] = False
) -> None:
    """Check a plan file, with remarks on what never pays or pays too much.

    The exit status is 1 if there are remarks that are no mere notes.
    """
    plan = read(path, Settings().rules)
    listed = remarks(plan)
    if json:
        print_json([asdict(each) for each in listed])
    else:
        for remark in listed:
            note = "note: " if remark.note else ""
            out.print(f"{remark.where}: {note}{remark.what} [{remark.name}]", markup=False)
        ranks, bonuses = counted(len(plan.ranks), "rank"), f"{len(plan.bonuses)} bonuses"
        notes = sum(each.note for each in listed)
        number = counted(len(listed) - notes, "remark") if len(listed) > notes else "no remarks"
        also = f", {counted(notes, 'note')}" if notes else ""
        out.print(f"{plan.name} {plan.version}: {ranks}, {bonuses}, {number}{also}", markup=False)
    if any(not each.note for each in listed):
        raise typer.Exit(1)


@app.command()
def show(path: PlanPath) -> None:
    """Print a plan in words, for the field: activity, ranks, bonuses, rates and caps."""
    for section in sections(read(path, Settings().rules)):
        about = f"[bold]{escape(section.title)}[/bold]{': ' if section.about else ''}{escape(section.about)}"
        out.print(about)
        for grid in section.grids:
            page = table(None, *grid.columns, right=grid.columns[1:])
            for row in grid.rows:
                page.add_row(*row)
            out.print(page)
        for sentence in section.sentences:
            out.print(f"  {sentence}", markup=False)
        out.print()
    out.print("What nobody earns stays with the company and is shown by reason.")
