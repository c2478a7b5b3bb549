"""Reads of a finished month, for random members in a warm store, one call after the other."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.measure import Facts, percentiles
from bench.progress import show, step
from bench.tree import Tree
from engine.access.reach import Reach
from engine.answers import trees
from engine.answers.downline import Conditions, downline_page
from engine.answers.pages import Stretch
from engine.answers.pay import statement
from engine.answers.ranks import rank_card
from engine.answers.standings import frontlines, uplines
from engine.errors import UplineError
from engine.explain.explanation import explain
from engine.graph import queries
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from engine.passes.replay import period_of, plan_of

PAGE = 50
LEVELS = 3
"""Levels of a downline page: what a team screen opens with."""
ANCESTORS = 7
"""The payee of an explanation is one of this many nearest ancestors of the buyer."""
WARM = 30
GROUP = 100_000
"""Members of the large group that is filtered, or as many as the company has."""
ORDERS = queries.load_query(Path(__file__).parent / "orders.cypher", "bench/orders")


def measure(graph: Graph, run: RunRecord, tree: Tree, seed: int, calls: int) -> tuple[Facts, list[Facts]]:
    """p50 and p95 of each read in milliseconds, and which were refused and why.

    The same members for the same tree and seed.
    """
    chance = random.Random(f"{seed}/reads")
    latencies, skipped = {}, []
    for name, reads in _kinds(graph, run, tree, chance, calls + WARM):
        try:
            with step(name):
                for call in reads[:WARM]:
                    call()
                latencies[name] = percentiles(reads[WARM:] or reads)
        except UplineError as error:
            skipped.append({"what": name, "why": f"{error.name}: {error.what}"})
            show(name, error.name)
            continue
        show(name, f"p50 {latencies[name]['p50']:,.1f}  p95 {latencies[name]['p95']:,.1f} ms")
    return latencies, skipped


def _kinds(
    graph: Graph, run: RunRecord, tree: Tree, chance: random.Random, calls: int
) -> Iterator[tuple[str, list[Callable[[], object]]]]:
    plan = plan_of(run)
    anybody = chance.choices(tree.members, k=calls)
    parents = [parent for parent in tree.parents if parent]
    # Drawn by child, so a parent of many children is drawn often.
    leaders = chance.choices(parents or tree.members, k=calls)
    widest = Counter(parents or tree.members).most_common(1)[0][0]
    yield (
        "upline page of 50",
        [partial(uplines, graph, Reach.everything, run, [one], Stretch(PAGE)) for one in anybody],
    )
    yield (
        "children page of 50",
        [partial(frontlines, graph, Reach.everything, run, [one], Stretch(PAGE)) for one in leaders],
    )
    yield (
        "children page of 50, widest frontline",
        [partial(frontlines, graph, Reach.everything, run, [widest], Stretch(PAGE))] * calls,
    )
    yield (
        "downline page, 3 levels",
        [partial(trees.group, graph, Reach.everything, run, one, LEVELS) for one in leaders],
    )
    yield (
        "downline page, 3 levels of a root",
        [partial(trees.group, graph, Reach.everything, run, tree.root, LEVELS)] * calls,
    )
    inactive = Conditions(active=False)
    page = partial(
        downline_page, graph, Reach.everything, run, conditions=inactive, sort="personal_volume", first=PAGE
    )
    yield "downline page of 50, inactive by volume", [partial(page, one) for one in leaders]
    large = _head(tree, GROUP)
    yield f"the same of {GROUP:,} or all", [partial(page, large)] * calls
    yield "rank card", [partial(rank_card, graph, Reach.everything, run, plan, one) for one in leaders]
    yield "statement", [partial(statement, graph, Reach.everything, run, one) for one in leaders]
    yield "explain", _explanations(graph, run, tree, chance, calls)


def _head(tree: Tree, members: int) -> str:
    """The member with the smallest group of more than so many members; the root where there is none."""
    sizes = dict.fromkeys(tree.members, 1)
    for member, parent in zip(reversed(tree.members), reversed(tree.parents), strict=True):
        if parent:
            sizes[parent] += sizes[member]
    enough = [(size, member) for member, size in sizes.items() if size > members]
    return min(enough)[1] if enough else tree.root


def _explanations(
    graph: Graph, run: RunRecord, tree: Tree, chance: random.Random, calls: int
) -> list[Callable[[], object]]:
    """Why an ancestor was paid, or was not, for one order of a random buyer."""
    plan = plan_of(run)
    window = period_of(run, plan)
    buyers = chance.choices(tree.members, k=4 * calls)
    parameters = {"start": window.start, "end": window.end, "excluded": list(plan.excluded_kinds)}
    rows = graph.read(ORDERS, members=buyers, **parameters)[:calls]
    above = dict(zip(tree.members, tree.parents, strict=True))
    made: list[Callable[[], object]] = []
    for row in rows:
        payee = row["member_id"]
        for _ in range(chance.randint(1, ANCESTORS)):
            payee = above[payee] or payee
        made.append(partial(explain, graph, Reach.everything, run, payee, row["order_id"]))
    return made
