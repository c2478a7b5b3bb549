"""Operations that come at once are done together: whoever waits for the lane shares the next transaction.

A transaction holds the lane while it reads, writes and commits. One that does what has come meanwhile, up to
64 operations, costs little more than one that does a single operation. Each is still a change of its own, and
a refused one spoils no other.
"""

import threading
from collections import deque
from concurrent.futures import Future

from engine.genealogy.operations.performing import MOST_TOGETHER, Done, Instruction, perform_each
from engine.graph.database import Graph


class Combining:
    """The operations of one process, in the order in which they come, done by one thread."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._waiting: deque[tuple[Instruction, Future[Done]]] = deque()
        self._lock = threading.Lock()
        self._busy = False

    def submit(self, instruction: Instruction) -> "Future[Done]":
        """An operation that is done as soon as possible; its future has the outcome, or raises why not."""
        future: Future[Done] = Future()
        future.set_running_or_notify_cancel()
        with self._lock:
            self._waiting.append((instruction, future))
            if self._busy:
                return future
            self._busy = True
        threading.Thread(target=self._work, name="operations").start()
        return future

    def _work(self) -> None:
        """Do what waits until nothing does."""
        while True:
            with self._lock:
                count = min(len(self._waiting), MOST_TOGETHER)
                batch = [self._waiting.popleft() for _ in range(count)]
                if not batch:
                    self._busy = False
                    return
            self._do(batch)

    def _do(self, batch: "list[tuple[Instruction, Future[Done]]]") -> None:
        """Do some operations together; where a fault of one ends the transaction, each alone."""
        try:
            outcomes = perform_each(self._graph, [instruction for instruction, _ in batch])
        except BaseException as error:
            if len(batch) == 1:
                batch[0][1].set_exception(error)
                return
            for each in batch:
                self._do([each])
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Done):
                future.set_result(outcome)
            else:
                future.set_exception(outcome)
