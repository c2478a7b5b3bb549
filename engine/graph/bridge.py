"""A bridge from functions that ask the database and wait, to an event loop that must not wait.

`call` runs a function in a greenlet on the loop's own thread. Where the function needs something that takes
time, `wait` hands a coroutine out to the loop and switches back with its result. Between two such places the
function runs undisturbed, as any code between two `await`s does. So a function needs no async twin, and a
request takes no thread. When the task that awaits `call` is cancelled, CancelledError is raised inside the
function, where it waits.

A function that computes for long would stop the loop. `call_in_thread` runs it in a thread; what it waits for
runs on the loop all the same. When the task is cancelled, so is what the function waits for now or later.
"""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from concurrent import futures
from functools import partial
from threading import Lock
from typing import Any, ParamSpec, TypeVar

import anyio
import anyio.to_thread
import greenlet

P = ParamSpec("P")
T = TypeVar("T")


class _Call(greenlet.greenlet):  # type: ignore[misc]  # it has no types
    """A function under way on the loop; its parent is whoever awaits `call`."""


class _Threaded:
    """A function under way in a thread, and what it waits for on the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self._lock = loop, Lock()
        self._cancelled = False
        self._waiting: futures.Future[Any] | None = None

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What `wait` does in the function's thread."""
        with self._lock:
            if self._cancelled:
                coroutine.close()
                raise asyncio.CancelledError
            waiting = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
            self._waiting = waiting
        try:
            return waiting.result()
        except futures.CancelledError as error:
            raise asyncio.CancelledError from error

    def cancel(self) -> None:
        """Let the function wait for nothing more."""
        with self._lock:
            self._cancelled = True
            if self._waiting is not None:
                self._waiting.cancel()


_threaded: contextvars.ContextVar[_Threaded | None] = contextvars.ContextVar("threaded", default=None)


async def call(function: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> T:
    """Run a function that may `wait`, on the loop's thread, and return its result."""
    under_way = _Call(partial(function, *arguments, **named))
    under_way.gr_context = contextvars.copy_context()
    result: Any = under_way.switch()
    while not under_way.dead:
        try:
            value = await result
        except BaseException as error:  # cancellation too: the function is to clean up and end
            result = under_way.throw(error)
        else:
            result = under_way.switch(value)
    finished: T = result
    return finished


async def call_in_thread(
    limiter: anyio.CapacityLimiter, function: Callable[P, T], /, *arguments: P.args, **named: P.kwargs
) -> T:
    """Run a function that computes for long in a thread; what it waits for runs on this loop."""
    threaded = _Threaded(asyncio.get_running_loop())

    def inside() -> T:
        _threaded.set(threaded)
        return function(*arguments, **named)

    try:
        return await anyio.to_thread.run_sync(inside, limiter=limiter, abandon_on_cancel=True)
    except asyncio.CancelledError:
        threaded.cancel()
        raise


def bridged() -> bool:
    """Whether `wait` can wait here: the code runs under `call` or `call_in_thread`."""
    return isinstance(greenlet.getcurrent(), _Call) or _threaded.get() is not None


def wait(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, which runs on the loop while the loop goes on with other work.

    Raises RuntimeError where there is no such loop.
    """
    current = greenlet.getcurrent()
    if isinstance(current, _Call):
        assert current.parent is not None
        result: T = current.parent.switch(coroutine)
        return result
    threaded = _threaded.get()
    if threaded is None:
        coroutine.close()
        raise RuntimeError("there is no loop to wait on: only `call` and `call_in_thread` bring one")
    return threaded.wait(coroutine)


def sleep(seconds: float) -> None:
    """Wait for some seconds, while the loop goes on."""
    wait(asyncio.sleep(seconds))


def compute(function: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> T:
    """The result of a function that computes for long and reads nothing: in a thread if a loop would stop."""
    if isinstance(greenlet.getcurrent(), _Call):
        return wait(asyncio.to_thread(function, *arguments, **named))
    return function(*arguments, **named)
