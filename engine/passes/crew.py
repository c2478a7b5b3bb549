"""Threads that query the database in parallel, and whose statements an interrupt stops."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Thread

from engine.graph import driver
from engine.graph.database import Graph

RETRY_S = 0.5
"""Seconds between two attempts to stop statements that are still running."""


@contextmanager
def crew(graph: Graph, workers: int, name: str = "") -> Iterator[ThreadPoolExecutor]:
    """A pool of threads whose tasks have ended when the block is left.

    An error or an interrupt in the block stops the statements that the threads run.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix=name)
    try:
        yield pool
    except BaseException as error:
        with _stopping(graph, lost=isinstance(error, driver.lost())):
            pool.shutdown(wait=True, cancel_futures=True)
        raise
    pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _stopping(graph: Graph, *, lost: bool) -> Iterator[None]:
    """Stop every statement of the graph, again and again while the block lasts.

    Once is not enough: the server does not list a statement while it is still planning it. A server that is
    `lost` may never answer, so nobody waits for it.
    """
    ended = Event()

    def stop() -> None:
        while True:
            graph.stop()
            if ended.wait(RETRY_S):
                return

    stopper = Thread(target=stop, daemon=True, name="stop")
    stopper.start()
    try:
        yield
    finally:
        ended.set()
        if not lost:
            stopper.join()
