"""Hashes of what went into a run and of what came out: the same company and plan give the same bytes.

Columns come from the server in no order and are sorted here, so that neither the store's own order nor the
grouping of levels shows. Reading them leaves a core free, so a run does it beside its stages.
"""

import hashlib
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from engine.graph import Row
from engine.queries import Query, query
from engine.runs import slices
from engine.work import Work

KEYS = {
    "tree": ("member_id",),
    "orders": ("order_id",),
    "figures": ("member_id",),
    "earnings": ("member_id", "bonus"),
}
"""What sorts the rows of each table; no two rows share it."""


def inputs(work: Work) -> dict[str, str]:
    """Hashes of the trees as the run froze them, and of the orders that it counted."""
    sponsor: Query | str = query("hashes/sponsor") if work.plan.needs_sponsor_tree else "null"
    tree = query("hashes/tree").fill(sponsor=sponsor)
    return {
        "tree_hash": _hash("tree", _pieces(work, tree)),
        "orders_hash": _hash("orders", _pieces(work, query("hashes/orders"), **work.window)),
    }


def results(work: Work) -> dict[str, str]:
    """One hash of every standing's figures and of every earning."""
    digest = hashlib.sha256()
    for name in ("figures", "earnings"):
        digest.update(_hash(name, _pieces(work, query(f"hashes/{name}"))).encode())
    return {"results_hash": digest.hexdigest()}


def _pieces(work: Work, asked: Query, **given: object) -> Iterator[Row]:
    for first, last in slices(work.widths["main"]):
        yield from work.graph.read(asked, run=work.run, first=first, last=last, **given)


def _hash(name: str, pieces: Iterator[Row]) -> str:
    """SHA-256 of a table's rows in the order of its keys: by column, lengths and then texts."""
    tables = [pa.table({column: pa.array(values) for column, values in row.items()}) for row in pieces]
    filled = [table for table in tables if table.num_rows]
    if not filled:
        return hashlib.sha256(name.encode()).hexdigest()
    table = pa.concat_tables(filled)
    digest = hashlib.sha256(name.encode())
    order = pc.sort_indices(table, sort_keys=[(key, "ascending") for key in KEYS[name]])
    for column in table.column_names:
        texts = pc.cast(table[column], pa.large_string()).combine_chunks().take(order)
        lengths = pc.binary_length(texts)
        digest.update(column.encode())
        digest.update(memoryview(lengths.buffers()[1])[: len(lengths) * lengths.type.byte_width])
        digest.update(memoryview(texts.buffers()[2])[: pc.sum(lengths).as_py()])
    return digest.hexdigest()
