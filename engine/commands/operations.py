"""`upline operations`: operations on people and trees from a file, one row an operation."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.commands.console import counted, note, out, print_json, reporting, settled
from engine.commands.options import Actor, AsJson

if TYPE_CHECKING:
    from engine.intake.operations import OperationsReport


def operations(
    file: Annotated[
        Path, typer.Argument(help="A table of operations: CSV, TSV or Parquet.", exists=True, dir_okay=False)
    ],
    accept_valid: Annotated[
        bool, typer.Option("--accept-valid", help="Do what can be done, and write the rest to a file.")
    ] = False,
    refusals: Annotated[
        Path | None, typer.Option("--refusals", help="Where refused rows go; default refusals.csv.")
    ] = None,
    actor: Actor = "upline",
    reason: Annotated[
        str, typer.Option("--reason", help="Why, for the history, where a row does not say it.")
    ] = "",
    json: AsJson = False,
) -> None:
    """Do many operations on people and trees: all of them or, if one is refused, none.

    Given again, the same file does nothing twice, and goes on where it was interrupted.
    Example: upline operations moves.csv --accept-valid
    """
    from engine.intake.operations import perform_table

    with settled() as graph, reporting() as report:
        done = perform_table(
            graph, file, accept_valid=accept_valid, actor=actor, reason=reason, refusals_to=refusals,
            progress=report,
        )  # fmt: skip
    if json:
        print_json(plain(done))
    else:
        show(done)


def plain(done: "OperationsReport") -> dict[str, object]:
    """A report as plain data."""
    from engine.commands.member import plain as change

    return {
        "rows": done.rows,
        "done": [change(each) for each in done.done],
        "done_before": [change(each) for each in done.before],
        "refusals": [asdict(each) for each in done.refusals],
        "refusals_file": str(done.refusals_file) if done.refusals_file else None,
        "warnings": list(done.warnings),
        "seconds": f"{done.seconds:.1f}",
    }


def show(done: "OperationsReport") -> None:
    """A report for a person."""
    for warning in done.warnings:
        note(warning)
    changes = ""
    if done.done:
        first, last = done.done[0].number, done.done[-1].number
        changes = f", change {first}" if first == last else f", changes {first} to {last}"
    out.print(f"{counted(len(done.done), 'operation')} done in {done.seconds:.1f} s{changes}")
    if done.before:
        out.print(f"{counted(len(done.before), 'operation')} had been done before")
    if done.refusals:
        note(f"{counted(len(done.refusals), 'refused row')}: see {done.refusals_file}")
