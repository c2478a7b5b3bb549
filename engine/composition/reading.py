"""Everything that reading a run's results composes of its plan, to be kept with a committed run."""

from collections.abc import Iterator
from typing import Any

from engine.composition import kept, overlays, requirements
from engine.composition.bonuses import (
    lines_query,
    of_plan,
    page_query,
    reasons_query,
    recompute_query,
    without_line_query,
)
from engine.plans.plan import Bonus, Plan

WHICH = ("of_source", "of_members", "of_levels", "of_payee")
"""The conditions by which lines are asked for."""
NEXT = ("next_below", "next_within")
"""How the next sources of a payee's lines are found."""
COLUMNS = ("keeps", "reason", "figure", "needed")
"""What a compression rule says of a member."""
OF_RANKS = ("required", "actual", "passes", "counts", "room")
"""What requirement rules say of a member."""


def reading(plan: Plan) -> Iterator[tuple[str, dict[str, Any]]]:
    """By subject: statements and pieces by name, as plain data, and what the plan gives to them.

    `plan` has the bonuses that the run computed.
    """
    if plan.requirements:
        yield kept.RANKS, {name: kept.as_data(requirements.expression(plan, name)) for name in OF_RANKS}
    if plan.overlays:
        yield (
            kept.COMPRESSION,
            {
                f"{overlay.label} {name}": kept.as_data(overlays.column(plan, overlay, name))
                for overlay in plan.overlays
                for name in COLUMNS
            },
        )
    for bonus in plan.bonuses:
        yield kept.subject_of(bonus), _of_bonus(plan, bonus)


def _of_bonus(plan: Plan, bonus: Bonus) -> dict[str, Any]:
    statements = {f"lines {which}": lines_query(plan, bonus, which) for which in WHICH}
    for found in NEXT:
        statements[f"page {found}"] = page_query(plan, bonus, found, paid=False)
        statements[f"page {found} paid"] = page_query(plan, bonus, found, paid=True)
        statements[f"reasons {found}"] = reasons_query(plan, bonus, found)
        statements[f"without line {found}"] = without_line_query(plan, bonus, found)
    statements["recomputed"] = recompute_query(plan, bonus)
    return {
        **{name: kept.as_data(statement) for name, statement in statements.items()},
        kept.PARAMETERS: of_plan(plan, bonus),
    }
