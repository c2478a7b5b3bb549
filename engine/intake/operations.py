"""Operations on people and trees from a file, or from rows of a program: one row, one operation.

The columns are the fields of engine/genealogy/operations/kinds.py. Rows are read and refused as those of
company tables; what an operation itself is refused for is a refusal of its row.
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any

from engine.errors import UplineError, did_you_mean, excerpt
from engine.genealogy import placement
from engine.genealogy.changes.lane import read_company
from engine.genealogy.operations.bulk import NoneDoneError, perform_all
from engine.genealogy.operations.kinds import FIELDS, KINDS, Operation, TakeBack
from engine.genealogy.operations.performing import Done, Instruction, keyed
from engine.genealogy.placement import ByHand, ByRule
from engine.genealogy.stored import PROSPECT_STATUSES, TREES
from engine.graph.database import Graph
from engine.intake import columns
from engine.intake.files import Dialect
from engine.intake.refusals import OperationsRefusedError, Refusal, Refusals
from engine.intake.rows import Rows
from engine.intake.tables import CompanyTable, Layout, read_table
from engine.progress import OnProgress, silent
from engine.settings import Settings
from engine.text import csv_writer, pairs, quoted

LAYOUT = Layout(
    "operations",
    ("kind",),
    (
        "member_id", "sponsor_id", "parent_id", "other_id", "customer_id", "prospect_id", "owner_id", "name",
        "country", "source", "status", "leg", "rule", "options", "tree", "alone", "groups", "root", "begin",
        "customers_only", "member_ids", "terminated", "inactive_periods", "plan", "accept_valid", "number",
        "on", "reason",
    ),
)  # fmt: skip
"""The table of operations; which columns a row fills depends on its kind."""
ADDED = ("line", "refusal", "what", "todo")
"""Columns that the file of refused rows has besides their own."""
OF_EVERY = ("kind", "reason")
OF_PLACE = ("parent_id", "leg", "rule", "options")
"""Columns that say which place somebody takes, where an operation has `how`."""
FILLED = {"how": ("parent_id", "rule", "options")}
"""The columns of which one is filled where a field is needed; by default the one of its name."""
PLACE = ("parent_id", "Name the parent, or a rule that finds the place.")
FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
CHOICES = {"tree": TREES, "status": PROSPECT_STATUSES}
"""Columns that hold one of some words."""
MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class OperationsReport:
    """What became of a table of operations.

    `done` are the changes made now, `before` those that an earlier call with the same rows has made.
    """

    rows: int
    done: tuple[Done, ...]
    before: tuple[Done, ...]
    refusals: tuple[Refusal, ...]
    refusals_file: Path | None
    warnings: tuple[str, ...]
    seconds: float


@dataclass(slots=True)
class _Reading:
    """A table on its way to instructions."""

    graph: Graph
    table: CompanyTable
    refusals: Refusals
    actor: str
    reason: str
    key: str | None
    rules: dict[tuple[str, str], ByRule | UplineError]

    def instructions(self) -> dict[int, Instruction]:
        """The instructions of the sound rows, by row."""
        columns.needed(self.table, "kind", self.refusals)
        days = columns.dates(self.table, "on", self.refusals).to_pylist()
        texts = {name: self.table[name].to_pylist() for name in LAYOUT.columns}
        rows = {}
        for row in range(self.table.count):
            values = {name: column[row] for name, column in texts.items() if column[row] is not None}
            operation = self._operation(row, values, days[row])
            if operation is not None and row not in self.refusals.rows(self.table):
                key = f"{self.key}:{row}" if self.key else None
                request = keyed(self.actor, key, operation)
                rows[row] = Instruction(operation, self.actor, values.get("reason", self.reason), request)
        return rows

    def _refuse(self, row: int, name: str, what: str, todo: str) -> None:
        self.refusals.row(self.table, row, name, what, todo)

    def _operation(self, row: int, values: Mapping[str, str], day: Any) -> Operation | None:
        if "kind" not in values:
            return None
        kind = KINDS.get(values["kind"].lower().replace("-", "_"))
        if kind is None:
            todo = did_you_mean(values["kind"], KINDS) or f"There are {', '.join(KINDS)}."
            what = f"{self.table.called('kind')} {excerpt(values['kind'])} is no kind of operation"
            self._refuse(row, "unknown_kind", what, todo)
            return None
        taken = {each.name: each for each in fields(kind)}
        if kind is TakeBack:
            del taken["on"]  # it holds from the day of what it takes back
        places = OF_PLACE if "how" in taken else ()
        for name in values:
            if name not in (*taken, *OF_EVERY, *places):
                what = f"{self.table.called(name)} has no meaning in the operation {kind.kind}"
                self._refuse(row, "column_not_used", what, "Leave it empty, or give another kind.")
        facts: dict[str, Any] = {
            name: self._value(row, name, text) for name, text in values.items() if name in taken
        }
        if places:
            facts |= self._place(row, values, facts)
        if "on" in taken:
            facts["on"] = day
        for name, each in taken.items():
            if each.default is MISSING and not any(column in values for column in FILLED.get(name, (name,))):
                column, todo = PLACE if name == "how" else (name, "Give a value.")
                what = f"{self.table.called(column)} is empty, which {kind.kind} needs"
                self._refuse(row, "missing_value", what, todo)
        return None if row in self.refusals.rows(self.table) else kind(**facts)

    def _value(self, row: int, name: str, text: str) -> Any:
        """A text as the field has it; refused where it is none."""
        if FIELDS[name].type is bool:
            if text.lower() not in FLAGS:
                what = f"{self.table.called(name)} is {excerpt(text)}, neither true nor false"
                self._refuse(row, "bad_choice", what, "Write true or false.")
            return FLAGS.get(text.lower())
        if name == "member_ids":
            return tuple(text.split())
        if name in CHOICES:
            word = text.lower().replace(" ", "_").replace("-", "_")
            if word not in CHOICES[name]:
                what = f"{self.table.called(name)} is {excerpt(text)}"
                self._refuse(row, "bad_choice", what, f"Use {' or '.join(CHOICES[name])}.")
            return word
        if FIELDS[name].type is int:
            if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
                what = f"{self.table.called(name)} {excerpt(text)} is no whole number"
                self._refuse(row, "bad_number", what, "Write digits alone, such as 17.")
                return None
            return int(text)
        return text

    def _place(self, row: int, values: Mapping[str, str], facts: dict[str, Any]) -> dict[str, Any]:
        """The place that a row names: under a member, or by a rule."""
        if "rule" in values and "parent_id" in values:
            what = f"both {self.table.called('parent_id')} and {self.table.called('rule')} are filled"
            self._refuse(row, "two_places", what, "Give one of them.")
        elif "options" in values and "rule" not in values:
            what = f"{self.table.called('options')} belongs to a rule, and there is none"
            self._refuse(row, "column_not_used", what, "Leave it empty, or name the rule.")
        elif "parent_id" in values:
            facts.pop("leg", None)
            return {"how": ByHand(values["parent_id"], values.get("leg"))}
        elif "rule" in values:
            if "leg" in values:
                what = f"{self.table.called('leg')} is filled, and the rule finds the leg"
                self._refuse(row, "column_not_used", what, "Leave it empty, or name the parent.")
            how = self._rule(values["rule"], values.get("options", ""))
            if isinstance(how, UplineError):
                self._refuse(row, how.name, how.what, how.todo or "")
            else:
                return {"how": how}
        return {}

    def _rule(self, name: str, options: str) -> ByRule | UplineError:
        """A placement rule with options such as ``width=3 depth=9``, tried on the server once."""
        if (name, options) not in self.rules:
            texts = pairs(options.split())
            try:
                self.rules[name, options] = placement.vetted(self.graph, name, texts, Settings().rules)
            except UplineError as error:
                self.rules[name, options] = error
        return self.rules[name, options]


def perform_table(
    graph: Graph,
    source: Path | Sequence[Mapping[str, Any]],
    *,
    accept_valid: bool = False,
    actor: str = "upline",
    reason: str = "",
    key: str | None = None,
    refusals_to: Path | None = None,
    progress: OnProgress = silent,
    column_called: Callable[[str], str] = str,
) -> OperationsReport:
    """Do the operations of a file (CSV, TSV or Parquet) or of rows, in their order: all of them or none.

    Raises OperationsRefusedError, with nothing done, if any row is refused; with `accept_valid` the others
    are done, and the refused rows of a file go to `refusals_to` (default: refusals.csv in the working
    folder), which can be corrected and given again. `actor` and `reason` are those of every row, unless a row
    has a reason of its own.

    Given again, the same file does nothing twice and goes on where it was interrupted: rows are known by
    `key`, by default a hash of the file. Raises what `perform_all` raises, too.
    """
    began = time.monotonic()
    refusals = Refusals()
    path = source if isinstance(source, Path) else None
    table = _read(source, refusals, column_called)
    if table is None:
        raise OperationsRefusedError(refusals.resolve(), path, acceptable=False)
    if key is None and path is not None:
        key = hashlib.sha256(path.read_bytes()).hexdigest()
    instructions = _Reading(graph, table, refusals, actor, reason, key, {}).instructions()
    if refusals.any and not accept_valid:
        raise OperationsRefusedError(refusals.resolve(), path)
    rows, newest = list(instructions), _newest(graph)
    try:
        outcomes = perform_all(
            graph, list(instructions.values()), accept_valid=accept_valid, actor=actor, report=progress,
            source=path.name if path else None,
        )  # fmt: skip
    except NoneDoneError as error:
        for place, why in error.refused.items():
            _refuse(refusals, table, rows[place], why)
        raise OperationsRefusedError(refusals.resolve(), path) from error
    for row, outcome in zip(rows, outcomes, strict=True):
        if not isinstance(outcome, Done):
            _refuse(refusals, table, row, outcome)
    done = [each for each in outcomes if isinstance(each, Done)]
    saved = _save(table, refusals, refusals_to or Path("refusals.csv")) if path and refusals.any else None
    return OperationsReport(
        table.count, tuple(each for each in done if each.number > newest),
        tuple(each for each in done if each.number <= newest), tuple(refusals.resolve()), saved,
        table.warnings, time.monotonic() - began,
    )  # fmt: skip


def _newest(graph: Graph) -> int:
    """The number of the newest change."""
    number: int = read_company(graph).newest
    return number


def _read(
    source: Path | Sequence[Mapping[str, Any]], refusals: Refusals, column_called: Callable[[str], str]
) -> CompanyTable | None:
    if not isinstance(source, Path):
        return Rows({}, column_called).table(LAYOUT, source, refusals)
    separated = Dialect(delimiter="\t") if source.suffix == ".tsv" else None
    known = replace(LAYOUT, optional=(*LAYOUT.optional, *ADDED))
    return read_table(source, known, refusals, separated)


def _refuse(refusals: Refusals, table: CompanyTable, row: int, why: UplineError) -> None:
    """What an operation is refused for; where it is about one field, the message begins with its column."""
    field = getattr(why, "field", None)
    what = f"{table.called(field)}: {why.what}" if field in LAYOUT.columns else why.what
    refusals.row(table, row, why.name, what, why.todo or "")


def _save(table: CompanyTable, refusals: Refusals, path: Path) -> Path:
    """The refused rows as the file has them, each with its line and why: corrected, it is given again."""
    names = [name for name in table.read.header.names if name not in ADDED]
    places = [place for place, name in enumerate(table.read.header.names) if name not in ADDED]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv_writer(file)
        writer.writerow([*names, *ADDED])
        for refusal, values in refusals.with_rows():
            own = [values[place] if place < len(values) else "" for place in places]
            line = refusal.where.rpartition(":")[2]
            writer.writerow([*own, line, refusal.name, quoted(refusal.what), quoted(refusal.todo)])
    return path
