"""Trees for display: a member's group level by level, in the real tree or in a compressed one."""

from dataclasses import dataclass

from engine.access.reach import Reach
from engine.answers.overlays import find
from engine.answers.standings import Standing, standing, standing_of
from engine.composition.trees import in_tree
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.passes.record import RunRecord

MOST_SHOWN = 2_000
"""Most members of one tree: more do not help on a terminal or a screen."""


@dataclass(slots=True)
class Branch:
    """A standing with the branches below; `hidden` counts the members that were left out."""

    standing: Standing
    below: "list[Branch]"
    hidden: int


def group(
    graph: Graph, reach: Reach, run: RunRecord, member_id: str, levels: int, overlay: str | None = None
) -> Branch:
    """The group of a member down to some levels, at most MOST_SHOWN members; one query per level.

    `overlay` names a compressed tree of the run, such as ``activity_skip``; raises UnknownOverlayError.
    """
    root = Branch(standing(graph, reach, run, member_id), [], 0)
    statement, parameters = query("answers/below"), {}
    if overlay is not None:
        index, tree = find(run, overlay)
        statement, parameters = in_tree(query("answers/below_compressed"), tree), {"overlay": index}
    level, shown, limits = [root], 1, reach.in_run(graph, run)
    for _ in range(levels):
        parents = [branch.standing.member_id for branch in level]
        room = MOST_SHOWN - shown
        rows = (
            graph.read(statement, run=run.number, parents=parents, most=room, **parameters)
            if parents and room > 0
            else []
        )
        by_id = {branch.standing.member_id: branch for branch in level}
        level = []
        for row in rows:
            branch = Branch(standing_of(row, run, limits), [], 0)
            by_id[row["parent_id"]].below.append(branch)
            level.append(branch)
        shown += len(level)
    _count_hidden(root, compressed=overlay is not None)
    return root


def _count_hidden(root: Branch, *, compressed: bool) -> None:
    waiting = [root]
    while waiting:
        branch = waiting.pop()
        branch.hidden = 0 if compressed else branch.standing.frontline - len(branch.below)
        waiting.extend(branch.below)
