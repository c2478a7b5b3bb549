"""The command for downlines: members below a member who meet some conditions, sorted by one figure."""

from typing import Annotated, Any

import typer
from rich.markup import escape

from engine import ranges
from engine.access.reach import Reach
from engine.answers.downline import SORTS, Conditions, Downline, downline_page
from engine.answers.standings import Standing
from engine.commands.console import counted, out, print_json, settled, table
from engine.commands.figures import number
from engine.commands.options import AsJson, MemberId, PeriodOption, PlanOption
from engine.passes.record import RunRecord, result
from engine.text import grouped

FIGURES = ("level", "PV", "GV", "earned")


def downline(
    member_id: MemberId,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help="Only active members, or only inactive ones.")
    ] = None,
    status: Annotated[list[str] | None, typer.Option("--status", help="Only these statuses.")] = None,
    rank: Annotated[list[str] | None, typer.Option("--rank", help="Only those paid as these ranks.")] = None,
    pv_least: Annotated[
        int | None, number(ranges.VOLUME, "--pv-least", help="At least this personal volume.")
    ] = None,
    pv_most: Annotated[
        int | None, number(ranges.VOLUME, "--pv-most", help="At most this personal volume.")
    ] = None,
    levels: Annotated[
        int | None, number(ranges.DEPTH, "--levels", "-l", help="How many levels down.")
    ] = None,
    sort: Annotated[str, typer.Option("--sort", help=", ".join(SORTS))] = "group_volume",
    rows: Annotated[int, number(ranges.PAGE, "--rows", help="Members per page.")] = 50,
    after: Annotated[str | None, typer.Option("--after", help="Continue after the previous page.")] = None,
    period: PeriodOption = None,
    plan: PlanOption = None,
    json: AsJson = False,
) -> None:
    """List everyone below a member, or those who meet some conditions, sorted by one figure.

    Example: upline downline M0002 --inactive --pv-least 20 --sort personal_volume
    """
    conditions = Conditions(
        active,
        tuple(status) if status else None,
        tuple(rank) if rank else None,
        pv_least,
        pv_most,
        levels,
    )
    with settled() as graph:
        run = result(graph, period, plan)
        page = downline_page(graph, Reach.everything, run, member_id, conditions, sort, rows, after)
    if json:
        print_json({
            "member_id": page.top.member_id, "matching": page.matching, "next_after": page.next_after,
            "standings": [_as_json(run, page.top, each) for each in page.standings],
        })  # fmt: skip
        return
    _show(run, page, "" if conditions == Conditions() else " (filtered)")


def _show(run: RunRecord, page: Downline, note: str) -> None:
    """A page for a person, and how to get the next one."""
    shown = table(None, "member", "name", "level", "rank", "active", "PV", "GV", "earned", right=FIGURES)
    for each in page.standings:
        row = _as_json(run, page.top, each)
        shown.add_row(
            escape(each.member_id), escape(each.name or ""), f"{row['level']:,}", each.rank,
            "yes" if each.active else "no" if each.status == "active" else each.status,
            *(grouped(row[figure]) for figure in ("personal_volume", "group_volume", "earned")),
        )  # fmt: skip
    out.print(shown)
    below = f"{counted(page.matching, 'member')} below {escape(page.top.member_id)}{note}"
    out.print(f"[dim]{below}; {escape(run.plan)} {run.period}; PV personal volume, GV group volume[/dim]")
    if page.next_after is not None:
        out.print(f"[dim]next page: add --after '{escape(page.next_after)}'[/dim]")


def _as_json(run: RunRecord, top: Standing, each: Standing) -> dict[str, Any]:
    from engine.commands.answers import standing_json

    earned = run.cash.amount(each.earned)
    return standing_json(each) | {"level": (each.depth or 0) - (top.depth or 0), "earned": earned}
