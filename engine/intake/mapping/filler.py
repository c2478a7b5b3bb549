"""One column of ours, filled from the columns of a file as a mapping says."""

from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import excerpt
from engine.intake.mapping import values
from engine.intake.mapping.dates import iso_texts
from engine.intake.mapping.folder import Folder, Part, contents_of, meets
from engine.intake.mapping.mapping import DAYS, INSTANTS, Column, Lookup, labelled

Fault = tuple[int, str, str, str]
"""A value that cannot be read: the row of the table, the refusal's name, what is wrong, what to do."""


@dataclass(slots=True)
class Filler:
    """Fills one column for the rows of a part, whose first row in the table is `start`."""

    folder: Folder
    part: Part
    column: Column
    faults: list[Fault]
    start: int
    looked_up: list[Path] = field(default_factory=list)

    def filled(self, ids: pa.Array | None) -> pa.Array:
        """The column's values, in the form that our tables have; `ids` name the rows."""
        column = self.column
        texts = values.without(self._source(), column.empty)
        if column.lookup:
            texts = self._found(texts, column.lookup)
        if column.words:
            texts = self._worded(texts)
        elif column.otherwise is not None and not column.lookup:
            texts = pc.fill_null(texts, column.otherwise)
        if column.formats and column.names:
            texts = self._dated(texts)
        if column.numbers and column.names:
            texts = self._figured(texts)
        if column.target in INSTANTS and self.part.feed.zone:
            texts = values.in_zone(texts, ZoneInfo(self.part.feed.zone))
        if column.upper:
            texts = pc.utf8_upper(texts)
        if column.prefix:
            texts = pc.binary_join_element_wise(pa.scalar(column.prefix), texts, "")
        if column.itself and ids is not None:
            itself = pc.fill_null(pc.equal(texts, ids), False)
            texts = pc.if_else(itself, pa.scalar(None, pa.string()), texts)
        return texts

    def _source(self) -> pa.Array:
        column, read, rows = self.column, self.part.read, self.part.rows
        if not column.names:
            constant = pa.scalar(column.value or None, pa.string())
            return pa.array([constant.as_py()] * len(rows), pa.string())
        arrays = [values.without(read.columns[name].take(rows), column.empty) for name in column.names]
        if column.how == "first":
            return pc.coalesce(*arrays)
        if column.how == "joined":
            joined = arrays[0]
            for each in arrays[1:]:
                both = pc.binary_join_element_wise(joined, each, column.separator)
                joined = pc.coalesce(both, joined, each)
            return joined
        return arrays[0]

    def _found(self, texts: pa.Array, lookup: Lookup) -> pa.Array:
        path = self.folder.directory / lookup.file
        read = None
        if path.is_file():
            feeds = self.folder.mapping.feeds
            written = [feed.dialect for feed in feeds if any(path.match(name) for name in feed.files)]
            read = contents_of(
                self.folder, path, lookup.dialect or (written[0] if written else self.part.feed.dialect)
            )
        else:
            todo = f"Add the file, or correct the mapping at {self.column.place}."
            self.folder.refusals.file("unreadable_file", f"there is no {lookup.file}", lookup.file, todo)
        if read is None:
            return pa.nulls(len(texts), pa.string())
        self.looked_up.append(path)
        within = meets(read, lookup.where)
        keys, targets = (read.columns[name].filter(within) for name in (lookup.key, lookup.value))
        several = _contradicting(keys, targets)
        place = pc.index_in(texts, value_set=keys, skip_nulls=True)
        taken = targets.take(place)
        if several:
            bad = pc.fill_null(pc.is_in(texts, pa.array(several, pa.string())), False)
            self._fault(
                bad, texts, "ambiguous_lookup",
                f"has several {lookup.value} there", "Let a condition of the lookup choose one.",
            )  # fmt: skip
        if self.column.otherwise is not None:
            taken = pc.fill_null(taken, self.column.otherwise)
        return taken

    def _worded(self, texts: pa.Array) -> pa.Array:
        taken, unknown = values.worded(texts, dict(self.column.words), self.column.otherwise)
        todo = f"Add it to the words of the mapping at {self.column.place}, or say otherwise = there."
        self._fault(unknown, texts, "unknown_word", "is no word of the mapping", todo)
        return taken

    def _dated(self, texts: pa.Array) -> pa.Array:
        dates = iso_texts(texts, self.column.formats)
        forms = " or ".join(form.text for form in self.column.formats)
        bad = pc.and_(pc.is_valid(texts), pc.is_null(dates))
        todo = f"Correct it, or add its format to the mapping at {self.column.place}."
        self._fault(bad, texts, "bad_date", f"is no date of the form {forms}", todo)
        # Of an instant where a day belongs the day counts, as it is written.
        return pc.utf8_slice_codeunits(dates, 0, 10) if self.column.target in DAYS else dates

    def _figured(self, texts: pa.Array) -> pa.Array:
        assert self.column.numbers
        numbers = self.column.numbers
        plain = values.figures(texts, numbers)
        bad = pc.and_(pc.is_valid(texts), pc.is_null(plain))
        groups = f" and groups by {numbers.thousands!r}" if numbers.thousands else ""
        what = f"is no figure with decimals by {numbers.decimal!r}{groups}"
        todo = f"Correct it, or the signs of figures in the mapping at {self.column.place}."
        self._fault(bad, texts, "bad_decimal", what, todo)
        return values.negative(plain) if self.column.negative else plain

    def _fault(self, bad: pa.Array, texts: pa.Array, name: str, what: str, todo: str) -> None:
        if not pc.any(bad).as_py():
            return
        called = labelled(self.column.label, self.column.target)
        for row in pc.indices_nonzero(pc.fill_null(bad, False)).to_pylist():
            shown = excerpt(texts[row].as_py())
            self.faults.append((self.start + row, name, f"{called} {shown} {what}", todo))


def _contradicting(keys: pa.Array, targets: pa.Array) -> list[str]:
    """Keys of a lookup that have more than one value."""
    pairs = pa.table({"key": keys, "value": targets}).filter(pc.and_(pc.is_valid(keys), pc.is_valid(targets)))
    counted = pairs.group_by("key").aggregate([("value", "count_distinct")])
    several = counted.filter(pc.greater(counted["value_count_distinct"], 1))
    return [str(key) for key in several["key"].to_pylist()]
