"""Activity beyond the volume floor: requirement rules that say who is active in a period.

They look at a member alone, before any group is known: own volume of this or earlier periods, orders,
customers, retail share, facts. A waived floor waives these too.
"""

from engine.composition.requirements import by_kind
from engine.graph.queries import query
from engine.passes.context import Work
from engine.passes.levels import everywhere
from engine.passes.measures import measure
from engine.plans.plan import ways_of


def settle(work: Work) -> None:
    """Make members inactive who miss what the plan requires of active members, if it requires anything."""
    activity = work.plan.activity
    if activity is None:
        return
    measure(work, "volumes", activity.requirements)
    modules = {required.module.name: required.module for required in activity.requirements}
    piece = query("standings/activity").fill(passes=by_kind(modules.values(), "passes"))
    everywhere(work, piece, ways=ways_of(activity))
