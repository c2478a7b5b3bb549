"""`upline place`, `upline prefer`: members of the holding tank take places, found by a rule or named."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from engine import ranges
from engine.commands.console import note, out, print_json, reporting, settled, table
from engine.commands.figures import Day, number
from engine.commands.options import Actor, AsJson, Reason
from engine.errors import UplineError
from engine.text import pairs

if TYPE_CHECKING:
    from engine.genealogy.operations.placing import Placements
    from engine.genealogy.placement import ByHand, ByRule, Placement, Waiting
    from engine.graph.database import Graph


class PlaceOptionError(UplineError):
    """The options of the command contradict each other."""


class NotAllPlacedError(UplineError):
    """Some members found no place; the message says why, and who did."""


def place(
    members: Annotated[list[str] | None, typer.Argument(metavar="[MEMBER]...", help="Who.")] = None,
    rule: Annotated[
        str | None,
        typer.Option(help="matrix, even_fill, weak_leg ...; left out: what the sponsor or company prefers."),
    ] = None,
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
    due: Annotated[
        bool, typer.Option("--due", help="Everybody whose window has ended, by the company's rule.")
    ] = False,
    begin: Annotated[
        bool, typer.Option("--begin", help="Begin a placement tree in a company of one tree.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show where, and place nobody.")] = False,
    actor: Actor = "upline",
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Place members of the holding tank below their sponsors; without members, list who waits.

    A member without a place does not stop the others. Example: upline place 1234 --rule matrix --width 3
    """
    from engine.genealogy import placement, preferences
    from engine.genealogy.operations import placing

    texts = pairs(options or ())
    texts |= {name: str(value) for name, value in (("width", width), ("depth", depth)) if value is not None}
    _refuse_contradictions(members, waited, under, leg, due=due, by_rule=bool(rule or texts))
    with settled() as graph:
        if not members and waited is None and not due:
            _show_waiting(placement.waiting(graph), json=json)
            return
        names = list(dict.fromkeys(members or ()))
        if not members:
            tank = preferences.due(graph) if due else placement.waiting(graph, waited or 0)
            names = [each.member_id for each in tank]
        by_hand = placement.ByHand(under, leg) if under is not None else None
        ways = _ways(graph, names, by_hand, rule, texts, due=due)
        if dry_run:
            _place_all(
                names, lambda show: placing.find_all(graph, ways, on, begin=begin, show=show), json=json
            )
            note("nobody was placed")
            return
        with reporting() as report:
            _place_all(
                names,
                lambda show: placing.place_all(
                    graph, ways, on=on, actor=actor, reason=reason, begin=begin, show=show, report=report
                ),
                json=json,
            )


def _ways(
    graph: "Graph",
    members: list[str],
    by_hand: "ByHand | None",
    rule: str | None,
    texts: dict[str, str],
    *,
    due: bool,
) -> "Mapping[str, ByHand | ByRule]":
    """How each member is placed: by hand, by the company's rule, by a rule that is named, or as preferred."""
    from engine.genealogy import placement, preferences
    from engine.settings import Settings

    folder = Settings().rules
    if by_hand is not None:
        return dict.fromkeys(members, by_hand)
    if due:
        return dict.fromkeys(members, preferences.due_rule(graph, folder))
    if rule or texts:
        return dict.fromkeys(members, placement.vetted(graph, rule or preferences.USUAL, texts, folder))
    return preferences.preferred_by_each(graph, members, folder)


def _refuse_contradictions(
    members: list[str] | None,
    waited: int | None,
    under: str | None,
    leg: str | None,
    *,
    due: bool,
    by_rule: bool,
) -> None:
    if members and waited is not None:
        raise PlaceOptionError("both members and --waited are given", todo="Give one of them.")
    if under is not None and len(members or ()) != 1:
        raise PlaceOptionError("--under names the place of one member", todo="Name that member alone.")
    if under is None and leg is not None:
        raise PlaceOptionError(
            "--leg is given without --under", todo="Name the member under whom the leg is."
        )
    if due and (members or waited is not None or by_rule or under):
        raise PlaceOptionError(
            "--due goes by the company's rule and window", todo="Leave out members, --waited and the rule."
        )


def _place_all(
    members: list[str],
    place_them: "Callable[[Callable[[Placement], None]], Placements]",
    *,
    json: bool,
) -> None:
    """Have members placed, show each place once it is taken, and say at the end who was not placed.

    If the command is stopped, the members it has shown are placed, and the same command places the rest. A
    refusal that has nothing to do with the member, such as an import at work, ends it: nobody else is tried.
    """
    shown: list[Placement] = []

    def show(placement: "Placement") -> None:
        shown.append(placement)
        _show_placed(placement, json=json)

    try:
        outcome = place_them(show)
    finally:
        if json:
            print_json([_plain(asdict(each)) for each in shown])
    if len(members) == 1 and outcome.refused:
        raise outcome.refused[0][1]
    refused = [f"{member}: {error.what} [{error.name}]" for member, error in outcome.refused]
    refused += [f"{member}: not tried" for member in outcome.untried]
    if refused:
        done = ", ".join(each.member_id for each in shown) or "nobody"
        raise NotAllPlacedError(
            f"{len(refused):,} of {len(members):,} members found no place\n  "
            + "\n  ".join(refused)
            + f"\n  found a place: {done}\n ",
            todo="The others need not be placed again.",
        )


def _show_placed(placed: "Placement", *, json: bool) -> None:
    if not json:
        leg = f" in leg {placed.leg}" if placed.leg else ""
        by = f", by figures of {placed.as_of:%Y-%m-%d %H:%M}" if placed.as_of else ""
        out.print(
            f"{placed.member_id} is placed under {placed.parent_id}{leg} from {placed.since} on{by}",
            markup=False,
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


def prefer(
    member: Annotated[str | None, typer.Argument(metavar="[MEMBER]", help="Whose preference.")] = None,
    company: Annotated[
        bool, typer.Option("--company", help="The company's, for sponsors who prefer none.")
    ] = False,
    rule: Annotated[str | None, typer.Option(help="matrix, even_fill, weak_leg, outer_left ...")] = None,
    options: Annotated[list[str] | None, typer.Option("--set", help="An option: name=value.")] = None,
    window: Annotated[
        int | None,
        number(ranges.WAITED, "--window", help="With --company: days after which `place --due` places."),
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="Prefer none any more.")] = False,
    actor: Actor = "upline",
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Keep the placement rule that a member or the company prefers; without a rule, show it.

    Example: upline prefer 1234 --rule outer_left
    """
    from engine.genealogy import preferences
    from engine.settings import Settings

    if company == (member is not None):
        raise PlaceOptionError("name a member, or --company", todo="Give one of them.")
    if none and (rule or options or window is not None):
        raise PlaceOptionError("--none keeps no rule", todo="Leave out the others.")
    if rule is None and (options or window is not None):
        raise PlaceOptionError("--set and --window belong to a rule", todo="Name it with --rule.")
    if window is not None and not company:
        raise PlaceOptionError("a window is the company's", todo="Give --company in place of the member.")
    with settled() as graph:
        if rule is not None or none:
            texts = pairs(options or ())
            kept = None if none or rule is None else preferences.Preference(rule, texts, window)
            preferences.prefer(graph, member, kept, actor=actor, reason=reason, company=Settings().rules)
        current = preferences.preference(graph, member)
    if json:
        print_json(asdict(current) if current else None)
        return
    days = f", after {current.window_days} days" if current and current.window_days is not None else ""
    out.print(
        f"{member or 'the company'} prefers {current.text if current else 'no rule'}{days}", markup=False
    )
