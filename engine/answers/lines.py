"""Lines: every payment of a bonus, and every payment that did not happen, with its reason.

A run stores sums only. Lines are found again when somebody asks for them, by the same rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.access.areas import Area, Scope
from engine.access.reach import Reach
from engine.answers.within import ids_in_reach, seen_in
from engine.composition.bonuses import read_lines
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of, window_of
from engine.plans.plan import Bonus, Plan


@dataclass(frozen=True, slots=True)
class Line:
    """One line: paid where `rate` > 0, else unpaid for `reason`.

    `level` counts over the compressed tree, `tree_level` over the real one; `base` is hundredths of volume
    (or minor units, or pieces, by the rule's basis); `rate` and `budget` (the most that any rank earns there)
    are whole, as the plan's money counts them; `exact` is base times rate; `amount` is minor units, None
    where only totals are rounded.
    """

    bonus: str
    payee_id: str | None
    order_id: str | None
    source_id: str
    level: int
    tree_level: int | None
    base: int
    rate: int
    budget: int
    reason: str | None
    exact: int
    amount: int | None


def lines(
    graph: Graph, plan: Plan, run: int, window: dict[str, object], bonus: Bonus, which: str, **chosen: object
) -> Iterator[Line]:
    """The lines of one bonus for some sources; `which` names the condition, a file of cypher/parts/bonuses/.

    ``of_source`` takes source_id, ``of_members`` member_ids (of sources, or of payees where the rule is asked
    for those), ``of_levels`` first and last (depths), ``of_payee`` payee_id: then only the lines that name
    this payee come back.
    """
    if bonus.module.scope == "company":
        if which == "of_source" or chosen.get("first", 0) != 0:
            return  # asked once, with the roots
        chosen = {"payee_id": chosen["payee_id"]} if which == "of_payee" else {}
    statement, parameters = read_lines(plan, bonus, run, window, which, **chosen)
    for row in graph.read(statement, **parameters)[0]["lines"]:
        yield Line(bonus.name, *row)


def lines_to(
    graph: Graph, reach: Reach, run: RunRecord, plan: Plan, member_id: str, bonus: str | None = None
) -> Iterator[Line]:
    """Every line that names the member as payee, paid or not, of one bonus or of all, in the plan's order.

    `plan` is the run's own (`plan_of`). None where the viewer may not see the member's money.
    """
    if not seen_in(graph, reach, run, Area.MONEY, member_id):
        return
    window = window_of(run, plan)
    for each in plan.bonuses:
        if bonus in (None, each.name):
            yield from lines(graph, plan, run.number, window, each, "of_payee", payee_id=member_id)


def lines_paid_to(graph: Graph, reach: Reach, run: RunRecord, member_id: str) -> list[Line]:
    """Every line that pays the member, bonus by bonus."""
    return [line for line in lines_to(graph, reach, run, plan_of(run), member_id) if line.rate > 0]


def lines_of_order(
    graph: Graph, reach: Reach, run: RunRecord, plan: Plan, order_id: str, source_id: str
) -> list[Line]:
    """The lines, paid and unpaid, that come from one order; `source_id` is the member it is credited to.

    Those of payees whose money the viewer may not see are left out.
    """
    window = window_of(run, plan)
    every = [
        line
        for bonus in plan.bonuses
        for line in lines(graph, plan, run.number, window, bonus, "of_source", source_id=source_id)
        if line.order_id == order_id
    ]
    if reach.scope(Area.MONEY) is Scope.ALL:
        return every
    payees = {line.payee_id for line in every if reach.sees(Area.MONEY, line.payee_id)}
    within = ids_in_reach(graph, reach, run, payees)
    return [line for line in every if line.payee_id in within]
