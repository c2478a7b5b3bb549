"""Bonuses: a rule module finds who is paid at what rate, the engine multiplies, rounds, sums and stores.

One composed statement stores the earnings of a bonus. Another one, composed of the same rule, walk and
rounding, reads the lines of an order, of a payee or of a whole table (engine/answers/lines.py).
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from engine.composition.bonuses import NOT_WHOLE, not_whole, picks_orders, stored
from engine.graph import driver
from engine.graph.queries import Query
from engine.passes.context import Work
from engine.plans.plan import Bonus

TRIES = 5
"""Attempts at a bonus that reads while another one writes."""


def groups(work: Work) -> Iterator[list[Bonus]]:
    """The bonuses of the calendar but pools, in the plan's order, in groups that may run in parallel.

    Neighbours that read no earnings and set nothing on standings share a group: their order cannot matter.
    Each of them is one query that gathers on a single core before it writes, so a second core takes the next.
    """
    work.results["totals"], work.results["early_caps"] = {}, set()
    alone = [bonus for bonus in work.plan.due(work.period.calendar) if bonus.module.scope != "company"]
    for dependent, group in groupby(alone, _depends):
        if dependent:
            yield from ([bonus] for bonus in group)
        else:
            yield list(group)


def _depends(bonus: Bonus) -> bool:
    """Whether a bonus reads what earlier ones paid, or sets something on standings."""
    return bonus.flow is not None or bonus.reads_earnings


def pools(work: Work) -> Iterator[list[Bonus]]:
    """The bonuses of the whole company, one at a time: they come after the caps on the others."""
    for bonus in work.plan.due(work.period.calendar):
        if bonus.module.scope == "company":
            yield [bonus]


def total(work: Work) -> None:
    """Store the totals of each bonus: paid, cut and breakage."""
    due = [bonus.name for bonus in work.plan.due(work.period.calendar)]
    totals = sorted(work.results["totals"].values(), key=lambda amounts: due.index(amounts["bonus"]))
    work.graph.write_rows("runs/totals", run=work.run, totals=totals)


def pay(work: Work, bonus: Bonus) -> None:
    """Compute and store one bonus; its totals: `paid` in minor units, exact ones worth `unit` / `parts`."""
    cash = work.plan.money
    statement, parameters = stored(work.plan, bonus, work.run, work.window)
    rows = _store(work, bonus, statement, parameters)
    if any(row["reason"] == NOT_WHOLE for row in rows):
        statement, parameters = not_whole(work.plan, bonus, work.window)
        work.refuse_values(bonus.module, statement, **parameters)
    payees, lines, paid, exact = (
        sum(row[column] for row in rows) for column in ("payees", "lines", "paid", "exact")
    )
    unpaid = {row["reason"]: row["unpaid"] for row in rows if row["unpaid"]}
    worth = cash.worth(bonus.module.basis)
    work.results["totals"][bonus.name] = {
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


def _store(work: Work, bonus: Bonus, statement: Query, parameters: dict[str, object]) -> list[dict[str, Any]]:
    """Store the earnings of a bonus; start again where it read while another bonus wrote.

    Earnings of a bonus in parallel belong to the same standings. The fiftieth relationship of a payee makes
    the server rearrange them all, and a statement that reads them at that moment has to begin again.
    """
    for attempt in range(1, TRIES + 1):
        try:
            return work.graph.batched(statement, **parameters)
        except driver.TransientError:
            if attempt == TRIES:
                raise
            work.graph.batched("bonuses/take_back", run=work.run, bonus=bonus.name)
    raise AssertionError("the last attempt returns or raises")


def _full_rate(bonus: Bonus) -> int:
    """The rates of all levels together, for bonuses whose every order is offered to every level; else 0."""
    if bonus.module.name != "unilevel" or picks_orders(bonus):
        return 0
    return sum(bonus.values["rates_most"])
