"""Requirements: the rules of ranks, activity and bonuses put into the statements that ask them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from engine.composition import kept
from engine.graph.queries import Query, Statement, foreign, joined, query
from engine.plans.plan import Activity, Bonus, Plan, Requirement, ways_of
from engine.rules.module import Module

DIGITS = {"volume": 2, "rate": 6, "count": 0}
"""Decimal places of a requirement's figures, by its unit."""


NOTHING = "null"


def filled(name: str, plan: Plan, *, of_bonus: bool = False, **pieces: Query) -> Query:
    """A query on rank cards with the plan's requirement rules put in, and any other pieces that it needs.

    Below a rank it is the ranks under that one that are reached; a bonus goes by the member's own.
    """
    columns = {column: expression(plan, column) for column in ("required", "actual", "passes")}
    texts = [column.text for module in modules(plan).values() for column in module.columns.values()]
    reached: Query | str = "standing.qualified_rank" if of_bonus else NOTHING
    if not of_bonus and any("reached" in text for text in texts):
        reached = query("ranks/reached").fill(passes=columns["passes"])
    return query(name).fill(**columns, reached=reached, **surroundings(plan), **pieces)


def rank_cards(plan: Plan, chosen: Query) -> Statement:
    """The rank cards of some standings; `chosen` is the piece that finds them."""
    return filled("answers/rank_cards", plan, chosen=chosen), {"ranks": ladder(plan)}


def card_of(plan: Plan, required: Iterable[Requirement], chosen: str) -> Statement:
    """The same for requirements of a bonus, or of active members: one card, of no rank."""
    statement = filled("answers/rank_cards", plan, of_bonus=True, chosen=query(f"answers/{chosen}"))
    return statement, {"ranks": [{"requirements": [dict(each.values) for each in required]}]}


def qualifying(plan: Plan) -> Statement:
    """The piece that works out one standing's ranks, bottom up."""
    near = near_levels(plan)
    borders = "volumes_after" in leg_facts(plan)
    for_active = all(rank.must_be_active for rank in plan.ranks) and not borders
    piece = query("ranks/qualify").fill(
        able=query("ranks/able") if for_active else "true",
        reached=query("ranks/reached").fill(passes=expression(plan, "passes")),
        after=query("ranks/after") if borders else NOTHING,
        near=query("ranks/near") if near else NOTHING,
        **surroundings(plan),
    )
    offered = {"ranks": ladder(plan), **_graces(plan), "near_levels": near}
    return piece, {name: value for name, value in offered.items() if name in piece.params}


def marking(plan: Plan, bonus: Bonus) -> Statement:
    """The piece that marks one standing that meets the requirements of a bonus."""
    piece = query("ranks/shape").fill(passes=expression(plan, "passes"), **surroundings(plan))
    return piece, {"ways": ways_of(bonus), "state": bonus.meets or bonus.state}


def not_whole(plan: Plan, name: str) -> Statement:
    """What a rule says of a member that is not of its column's type; the caller adds the run."""
    module = modules(plan)[name]
    columns = {column: by_kind([module], column) for column in ("required", "actual", "passes")}
    required = [dict(each.values) for each in plan.requirements if each.module.name == name]
    of_legs = {column: by_kind([module], column) for column in ("counts", "room")}
    counted = "[]" if NOTHING in of_legs.values() else "sponsored" if module.on_recruits else "legs"
    statement = query("requirements/not_whole").fill(
        **columns, **of_legs, counted=counted, reached="standing.qualified_rank", **surroundings(plan)
    )
    return statement, {"required": required}


def settling(activity: Activity) -> Statement:
    """The piece that takes activity from one standing that misses the requirements of active members."""
    rules = by_name(activity.requirements)
    piece = query("standings/activity").fill(passes=by_kind(map(_answering, rules.values()), "passes"))
    return piece, {"ways": ways_of(activity)}


def _graces(plan: Plan) -> dict[str, Any]:
    graces = [0, *(rank.grace for rank in plan.ranks)]
    permanent = [rank.number for rank in plan.ranks if rank.permanent]
    return {
        "graces": graces,
        "most_grace": max(graces),
        "permanent": permanent,
        "demotion": plan.demotion,
    }


def unit(module: Module) -> str:
    """What a requirement's figures count: ``volume`` (hundredths), ``rate`` (per million) or ``count``."""
    reached = module.param("at_least") or next(iter(module.params), None)
    kinds = {"VOLUME": "volume", "VOLUME_BY_RANK": "volume", "RATE": "rate", "SHARE": "rate"}
    return kinds.get(reached.type, "count") if reached is not None else "count"


def ladder(plan: Plan) -> list[dict[str, Any]]:
    """The ranks as the queries take them, lowest first."""
    return [
        {
            "number": rank.number,
            "must_be_active": rank.must_be_active,
            "requirements": [dict(required.values) for required in rank.requirements],
            "ways": ways_of(rank),
        }
        for rank in plan.ranks
    ]


def near_levels(plan: Plan) -> int:
    """How many levels below the requirements on best ranks of legs look, at most; 0 where none is limited."""
    legs = [each for each in plan.requirements if re.search(r"\bbest_ranks\b", each.module.body.text)]
    return max((each.values.get("levels") or 0 for each in legs), default=0)


def surroundings(plan: Plan, *own: str) -> dict[str, Query | str]:
    """What requirement rules see besides the standing: the facts of each leg in use, and the recruits.

    `own` names facts of a leg that the statement itself reads.
    """
    facts = {"volume": "group_volume"}
    leg = ", ".join(f"{name}: below.{facts.get(name, name)}" for name in (*own, *leg_facts(plan)))
    sponsored: Query | str = "[]"
    if any(each.module.on_recruits for each in every(plan)):
        sponsored = query("ranks/sponsored")
        if plan.tree == "sponsor":
            sponsored = sponsored.replaced("[:ENROLLED_UNDER]", "[:UNDER]")
    return {"leg": leg, "sponsored": sponsored}


def leg_facts(plan: Plan) -> list[str]:
    """The facts of a leg that the plan's requirement rules ask for."""
    texts = [column.text for module in modules(plan).values() for column in module.columns.values()]
    return sorted({name for text in texts for name in re.findall(r"\bleg\.(\w+)", text)})


def expression(plan: Plan, column: str) -> Query | str:
    """A column of whichever requirement rule of the plan `rule` names, as one expression."""
    if (as_kept := kept.find(plan, kept.RANKS, column)) is not None:
        return as_kept
    return by_kind(map(_answering, modules(plan).values()), column)


def by_kind(modules: Iterable[Module], column: str) -> Query | str:
    """One expression that answers a column for whichever module `rule` names; null where none says it."""
    cases = [
        query("requirements/case").fill(kind=module.name, column=module.columns[column])
        for module in modules
        if column in module.columns
    ]
    return query("requirements/column").fill(cases=joined(cases, "\n  ")) if cases else NOTHING


def _answering(module: Module) -> Module:
    """The same rule, whose `passes` is yes or no whatever a company's own rule says."""
    if not foreign(module.path):
        return module
    met = query("requirements/met").fill(passes=module.columns["passes"])
    return replace(module, columns={**module.columns, "passes": met})


def modules(plan: Plan) -> dict[str, Module]:
    """The requirement rules that the plan uses, by name."""
    return by_name(every(plan))


def by_name(required: Iterable[Requirement]) -> dict[str, Module]:
    """The rules of some requirements; where a threshold is the member's own, a rule looks for it first."""
    listed = list(required)
    own = {each.module.name for each in listed if "at_least_fact" in each.values}
    return {
        each.module.name: _of_member(each.module) if each.module.name in own else each.module
        for each in listed
    }


def _of_member(module: Module) -> Module:
    """A rule whose threshold is a fact of the member, or what the plan says of members without it."""
    threshold = query("requirements/threshold").text
    columns = {name: text.replaced("rule.at_least", threshold) for name, text in module.columns.items()}
    return replace(module, columns=columns)


def every(plan: Plan) -> Iterator[Requirement]:
    """Every requirement of the plan: of ranks, of activity, of bonuses."""
    yield from plan.requirements
