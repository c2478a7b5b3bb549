"""The conditions of reach, as pieces of statements: each is true or false for one node.

A statement that holds one takes the parameter `reach`: ``Reach.in_run`` for standings (it answers all three),
``Reach.today`` for members. The text is the same for every viewer.
"""

from functools import cache

from engine.composition.trees import OPEN
from engine.graph.queries import Query, query


@cache
def standing_in_reach(node: str = "standing") -> Query:
    """Whether the standing in a variable is within reach."""
    return query("access/standing").fill(node=node)


@cache
def member_in_reach(node: str = "member") -> Query:
    """Whether the member in a variable is within reach today."""
    return query("access/member").fill(
        node=node, sponsored=_up(node, "sponsor"), placed=_up(node, "placement")
    )


@cache
def below_in_reach(node: str, tree: str) -> Query:
    """The number of members directly below the one in a variable today, in one tree, within reach."""
    return query("access/directly_below").fill(
        node=node, tree=tree, edge=OPEN[tree], up=_up(node, tree), within=member_in_reach("reach_below")
    )


@cache
def group_in_reach(node: str, tree: str) -> Query:
    """Whether everyone below the member in a variable is within reach today, in one tree."""
    return query("access/group").fill(node=node, tree=tree, up=_up(node, tree))


def _up(node: str, tree: str) -> Query:
    return query("access/up").fill(node=node, tree=tree, edge=OPEN[tree])


@cache
def name_in_reach(node: str = "member") -> Query:
    """The name of the member in a variable whose standing is within reach; null where it is hidden."""
    return query("access/name").fill(node=node, within=member_in_reach(node))


@cache
def frontline_in_reach(node: str) -> Query:
    """The number of standings directly below the one in a variable that are within reach."""
    return query("access/frontline").fill(node=node, within=standing_in_reach("reach_below"))
