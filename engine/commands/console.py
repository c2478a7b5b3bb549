"""What all commands share: the terminal, progress, JSON output and refusals."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.segment import Segment

from engine.errors import UplineError
from engine.intake.refusals import ImportRefusedError
from engine.progress import OnProgress
from engine.text import grouped, printable, printable_json

if TYPE_CHECKING:
    from rich.progress import Progress
    from rich.table import Table

    from engine.graph.database import Graph

WIDE = 160
"""Columns of output to a file or a pipe, so that tables are not folded."""


class _Printable:
    """What is printed, with every text in it printable; the console's own colours and cursor stay."""

    def __init__(self, content: ConsoleRenderable) -> None:
        self._content = content

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self._content, options):
            yield segment if segment.control else Segment(printable(segment.text), segment.style)


class _Escaping(RenderHook):
    """The one place where names from tables, plans and rules are kept from controlling a terminal."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """The same contents, printable."""
        return [_Printable(each) for each in renderables]


def terminal(stream: TextIO | None = None, *, stderr: bool = False, wide: int | None = None) -> Console:
    """A console that prints no control character of a text."""
    console = Console(file=stream, stderr=stderr, highlight=False, soft_wrap=True, width=wide)
    console.push_render_hook(_Escaping())
    return console


def _console(stream: TextIO, *, stderr: bool) -> Console:
    return terminal(stderr=stderr, wide=None if stream.isatty() or "COLUMNS" in os.environ else WIDE)


out = _console(sys.stdout, stderr=False)
err = _console(sys.stderr, stderr=True)

BACKGROUND = ("server", "tidy", "--if-running")
"""The command that removes leftover runs in a process of its own."""
PLAIN_EVERY_S = 10.0
"""Seconds between two progress lines of a stage, if there is no terminal."""


@contextmanager
def database() -> "Iterator[Graph]":
    """The database of the settings; notes on stderr that a managed server has to be started first."""
    from engine.server.connect import connect
    from engine.server.managed import Server
    from engine.settings import Settings

    settings = Settings()
    if not settings.neo4j_uri and Server(settings).running() is None:
        note("starting Neo4j, which takes some seconds (upline server stop stops it)")
    with connect(settings) as graph:
        for sentence in graph.notes:
            note(sentence)
        yield graph


@contextmanager
def settled() -> "Iterator[Graph]":
    """The database, with what interrupted changes and runs left cleared away and reported on stderr."""
    with database() as graph:
        for sentence in clear_quietly(graph):
            note(sentence)
        tidy(graph)
        yield graph


def tidy(graph: "Graph") -> list[int]:
    """Have leftover runs removed as UPLINE_TIDY says; returns those that are removed in the background."""
    from engine.runs.removal import leftovers, sweep
    from engine.server.processes import detached
    from engine.settings import Settings

    runs = leftovers(graph)
    settings = Settings()
    if not runs:
        return []
    if settings.tidy == "now":
        with reporting() as report:
            sweep(graph, report)
        return []
    home = settings.home if not settings.neo4j_uri else None
    log = home / "tidy.log" if home and home.is_dir() else Path(os.devnull)
    with log.open("wb") as sink:
        detached([sys.executable, "-m", "engine.cli", *BACKGROUND], sink, os.environ, Path.cwd())
    return [run["number"] for run in runs]


def clear_quietly(graph: "Graph") -> list[str]:
    """Take back an interrupted change, turn what is due, give up interrupted runs; beside others, read."""
    from engine.genealogy.changes.lane import ChangeUnderWayError
    from engine.genealogy.changes.undo import settle
    from engine.genealogy.operations.turning import caught_up
    from engine.runs.life import RunUnderWayError, clear

    notes = []
    for clearing in (settle, caught_up, clear):
        try:
            notes += clearing(graph)
        except (ChangeUnderWayError, RunUnderWayError) as error:
            notes.append(error.what)
    return notes


def note(sentence: str) -> None:
    """A remark on stderr."""
    err.print(f"note: {sentence}", style="yellow" if err.is_terminal else None, markup=False)


class PlainOut:
    """Standard output for lines that programs read: exact in a file or a pipe, printable on a terminal."""

    def write(self, text: str) -> int:
        """Write a text as it is, or with escapes for what would control the terminal."""
        return sys.stdout.write(printable(text) if sys.stdout.isatty() else text)

    def flush(self) -> None:
        """Write out what waits."""
        sys.stdout.flush()


plain_out = PlainOut()


def say(text: str, *, stderr: bool = False) -> None:
    """One line of text without any style."""
    stream = sys.stderr if stderr else sys.stdout
    stream.write(printable(text) + "\n")
    stream.flush()


def json_text(data: Any, *, indent: int | None = 2, plain: Callable[[Any], Any] = str) -> str:
    """Data as JSON, exact: no figure is a float. Characters that control a terminal are JSON escapes."""
    return printable_json(json.dumps(data, indent=indent, ensure_ascii=False, default=plain))


def print_json(data: Any, *, plain: Callable[[Any], Any] = str) -> None:
    """Data as JSON on stdout."""
    sys.stdout.write(json_text(data, plain=plain) + "\n")


def iso_text(value: object) -> str:
    """What JSON has no type for, as text; an instant as ISO 8601 writes it."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def refuse(error: UplineError, *, as_json: bool = False) -> None:
    """Print a refusal on stderr: name, what, where and what to do; for an import each refused row too."""
    if as_json:
        message: dict[str, Any] = {
            "error": error.name, "what": error.what, "where": error.where, "todo": error.todo,
        }  # fmt: skip
        if isinstance(error, ImportRefusedError):
            message["what"] = f"{len(error.refusals):,} refused, nothing was written"
            message["refusals"] = [asdict(refusal) for refusal in error.refusals]
        sys.stderr.write(json_text(message, indent=None) + "\n")
        return
    place = f"{error.where}: " if error.where else ""
    err.print(
        f"error: {place}{error.what} [{error.name}]",
        style="bold red" if err.is_terminal else None,
        markup=False,
    )
    if error.todo:
        err.print(f"  {error.todo}", markup=False)


def counted(number: int, what: str) -> str:
    """A number and the noun that it counts, singular for one."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def aligned(figures: list[str]) -> list[str]:
    """Exact decimal texts for one column: thousands separators, as many decimals as the longest has."""
    most = max((len(figure.partition(".")[2]) for figure in figures), default=0)
    shown = []
    for figure in figures:
        whole, _, tail = figure.partition(".")
        plain = "/" not in figure and most > 0
        shown.append(grouped(f"{whole}.{tail.ljust(most, '0')}" if plain else figure))
    return shown


def table(title: str | None, *columns: str, right: tuple[str, ...] = ()) -> "Table":
    """A table whose columns named in `right` hold figures."""
    from rich.table import Table

    made = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", no_wrap=column in right)
    return made


@contextmanager
def reporting() -> Iterator[OnProgress]:
    """A callback that shows progress: a bar on a terminal, plain lines elsewhere."""
    if not err.is_terminal:
        yield _Plain()
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description:<24}"), BarColumn(),
        TextColumn("{task.fields[count]:>19}"),
        TimeElapsedColumn(), console=err,
    )  # fmt: skip
    with bar:
        yield _Bar(bar)


class _Plain:
    """One line when a stage begins, and its progress every few seconds."""

    def __init__(self) -> None:
        self._stage, self._printed = "", 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._printed = stage, now
            err.print(stage, markup=False)
        elif total and now - self._printed >= PLAIN_EVERY_S:
            self._printed = now
            err.print(f"{stage}: {done:,} of {total:,}", markup=False)


class _Bar:
    """One bar for each stage; the bar pulses if the size of the stage is not known."""

    def __init__(self, bar: "Progress") -> None:
        self._bar, self._stage, self._task = bar, "", None

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self._stage:
            self._finish()
            self._stage = stage
            self._task = self._bar.add_task(printable(stage), total=total or None, count="")  # type: ignore[assignment]
        if self._task is not None:
            count = f"{done:,}/{total:,}" if total else ""
            self._bar.update(self._task, completed=done, total=total or None, count=count)

    def _finish(self) -> None:
        if self._task is not None:
            done = self._bar.tasks[self._task].total or 1
            self._bar.update(self._task, total=done, completed=done)
