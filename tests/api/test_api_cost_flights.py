"""Equal reads at once are run once, what nobody waits for ends, and a viewer has its turns."""

import asyncio
import threading
import time
from collections.abc import Coroutine
from typing import Any, ClassVar

import httpx
import pytest
from neo4j import Query

from engine.api.answering.flights import Flights
from engine.api.answering.turns import Turns
from engine.api.errors import TooManyRequestsError
from engine.graph.awaited import Awaited
from engine.graph.database import Graph
from tests.support.api import Api
from tests.support.serving import eventually


class Work:
    """Something that takes as long as the test wants, and notes what became of it."""

    def __init__(self) -> None:
        self.go, self.begun, self.cancelled = asyncio.Event(), 0, 0

    async def run(self) -> str:
        self.begun += 1
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return f"answer {self.begun}"


def awaited(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


def test_equal_runs_at_once_are_one() -> None:
    async def test() -> None:
        work, flights = Work(), Flights[str]()
        waiting = [asyncio.create_task(flights.join("a", work.run)) for _ in range(5)]
        other = asyncio.create_task(flights.join("b", work.run))
        await asyncio.sleep(0)
        work.go.set()
        assert len({await each for each in waiting}) == 1
        await other
        assert (work.begun, flights.begun_count, len(flights)) == (2, 2, 0)
        await flights.join("a", work.run)
        assert work.begun == 3  # an answer is not kept

    awaited(test())


def test_who_began_may_leave_and_the_others_are_answered() -> None:
    async def test() -> None:
        work, flights = Work(), Flights[str]()
        first, second = (asyncio.create_task(flights.join("a", work.run)) for _ in range(2))
        await asyncio.sleep(0.01)
        first.cancel()
        await asyncio.sleep(0.01)
        assert first.cancelled()
        work.go.set()
        assert await second == "answer 1"
        assert work.cancelled == 0

    awaited(test())


def test_what_nobody_waits_for_is_cancelled_and_not_joined() -> None:
    async def test() -> None:
        work, flights = Work(), Flights[str]()
        waiting = [asyncio.create_task(flights.join("a", work.run)) for _ in range(3)]
        await asyncio.sleep(0.01)
        for each in waiting:
            each.cancel()
        await asyncio.sleep(0.01)
        assert (work.cancelled, len(flights)) == (1, 0)
        later = asyncio.create_task(flights.join("a", work.run))
        work.go.set()
        assert await later == "answer 2"

    awaited(test())


def test_an_error_is_everybody_s() -> None:
    async def test() -> None:
        async def fail() -> str:
            await asyncio.sleep(0.01)
            raise ValueError("no")

        flights = Flights[str]()
        results = await asyncio.gather(*(flights.join("a", fail) for _ in range(3)), return_exceptions=True)
        assert [str(each) for each in results] == ["no"] * 3
        assert flights.begun_count == 1

    awaited(test())


def test_nobody_joins_a_run_that_is_almost_out_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        work, flights = Work(), Flights[str]()
        first = asyncio.create_task(flights.join("a", work.run))
        await asyncio.sleep(0.01)
        monkeypatch.setattr("engine.api.answering.flights.JOIN_SECONDS", 0)
        second = asyncio.create_task(flights.join("a", work.run))
        await asyncio.sleep(0.01)
        assert work.begun == 2
        work.go.set()
        await asyncio.gather(first, second)
        assert len(flights) == 0

    awaited(test())


def test_a_viewer_has_so_many_turns_and_others_have_theirs() -> None:
    async def test() -> None:
        turns, running, go = Turns(at_once=10, of_viewer=2, waiting=1), [], asyncio.Event()

        async def one(viewer: str) -> None:
            async with turns.turn(viewer):
                running.append(viewer)
                await go.wait()

        tasks = [asyncio.create_task(one("a")) for _ in range(4)]
        tasks.append(asyncio.create_task(one("b")))
        await asyncio.sleep(0.01)
        assert sorted(running) == ["a", "a", "b"]
        refused = [each.exception() for each in tasks if each.done()]
        assert [type(each) for each in refused] == [TooManyRequestsError]
        go.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert sorted(running) == ["a", "a", "a", "b"]
        assert len(turns) == 0

    awaited(test())


def test_a_request_that_leaves_while_it_waits_gives_its_place_back() -> None:
    async def test() -> None:
        turns, go = Turns(at_once=1, of_viewer=1, waiting=1), asyncio.Event()

        async def one() -> None:
            async with turns.turn("a"):
                await go.wait()

        first, second = asyncio.create_task(one()), asyncio.create_task(one())
        await asyncio.sleep(0.01)
        second.cancel()
        await asyncio.sleep(0.01)
        assert len(turns) == 1
        third = asyncio.create_task(one())
        await asyncio.sleep(0.01)
        go.set()
        await asyncio.gather(first, third)

    awaited(test())


class Held(Awaited):
    """A database whose answers wait until the test lets them go."""

    go = threading.Event()
    asked: ClassVar[list[str]] = []

    async def rows(
        self, statement: Query, parameters: dict[str, Any], most: int | None = None
    ) -> list[dict[str, Any]]:
        self.asked.append(str(statement.text))
        while not self.go.is_set():
            await asyncio.sleep(0.01)
        return await super().rows(statement, parameters, most)


def test_equal_queries_over_http_ask_the_database_once(
    server_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    server_graph.batched("schema/wipe")
    monkeypatch.setattr("engine.graph.awaited.Awaited", Held)
    answers: list[httpx.Response] = []
    with Api(server_graph) as api:

        def ask(size: int) -> None:
            query = "query($n: Int!) { members(first: $n) { nodes { memberId } } }"
            body = {"query": query, "variables": {"n": size}}
            answers.append(httpx.post(f"{api.address}/graphql", json=body, timeout=30))

        threads = [threading.Thread(target=ask, args=(size,)) for size in (5,) * 8 + (6,)]
        for each in threads:
            each.start()
        eventually(lambda: len(Held.asked) == 2)
        time.sleep(0.5)  # the others are there by now
        Held.go.set()
        for each in threads:
            each.join()
    assert [answer.status_code for answer in answers] == [200] * 9
    assert {str(answer.json()["data"]) for answer in answers} == {"{'members': {'nodes': []}}"}
    assert len(Held.asked) == 2
