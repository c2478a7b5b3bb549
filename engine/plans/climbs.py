"""Climbs: which compressed trees a bonus walks, level by level, as its rule's header and its values say."""

from collections.abc import Mapping
from typing import Any

from engine.plans.plan import NEVER
from engine.rules.contract import Module

OPENED_BY = {"depth_by_active_legs": "legs", "depth_by_recruits": "recruits", "depth_by_volume": "volume"}
"""The values of a bonus that open its levels, or not, to a payee, and what compression rules call them."""


def earners(climb: str, listed: list[Any], count: int) -> list[tuple[str, list[bool]]]:
    """A label, and which ranks keep their place, for each overlay of a climb that goes by rank; else nothing.

    `listed` holds lists of one rate by rank, or the numbers of ranks; `count` is that of all ranks.
    """
    if climb == "roles":
        return [(str(rank), [held >= rank for held in range(count)]) for rank in listed]
    if climb == "ranks":
        rates = [rates[0] for rates in listed]
        classes = [*enumerate(rates), ("nothing", 0)]
        return [(f"over {rank}", [earns > rate for earns in rates]) for rank, rate in classes]
    if climb in ("same", "higher"):
        rated = [rank for rank, rates in enumerate(listed) if rates[0] > 0]
        most = count if climb == "higher" else 1
        return [
            (f"{climb} {rank}", [held in rated and 0 <= held - rank < most for held in range(count)])
            for rank in rated
        ]
    return []


def opens(given: Mapping[str, Any], level: int) -> dict[str, Any]:
    """The figures that open a level of a bonus whose depth goes by legs, recruits or own volume."""
    through = {"through": given["legs_through"]} if given.get("depth_by_active_legs") is not None else {}
    return through | {
        name: next((floor for floor, reached in given[key] if reached >= level), NEVER)
        for key, name in OPENED_BY.items()
        if given.get(key) is not None
    }


def step_count(module: Module, given: Mapping[str, Any], overlays: tuple[int, ...]) -> int:
    """Steps of a walk: one per overlay, but by ranks only as many as there are rates to climb."""
    if module.climb != "ranks":
        return len(overlays)
    return len({rates[0] for rates in given[module.steps]} - {0})
