"""Reports: read-only queries for data teams on the standings of one complete run.

A report is a file of cypher/reports, or of a company's own folder `reports`. Its columns say their unit last
in their name: `_minor` (minor units of the run's currency), `_hundredths` (of volume), `_ppm` (per million).
Its parameters may have defaults; run, floor (of activity, in hundredths), unit and parts (a hundredth of
volume at the plan's smallest rate is worth unit / parts minor units) and one (a rate of 1, counted in the
smallest) are filled in, and `outside`, the ids of members whose sponsor is not above them in the placement
tree of today. Its header may name the areas of data that it shows (`areas: names, money`); without them it
shows all, so that only who reads all of them of the whole company may have it by the API.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from pathlib import Path

from engine.access.areas import DEEDS, Area, Scope
from engine.access.reach import Reach
from engine.composition.vetting import vet_question
from engine.errors import UplineError, excerpt
from engine.genealogy.outside import outside_upline
from engine.graph import adhoc
from engine.graph.database import Graph, Row
from engine.graph.queries import Query
from engine.money import Currency, decimal
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of
from engine.plans.plan import Plan
from engine.rules import returned
from engine.rules.header import read
from engine.rules.library import questions
from engine.rules.module import RuleError
from engine.workbench import printing

NO_MONEY = Currency("", 2)
"""The currency of reports on the living company, which have no money."""
FILLED = ("run", "floor", "unit", "parts", "one")
"""Parameters that come from the run and its plan."""
TODAY: Mapping[str, Callable[[Graph], object]] = {"outside": lambda graph: outside_upline(graph.read)}
"""Parameters about the trees of today, which no statement could find in one pass."""
AREAS = frozenset(Area) - DEEDS - {Area.OPEN, Area.EXPLANATIONS, Area.RUNS, Area.PLANS}
"""The areas that a report may show: those of a company's data."""
MOST_ROWS = 10_000
"""Rows of a report that pages reach; a longer one is for `upline report`."""


class UnknownReportError(UplineError):
    """No report has that name."""


class ReportParameterError(UplineError):
    """A report has no such parameter, or cannot take its value."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report; `defaults` holds the parameters that a caller may give."""

    name: str
    statement: Query
    purpose: str
    defaults: Mapping[str, int]
    areas: frozenset[Area] = AREAS

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its columns, units last."""
        return tuple(self.statement.returns)

    @property
    def summary(self) -> str:
        """The first sentence of its purpose."""
        return self.purpose.partition(". ")[0].rstrip(".")

    @property
    def living(self) -> bool:
        """Whether it is about the company as of today: it takes nothing of a run."""
        return not set(FILLED) & self.statement.params.keys()

    def open_to(self, reach: Reach) -> bool:
        """Whether a viewer may have it: it is of the whole company, and so must be what the viewer reads."""
        return all(reach.scope(area) is Scope.ALL for area in self.areas)


class ColumnKind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    INTEGER = "integer"
    MONEY = "money"
    VOLUME = "volume"
    SHARE = "share"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Some rows of a report, on a run unless it is about today, from row `start` (counted from 0).

    They are exact text, None for null. `more` says whether rows follow.
    """

    report: Report
    run: RunRecord | None
    rows: tuple[tuple[str | None, ...], ...]
    start: int
    more: bool


def every(company: Path | None = None, reach: Reach = Reach.everything) -> list[Report]:
    """All reports that a viewer may have, by name; with a company's folder of rules its own too."""
    known = [_report(name, statement) for name, statement in sorted(questions("report", company).items())]
    return [report for report in known if report.open_to(reach)]


def find(name: str, company: Path | None = None, reach: Reach = Reach.everything) -> Report:
    """The report of that name; raises UnknownReportError with those that the viewer may have."""
    known = {report.name: report for report in every(company, reach)}
    if name not in known:
        listed = f"There are {', '.join(known)}." if known else "There are none for you."
        raise UnknownReportError(f"no report is called {excerpt(name)}", todo=listed)
    return known[name]


def ask(
    graph: Graph,
    report: Report,
    run: RunRecord | None,
    parameters: Mapping[str, object] | None = None,
    seconds: float = adhoc.MOST_SECONDS,
    begins: Callable[[], None] = lambda: None,
) -> list[tuple[object, ...]]:
    """The rows of a report on a run, in the order of `report.columns`; all figures are whole numbers.

    A `living` report needs no run.
    `begins` is called when the report's time begins. Raises ReportParameterError for a parameter that the
    report does not have or that is not a whole number, TimeLimitError after so many seconds, and
    RuleValueError where a company's own report returns something else than its header says.
    """

    def rows(**values: object) -> list[Row]:
        begins()
        return adhoc.rows(graph, report.statement, seconds, **values)

    return _rows(graph, report, run, parameters or {}, rows)


def page(
    graph: Graph,
    report: Report,
    run: RunRecord | None,
    parameters: Mapping[str, object],
    first: int,
    start: int = 0,
    plan: Callable[[], Plan] | None = None,
) -> ReportPage:
    """`first` rows of a report on a run, after `start` others; `plan` returns the run's plan.

    The time is that of `graph`. Raises what `ask` raises, and RowLimitError past MOST_ROWS.
    """
    end = start + first
    if start >= MOST_ROWS:
        raise adhoc.RowLimitError(
            f"a report shows its first {MOST_ROWS:,} rows here", todo="Narrow it by its parameters."
        )

    def some(**values: object) -> list[Row]:
        return graph.first_rows(report.statement, end + 1, **values)

    rows = _rows(graph, report, run, parameters, some, plan)
    declared = report.statement.returns
    kinds = [kind_of(column, declared[column]) for column in report.columns]
    cash = run.cash if run else NO_MONEY
    shown = tuple(
        tuple(exact_text(kind, value, cash) for kind, value in zip(kinds, row, strict=True))
        for row in rows[start:end]
    )
    return ReportPage(report, run, shown, start, len(rows) > end)


def _rows(
    graph: Graph,
    report: Report,
    run: RunRecord | None,
    parameters: Mapping[str, object],
    rows_of: Callable[..., list[Row]],
    plan: Callable[[], Plan] | None = None,
) -> list[tuple[object, ...]]:
    """The rows that `rows_of` reads with all parameters, which are checked before."""
    chosen = dict(parameters)
    if wrong := sorted(chosen.keys() - report.defaults.keys()):
        offered = ", ".join(report.defaults) or "none"
        raise ReportParameterError(
            f"{report.name} has no parameter {wrong[0]}",
            todo=f"It has {offered}; the rest comes from the run.",
        )
    for name, value in chosen.items():
        if isinstance(value, bool) or not isinstance(value, int):
            raise ReportParameterError(f"{name} must be a whole number, not {value!r}")
    vet_question(graph, report.statement)
    assert run or report.living, f"{report.name} is on a run"
    of_run = filled(report, run.number, plan or partial(plan_of, run)) if run else {}
    rows = rows_of(**{**report.defaults, **chosen, **of_run, **filled_today(graph, report)})
    returned.check_rows("report", report.statement, rows)
    return [tuple(row[column] for column in report.columns) for row in rows]


def readable(column: str, value: object, cash: Currency) -> object:
    """A value for people: money and volume as decimals, shares as per cent, others as they are."""
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    digits = {"_minor": cash.digits, "_hundredths": 2, "_ppm": 4}
    for unit, places in digits.items():
        if column.endswith(unit):
            return decimal(value, places) + ("%" if unit == "_ppm" else "")
    return value


def kind_of(column: str, declared: str) -> ColumnKind:
    """What the values of a column are, by its name and the type that the report's header declares."""
    plain = declared.removesuffix(" NOT NULL")
    if plain == "INTEGER":
        return next((kind for unit, (kind, _) in _UNITS.items() if column.endswith(unit)), ColumnKind.INTEGER)
    return _KINDS.get(plain, ColumnKind.OTHER)


def exact_text(kind: ColumnKind, value: object, cash: Currency) -> str | None:
    """A value as exact text, None for null: money and volume as decimals, a share as part of 1."""
    if value is None:
        return None
    if kind is ColumnKind.MONEY and isinstance(value, int):
        return cash.amount(value)
    if kind in (ColumnKind.VOLUME, ColumnKind.SHARE) and isinstance(value, int):
        return decimal(value, next(digits for each, digits in _UNITS.values() if each is kind))
    return printing.text(value)


def heading(column: str, currency: str) -> str:
    """A column's name for people, without its unit; money names the currency."""
    for unit, currency_name in (("_minor", f" {currency}"), ("_hundredths", ""), ("_ppm", "")):
        if column.endswith(unit):
            return column.removesuffix(unit).replace("_", " ") + currency_name
    return column.replace("_", " ")


_UNITS = {
    "_minor": (ColumnKind.MONEY, 0),
    "_hundredths": (ColumnKind.VOLUME, 2),
    "_ppm": (ColumnKind.SHARE, 6),
}
"""What columns of whole numbers are by the end of their names, and their decimals."""
_KINDS = {
    "STRING": ColumnKind.TEXT, "BOOLEAN": ColumnKind.BOOLEAN, "DATE": ColumnKind.DATE,
    "LOCAL DATETIME": ColumnKind.DATETIME, "ZONED DATETIME": ColumnKind.DATETIME,
}  # fmt: skip


@cache
def _areas(path: Path) -> frozenset[Area]:
    """The areas that a report's header names, all without any; raises RuleError for another word."""
    header = read(path)
    words = [word.strip() for word in header.field("areas").split(",") if word.strip()]
    if wrong := [word for word in words if word not in AREAS]:
        raise RuleError(
            f"areas names {wrong[0]}, which is none",
            header.where("areas"),
            f"Areas are {', '.join(sorted(AREAS))}.",
        )
    return frozenset(map(Area, words)) or AREAS


def _report(name: str, statement: Query) -> Report:
    defaults = {
        param: int(kind.partition("=")[2])
        for param, kind in statement.params.items()
        if param not in FILLED and param not in TODAY
    }
    return Report(name, statement, statement.purpose, defaults, _areas(statement.path))


def filled(report: Report, run: int, plan_of_run: Callable[[], Plan]) -> dict[str, object]:
    """The parameters of a report that come from a run and its plan, which is read only if needed."""
    needed = report.statement.params.keys() & set(FILLED)
    values: dict[str, object] = {"run": run}
    if needed - {"run"}:
        plan = plan_of_run()
        values |= {
            "floor": plan.floor,
            "unit": plan.money.volume.unit,
            "parts": plan.money.volume.parts,
            "one": plan.money.rate_scale,
        }
    return {name: values[name] for name in needed}


def filled_today(graph: Graph, report: Report) -> dict[str, object]:
    """The parameters of a report that come from the trees of today, each by a pass over them."""
    return {name: find(graph) for name, find in TODAY.items() if name in report.statement.params}
