"""Many clients change the trees while their server is killed: nothing answered is lost or done twice."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from engine.genealogy.operations.kinds import (
    ChangeSponsor,
    EnrollMember,
    MoveMember,
    Operation,
    ReinstateMember,
    SuspendMember,
    TerminateMember,
)
from engine.genealogy.operations.performing import Done, keyed, perform
from engine.genealogy.placement import ByHand
from engine.genealogy.refusals import NotDoneError
from engine.graph import driver
from engine.graph.database import Graph
from engine.graph.schema import prepare
from engine.server.connect import graph_of
from engine.server.managed import Server
from tests.server.test_managed import server
from tests.support.companies import cypher

__all__ = ["server"]

pytestmark = pytest.mark.usefixtures("brisk")

CLIENTS, OPERATIONS = 6, 20
KILLS = int(os.environ.get("UPLINE_HAMMER_KILLS", "1"))
"""How often the server is killed; each client sends so many operations for each."""
ANSWERED_S = 240
"""Within so long the clients have all answers that they wait for."""
NUMBERS = "MATCH (c:Change) WITH c.number AS n ORDER BY n RETURN collect(n) AS numbers"
REQUESTS = "MATCH (r:Request) RETURN collect([r.key, r.change]) AS requests"
CIRCLES = """
MATCH (m:Member) WHERE EXISTS { (m)-[:PLACED_UNDER*1..]->(m) } OR EXISTS { (m)-[:SPONSORED_BY*1..]->(m) }
RETURN count(*) AS members
"""
SLOTS = """
MATCH (p:Member)<-[e:PLACED_UNDER]-(:Member) WITH p, toLower(e.leg) AS leg, count(*) AS members
WHERE members > 1 RETURN count(*) AS slots
"""
PARENTS = """
MATCH (m:Member) WHERE COUNT { (m)-[:PLACED_UNDER]->() } > 1 OR COUNT { (m)-[:SPONSORED_BY]->() } > 1
RETURN count(*) AS members
"""
MEMBERS = "MATCH (m:Member) RETURN collect(m.member_id) AS ids"


class Hammer:
    """Clients of one server, who repeat what gets no answer until it gets one."""

    def __init__(self, server: Server) -> None:
        self._server, self._running = server, server.start()
        self.operations: dict[str, Operation] = {}
        self.answers: dict[str, Done | str] = {}
        self.repeated = 0
        self.until = time.monotonic() + ANSWERED_S * KILLS

    def graph(self) -> Graph:
        """A connection to the server as it runs now."""
        return graph_of(self._running)

    def client(self, number: int) -> None:
        """Send operations one after the other, each under a key of its own."""
        random = Random(number)
        for count in range(OPERATIONS * KILLS):
            key = f"{number}-{count}"
            self.operations[key] = self._operation(random, key)
            while key not in self.answers:
                assert time.monotonic() < self.until, f"{key} gets no answer: {self.operations[key]}"
                try:
                    with self.graph() as graph:
                        self.answers[key] = perform(graph, self.operations[key], actor="hammer", key=key)
                except NotDoneError as error:
                    self.answers[key] = error.name
                except (driver.Neo4jError, driver.DriverError, OSError):
                    self.repeated += 1
                    time.sleep(0.2)

    def _operation(self, random: Random, key: str) -> Operation:
        done = [each for each in list(self.answers.values()) if isinstance(each, Done)]
        members = ["R", *(each.member_ids[0] for each in done if each.kind == "enroll")]
        one, other = random.choice(members), random.choice(members)
        leg, kind = random.choice("LRM"), random.random()
        if kind < 0.5 or len(members) < 5:
            place = ByHand(other, leg) if random.random() < 0.7 else None
            return EnrollMember(member_id=key, sponsor_id=one, how=place)
        if kind < 0.7:
            return MoveMember(member_id=one, parent_id=other, leg=leg)
        if kind < 0.9:
            return ChangeSponsor(member_id=one, sponsor_id=other)
        return random.choice([SuspendMember, ReinstateMember, TerminateMember])(member_id=one)

    def kill(self) -> None:
        """Kill the server without a word, and start it again on the same store."""
        self._server.kill()
        self._running = self._server.start()

    def wait(self, answers: float) -> None:
        """Wait for so many answers."""
        while len(self.answers) < answers:
            assert time.monotonic() < self.until, f"{len(self.answers)} answers of {answers}"
            time.sleep(0.01)


def test_nothing_answered_is_lost_and_nothing_is_done_twice(server: Server) -> None:
    hammer = Hammer(server)
    with hammer.graph() as graph:
        prepare(graph)
        perform(graph, EnrollMember(member_id="R", root=True))
        perform(graph, EnrollMember(member_id="r", sponsor_id="R", how=ByHand("R", "L"), begin=True))
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(hammer.client, number) for number in range(CLIENTS)]
        for kill in range(KILLS):
            hammer.wait(CLIENTS * OPERATIONS * (kill + 0.5))
            hammer.kill()
    for each in clients:
        each.result()
    assert len(hammer.answers) == CLIENTS * OPERATIONS * KILLS
    assert hammer.repeated > 0, "the server was killed while clients waited for it"
    done = {key: answer for key, answer in hammer.answers.items() if isinstance(answer, Done)}
    with hammer.graph() as graph:
        numbers = graph.value(cypher(NUMBERS))
        assert numbers == list(range(1, len(done) + 3)), "no gap, none twice"
        requests = graph.value(cypher(REQUESTS))
        expected = [
            (request.key, answer.number)
            for key, answer in done.items()
            if (request := keyed("hammer", key, hammer.operations[key])) is not None
        ]
        assert sorted((key, number) for key, number in requests) == sorted(expected)
        enrolled = {"R", "r", *(each.member_ids[0] for each in done.values() if each.kind == "enroll")}
        assert set(graph.value(cypher(MEMBERS))) == enrolled, "a refused enrolment left nobody"
        for wrong in (CIRCLES, SLOTS, PARENTS):
            assert graph.value(cypher(wrong)) == 0
        for key, answer in done.items():
            assert perform(graph, hammer.operations[key], actor="hammer", key=key) == answer
        assert graph.value(cypher(NUMBERS)) == numbers
