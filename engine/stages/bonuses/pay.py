"""Bonuses: a rule module finds who is paid at what rate, the engine multiplies, rounds, sums and stores.

The same composed query answers a whole run, one order and one payee, so that a statement, an explanation
and a table of lines can never tell different stories.
"""

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import Any

from neo4j.exceptions import TransientError

from engine.composition.bonuses import parameters, picks_orders, store_query
from engine.graph.queries import Query
from engine.passes.work import Work, crew
from engine.plans.plan import Bonus
from engine.stages.bonuses import caps, flows
from engine.stages.bonuses import matches as matched

TRIES = 5
"""Attempts at a bonus whose reading meets the writing of another one."""


def pay(work: Work) -> None:
    """Compute and store every bonus of the period's calendar, in the plan's order, and what it could pay.

    Bonuses of the whole company, such as pools, come after the caps on the others.
    """
    matched.bring(work)
    due = work.plan.due(work.period.calendar)
    alone = [bonus for bonus in due if bonus.module.scope != "company"]
    pooled = [bonus for bonus in due if bonus.module.scope == "company"]
    totals: list[dict[str, Any]] = []
    for group in _together(alone):
        totals += _pay_all(work, group)
        caps.apply_early(work, {total["bonus"] for total in totals}, {bonus.name for bonus in group})
    caps.apply(work, totals)
    for bonus in pooled:
        totals += _pay_all(work, [bonus])
    work.spare()  # where no bonus was due
    work.graph.write_rows("runs/totals", run=work.run, totals=totals)


def _together(bonuses: list[Bonus]) -> Iterator[list[Bonus]]:
    """Neighbours that read no earnings and set nothing on standings: no order among them can show.

    Each of them is one query that gathers on a single core before it writes, so a second core takes the next.
    """
    for leaning, group in groupby(bonuses, lambda one: one.flow is not None or one.module.on_earnings):
        if leaning:
            yield from ([bonus] for bonus in group)
        else:
            yield list(group)


def _pay_all(work: Work, group: list[Bonus]) -> list[dict[str, Any]]:
    """Pay bonuses side by side; their totals. What waits for a core is begun once one is free."""
    work.stage = "bonus " + ", ".join(bonus.name for bonus in group)
    work.progress(0, 0)
    with crew(work.graph, work.gatherers) as pool:
        totals = pool.map(partial(_pay, work), group)
        pool.submit(work.spare)
        return list(totals)


def _pay(work: Work, bonus: Bonus) -> dict[str, Any]:
    """Pay one bonus; its totals: `paid` in minor units, exact ones in units worth `unit` / `parts`."""
    cash = work.plan.money
    flows.flow(work, bonus)
    asked = store_query(work.plan, bonus)
    given = parameters(work.plan, bonus, work.window, asked)
    rows = _store(work, bonus, asked, given)
    payees, lines, paid, exact = (
        sum(row[column] for row in rows) for column in ("payees", "lines", "paid", "exact")
    )
    unpaid = {row["reason"]: row["unpaid"] for row in rows if row["unpaid"]}
    worth = cash.worth(bonus.module.basis)
    return {
        "bonus": bonus.name,
        "kind": bonus.module.name,
        "position": bonus.index,
        "payees": payees,
        "lines": lines,
        "paid": paid,
        "cut": 0,
        "paid_exact": exact,
        "breakage": sum(unpaid.values()),
        "reasons": sorted(unpaid),
        "unpaid": [unpaid[reason] for reason in sorted(unpaid)],
        "unit": worth.unit,
        "parts": worth.parts,
        "full_rate": _full_rate(bonus),
    }


def _store(work: Work, bonus: Bonus, asked: Query, given: dict[str, object]) -> list[dict[str, Any]]:
    """Store a bonus's earnings; from the start again where the server says that it read while others wrote.

    Earnings of the bonus beside hang on the same standings: a payee's fiftieth relationship makes the server
    rearrange them all, and whoever is reading them then is told to begin anew.
    """
    for attempt in range(1, TRIES + 1):
        try:
            return work.graph.batched(asked, **given, run=work.run, bonus=bonus.name)
        except TransientError:
            if attempt == TRIES:
                raise
            work.graph.batched("bonuses/take_back", run=work.run, bonus=bonus.name)
    raise AssertionError("the last attempt returns or raises")


def _full_rate(bonus: Bonus) -> int:
    """The rates of all levels together, for bonuses whose every order is offered to every level; else 0."""
    if bonus.module.name != "unilevel" or picks_orders(bonus):
        return 0
    return sum(bonus.values["rates_most"])
