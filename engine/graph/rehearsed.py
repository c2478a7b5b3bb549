"""Work within one transaction that is always rolled back: what it writes, nobody else ever sees.

Statements that commit in batches become parts of that transaction. A process that is killed leaves nothing:
the server rolls back whatever has lost its client.
"""

import re
import threading
import time
from collections.abc import Callable
from typing import TypeVar
from uuid import uuid4

from engine.errors import UplineError
from engine.graph import driver
from engine.graph.database import MARK, Graph, Row, exact, located, within_memory
from engine.graph.patience import patiently
from engine.graph.queries import Query, query

T = TypeVar("T")
_BATCHES = re.compile(r"\}\s*IN TRANSACTIONS OF (\d+|\$\w+) ROWS( ON ERROR RETRY FOR \d+ SECONDS THEN FAIL)?")
TIMED_OUT = "Neo.ClientError.Transaction.TransactionTimedOut"
"""How the codes of the server begin that say that a transaction has lasted too long."""


class TookTooLongError(UplineError):
    """Work in one transaction has taken more time than it was given."""


def rehearsed(graph: Graph, work: Callable[[Graph], T], seconds: float) -> T:
    """What `work` returns, which gets the database within one transaction of at most so many seconds.

    Where a fault may pass, `work` is called again from the beginning. Raises what `work` raises,
    TookTooLongError and MemoryLimitError.
    """

    deadlines: list[float] = []

    def attempt() -> T:
        mark = uuid4().hex
        deadlines.append(time.monotonic() + seconds)
        with (
            graph.session() as session,
            session.begin_transaction(metadata={MARK: mark}, timeout=seconds) as transaction,
        ):
            try:
                return work(_Rehearsed(graph, transaction, mark, seconds))
            finally:
                transaction.close()  # rolls back, whatever has happened

    try:
        return patiently(attempt, 0)
    except driver.Neo4jError as error:
        # Where one thread has met the end of the time, the others are stopped.
        if time.monotonic() < deadlines[-1] and not (error.code or "").startswith(TIMED_OUT):
            raise
        raise _took_too_long(seconds) from error


def _took_too_long(seconds: float) -> TookTooLongError:
    return TookTooLongError(f"this takes longer than {seconds:g} seconds")


class _Rehearsed(Graph):
    """A database as one transaction sees it; threads take turns."""

    def __init__(self, graph: Graph, transaction: driver.Transaction, mark: str, seconds: float) -> None:
        self.__dict__.update(vars(graph))
        self.store = None
        self._mark = mark
        self._transaction, self._turn = transaction, threading.RLock()
        self._seconds, self._deadline = seconds, time.monotonic() + seconds

    def _transacted(self, _access: str, work: Callable[[driver.Transaction], T]) -> T:
        with self._turn:
            return work(self._within_time())

    def _within_time(self) -> driver.Transaction:
        """The transaction while there is time; the server looks at its clock every two seconds only."""
        if time.monotonic() > self._deadline:
            raise _took_too_long(self._seconds)
        return self._transaction

    def batched(self, statement: str | Query, /, **parameters: object) -> list[Row]:
        """Run a query that would commit by itself as a part of the transaction."""
        loaded = query(statement) if isinstance(statement, str) else statement
        text, bound = _BATCHES.sub("}", loaded.text), loaded.bind(**parameters)
        with located(loaded), self._turn, within_memory():
            return exact(loaded, [dict(row) for row in self._within_time().run(text, bound)])
