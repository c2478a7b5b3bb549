"""Climbs: which compressed trees a bonus walks, as its rule's header and its values say."""

from collections.abc import Mapping
from typing import Any

from engine.plans.plan import NEVER
from engine.rules.module import Module

OPENED_BY = {"depth_by_active_legs": "legs", "depth_by_recruits": "recruits", "depth_by_volume": "volume"}
"""The values of a bonus that decide which levels are open, and their names in compression rules."""

CLIMBS = ("levels", "border", "ranks", "roles", "same", "higher")


def climb_of(module: Module, values: Mapping[str, Any]) -> str:
    """How each step of a bonus finds its overlay: as the header says, or as the parameter that it names."""
    return module.climb if module.climb in CLIMBS else str(values[module.climb])


def earners(climb: str, listed: list[Any], count: int) -> list[tuple[str, list[bool]]]:
    """A label, and for each rank whether it keeps its place, of each overlay of a climb that goes by rank.

    `listed` holds a list of one rate for each rank, or rank numbers; `count` is the number of ranks, "none"
    included. Climbs that do not go by rank have no such overlays.
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


def opens(parameters: Mapping[str, Any], level: int) -> dict[str, Any]:
    """What opens a level of a bonus whose depth depends on legs, recruits or own volume."""
    through = (
        {"through": parameters["legs_through"]} if parameters.get("depth_by_active_legs") is not None else {}
    )
    return through | {
        name: next((floor for floor, reached in parameters[key] if reached >= level), NEVER)
        for key, name in OPENED_BY.items()
        if parameters.get(key) is not None
    }


def step_count(module: Module, parameters: Mapping[str, Any], overlays: tuple[int, ...]) -> int:
    """The steps of a walk: one per overlay, but in a climb by ranks only one for each different rate."""
    if module.climb != "ranks":
        return len(overlays)
    return len({rates[0] for rates in parameters[module.steps]} - {0})
