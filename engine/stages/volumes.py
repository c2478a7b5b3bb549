"""Volumes: personal volume is counted with the standings; group volume rolls up, deepest level first."""

from engine.composition.measures import late
from engine.graph.queries import query
from engine.passes.context import Work
from engine.passes.intervals import LegsByStanding, legs_with
from engine.passes.measures import measure


def roll_up(work: Work) -> None:
    """Group volume of every standing: own personal volume, after push-up, and that of every leg.

    Live figures bring theirs along. Measures that do not read ranks are computed along with it.
    """
    first = {} if work.from_live else {"group_volume": query("volumes/group")}
    measure(work, "volumes", first=first)


def legs_with_recruits(work: Work) -> dict[str, LegsByStanding]:
    """By measure, the legs that hold the members it looks for; only measures that ranks do not need."""
    return {name: legs_with(work, name) for name in late(work.plan)}
