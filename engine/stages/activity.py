"""Activity beyond the volume floor: requirement rules that say who is active in a period.

They look at a member alone, before any group is known: own volume of this or earlier periods, orders,
customers, retail share, facts. A waived floor waives these too.
"""

from engine.composition.requirements import settling
from engine.passes.context import Work
from engine.passes.levels import everywhere
from engine.passes.measures import measure


def settle(work: Work) -> None:
    """Make members inactive who miss what the plan requires of active members, if it requires anything."""
    activity = work.plan.activity
    if activity is None:
        return
    measure(work, "volumes", activity.requirements)
    piece, parameters = settling(activity)
    everywhere(work, piece, **parameters)
