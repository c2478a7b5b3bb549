"""Bonuses: a rule module finds who is paid at what rate, the engine multiplies, rounds, sums and stores.

The same composed query answers a whole run, one order and one payee, so that a statement, an explanation
and a table of lines can never tell different stories.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from neo4j.exceptions import TransientError

from engine import caps, climbs, flows, matched
from engine.graph import Graph
from engine.levels import DEPTHS, in_tree
from engine.money import Money
from engine.plan import Bonus, Plan
from engine.queries import Query, query
from engine.work import Work, crew

TRIES = 5
"""Attempts at a bonus whose reading meets the writing of another one."""


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
    work.graph.write_rows("run/totals", run=work.run, totals=totals)


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
    asked = query("earnings/write").fill(
        sources=_sources(work.plan, bonus),
        **_asked(work.plan, bonus),
        **_held(bonus),
        line_amount=query("earnings/per_line").fill(rounded=rounding(cash)) if cash.per_line else "0",
        total_amount="amount" if cash.per_line else rounding(cash),
    )
    given = _given(work.plan, bonus, work.window, asked)
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
            work.graph.batched("earnings/take_back", run=work.run, bonus=bonus.name)
    raise AssertionError("the last attempt returns or raises")


def _full_rate(bonus: Bonus) -> int:
    """The rates of all levels together, for bonuses whose every order is offered to every level; else 0."""
    if bonus.module.name != "unilevel" or _picked(bonus):
        return 0
    return sum(bonus.values["rates_most"])


def rounding(cash: Money) -> Query:
    """The plan's rounding as an expression over `exact`, for queries that know $unit and $parts.

    Where a unit is worth a whole share of a minor unit, the product with `unit` is left out.
    """
    whole, rest = "exact / $parts", "abs(exact % $parts)"  # Cypher divides towards zero
    if cash.volume.unit != 1:
        whole = "exact / $parts * $unit + exact % $parts * $unit / $parts"
        rest = "abs(exact % $parts * $unit % $parts)"
    places = {"whole": whole} if cash.rounding == "floor" else {"whole": whole, "rest": rest}
    return query(f"earnings/{cash.rounding}").fill(**places)


def lines(
    graph: Graph, plan: Plan, run: int, window: dict[str, object], bonus: Bonus, which: str, **chosen: object
) -> Iterator[Line]:
    """The lines of one bonus for some sources; `which` names the condition, a file of cypher/earnings/.

    ``of_source`` takes source_id, ``of_members`` member_ids (of sources, or of payees where the rule is asked
    for those), ``of_levels`` first and last (depths), ``of_payee`` payee_id: then only the lines that name
    this payee come back.
    """
    if bonus.module.scope == "company":
        if which == "of_source" or chosen.get("first", 0) != 0:
            return  # asked once, with the roots
        chosen = {"payee_id": chosen["payee_id"]} if which == "of_payee" else {}
    asked = lines_query(plan, bonus, which)
    given = {**_given(plan, bonus, window, asked), "run": run, **chosen}
    for row in graph.read(asked, **given)[0]["lines"]:
        yield Line(bonus.name, *row)


def lines_query(plan: Plan, bonus: Bonus, which: str) -> Query:
    """The query behind `lines`."""
    cash = plan.money
    return query("earnings/lines").fill(
        sources=_chosen(bonus, which),
        wanted="payee.member_id = $payee_id" if which == "of_payee" else "true",
        lines=_lines(bonus, summed=False),
        **_held(bonus),
        depth=DEPTHS[bonus.tree],
        line_rounded=rounding(cash) if cash.per_line else "null",
    )


def _chosen(bonus: Bonus, which: str) -> Query:
    """The standings that the lines in question come from: a rule of payees is asked for the payee alone."""
    module = bonus.module
    if module.scope == "company":
        return query("earnings/of_company")
    if module.scope == "payee" and which == "of_payee":
        return query("earnings/of_payee_alone")
    piece = query(f"earnings/{which}")
    if which in ("of_source", "of_members"):
        return piece
    orders = module.scope != "payee" and not bonus.module.on_earnings and not bonus.module.on_groups
    return in_tree(piece.fill(sources="source.orders > 0" if orders else "true"), bonus.tree)


def _asked(plan: Plan, bonus: Bonus) -> dict[str, Query | str]:
    """How a whole run asks a rule: once for all sources whose first step comes to the same where they share.

    Where the standings hold the volumes that count, no order is looked for.
    """
    summed, shared = _summed(plan, bonus), bonus.module.shared
    if not _frozen(bonus) or (summed and not shared):
        bases = "[base IN bases WHERE base[1] <> 0 | base[1]]"
        count = "source.orders" if summed else f"size({bases})"
        return {"lines": _lines(bonus, summed=summed), "bases": bases, "count": count}
    pieces: dict[str, Query | str] = {"rule": _body(bonus)}
    if not summed:
        pieces["volumes"] = query(f"earnings/volumes_of_{_counted(bonus)}")
    if shared:
        pieces["step"] = climbs.first_step()
    name = f"by_walk{'_total' if summed else ''}" if shared else "by_volumes"
    found = in_tree(query(f"earnings/{name}").fill(**pieces), bonus.tree)
    return {"lines": found, "bases": "bases", "count": "count" if summed else "size(bases)"}


def _body(bonus: Bonus) -> Query:
    """The rule's own text on the tree that the bonus works on, its walk unrolled step by step."""
    module = bonus.module
    opened = any(bonus.values.get(name) is not None for name in climbs.OPENED_BY)
    text = module.body.replace("<<closed>>", query("earnings/closed").text if opened else "null")
    text = text.replace("<<walk>>", climbs.walk(bonus))
    return in_tree(Query(module.name, module.path, "read", {}, {}, "", text), bonus.tree)


def _lines(bonus: Bonus, *, summed: bool) -> Query:
    """The part of a bonus's query that yields source, payee, level, rate, budget, reason and bases."""
    module = bonus.module
    pieces: dict[str, Query | str] = {"rule": _body(bonus)}
    if module.scope == "payee":
        name = "by_payee"
        pieces["origin"] = "coalesce(origin, source)" if "origin" in module.returns else "source"
    elif module.scope == "company":
        name = "by_company"
    elif bonus.module.on_earnings:
        name = "by_earner"
    elif bonus.module.on_groups:
        name = "by_group"
    elif summed:
        name = "by_source_total"
    elif _picked(bonus):
        name = "by_picked"
        pieces["orders"] = query("earnings/orders")
    else:
        pieced = module.scope == "source" and module.basis == "count"
        name = "by_piece" if pieced else f"by_{module.scope}"
        pieces["orders"] = query("earnings/orders")
    return query(f"earnings/{name}").fill(**pieces)


def _held(bonus: Bonus) -> dict[str, Query | str]:
    """A line's rate and reason as its rule says; nothing for whoever misses what the bonus asks of payees."""
    if bonus.meets is None:
        return {"rate": "rate", "reason": "reason"}
    return {"rate": query("earnings/held_rate"), "reason": query("earnings/held_reason")}


def _summed(plan: Plan, bonus: Bonus) -> bool:
    """Whether a source's orders may be summed before the rates apply: nothing is rounded per line."""
    return _whole(bonus) and not plan.money.per_line


def _picked(bonus: Bonus) -> bool:
    """Whether a rule of sources counts some orders only, or begins some orders with the source itself."""
    return _on_volume(bonus) and not _whole(bonus)


def _whole(bonus: Bonus) -> bool:
    """Whether a rule of sources counts all orders alike: then a source's volume is that of its standing."""
    return _frozen(bonus) and _counted(bonus) == "all"


def _counted(bonus: Bonus) -> str:
    """Whose orders count: of all, the source's own, or of customers; any other word of a rule means those."""
    on: str = bonus.values.get("on") or "all"
    return on if on in ("all", "own") else "customers"


def _frozen(bonus: Bonus) -> bool:
    """Whether all that a rule of sources must know of orders is their volumes, own and customers' apart."""
    return _on_volume(bonus) and not (bonus.values.get("kinds") or bonus.from_source)


def _on_volume(bonus: Bonus) -> bool:
    """Whether a rule pays by the volume of each order of a source."""
    module = bonus.module
    return module.scope == "source" and module.basis == "volume" and not module.on_groups


def _sources(plan: Plan, bonus: Bonus) -> str:
    """Which standings a bonus is asked for."""
    if bonus.module.scope == "company":
        return "source.depth = 0 WITH source ORDER BY source.member_id LIMIT 1"
    if bonus.module.scope == "payee" or bonus.module.on_earnings or bonus.module.on_groups:
        return "true"
    return "source.commissionable_volume <> 0" if _summed(plan, bonus) else "source.orders > 0"


def _given(plan: Plan, bonus: Bonus, window: dict[str, object], asked: Query) -> dict[str, object]:
    """The parameters that a composed query declares, out of all that a bonus can offer."""
    worth = plan.money.worth(bonus.module.basis)
    rule = {**bonus.rule, "zone": plan.zone, "currency": plan.money.currency}
    if bonus.module.scope == "company":
        volume = plan.money.volume
        rule |= {"unit": volume.unit, "parts": volume.parts, "rounding": plan.money.rounding}
    offered = {"rule": rule, "unit": worth.unit, "parts": worth.parts, **window}
    return {name: value for name, value in offered.items() if name in asked.params}
