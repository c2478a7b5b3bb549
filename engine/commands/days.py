"""The living tree of any day, on a terminal: part of `upline tree`."""

from dataclasses import asdict
from datetime import date, datetime

from rich.markup import escape
from rich.tree import Tree

from engine.access.reach import Reach
from engine.answers import days
from engine.answers.members import unknown_member
from engine.answers.standings import one_tree
from engine.commands.console import note, out, print_json
from engine.errors import UplineError, excerpt
from engine.graph.database import Graph

MOST_SHOWN = 2_000
"""Most members of one tree: more do not help on a terminal."""


class KnownAtError(UplineError):
    """What --known-at says is neither a change's number nor an instant."""


def known(text: str | None) -> int | datetime | None:
    """The number of a change, or the instant, that an option names; raises KnownAtError."""
    if text is None or text.isdecimal():
        return int(text) if text else None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise KnownAtError(
            f"--known-at is {excerpt(text)}",
            todo="Give the number of a change, or an instant such as 2026-11-05T10:00.",
        ) from None


def show_day(
    graph: Graph,
    member_id: str,
    levels: int,
    as_of: date | None,
    known_at: str | None,
    *,
    sponsors: bool,
    json: bool,
) -> None:
    """Show a member and the group below on a day."""
    at = days.moment_or_today(graph, as_of, known(known_at))
    reach = Reach.everything
    then = days.members_then(graph, reach, [member_id], at).get(member_id)
    if then is None:
        raise unknown_member(member_id)
    tree = "sponsor" if sponsors or one_tree(graph, reach) else "placement"
    below = days.downline_then(graph, reach, member_id, tree, at, levels, MOST_SHOWN)
    total = sum(days.counts_then(graph, reach, member_id, tree, at).values())
    if json:
        group = [asdict(each) | {"since": each.since.isoformat()} for each in below]
        member = asdict(then) | {"enrolled_on": then.enrolled_on.isoformat()}
        print_json(
            {
                "as_of": at.day.isoformat(), "known_after": at.known, "tree": tree, "member": member,
                "below": total, "group": group,
            }
        )  # fmt: skip
        return
    root = Tree(f"[bold]{escape(then.member_id)}[/bold] {escape(then.name or '')} {then.status}".rstrip())
    places = {member_id: root}
    for each in below:
        leg = f" [dim]leg {escape(each.leg)}[/dim]" if each.leg else ""
        text = f"{escape(each.member_id)} {escape(each.name or '')}".rstrip()
        places[each.member_id] = places[each.next_id].add(f"{text}{leg} [dim]since {each.since}[/dim]")
    out.print(root)
    knowledge = "" if at.known is None else f", as known after change {at.known}"
    note(f"{tree} tree of {at.day}{knowledge}; {total:,} below")
