"""Legs of the tables in the company's spelling: L, left and 1 are one leg, and a company uses one of them.

The spelling is that of the legs which are stored, or else of the first one in the tables.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from engine.genealogy import legs, slots
from engine.graph.database import Graph
from engine.intake.tables import CompanyTable

COLUMN = "leg"


def in_one_spelling(tables: Mapping[str, CompanyTable], graph: Graph | None) -> dict[str, CompanyTable]:
    """The tables with legs of binaries as the company writes them, and a remark where that changes some."""
    written = {name: _written(table) for name, table in tables.items() if COLUMN in table.columns}
    first = next((leg for each in written.values() for leg in each if legs.leg_key(leg) in legs.SIDES), None)
    if first is None:
        return dict(tables)
    example = (slots.leg_in_use(graph.read) if graph else None) or first
    return {
        name: _respelled(table, written[name], example) if name in written else table
        for name, table in tables.items()
    }


def _written(table: CompanyTable) -> list[str]:
    """Each way in which a table writes a leg, once, the first one first."""
    return [leg for leg in pc.unique(table[COLUMN]).to_pylist() if leg is not None]


def _respelled(table: CompanyTable, written: Iterable[str], example: str) -> CompanyTable:
    changed = {leg: same for leg in written if (same := legs.as_written(leg, example)) != leg}
    if not changed:
        return table
    coded = table[COLUMN].dictionary_encode()
    words = pa.array([changed.get(leg, leg) for leg in coded.dictionary.to_pylist()], pa.string())
    before, now = ", ".join(changed), ", ".join(dict.fromkeys(changed.values()))
    remark = f"{table.path.name}: legs {before} are kept as {now}, as this company writes its legs"
    return replace(
        table,
        columns={**table.columns, COLUMN: words.take(coded.indices)},
        warnings=(*table.warnings, remark),
    )
