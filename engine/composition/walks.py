"""Walks: all steps of a bonus up its compressed trees."""

from engine.graph.queries import Query, joined, query
from engine.plans.plan import Bonus
from engine.rules.module import ONE_AFTER_ANOTHER


def walk(bonus: Bonus) -> Query | str:
    """All steps of a bonus's walk: from `at` on, they add the standings that they lead to to `payees`.

    One after the other and by ranks each goes on from the last one, in every other climb from the source.
    Each step has a name of its own: a list that grew step by step would be copied by each of them.
    """
    climb = bonus.module.climb
    carried = "source, order, rule" if bonus.module.scope == "order" else "source, rule"
    names = [f"step_{place + 1}" for place in range(bonus.steps)]
    steps = []
    for place, to in enumerate(names):
        at = names[place - 1] if place else "at"
        steps.append(
            _step(
                at if climb in (*ONE_AFTER_ANOTHER, "ranks") else "source",
                query("compression/by_rank").fill(at=at) if climb == "ranks" else f"size(payees) + {place}",
                ", ".join([carried, "at", "payees", *names[:place]]),
                to,
                query("compression/from_self") if bonus.from_source and place == 0 else "",
            )
        )
    last, listed = ["at", *names][-1], ", ".join(names)
    end = query("compression/walked").fill(carried=carried, last=last, steps=listed)
    return joined([*steps, end], "\n")


def first_step() -> Query:
    """The step with which a walk begins, from `source` to `first`, which sources may share."""
    return _step("source", "0", "source, rule", "first")


def _step(start: str, overlay: Query | str, carried: str, to: str, itself: Query | str = "") -> Query:
    """From a standing to the nearest one above that keeps its place in one of the rule's overlays."""
    places = {"from": start, "overlay": overlay, "carried": carried, "to": to, "itself": itself}
    return query("compression/step").fill(**places)
