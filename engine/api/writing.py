"""What clients have asked to be changed: each in a thread of its own, to its end, whatever becomes of the
client.

A request may be cancelled, because its client is gone or its time is over. The change that it began goes on,
and its answer is kept in the store under the client's key. The server ends only after it.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from engine.errors import UplineError
from engine.genealogy.operations.combining import Combining
from engine.genealogy.operations.performing import Done, Instruction
from engine.graph.database import Graph

log = logging.getLogger("upline.api")

WRITERS = 4
"""Changes in parallel; the store takes one at a time, so more would only wait there."""
MOST_WAITING = 64
"""Changes of one process that are under way or wait for a thread."""
ANSWER_SECONDS = 8
"""Seconds for which a request waits for its change: less than the request's own time."""

T = TypeVar("T")


class StillWorkingError(UplineError):
    """A change takes longer than a request may wait for it; it goes on."""


class TooManyChangesError(UplineError):
    """More changes wait than the server takes."""


class Writing:
    """The changes under way in this process."""

    def __init__(self, graph: Graph, seconds: float = ANSWER_SECONDS) -> None:
        self.graph, self._seconds = graph, seconds
        self._pool = ThreadPoolExecutor(WRITERS, "change")
        self._combining = Combining(graph)
        self._under_way: set[Future[object]] = set()
        self._lock = threading.Lock()

    async def do(self, work: Callable[[Graph], T]) -> T:
        """Do `work` on the database, and wait for it as long as a request may.

        Raises what `work` raises, StillWorkingError when the time is over, TooManyChangesError.
        """
        return await self._waited(self._submit(self._pool.submit, work))

    async def _waited(self, submitted: Future[T]) -> T:
        future = asyncio.wrap_future(submitted)
        future.add_done_callback(_noticed)
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.shield(future)
        except TimeoutError as error:
            if future.done():  # the work itself has raised it
                raise
            raise StillWorkingError(
                f"this takes longer than {self._seconds:g} seconds, and goes on",
                todo="Send the same request with the same idempotency key again in a moment: it gets the "
                "answer.",
            ) from error

    async def operate(self, instruction: Instruction) -> Done:
        """Do an operation on people or trees, together with others that wait; as `do`."""
        return await self._waited(self._counted(self._combining.submit, instruction))

    async def begin(self, work: Callable[[Graph, Callable[[T], None]], T]) -> T:
        """Begin work that may take long, in a thread of its own, and return what it says first.

        `work` is called with the database and a function that takes its first word, such as a run's number;
        without one, its result is that. Raises what `work` raises before, and what `do` raises.
        """
        loop = asyncio.get_running_loop()
        first: asyncio.Future[T] = loop.create_future()
        first.add_done_callback(_noticed)

        def answer(value: T | BaseException) -> None:
            def set_it() -> None:
                if not first.done():
                    if isinstance(value, BaseException):
                        first.set_exception(value)
                    else:
                        first.set_result(value)

            if not loop.is_closed():
                loop.call_soon_threadsafe(set_it)

        def whole(graph: Graph) -> None:
            try:
                answer(work(graph, answer))
            except UplineError as error:
                answer(error)
            except BaseException as error:
                log.exception("a change that a client had begun failed")
                answer(error)

        self._submit(_in_thread, whole)
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.shield(first)
        except TimeoutError as error:
            raise StillWorkingError(
                f"this has not begun within {self._seconds:g} seconds, and goes on",
                todo="Send the same request with the same idempotency key again in a moment: it gets the "
                "answer.",
            ) from error

    def finish(self, say: Callable[[int], None] = lambda _count: None) -> None:
        """Wait for every change under way; `say` is called with their number where there are any."""
        with self._lock:
            left = set(self._under_way)
        if left:
            say(len(left))
            wait(left)
        self._pool.shutdown()

    @property
    def count(self) -> int:
        """How many changes are under way, or wait for a thread."""
        return len(self._under_way)

    def _submit(self, submit: Callable[..., Future[T]], work: Callable[[Graph], T]) -> Future[T]:
        return self._counted(submit, work, self.graph)

    def _counted(self, submit: Callable[..., Future[T]], *arguments: object) -> Future[T]:
        with self._lock:
            if len(self._under_way) >= MOST_WAITING:
                raise TooManyChangesError(
                    f"{len(self._under_way)} changes are under way or wait", todo="Try again in a moment."
                )
            future = submit(*arguments)
            self._under_way.add(future)  # type: ignore[arg-type]
        future.add_done_callback(self._forget)
        return future

    def _forget(self, future: Future[T]) -> None:
        with self._lock:
            self._under_way.discard(future)


def _in_thread(work: Callable[[Graph], T], graph: Graph) -> Future[T]:
    """Begin work in a thread that no other change waits for."""
    future: Future[T] = Future()

    def run() -> None:
        future.set_running_or_notify_cancel()
        try:
            future.set_result(work(graph))
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name="long change").start()
    return future


def _noticed(future: "asyncio.Future[T]") -> None:
    """Look at an error that nobody waits for any more, so that asyncio does not report it."""
    if not future.cancelled():
        future.exception()
