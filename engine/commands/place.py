"""`upline place`: members of the holding tank take the places that a rule finds."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

import typer

from engine.commands.console import database, note, out, print_json, table
from engine.composition.vetting import vet_placement
from engine.errors import UplineError
from engine.genealogy import placement
from engine.settings import Settings


class PlaceOptionError(UplineError):
    """The command was asked in a way that it cannot answer."""


def place(
    members: Annotated[list[str] | None, typer.Argument(metavar="[MEMBER]...", help="Who.")] = None,
    rule: Annotated[str, typer.Option(help="matrix, even_fill, weak_leg, outer_left ...")] = "even_fill",
    width: Annotated[int | None, typer.Option(help="Places below a member of a matrix.")] = None,
    depth: Annotated[int | None, typer.Option(help="Levels below the sponsor that may be filled.")] = None,
    options: Annotated[list[str] | None, typer.Option("--set", help="Another option: name=value.")] = None,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From this day; today.")] = None,
    waited: Annotated[
        int | None, typer.Option(help="Everybody who has waited for at least so many days.")
    ] = None,
    begin: Annotated[
        bool, typer.Option("--begin", help="Begin a placement tree beside the one tree.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say where, and place nobody.")] = False,
    actor: Annotated[str, typer.Option(help="Who does it, for the history.")] = "upline",
    reason: Annotated[str, typer.Option(help="Why, for the history.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Exact data for programs.")] = False,
) -> None:
    """Place members of the holding tank below their sponsors; without members, tell who waits.

    Example: upline place 1234 --rule matrix --width 3
    """
    said = dict(pair.partition("=")[::2] for pair in options or ())
    for name, value in (("width", width), ("depth", depth)):
        said |= {} if value is None else {name: str(value)}
    with database() as graph:
        if not members and waited is None:
            _tell(placement.waiting(graph), json=json)
            return
        if members and waited is not None:
            raise PlaceOptionError("both members and --waited are given", todo="Give one of them.")
        module, given = placement.options(rule, said, Settings().rules)
        vet_placement(graph, module)
        names = members or [one.member_id for one in placement.waiting(graph, waited or 0)]
        found = []
        for name in names:
            day = on.date() if on else None
            if dry_run:
                found.append(placement.find(graph, name, module, given, day))
            else:
                facts = {"actor": actor, "reason": reason}
                found.append(placement.place(graph, name, module, given, on=day, begin=begin, **facts))
    if json:
        print_json([_plain(asdict(one)) for one in found])
        return
    for one in found:
        out.print(f"{one.member_id} is placed under {one.parent_id} in leg {one.leg} from {one.since} on")
    if dry_run:
        note("nobody was placed")


def _tell(tank: list[placement.Waiting], *, json: bool) -> None:
    if json:
        print_json([_plain(asdict(one)) for one in tank])
        return
    shown = table(None, "member", "sponsor", "enrolled on")
    for one in tank:
        shown.add_row(one.member_id, one.sponsor_id, str(one.enrolled_on))
    out.print(shown)
    note(f"{len(tank):,} wait to be placed")


def _plain(row: dict[str, object]) -> dict[str, object]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in row.items()}
