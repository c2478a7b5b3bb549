"""Work in a transaction that is rolled back: it sees what it has written, and nobody else ever does."""

import subprocess
import sys
import time

import pytest

from engine.graph.database import BrokenStatementError, Graph
from engine.graph.rehearsed import TookTooLongError, rehearsed
from tests.conftest import Address
from tests.support.companies import cypher

MAKE = """
UNWIND range(1, 25) AS number
CALL (number) { CREATE (:Change {number: -1000 - number}) } IN TRANSACTIONS OF 10 ROWS
"""
COUNT = cypher("MATCH (n:Change) WHERE n.number < -1000 RETURN count(n) AS changes")
KILLED = """
import sys, time
from engine.graph.database import Graph
from engine.graph.rehearsed import rehearsed
from tests.support.companies import cypher
from tests.graph.test_rehearsed import MAKE

def work(graph):
    graph.batched(cypher(MAKE))
    print("made", flush=True)
    time.sleep(60)

rehearsed(Graph(*sys.argv[1:]), work, 60)
"""


def test_what_is_written_is_seen_within_and_gone_afterwards(graph: Graph) -> None:
    def work(inside: Graph) -> tuple[int, int]:
        inside.batched(cypher(MAKE))
        return inside.value(COUNT), graph.value(COUNT)

    assert rehearsed(graph, work, 30) == (25, 0)
    assert graph.value(COUNT) == 0


def test_it_ends_when_its_time_is_over_or_it_fails(graph: Graph) -> None:
    def slow(inside: Graph) -> None:
        inside.batched(cypher(MAKE))
        time.sleep(0.3)
        inside.value(COUNT)

    def broken(inside: Graph) -> None:
        inside.batched(cypher(MAKE))
        inside.value(cypher("RETURN nothing"))

    with pytest.raises(TookTooLongError, match=r"0\.2 seconds"):
        rehearsed(graph, slow, 0.2)
    with pytest.raises(BrokenStatementError):
        rehearsed(graph, broken, 30)
    assert graph.value(COUNT) == 0


def test_a_process_that_is_killed_leaves_nothing(graph: Graph, neo4j_address: Address) -> None:
    words = (neo4j_address.uri, neo4j_address.user, neo4j_address.password)
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, *words], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "made\n"
        process.kill()
    assert graph.value(COUNT) == 0
    graph.batched(cypher(MAKE))  # waits for nothing that the other has held
    assert graph.value(COUNT) == 25
