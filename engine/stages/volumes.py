"""Volumes: personal volume is counted when a member stands; group volume rolls up, deepest level first."""

from engine.graph.queries import query
from engine.passes.measures import measure
from engine.passes.work import Work
from engine.stages.activity import settle
from engine.stages.bonuses import caps
from engine.stages.push import push_up


def roll_up(work: Work) -> None:
    """Group volume of every standing: own personal volume, after push-up, and that of every leg.

    Live standings come with theirs.
    """
    if work.stands:
        measure(work, "volumes")
    else:
        settle(work)
        push_up(work)
        measure(work, "volumes", first={"group_volume": query("volumes/group")})
    caps.foresee(work)
