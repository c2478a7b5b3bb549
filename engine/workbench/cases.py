"""Data cases: a small company, a plan and what must come out, as one text file.

A case is how a rule is shown and tested without any Python; engine/README.md describes the format.
"""

import csv
import re
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from engine.composition.vetting import vet_placement
from engine.compute import compute
from engine.errors import UplineError
from engine.genealogy import placement
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.server.scratch import scratch
from engine.settings import Settings
from engine.stages.checks import CheckFailedError
from engine.workbench import reports

DEFAULTS: dict[str, dict[str, str]] = {
    "members": {
        "member_id": "", "name": "{member_id}", "sponsor_id": "", "placement_id": "", "leg": "",
        "enrolled_on": "2026-01-01", "status": "active", "country": "US", "owner_id": "{member_id}",
    },
    "customers": {"customer_id": "", "name": "{customer_id}", "member_id": "", "since": "2026-01-01"},
    "orders": {
        "order_id": "{row}", "ordered_at": "{day}T12:00:00Z", "member_id": "", "customer_id": "",
        "kind": "sale", "qualifying_volume": "0", "commissionable_volume": "{qualifying_volume}",
        "amount": "0", "currency": "USD", "refund_of": "",
    },
    "moves": {
        "member_id": "", "tree": "sponsor", "parent_id": "", "leg": "", "effective_on": "",
        "recorded_at": "{effective_on}T00:00:00Z", "actor": "case", "reason": "case",
    },
    "overrides": {
        "member_id": "", "kind": "", "value": "", "first_period": "", "last_period": "", "actor": "case",
        "reason": "case",
    },
    "facts": {"member_id": "", "period": "", "name": "", "value": "1"},
}  # fmt: skip
"""The columns of each table of a case, with what stands in a column that the case leaves out."""
SHORT = {
    "member": "member_id", "sponsor": "sponsor_id", "placement": "placement_id", "customer": "customer_id",
    "qv": "qualifying_volume", "cv": "commissionable_volume", "order": "order_id", "parent": "parent_id",
    "payee": "payee_id", "source": "source_id", "owner": "owner_id",
}  # fmt: skip
"""Short names that a case may use for columns."""


class CaseError(UplineError):
    """A case file cannot be read."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a case: `rows` map column to text, `line` is where it begins."""

    name: str
    line: int
    rows: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One case: company tables, the plan's text, the periods to run, the tables expected.

    An expected table names columns of a result table. ``expect``: exactly these rows, seen through these
    columns; ``expect some``: at least these.
    """

    path: Path
    title: str
    periods: tuple[str, ...]
    plan: str
    company: tuple[Table, ...]
    expected: tuple[tuple[Table, bool], ...]
    place: tuple[str, ...] = ()


def read(path: Path) -> Case:
    """Read a case file; raises CaseError with path and line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    title, plan = path.stem, ""
    periods: tuple[str, ...] = ("2026-11",)
    company: list[Table] = []
    expected: list[tuple[Table, bool]] = []
    place: tuple[str, ...] = ()
    at = 0
    while at < len(lines):
        head = lines[at].strip()
        body, start = [], at + 1
        at += 1
        if not head or head.startswith("#"):
            continue
        while at < len(lines) and (not lines[at].strip() or lines[at][0] in " \t"):
            body.append(lines[at])
            at += 1
        word, _, rest = head.partition(":")
        if word == "case":
            title = rest.strip()
        elif word == "periods":
            periods = tuple(rest.split())
        elif word == "place":
            place = tuple(rest.split())
        elif word == "plan":
            plan = "\n".join(line[2:] if line.startswith("  ") else line for line in body) + "\n"
        elif word in DEFAULTS:
            company.append(_table(path, word, start, body))
        elif found := re.fullmatch(r"expect( some)? ((?:report )?\w+)", word):
            expected.append((_table(path, found[2], start, body), found[1] is None))
        else:
            raise CaseError(
                f"{head!r} begins no part of a case", f"{path}:{start}", "Parts begin in the first column."
            )
    if not plan or not company or not expected:
        raise CaseError("a case needs plan:, members:, and at least one expect", str(path))
    return Case(path, title, periods, plan, tuple(company), tuple(expected), place)


def _table(path: Path, name: str, line: int, body: list[str]) -> Table:
    rows = [(line + 1 + place, text.split()) for place, text in enumerate(body) if text.strip()]
    if not rows:
        return Table(name, line, ())
    header = [SHORT.get(word, word) for word in rows[0][1]]
    found = []
    for number, words in rows[1:]:
        if len(words) != len(header):
            raise CaseError(f"{len(words)} words under {len(header)} columns", f"{path}:{number}")
        found.append(dict(zip(header, ("" if word == "-" else word for word in words), strict=True)))
    return Table(name, line, tuple(found))


def write(case: Case, folder: Path) -> Path:
    """Write the case's company tables into the folder, and its plan; returns the plan's path."""
    for table in case.company:
        defaults = DEFAULTS[table.name]
        if unknown := sorted({key for row in table.rows for key in row} - defaults.keys()):
            raise CaseError(f"{table.name} has no column {unknown[0]}", f"{case.path}:{table.line}")
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.DictWriter(file, list(defaults))
            rows.writeheader()
            for number, given in enumerate(table.rows, 1):
                first = case.periods[0]
                known = {"row": f"{table.name}-{number}", "day": _day(first)}
                row: dict[str, str] = {}
                for column, default in defaults.items():
                    row[column] = given[column] if column in given else default.format(**known, **row)
                rows.writerow(row)
    plan = folder / "plan.toml"
    plan.write_text(case.plan, encoding="utf-8")
    return plan


def failures(case: Case, graph: Graph | None = None) -> list[str]:
    """Run a case (in an empty database, or a scratch one) and say what differs; an empty list passes."""
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "company", Path(name) / "out"
        folder.mkdir()
        plan = write(case, folder)
        with ExitStack() as stack:
            if graph is None:
                running = stack.enter_context(scratch(Settings(brief=True)))
                graph = stack.enter_context(Graph(running.uri, running.user, running.password))
            asked = _answers(case, graph, folder, plan, out)
            return [
                said
                for table, whole in case.expected
                for said in _differences(case, table, _rows(case, table, out, asked), whole=whole)
            ]


Rows = list[dict[str, str]]


def _answers(case: Case, graph: Graph, folder: Path, plan: Path, out: Path) -> dict[str, Rows]:
    """Compute the case; what is asked beside the result tables: places, violations of checks, reports."""
    if case.place:
        import_company(graph, folder)
        return {"places": _places(case, graph)}
    try:
        _, done = compute(folder, plan, list(case.periods), out, graph=graph)
    except CheckFailedError as error:
        if not any(table.name == "violations" for table, _ in case.expected):
            raise
        return {"violations": [_texts(asdict(found)) for found in error.violations]}
    found: dict[str, Rows] = {"violations": []}
    for table, _ in case.expected:
        if table.name.startswith("report "):
            report = reports.find(table.name.removeprefix("report "), Settings().rules)
            rows = reports.ask(graph, report, done[-1])
            found[table.name] = [_texts(dict(zip(report.columns, row, strict=True))) for row in rows]
    return found


def _places(case: Case, graph: Graph) -> Rows:
    """Place everybody who waits by the case's rule, the longest wait first."""
    name, *options = case.place
    said = dict(option.partition("=")[::2] for option in options)
    module, given = placement.options(name, said, Settings().rules)
    vet_placement(graph, module)
    waiting = placement.waiting(graph)
    return [_texts(asdict(placement.place(graph, one.member_id, module, given))) for one in waiting]


def _texts(row: Mapping[str, object]) -> dict[str, str]:
    return {key: "" if value is None else str(value) for key, value in row.items()}


def _rows(case: Case, expected: Table, out: Path, asked: dict[str, Rows]) -> Rows:
    if expected.name in asked:
        return asked[expected.name]
    path = out / f"{expected.name}.csv"
    if not path.is_file():
        raise CaseError(f"there is no result table {expected.name}", f"{case.path}:{expected.line}")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _differences(case: Case, expected: Table, found: Rows, *, whole: bool) -> list[str]:
    where = f"{case.path}:{expected.line}"
    columns = list(expected.rows[0]) if expected.rows else []
    if found and (unknown := [column for column in columns if column not in found[0]]):
        raise CaseError(f"{expected.name} has no column {unknown[0]}", where)
    actual = [tuple(_plain(row[column]) for column in columns) for row in found]
    said = []
    for row in expected.rows:
        wanted = tuple(_plain(row[column]) for column in columns)
        if wanted in actual:
            actual.remove(wanted)
        else:
            said.append(f"{where}: {expected.name} lacks {_words(columns, wanted)}")
    if whole:
        said += [
            f"{where}: {expected.name} has {_words(columns, row)}, which is not expected" for row in actual
        ]
    return said


def _plain(text: str) -> str:
    """Numbers by value, so that a case may write 5 for 5.00; anything else as it is."""
    try:
        return f"{Decimal(text).normalize():f}" if text else ""
    except InvalidOperation:
        return text


def _words(columns: list[str], row: tuple[str, ...]) -> str:
    return ", ".join(f"{column} {value or '-'}" for column, value in zip(columns, row, strict=True))


def _day(period: str) -> str:
    if re.fullmatch(r"\d{4}-\d{2}", period):
        return f"{period}-10"
    return period[:10] if re.match(r"\d{4}-\d{2}-\d{2}", period) else f"{period[:4]}-01-10"
