"""`upline server`: starts, stops and shows the managed Neo4j."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from engine import ranges
from engine.commands import console
from engine.commands.console import iso_text, json_text, plain_out, say
from engine.commands.figures import number
from engine.errors import UplineError
from engine.server import jars
from engine.server.home import Status
from engine.server.managed import Server
from engine.server.space import MIB
from engine.settings import Settings

app = typer.Typer(help="The managed Neo4j: start, stop, status, logs, tidy, verify.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


class ServerNotOursError(UplineError):
    """The settings name a Neo4j that upline does not manage."""


@dataclass(frozen=True, slots=True)
class ExternalServer:
    """A Neo4j given by UPLINE_NEO4J_URI; `state` says whether it answers."""

    state: str
    uri: str
    version: str | None = None
    edition: str | None = None


@app.command()
def start(as_json: AsJson = False) -> None:
    """Start the managed Neo4j, unless it is running already."""
    server = _managed("it cannot be started")
    before = server.running()
    running = server.start()
    if as_json:
        _print({"uri": running.uri, "user": running.user, "pid": running.pid, "home": running.home,
                "started": before is None, "notes": running.notes})  # fmt: skip
        return
    for note in running.notes:
        say(f"Note: {note}.")
    verb = "is already running" if before else "is running"
    say(f"Neo4j {server.status().version} {verb} at {running.uri} (user {running.user}).")
    say(f"Its password is in {running.home / 'password'}.")


@app.command()
def stop(as_json: AsJson = False) -> None:
    """Stop the managed Neo4j; its data is kept."""
    stopped = _managed("it cannot be stopped").stop()
    if as_json:
        _print({"stopped": stopped})
    else:
        say("Neo4j is stopped." if stopped else "Neo4j was not running.")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show whether Neo4j is running, where, since when, and how big its store is."""
    settings = Settings()
    status: Status | ExternalServer = _external(settings) if settings.neo4j_uri else Server(settings).status()
    if as_json:
        _print({"managed": isinstance(status, Status), **asdict(status)})
        return
    for name, value in _status_lines(status):
        say(f"{name:<9}{value}")


@app.command()
def logs(
    lines: Annotated[int, number(ranges.LOG_LINES, "--lines", "-n", help="How many lines to print.")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Print new lines until Ctrl-C.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the last lines of the managed Neo4j's log."""
    server = _managed("its log cannot be shown")
    log = server.logs(lines)
    if as_json:
        _print({"file": server.log_file, "lines": log})
        return
    for line in log:
        say(line)
    if not log:
        say(f"There is no log yet at {server.log_file}.", stderr=True)
    if follow:
        for text in _appended(server.log_file):
            plain_out.write(text)
            plain_out.flush()


@app.command()
def tidy(
    if_running: Annotated[
        bool, typer.Option("--if-running", help="Do nothing if the managed Neo4j is not running.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Remove what superseded and interrupted runs left, and wait until it is gone.

    `upline run` has this done in the background.
    """
    from engine.runs import removal

    settings = Settings()
    if if_running and not settings.neo4j_uri and Server(settings).running() is None:
        return
    with console.database() as graph:
        console.clear_quietly(graph)
        with console.reporting() as report:
            gone = removal.tidied(graph, report)
    if as_json:
        _print({"removed": gone})
    else:
        listed = ", ".join(map(str, gone))
        say(f"Removed: run {listed}." if gone else "There was nothing to remove.")


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Check every jar of Neo4j against its hash, and download damaged ones again."""
    downloaded = jars.verify(Settings())
    lock = jars.lock()
    if as_json:
        _print({"version": lock.version, "jars": len(lock.jars), "downloaded": downloaded})
        return
    for name in downloaded:
        say(f"Downloaded again: {name}")
    say(f"All {len(lock.jars)} jars of Neo4j {lock.version} match the lock.")


def _managed(consequence: str) -> Server:
    settings = Settings()
    if settings.neo4j_uri:
        raise ServerNotOursError(
            f"UPLINE_NEO4J_URI names a Neo4j that upline does not manage, so {consequence} here",
            settings.neo4j_uri,
            "Unset UPLINE_NEO4J_URI to use the managed Neo4j.",
        )
    return Server(settings)


def _external(settings: Settings) -> ExternalServer:
    from engine.graph.database import ServerRefusedError, ServerUnreachableError
    from engine.server.connect import connect

    uri = settings.neo4j_uri or ""
    try:
        with connect(settings) as graph:
            server = graph.read("schema/version")[0]
            return ExternalServer("answers", uri, server["version"], server["edition"])
    except ServerRefusedError:
        return ExternalServer("refuses the user or password", uri)
    except ServerUnreachableError:
        return ExternalServer("unreachable", uri)


def _status_lines(status: Status | ExternalServer) -> Iterator[tuple[str, str]]:
    if isinstance(status, ExternalServer):
        yield "Neo4j", f"{status.state} (given by UPLINE_NEO4J_URI, not managed by upline)"
        yield "Address", status.uri
        if status.version:
            yield "Version", f"{status.version} {status.edition}"
        return
    crashed = status.state == "crashed"
    state = "stopped unexpectedly; the next start recovers its store" if crashed else status.state
    yield "Neo4j", f"{state}, but nothing can be written: {status.trouble}" if status.trouble else state
    if status.uri:
        yield "Address", status.uri
    yield "User", status.user
    if status.password_file:
        yield "Password", f"in {status.password_file}"
    yield "Version", status.version
    if status.since:
        yield "Since", f"{status.since:%Y-%m-%d %H:%M:%S} UTC ({_ago(status.since)})"
    if status.pid:
        yield "Process", str(status.pid)
    if status.memory_bytes:
        yield "Memory", f"{status.memory_bytes // MIB} MiB"
    yield (
        "Store",
        f"{status.store_bytes / MIB:.1f} MiB, {status.free_bytes // MIB:,} MiB of the disk are free",
    )
    yield "Home", str(status.home)


def _ago(since: datetime) -> str:
    minutes = int((datetime.now(UTC) - since).total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if days else f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _appended(file: Path) -> Iterator[str]:
    """What is appended to a file from now on, across its rotation, until interrupted."""
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
    plain_out.write(json_text(value, indent=None, plain=iso_text) + "\n")
