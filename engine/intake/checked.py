"""A company table after its checks: what is new in it, what has changed, and what is stored as it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from engine.intake.tables import CompanyTable


@dataclass(frozen=True, slots=True)
class CheckedRows:
    """A checked table: typed columns, and the rows that are new or changed; the rest is as stored."""

    table: CompanyTable
    columns: pa.Table
    new: list[int]
    updated: list[int]
    unchanged: int
    remarks: tuple[str, ...] = ()
    """Sentences on what is not refused, but worth a look."""
    before: Mapping[int, list[Any]] = field(default_factory=dict)
    """What is stored of the changed rows."""

    @property
    def added(self) -> pa.Table:
        """The new rows."""
        return self.columns.take(pa.array(self.new, pa.int64()))

    @property
    def changed(self) -> pa.Table:
        """The changed rows."""
        return self.columns.take(pa.array(self.updated, pa.int64()))

    @property
    def both(self) -> pa.Table:
        """New rows, then changed ones."""
        return self.columns.take(pa.array(self.new + self.updated, pa.int64()))

    @property
    def by_row(self) -> list[tuple[int, dict[str, Any]]]:
        """The values of new rows, then of changed ones, each with its row."""
        return list(zip(self.new + self.updated, self.both.to_pylist(), strict=True))
