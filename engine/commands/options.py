"""Options and arguments that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from engine.commands.figures import checked_period

PeriodName = Annotated[
    str, typer.Option("--period", "-p", parser=checked_period, help="2026-11, 2026-W47, 2026-Q4, ...")
]
PlanFile = Annotated[Path, typer.Option("--plan", help="The plan file (TOML).", exists=True, dir_okay=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print exact data for programs, as JSON.")]
ExactText = Annotated[
    bool, typer.Option("--exact-text", help="In CSV: no apostrophe in front of =, +, - or @ of a text.")
]
PeriodOption = Annotated[
    str | None,
    typer.Option(
        "--period", "-p", parser=checked_period, help="The period; by default that of the latest run."
    ),
]
PlanOption = Annotated[str | None, typer.Option("--plan", help="The plan's name, if several plans have run.")]

MemberId = Annotated[str, typer.Argument(metavar="MEMBER", help="The member's id.")]
