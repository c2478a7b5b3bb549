"""How a rank card looks: what each rank requires, what each leg counts, what is missing for the next rank."""

from dataclasses import asdict
from typing import Any

from rich.markup import escape

from engine.answers.ranks import Helper, NearMiss, Progress, RankCard
from engine.answers.standings import Standing
from engine.commands.answers import show_standing
from engine.commands.console import out, table
from engine.composition.requirements import DIGITS
from engine.money import decimal
from engine.passes.record import RunRecord
from engine.plans.plan import Plan
from engine.text import grouped

MOST_LEGS = 5
"""Legs that one line of a rank card names."""


def show_rank_card(run: RunRecord, plan: Plan, card: RankCard, near: NearMiss | None) -> None:
    """A rank card: each requirement of each rank, and what is missing for the next."""
    show_standing(run, plan, card.standing)
    shown = table(
        None,
        "rank",
        "requirement",
        "required",
        "actual",
        "missing",
        "",
        "legs",
        right=("required", "actual", "missing"),
    )
    for row, legs in ((_row_json(each), _legs(each)) for each in card.progress):
        shown.add_row(
            row["rank"], row["requirement"].replace("_", " "),
            grouped(row["required"]), grouped(row["actual"]),
            "" if row["passes"] else grouped(row["missing"]),
            "[green]met[/green]" if row["passes"] else "[red]missing[/red]", escape(legs),
        )  # fmt: skip
    out.print(shown)
    if near:
        _show_near(plan, near, card.standing)


def _legs(row: Progress) -> str:
    """What each leg counts towards a requirement, the largest first."""
    counting = sorted(
        (leg for leg in row.helpers if leg.counts), key=lambda leg: (-leg.counts, leg.member_id)
    )
    named = [f"{leg.member_id} {_leg_figure(row, leg.counts)}" for leg in counting[:MOST_LEGS]]
    more = len(counting) - MOST_LEGS
    return ", ".join(named) + (f" and {more:,} more" if more > 0 else "")


def _leg_figure(row: Progress, figure: int) -> str:
    return grouped(decimal(figure, DIGITS[row.unit]))


def _show_near(plan: Plan, near: NearMiss, standing: Standing) -> None:
    """What is missing for the next rank on the shortest way, activity included, and who could bring it."""
    if not near.ways:
        return
    out.print(f"\n[bold]to {escape(near.rank)}[/bold]")
    if near.must_be_active and not standing.active:
        alone = "only activity" if all(row.passes for row in near.ways[0]) else "activity"
        out.print(f"  {alone} is missing: {_inactive(plan, standing)}", markup=False)
    for row in near.ways[0]:
        if row.passes:
            continue
        digits = DIGITS[row.unit]
        missing = grouped(decimal(row.required - row.actual, digits))
        helpers = ", ".join(
            f"{helper.member_id} (up to {_leg_figure(row, helper.room)} more)"
            for helper in row.helpers[:MOST_LEGS]
        )
        out.print(f"  {row.requirement.replace('_', ' ')}: {missing} missing", markup=False)
        if helpers:
            out.print(f"    could come from {helpers}", markup=False)


def _inactive(plan: Plan, standing: Standing) -> str:
    """Why a member is not active, as far as the standing says."""
    if standing.status != "active":
        return f"the member's status is {standing.status}"
    if plan.one_floor:
        volume, floor = (grouped(decimal(each, 2)) for each in (standing.personal_volume, plan.floor))
        return f"personal volume {volume} of {floor}"
    return "the member does not meet what the plan requires of active members"


def _row_json(row: Progress) -> dict[str, Any]:
    """One requirement of a rank, figures as exact text."""
    digits = DIGITS[row.unit]
    return {
        "rank": row.rank,
        "requirement": row.requirement,
        "unit": row.unit,
        "required": decimal(row.required, digits),
        "actual": decimal(row.actual, digits),
        "passes": row.passes,
        "missing": decimal(row.missing, digits),
        "legs": [{"member_id": leg.member_id, **_figures(leg, digits)} for leg in row.helpers],
    }


def _figures(leg: Helper, digits: int) -> dict[str, str]:
    return {"counts": decimal(leg.counts, digits), "room": decimal(leg.room, digits)}


def rank_card_json(card: RankCard, near: NearMiss | None) -> dict[str, Any]:
    """A rank card for programs."""
    standing = card.standing
    rank_names = {key: getattr(standing, key) for key in ("qualified_rank", "rank", "lifetime_rank")}
    rows = [_row_json(row) for row in card.progress]
    return {"member_id": standing.member_id, **rank_names, "card": rows, "next": _near_json(near)}


def _near_json(near: NearMiss | None) -> dict[str, Any] | None:
    """The ways to the next rank, figures as whole numbers of their unit."""
    if near is None:
        return None
    keys = ("requirement", "unit", "required", "actual", "passes", "helpers")
    ways = [[{key: asdict(row)[key] for key in keys} for row in way] for way in near.ways]
    return {"rank": near.rank, "must_be_active": near.must_be_active, "ways": ways}
