"""`upline place`: members of the holding tank take the places that a rule finds, or that a person names."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from engine import ranges
from engine.commands.console import note, out, print_json, settled, table
from engine.commands.figures import Day, number
from engine.errors import UplineError

if TYPE_CHECKING:
    from engine.genealogy.placement import Placement, Waiting


class PlaceOptionError(UplineError):
    """The options of the command contradict each other."""


class NotAllPlacedError(UplineError):
    """Some members found no place; the message says why, and who did."""


def place(
    members: Annotated[list[str] | None, typer.Argument(metavar="[MEMBER]...", help="Who.")] = None,
    rule: Annotated[str, typer.Option(help="matrix, even_fill, weak_leg, outer_left ...")] = "even_fill",
    width: Annotated[
        int | None, number(ranges.DEPTH, "--width", help="Places below a member of a matrix.")
    ] = None,
    depth: Annotated[
        int | None, number(ranges.DEPTH, "--depth", help="Levels below the sponsor that may be filled.")
    ] = None,
    options: Annotated[list[str] | None, typer.Option("--set", help="Another option: name=value.")] = None,
    under: Annotated[
        str | None, typer.Option("--under", metavar="MEMBER", help="By hand: under this member.")
    ] = None,
    leg: Annotated[str | None, typer.Option("--leg", help="By hand: in this leg.")] = None,
    on: Annotated[
        date | None, typer.Option(parser=Day("--on"), help="From which day; by default today.")
    ] = None,
    waited: Annotated[
        int | None,
        number(ranges.WAITED, "--waited", help="Everybody who has waited for at least this many days."),
    ] = None,
    begin: Annotated[
        bool, typer.Option("--begin", help="Begin a placement tree in a company of one tree.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show where, and place nobody.")] = False,
    actor: Annotated[str, typer.Option(help="Who does it, for the history.")] = "upline",
    reason: Annotated[str, typer.Option(help="Why, for the history.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Exact data for programs.")] = False,
) -> None:
    """Place members of the holding tank below their sponsors; without members, list who waits.

    A member without a place does not stop the others. Example: upline place 1234 --rule matrix --width 3
    """
    from engine.genealogy import placement
    from engine.settings import Settings

    texts = dict(pair.partition("=")[::2] for pair in options or ())
    texts |= {name: str(value) for name, value in (("width", width), ("depth", depth)) if value is not None}
    if members and waited is not None:
        raise PlaceOptionError("both members and --waited are given", todo="Give one of them.")
    if under is not None and len(members or ()) != 1:
        raise PlaceOptionError("--under names the place of one member", todo="Name that member alone.")
    if under is None and leg is not None:
        raise PlaceOptionError(
            "--leg is given without --under", todo="Name the member under whom the leg is."
        )
    with settled() as graph:
        if not members and waited is None:
            _show_waiting(placement.waiting(graph), json=json)
            return
        how: placement.ByRule | placement.ByHand
        if under is not None:
            how = placement.ByHand(under, leg)
        else:
            how = placement.vetted(graph, rule, texts, Settings().rules)

        def place_one(member: str) -> "Placement":
            if dry_run:
                return placement.find(graph, member, how, on)
            return placement.place(graph, member, how, on=on, actor=actor, reason=reason, begin=begin)

        names = members or [each.member_id for each in placement.waiting(graph, waited or 0)]
        _place_all(names, place_one, json=json)
    if dry_run:
        note("nobody was placed")


def _place_all(members: list[str], place_one: "Callable[[str], Placement]", *, json: bool) -> None:
    """Place each member by a change of its own, show it at once, and say at the end who was not placed.

    If the command is stopped, the members it has shown are placed, and the same command places the rest. A
    refusal that has nothing to do with the member, such as an import at work, ends it: nobody else is tried.
    """
    from engine.genealogy.placement import NotPlacedError

    placed: list[Placement] = []
    refused: list[str] = []
    try:
        for place, member in enumerate(members):
            try:
                placed.append(place_one(member))
            except UplineError as error:
                of_the_member = isinstance(error, NotPlacedError)
                if len(members) == 1 or not (placed or refused or of_the_member):
                    raise
                refused.append(f"{member}: {error.what} [{error.name}]")
                if not of_the_member:
                    refused += [f"{each}: not tried" for each in members[place + 1 :]]
                    break
            else:
                _show_placed(placed[-1], json=json)
    finally:
        if json:
            print_json([_plain(asdict(each)) for each in placed])
    if refused:
        done = ", ".join(each.member_id for each in placed) or "nobody"
        raise NotAllPlacedError(
            f"{len(refused):,} of {len(members):,} members found no place\n  "
            + "\n  ".join(refused)
            + f"\n  found a place: {done}\n ",
            todo="The others need not be placed again.",
        )


def _show_placed(placed: "Placement", *, json: bool) -> None:
    if not json:
        leg = f" in leg {placed.leg}" if placed.leg else ""
        out.print(
            f"{placed.member_id} is placed under {placed.parent_id}{leg} from {placed.since} on", markup=False
        )


def _show_waiting(tank: "list[Waiting]", *, json: bool) -> None:
    if json:
        print_json([_plain(asdict(each)) for each in tank])
        return
    shown = table(None, "member", "sponsor", "enrolled on")
    for each in tank:
        shown.add_row(each.member_id, each.sponsor_id, str(each.enrolled_on))
    out.print(shown)
    note(f"{len(tank):,} wait to be placed")


def _plain(row: dict[str, object]) -> dict[str, object]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in row.items()}
