"""What a preview can compute for those affected alone, and what it cannot.

A standing's figures are made of its own, of those directly below it in both trees, and of the period before:
no pass of the stages up to ranks looks further. So what a change touches are the standings above it. A line
of a bonus that walks up from its source is made of the source and of those above it; one that a rule pays
to a member by itself, of that member alone. What looks further is listed here, and is computed for everybody.
"""

import re
from collections.abc import Iterator

from engine.composition.measures import is_late, needed
from engine.graph.queries import foreign
from engine.plans.plan import Bonus, Plan

LOCAL_FLOWS = ("binary", "rank_advancement")
"""Flows that look at a member, at those directly below and at the period before, and no further."""
STEPS = frozenset({"walk", "closed", "distance", "outside"})
"""What the engine puts into a rule that only looks at a source and at those above it."""
SPANS = frozenset({"group_span", "sponsored_legs"})
"""Measures by the numbers of whole groups, which a move changes for everybody after it; of sponsored legs
only where ranks need them."""
_ELSEWHERE = re.compile(r"<-\[|<--|\(\w*\s*:|\(\w*\s*\{|COLLECT\s*\{|COUNT\s*\{|EXISTS\s*\{")
"""What a rule looks with for others than those above."""


def whole_company(plan: Plan) -> str | None:
    """Why volumes and ranks of a plan are computed for everybody; None where those affected are enough."""
    if plan.push is not None:
        return "pushed-up volume is computed for everybody"
    measured = {name for name in needed(plan) if not is_late(plan, name)}
    if measured & SPANS:
        return "a requirement looks into the groups of recruits, which is computed for everybody"
    rules = [each.module for each in plan.requirements] + [overlay.module for overlay in plan.overlays]
    if any(foreign(module.path) for module in rules):
        return "a rule of the company's own may look at anybody"
    return None


def left_out(plan: Plan, calendar: str) -> Iterator[Bonus]:
    """The bonuses that are paid right only where everybody is computed."""
    capped = {name for cap in plan.caps for name in cap.bonuses}
    for bonus in plan.due(calendar):
        if bonus.name in capped or not (bonus.outside or _local(bonus)):
            yield bonus


def _local(bonus: Bonus) -> bool:
    """Whether a line of a bonus is made of its source and of those above, or of its payee alone."""
    module = bonus.module
    if foreign(module.path) or bonus.reads_earnings or module.on_groups or module.basis == "money":
        return False
    if bonus.flow is not None and (bonus.flow.name not in LOCAL_FLOWS or bonus.flow.order in ("up", "down")):
        return False
    looks = _ELSEWHERE.search(module.body.text) is not None
    return module.scope in ("source", "payee") and module.body.holes <= STEPS and not looks
