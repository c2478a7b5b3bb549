"""`upline server upgrade`: data of an earlier release is backed up, and then taken over."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from engine import __version__
from engine.commands.console import database, out, print_json, reporting
from engine.commands.server import AsJson
from engine.errors import UplineError
from engine.settings import Settings


class BackupNeededError(UplineError):
    """Data of an earlier release is on a server that upline cannot back up."""


def register(app: typer.Typer) -> None:
    """Add the command to the group `upline server`."""
    app.command()(upgrade)


def upgrade(
    to: Annotated[
        Path | None, typer.Option("--backup", help="The file of the backup; by default in UPLINE_HOME.")
    ] = None,
    backed_up: Annotated[
        bool, typer.Option("--backed-up", help="A server of your own is backed up already.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take over what an earlier Neo4j or Upline wrote, after a backup; nothing if there is none.

    Example: upline server upgrade
    """
    from engine.graph.schema import earlier, prepare, take_over
    from engine.runs.contents import UNREAD
    from engine.server import jars
    from engine.server.backup import write_backup
    from engine.server.managed import Server
    from engine.server.upgrade import open_earlier

    settings = Settings()
    done: list[str] = []
    backup = None
    name = f"before-{__version__}-{datetime.now(UTC):%Y%m%d-%H%M%S}.upline"
    file = to or Server(settings).home / "backups" / name
    if not settings.neo4j_uri:
        with reporting() as report:
            backup = open_earlier(settings, file, report)
        if backup is not None:
            done.append(f"the store of Neo4j {backup.record.neo4j} was opened by {jars.lock().version}")
    with database() as graph:
        release = earlier(graph)
    if release is not None:
        if settings.neo4j_uri and not backed_up:
            raise BackupNeededError(
                f"the database was written by Upline {release}",
                settings.neo4j_uri,
                "Back it up with the tools of its server, then say --backed-up.",
            )
        if not settings.neo4j_uri and backup is None:
            with reporting() as report:
                backup = write_backup(settings, file, UNREAD, report)
        with database() as graph:
            take_over(graph)
            prepare(graph)
        done.append(f"the data of Upline {release} was taken over by {__version__}")
    if as_json:
        print_json({"done": done, "backup": backup.file if backup else None})
        return
    for sentence in done or ["nothing is of an earlier release"]:
        out.print(f"{sentence[0].upper()}{sentence[1:]}.", markup=False)
    if backup is not None:
        out.print(f"The backup of before is {backup.file}.", markup=False)
