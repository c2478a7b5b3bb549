"""The command that lists who is nearest to the next rank."""

from typing import Annotated, Any

import typer
from rich.markup import escape

from engine import ranges
from engine.answers.near import Near, NearMisses
from engine.commands.console import counted, out, print_json, settled, table
from engine.commands.figures import number
from engine.commands.options import AsJson, PeriodOption, PlanOption
from engine.composition.requirements import DIGITS
from engine.money import decimal
from engine.passes.record import RunRecord
from engine.text import grouped

DISTANCE_DIGITS = 4
"""Decimals of a distance."""


def near(
    member_id: Annotated[
        str | None, typer.Argument(metavar="MEMBER", help="Whose downline; without it the whole company.")
    ] = None,
    rank: Annotated[str | None, typer.Option("--rank", help="Only members whose next rank it is.")] = None,
    rows: Annotated[int, number(ranges.PAGE, "--rows", help="How many members at most.")] = 20,
    period: PeriodOption = None,
    plan: PlanOption = None,
    json: AsJson = False,
) -> None:
    """List who is nearest to the next rank, and what is missing.

    Nearest is who lacks the smallest share of the requirements: 0.25 is a quarter of one of them.
    Example: upline near M0002 --rank Gold
    """
    from engine.access.reach import Reach
    from engine.answers.near import near_misses
    from engine.passes.record import result
    from engine.passes.replay import plan_of

    with settled() as graph:
        run = result(graph, period, plan)
        misses = near_misses(graph, Reach.everything, run, plan_of(run), member_id, rows, rank)
    if json:
        print_json(_as_json(misses))
    else:
        _show(run, misses)


def _as_json(misses: NearMisses) -> dict[str, Any]:
    return {
        "candidates": misses.candidates,
        "complete": misses.complete,
        "members": [
            {
                "member_id": each.standing.member_id,
                "qualified_rank": each.standing.qualified_rank,
                "rank": each.rank,
                "distance": _distance(each),
                "inactive": each.inactive,
                "missing": [
                    {
                        "requirement": row.requirement,
                        "required": decimal(row.required, DIGITS[row.unit]),
                        "actual": decimal(row.actual, DIGITS[row.unit]),
                        "missing": decimal(row.missing, DIGITS[row.unit]),
                    }
                    for row in each.missing
                ],
            }
            for each in misses.members
        ],
    }


def _show(run: RunRecord, misses: NearMisses) -> None:
    shown = table(None, "member", "name", "has", "next rank", "distance", "missing", right=("distance",))
    for each in misses.members:
        missing = [
            f"{row.requirement.replace('_', ' ')} {grouped(decimal(row.missing, DIGITS[row.unit]))}"
            for row in each.missing
        ]
        missing += ["activity"] if each.inactive else []
        shown.add_row(
            escape(each.standing.member_id), escape(each.standing.name or ""), each.standing.qualified_rank,
            each.rank, _distance(each), escape(", ".join(missing)),
        )  # fmt: skip
    out.print(shown)
    looked = "" if misses.complete else "; only those with the largest groups were looked at"
    out.print(
        f"[dim]{counted(misses.candidates, 'active member')} can reach a next rank{looked}; "
        f"{escape(run.plan)} {run.period}[/dim]"
    )


def _distance(each: Near) -> str:
    return decimal(round(each.distance * 10**DISTANCE_DIGITS), DISTANCE_DIGITS)
