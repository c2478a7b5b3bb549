"""Data cases: a small company, a plan and what must come out, as one text file.

A case shows and tests a rule without any Python. docs/rules/cases.md describes the format; notation.py reads
its tables.
"""

import csv
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from engine.answers.states import states
from engine.compute import compute
from engine.genealogy import placement
from engine.genealogy.operations import placing
from engine.graph.database import Graph
from engine.graph.queries import Query
from engine.intake.importing import import_company
from engine.passes.checks import Violation, violations
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of
from engine.server.standby import standby_server
from engine.settings import Settings
from engine.stages.checks import CheckFailedError
from engine.text import pairs
from engine.workbench import notation, reports
from engine.workbench.notation import CaseError, Row

DEFAULTS: dict[str, dict[str, str]] = {
    "members": {
        "member_id": "", "name": "{member_id}", "sponsor_id": "", "placement_id": "", "leg": "",
        "enrolled_on": "2026-01-01", "status": "active", "country": "US", "owner_id": "{member_id}",
    },
    "customers": {
        "customer_id": "", "name": "{customer_id}", "member_id": "", "since": "2026-01-01", "became": "",
    },
    "orders": {
        "order_id": "{row}", "ordered_at": "{day}T12:00:00Z", "member_id": "", "customer_id": "",
        "kind": "sale", "qualifying_volume": "0", "commissionable_volume": "{qualifying_volume}",
        "amount": "0", "currency": "USD", "refund_of": "", "counted_at": "",
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
    "outside_earnings": {"member_id": "", "period": "", "bonus": "", "amount": "0", "currency": ""},
    "openings": {
        "member_id": "", "plan": "", "period": "", "kind": "", "name": "", "part": "", "value": "",
    },
}  # fmt: skip
"""The columns of each table of a case, with the value of a column that the case leaves out."""
SHORT = {
    "member": "member_id", "sponsor": "sponsor_id", "placement": "placement_id", "customer": "customer_id",
    "qv": "qualifying_volume", "cv": "commissionable_volume", "order": "order_id", "parent": "parent_id",
    "payee": "payee_id", "source": "source_id", "owner": "owner_id",
}  # fmt: skip
"""Short names that a case may use for columns."""
SHOWN = 20
"""Rows of a table that a failing case prints, where it expects some rows only."""
_EXPECT = re.compile(r"expect( some)? (\w+|report \w+(?: \w+=\d+)*)")


Rows = list[Row]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a case: `rows` map column to text, `line` is where it begins."""

    name: str
    line: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One case: company tables, the plan's text, the periods to run, the tables expected.

    An expected table names columns of a result table. ``expect``: exactly these rows, seen through these
    columns; ``expect some``: at least these. `tamper` is a Cypher statement that falsifies the results before
    the checks look at them.
    """

    path: Path
    title: str
    periods: tuple[str, ...]
    plan: str
    company: tuple[Table, ...]
    expected: tuple[tuple[Table, bool], ...]
    place: tuple[str, ...] = ()
    tamper: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case as computed: `tables` holds what `expect` can name, by name.

    The result tables are in the folder `out`; company tables and plan.toml are in `company`.
    """

    company: Path
    out: Path
    tables: dict[str, Rows]


def read(path: Path) -> Case:
    """Read a case file; raises CaseError with path and line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    title, plan, tamper = path.stem, "", ""
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
        elif word == "tamper":
            tamper = "\n".join(body)
        elif word in DEFAULTS:
            company.append(_table(path, word, start, body))
        elif expectation := _EXPECT.fullmatch(word):
            expected.append((_table(path, expectation[2], start, body), expectation[1] is None))
        else:
            raise CaseError(
                f"{head!r} begins no part of a case", f"{path}:{start}", "Parts begin in the first column."
            )
    if not plan or not company or not expected:
        raise CaseError("a case needs plan:, members:, and at least one expect", str(path))
    return Case(path, title, periods, plan, tuple(company), tuple(expected), place, tamper)


def _table(path: Path, name: str, line: int, body: list[str]) -> Table:
    columns, rows = notation.table(body, str(path), line + 1)
    header = [SHORT.get(column, column) for column in columns]
    return Table(name, line, tuple(dict(zip(header, row, strict=True)) for row in rows))


def write(case: Case, folder: Path) -> Path:
    """Write the case's company tables into the folder, and its plan; returns the plan's path."""
    for table in case.company:
        defaults = DEFAULTS[table.name]
        if unknown := sorted({key for row in table.rows for key in row} - defaults.keys()):
            raise CaseError(f"{table.name} has no column {unknown[0]}", f"{case.path}:{table.line}")
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.DictWriter(file, list(defaults))
            rows.writeheader()
            for number, cells in enumerate(table.rows, 1):
                first = case.periods[0]
                known = {"row": f"{table.name}-{number}", "day": _day(first)}
                row: dict[str, str] = {}
                for column, default in defaults.items():
                    row[column] = cells[column] if column in cells else default.format(**known, **row)
                rows.writerow(row)
    plan = folder / "plan.toml"
    plan.write_text(case.plan, encoding="utf-8")
    return plan


@contextmanager
def database() -> Iterator[Graph]:
    """A database for cases, on a server that waits for the next ones; empty it before each."""
    with standby_server(Settings()) as running, Graph(running.uri, running.user, running.password) as graph:
        yield graph


def failures(case: Case, graph: Graph | None = None) -> list[str]:
    """Run a case in an empty database, by default one for cases; returns what differs."""
    if graph is None:
        with database() as own:
            own.batched("schema/wipe")
            return failures(case, own)
    with tempfile.TemporaryDirectory() as name:
        return differences(case, outcome(case, graph, Path(name)))


def outcome(case: Case, graph: Graph, folder: Path) -> Outcome:
    """Compute a case in an empty database; company tables, plan and result tables are left in the folder."""
    company, out = folder / "company", folder / "out"
    company.mkdir()
    plan = write(case, company)
    if case.place:
        import_company(graph, company)
        return Outcome(company, out, {"places": _places(case, graph)})
    try:
        _, runs = compute(company, plan, list(case.periods), out, graph=graph)
    except CheckFailedError as error:
        if not any(table.name == "violations" for table, _ in case.expected):
            raise
        return Outcome(company, out, {"violations": _violations(error.violations)})
    tables = {path.stem: _csv(path) for path in sorted(out.glob("*.csv"))}
    tables["notes"] = [{"period": run.period, "note": note} for run in runs for note in run.notes]
    tables["violations"] = _tampered(case, graph, runs[-1]) if case.tamper else []
    for table, _ in case.expected:
        if table.name == "flows":
            tables[table.name] = [row for run in runs for row in _flows(graph, run)]
        elif table.name.startswith("report "):
            tables[table.name] = _report(graph, runs[-1], table.name)
    return Outcome(company, out, tables)


def differences(case: Case, outcome: Outcome) -> list[str]:
    """What differs between the tables that a case expects and its outcome; raises CaseError."""
    return [
        message
        for table, whole in case.expected
        for message in _differences(case, table, outcome.tables.get(table.name), whole=whole)
    ]


def _places(case: Case, graph: Graph) -> Rows:
    """Place all waiting members by the case's rule, the longest wait first."""
    name, *words = case.place
    how = placement.vetted(graph, name, pairs(words), Settings().rules)
    waiting = [each.member_id for each in placement.waiting(graph)]
    outcome = placing.place_all(graph, dict.fromkeys(waiting, how))
    for _, refusal in outcome.refused:
        raise refusal
    return [_texts(asdict(each)) for each in outcome.placed]


def _tampered(case: Case, graph: Graph, run: RunRecord) -> Rows:
    """What the checks find in a run whose results the case has falsified."""
    graph.batched(Query(f"{case.path.stem}/tamper", case.path, "write", {}, {}, "", case.tamper))
    return _violations(violations(graph, run.number, Settings().rules))


def _violations(violations: Iterable[Violation]) -> Rows:
    return [_texts(asdict(violation)) for violation in violations]


def _flows(graph: Graph, run: RunRecord) -> Iterator[Row]:
    """The state that each flow of the plan left with each member, as a JSON list."""
    for bonus in plan_of(run).bonuses:
        if bonus.flow is None:
            continue
        for member_id, state in states(graph, run, bonus):
            yield {
                "period": run.period, "bonus": bonus.name, "flow": bonus.flow.name,
                "member_id": member_id, "state": json.dumps(state, ensure_ascii=False),
            }  # fmt: skip


def _report(graph: Graph, run: RunRecord, name: str) -> Rows:
    """A report's rows on a run; its name in a case is ``report NAME``, and perhaps ``parameter=5``."""
    _, title, *words = name.split()
    report = reports.find(title, Settings().rules)
    parameters = {parameter: int(value) for parameter, value in (word.split("=") for word in words)}
    rows = reports.ask(graph, report, run, parameters)
    return [_texts(dict(zip(report.columns, row, strict=True))) for row in rows]


def _texts(row: Mapping[str, object]) -> Row:
    return {key: "" if value is None else str(value) for key, value in row.items()}


def _csv(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _differences(case: Case, expected: Table, rows: Rows | None, *, whole: bool) -> Iterator[str]:
    where = f"{case.path}:{expected.line}"
    if rows is None:
        raise CaseError(f"there is no result table {expected.name}", where)
    columns = list(expected.rows[0]) if expected.rows else list(rows[0]) if rows else []
    if rows and (unknown := [column for column in columns if column not in rows[0]]):
        raise CaseError(f"{expected.name} has no column {unknown[0]}", where)
    actual = [tuple(_plain(row[column]) for column in columns) for row in rows]
    lacking = False
    for row in expected.rows:
        cells = tuple(_plain(row[column]) for column in columns)
        if cells in actual:
            actual.remove(cells)
        else:
            lacking = True
            yield f"{where}: {expected.name} lacks {_words(columns, cells)}"
    if whole:
        for left in actual:
            yield f"{where}: {expected.name} has {_words(columns, left)}, which is not expected"
    elif lacking:
        yield from _there(where, expected.name, columns, actual)
    if lacking and not rows:
        yield f"{where}: {expected.name} has no rows at all"


def _there(where: str, table: str, columns: list[str], rows: list[tuple[str, ...]]) -> Iterator[str]:
    """What a table holds of which a case expects some rows only: those nobody expected, at most SHOWN."""
    for row in rows[:SHOWN]:
        yield f"{where}: {table} has {_words(columns, row)}"
    if len(rows) > SHOWN:
        yield f"{where}: {table} has {len(rows) - SHOWN} more rows"


def _plain(text: str) -> str:
    """Numbers by value, so that a case may write 5 for 5.00, inside of JSON too; anything else as it is."""
    if text[:1] in ("[", "{"):
        with suppress(ValueError):
            return _plain_json(json.loads(text, parse_int=str, parse_float=str))
    try:
        return f"{Decimal(text).normalize():f}" if text else ""
    except InvalidOperation:
        return text


def _plain_json(value: Any) -> str:
    """A JSON value on one line, its names sorted and its texts without quotes."""
    if isinstance(value, list):
        return f"[{', '.join(map(_plain_json, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_plain_json(value[name])}' for name in sorted(value))}}}"
    return _plain(value) if isinstance(value, str) else json.dumps(value)


def _words(columns: list[str], row: tuple[str, ...]) -> str:
    return ", ".join(f"{column} {value or '-'}" for column, value in zip(columns, row, strict=True))


def _day(period: str) -> str:
    if re.fullmatch(r"\d{4}-\d{2}", period):
        return f"{period}-10"
    return period[:10] if re.match(r"\d{4}-\d{2}-\d{2}", period) else f"{period[:4]}-01-10"
