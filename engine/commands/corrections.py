"""`upline corrections`: what a run takes back or pays later of closed periods, and why."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from engine import ranges
from engine.access.reach import Reach
from engine.commands.console import counted, out, print_json, settled, table
from engine.commands.figures import number
from engine.commands.options import AsJson, PeriodOption, PlanOption
from engine.text import grouped

if TYPE_CHECKING:
    from engine.answers.corrections import Correction
    from engine.explain.corrections import CorrectionStory
    from engine.money import Currency
    from engine.passes.record import RunRecord


def list_corrections(
    member_id: Annotated[
        str | None, typer.Option("--member", metavar="MEMBER", help="Only this member, with reasons.")
    ] = None,
    bonus: Annotated[str | None, typer.Option("--bonus", "-b", help="Only this bonus.")] = None,
    first: Annotated[int, number(ranges.ROWS, "--first", help="Show at most so many.")] = 50,
    period: PeriodOption = None,
    plan: PlanOption = None,
    json: AsJson = False,
) -> None:
    """List what a run corrects of closed periods; with --member each line that makes a correction.

    Example: upline corrections --period 2026-11 --member 1234
    """
    from engine.answers.corrections import Chosen, correction_page, correction_total
    from engine.answers.pages import Stretch
    from engine.explain.corrections import as_json, correction_json, explain_corrections
    from engine.passes.record import result

    with settled() as graph:
        run = result(graph, period, plan)
        if member_id is not None:
            stories = explain_corrections(graph, Reach.everything, run, member_id, bonus)
            if json:
                print_json([as_json(each, run.cash) for each in stories])
            else:
                _show_stories(run, member_id, stories)
            return
        chosen = Chosen(bonus=bonus)
        rows = correction_page(graph, Reach.everything, run, chosen, Stretch(first)).nodes
        total = correction_total(graph, Reach.everything, run, chosen)
    if json:
        listed = [correction_json(each, run.cash) for each in rows]
        print_json({"run": run.number, "period": run.period, "total": total, "corrections": listed})
        return
    if not rows:
        out.print(f"run {run.number} of {run.period} corrects nothing of closed periods")
        return
    show_corrections(run.cash, rows, payees=True)
    if total > len(rows):
        out.print(f"[dim]and {total - len(rows):,} more; --first shows more[/dim]")


def show_corrections(cash: "Currency", rows: "Iterable[Correction]", *, payees: bool = False) -> None:
    """Corrections as a table: what was settled, what is due, and what makes up for it."""
    columns = ("correction of", "bonus", "settled", "due", "amount", "because of")
    shown = table(
        None, *(["member"] if payees else []), *columns, right=("settled", "due", "amount")
    )  # fmt: skip
    for each in rows:
        figures = (grouped(cash.amount(minor)) for minor in (each.settled, each.after, each.amount))
        shown.add_row(
            *([each.member_id] if payees else []), f"{each.period} (run {each.paid_run})", each.bonus,
            *figures, _because(each),
        )  # fmt: skip
    out.print(shown)


def _because(correction: "Correction") -> str:
    if correction.reason != "refund":
        return "refunds in others' pay"
    more = correction.orders - len(correction.order_ids[:3])
    return f"refund of {', '.join(correction.order_ids[:3])}" + (f" and {more:,} more" if more else "")


def _show_stories(run: "RunRecord", member_id: str, stories: "tuple[CorrectionStory, ...]") -> None:
    """Each correction of a member in a sentence, and the lines that differ."""
    from engine.explain.corrections import as_json

    if not stories:
        out.print(f"run {run.number} of {run.period} corrects nothing of {member_id}", markup=False)
    for story in stories:
        out.print(f"\n{story.why}", markup=False)
        shown = table(
            None, "level", "from", "order", "was paid", "is due", right=("level", "was paid", "is due")
        )  # fmt: skip
        for change in as_json(story, run.cash)["changes"]:
            amounts = (
                grouped(side["amount"]) if side and side["amount"] else "-"
                for side in (change["before"], change["after"])
            )
            shown.add_row(
                str(change["level"]), change["source_id"], change["order_id"] or "", *amounts
            )  # fmt: skip
        if story.changes:
            out.print(shown)
        if story.more:
            out.print(f"[dim]and {counted(story.more, 'more line')}[/dim]")
