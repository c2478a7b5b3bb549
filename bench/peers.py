"""Other ways to the same figure, the group volume of every member, on the tree and volumes of the run.

Each way gets its data in the form that suits it, and says what it leaves out. Each has a
time limit; its figures are compared with the engine's, member by member.
"""

import importlib
import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neo4j import READ_ACCESS, Query
from neo4j.exceptions import Neo4jError

from bench.measure import Facts, seconds_of, spread
from bench.tree import Tree
from engine.graph import queries
from engine.graph.database import Graph
from engine.passes.record import RunRecord

NAIVE = queries.load_query(Path(__file__).parent / "naive.cypher", "bench/naive")
LOOKS = 256
"""A loop in Python looks at the clock after so many members."""
ONCE_FROM_S = 10.0
"""What takes longer than this is measured once, without a warm-up."""

Figures = list[int]
"""Group volume by place in the tree."""
Fetch = Callable[[], Figures]
"""Brings figures that are computed into this process, which is not part of the time."""


class OutOfTimeError(Exception):
    """A way did not end within its limit."""


class DeadlineClock:
    """Ends a computation in this process that takes too long."""

    def __init__(self, limit: float) -> None:
        self._until, self._left = time.monotonic() + limit, LOOKS

    def tick(self) -> None:
        """Count one member; raises OutOfTimeError after the limit."""
        self._left -= 1
        if not self._left:
            self._left = LOOKS
            if time.monotonic() > self._until:
                raise OutOfTimeError


@dataclass(frozen=True, slots=True)
class Way:
    """One way to compute; `compute` takes a time limit in seconds, `load` is what it took to prepare."""

    name: str
    compute: Callable[[float], Fetch]
    load: float = 0.0


def measured(way: Way, tree: Tree, repeats: int, limit: float) -> Facts:
    """Seconds of one way, and whether its figures are the engine's; `why` where it did not end."""
    facts: Facts = {"way": way.name, "load_seconds": round(way.load, 3)}
    try:
        began = time.perf_counter()
        fetch = way.compute(limit)
        seconds = [time.perf_counter() - began]
        if seconds[0] < ONCE_FROM_S:
            seconds = [seconds_of(lambda: way.compute(limit)) for _ in range(max(repeats, 1))]
    except OutOfTimeError:
        return {**facts, "why": f"not ended after {limit:g} s"}
    except MemoryError:
        return {**facts, "why": "out of memory"}
    return {**facts, "seconds": spread(seconds), "same": fetch() == tree.whole}


def naive_cypher(graph: Graph, run: RunRecord, tree: Tree) -> Way:
    """Variable-length paths on the standings; reads only, where the engine also writes."""
    place = {member: number for number, member in enumerate(tree.members)}

    def compute(limit: float) -> Fetch:
        with graph.session(READ_ACCESS) as session:
            try:
                parameters = NAIVE.bind(run=run.number)
                row = session.run(Query(NAIVE.text, timeout=limit), parameters).single(strict=True)
            except Neo4jError as error:
                if "TransactionTimedOut" in (error.code or "") or "Terminated" in (error.code or ""):
                    raise OutOfTimeError from error
                if "OutOfMemory" in (error.code or "") or "MemoryPool" in (error.code or ""):
                    raise MemoryError from error
                raise
        by_place = dict(zip((place[member] for member in row["members"]), row["volumes"], strict=True))
        return lambda: [by_place[number] for number in range(len(tree.members))]

    return Way("naive Cypher, variable-length paths", compute)


def plain_python(tree: Tree) -> Way:
    """One pass over dicts, deepest first: no database, no durability, nothing kept. The floor."""

    def compute(_limit: float) -> Fetch:
        volumes = dict(zip(tree.members, tree.own, strict=True))
        volumes[""] = 0
        for member, parent in zip(reversed(tree.members), reversed(tree.parents), strict=True):
            volumes[parent] += volumes[member]
        return lambda: [volumes[member] for member in tree.members]

    return Way("plain Python, one pass over dicts", compute)


def library(tree: Tree) -> list[Way]:
    """An in-memory graph library: its own topological order, and the descendants of each member."""
    for name, ways in (("rustworkx", _rustworkx), ("networkx", _networkx)):
        if importlib.util.find_spec(name):
            return ways(importlib.import_module(name), tree)
    return []


def _rustworkx(package: Any, tree: Tree) -> list[Way]:
    places = tree.places()
    edges = [(child, parent) for child, parent in enumerate(places) if parent >= 0]
    graph = package.PyDiGraph()

    def build() -> None:
        graph.add_nodes_from(tree.own)
        graph.add_edges_from_no_data(edges)

    load = seconds_of(build)

    def ordered(limit: float) -> Fetch:
        clock, figures = DeadlineClock(limit), list(tree.own)
        for node in package.topological_sort(graph):
            clock.tick()
            for parent in graph.successor_indices(node):
                figures[parent] += figures[node]
        return lambda: figures

    def descendants(limit: float) -> Fetch:
        clock, own, figures = DeadlineClock(limit), tree.own, []
        for node in range(len(own)):
            clock.tick()
            figures.append(own[node] + sum(own[below] for below in package.ancestors(graph, node)))
        return lambda: figures

    return [
        Way("rustworkx, topological order", ordered, load),
        Way("rustworkx, everyone below each member", descendants, load),
    ]


def _networkx(package: Any, tree: Tree) -> list[Way]:
    edges = [(child, parent) for child, parent in enumerate(tree.places()) if parent >= 0]
    graph = package.DiGraph()

    def build() -> None:
        graph.add_nodes_from(range(len(tree.own)))
        graph.add_edges_from(edges)

    load = seconds_of(build)

    def ordered(limit: float) -> Fetch:
        clock, figures = DeadlineClock(limit), list(tree.own)
        for node in package.topological_sort(graph):
            clock.tick()
            for parent in graph.successors(node):
                figures[parent] += figures[node]
        return lambda: figures

    def descendants(limit: float) -> Fetch:
        clock, own, figures = DeadlineClock(limit), tree.own, []
        for node in range(len(own)):
            clock.tick()
            figures.append(own[node] + sum(own[below] for below in package.ancestors(graph, node)))
        return lambda: figures

    return [
        Way("networkx, topological order", ordered, load),
        Way("networkx, everyone below each member", descendants, load),
    ]
