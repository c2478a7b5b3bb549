"""Restated runs: a committed period as it should have been paid, without the volume that was refunded since.

A restated run is a complete run of the committed run's own plan text and rules, on that run's own frozen
standings. It is no result of its period: it stands beside the paid run, which counts for good.
"""

from dataclasses import dataclass

from engine.passes.context import Work
from engine.passes.record import RunRecord


@dataclass(frozen=True, slots=True)
class Restated:
    """A committed run, and the same period computed without what was refunded since.

    `orders` are the ids of the orders that correct it, up to the cut of the open run, in order; empty where
    the period differs only because an earlier one does, from which it carries.
    """

    paid: RunRecord
    restated: RunRecord
    orders: tuple[str, ...]


RESTATED = "restated"
"""The name of the finding of a run under way: its `Restated` tuples, oldest first."""


def restatements(work: Work) -> tuple[Restated, ...]:
    """The committed periods that refunds touch, of the plan and calendar of a run under way, oldest first.

    Empty where nothing was refunded of a closed period. The runs are those that the pass at the begin of the
    run has made or taken over, so this asks the database nothing.
    """
    rows: tuple[Restated, ...] = work.findings.get(RESTATED, ())
    return rows
