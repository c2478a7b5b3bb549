"""Flows: what a bonus must know of every standing before it pays, such as leg volumes and carry.

A flow rule computes one short list of integers per standing: bottom up, top down or in no order. It may read
its own list of the period before, and by ``<<orders>>`` the period's orders of `source`. The list is stored
on the standing under the name of the bonus.
"""

from typing import Any

from engine.composition.flows import body_of
from engine.graph.queries import query
from engine.passes.context import Work
from engine.passes.levels import everywhere, visit
from engine.plans.plan import Bonus

NOTHING_BEFORE = "RETURN null AS before"


def compute(work: Work, bonus: Bonus) -> None:
    """Compute the flow of a bonus for every standing, where its rule names one."""
    if bonus.flow is None:
        return
    module = bonus.flow
    carried = module.carries and work.previous is not None
    body = body_of(module)
    piece = query("passes/state").fill(
        before=query("passes/before") if carried else NOTHING_BEFORE, flow=body
    )
    window = {key: value for key, value in work.window.items() if key in body.params}
    given: dict[str, Any] = {"rule": bonus.rule, "state": bonus.state, **window}
    if carried:
        given["previous"] = work.previous
    if module.order in ("up", "down"):
        visit(work, piece, module.order, tree=bonus.tree, **given)
    else:
        everywhere(work, piece, **given)
