"""Bonuses: a rule, its walk and its orders put into one statement, which stores earnings or lists lines."""

import re
from typing import Any

from engine.composition import kept, walks
from engine.composition.trees import DEPTHS, SPANS, by_figure, in_tree
from engine.graph.queries import Query, Statement, foreign, query
from engine.money import Money
from engine.plans import climbs
from engine.plans.plan import Bonus, Plan
from engine.rules.module import FIGURES

_LOOKS_FOR = re.compile(r"MATCH|-\[|\]-|--")
"""What a rule looks for other nodes with."""
NOT_WHOLE = "not a whole number"
"""The reason of a line that is not paid because its rule returned something else than whole numbers."""


def rounding(cash: Money) -> Query:
    """The plan's rounding as an expression over `exact`, for queries that know $unit and $parts.

    Where a unit is worth a whole share of a minor unit, the product with `unit` is left out.
    """
    whole, rest = "exact / $parts", "abs(exact % $parts)"  # Cypher divides towards zero
    if cash.volume.unit != 1:
        whole = "exact / $parts * $unit + exact % $parts * $unit / $parts"
        rest = "abs(exact % $parts * $unit % $parts)"
    places = {"whole": whole} if cash.rounding == "floor" else {"whole": whole, "rest": rest}
    return query(f"bonuses/{cash.rounding}").fill(**places)


def line_amount(cash: Money) -> Query | str:
    """What a line comes to, as an expression; 0 where the plan rounds sums alone."""
    return query("bonuses/per_line").fill(rounded=rounding(cash)) if cash.per_line else "0"


def total_amount(cash: Money) -> Query | str:
    """What a sum comes to, as an expression over `amount`, the sum of lines, and `exact`."""
    return "amount" if cash.per_line else rounding(cash)


def store_query(plan: Plan, bonus: Bonus) -> Query:
    """The statement that finds a bonus's lines, rounds and sums them, and stores earnings."""
    cash = plan.money
    return query("bonuses/write").fill(
        sources=_sources(plan, bonus),
        payee=query("bonuses/any_payee") if foreign(bonus.module.path) else "payee",
        **_whole({**_asked(plan, bonus), **_held(bonus), "budget": "budget"}, bonus),
        line_amount=line_amount(cash),
        total_amount=total_amount(cash),
    )


def paid_query(plan: Plan, bonus: Bonus) -> Query:
    """The query for what the lines of some sources come to, by payee; for the engine's own rules."""
    cash, pieces = plan.money, _asked(plan, bonus)
    return query("preview/paid").fill(
        sources=_sources(plan, bonus),
        lines=pieces["lines"], bases=pieces["bases"], count=pieces["count"],
        rate=_held(bonus)["rate"],
        line_amount=line_amount(cash),
    )  # fmt: skip


@kept.of_bonus("recomputed")
def recompute_query(plan: Plan, bonus: Bonus) -> Query:
    """The query that derives a bonus's lines once more, and compares their sums with the earnings stored."""
    cash = plan.money
    return query("bonuses/recomputed").fill(
        sources=_sources(plan, bonus),
        lines=_lines(bonus, summed=False),
        rate=_held(bonus)["rate"],
        bases="[base IN bases WHERE base[1] <> 0 | base[1]]",
        line_amount=line_amount(cash),
        total_amount=total_amount(cash),
    )


def traced(plan: Plan, bonus: Bonus, run: int, window: dict[str, object], **chosen: object) -> Statement:
    """The statement that says for what a bonus pays, level by level (cypher/parts/bonuses/traced*.cypher).

    Of a bonus on others' pay it says whose pay it matches, of one that `names_orders` what was bought.
    """
    statement = query("bonuses/traced_pay" if bonus.module.on_earnings else "bonuses/traced").fill(
        sources=_chosen(bonus, "of_levels"), lines=_lines(bonus, summed=False), rate=_held(bonus)["rate"]
    )
    named = {"run": run, "by_price": bonus.module.basis == "money", **chosen}
    return taking(statement, plan, bonus, window, **named)


def names_orders(bonus: Bonus) -> bool:
    """Whether each line of a bonus comes from one order."""
    module = bonus.module
    return module.scope in ("source", "order") and not (module.on_earnings or module.on_groups)


def not_whole(plan: Plan, bonus: Bonus, window: dict[str, object]) -> Statement:
    """What a bonus's rule says on a line that is no whole number; the caller adds the run."""
    lines = _lines(bonus, summed=False)
    statement = query("bonuses/not_whole").fill(
        sources=_sources(plan, bonus), lines=lines, base=_base(bonus), **_nodes(bonus)
    )
    return statement, parameters(plan, bonus, window, statement)


def _whole(pieces: dict[str, Query | str], bonus: Bonus) -> dict[str, Query | str]:
    """The same pieces, but nothing is paid on a line of a company's own rule that has no whole numbers.

    Such a line has the reason NOT_WHOLE, so that the run notices it.
    """
    if not foreign(bonus.module.path):
        return pieces
    whole = query("bonuses/whole").fill(base=_base(bonus), **_nodes(bonus))
    instead = {"rate": "0", "budget": "0", "bases": "[]", "reason": f"'{NOT_WHOLE}'"}
    checked = {
        name: query("bonuses/if_whole").fill(whole=whole, value=pieces[name], otherwise=other)
        for name, other in instead.items()
    }
    return {**pieces, **checked}


def _nodes(bonus: Bonus) -> dict[str, Query | str]:
    """Whether a line's payee is a standing of the run, and where the rule names it, its origin too."""
    named = "origin" in bonus.module.returns
    a_standing = query("bonuses/a_standing")
    return {
        "payee": a_standing.fill(node="payee"),
        "origin": a_standing.fill(node="source") if named else "true",
    }


def _base(bonus: Bonus) -> str:
    """The base that a rule names on a line of `bases`, as an expression; 0 where it names none."""
    return "bases[0][1]" if "base" in bonus.module.returns else "0"


@kept.of_bonus("lines")
def lines_query(plan: Plan, bonus: Bonus, which: str) -> Query:
    """The query behind `lines`."""
    cash = plan.money
    return query("bonuses/lines").fill(
        sources=_chosen(bonus, which),
        named=query("bonuses/paid_to") if which == "of_payee" else "true",
        lines=_lines(bonus, summed=False),
        **_held(bonus),
        depth=DEPTHS[bonus.tree],
        line_rounded=rounding(cash) if cash.per_line else "null",
    )


@kept.of_bonus("page")
def page_query(plan: Plan, bonus: Bonus, found: str, *, paid: bool) -> Query:
    """The query behind a page of one payee's lines.

    `found` says how the next sources are found: ``next_below`` by walking down from the payee,
    ``next_within`` in the order of the index. Where the payee is not `paid` and nothing rounds each line,
    only those sources are asked whose volumes cancel each other out.
    """
    cash = plan.money
    return query("bonuses/line_page").fill(
        chosen=_next(plan, bonus, found, paid=paid),
        lines=_lines(bonus, summed=False),
        **_held(bonus),
        depth=DEPTHS[bonus.tree],
        line_rounded=rounding(cash) if cash.per_line else "null",
    )


@kept.of_bonus("reasons")
def reasons_query(plan: Plan, bonus: Bonus, found: str) -> Query:
    """The query that says, for one payee, what a bonus made of the next sources' orders, by reason."""
    held = _held(bonus)
    return query("answers/reasons").fill(
        chosen=_next(plan, bonus, found, whole=True),
        lines=_lines(bonus, summed=False),
        rate=held["rate"],
        reason=held["reason"],
    )


@kept.of_bonus("without line")
def without_line_query(plan: Plan, bonus: Bonus, found: str) -> Query:
    """The query for one order, of the next sources', of which the bonus has no line."""
    return query("answers/without_line").fill(
        chosen=_next(plan, bonus, found, whole=True),
        lines=_lines(bonus, summed=False),
        orders=query("bonuses/orders"),
    )


def _next(plan: Plan, bonus: Bonus, found: str, *, paid: bool = True, whole: bool = False) -> Query:
    """The next sources of a payee's lines: the payee alone where a rule names nobody else.

    With `whole` they are the next of the whole group, whomever the rule can name.
    """
    module = bonus.module
    if module.scope == "company":
        return query("bonuses/of_company")
    if module.scope == "payee" or (most_levels(bonus) == 0 and not whole):
        return query("bonuses/of_payee_alone")
    piece, sources = query(f"bonuses/{found}"), _with_lines(plan, bonus, paid=paid)
    if found == "next_within":
        return piece.fill(first=SPANS[bonus.tree][0], depth=DEPTHS[bonus.tree], sources=sources)
    levels = None if whole else most_levels(bonus)
    return in_tree(piece.fill(levels="" if levels is None else str(levels), sources=sources), bonus.tree)


def _with_lines(plan: Plan, bonus: Bonus, *, paid: bool) -> Query | str:
    """Which standings can be sources of lines at all."""
    if bonus.module.on_earnings:
        return query("bonuses/earner")
    if bonus.module.on_groups:
        return "true"
    return "source.orders > 0" if paid or not sums_orders(plan, bonus) else query("bonuses/cancelling")


def most_levels(bonus: Bonus) -> int | None:
    """How many levels of the tree a source is below the payees that a rule names; None: any number.

    A rule that looks for nobody names the source alone. One that only walks, over no compressed tree, climbs
    a level with each step.
    """
    text, holes = bonus.module.body.text, bonus.module.body.holes
    if _LOOKS_FOR.search(text) or holes & set(FIGURES):
        return None
    if "walk" not in holes:
        return 0
    return None if bonus.overlays else bonus.steps


def _chosen(bonus: Bonus, which: str) -> Query:
    """The standings that the lines in question come from: a rule of payees is asked for the payee alone."""
    module = bonus.module
    if module.scope == "company":
        return query("bonuses/of_company")
    if module.scope == "payee" and which == "of_payee":
        return query("bonuses/of_payee_alone")
    piece = query(f"bonuses/{which}")
    if which in ("of_source", "of_members"):
        return piece
    orders = module.scope != "payee" and not bonus.module.on_earnings and not bonus.module.on_groups
    return in_tree(piece.fill(sources="source.orders > 0" if orders else "true"), bonus.tree)


def _asked(plan: Plan, bonus: Bonus) -> dict[str, Query | str]:
    """How a whole run asks a rule: once for all sources with the same first payee, where it allows that.

    Where the standings hold the volumes that count, no order is looked for.
    """
    summed, shared = sums_orders(plan, bonus), bonus.module.shared
    if not _frozen(bonus) or (summed and not shared):
        bases = "[base IN bases WHERE base[1] <> 0 | base[1]]"
        count = "source.orders" if summed else f"size({bases})"
        return {"lines": _lines(bonus, summed=summed), "bases": bases, "count": count}
    pieces: dict[str, Query | str] = {"rule": _body(bonus)}
    if not summed:
        pieces["volumes"] = query(f"bonuses/volumes_of_{_counted(bonus)}")
    if shared:
        pieces["step"] = walks.first_step()
    name = f"by_walk{'_total' if summed else ''}" if shared else "by_volumes"
    lines = in_tree(query(f"bonuses/{name}").fill(**pieces), bonus.tree)
    return {"lines": lines, "bases": "bases", "count": "count" if summed else "size(bases)"}


def _body(bonus: Bonus) -> Query:
    """The rule's own text on the tree that the bonus works on, its walk unrolled step by step."""
    body = bonus.module.body
    opened = any(bonus.values.get(name) is not None for name in climbs.OPENED_BY)
    pieces: dict[str, Query | str] = {"closed": query("bonuses/closed") if opened else "null"}
    distance = query("bonuses/distance")
    pieces |= {"distance": distance, "outside": query("bonuses/outside").fill(distance=distance)}
    pieces |= {"walk": walks.walk(bonus), **{name: query(f"bonuses/{name}") for name in FIGURES}}
    filled = body.fill(**{name: pieces[name] for name in body.holes})
    return in_tree(by_figure(filled, bonus.values), bonus.tree)


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
    elif picks_orders(bonus):
        name = "by_picked"
        pieces["orders"] = query("bonuses/orders")
    else:
        pieced = module.scope == "source" and module.basis == "count"
        name = "by_piece" if pieced else f"by_{module.scope}"
        pieces["orders"] = query("bonuses/orders")
    return query(f"bonuses/{name}").fill(**pieces)


def _held(bonus: Bonus) -> dict[str, Query | str]:
    """A line's rate and reason as its rule says; nothing for whoever misses what the bonus asks of payees."""
    if bonus.meets is None:
        return {"rate": "rate", "reason": "reason"}
    return {"rate": query("bonuses/held_rate"), "reason": query("bonuses/held_reason")}


def sums_orders(plan: Plan, bonus: Bonus) -> bool:
    """Whether a source's orders may be summed before the rates apply: nothing is rounded per line."""
    return _alike(bonus) and not plan.money.per_line


def picks_orders(bonus: Bonus) -> bool:
    """Whether a rule of sources counts some orders only, or begins some orders with the source itself."""
    return _on_volume(bonus) and not _alike(bonus)


def _alike(bonus: Bonus) -> bool:
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
    return "source.commissionable_volume <> 0" if sums_orders(plan, bonus) else "source.orders > 0"


def read_lines(
    plan: Plan, bonus: Bonus, run: int, window: dict[str, object], which: str, **chosen: object
) -> Statement:
    """The statement behind `lines` with its parameters; `chosen` are those of the condition `which`."""
    statement = lines_query(plan, bonus, which)
    return statement, {**parameters(plan, bonus, window, statement), "run": run, **chosen}


def read_page(
    plan: Plan, bonus: Bonus, window: dict[str, object], found: str, *, paid: bool, **chosen: object
) -> Statement:
    """The statement of `page_query` with its parameters; `chosen` may have more than it takes."""
    return taking(page_query(plan, bonus, found, paid=paid), plan, bonus, window, **chosen)


def taking(
    statement: Query, plan: Plan, bonus: Bonus, window: dict[str, object], **chosen: object
) -> Statement:
    """A composed statement with its parameters: those of the plan, and those of `chosen` that it takes."""
    taken = {name: value for name, value in chosen.items() if name in statement.params}
    return statement, {**parameters(plan, bonus, window, statement), **taken}


def levels_read(bonus: Bonus, first: int, last: int) -> dict[str, object]:
    """The parameters of ``of_levels``: none for a bonus of the whole company, which is asked once."""
    return {} if bonus.module.scope == "company" else {"first": first, "last": last}


def stored(plan: Plan, bonus: Bonus, run: int, window: dict[str, object]) -> Statement:
    """The statement that stores a bonus's earnings, with its parameters."""
    statement = store_query(plan, bonus)
    named = {"run": run, "bonus": bonus.name}
    return statement, {**parameters(plan, bonus, window, statement), **named}


def parameters(plan: Plan, bonus: Bonus, window: dict[str, object], statement: Query) -> dict[str, object]:
    """The parameters that a composed query declares, out of all that a bonus can offer."""
    offered = {**(kept.parameters_of(plan, bonus) or of_plan(plan, bonus)), **window}
    return {name: value for name, value in offered.items() if name in statement.params}


def of_plan(plan: Plan, bonus: Bonus) -> dict[str, Any]:
    """The parameters that a plan gives to every statement of a bonus."""
    worth = plan.money.worth(bonus.module.basis)
    rule = {**bonus.rule, "zone": plan.zone, "currency": plan.money.currency, "one": plan.money.rate_scale}
    if bonus.module.scope == "company":
        volume = plan.money.volume
        rule |= {"unit": volume.unit, "parts": volume.parts, "rounding": plan.money.rounding}
    return {"rule": rule, "unit": worth.unit, "parts": worth.parts}
