"""The command `upline`: puts the commands together, and prints every refusal in the same form.

A command's module is loaded when the command is called, and only then: `upline --help` lists the summaries of
COMMANDS. So a command begins at once, whatever the others need.
"""

import logging
import os
import signal
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib import import_module
from itertools import pairwise
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from engine import __version__
from engine.commands import console
from engine.errors import UplineError, interrupted_by

HELP = "Trees and commissions of a network marketing company: who is placed where, who earns what, why."
INTERRUPTED = 130
"""The exit status after Ctrl-C."""
UNFINISHED = "interrupted; unfinished work does not count"

COMMANDS: Mapping[str, tuple[str, str]] = {
    "server": ("server:app", "The managed Neo4j: start, stop, status, logs, tidy, verify."),
    "plan": ("plan:app", "Plan files: check one, or show it in words."),
    "rules": ("rules:app", "Rule modules: list, show, begin a new one, test."),
    "mapping": ("mapping:app", "Mappings: a company's own files read as our tables."),
    "sample": ("sample:sample", "Generate a realistic company: members, customers, orders and moves."),
    "import": (
        "company:import_",
        "Take members, customers, orders, moves, facts and overrides (CSV or Parquet) from a folder.",
    ),
    "place": (
        "place:place",
        "Place members of the holding tank below their sponsors; without members, list who waits.",
    ),
    "member": (
        "member:app",
        "Change people and trees: enroll, move, swap, suspend, terminate, take back.",
    ),
    "prospect": (
        "prospect:app",
        "Prospects of members: add, update, convert, list, show with their history.",
    ),
    "prefer": (
        "place:prefer",
        "Keep the placement rule that a member or the company prefers; without a rule, show it.",
    ),
    "operations": (
        "operations:operations",
        "Do many operations on people and trees: all of them or, if one is refused, none.",
    ),
    "run": (
        "run:run_period",
        "Compute a period with a plan; if nothing has changed since the last run, keep its results.",
    ),
    "compute": (
        "run:compute_company",
        "Import a company, compute its periods and write all result tables, in a temporary database.",
    ),
    "export": (
        "run:export",
        "Write the tables of a complete run, or with --company those of the company.",
    ),
    "period": ("period:app", "The life of a period: review, approve, commit, withdraw."),
    "what-if": (
        "what_if:app",
        "What a period would pay by another plan, rate, place or rank: compute, compare, list, remove.",
    ),
    "ledger": ("ledger:app", "What the company owes: balances, entries, batches, accounts, checks, tables."),
    "run archive": (
        "archive:archive",
        "Write the archives of committed runs: their tables as Parquet, with a hash of their content.",
    ),
    "run verify": (
        "archive:verify_run",
        "Compare committed runs with their archives: exit status 1 if the database holds anything else now.",
    ),
    "verify": (
        "archive:verify",
        "Check archives that somebody kept, without a database: every table, and how they follow on another.",
    ),
    "runs": ("run:list_runs", "List the complete runs, newest first."),
    "check": (
        "run:check_run",
        "Check a complete run: volume, money, trees, overlays, lines. Exit status 1 if anything is wrong.",
    ),
    "statement": (
        "members:statement",
        "Show what a member earned in a period, by bonus, with the lines behind it.",
    ),
    "corrections": (
        "corrections:list_corrections",
        "List what a run corrects of closed periods; with --member each line that makes a correction.",
    ),
    "explain": (
        "members:explain",
        "Show why a member was or was not paid: for one order the way up, and who was skipped and why.",
    ),
    "tree": ("members:tree", "Show a member's group in the tree of the period, or in a compressed tree."),
    "members": (
        "directory:members",
        "List the members as of today, or those whom a search finds by name or id, accents forgiven.",
    ),
    "downline": (
        "downline:downline",
        "List everyone below a member, or those who meet some conditions, sorted by one figure.",
    ),
    "rank": (
        "members:rank",
        "Show a member's rank card: what each rank requires, what the member has, and what is missing.",
    ),
    "near": ("near:near", "List who is nearest to the next rank, and what is missing."),
    "cypher": ("data:cypher", "Run a Cypher statement that only reads, with limits on time and rows."),
    "report": (
        "data:report",
        "Print a report on a complete run, or on the company as of today, or list all reports.",
    ),
    "compliance": (
        "disclosure:compliance",
        "Show whether the pay of a period comes from sales, and name everybody who was paid without one.",
    ),
    "income": (
        "disclosure:income",
        "Show what all who took part in a range of periods earned: median, percentiles, ranks, expenses.",
    ),
    "serve": ("serve:serve", "Serve the GraphQL API and its GraphiQL page until Ctrl-C."),
    "token": ("token:token", "Print a token for the API: send it as the header Authorization: Bearer TOKEN."),
    "schema": (
        "serve:schema",
        "Print the GraphQL schema, with the description of every type, field and argument.",
    ),
    "live": (
        "live:live",
        "Bring the live figures of an open period up to date, and show volumes with their age.",
    ),
    "rollup": (
        "rollup:rollup",
        "Roll up members for good: write the moves and customers that `upline import` then takes in.",
    ),
    "demo": (
        "demo:demo",
        "Generate a company, import it, compute two months in a real Neo4j, and show what was paid and why.",
    ),
}
"""By the word that calls it: a command's or group's place in `engine.commands`, the summary of its help."""
OF_SERVER = ("backup", "password", "upgrade")
"""Modules that add commands to the group `upline server`."""


class _Words(TyperGroup):
    """A group that has commands of two words next to one of the first word alone: `run` and `run verify`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of two words, if the arguments begin with them."""
        words = " ".join(args[:2])
        if words in self.commands:
            return words, self.commands[words], args[2:]
        return super().resolve_command(ctx, args)


def program(loaded: Collection[str] = tuple(COMMANDS)) -> typer.Typer:
    """The program with the commands that are named, by default all; of the others it has the summary."""
    app = typer.Typer(
        name="upline",
        cls=_Words,
        help=HELP,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.callback()(_upline)
    for name, (_, summary) in COMMANDS.items():
        command = _command(name) if name in loaded else None
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        elif command:
            app.command(name)(command)
        else:
            app.command(name, help=summary)(_not_loaded)
    return app


@cache
def _command(name: str) -> Any:
    """The function of a command, or a group of commands."""
    module, _, attribute = COMMANDS[name][0].partition(":")
    command = getattr(import_module(f"engine.commands.{module}"), attribute)
    for part in OF_SERVER if name == "server" else ():
        import_module(f"engine.commands.{part}").register(command)
    return command


def called(arguments: Sequence[str]) -> set[str]:
    """The commands that arguments could name: words of theirs, or two in a row."""
    return COMMANDS.keys() & {*arguments, *map(" ".join, pairwise(arguments))}


def _not_loaded() -> None:
    raise AssertionError("a command that is called is loaded")


def _print_version(requested: bool) -> None:
    if requested:
        console.say(f"upline {__version__}")
        raise typer.Exit


def _upline(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    del version  # its callback prints it


def main() -> None:
    """Run the command line; the exit status is 2 after a refusal and 130 after Ctrl-C."""
    try:
        run()
    finally:
        # Nothing but the end of the process is left. While it ends, Python restores what the system does with
        # Ctrl-C: a finished command would die of it, and look as if it had not ended.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # If Ctrl-C came while Python executed a text, as it does to make a data class, it remembers that, and
        # would end the process by the signal. The next text makes it forget.
        exec("")


def run() -> None:
    """Run the command that the arguments name."""
    logging.getLogger("neo4j.io").setLevel(logging.CRITICAL)  # a lost connection is reported once, by us
    as_json, began = "--json" in sys.argv, time.time()
    completing = "_UPLINE_COMPLETE" in os.environ  # then the words are not among the arguments
    try:
        program(COMMANDS if completing else called(sys.argv[1:]))()
    except SystemExit as exit_request:
        if exit_request.code == INTERRUPTED:  # typer has turned the interrupt into it
            console.err.print(UNFINISHED)
        raise
    except KeyboardInterrupt:  # before the command began, while it was loaded, or after it had ended
        console.err.print(UNFINISHED)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        if interrupted_by(error):
            console.err.print(UNFINISHED)
            sys.exit(INTERRUPTED)
        refusal = _refusal(error, began)
        if refusal is None:
            raise
        console.refuse(refusal, as_json=as_json)
        sys.exit(2)


def _refusal(error: Exception, began: float) -> UplineError | None:
    """What a person is told of an error of the engine, the database or the system; None of a mistake of ours.

    `began` is when the command began, in seconds since 1970.
    """
    if isinstance(error, UplineError):
        return error
    from engine.commands.lost import explained, file_refused, of_database

    if isinstance(error, OSError):
        return file_refused(error)
    return explained(error, began) if of_database(error) else None


if __name__ == "__main__":
    main()
