"""Flows: figures of every standing that a bonus needs before it pays, such as leg volumes and carry.

A flow rule computes one short list of integers per standing: bottom up, top down or in no order. It may read
its own list of the period before, and by ``<<orders>>`` the period's orders of `source`. The list is stored
on the standing under the name of the bonus.
"""

from engine.composition import flows
from engine.composition.trees import in_tree
from engine.passes.context import Work
from engine.passes.levels import everywhere, visit
from engine.plans.plan import Bonus


def compute(work: Work, bonus: Bonus) -> None:
    """Compute the flow of a bonus for every standing, where its rule names one."""
    if bonus.flow is None:
        return
    piece, parameters = flows.computed(bonus, bonus.flow, work.window, work.previous)
    if bonus.flow.order in ("up", "down"):
        visit(work, piece, bonus.flow.order, tree=bonus.tree, **parameters)
    else:
        everywhere(work, in_tree(piece, bonus.tree), **parameters)
    work.refuse_values(bonus.flow, "bonuses/states_not_whole")
    if bonus.flow.shows:
        statement, parameters = flows.shown_not_whole(work.plan, bonus, bonus.flow)
        work.refuse_values(bonus.flow, statement, **parameters)
