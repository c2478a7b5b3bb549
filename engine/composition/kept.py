"""Composed statements as a committed run has kept them: another release may compose others.

A plan that was read back of such a run has them in `Plan.kept`, by subject (``bonus Unilevel``, ``ranks``,
``compression``) and name. What composes a statement is marked here, and gives the one that was kept.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

from engine.graph.queries import Query
from engine.plans.plan import Bonus, Plan

PARAMETERS = "parameters"
"""The name under which the parameters are kept that a plan gives to the statements of a bonus."""
RANKS, COMPRESSION = "ranks", "compression"
"""Subjects of whole plans."""
FILE = Path("kept statements")
"""What refusals name as the file of a kept statement."""

P = ParamSpec("P")
Composer = Callable[Concatenate[Plan, Bonus, P], Query]


def subject_of(bonus: Bonus) -> str:
    """The subject of a bonus's statements."""
    return f"bonus {bonus.name}"


def as_data(statement: Query | str) -> dict[str, Any]:
    """A statement, or a piece of one, as it is kept: text, mode, and its parameters with their types."""
    if isinstance(statement, str):
        return {"text": statement, "mode": "fragment", "params": {}}
    return {"text": statement.text, "mode": statement.mode, "params": dict(statement.params)}


def find(plan: Plan, subject: str, name: str) -> Query | None:
    """What was kept of a subject under a name, a statement or a piece of one; None where nothing was."""
    data = plan.kept.get(subject, {}).get(name)
    if data is None:
        return None
    return Query(f"{subject} {name}", FILE, data["mode"], data["params"], {}, "", data["text"])


def parameters_of(plan: Plan, bonus: Bonus) -> Mapping[str, Any] | None:
    """The parameters that the plan gave to the statements of a bonus, as they were kept; None for none."""
    kept: Mapping[str, Any] | None = plan.kept.get(subject_of(bonus), {}).get(PARAMETERS)
    return kept


def of_bonus(name: str) -> Callable[[Composer[P]], Composer[P]]:
    """Mark what composes a statement of a bonus; it is kept as `name` and the arguments after the bonus."""

    def marked(compose: Composer[P]) -> Composer[P]:
        @wraps(compose)
        def statement(plan: Plan, bonus: Bonus, /, *which: P.args, **options: P.kwargs) -> Query:
            chosen = [option for option, value in sorted(options.items()) if value]
            as_kept = find(plan, subject_of(bonus), " ".join([name, *map(str, which), *chosen]))
            return as_kept or compose(plan, bonus, *which, **options)

        return statement

    return marked
