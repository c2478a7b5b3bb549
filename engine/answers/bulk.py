"""A whole run, some levels at a time, for statements of cypher/parts/answers on chosen standings."""

from collections.abc import Iterator
from typing import Any

from engine.graph.database import Graph
from engine.graph.queries import Query
from engine.passes.record import RunRecord, levels_of


def every_level(graph: Graph, run: RunRecord, statement: Query, **parameters: object) -> Iterator[Any]:
    """The rows of a statement on the standings ``answers/of_levels``, for all levels of a run.

    One answer has about STANDINGS_PER_ANSWER standings, so that none grows with the company.
    """
    for first, last in levels_of(graph, run):
        yield from graph.value(statement, run=run.number, first=first, last=last, **parameters)
