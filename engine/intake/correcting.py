"""Refunds that correct: those of orders that a committed run counted.

Such a refund counts when its order counted, in the closed period, and so in no open one: whatever counts
orders goes by that instant. The committed run does not know it, because it came with a later change; the
period computed again does (engine/corrections).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from engine.genealogy.changes.closed import ClosedPeriod, last_to_end
from engine.genealogy.changes.lane import COMMITTED
from engine.genealogy.stored import in_lookups
from engine.graph.database import Graph

RULE = COMMITTED
"""The contradiction of a refund with its order that correcting resolves."""
REFUSED = f"{RULE}=refuse"
"""How a company keeps that such refunds are refused; where it keeps nothing of them, they correct."""
CORRECTS = "corrects"
"""The column of checked orders that says which ones correct; it is there where some do."""


def corrects(remarked: Collection[str]) -> bool:
    """Whether refunds of orders of committed periods correct those, by a company's rules for refunds."""
    return RULE not in remarked and REFUSED not in remarked


def correcting(
    typed: pa.Table,
    fresh: Collection[int] | None,
    graph: Graph | None,
    closed: Sequence[ClosedPeriod],
) -> dict[int, datetime]:
    """The rows of new refunds that take back an order of a committed period, and when that order counted.

    `fresh` are the new rows (None: all). A refund of such a refund is one too. Orders that are older than the
    first committed period are left out: no committed run has counted them.
    """
    last, named = last_to_end(closed), typed["refund_of"]
    if last is None or graph is None or named.null_count == typed.num_rows:
        return {}
    rows = pc.indices_nonzero(pc.is_valid(named)).to_pylist()
    if fresh is not None:
        rows = [row for row in rows if row in fresh]
    some = typed.select(["order_id", "refund_of"]).take(pa.array(rows, pa.int64()))
    takes_back = dict(zip(some["order_id"].to_pylist(), some["refund_of"].to_pylist(), strict=True))
    stored = _counted(graph, set(takes_back.values()))
    first = datetime.min.replace(tzinfo=UTC)
    if any(at < last.ends_at for at in stored.values()):
        first = graph.value("periods/first_committed").to_native()
    instants: dict[int, datetime] = {}
    for row, order_id in zip(rows, takes_back, strict=True):
        at = _root(order_id, takes_back, stored)
        if at is not None and first <= at < last.ends_at:
            instants[row] = at
    return instants


def marked(typed: pa.Table, instants: Mapping[int, datetime]) -> pa.Table:
    """The table with correcting orders counted when their orders counted, and a column that marks them."""
    if not instants:
        return typed
    counted = typed["counted_at"].to_pylist()
    for row, at in instants.items():
        counted[row] = at
    place = typed.column_names.index("counted_at")
    typed = typed.set_column(place, "counted_at", pa.array(counted, typed["counted_at"].type))
    return typed.append_column(CORRECTS, pa.array([row in instants for row in range(typed.num_rows)]))


def _counted(graph: Graph, order_ids: Collection[str]) -> dict[str, datetime]:
    """From when on stored orders count."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return {
        row[0]: epoch + timedelta(microseconds=row[10])
        for portion in in_lookups(sorted(order_ids))
        for row in graph.value("intake/known_orders", ids=portion)
    }


def _root(order_id: str, takes_back: Mapping[str, str], stored: Mapping[str, datetime]) -> datetime | None:
    """When the first stored order counted that a refund takes back, itself or through other new refunds."""
    seen: set[str] = set()
    at = order_id
    while at in takes_back and at not in seen:
        seen.add(at)
        at = takes_back[at]
        if at in stored:
            return stored[at]
    return None
