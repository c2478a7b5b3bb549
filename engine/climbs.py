"""Climbs: which compressed trees a bonus walks, level by level, as its rule's header and its values say."""

from collections.abc import Mapping
from typing import Any

from engine.contracts import ONE_AFTER_ANOTHER, Module
from engine.plan import NEVER, Bonus
from engine.queries import query

OPENED_BY = {"depth_by_active_legs": "legs", "depth_by_recruits": "recruits", "depth_by_volume": "volume"}
"""The values of a bonus that open its levels, or not, to a payee, and what compression rules call them."""

BY_RANKS = "CASE WHEN {at} = source AND NOT rule.source_counts THEN -1 ELSE coalesce({at}.rank, 0) END"
"""The overlay of a step by ranks: of the rank reached; the last one where the source's does not count."""
FROM_SELF = "WHEN rule.from_self AND source.keeps[overlay] THEN source "
"""How the first step of a walk begins that may begin with the source: level 1 of its own order."""


def walk(bonus: Bonus) -> str:
    """The text of all steps of a bonus's walk: from `at` on, they add whom they come to to `payees`.

    One after the other and by ranks each goes on from the last one, in every other climb from the source.
    Each step has a name of its own: a list that grew step by step would be copied by each of them.
    """
    climb = bonus.module.climb
    carried = "source, order, rule" if bonus.module.scope == "order" else "source, rule"
    names = [f"step_{place + 1}" for place in range(bonus.steps)]
    text = ""
    for place, to in enumerate(names):
        at = names[place - 1] if place else "at"
        text += _step(
            at if climb in (*ONE_AFTER_ANOTHER, "ranks") else "source",
            BY_RANKS.format(at=at) if climb == "ranks" else f"size(payees) + {place}",
            ", ".join([carried, "at", "payees", *names[:place]]),
            to,
            FROM_SELF if bonus.from_source and place == 0 else "",
        )
    return f"{text}WITH {carried}, {['at', *names][-1]} AS at, payees + [{', '.join(names)}] AS payees"


def first_step() -> str:
    """The text of the step with which a walk begins, from `source` to `first`, whom sources may share."""
    return _step("source", "0", "source, rule", "first")


def _step(start: str, overlay: str, carried: str, to: str, itself: str = "") -> str:
    """From a standing to the nearest one above that keeps its place in one of the rule's overlays."""
    places = {"from": start, "overlay": overlay, "carried": carried, "to": to, "itself": itself}
    return query("overlays/step").fill(**places).text + "\n"


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
