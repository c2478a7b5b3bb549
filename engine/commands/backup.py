"""`upline server backup` and `restore`: the managed Neo4j's database to one file, and back."""

from dataclasses import asdict
from dataclasses import replace as replaced
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.commands.console import counted, note, out, print_json, reporting
from engine.commands.server import AsJson, ServerNotOursError
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.graph.database import Graph
    from engine.server.archive import BackupRecord, Contents
    from engine.server.backup import Backup


def register(app: typer.Typer) -> None:
    """Add the commands to the group `upline server`."""
    app.command()(backup)
    app.command()(restore)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace the file if it exists.")] = False,
    as_json: AsJson = False,
) -> None:
    """Back up the managed Neo4j to a file; it is stopped meanwhile and started again.

    Example: upline server backup november.upline
    """
    from engine.runs.contents import QUESTIONS, altered, contents
    from engine.server.backup import write_backup

    settings = managed_settings("backed up")
    remarks: list[str] = []

    def read(graph: "Graph") -> "Contents":
        held = contents(graph)
        remarks.extend(altered(graph, held.runs))
        return held

    with reporting() as report:
        done = write_backup(settings, file, replaced(QUESTIONS, read=read), report, replace=replace)
    for sentence in remarks:
        note(sentence)
    _show("Backed up", done, as_json=as_json)


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.", exists=True, dir_okay=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Replace the company that is there.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only check that the file is whole.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let a backup become the database of the managed Neo4j, checked before it takes its place.

    Example: upline server restore november.upline
    """
    from engine.runs.contents import QUESTIONS
    from engine.server import archive
    from engine.server.backup import Backup
    from engine.server.backup import restore as restore_backup

    if check:
        record = archive.read(file)
        with reporting() as report:
            archive.verify(file, record, report)
        _show("Whole", Backup(file, file.stat().st_size, record), as_json=as_json)
        return
    settings = managed_settings("restored")
    with reporting() as report:
        done = restore_backup(settings, file, QUESTIONS, report, replace=replace)
    _show("Restored", done, as_json=as_json)


def managed_settings(done: str) -> Settings:
    """The settings of the managed server; refuses where they name another, which cannot be `done` here."""
    settings = Settings()
    if settings.neo4j_uri:
        raise ServerNotOursError(
            f"UPLINE_NEO4J_URI names a Neo4j that upline does not manage, so it cannot be {done} here",
            settings.neo4j_uri,
            "Use neo4j-admin on that server: docs/operating.md says how. Unset UPLINE_NEO4J_URI to use the "
            "managed Neo4j.",
        )
    return settings


def _show(verb: str, done: "Backup", *, as_json: bool) -> None:
    record = done.record
    if as_json:
        print_json({"file": done.file, "bytes": done.bytes, **asdict(record)})
        return
    sizes = f"{done.bytes / (1 << 20):,.1f} MiB, of a store of {record.store_bytes / (1 << 20):,.1f} MiB"
    out.print(f"{verb}: {done.file} ({sizes})", markup=False)
    made = f"made {record.made_at} by upline {record.engine} with Neo4j {record.neo4j}"
    out.print(f"{_held(record)}; {made}", markup=False)
    for run in record.contents.runs if record.contents else ():
        out.print(f"run {run.number} of {run.period} by {run.plan}: {run.results_hash[:12]}", markup=False)


def _held(record: "BackupRecord") -> str:
    held = record.contents
    if held is None:
        return "what the database holds was not read"
    counts = (counted(held.members, "member"), counted(held.orders, "order"))
    return f"{', '.join(counts)}, {counted(len(held.runs), 'complete run')}"
