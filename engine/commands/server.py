"""`upline server`: start, stop and look at the managed Neo4j."""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.errors import UplineError
from engine.graph.database import ServerRefusedError, ServerUnreachableError
from engine.server import jars
from engine.server.connect import connect
from engine.server.managed import Server, Status
from engine.settings import Settings

app = typer.Typer(help="The managed Neo4j: start, stop, status, logs, verify.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


class ServerNotOursError(UplineError):
    """The settings name a Neo4j that upline does not manage."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A Neo4j given by UPLINE_NEO4J_URI: `state` is answers, refuses or unreachable."""

    state: str
    uri: str
    version: str | None = None
    edition: str | None = None


@app.command()
def start(as_json: AsJson = False) -> None:
    """Start the managed Neo4j, or find the one that runs."""
    server = _ours("started")
    before = server.running()
    running = server.start()
    if as_json:
        _print({"uri": running.uri, "user": running.user, "pid": running.pid, "home": running.home,
                "started": before is None, "notes": running.notes})  # fmt: skip
        return
    for note in running.notes:
        typer.echo(f"Note: {note}.")
    verb = "already runs" if before else "runs"
    typer.echo(f"Neo4j {server.status().version} {verb} at {running.uri} (user {running.user}).")
    typer.echo(f"Its password is in {running.home / 'password'}.")


@app.command()
def stop(as_json: AsJson = False) -> None:
    """Stop the managed Neo4j; its store stays."""
    stopped = _ours("stopped").stop()
    if as_json:
        _print({"stopped": stopped})
    else:
        typer.echo("Neo4j is stopped." if stopped else "Neo4j was not running.")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say whether Neo4j runs, where, since when, and how big its store is."""
    settings = Settings()
    found: Status | Elsewhere = _elsewhere(settings) if settings.neo4j_uri else Server(settings).status()
    if as_json:
        _print({"managed": isinstance(found, Status), **asdict(found)})
        return
    for name, value in _told(found):
        typer.echo(f"{name:<9}{value}")


@app.command()
def logs(
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many of the last lines.")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print what the managed Neo4j last said."""
    server = _ours("looked into")
    said = server.logs(lines)
    if as_json:
        _print({"file": server.log_file, "lines": said})
        return
    for line in said:
        typer.echo(line)
    if not said:
        typer.echo(f"There is no log yet at {server.log_file}.", err=True)
    if follow:
        for text in _following(server.log_file):
            typer.echo(text, nl=False)


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Hash every jar of Neo4j against the lock, and fetch again what is damaged."""
    mended = jars.verify(Settings())
    lock = jars.lock()
    if as_json:
        _print({"version": lock.version, "jars": len(lock.jars), "mended": mended})
        return
    for name in mended:
        typer.echo(f"Fetched anew: {name}")
    typer.echo(f"All {len(lock.jars)} jars of Neo4j {lock.version} match the lock.")


def _ours(wanted: str) -> Server:
    settings = Settings()
    if settings.neo4j_uri:
        raise ServerNotOursError(
            f"UPLINE_NEO4J_URI names a Neo4j that upline does not manage, so it cannot be {wanted} here",
            settings.neo4j_uri,
            "Unset UPLINE_NEO4J_URI to use the managed one.",
        )
    return Server(settings)


def _elsewhere(settings: Settings) -> Elsewhere:
    uri = settings.neo4j_uri or ""
    try:
        with connect(settings) as graph:
            found = graph.read("schema/version")[0]
            return Elsewhere("answers", uri, found["version"], found["edition"])
    except ServerRefusedError:
        return Elsewhere("refuses the user or password", uri)
    except ServerUnreachableError:
        return Elsewhere("unreachable", uri)


def _told(found: Status | Elsewhere) -> Iterator[tuple[str, str]]:
    if isinstance(found, Elsewhere):
        yield "Neo4j", f"{found.state} (given by UPLINE_NEO4J_URI, not managed by upline)"
        yield "Address", found.uri
        if found.version:
            yield "Version", f"{found.version} {found.edition}"
        return
    crashed = found.state == "crashed"
    yield "Neo4j", "stopped without warning; the next start recovers its store" if crashed else found.state
    if found.uri:
        yield "Address", found.uri
    yield "Version", found.version
    if found.since:
        yield "Since", f"{found.since:%Y-%m-%d %H:%M:%S} UTC ({_ago(found.since)})"
    if found.pid:
        yield "Process", str(found.pid)
    if found.memory_bytes:
        yield "Memory", f"{found.memory_bytes >> 20} MiB"
    yield "Store", f"{found.store_bytes / (1 << 20):.1f} MiB"
    yield "Home", str(found.home)


def _ago(since: datetime) -> str:
    minutes = int((datetime.now(UTC) - since).total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if days else f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _following(file: Path) -> Iterator[str]:
    """What is appended to a file from now on, through its rotation, until interrupted."""
    place = file.stat().st_size if file.exists() else 0
    while True:
        size = file.stat().st_size if file.exists() else 0
        place = min(place, size) if size >= place else 0
        if size > place:
            with file.open("rb") as log:
                log.seek(place)
                text = log.read()
            place += len(text)
            yield text.decode("utf-8", "replace")
        time.sleep(0.3)


def _print(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
