"""Push-up: the volume of members who do not qualify moves to the nearest one above who does.

This comes before group volume. Every transfer stays in the graph as a relationship PUSHED_UP with its volume
and reason, so that a member can see where the volume went. Volume without a receiver stays and is reported.
"""

from engine.composition.push import climb, mark, not_whole
from engine.graph.queries import query
from engine.passes.context import Work
from engine.passes.levels import everywhere, visit
from engine.passes.measures import measure


def push_up(work: Work) -> None:
    """Move the volumes that the plan's push rule moves; the run's record keeps the totals."""
    push = work.plan.push
    if push is None:
        return
    measure(work, "volumes", [push])
    statement, parameters = not_whole(push)
    work.refuse_values(push.module, statement, **parameters)
    piece, parameters = mark(push)
    everywhere(work, piece, **parameters)
    piece, parameters = climb(push)
    # One writer: standings of several batches share the one that receives.
    visit(work, piece, "down", writers=1, **parameters)
    everywhere(work, query("push/settle"))
    totals = work.graph.read("push/totals", run=work.run)[0]
    work.results.setdefault("facts", {}).update(
        pushes=totals["transfers"], pushed_volume=totals["volume"], volume_without_receiver=totals["stayed"]
    )
