"""The command `upline`: puts the commands together, and prints every refusal in the same form."""

import logging
import os
import sys
import time
from typing import Annotated

import typer
from neo4j.exceptions import Neo4jError

from engine import __version__
from engine.commands import (
    answers,
    backup,
    company,
    console,
    data,
    demo,
    downline,
    live,
    password,
    place,
    plan,
    rollup,
    rules,
    run,
    sample,
    serve,
    server,
    upgrade,
)  # fmt: skip
from engine.commands.lost import explained, file_refused
from engine.errors import UplineError
from engine.graph.database import LOST

INTERRUPTED = 130
"""The exit status after Ctrl-C."""

app = typer.Typer(
    name="upline",
    help="Trees and commissions of a network marketing company: who is placed where, who earns what, why.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
backup.register(server.app)
password.register(server.app)
upgrade.register(server.app)
app.add_typer(server.app, name="server")
app.add_typer(plan.app, name="plan")
app.add_typer(rules.app, name="rules")
app.command("sample")(sample.sample)
app.command("import")(company.import_)
app.command("place")(place.place)
app.command("run")(run.run_period)
app.command("compute")(run.compute_company)
app.command("export")(run.export)
app.command("runs")(run.list_runs)
app.command("check")(run.check_run)
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


def _print_version(requested: bool) -> None:
    if requested:
        console.say(f"upline {__version__}")
        raise typer.Exit


@app.callback()
def _upline(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    del version  # its callback prints it


def main() -> None:
    """Run the command line; the exit status is 2 after a refusal and 130 after Ctrl-C."""
    logging.getLogger("neo4j.io").setLevel(logging.CRITICAL)  # a lost connection is reported once, by us
    as_json, began = "--json" in sys.argv, time.time()
    try:
        app()
    except UplineError as error:
        console.refuse(error, as_json=as_json)
        sys.exit(2)
    except (*LOST, Neo4jError) as error:
        console.refuse(explained(error, began), as_json=as_json)
        sys.exit(2)
    except SystemExit as exit_request:
        if exit_request.code == INTERRUPTED:  # typer has turned the interrupt into it
            console.err.print("interrupted; unfinished work does not count")
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except OSError as error:
        console.refuse(file_refused(error), as_json=as_json)
        sys.exit(2)


if __name__ == "__main__":
    main()
