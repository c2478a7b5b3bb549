"""`--preview` of an operation: what it would change, while nothing is changed."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.table import Table

from engine.commands.console import note, out, print_json, reporting, settled
from engine.commands.member import sentence
from engine.money import decimal

if TYPE_CHECKING:
    from engine.genealogy.operations.kinds import Operation
    from engine.preview.figures import Difference, Figures
    from engine.preview.previewing import PeriodPreview, Preview

MOST_SHOWN = 20
"""Members that a table shows; --json lists all of them."""


def show(operation: "Operation", *, json: bool) -> None:
    """Preview an operation and print what it would change."""
    from engine.preview.previewing import preview

    with settled() as graph, reporting() as report:
        previewed = preview(graph, operation, report=report)
    if json:
        print_json(plain(previewed))
        return
    for each in previewed.changed:
        out.print(sentence(each, previewed.on), markup=False)
    for period in previewed.periods:
        _show_period(period)
    if previewed.untouched:
        listed = ", ".join(f"{period} by {plan}" for plan, period in previewed.untouched)
        out.print(f"not touched: {listed}", markup=False)
    note("this was a preview: nothing was changed")


def _show_period(period: "PeriodPreview") -> None:
    title = f"{period.period} by {period.plan}"
    if period.differences is None:
        out.print(f"{title} would be out of date; its figures: {period.why_not}", markup=False)
        return
    write, count = period.cash.amount, len(period.differences)
    basis = "" if period.fresh else ", against the period as the company is now: its result is out of date"
    out.print(
        f"{title}: {count:,} with other figures, {len(period.winners):,} would earn more, "
        f"{len(period.losers):,} less, total paid {write(period.earned_before)} -> "
        f"{write(period.earned_after)} {period.cash.currency}{basis}",
        markup=False,
    )
    if period.left_out:
        note(f"without what needs everybody's figures: {', '.join(period.left_out)}")
    if not count:
        return
    table = Table("member", "group volume", "rank", "earned")
    for each in period.differences[:MOST_SHOWN]:
        table.add_row(
            each.member_id,
            _both(each, lambda figures: decimal(figures.group_volume, 2)),
            _both(each, lambda figures: figures.rank),
            _both(each, lambda figures: write(figures.earned)),
        )
    out.print(table)
    if count > MOST_SHOWN:
        note(f"{count - MOST_SHOWN:,} more: --json lists them")


def _both(each: "Difference", value: Any) -> str:
    before, after = (value(figures) if figures else "-" for figures in (each.before, each.after))
    return before if before == after else f"{before} -> {after}"


def plain(previewed: "Preview") -> dict[str, Any]:
    """A preview as programs get it: volumes and amounts as exact text."""
    return {
        "kind": previewed.kind, "on": previewed.on.isoformat(),
        "changed": [asdict(each) for each in previewed.changed],
        "periods": [_plain_period(each) for each in previewed.periods],
        "untouched": [{"plan": plan, "period": period} for plan, period in previewed.untouched],
    }  # fmt: skip


def _plain_period(period: "PeriodPreview") -> dict[str, Any]:
    if period.differences is None:
        return period.shown
    write = period.cash.amount
    return period.shown | {
        "currency": period.cash.currency,
        "paid_before": write(period.earned_before), "paid_after": write(period.earned_after),
        "members": [
            {
                "member_id": each.member_id, "gain": write(each.gain),
                "before": _plain(period, each.before), "after": _plain(period, each.after),
            }
            for each in period.differences
        ],
    }  # fmt: skip


def _plain(period: "PeriodPreview", figures: "Figures | None") -> dict[str, Any] | None:
    if figures is None:
        return None
    write = period.cash.amount
    return {
        "personal_volume": decimal(figures.personal_volume, 2),
        "group_volume": decimal(figures.group_volume, 2),
        "active": figures.active, "qualified_rank": figures.qualified_rank, "rank": figures.rank,
        "earned": write(figures.earned),
        "bonuses": {name: write(amount) for name, amount in figures.bonuses.items()},
    }  # fmt: skip
