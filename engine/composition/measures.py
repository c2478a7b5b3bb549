"""Measures: which further figures the rules of a plan need, and in which order they are computed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from engine.graph.queries import Query, fields, folder, query
from engine.plans.plan import Plan, Requirement
from engine.rules.module import Module, RuleError

ORDERS = ("up", "numbered", "any")


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


@cache
def header_of(name: str) -> dict[str, str]:
    """The header fields of a measure's file."""
    path = query(f"measures/{name}").path
    return fields(path.read_text("utf-8"), path)[0]


def needed(plan: Plan, only: Iterable[Requirement] | None = None) -> list[str]:
    """The measures that the plan's rules (or only some) need, sorted; raises RuleError for an unknown one."""
    found: set[str] = set()
    if only is None and plan.accumulate:
        found |= {"accumulated_personal_volume", "accumulated_group_volume"}
    rules = rules_of(plan) if only is None else ((required.module, required.values) for required in only)
    for module, values in rules:
        for name, only_with in module.needs:
            if not (folder() / "parts" / "measures" / f"{name}.cypher").is_file():
                raise RuleError(
                    f"needs {name}, which no file of cypher/parts/measures sets", f"{module.path}:1"
                )
            param, equals, value = only_with.partition("=")
            given = values.get(param)
            if not only_with or (given == value if equals else given is not None):
                found.add(name)
    return sorted(found)


def rules_of(plan: Plan) -> Iterator[tuple[Module, Mapping[str, Any]]]:
    """Every rule that the plan uses, with its values."""
    yield from ((required.module, required.values) for required in plan.requirements)
    yield from ((overlay.module, overlay.values) for overlay in plan.overlays)
    for bonus in plan.bonuses:
        yield bonus.module, bonus.values
        if bonus.flow:
            yield bonus.flow, bonus.values
