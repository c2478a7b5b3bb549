"""Options and arguments that several commands share."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.commands.figures import checked_period

if TYPE_CHECKING:
    from engine.intake.mapping.mapping import CompanyMapping

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
        "--period", "-p", parser=checked_period, help="The period; by default the latest that has a run."
    ),
]
PlanOption = Annotated[str | None, typer.Option("--plan", help="The plan's name, if several plans have run.")]

Actor = Annotated[str, typer.Option("--actor", help="Who does it, for the history.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the history.")]
MemberId = Annotated[str, typer.Argument(metavar="MEMBER", help="The member's id.")]
RefundRules = Annotated[
    list[str] | None,
    typer.Option(
        "--refund-rule",
        help="Such as other_member=remark: remark on refunds that contradict their order so, or refuse them; "
        "one of too_large, other_member, before_order, of_refund, other_currency, "
        "committed_order (which also has correct, its default). Kept for the company.",
    ),
]
MappingOption = Annotated[
    str | None,
    typer.Option(
        "--mapping", help="A mapping for the company's own files: a TOML file, or a ready one's name."
    ),
]


def mapping_of(option: str | None) -> "CompanyMapping | None":
    """The mapping of an option: a file, or a ready one by its name."""
    from engine.intake.mapping.reader import read_mapping

    return read_mapping(option) if option else None
