"""Commands for data teams: statements that only read, and reports."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from engine import ranges
from engine.commands.console import database, note, out, plain_out, settled
from engine.commands.figures import Seconds, checked_period, number
from engine.commands.options import ExactText
from engine.errors import UplineError
from engine.graph import adhoc
from engine.settings import Settings
from engine.text import unreadable

if TYPE_CHECKING:
    from engine.graph.database import Graph
    from engine.server.guard import Guard
    from engine.workbench import reports

Format = Literal["table", "csv", "json"]
FormatOption = Annotated[
    Format, typer.Option("--format", "-f", help="table to read; csv or json for exact values.")
]
Parameters = Annotated[
    list[str] | None, typer.Option("--param", "-p", help="A parameter, name=value; the value may be JSON.")
]

Timeout = Annotated[
    float,
    typer.Option(
        parser=Seconds(ranges.SECONDS, "--timeout"),
        help=f"Seconds after which it is stopped, at most {adhoc.MOST_SECONDS:g}.",
    ),
]


class StatementFileError(UplineError):
    """No statement is given, or its file cannot be read."""


def cypher(
    statement: Annotated[
        str | None,
        typer.Argument(help="The statement; if missing or -, it is read from standard input."),
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Read the statement from this file.")] = None,
    param: Parameters = None,
    form: FormatOption = "table",
    exact_text: ExactText = False,
    rows: Annotated[
        int, number(ranges.ROWS, "--rows", help=f"At most so many rows; 0 for {adhoc.MOST_ROWS:,}.")
    ] = adhoc.ROWS,
    timeout: Timeout = adhoc.SECONDS,
) -> None:
    """Run a Cypher statement that only reads, with limits on time and rows."""
    from engine.workbench import printing

    limits = adhoc.Limits(timeout, rows)
    parameters = adhoc.parameters(param or [])
    text = _statement(statement, file)
    with (
        database() as graph,
        _guarded(graph, timeout, "cypher") as guard,
        adhoc.ask(graph, text, parameters, limits, _begins(guard)) as answer,
    ):
        taken = guard.rows(answer.rows) if guard else answer.rows
        count = printing.write(answer.columns, taken, form, plain_out, exact=exact_text)
    if answer.cut:
        note(f"only the first {count:,} rows are shown; --rows allows more")


@contextmanager
def _guarded(graph: "Graph", seconds: float, command: str) -> "Iterator[Guard | None]":
    """Watch over a command's statement where the server is the managed one; None where it is not."""
    from engine.runs.life import under_way
    from engine.server.guard import guarded
    from engine.server.managed import Server

    settings = Settings()
    if settings.neo4j_uri:
        yield None
        return
    busy = partial(under_way, graph)
    with guarded(Server(settings), graph.stop, seconds, busy, note, f"`upline {command}`") as guard:
        yield guard


def _begins(guard: "Guard | None") -> Callable[[], None]:
    """What notes that a statement's time begins."""
    return guard.begun if guard else lambda: None


def report(
    name: Annotated[str | None, typer.Argument(help="The report; without it, all are listed.")] = None,
    period: Annotated[
        str | None,
        typer.Option(parser=checked_period, help="The period; by default the latest that has a run."),
    ] = None,
    plan: Annotated[str | None, typer.Option(help="The plan's name, if several plans have run.")] = None,
    param: Parameters = None,
    of: Annotated[
        str | None,
        typer.Option("--of", metavar="MEMBER", help="Only of this member's team: duplication alone has it."),
    ] = None,
    form: FormatOption = "table",
    exact_text: ExactText = False,
    timeout: Timeout = adhoc.MOST_SECONDS,
) -> None:
    """Print a report on a complete run, or on the company as of today, or list all reports."""
    from engine.passes import record
    from engine.workbench import printing, reports

    if name is None:
        rules = Settings().rules
        _listing([(each.name, each.summary, _defaults(each)) for each in reports.every(rules)], form)
        return
    chosen = reports.find(name, Settings().rules)
    if of is not None:
        if name != "duplication":
            raise reports.ReportParameterError(f"{name} is of the whole company", todo="Leave out --of.")
        _team(of, period, plan, param, form, exact=exact_text)
        return
    with settled() as graph:
        # A report on the living company is about today, with a run or without.
        run = None if chosen.living else record.result(graph, period, plan)
        parameters = adhoc.parameters(param or [])
        with _guarded(graph, timeout, "report") as guard:
            rows = reports.ask(graph, chosen, run, parameters, timeout, _begins(guard))
    if form != "table":
        printing.write(chosen.columns, rows, form, plain_out, exact=exact_text)
        return
    cash = run.cash if run else reports.NO_MONEY
    heads = [reports.heading(column, cash.currency) for column in chosen.columns]
    shown = [
        tuple(reports.readable(*cell, cash) for cell in zip(chosen.columns, row, strict=True)) for row in rows
    ]
    about = f"{run.period} by {run.plan} {run.plan_version}, run {run.number}" if run else "today"
    out.print(f"{name}: {about}\n", markup=False)
    printing.write(heads, shown, form, plain_out)


def _team(
    member_id: str, period: str | None, plan: str | None, param: list[str] | None, form: str, *, exact: bool
) -> None:
    """Print how a member's team duplicates."""
    from dataclasses import astuple

    from engine.access.reach import Reach
    from engine.answers.duplication import COLUMNS, GENERATIONS, duplications
    from engine.answers.members import member
    from engine.passes import record
    from engine.workbench import printing, reports

    values = adhoc.parameters(param or [])
    shown = values.pop("shown", GENERATIONS)
    if values or isinstance(shown, bool) or not isinstance(shown, int) or shown < 1:
        raise reports.ReportParameterError(
            "duplication of a team takes shown alone, a whole number from 1 on",
            todo="For example -p shown=5.",
        )
    with settled() as graph:
        run = record.result(graph, period, plan)
        member(graph, Reach.everything, member_id)
        rows = duplications(graph, Reach.everything, run, [member_id], shown)[member_id]
    listed = [astuple(each) for each in rows]
    if form != "table":
        printing.write(COLUMNS, listed, form, plain_out, exact=exact)
        return
    about = f"{run.period} by {run.plan} {run.plan_version}, run {run.number}"
    out.print(f"duplication of {member_id}: {about}\n", markup=False)
    printing.write([each.replace("_", " ") for each in COLUMNS], listed, form, plain_out)


def _statement(statement: str | None, file: Path | None) -> str:
    if statement not in (None, "-") and file is not None:
        raise StatementFileError("both a statement and a file are given", str(file), "Give only one.")
    try:
        if file is not None:
            return file.read_text(encoding="utf-8-sig")
        if statement in (None, "-"):
            statement = sys.stdin.read()
    except (OSError, UnicodeDecodeError) as error:
        raise StatementFileError(
            f"the statement cannot be read: {unreadable(error)}", str(file or "-")
        ) from error
    if not statement or not statement.strip():
        raise StatementFileError("the statement is empty", todo="For example: upline cypher 'MATCH ...'.")
    return statement


def _defaults(report: "reports.Report") -> str:
    return " ".join(f"{name}={value}" for name, value in report.defaults.items())


def _listing(listed: list[tuple[str, str, str]], form: str) -> None:
    from engine.workbench import printing

    if form != "table":
        printing.write(("report", "purpose", "params"), listed, form, plain_out)
        return
    for name, purpose, defaults in listed:
        out.print(f"{name}\n  {purpose}" + (f"\n  -p {defaults}" if defaults else ""), markup=False)
