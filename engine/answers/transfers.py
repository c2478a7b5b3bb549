"""Transfers: what volume push-up moved in a finished run, and what found no receiver."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.graph.database import Graph
from engine.passes.record import RunRecord, levels_of


@dataclass(frozen=True, slots=True)
class Transfer:
    """Volume in hundredths that left one member; `to_id` is None where nobody above could take it."""

    from_id: str
    to_id: str | None
    volume: int
    reason: str


def transfers(graph: Graph, run: RunRecord) -> Iterator[Transfer]:
    """Every transfer of a run, from the top of the tree down; none where its plan pushes nothing."""
    for first, last in levels_of(graph, run):
        for row in graph.read("push/transfers", run=run.number, first=first, last=last)[0]["rows"]:
            yield Transfer(*row)
