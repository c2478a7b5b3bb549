"""`upline server password`: the managed Neo4j gets another password."""

from pathlib import Path
from typing import Annotated

import typer

from engine.commands.backup import managed_settings
from engine.commands.console import note, out, print_json
from engine.commands.server import AsJson


def register(app: typer.Typer) -> None:
    """Add the command to the group `upline server`."""
    app.command()(password)


def password(
    source: Annotated[
        Path | None,
        typer.Option("--from-file", help="A file with the new password.", exists=True, dir_okay=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Give the managed Neo4j a new password, made at random unless a file names one.

    Example: upline server password
    """
    from engine.runs.contents import check_idle
    from engine.server.password import rotate

    settings = managed_settings("given another password")
    chosen = source.read_text(encoding="utf-8").rstrip("\r\n") if source else None
    file = rotate(settings, check_idle, chosen)
    if as_json:
        print_json({"password_file": file})
        return
    out.print(f"The new password is in {file}.", markup=False)
    note("restart what keeps connections, such as upline serve and notebooks")
