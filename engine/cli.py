"""The command `upline`: assembles the commands, and tells every refusal the same way."""

import os
import sys
from typing import Annotated

import typer
from neo4j.exceptions import Neo4jError, ServiceUnavailable, SessionExpired

from engine import __version__
from engine.commands import (
    answers,
    company,
    console,
    data,
    demo,
    downline,
    live,
    place,
    plan,
    rollup,
    rules,
    run,
    sample,
    serve,
    server,
)  # fmt: skip
from engine.errors import UplineError

INTERRUPTED = 130
"""The status of a command that Ctrl-C ended."""

app = typer.Typer(
    name="upline",
    help="Who stands where and who earns what in a network marketing company.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.add_typer(server.app, name="server")
app.add_typer(plan.app, name="plan")
app.add_typer(rules.app, name="rules")
app.command("sample")(sample.sample)
app.command("import")(company.import_)
app.command("place")(place.place)
app.command("run")(run.run)
app.command("compute")(run.compute)
app.command("export")(run.export)
app.command("runs")(run.runs)
app.command("check")(run.check)
app.command("statement")(answers.statement)
app.command("explain")(answers.explain)
app.command("tree")(answers.tree)
app.command("downline")(downline.downline)
app.command("rank")(answers.rank)
app.command("cypher")(data.cypher)
app.command("report")(data.report)
app.command("serve")(serve.serve)
app.command("schema")(serve.schema)
app.command("live")(live.live)
app.command("rollup")(rollup.rollup)
app.command("demo")(demo.demo)


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"upline {__version__}")
        raise typer.Exit


@app.callback()
def _upline(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=_tell_version)
    ] = False,
) -> None:
    del version  # told by its callback


def main() -> None:
    """Run the command line; a refusal ends with status 2, an interrupt with 130."""
    as_json = "--json" in sys.argv
    try:
        app()
    except UplineError as error:
        console.refuse(error, as_json=as_json)
        sys.exit(2)
    except (ServiceUnavailable, SessionExpired) as error:
        lost = ServerLostError(
            f"the connection to Neo4j was lost ({error})",
            todo="Run the command again: it clears away what this one left unfinished.",
        )
        console.refuse(lost, as_json=as_json)
        sys.exit(2)
    except Neo4jError as error:
        console.refuse(DatabaseRefusedError(f"{error.code}: {error.message}"), as_json=as_json)
        sys.exit(2)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # typer has turned the interrupt into it
            console.err.print("interrupted; nothing unfinished counts")
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except OSError as error:
        console.refuse(_file_refused(error), as_json=as_json)
        sys.exit(2)


def _file_refused(error: OSError) -> UplineError:
    return FileRefusedError(
        f"the file or folder cannot be used: {error.strerror or error}",
        str(error.filename) if error.filename else None,
        "Name another place, or change what stands in the way.",
    )


class FileRefusedError(UplineError):
    """The system refuses a file or folder that a command wants to read or write."""


class ServerLostError(UplineError):
    """Neo4j went away while a command was at work."""


class DatabaseRefusedError(UplineError):
    """Neo4j refused a statement of the engine."""


if __name__ == "__main__":
    main()
