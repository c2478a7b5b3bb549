"""Operations on people and trees: many from a list, and single ones of clients that wait for each other."""

import random
import statistics
import threading
import time
from typing import Any

from bench.measure import Facts
from bench.progress import show, step
from bench.tree import Tree
from engine.genealogy.changes.lane import read_company
from engine.genealogy.operations.bulk import perform_all
from engine.genealogy.operations.combining import Combining
from engine.genealogy.operations.kinds import ChangeSponsor, EnrollMember, MoveMember, Operation
from engine.genealogy.operations.performing import Done, Instruction, keyed
from engine.graph.database import Graph
from engine.progress import silent

MANY = 5_000
MANY_AT_MILLION = 50_000
MILLION = 1_000_000
CLIENTS = 16
SECONDS = 10.0
"""For how long the clients send operations; a tenth of that before, to warm up."""
BULK_SECONDS = 180
"""In how many seconds 50,000 operations of a list were to be done."""
BULK_WISHED = MANY_AT_MILLION / BULK_SECONDS
"""Operations a second from a list."""
SINGLE_WISHED, P95_WISHED_MS = 400, 80
"""The same of sixteen clients, and in how many milliseconds 95 of 100 are answered."""


def measure(graph: Graph, tree: Tree, seed: int) -> Facts:
    """Operations a second, from a list and of clients; and the milliseconds that a client waits."""
    chance = random.Random(f"{seed}/operations")
    count = MANY_AT_MILLION if len(tree.members) >= MILLION else MANY
    one_tree = read_company(graph).one_tree is not False
    facts: Facts = {"count": count, "clients": CLIENTS}
    for name, accept_valid in (("each", True), ("all", False)):
        # All or none: enrolments alone, since a random move may be refused for a circle.
        operations = [_random(tree, chance, f"{name}{n}", one_tree, moves=accept_valid) for n in range(count)]
        instructions = [
            Instruction(each, "bench", "", keyed("bench", f"{name}{n}", each))
            for n, each in enumerate(operations)
        ]
        with step(f"{count:,} operations"):
            began = time.perf_counter()
            outcomes = perform_all(graph, instructions, accept_valid=accept_valid, report=silent)
            taken = time.perf_counter() - began
        facts[name] = {
            "seconds": round(taken, 2), "rate": round(count / taken, 1),
            "refused": sum(not isinstance(each, Done) for each in outcomes),
        }  # fmt: skip
        show(f"operations from a list, {name}", f"{count / taken:,.0f}/s")
    with step(f"{CLIENTS} clients"):
        _clients(graph, tree, chance, "warm", SECONDS / 10, one_tree)
        waits = _clients(graph, tree, chance, "client", SECONDS, one_tree)
    facts["single"] = {
        "rate": round(len(waits) / SECONDS, 1), "p50_ms": round(statistics.median(waits), 1),
        "p95_ms": round(statistics.quantiles(waits, n=20)[-1], 1),
    }  # fmt: skip
    show(f"operations of {CLIENTS} clients", "{rate:,.0f}/s, p95 {p95_ms:,.0f} ms".format(**facts["single"]))
    return facts


def rows(facts: Facts) -> list[tuple[str, str, str]]:
    """What was measured, the figure, and what it was to be."""
    single: dict[str, Any] = facts["single"]
    return [
        (f"{facts['count']:,} from a list, each by itself", *_listed(facts["each"])),
        (f"{facts['count']:,} from a list, all or none", *_listed(facts["all"])),
        (f"{facts['clients']} clients", f"{single['rate']:,.0f}/s", f"{SINGLE_WISHED}/s"),
        (f"{facts['clients']} clients, p95", f"{single['p95_ms']:,.0f} ms", f"{P95_WISHED_MS} ms"),
    ]


def _listed(facts: Facts) -> tuple[str, str]:
    """Operations a second, with the seconds that 50,000 would take at that rate, and what both were to be."""
    took = f"{facts['rate']:,.0f}/s ({MANY_AT_MILLION / facts['rate']:,.0f} s for {MANY_AT_MILLION:,})"
    return took, f"{BULK_WISHED:,.0f}/s ({BULK_SECONDS} s)"


def _random(tree: Tree, chance: random.Random, name: str, one_tree: bool, *, moves: bool = True) -> Operation:
    """Six enrolments of ten, two other sponsors and two moves; in one tree all four are sponsors."""
    one, other = chance.sample(tree.members, 2)
    dice = chance.random() if moves else 0.0
    if dice < 0.6:
        return EnrollMember(member_id=f"bench-{name}", sponsor_id=one)
    if dice < 0.8 or one_tree:
        return ChangeSponsor(member_id=one, sponsor_id=other)
    return MoveMember(member_id=one, parent_id=other, leg=chance.choice(("left", "right")))


def _clients(
    graph: Graph, tree: Tree, chance: random.Random, name: str, seconds: float, one_tree: bool
) -> list[float]:
    """The milliseconds for which clients waited for each of their operations, refused ones too."""
    combining = Combining(graph)
    waits: list[float] = []
    end = time.perf_counter() + seconds

    def client(number: int, own: random.Random) -> None:
        sent = 0
        while (began := time.perf_counter()) < end:
            sent += 1
            operation = _random(tree, own, f"{name}{number}-{sent}", one_tree)
            future = combining.submit(
                Instruction(operation, "bench", "", keyed("bench", f"{name}{number}-{sent}", operation))
            )
            future.exception()
            waits.append(1_000 * (time.perf_counter() - began))

    threads = [
        threading.Thread(target=client, args=(number, random.Random(chance.random())))
        for number in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits
