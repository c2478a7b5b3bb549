"""Faults that may pass: what failed is done again, for as long as its kind of fault deserves.

The driver would give every kind of fault half a minute.
"""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from engine.graph import driver

T = TypeVar("T")

PASSING_S = 30.0
"""Seconds for a fault that the server itself calls passing, such as a deadlock."""
LOST_S = 3.0
"""Seconds for a lost connection: enough for a cable that is put back, not for a server that starts."""
ELECTION_S = 20.0
"""The same for a cluster, which takes some seconds to elect another leader."""
FIRST_DELAY_S, MOST_DELAY_S = 0.1, 2.0
SPREAD = 0.2
"""The share by which a delay differs at random, so that two that block each other do not meet again."""


def patiently(work: Callable[[], T], lost_s: float, sleep: Callable[[float], object] | None = None) -> T:
    """Do `work`, and do it again while it fails for reasons that may pass; then raise the last one.

    `lost_s` are the seconds for which a server or database that is gone is tried again. Between two attempts
    it waits by `sleep`, by default in the thread.
    """
    delay = FIRST_DELAY_S
    first_failure: float | None = None
    while True:
        try:
            return work()
        except (driver.DriverError, driver.Neo4jError) as error:
            if not error.is_retryable():
                raise
            now = time.monotonic()
            first_failure = now if first_failure is None else first_failure
            pause = delay * random.uniform(1 - SPREAD, 1 + SPREAD)
            patience = lost_s if isinstance(error, driver.unavailable()) else PASSING_S
            if now + pause > first_failure + patience:
                raise
        (sleep or time.sleep)(pause)
        delay = min(2 * delay, MOST_DELAY_S)


def lost_seconds(uri: str) -> float:
    """For how long a lost connection to an address is tried again."""
    return ELECTION_S if uri.startswith("neo4j") else LOST_S
