"""`upline import`: take a company's tables into the database."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.commands.console import database, note, out, print_json, reporting, table
from engine.commands.options import MappingOption, RefundRules, mapping_of
from engine.money import declared_digits
from engine.server.managed import Server
from engine.settings import Settings
from engine.text import pairs

if TYPE_CHECKING:
    from engine.intake.importing import ImportReport

TABLES = (
    "members", "customers", "orders", "prospects", "moves", "facts", "overrides", "openings",
    "outside_earnings",
)  # fmt: skip


def import_(
    directory: Annotated[
        Path, typer.Argument(help="Folder of company tables.", exists=True, file_okay=False)
    ],
    accept_valid: Annotated[
        bool, typer.Option("--accept-valid", help="Write what is sound, and the rest to a file.")
    ] = False,
    refusals: Annotated[
        Path | None, typer.Option("--refusals", help="Where refused rows go; default refusals.csv.")
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", help="Zone of local times in the tables; at first UTC.")
    ] = None,
    refund_rule: RefundRules = None,
    mapping: MappingOption = None,
    currency: Annotated[
        list[str] | None,
        typer.Option(
            "--currency",
            metavar="CODE=DIGITS",
            help="A currency that ISO 4217 does not know, and its digits.",
        ),
    ] = None,
    offline: Annotated[
        bool | None,
        typer.Option("--offline/--online", help="Neo4j's offline import or not; default by size."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Exact data for programs.")] = False,
) -> None:
    """Take members, customers, orders, moves, facts and overrides (CSV or Parquet) from a folder.

    Nothing is written if any row is wrong; importing the same tables twice changes nothing.
    Example: upline import company
    """
    from engine.intake.importing import import_company

    settings = Settings()
    server = None if settings.neo4j_uri else Server(settings)
    with database() as graph, reporting() as report:
        done = import_company(
            graph,
            directory,
            accept_valid=accept_valid,
            refusals_to=refusals,
            progress=report,
            time_zone=time_zone,
            refund_rules=pairs(refund_rule or ()),
            mapping=mapping_of(mapping),
            server=server,
            offline=offline,
            currencies=named_currencies(currency or []),
        )
    if json:
        print_json(plain(done))
    else:
        show(done)


def named_currencies(options: list[str]) -> dict[str, int]:
    """The digits of currencies by code, from options such as USDT=3; raises AmountError."""
    named = (option.partition("=") for option in options)
    return {code: declared_digits(code, digits) for code, _, digits in named}


def plain(done: "ImportReport") -> dict[str, object]:
    """An import as plain data."""
    data = asdict(done)
    data["refusals_file"] = str(done.refusals_file) if done.refusals_file else None
    data["seconds"] = f"{done.seconds:.1f}"
    return data


def show(done: "ImportReport") -> None:
    """An import for a person."""
    from engine.intake.correcting import REFUSED

    counts = table(None, "table", *_COUNTS, right=_COUNTS)
    for name in TABLES:
        rows = getattr(done, name)
        if rows.read:
            counts.add_row(name, *(f"{getattr(rows, column):,}" for column in _COUNTS))
    out.print(counts)
    for warning in done.warnings:
        note(warning)
    if done.refusals:
        note(f"{len(done.refusals):,} refusals are in {done.refusals_file}")
    trees = "one tree" if done.one_tree else "two trees"
    out.print(f"{trees}, local times are {done.time_zone}, {done.mode}, {done.seconds:.1f} s")
    remarked = [each for each in done.remarked_refunds if each != REFUSED]
    if remarked:
        out.print(f"refunds that are remarked on: {', '.join(remarked)}", markup=False)
    if len(remarked) < len(done.remarked_refunds):
        out.print("refunds of committed orders are refused")


_COUNTS = ("read", "added", "updated", "unchanged", "refused")
