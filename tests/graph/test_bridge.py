"""The bridge: functions that wait, on a loop that goes on; results, errors and cancellation reach them."""

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable

import anyio
import pytest

from engine.graph import bridge

WAYS = ("loop", "thread")
current: contextvars.ContextVar[str] = contextvars.ContextVar("current", default="none")


async def by(way: str, function: Callable[[], object]) -> object:
    if way == "loop":
        return await bridge.call(function)
    return await bridge.call_in_thread(anyio.CapacityLimiter(4), function)


async def later(value: int) -> int:
    await asyncio.sleep(0.01)
    return value


async def failing() -> None:
    await asyncio.sleep(0)
    raise LookupError("nowhere")


@pytest.mark.parametrize("way", WAYS)
def test_a_function_gets_what_it_waits_for(way: str) -> None:
    def summed() -> int:
        assert bridge.bridged()
        return sum(bridge.wait(later(number)) for number in range(5))

    assert asyncio.run(by(way, summed)) == 10
    assert not bridge.bridged()


@pytest.mark.parametrize("way", WAYS)
def test_an_error_reaches_the_function_which_may_go_on(way: str) -> None:
    def caught() -> str:
        try:
            bridge.wait(failing())
        except LookupError as error:
            return f"{error} {bridge.wait(later(7))}"
        return "no error"

    assert asyncio.run(by(way, caught)) == "nowhere 7"
    with pytest.raises(LookupError):
        asyncio.run(by(way, lambda: bridge.wait(failing())))


@pytest.mark.parametrize("way", WAYS)
def test_many_functions_wait_at_the_same_time(way: str) -> None:
    async def together() -> float:
        began = time.monotonic()
        await asyncio.gather(*(by(way, lambda: bridge.sleep(0.3)) for _ in range(4)))
        return time.monotonic() - began

    assert asyncio.run(together()) < 4 * 0.3


@pytest.mark.parametrize("way", WAYS)
def test_a_cancelled_task_ends_what_its_function_waits_for(way: str) -> None:
    ended: list[str] = []
    done = threading.Event()

    async def endless() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("query")

    def function() -> None:
        try:
            bridge.wait(endless())
        except asyncio.CancelledError:
            ended.append("function")
            raise
        finally:
            done.set()

    async def cancelled() -> None:
        task = asyncio.create_task(by(way, function))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        while not done.is_set():
            await asyncio.sleep(0.01)

    asyncio.run(cancelled())
    assert sorted(ended) == ["function", "query"]


def test_a_function_in_a_thread_begins_nothing_after_it_was_cancelled() -> None:
    outcome: list[str] = []
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def function() -> None:
        begun.set()
        go_on.wait(10)
        try:
            bridge.wait(later(1))
        except asyncio.CancelledError:
            outcome.append("cancelled")
        finally:
            done.set()

    async def cancelled() -> None:
        task = asyncio.create_task(by("thread", function))
        while not begun.is_set():
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()
        await asyncio.to_thread(done.wait, 10)

    asyncio.run(cancelled())
    assert outcome == ["cancelled"]


def test_a_function_sees_the_context_of_its_task_and_keeps_its_own_changes() -> None:
    def function() -> tuple[str, str]:
        before = current.get()
        current.set("inside")
        bridge.wait(later(1))
        return before, current.get()

    async def called() -> tuple[object, str]:
        current.set("task")
        return await bridge.call(function), current.get()

    assert asyncio.run(called()) == (("task", "inside"), "task")


def test_a_long_computation_does_not_stop_the_loop() -> None:
    def slow() -> int:
        time.sleep(0.3)
        return 7

    async def ticking() -> tuple[int, int]:
        task = asyncio.create_task(bridge.call(lambda: bridge.compute(slow)))
        ticks = 0
        while not task.done():
            await asyncio.sleep(0.01)
            ticks += 1
        return await task, ticks

    result, ticks = asyncio.run(ticking())
    assert result == 7
    assert ticks > 5
    assert bridge.compute(sum, (1, 2)) == 3


def test_without_a_loop_nobody_waits() -> None:
    with pytest.raises(RuntimeError):
        bridge.wait(later(1))
