"""Volumes: personal volume is counted with the standings; group volume rolls up, deepest level first."""

from engine.composition.measures import late
from engine.graph.queries import query
from engine.passes.context import Work
from engine.passes.intervals import Found, legs_with
from engine.passes.measures import measure


def roll_up(work: Work) -> None:
    """Group volume of every standing: own personal volume, after push-up, and that of every leg.

    Live figures come with theirs. The measures that can be computed before ranks are known come along.
    """
    first = {} if work.from_live else {"group_volume": query("volumes/group")}
    measure(work, "volumes", first=first)


def legs_with_recruits(work: Work) -> dict[str, Found]:
    """What measures that ask about a few members look for in legs, where ranks do not need it; by measure."""
    return {name: legs_with(work, name) for name in late(work.plan)}
