"""The command for the members of the company as of today: all of them, or those whom a search finds."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from engine import ranges
from engine.commands.console import counted, out, print_json, settled, table
from engine.commands.figures import number
from engine.commands.options import AsJson

if TYPE_CHECKING:
    from engine.answers.members import Member
    from engine.answers.pages import Page


def members(
    search: Annotated[
        str | None,
        typer.Option("--search", help="Only those whose name has these words, or whose id begins so."),
    ] = None,
    rows: Annotated[int, number(ranges.PAGE, "--rows", help="Members per page.")] = 50,
    after: Annotated[str, typer.Option("--after", help="Continue after the member with this id.")] = "",
    json: AsJson = False,
) -> None:
    """List the members as of today, or those whom a search finds by name or id, accents forgiven.

    Example: upline members --search "jurg muler"
    """
    from engine.access.reach import Reach
    from engine.answers.members import member_page, member_total
    from engine.answers.pages import Stretch
    from engine.answers.search import search_page

    stretch = Stretch(rows, after)
    with settled() as graph:
        if search is None:
            page, stopped = member_page(graph, Reach.everything, "", stretch), False
            total = member_total(graph, Reach.everything)
        else:
            hits = search_page(graph, Reach.everything, search, "", stretch)
            page, stopped, total = hits.page, hits.stopped, hits.page.total or 0
    last = page.keys[-1] if page.more else None
    if json:
        print_json({
            "members": [_as_json(each) for each in page.nodes], "total": total, "search_stopped": stopped,
            "next_after": last,
        })  # fmt: skip
        return
    _show(page, total, stopped, last)


def _show(page: "Page[Member]", total: int, stopped: bool, last: str | None) -> None:
    """A page for a person, and how to get the next one."""
    shown = table(None, "member", "name", "status", "country", "enrolled", "sponsor", "placement")
    for each in page.nodes:
        shown.add_row(
            escape(each.member_id), escape(each.name or ""), each.status, escape(each.country or ""),
            f"{each.enrolled_on or ''}", escape(each.sponsor_id or ""), escape(each.placement_id or ""),
        )  # fmt: skip
    out.print(shown)
    out.print(f"[dim]{counted(total, 'member')}{', and there may be more' if stopped else ''}[/dim]")
    if last is not None:
        out.print(f"[dim]next page: add --after '{escape(last)}'[/dim]")


def _as_json(member: "Member") -> dict[str, Any]:
    return asdict(member) | {"enrolled_on": str(member.enrolled_on) if member.enrolled_on else None}
