"""The frozen tree of a run as columns in memory: what reads draw members from and other ways compute on."""

from dataclasses import dataclass
from pathlib import Path

from engine.graph import queries
from engine.graph.database import Graph
from engine.passes.record import RunRecord, levels_of

STANDINGS = queries.load_query(Path(__file__).parent / "standings.cypher", "bench/standings")


@dataclass(frozen=True, slots=True)
class Tree:
    """Columns by place, parents before children: ids ('' above a root), depth, own and group volume."""

    members: list[str]
    parents: list[str]
    depths: list[int]
    own: list[int]
    whole: list[int]

    @property
    def root(self) -> str:
        """A member with nobody above."""
        return self.members[0]

    def places(self) -> list[int]:
        """The place of each member's parent, -1 above a root."""
        known = {member: place for place, member in enumerate(self.members)}
        known[""] = -1
        return [known[parent] for parent in self.parents]


def frozen(graph: Graph, run: RunRecord) -> Tree:
    """The main tree of a run, with the group volumes that the engine computed."""
    tree = Tree([], [], [], [], [])
    for first, last in levels_of(graph, run):
        row = graph.read(STANDINGS, run=run.number, first=first, last=last)[0]
        order = sorted(range(len(row["depths"])), key=row["depths"].__getitem__)
        for name in Tree.__slots__:
            getattr(tree, name).extend(row[name][place] for place in order)
    return tree
