"""Places: the end of a deep leg and the first free place of a full matrix are found, and taken.

`asked` is the rule alone, `found` with everything that is checked, `taken` with the change itself. Many are
placed at once, and moves are decided: of a small group in the leg, and the dearest, of half the leg below its
other half.

A store of its own: a leg as deep as a tenth of the members, a matrix two wide that the others fill, and a
holding tank with a newcomer for each call.
"""

import itertools
import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.measure import Facts, percentiles
from bench.progress import show, step
from engine.composition import placements
from engine.genealogy.changes.survey import fresh, ready
from engine.genealogy.operations.kinds import MoveMember
from engine.genealogy.operations.performing import decide
from engine.genealogy.operations.placing import find, place, place_all
from engine.genealogy.placement import ByRule, asking, options
from engine.graph import queries
from engine.graph.database import Graph
from engine.graph.schema import prepare

HERE = Path(__file__).parent
MEMBERS = queries.load_query(HERE / "place_members.cypher", "bench/place_members")
EDGES = queries.load_query(HERE / "place_edges.cypher", "bench/place_edges")
BATCH = 20_000
WARM = 30
TOPS = {"outer_left": "L0", "matrix": "M1"}
"""The sponsor of those whom a rule places: the top of the leg, and that of the matrix."""
MANY = 8_191
"""Members who are placed at once, or a tenth of all: their own way each took 12 minutes once."""
TARGET_MS = 20
"""What the p95 of finding a place was to stay below."""


def measure(graph: Graph, members: int, calls: int, seed: int) -> Facts:
    """Milliseconds of finding and of taking places, and the seconds of the pass that makes what is kept."""
    calls += WARM
    many = min(MANY, members // 10)
    with step(f"a tree of {members:,} members"):
        graph.batched("schema/wipe")
        prepare(graph)
        legs, matrix, tank = _members(members, 2 * calls + 2 * many)
        _load(graph, legs, matrix, tank)
    rules = {"end of a leg": options("outer_left", {}), "first free place": options("matrix", {"width": "2"})}
    facts: Facts = {
        "members": members, "leg": len(legs), "target_ms": TARGET_MS, "survey_s": {}, "ms": {}, "many": many,
        "many_per_s": {},
    }  # fmt: skip
    chance = random.Random(f"{seed}/places")
    for what, how in rules.items():
        began = time.perf_counter()
        ready(graph, placements.keys(how.module, how.values))
        facts["survey_s"][what] = round(time.perf_counter() - began, 1)
        half = tank[: len(tank) // 2] if what == "end of a leg" else tank[len(tank) // 2 :]
        mine, rest = half[:calls], half[calls:]
        for name, reads in _calls(graph, how, mine, chance):
            for call in reads[:WARM]:
                call()
            facts["ms"][f"{what}, {name}"] = percentiles(reads[WARM:])
            show(f"{what}, {name}", f"{facts['ms'][f'{what}, {name}']}")
        began = time.perf_counter()
        outcome = place_all(graph, dict.fromkeys(rest, how))
        assert not outcome.refused
        facts["many_per_s"][what] = round(many / (time.perf_counter() - began), 1)
        show(f"{what}, {many:,} at once", f"{facts['many_per_s'][what]}/s")
    for what, move in _moves(legs, matrix).items():
        reads = [partial(_decided, graph, move)] * (WARM + calls // 10)
        for call in reads[:WARM]:
            call()
        facts["ms"][what] = percentiles(reads[WARM:])
        show(what, f"{facts['ms'][what]}")
    return facts


def _decided(graph: Graph, move: MoveMember) -> object:
    return graph.together(lambda ask: decide(ask, move))


def _moves(legs: list[str], matrix: list[str]) -> dict[str, MoveMember]:
    """Moves of the leg: the last few members of it go to the matrix, and half of it below the other half."""
    middle = len(legs) // 2
    return {
        "a move of twenty in the leg": MoveMember(member_id=legs[-20], parent_id=matrix[-1], leg="1"),
        "a move of half the leg": MoveMember(member_id=legs[middle], parent_id=legs[middle - 1], leg="2"),
    }


def _calls(
    graph: Graph, how: ByRule, tank: list[str], chance: random.Random
) -> Iterator[tuple[str, list[Callable[[], object]]]]:
    newcomers = chance.sample(tank, len(tank))
    kept = fresh(graph.read)
    statement, parameters = asking(how, TOPS[how.module.name], kept)
    yield "asked", [partial(graph.read, statement, **parameters)] * len(newcomers)
    yield "found", [partial(find, graph, member, how) for member in newcomers]
    yield "taken", [partial(place, graph, member, how) for member in newcomers]


def _members(members: int, newcomers: int) -> tuple[list[str], list[str], list[str]]:
    """The members of the leg, of the matrix from its top, and of the holding tank."""
    deep = members // 10
    return (
        [f"L{number}" for number in range(deep)],
        [f"M{number}" for number in range(1, members - deep - newcomers + 1)],
        [f"T{number}" for number in range(newcomers)],
    )


def _load(graph: Graph, legs: list[str], matrix: list[str], tank: list[str]) -> None:
    for names in (legs, matrix, tank):
        for start in range(0, len(names), BATCH):
            graph.write(MEMBERS, rows=[[name] for name in names[start : start + BATCH]])
    edges: list[list[str | None]] = [[below, above, "1"] for above, below in itertools.pairwise(legs)]
    edges += [
        [name, f"M{number // 2}", str(number % 2 + 1)] for number, name in enumerate(matrix, 1) if number > 1
    ]
    half = len(tank) // 2
    edges += [[name, legs[0] if number < half else matrix[0], None] for number, name in enumerate(tank)]
    for start in range(0, len(edges), BATCH):
        graph.write(EDGES, rows=edges[start : start + BATCH])
