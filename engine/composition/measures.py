"""Measures: which further figures the rules of a plan need, and in which order they are computed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from engine.graph.queries import Query, fields, joined, query
from engine.plans import figures
from engine.plans.plan import Plan, Push, Requirement
from engine.rules.module import Module
from engine.rules.reads import measures

ORDERS = ("up", "asked", "any")

Prepared = Requirement | Push
"""What may need measures before those of all rules are counted."""


def is_late(plan: Plan, name: str) -> bool:
    """Whether a measure has time until ranks are known: it can be read while ranks need one core."""
    return "asks" in header_of(name) and name not in needed(plan, plan.requirements)


def late(plan: Plan) -> list[str]:
    """The measures that have time until ranks are known."""
    return [name for name in needed(plan) if is_late(plan, name)]


def turns(pieces: Mapping[str, Query], orders: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """The order of each turn, and the names whose turn it is: each comes after those that its text names.

    Passes up the tree go side by side: each sets a figure of the standing that it visits. A pass that set
    figures of those below could wait for another one in a circle.
    """
    named = {
        name: set(re.findall(r"\w+", piece.text)) & pieces.keys() - {name} for name, piece in pieces.items()
    }
    sorter = TopologicalSorter(named)
    sorter.prepare()
    ready: set[str] = set()
    while sorter.is_active():
        ready |= set(sorter.get_ready())
        order = next(order for order in ORDERS if any(orders[name] == order for name in ready))
        turn = sorted(name for name in ready if orders[name] == order)
        yield order, turn
        ready -= set(turn)
        sorter.done(*turn)


def starts(plan: Plan) -> dict[str, str]:
    """What a measure begins as before it is summed, by its name: a figure of the standing's own."""
    headers = {name: header_of(name) for name in needed(plan)}
    return {name: header["starts"] for name, header in headers.items() if "starts" in header}


def own_figures(plan: Plan) -> Query:
    """What a standing has of its own, as a piece: volumes of its orders, and activity."""
    begin = "".join(f", standing.{name} = {own}" for name, own in starts(plan).items())
    return query("standings/figures").fill(facts=query("standings/facts"), starts=begin)


def frozen(plan: Plan) -> Query | str:
    """What the plan's rules read of members, as properties that standings are created with."""
    return joined((query(f"measures/{name}") for name in needed(plan) if copied(name)), "")


def copied(name: str) -> bool:
    """Whether a measure is a property of the member, which standings are created with."""
    return header_of(name)["stage"] == "standings"


@cache
def header_of(name: str) -> dict[str, str]:
    """The header fields of a measure's file."""
    path = query(f"measures/{name}").path
    return fields(path.read_text("utf-8"), path)[0]


def needed(plan: Plan, only: Iterable[Prepared] | None = None) -> list[str]:
    """The measures that the plan's rules (or only some) need, and those that these count from, sorted."""
    names: set[str] = set()
    if only is None and plan.accumulate:
        names |= {"accumulated_personal_volume", "accumulated_group_volume"}
    if only is None and any(cap.per == "owner" for cap in plan.caps):
        names.add("owner_id")
    if only is None and plan.group_commissionable:
        names.add("group_commissionable_volume")
    rules = rules_of(plan) if only is None else ((each.module, each.values) for each in only)
    for module, values in rules:
        names |= figures.figures(values)
        names |= {name for name, condition in module.needs if _applies(condition, values)}
    while further := {other for name in names for other in _named(name)} - names:
        names |= further
    return sorted(names)


def _applies(condition: str, values: Mapping[str, Any]) -> bool:
    """Whether a condition holds among a rule's values: ``param``, ``param=value``, or none at all."""
    param, equals, value = condition.partition("=")
    return not condition or (values.get(param) == value if equals else values.get(param) not in (None, []))


@cache
def _named(name: str) -> frozenset[str]:
    """The other measures that a measure is counted from: its text names them."""
    return measures() & set(re.findall(r"\w+", query(f"measures/{name}").text)) - {name}


def rules_of(plan: Plan) -> Iterator[tuple[Module, Mapping[str, Any]]]:
    """Every rule that the plan uses on standings, with its values."""
    yield from ((required.module, required.values) for required in plan.requirements)
    yield from ((overlay.module, overlay.values) for overlay in plan.overlays)
    if plan.push:
        yield plan.push.module, plan.push.values
    for bonus in plan.bonuses:
        yield bonus.module, bonus.values
        if bonus.flow:
            yield bonus.flow, bonus.values


def needs_sponsor_tree(plan: Plan) -> bool:
    """Whether a run has the sponsor tree as well as the main one: a bonus walks it or a figure needs it."""
    if plan.tree != "placement":
        return False
    walked = any(bonus.tree == "sponsor" for bonus in plan.bonuses)
    seen = any(required.module.on_recruits for required in plan.requirements)
    return (
        walked or seen or any("[:ENROLLED_UNDER]" in query(f"measures/{name}").text for name in needed(plan))
    )


def trees_of(plan: Plan) -> tuple[str, ...]:
    """The trees of a run."""
    return ("main", "sponsor") if needs_sponsor_tree(plan) else ("main",)


def main_tree(plan: Plan, *, one_tree: bool) -> str:
    """The company's tree that is the main tree of a run."""
    return "sponsor" if one_tree or plan.tree == "sponsor" else "placement"


def has_legs(plan: Plan, *, one_tree: bool) -> bool:
    """Whether places of a run have legs: slots of the company's main tree.

    Those of former moves in another tree mean nothing.
    """
    return one_tree or plan.tree != "sponsor"
