"""What is planned for a later day is turned when its day begins, although nobody changes anything."""

import logging
import threading
from datetime import UTC, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from engine.errors import UplineError
from engine.genealogy.changes.lane import read_company
from engine.genealogy.operations.turning import caught_up
from engine.graph import driver
from engine.graph.database import Graph

log = logging.getLogger("upline.api")

LONGEST_S = 600.0
"""Most seconds between two looks: the company may have got another time zone, and clocks are set."""
AGAIN_S = 30.0
"""Seconds until the next attempt where the database does not answer, or another change is at work."""
END_S = 5.0


class Midnight:
    """Turns what is due at the start and at each midnight of the company's time zone, until it is closed.

    What is given up is logged as a warning. Several servers of one company do no harm: who comes second finds
    nothing due.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="midnight", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        self._thread.join(END_S)

    def _watch(self) -> None:
        wait = 0.0
        while not self._over.wait(wait):
            try:
                wait = self.look()
            except (UplineError, driver.DriverError, driver.Neo4jError, OSError):
                wait = AGAIN_S  # /ready says what is wrong with the database

    def look(self) -> float:
        """Turn what is due; returns the seconds until the next look."""
        for remark in caught_up(self._graph):
            log.warning("%s", remark)
        company = read_company(self._graph)
        if company.due:  # another change is at work
            return AGAIN_S
        return until_midnight(datetime.now(UTC), ZoneInfo(company.time_zone or "UTC"))


def until_midnight(now: datetime, zone: ZoneInfo) -> float:
    """Seconds until the next day begins in a time zone, and not longer than LONGEST_S."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    begins = datetime.combine(tomorrow, time(), zone)
    return min(LONGEST_S, max(0.0, (begins - now).total_seconds()) + 1.0)
