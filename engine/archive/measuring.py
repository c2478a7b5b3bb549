"""The tables of a run are read from the store, sorted, and measured: block by block, also into a file."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.archive.content import TableForm, block_hash, blocks
from engine.archive.manifest import ArchivedTable, Manifest
from engine.archive.tables import tables
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from engine.progress import OnProgress, silent

if TYPE_CHECKING:
    import pyarrow as pa

EachBlock = Callable[[TableForm, int, str, "pa.Table"], None]
"""Takes a block: its table, its number from 0, its hash and its rows."""
LINE_BYTES, STANDING_BYTES = 110, 260
"""About how many bytes of files a line and a standing take while they are sorted."""


def measured(
    graph: Graph, run: RunRecord, folder: Path, each_block: EachBlock, report: OnProgress = silent
) -> Iterator[ArchivedTable]:
    """The tables of a run as a manifest lists them; large ones are sorted in `folder`.

    `each_block` is called for every block in order, before its table is yielded.
    """
    with tempfile.TemporaryDirectory(prefix=".sorting-", dir=folder) as sorting:
        for sorter in tables(graph, run, Path(sorting), report):
            hashes = []
            for number, block in enumerate(blocks(sorter.sorted())):
                hashes.append(block_hash(sorter.layout, block))
                each_block(sorter.layout, number, hashes[-1], block)
            yield ArchivedTable(sorter.layout, sorter.rows, tuple(hashes))


def bytes_while_sorting(run: RunRecord) -> int:
    """About how many bytes of files a run takes while its tables are sorted."""
    lines: int = sum(total["lines"] for total in run.totals)
    members: int = run.facts["members"]
    return 2 * (lines * LINE_BYTES + members * STANDING_BYTES)


def manifest_of(
    run: RunRecord,
    commit: Mapping[str, Any],
    archived: tuple[ArchivedTable, ...],
    texts: Iterable[tuple[str, str]],
    previous: Mapping[str, Any] | None,
) -> Manifest:
    """The manifest of a run's tables, by its commit, the texts that are kept with it, and the commit before.

    `texts` are pairs of what each text was used as, and its SHA-256.
    """
    facts = run.facts
    content = {
        "period": run.period, "first_day": str(facts["first_day"]), "last_day": str(facts["last_day"]),
        "plan": run.plan, "plan_version": run.plan_version, "plan_sha256": facts["plan_hash"],
        "currency": {"code": facts["currency"], "digits": run.cash.digits},
    }  # fmt: skip
    origin = {
        "run": run.number, "commit": commit["number"], "results_hash": commit["results_hash"],
        "engine_version": commit["engine_version"], "committed_with": commit["committed_with"],
        "time_zone_data": commit["time_zone_data"], "previous": previous,
        "texts": [{"as": name, "sha256": sha256} for name, sha256 in sorted(texts)],
    }  # fmt: skip
    return Manifest(content, archived, origin)
