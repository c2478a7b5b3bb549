"""`upline mapping`: propose a mapping for a company's own files, and show the ready ones."""

from pathlib import Path
from typing import Annotated

import typer

from engine.commands.console import plain_out

app = typer.Typer(help="Mappings: a company's own files read as our tables.", no_args_is_help=True)


@app.command("suggest")
def suggest_mapping(
    directory: Annotated[
        Path, typer.Argument(help="Folder of the company's own files.", exists=True, file_okay=False)
    ],
) -> None:
    """Print a mapping for the files of a folder, with samples and open questions; nothing is written.

    Example: upline mapping suggest export > mapping.toml
    """
    from engine.intake.mapping.suggest import suggest

    plain_out.write(suggest(directory))


@app.command("list")
def list_mappings() -> None:
    """List the ready mappings, for `upline import --mapping NAME`."""
    from engine.intake.mapping.reader import read_mapping, ready_names

    for name in ready_names():
        tables = dict.fromkeys(feed.table for feed in read_mapping(name).feeds)
        plain_out.write(f"{name}  {', '.join(tables)}\n")


@app.command("show")
def show_mapping(
    name: Annotated[str, typer.Argument(help="A ready mapping, or a mapping file to check.")],
) -> None:
    """Print a mapping as it is, after all of its keys have been checked."""
    from engine.intake.mapping.reader import read_mapping

    plain_out.write(read_mapping(name).text)
