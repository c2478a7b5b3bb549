"""Lines: every payment of a bonus, and every payment that did not happen, with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.composition.bonuses import lines_query, parameters
from engine.graph.database import Graph
from engine.plans.plan import Bonus, Plan


@dataclass(frozen=True, slots=True)
class Line:
    """One line: paid where `rate` > 0, else unpaid for `reason`.

    `level` counts over the compressed tree, `tree_level` over the real one; `base` is hundredths of volume
    (or minor units, or pieces, by the rule's basis); `rate` and `budget` (the most that any rank earns there)
    are per million; `exact` is base times rate; `amount` is minor units, None where only totals are rounded.
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
    asked = lines_query(plan, bonus, which)
    given = {**parameters(plan, bonus, window, asked), "run": run, **chosen}
    for row in graph.read(asked, **given)[0]["lines"]:
        yield Line(bonus.name, *row)
