"""Hashes of what went into a run and of what came out: the same company and plan give the same bytes.

Columns come from the server in no order and are sorted here, so that neither the order of the store nor the
grouping of levels matters. Reading them leaves a core free, so a run hashes in parallel with its stages.
"""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import pairwise
from typing import Any

from engine.composition.measures import needs_sponsor_tree
from engine.graph.database import Graph, Row
from engine.graph.queries import Query, query
from engine.passes import record
from engine.passes.carry import properties
from engine.passes.context import Work
from engine.passes.record import RunRecord
from engine.period import Period

KEYS = {
    "tree": ("member_id",),
    "orders": ("order_id",),
    "figures": ("member_id",),
    "earnings": ("member_id", "bonus"),
    "carry": ("member_id", "name"),
    "corrections": ("member_id", "period", "bonus"),
}
"""The columns that sort the rows of each table; no two rows have the same values there."""
NOTHING_CARRIED = hashlib.sha256(b"carry").hexdigest()
"""The hash of a table `carry` without rows."""


def inputs(work: Work) -> dict[str, str]:
    """Hashes of the trees as the run froze them, and of the period's orders as it knew them.

    Live figures bring the hash of their trees along, unless members or trees have changed since. The hash of
    orders is that of the run whose volumes are taken over.
    """
    taken = work.frozen.run.facts["orders_hash"] if work.frozen and work.takes_volumes else None
    return {
        "tree_hash": work.tree_hash or tree(work),
        "orders_hash": taken or _hash("orders", _orders(work)),
    }


def tree(work: Work) -> str:
    """The hash of the trees in the run's standings, and of what the members start from."""
    sponsor: Query | str = query("hashes/sponsor") if needs_sponsor_tree(work.plan) else "null"
    return _hash("tree", _of_run(work, query("hashes/tree").fill(sponsor=sponsor)))


def figures(work: Work) -> dict[str, str]:
    """The hash of every standing's figures, which do not change any more once ranks are known."""
    return {"figures_hash": _hash("figures", _of_run(work, query("hashes/figures")))}


def results(work: Work) -> dict[str, Any]:
    """One hash of every standing's figures, of every earning, of every correction of a closed period, and of
    what the next period carries from them.

    What is carried has a hash of its own too, and the run keeps the names of the properties that count as
    carried.
    """
    known = work.findings.get("hash of figures") or figures(work)
    earnings = _hash("earnings", _of_run(work, query("hashes/earnings"), work.gatherers))
    names = properties(work.plan, work.period)
    carry = NOTHING_CARRIED
    if names:
        carry = _hash("carry", _of_run(work, query("hashes/carry"), work.gatherers, names=names))
    return {
        "carry_hash": carry,
        "carried": names,
        "results_hash": _together(
            known["figures_hash"],
            earnings,
            carry,
            _corrections(work.graph, work.run) if work.results.get("facts", {}).get("corrected_runs") else "",
        ),
    }


def stored_results(graph: Graph, run: RunRecord) -> str:
    """The hash of results of a complete run, from its standings and earnings as they are stored now.

    It equals the hash on the run's record unless something has changed them since, or a copy lost them. The
    hash of a run of an earlier release does not cover what is carried.
    """
    levels = record.levels_of(graph, run)

    def stored(name: str, **parameters: Any) -> str:
        return _hash(name, _levels(graph, run.number, levels, query(f"hashes/{name}"), **parameters))

    names = run.facts.get("carried")
    carry = stored("carry", names=names) if names else NOTHING_CARRIED
    corrections = _corrections(graph, run.number) if run.corrections else ""
    return _together(stored("figures"), stored("earnings"), carry, corrections)


def _together(figures_hash: str, earnings_hash: str, carry_hash: str, corrections_hash: str) -> str:
    """The hash of results; a run that carries or corrects nothing has the hash of before that was hashed."""
    carry = "" if carry_hash == NOTHING_CARRIED else carry_hash
    return hashlib.sha256((figures_hash + earnings_hash + carry + corrections_hash).encode()).hexdigest()


def _corrections(graph: Graph, run: int) -> str:
    """The hash of what a run has booked of closed periods."""
    return _hash("corrections", in_pieces(graph, query("hashes/corrections"), run))


def in_pieces(graph: Graph, statement: Query, run: int) -> Iterator[Row]:
    """The corrections of a run as parallel columns, some at a time, in the order of members.

    A piece ends with a member: of the last one in an answer only a part may be there.
    """
    start, most = "", record.STANDINGS_PER_ANSWER
    while True:
        row = graph.read(statement, run=run, **{"from": start}, most=most)[0]
        ids = row["member_id"]
        if len(ids) < most:
            yield row
            return
        start, end = ids[-1], ids.index(ids[-1])
        yield {column: values[:end] for column, values in row.items()}


def _of_run(work: Work, statement: Query, workers: int = 1, **parameters: Any) -> Iterator[Row]:
    stretches = record.slices(work.widths["main"])
    return _levels(work.graph, work.run, stretches, statement, workers, **parameters)


def _levels(
    graph: Graph,
    run: int,
    slices: Sequence[tuple[int, int]],
    statement: Query,
    workers: int = 1,
    **parameters: Any,
) -> Iterator[Row]:
    """The answer of a query on every standing, in pieces; `workers` pieces are read in parallel.

    Not by a `crew`: where a piece fails, that would stop the statements of the stages too, and hide the
    reason.
    """

    def read(levels: tuple[int, int]) -> Row:
        return graph.read(statement, run=run, first=levels[0], last=levels[1], **parameters)[0]

    with ThreadPoolExecutor(workers, thread_name_prefix="hash") as pool:
        yield from pool.map(read, slices)


def _orders(work: Work) -> Iterator[Row]:
    """The period's orders by change number: small changes together, a large one in equal parts of time."""
    counts = work.graph.read("hashes/imports", start=work.period.start, end=work.period.end, cut=work.cut)
    for first, last in record.slices([row["orders"] for row in counts]):
        group = counts[first : last + 1]
        numbers = [row["import_no"] for row in group]
        times = _stretches(
            work.period, 1 + sum(row["orders"] for row in group) // record.STANDINGS_PER_ANSWER
        )
        for start, end in pairwise(times):
            window = {"start": start, "end": end, "excluded": work.window["excluded"]}
            yield from work.graph.read("hashes/orders", imports=numbers, **window)


def _stretches(period: Period, count: int) -> list[datetime]:
    """The instants that divide a period into `count` stretches, its start and end among them."""
    step = (period.end - period.start) / count
    return [*(period.start + number * step for number in range(count)), period.end]


def _hash(name: str, pieces: Iterator[Row]) -> str:
    """SHA-256 of a table's rows in the order of its keys: by column, lengths and then texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

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
