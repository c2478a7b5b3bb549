"""What an import refuses: each row with a name, what is wrong, the place in the file and what to do."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Protocol

from engine.errors import UplineError
from engine.text import csv_writer, quoted

LONGEST = 400
"""Characters of what is wrong with a row; values may be as long as a file."""
SHOWN = 20
"""Refusals that a message lists in full; the rest is counted by name."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused row (or file): `where` is ``members.csv:17``, the line on which the row begins.

    A Parquet file has no lines: there the number counts rows from 1. Rows that a program hands over have no
    file: there it is ``members[16]``, counted from 0.
    """

    name: str
    what: str
    where: str
    todo: str


class Source(Protocol):
    """A table that can find its rows again in the file it came from."""

    @property
    def name(self) -> str:
        """The table, which no other one of the import is called."""
        ...

    def originals(self, rows: Sequence[int]) -> dict[int, tuple[str, list[str]]]:
        """For each row its place, such as ``members.csv:17``, and its fields as they are written there."""
        ...


class ImportRefusedError(UplineError):
    """Company tables hold rows that cannot be taken; nothing was written.

    `refusals` are all of them, rows that are wrong themselves before rows that only depend on one.
    """

    mend = "Correct the tables and import again"

    def __init__(self, refusals: Sequence[Refusal], directory: Path | None, acceptable: bool = True) -> None:
        self.refusals = tuple(refusals)
        counts = Counter(refusal.name for refusal in refusals)
        lines = [f"{one.where}: {one.what} [{one.name}] {one.todo}".rstrip() for one in refusals[:SHOWN]]
        if len(refusals) > SHOWN:
            lines.append(f"... and {len(refusals) - SHOWN:,} more")
        lines.append("by name: " + ", ".join(f"{name} {count:,}" for name, count in counts.most_common()))
        todo = self.mend
        todo += ", or write what is sound with --accept-valid." if acceptable else "."
        super().__init__(
            f"{len(refusals):,} refused, nothing was written\n  " + "\n  ".join(lines) + "\n ",
            str(directory) if directory else None,
            todo,
        )


class OperationsRefusedError(ImportRefusedError):
    """Some operations of a file cannot be done; none was done."""

    mend = "Correct the rows and give them again"


@dataclass(frozen=True, slots=True)
class _Note:
    row: int
    name: str
    what: str
    todo: str


class Refusals:
    """Collects refusals of one import; places in files are looked up only at the end."""

    def __init__(self) -> None:
        self._notes: dict[str, tuple[Source, list[_Note]]] = {}
        self._rows: dict[str, set[int]] = {}
        self._settled: dict[str, set[int]] = {}
        self._consequences: dict[str, list[_Note]] = {}
        self._seen: set[tuple[str, int, str]] = set()
        self.files: list[Refusal] = []
        """Refusals of whole files: these cannot be accepted around."""

    def file(self, name: str, what: str, where: str, todo: str) -> None:
        """Refuse a whole file."""
        self.files.append(Refusal(name, what, where, todo))

    def row(
        self, source: Source, row: int, name: str, what: str, todo: str = "", consequence: bool = False
    ) -> None:
        """Refuse one row; a consequence follows from another refused row and is listed last."""
        key = source.name
        if row in self._settled.get(key, ()) or (key, row, name) in self._seen:
            return
        self._seen.add((key, row, name))
        if name == "wrong_field_count":
            self.settle(source, {row})
        self._rows.setdefault(key, set()).add(row)
        notes = self._notes.setdefault(key, (source, []))[1]
        if consequence:
            notes = self._consequences.setdefault(key, [])
        notes.append(_Note(row, name, shortened(what), todo))

    def settle(self, source: Source, rows: set[int]) -> None:
        """Say of refused rows that nothing else is to be said of them: their values could not be read."""
        self._settled.setdefault(source.name, set()).update(rows)

    def rows(self, source: Source) -> set[int]:
        """The rows of a table that are refused so far."""
        return self._rows.setdefault(source.name, set())

    @property
    def any(self) -> bool:
        """Whether anything is refused."""
        return bool(self.files or any(self._rows.values()))

    def resolve(self) -> list[Refusal]:
        """Every refusal with its place, wrong files first, then wrong rows, then consequences."""
        return self.files + [refusal for refusal, _ in self._resolved()]

    def save(self, path: Path) -> int:
        """Write the refused rows as CSV (file, line, name, what, todo, row); returns how many lines.

        The last column is the row as it stood, as one CSV record, so that it can be corrected and imported.
        """
        refused = self._resolved()
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv_writer(file)
            writer.writerow(["file", "line", "name", "what", "todo", "row"])
            for refusal, fields in refused:
                name, _, line = refusal.where.rpartition(":")
                texts = (refusal.what, refusal.todo, record(fields))
                writer.writerow([name, line, refusal.name, *(_safe(text) for text in texts)])
        return len(refused)

    def with_rows(self) -> list[tuple[Refusal, list[str]]]:
        """Every refused row with its place, and its fields as they are written there."""
        return self._resolved()

    def _resolved(self) -> list[tuple[Refusal, list[str]]]:
        first: list[tuple[Refusal, list[str]]] = []
        last: list[tuple[Refusal, list[str]]] = []
        for key, (source, notes) in self._notes.items():
            places = source.originals(sorted(self._rows[key]))
            for target, listed in ((first, notes), (last, self._consequences.get(key, []))):
                for note in sorted(listed, key=lambda note: note.row):
                    where, fields = places[note.row]
                    target.append((Refusal(note.name, note.what, where, note.todo), fields))
        return first + last


def _safe(text: str) -> str:
    """A text that no spreadsheet computes; one with an apostrophe already, as tables may have it, is kept."""
    return text if text.startswith("'") else quoted(text)


def shortened(sentence: str) -> str:
    """A sentence whose quoted values may be of any length, cut where nobody reads on."""
    return sentence if len(sentence) <= LONGEST else f"{sentence[: LONGEST - 3]}..."


def record(fields: Sequence[str]) -> str:
    """One CSV record of these fields, without the end of the line."""

    line = StringIO()
    csv_writer(line).writerow(fields)
    return line.getvalue().removesuffix("\n")
