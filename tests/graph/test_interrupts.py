"""Ctrl-C at any moment of a conversation with the server: whoever goes on is answered."""

import subprocess
import sys

import pytest

from engine.errors import interrupted_by
from tests.conftest import Address

ROUNDS = 40
CONVERSATION = """
import _thread, random, sys, time
from threading import Timer
from engine.graph.database import Graph
from tests.support.companies import cypher
one, drawn, struck = cypher("RETURN 1 AS one"), random.Random(7), 0
with Graph(*sys.argv[2:]) as graph:
    graph.verify()
    for _ in range(int(sys.argv[1])):
        try:
            Timer(drawn.uniform(0, 0.02), _thread.interrupt_main).start()
            until = time.monotonic() + 1
            while time.monotonic() < until:
                graph.read(one)
        except KeyboardInterrupt:
            struck += 1
        assert [graph.value(one) for _ in range(3)] == [1, 1, 1]
print(struck)
"""


def test_after_an_interrupt_the_next_statement_is_answered(neo4j_address: Address) -> None:
    """In the middle of a message the driver keeps a connection on which nothing works any more."""
    where = (neo4j_address.uri, neo4j_address.user, neo4j_address.password)
    done = subprocess.run(
        [sys.executable, "-c", CONVERSATION, str(ROUNDS), *where],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    # Python only mentions a Ctrl-C that strikes while an object is removed, and goes on.
    assert int(done.stdout) > ROUNDS / 2


def test_an_interrupt_is_seen_behind_an_error_that_names_another_cause() -> None:
    def fail() -> None:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt:
            raise OSError("cannot be closed") from ValueError("the cause")

    with pytest.raises(OSError, match="closed") as raised:
        fail()
    assert isinstance(interrupted_by(raised.value), KeyboardInterrupt)
    assert interrupted_by(OSError("alone")) is None
