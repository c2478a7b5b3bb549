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
    customers: bool,
    json: bool,
) -> None:
    """Show a member and the group below on a day, with `customers` also whose customers there were."""
    at = days.moment_or_today(graph, as_of, known(known_at))
    reach = Reach.everything
    then = days.members_then(graph, reach, [member_id], at).get(member_id)
    if then is None:
        raise unknown_member(member_id)
    tree = "sponsor" if sponsors or one_tree(graph, reach) else "placement"
    above = days.upline_then(graph, reach, member_id, tree, at, None, MOST_SHOWN)
    below = days.downline_then(graph, reach, member_id, tree, at, levels, MOST_SHOWN)
    counts = days.counts_then(graph, reach, member_id, tree, at)
    served = days.customers_then(graph, reach, member_id, at, None)
    mine = served[:MOST_SHOWN] if customers or json else []
    total = sum(counts.values())
    if json:
        print_json(
            {
                "as_of": at.day, "known_after": at.known, "tree": tree, "member": asdict(then),
                "above": [asdict(each) for each in above], "below": total, "levels": counts,
                "group": [asdict(each) for each in below], "customer_count": len(served),
                "customers": [asdict(each) for each in mine],
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
    for customer in mine:
        became = f", has become {escape(customer.became_id)}" if customer.became_id else ""
        text = f"{escape(customer.customer_id)} {escape(customer.name or '')}".rstrip()
        out.print(f"customer {text} [dim]since {customer.since or 'an unknown day'}{became}[/dim]")
    if above:
        note(f"above, nearest first: {', '.join(each.member_id for each in above)}")
    knowledge = "" if at.known is None else f", as known after change {at.known}"
    note(f"{tree} tree of {at.day}{knowledge}; {total:,} below, {len(served):,} customers")
