"""Commands for data teams: any statement that only reads, and the reports of cypher/reports."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from engine.commands.console import database, note, out, settled
from engine.errors import UplineError
from engine.graph import adhoc
from engine.passes import record
from engine.settings import Settings
from engine.workbench import printing, reports

Format = Literal["table", "csv", "json"]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="table for eyes, csv or json exact.")]
Given = Annotated[list[str] | None, typer.Option("--param", "-p", help="A parameter: name=value, JSON.")]


class StatementFileError(UplineError):
    """The file of a statement cannot be read, or no statement is given."""


def cypher(
    statement: Annotated[
        str | None, typer.Argument(help="The statement; - or nothing reads it from standard input.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Read the statement from this file.")] = None,
    param: Given = None,
    form: FormatOption = "table",
    rows: Annotated[
        int, typer.Option(help=f"Rows after which to cut; 0 for the most, {adhoc.MOST_ROWS:,}.")
    ] = adhoc.ROWS,
    timeout: Annotated[
        float, typer.Option(help=f"Seconds after which the server stops it, at most {adhoc.MOST_SECONDS:g}.")
    ] = adhoc.SECONDS,
) -> None:
    """Ask the graph anything that only reads it, limited in time and rows."""
    limits = adhoc.Limits(timeout, rows)
    given = adhoc.parameters(param or [])
    text = _statement(statement, file)
    with database() as graph, adhoc.asked(graph, text, given, limits) as answer:
        count = printing.write(answer.columns, answer.rows, form, sys.stdout)
    if answer.cut:
        note(f"cut after {count:,} rows, there are more (--rows)")


def report(
    name: Annotated[str | None, typer.Argument(help="The report; without it, all are listed.")] = None,
    period: Annotated[str | None, typer.Option(help="The period; by default the latest run's.")] = None,
    plan: Annotated[str | None, typer.Option(help="The plan's name, where several were run.")] = None,
    param: Given = None,
    form: FormatOption = "table",
) -> None:
    """Print one of the reports on a complete run, or list them."""
    if name is None:
        listed = [(found.name, found.summary, _offered(found)) for found in reports.every(Settings().rules)]
        _listing(listed, form)
        return
    found = reports.find(name, Settings().rules)
    with settled() as graph:
        run = record.result(graph, period, plan)
        rows = reports.ask(graph, found, run, adhoc.parameters(param or []))
    if form != "table":
        printing.write(found.columns, rows, form, sys.stdout)
        return
    currency = run.facts["currency"]
    heads = [reports.heading(column, currency) for column in found.columns]
    shown = [
        tuple(reports.readable(*cell, currency) for cell in zip(found.columns, row, strict=True))
        for row in rows
    ]
    out.print(f"{name}: {run.period} by {run.plan} {run.plan_version}, run {run.number}\n", markup=False)
    printing.write(heads, shown, form, sys.stdout)


def _statement(statement: str | None, file: Path | None) -> str:
    if statement not in (None, "-") and file is not None:
        raise StatementFileError("a statement and a file are given", str(file), "Give one of them.")
    try:
        if file is not None:
            return file.read_text(encoding="utf-8-sig")
        if statement in (None, "-"):
            statement = sys.stdin.read()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise StatementFileError(f"the statement cannot be read: {why}", str(file or "-")) from error
    if not statement or not statement.strip():
        raise StatementFileError("there is no statement", todo="Give one: upline cypher 'MATCH ...'.")
    return statement


def _offered(found: reports.Report) -> str:
    return " ".join(f"{name}={value}" for name, value in found.defaults.items())


def _listing(listed: list[tuple[str, str, str]], form: str) -> None:
    if form != "table":
        printing.write(("report", "purpose", "params"), listed, form, sys.stdout)
        return
    for name, purpose, offered in listed:
        out.print(f"{name}\n  {purpose}" + (f"\n  -p {offered}" if offered else ""), markup=False)
