"""Flows: what a bonus must know of every standing before it pays, such as leg volumes and carry.

A flow rule computes one short list of integers per standing, bottom up, top down or in no order. It may
see its own list of the period before, and by ``<<orders>>`` the period's orders of `source`. It stays on the
standing under the bonus's name.
"""

from typing import Any

from engine.contracts import Module
from engine.levels import everywhere, visit
from engine.plan import Bonus
from engine.queries import Query, query
from engine.work import Work

NOTHING_BEFORE = "RETURN null AS before"


def whole(module: Module) -> Query:
    """A flow rule with what its places stand for."""
    orders = query("earnings/orders")
    asks = "<<orders>>" in module.body
    text = module.body.replace("<<orders>>", orders.text)
    return Query(module.name, module.path, "read", dict(orders.params) if asks else {}, {}, "", text)


def flow(work: Work, bonus: Bonus) -> None:
    """Compute the flow of a bonus for every standing, where its rule names one."""
    if bonus.flow is None:
        return
    module = bonus.flow
    carried = module.carries and work.previous is not None
    body = whole(module)
    piece = query("write/state").fill(before=query("write/before") if carried else NOTHING_BEFORE, flow=body)
    window = {key: value for key, value in work.window.items() if key in body.params}
    given: dict[str, Any] = {"rule": bonus.rule, "state": bonus.state, **window}
    if carried:
        given["previous"] = work.previous
    if module.order in ("up", "down"):
        visit(work, piece, module.order, tree=bonus.tree, **given)
    else:
        everywhere(work, piece, **given)
