"""Walks: the text of all steps of a bonus up its compressed trees."""

from engine.graph.queries import query
from engine.plans.plan import Bonus
from engine.rules.contract import ONE_AFTER_ANOTHER

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
    return query("compression/step").fill(**places).text + "\n"
