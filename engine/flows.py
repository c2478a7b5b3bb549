"""Flows: what a bonus must know of every standing before it pays, such as leg volumes and carry.

A flow rule computes one short list of integers per standing, bottom up or in no order, and may see its own
list of the period before, and by ``<<orders>>`` the period's orders of `source`. The list stays on the
standing under the bonus's name.
"""

from typing import Any

from engine.levels import everywhere, visit
from engine.plan import Bonus
from engine.queries import Query, query
from engine.work import Work

NOTHING_BEFORE = "RETURN null AS before"


def flow(work: Work, bonus: Bonus) -> None:
    """Compute the flow of a bonus for every standing, where its rule names one."""
    if bonus.flow is None:
        return
    module = bonus.flow
    carried = module.carries and work.previous is not None
    orders = query("earnings/orders")
    asks = "<<orders>>" in module.body
    window = dict(orders.params) if asks else {}
    body = Query(
        module.name, module.path, "read", window, {}, "", module.body.replace("<<orders>>", orders.text)
    )
    piece = query("write/state").fill(before=query("write/before") if carried else NOTHING_BEFORE, flow=body)
    given: dict[str, Any] = {"rule": bonus.rule, "state": bonus.state, **(work.window if asks else {})}
    if carried:
        given["previous"] = work.previous
    if module.order == "up":
        visit(work, piece, "up", tree=bonus.tree, **given)
    else:
        everywhere(work, piece, **given)
